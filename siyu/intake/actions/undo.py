"""An import is taken back: the lake and the people are as they were before it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from siyu.intake.actions.endings import Clock, import_lock, is_connection_lost, loading_of, target_of
from siyu.intake.actions.pull_cursor import import_of_pull_undone
from siyu.intake.contracts import ImportState
from siyu.intake.errors.files import ImportInterrupted, ImportNotDone, ImportStillNeeded
from siyu.intake.models import ImportRun
from siyu.intake.queries.imports import UNDO, import_by_id
from siyu.kernel.app import App
from siyu.kernel.audit import Actor, record
from siyu.kernel.facts import Subscription, finish_batch, open_batch
from siyu.kernel.jobs import defer
from siyu.kernel.longwork import Listener, LongTask, Progress, announce_task

LAST_STEP = "finishing"


def request_undo(
    session: Session, *, import_id: int, actor: Actor, now: datetime, in_background: bool = True
) -> int:
    """The undo is announced in the task centre; with `in_background` a worker will take the import back.

    returns  the number of the task
    raises   NotFound, ImportNotDone, ImportStillNeeded
    effects  long_task, audit, perhaps a job
    """
    run = import_by_id(session, import_id=import_id)
    _refuse_unless_last(session, run)
    task_id = announce_task(session, kind="undo", title=run.file_name, actor=actor, now=now)
    record(
        session, actor=actor, action="import.undo_request", subject=("import", import_id),
        after={"file": run.file_name, "task": task_id}, now=now,
    )  # fmt: skip
    if in_background:
        defer(
            session,
            "intake.undo_import",
            lock=import_lock(run.brand_id),
            brand_id=run.brand_id,
            import_id=import_id,
            task_id=task_id,
        )
    return task_id


def run_undo(
    app: App,
    *,
    brand_id: int,
    import_id: int,
    task_id: int,
    actor: Actor,
    clock: Clock,
    listener: Listener | None = None,
) -> dict[str, Any]:
    """The import is taken back and the task centre says so, or why not. Who asks to cancel is heard until the commit.

    returns  counts of what was removed; none if the task had ended before
    raises   what undo_import raises; ImportInterrupted if the database is gone: then it can be run again
    """
    progress = Progress(lambda: app.db.transaction(brand_id=brand_id), task_id, listener)
    try:
        begun = _may_have_committed(app, brand_id=brand_id, task_id=task_id)
        if not progress.start(now=clock()):
            return {}
        tell = (lambda _step: None) if begun else progress.at
        counts = undo_import(app, brand_id=brand_id, import_id=import_id, actor=actor, now=clock(), tell=tell)
        progress.end("done", now=clock(), result=counts)
    except Exception as error:
        if is_connection_lost(app, error):
            app.lake.renew()
            raise ImportInterrupted(import_id=import_id, file=f"import {import_id}") from error
        progress.fail(error, now=clock())
        raise
    return counts


def undo_import(
    app: App,
    *,
    brand_id: int,
    import_id: int,
    actor: Actor,
    now: datetime,
    tell: Callable[[str], None] = lambda _step: None,
) -> dict[str, Any]:
    """Nothing of the import is left; whoever follows its facts hears of it. A second call changes nothing.

    `tell(step)`: hears each step before it is taken, the last just before the commit; what it raises stops the undo.

    returns  counts of what was removed
    raises   NotFound, ImportNotDone, ImportStillNeeded if a later import left rows out because this one had them
    effects  deletes by batch in the lake and in people; state undone; audit; one job a subscriber
    """
    lock = app.db.exclusive(import_lock(brand_id), waiting=lambda: tell("waiting for another import"))
    with lock, app.lake.reading() as cursor:
        with app.db.transaction(brand_id=brand_id) as session:
            run = import_by_id(session, import_id=import_id)
            if run.state == ImportState.UNDONE:
                return {}
            _refuse_unless_last(session, run)
            session.expunge(run)
        tell("undoing")
        loading = replace(loading_of(app, cursor, run, now=now), keep=lambda _counts: tell(LAST_STEP))
        target = target_of(app, loading.import_map.kind)
        counts = target.unload(loading)
        with app.db.transaction(brand_id=brand_id) as session:
            row = session.get(ImportRun, import_id)
            assert row is not None, "imports are never deleted"
            row.state, row.undone_at = ImportState.UNDONE.value, now
            import_of_pull_undone(session, import_id=import_id, now=now)
            record(
                session,
                actor=actor,
                action="import.undo",
                subject=("import", import_id),
                before=counts,
                now=now,
            )
            echo = open_batch(session, origin=f"{UNDO}{import_id}", now=now)
            finish_batch(
                session, batch_id=echo, counts=dict.fromkeys(target.facts, 1),
                subscriptions=app.wiring.of(Subscription), now=now,
            )  # fmt: skip
    return counts


def _may_have_committed(app: App, *, brand_id: int, task_id: int) -> bool:
    """Whether an earlier attempt had come to its commit: from there on there is no way back."""
    with app.db.transaction(brand_id=brand_id) as session:
        return session.scalar(select(LongTask.step).where(LongTask.task_id == task_id)) == LAST_STEP


def _refuse_unless_last(session: Session, run: ImportRun) -> None:
    if run.state != ImportState.DONE or run.dry_run:
        raise ImportNotDone(import_id=run.import_id, state=run.state)
    later = session.scalar(
        text(
            "SELECT min(import_id) FROM import_run WHERE state = 'done' AND brand_id = :brand "
            "AND needs_batches @> to_jsonb(CAST(:batch AS bigint))"
        ),
        {"brand": run.brand_id, "batch": run.batch_id},
    )
    if later is not None:
        raise ImportStillNeeded(import_id=run.import_id, later=later)
