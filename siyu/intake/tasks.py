"""Jobs of intake."""

from siyu.intake.actions.events_ids import MOVED_MAX, move_old_ids
from siyu.intake.actions.giving_up import give_up_import
from siyu.intake.actions.imports import run_import
from siyu.intake.actions.undo import run_undo
from siyu.intake.actions.uploads import forget_uploads
from siyu.intake.queries.imports import asker_of
from siyu.kernel.abandoned import LongWork
from siyu.kernel.app import App
from siyu.kernel.clock import utcnow
from siyu.kernel.jobs import Job


def _run_import(app: App, *, brand_id: int, import_id: int, task_id: int = 0) -> None:  # noqa: ARG001 -- makes the job the task's owner; older jobs lack it
    run_import(app, brand_id=brand_id, import_id=import_id, clock=utcnow)


def _undo_import(
    app: App, *, brand_id: int, import_id: int, task_id: int, **_older_arguments: object
) -> None:
    with app.db.transaction(brand_id=brand_id) as session:
        actor = asker_of(session, import_id=import_id, action="import.undo_request")
    run_undo(app, brand_id=brand_id, import_id=import_id, task_id=task_id, actor=actor, clock=utcnow)


def _forget_uploads(app: App, *, brand_id: int) -> None:
    with app.db.transaction(brand_id=brand_id) as session:
        forget_uploads(session, home=app.settings.home, now=utcnow())


def _move_old_ids(app: App, *, brand_id: int) -> None:
    while move_old_ids(app, brand_id=brand_id, now=utcnow()) == MOVED_MAX:
        pass


JOBS = (
    Job("intake.move_old_ids", _move_old_ids),
    Job("intake.run_import", _run_import, queue="imports"),
    Job("intake.undo_import", _undo_import, queue="imports"),
    Job("intake.forget_uploads", _forget_uploads),
)
LONG_WORK = (LongWork("import", give_up_import),)
