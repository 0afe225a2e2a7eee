"""A refresh as people see it: in the task centre with its steps, cancelled between them, and in the audit log."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from siyu.insight.actions.pacing import Clock, pace_noted, refresh_at_pace
from siyu.insight.actions.refresh import STEPS, refresh, refresh_if_stale
from siyu.insight.contracts import Refresh
from siyu.insight.queries.declared import named_sources
from siyu.insight.queries.stored import tables_read
from siyu.insight.queries.view import brand_view
from siyu.kernel.app import App
from siyu.kernel.audit import SYSTEM, Actor
from siyu.kernel.db import brand_of
from siyu.kernel.facts import FactBatch
from siyu.kernel.jobs import defer
from siyu.kernel.longwork import (
    Listener,
    LongTask,
    Progress,
    announce_task,
    task_of_running_job,
)
from siyu.organisation.api import brand_info

KIND = "insight_refresh"
REFRESH_JOB = "insight.refresh"
SHOWN_FROM = timedelta(seconds=3)
OF_FILES = ("import:", "undo:")
SALES = frozenset({"order", "order_line", "refund"})


def request_refresh(session: Session, *, actor: Actor, now: datetime) -> int:
    """A worker will compute all traits as of the moment it begins. One that waits already is enough.

    returns  the number of the task
    """
    waiting = select(LongTask.task_id).where(
        LongTask.kind == KIND, LongTask.state == "queued", LongTask.cancel_wanted_by.is_(None)
    )
    found = session.scalar(waiting.order_by(LongTask.task_id).limit(1))
    if found is not None:
        return found
    task_id = announce_refresh(session, as_of=now, actor=actor, now=now)
    defer(session, REFRESH_JOB, brand_id=brand_of(session), task_id=task_id, actor=asdict(actor))
    return task_id


def announce_refresh(session: Session, *, as_of: datetime, actor: Actor, now: datetime) -> int:
    """The refresh stands in the task centre; its title is the moment in the brand's zone.

    returns  the number of the task
    """
    zone = ZoneInfo(brand_info(session, brand_id=brand_of(session)).time_zone)
    title = as_of.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    return announce_task(session, kind=KIND, title=title, actor=actor, now=now)


def run_refresh(
    app: App,
    *,
    brand_id: int,
    task_id: int,
    actor: Actor,
    clock: Clock,
    as_of: datetime | None = None,
    listener: Listener | None = None,
) -> Refresh | None:
    """The stored traits stand as of `as_of`, or of now, and the task centre says so. A task that ended changes nothing.

    returns  the refresh; None if the task had ended before
    raises   RefreshTooOld, RefreshInFuture, Cancelled, and what else stopped it: the task is open then, for the job
             that comes again or gives up, or for the command to end
    effects  as refresh, and an audit entry
    """
    progress = Progress(lambda: app.db.transaction(brand_id=brand_id), task_id, listener)
    if not progress.start(now=clock()):
        return None
    done = refresh(
        app, brand_id=brand_id, as_of=as_of, now=clock(), progress=_steps_of(progress), actor=actor
    )
    progress.end("done", now=clock(), result=result_of(done))
    return done


def refresh_after_batch(app: App, *, brand_id: int, batch_id: int, clock: Clock) -> None:
    """The traits have seen this batch, or will after a rest; several waiting batches are seen by one refresh.

    After a file was imported or taken back they are refreshed at once. It stands in the audit log, and in the task
    centre from its first step on if it takes three seconds or fails. After single events, which come by the second, it
    stands in neither, and refreshes take a fifth of the time at most (`refresh_at_pace`).
    """
    with app.db.transaction(brand_id=brand_id) as session:
        batch = session.get(FactBatch, batch_id)
        of_file = batch is not None and batch.origin.startswith(OF_FILES)
    if not of_file:
        refresh_at_pace(app, brand_id=brand_id, clock=clock)
        return
    shown = _ShownLater(app, brand_id, clock)
    with pace_noted(app, brand_id=brand_id, clock=clock):
        done = refresh_if_stale(app, brand_id=brand_id, now=clock(), progress=shown.at, actor=SYSTEM)
    shown.end(done)


def refresh_for_declared(app: App, *, brand_id: int, clock: Clock) -> None:
    """Facts that no built-in trait comes from are seen by the declared ones over them, at the pace of single events.

    limits  a brand that declared none over such facts refreshes nothing
    """
    with app.db.transaction(brand_id=brand_id) as session:
        read = tables_read(brand_view(session, sources=named_sources(app, session)))
    if read - SALES:
        refresh_at_pace(app, brand_id=brand_id, clock=clock)


def result_of(done: Refresh) -> dict[str, Any]:
    """What people read of a refresh in the task centre."""
    return {
        "as_of": done.as_of.isoformat(),
        "customers_computed": done.customers,
        "customers_moved": done.changed,
    }


class _ShownLater:
    """The task of a refresh that nobody asked for: announced when it begins to compute, gone if it was over at once."""

    def __init__(self, app: App, brand_id: int, clock: Clock) -> None:
        self._app, self._brand_id, self._clock = app, brand_id, clock
        self._began = clock()
        self._progress: Progress | None = None

    def at(self, step: str) -> None:
        """People see this step; raises Cancelled if somebody asked for it."""
        if self._progress is None:
            self._progress = self._announced()
        _steps_of(self._progress)(step)

    def end(self, done: Refresh | None) -> None:
        """The task is done, or was not worth a line; nor is one whose attempt was killed when all was computed."""
        progress = self._progress or self._left_open()
        if progress is None:
            return
        now = self._clock()
        if done is None or now - self._began < SHOWN_FROM:
            progress.withdraw()
        else:
            progress.end("done", now=now, result=result_of(done))

    def _left_open(self) -> Progress | None:
        with self._app.db.transaction(brand_id=self._brand_id) as session:
            task_id = task_of_running_job(session, kind=KIND)
        return None if task_id is None else self._of(task_id)

    def _announced(self) -> Progress:
        with self._app.db.transaction(brand_id=self._brand_id) as session:
            task_id = task_of_running_job(session, kind=KIND) or announce_refresh(
                session, as_of=self._began, actor=SYSTEM, now=self._began
            )
        progress = self._of(task_id)
        progress.start(now=self._began)
        return progress

    def _of(self, task_id: int) -> Progress:
        return Progress(lambda: self._app.db.transaction(brand_id=self._brand_id), task_id)


def _steps_of(progress: Progress) -> Callable[[str], None]:
    """Each step with how many were taken of all; a step that is none of them, such as waiting, counts nothing."""

    def tell(step: str) -> None:
        if step in STEPS:
            progress.at(step, done=STEPS.index(step), total=len(STEPS))
        else:
            progress.at(step)

    return tell
