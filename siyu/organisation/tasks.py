"""Background work of organisation."""

from siyu.kernel.app import App
from siyu.kernel.clock import utcnow
from siyu.kernel.jobs import Job
from siyu.organisation.actions.watching import look_around


def _watch(app: App, *, brand_id: int) -> None:
    look_around(app, brand_id=brand_id, now=utcnow())


JOBS = (Job("organisation.watch", _watch),)
