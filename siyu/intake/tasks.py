"""Jobs of intake."""

from typing import Any

from siyu.intake.actions.events_ids import MOVED_MAX, move_old_ids
from siyu.intake.actions.imports import run_import
from siyu.intake.actions.undo import run_undo
from siyu.kernel.app import App
from siyu.kernel.audit import Actor
from siyu.kernel.clock import utcnow
from siyu.kernel.jobs import Job


def _run_import(app: App, *, brand_id: int, import_id: int) -> None:
    run_import(app, brand_id=brand_id, import_id=import_id, clock=utcnow)


def _undo_import(app: App, *, brand_id: int, import_id: int, task_id: int, actor: dict[str, Any]) -> None:
    run_undo(app, brand_id=brand_id, import_id=import_id, task_id=task_id, actor=Actor(**actor), clock=utcnow)


def _move_old_ids(app: App, *, brand_id: int) -> None:
    while move_old_ids(app, brand_id=brand_id, now=utcnow()) == MOVED_MAX:
        pass


JOBS = (
    Job("intake.move_old_ids", _move_old_ids),
    Job("intake.run_import", _run_import, queue="imports"),
    Job("intake.undo_import", _undo_import, queue="imports"),
)
