"""All traits of a brand are computed and stored in one lake transaction."""

import json
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.insight.contracts import BrandView, Refresh, TraitSource
from siyu.insight.errors import RefreshInFuture, RefreshTooOld
from siyu.insight.frames.stored import TRAIT, changes, moves, stored_traits
from siyu.insight.queries.compute import Computed, compute, hold
from siyu.insight.queries.stored import facts_mark, is_current, newest_refresh, settings_text
from siyu.insight.queries.view import brand_view
from siyu.kernel.app import App
from siyu.kernel.audit import Actor, record
from siyu.kernel.db import LOCK_POLL_SECONDS, brand_of
from siyu.kernel.lake import Lake, LakeCursor, brand_schema, rows_of
from siyu.metrics.api import run, sql_of

Tell = Callable[[str], None]
STEPS = ("traits", "changes", "saving", "commit")
FREE = text("SELECT pg_try_advisory_xact_lock(hashtextextended('insight.refresh', :brand))")
_HISTORY = "customer_id, stage, rfm_class, rfm_r, rfm_f, rfm_m"


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
    effects  replaces `trait`; adds a row to trait_refresh, the changes to trait_history, and a fact
             lifecycle_changed for each customer who entered another stage (none at the very first refresh); with
             an actor an audit entry
    limits   reads all facts of the brand once
    """
    tell = progress or _silent
    with app.db.transaction(brand_id=brand_id) as session:
        _one_at_a_time(session, tell)
        view = brand_view(session, sources=app.wiring.of(TraitSource))
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
        _one_at_a_time(session, _silent)
        view = brand_view(session, sources=app.wiring.of(TraitSource))
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
        done = _described(cursor, brand, computed, newest=newest, as_of=as_of, now=max(now, as_of))
        progress("saving")
        _write(cursor, brand_schema(brand.brand_id), computed, done, first=newest is None)
        progress("commit")
    return newest, done


def is_refreshing(session: Session) -> bool:
    """Whether a refresh of the brand is at work; if none is, none begins before the transaction ends."""
    return not session.scalar(FREE, {"brand": brand_of(session)})


def _one_at_a_time(session: Session, tell: Tell) -> None:
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


def _described(
    cursor: LakeCursor,
    brand: BrandView,
    computed: Computed,
    *,
    newest: Refresh | None,
    as_of: datetime,
    now: datetime,
) -> Refresh:
    """The refresh as it will be stored; what changed stands in the temporary tables change and move."""
    changed = hold(cursor, "trait_change", changes(stored_traits(brand.brand_id), computed.table))
    hold(cursor, "trait_move", moves(changed))
    counts = run(
        cursor,
        computed.table.aggregate(customers=computed.table.count()).cross_join(
            changed.aggregate(changed=changed.count())
        ),
    ).to_pylist()[0]
    return Refresh(
        refresh_id=1 if newest is None else newest.refresh_id + 1,
        as_of=as_of,
        computed_at=now,
        customers=counts["customers"],
        changed=counts["changed"],
        facts_mark=facts_mark(cursor, brand),
        settings=settings_text(brand),
        thresholds=computed.thresholds,
    )


def _write(cursor: LakeCursor, schema: str, computed: Computed, done: Refresh, *, first: bool) -> None:
    """The stored traits are the computed ones, in the cursor's transaction."""
    moment = [done.refresh_id, done.as_of]
    cursor.execute(
        f"INSERT INTO {schema}.trait_history (refresh_id, as_of, {_HISTORY}) "
        f"SELECT ?, ?, {_HISTORY} FROM trait_change ORDER BY customer_id",
        moment,
    )
    if not first:
        cursor.execute(
            f"INSERT INTO {schema}.lifecycle_changed BY NAME SELECT customer_id, ? AS occurred_at, "
            "'insight' AS source, from_stage, to_stage, reason FROM trait_move ORDER BY customer_id",
            [done.as_of],
        )
    cursor.execute(f"DELETE FROM {schema}.trait")
    ordered = computed.table.order_by("customer_id")
    columns = ", ".join(TRAIT)
    cursor.execute(f"INSERT INTO {schema}.trait ({columns}) SELECT {columns} FROM ({sql_of(ordered)})")
    cursor.execute(
        f"INSERT INTO {schema}.trait_refresh VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            *moment,
            done.computed_at,
            done.customers,
            done.changed,
            done.facts_mark,
            done.settings,
            json.dumps(asdict(done.thresholds)),
        ],
    )
    rows_of(cursor, "DROP TABLE trait_change")
    rows_of(cursor, "DROP TABLE trait_move")


def _silent(_: str) -> None:
    """Nobody is listening."""
