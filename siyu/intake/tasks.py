"""Jobs of intake."""

from datetime import datetime
from typing import Any

from siyu.intake.actions.compacting import CLEAN_JOB, COMPACT_JOB, clean_lake, compact_lake
from siyu.intake.actions.events_ids_moving import MOVED_MAX, move_old_ids
from siyu.intake.actions.events_replay import REPLAY_JOB, Chosen, run_replay
from siyu.intake.actions.giving_up import give_up_import
from siyu.intake.actions.imports import run_import
from siyu.intake.actions.pulling import give_up_pull, run_pull
from siyu.intake.actions.pulls import PULL_JOB, PULL_KIND
from siyu.intake.actions.undo import run_undo
from siyu.intake.actions.uploads import forget_uploads
from siyu.intake.actions.webhooks import forget_bodies
from siyu.intake.queries.imports import asker_of
from siyu.intake.rules.events_mending import Mend, Step
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


def _forget_webhook_bodies(app: App, *, brand_id: int) -> None:
    with app.db.transaction(brand_id=brand_id) as session:
        forget_bodies(session, now=utcnow())


def _replay_rejects(
    app: App, *, brand_id: int, task_id: int, chosen: dict[str, Any], steps: list[dict[str, Any]], before: str
) -> None:
    run_replay(
        app, brand_id=brand_id, task_id=task_id, chosen=Chosen(**chosen),
        steps=[Step(Mend(one["do"]), one["name"], one["value"]) for one in steps],
        before=datetime.fromisoformat(before), now=utcnow(),
    )  # fmt: skip


def _run_pull(app: App, *, brand_id: int, pull_run_id: int, task_id: int) -> None:  # noqa: ARG001 -- makes the job the task's owner
    run_pull(app, brand_id=brand_id, pull_run_id=pull_run_id, clock=utcnow)


def _compact_lake(app: App, *, brand_id: int) -> None:
    compact_lake(app, brand_id=brand_id)


def _clean_lake(app: App) -> None:
    clean_lake(app, now=utcnow())


JOBS = (
    Job(COMPACT_JOB, _compact_lake),
    Job(CLEAN_JOB, _clean_lake),
    Job("intake.move_old_ids", _move_old_ids),
    Job("intake.forget_webhook_bodies", _forget_webhook_bodies),
    Job(REPLAY_JOB, _replay_rejects),
    Job("intake.run_import", _run_import, queue="imports"),
    Job("intake.undo_import", _undo_import, queue="imports"),
    Job("intake.forget_uploads", _forget_uploads),
    Job(PULL_JOB, _run_pull),
)
LONG_WORK = (LongWork("import", give_up_import), LongWork(PULL_KIND, give_up_pull))
