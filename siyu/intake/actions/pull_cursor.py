"""Where a pull stands moves with the end of its import, in that transaction, and goes back with its undo."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from siyu.intake.models import DatabasePull, DatabasePullRun
from siyu.intake.rules.pulls import FAILURES_MAX, PausedBecause, RunState, cursor_of, next_run_at
from siyu.kernel.longwork import Cancelled, problem_of
from siyu.kernel.notices import News, notify


def import_of_pull_done(session: Session, *, import_id: int, now: datetime) -> None:
    """If the import is a pull's, its rows are behind the cursor now. Called where the import ends, and with it."""
    run = _run_of(session, import_id, RunState.IMPORTING)
    if run is not None:
        finish_pull_run(session, run=run, now=now)


def import_of_pull_failed(session: Session, *, import_id: int, error: Exception, now: datetime) -> None:
    """If the import is a pull's, the cursor stays where it was, and the run says why."""
    run = _run_of(session, import_id, RunState.IMPORTING)
    if run is not None:
        fail_pull_run(session, run=run, error=error, now=now)


def import_of_pull_undone(session: Session, *, import_id: int, now: datetime) -> None:
    """If the import was a pull's, the pull stands before its rows again and waits for a person.

    Else the next run would go on behind them, or bring at once what somebody has just taken back.
    """
    run = _run_of(session, import_id, RunState.DONE)
    if run is None:
        return
    run.state = RunState.UNDONE.value
    pull = _pull_of(session, run)
    began, stands = cursor_of(run.from_value), cursor_of(pull.cursor_value)
    if began is None or stands is None or began < stands:  # type: ignore[operator]  # one column, one type
        pull.cursor_value = run.from_value
    pull.tail = b""
    pause(pull, because=PausedBecause.UNDONE, now=now)


def finish_pull_run(session: Session, *, run: DatabasePullRun, now: datetime) -> None:
    """The run is done and the pull stands at its last row; where there is more, the next run begins at once.

    Where an undo has put the pull back meanwhile it stays there: the rows that were taken back lie before this run's.
    """
    run.state, run.finished_at = RunState.DONE.value, now
    pull = _pull_of(session, run)
    stayed = pull.cursor_value == run.from_value
    if stayed:
        pull.cursor_value, pull.tail = run.to_value, run.tail
    pull.failures, run.tail = 0, b""
    pull.looked_at = now
    if stayed and run.is_more:
        pull.next_run_at = next_run_at(now, every_minutes=pull.every_minutes, is_more=True)


def fail_pull_run(session: Session, *, run: DatabasePullRun, error: Exception, now: datetime) -> None:
    """The run is over without a row; after five failures in a row the pull waits for a person, who is told."""
    cancelled = isinstance(error, Cancelled)
    run.state = (RunState.CANCELLED if cancelled else RunState.FAILED).value
    run.finished_at, run.problem = now, problem_of(error)
    pull = _pull_of(session, run)
    pull.failures = 0 if cancelled else pull.failures + 1
    if pull.failures >= FAILURES_MAX and pull.enabled:
        pause(pull, because=PausedBecause.FAILURES, now=now)
        news = News(
            "pull_source_paused", f"pull/{pull.pull_id}/{now.isoformat()}", "error", ("pull_source", pull.pull_id),
            {"name": pull.title, "reason": PausedBecause.FAILURES.value}, permission="imports.run",
        )  # fmt: skip
        notify(session, news=news, now=now)


def pause(pull: DatabasePull, *, because: PausedBecause, now: datetime) -> None:
    """The pull does not run by itself any more."""
    pull.enabled, pull.paused_because, pull.updated_at = False, because.value, now


def _run_of(session: Session, import_id: int, state: RunState) -> DatabasePullRun | None:
    mine = select(DatabasePullRun).where(
        DatabasePullRun.import_id == import_id, DatabasePullRun.state == state.value
    )
    return session.scalar(mine.with_for_update())


def _pull_of(session: Session, run: DatabasePullRun) -> DatabasePull:
    pull = session.get(DatabasePull, run.pull_id, with_for_update=True)
    assert pull is not None, "a pull with an open or done run goes with its runs"
    return pull
