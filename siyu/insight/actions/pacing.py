"""Refreshes after single events keep a pace: events come each second, and a refresh of millions takes minutes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from siyu.insight.actions.refresh import is_refreshing, refresh_if_stale
from siyu.insight.models import TraitPace
from siyu.insight.rules.pace import Pace, Turn, turn_of
from siyu.kernel.app import App
from siyu.kernel.db import brand_of
from siyu.kernel.jobs import defer

RESTED_JOB = "insight.refresh_rested"
Clock = Callable[[], datetime]


def refresh_at_pace(app: App, *, brand_id: int, clock: Clock, woken: bool = False) -> Turn:
    """The traits have seen all events so far, or a job waits that will see them.

    However many batches come while traits rest, one job waits for the end of the rest. It takes itself back before it
    looks, in the transaction that decides, so what came too late for it finds that nobody waits, and asks anew.

    `woken`: by the job that waited.
    effects  as refresh; or one job, at the end of the rest
    """
    with app.db.transaction(brand_id=brand_id) as session:
        row = _locked(session)
        if woken:
            row.wake_at = None
        now = clock()
        pace = Pace(row.began_at, row.ended_at, row.wake_at)
        turn, at = turn_of(pace, running=is_refreshing(session), now=now, rested=woken)
        if turn is Turn.WAIT:
            row.wake_at = at
            defer(session, RESTED_JOB, at=at, brand_id=brand_id)
        elif turn is Turn.REFRESH:
            row.began_at, row.ended_at, row.wake_at = now, None, None
    if turn is Turn.REFRESH:
        with pace_noted(app, brand_id=brand_id, clock=clock):
            refresh_if_stale(app, brand_id=brand_id, now=clock())
    return turn


@contextmanager
def pace_noted(app: App, *, brand_id: int, clock: Clock) -> Iterator[None]:
    """How long the block took is what the next rest is reckoned by; after one that failed nobody rests."""
    began = clock()
    try:
        yield
    except BaseException:
        _note(app, brand_id, None, None)
        raise
    _note(app, brand_id, began, clock())


def _note(app: App, brand_id: int, began: datetime | None, ended: datetime | None) -> None:
    with app.db.transaction(brand_id=brand_id) as session:
        row = _locked(session)
        row.began_at, row.ended_at = began, ended


def _locked(session: Session) -> TraitPace:
    """The brand's row, which nobody else changes until the transaction ends."""
    brand_id = brand_of(session)
    session.execute(insert(TraitPace).values(brand_id=brand_id).on_conflict_do_nothing())
    return session.get_one(TraitPace, brand_id, with_for_update=True)
