"""All traits of a brand are computed and stored in one lake transaction."""

import time
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.insight.actions.storing import write_changes, write_traits
from siyu.insight.contracts import BrandView, Refresh
from siyu.insight.errors import RefreshInFuture, RefreshTooOld
from siyu.insight.queries.compute import Computed, compute
from siyu.insight.queries.declared import named_sources
from siyu.insight.queries.stored import is_current, newest_refresh, settings_text, storable
from siyu.insight.queries.view import brand_view
from siyu.kernel.app import App
from siyu.kernel.audit import Actor, record
from siyu.kernel.db import LOCK_POLL_SECONDS, brand_of
from siyu.kernel.lake import Lake

Tell = Callable[[str], None]
STEPS = ("traits", "changes", "saving", "commit")
FREE = text("SELECT pg_try_advisory_xact_lock(hashtextextended('insight.refresh', :brand))")


def refresh(
    app: App,
    *,
    brand_id: int,
    as_of: datetime | None,
    now: datetime,
    progress: Tell | None = None,
    actor: Actor | None = None,
) -> Refresh:
    """The stored traits stand as of `as_of`; None means now. Calling again with nothing new changes nothing.

    A second refresh of the brand waits for the first. Readers see the old traits or the new ones, never both;
    a killed refresh, or one whose `progress` raises at a step, leaves the old ones.

    raises   RefreshTooOld, RefreshInFuture
    effects  replaces `trait`, where declared traits stand beside the built-in ones; adds a row to trait_refresh, the
             changes to trait_history, and a fact lifecycle_changed for each customer who entered another stage (none
             at the very first refresh); with an actor an audit entry
    limits  reads each table of facts once for the built-in traits, and once for all declared ones over it
    """
    tell = progress or _silent
    with app.db.transaction(brand_id=brand_id) as session:
        hold_refreshes(session, tell)
        view = brand_view(session, sources=named_sources(app, session))
        before, done = _refreshed(app.lake, brand=view, as_of=as_of, now=now, progress=tell)
        _record(session, actor, before=before, done=done, now=now)
        return done


def refresh_if_stale(
    app: App, *, brand_id: int, now: datetime, progress: Tell | None = None, actor: Actor | None = None
) -> Refresh | None:
    """The stored traits have seen every batch: refreshed as of now unless nothing came since the newest refresh.

    returns  the refresh that was made; None if there was nothing new
    effects  as refresh
    """
    tell = progress or _silent
    with app.db.transaction(brand_id=brand_id) as session:
        hold_refreshes(session, _silent)
        view = brand_view(session, sources=named_sources(app, session))
        with app.lake.transaction() as cursor:
            newest = newest_refresh(cursor, brand_id=brand_id)
            if newest is not None and is_current(newest, cursor, view):
                return None
        before, done = _refreshed(app.lake, brand=view, as_of=None, now=now, progress=tell)
        _record(session, actor, before=before, done=done, now=now)
        return done


def refresh_view(lake: Lake, *, brand: BrandView, as_of: datetime, now: datetime, progress: Tell) -> Refresh:
    """The same for a view that was read already; the caller sees to it that one runs at a time."""
    return _refreshed(lake, brand=brand, as_of=as_of, now=now, progress=progress)[1]


def _refreshed(
    lake: Lake, *, brand: BrandView, as_of: datetime | None, now: datetime, progress: Tell
) -> tuple[Refresh | None, Refresh]:
    """The refresh before, and the one that stands now; the same one twice if there was nothing to do."""
    if as_of is not None and as_of > now:
        raise RefreshInFuture(as_of=as_of.isoformat(), now=now.isoformat())
    with lake.transaction() as cursor:
        newest = newest_refresh(cursor, brand_id=brand.brand_id)
        if as_of is None:  # another refresh, begun later, may have come first
            as_of = now if newest is None else max(now, newest.as_of)
        if newest is not None and newest.as_of > as_of:
            raise RefreshTooOld(newest=newest.as_of.isoformat(), as_of=as_of.isoformat())
        if newest is not None and newest.as_of == as_of and is_current(newest, cursor, brand):
            return newest, newest
        progress("traits")
        computed = compute(cursor, brand, as_of)
        progress("changes")
        begun = _begun(brand, computed, newest=newest, as_of=as_of, now=max(now, as_of))
        seen = write_changes(cursor, brand, computed, begun)
        progress("saving")
        done = write_traits(cursor, brand, computed, seen, storable(brand))
        progress("commit")
    return newest, done


def is_refreshing(session: Session) -> bool:
    """Whether a refresh of the brand is at work; if none is, none begins before the transaction ends."""
    return not session.scalar(FREE, {"brand": brand_of(session)})


def hold_refreshes(session: Session, tell: Tell) -> None:
    """Refreshes of the brand wait here for one another until the transaction ends; who waits may give up."""
    while is_refreshing(session):
        tell("waiting for another refresh")
        time.sleep(LOCK_POLL_SECONDS)


def _record(
    session: Session, actor: Actor | None, *, before: Refresh | None, done: Refresh, now: datetime
) -> None:
    if actor is None or done is before:
        return
    record(
        session,
        actor=actor,
        action="insight.refreshed",
        subject=("trait_refresh", done.refresh_id),
        before=None if before is None else {"as_of": before.as_of.isoformat()},
        after={"as_of": done.as_of.isoformat(), "customers": done.customers, "changed": done.changed},
        now=now,
    )


def _begun(
    brand: BrandView, computed: Computed, *, newest: Refresh | None, as_of: datetime, now: datetime
) -> Refresh:
    """The refresh as it begins to be stored: its counts and its mark are not known yet, its columns those before it."""
    return Refresh(
        refresh_id=1 if newest is None else newest.refresh_id + 1,
        as_of=as_of,
        computed_at=now,
        customers=0,
        changed=0,
        facts_mark="",
        settings=settings_text(brand),
        thresholds=computed.thresholds,
        declared={} if newest is None else newest.declared,
    )


def _silent(_: str) -> None:
    """Nobody is listening."""
