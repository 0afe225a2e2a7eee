"""Jobs of intake."""

from siyu.intake.actions.imports import run_import
from siyu.kernel.app import App
from siyu.kernel.clock import utcnow
from siyu.kernel.jobs import Job


def _run_import(app: App, *, brand_id: int, import_id: int) -> None:
    run_import(app, brand_id=brand_id, import_id=import_id, clock=utcnow)


JOBS = (Job("intake.run_import", _run_import, queue="imports"),)
