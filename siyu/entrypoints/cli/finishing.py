"""What a command left to do in the background."""

from siyu.entrypoints.worker import work
from siyu.kernel.app import App
from siyu.kernel.db import Role
from siyu.kernel.jobs import worker_is_running


def finish_deferred(app: App) -> None:
    """It is done: by the worker that runs, or here and now."""
    with app.db.transaction(brand_id=None, role=Role.PUMP) as session:
        somebody_works = worker_is_running(session)
    if not somebody_works:
        work(app, once=True)
