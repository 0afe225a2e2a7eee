"""Jobs of destinations: a batch becomes deliveries, a destination gets what is due, exports are written."""

from typing import Any

from siyu.destinations.actions.delivering import deliver
from siyu.destinations.actions.exporting import give_up_run, run_export
from siyu.destinations.actions.exports import (
    EXPORT_JOB,
    EXPORT_KIND,
    START_JOB,
    start_due_exports,
)
from siyu.destinations.actions.planning import PLAN_JOB, plan_batch
from siyu.destinations.actions.waking import DELIVER_JOB
from siyu.kernel.abandoned import LongWork
from siyu.kernel.app import App
from siyu.kernel.audit import Actor
from siyu.kernel.clock import utcnow
from siyu.kernel.jobs import Job


def plan(app: App, *, brand_id: int, batch_id: int) -> None:
    """Whoever wants facts of the batch has deliveries of them."""
    plan_batch(app, brand_id=brand_id, batch_id=batch_id, now=utcnow())


def send(app: App, *, brand_id: int, destination_id: int) -> None:
    """What was due for the destination has been posted, or waits."""
    deliver(app, brand_id=brand_id, destination_id=destination_id, clock=utcnow)


def export(app: App, *, brand_id: int, export_run_id: int, task_id: int, actor: dict[str, Any]) -> None:
    """The files of the run stand at their destination."""
    run_export(
        app, brand_id=brand_id, export_run_id=export_run_id, task_id=task_id, actor=Actor(**actor), now=utcnow()
    )  # fmt: skip


def start_exports(app: App, *, brand_id: int) -> None:
    """Exports whose hour has come are begun."""
    with app.db.transaction(brand_id=brand_id) as session:
        start_due_exports(session, now=utcnow())


JOBS = (
    Job(PLAN_JOB, plan),
    Job(DELIVER_JOB, send),
    Job(EXPORT_JOB, export),
    Job(START_JOB, start_exports),
)
LONG_WORK = (LongWork(EXPORT_KIND, give_up_run),)
