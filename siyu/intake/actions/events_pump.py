"""The pump of events: carries requests to the lake, each event checked, identified and counted once."""

import gc
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.intake.actions.events_append import append_events, counts_in_lake
from siyu.intake.actions.events_identify import identify
from siyu.intake.actions.events_ids import known_ids, note_ids, older_ids, release_ids
from siyu.intake.actions.events_reading import Prepared, arrived_events, prepared, sorted_out
from siyu.intake.actions.events_rejects import keep_rejects, settle_rejects
from siyu.intake.actions.events_telling import count_sources, keep_recent
from siyu.intake.queries.events import catalogue_of
from siyu.intake.rules.standard_events import EVENT
from siyu.kernel.app import App
from siyu.kernel.db import Role, enter_brand
from siyu.kernel.facts import FactType, Subscription, finish_batch, rows_lock
from siyu.kernel.lake import LakeCursor, atomic
from siyu.kernel.logs import logger
from siyu.organisation.api import brand_day
from siyu.people.contracts import MergePart

log = logger(__name__)
ORIGIN = "events"
BATCH_EVENTS_MAX = 80_000
BATCH_ENVELOPES_MAX = 8_000
BATCH_BYTES_MAX = 64_000_000  # of bodies as they were sent: opened, they take several times as much memory


def pump_events(app: App, *, now: datetime) -> int:
    """The oldest waiting events are in the lake or among the rejects, and each subscriber has one job for them.

    Claim, prepare (ids, people, rejects: PostgreSQL), append (lake), finish (PostgreSQL): four transactions. A crash
    between any two leaves a claimed batch, which the next call carries on from where it stands in the lake.

    returns  how many events were carried, rejected ones included; 0 if nothing waits
    raises   what kept the first batch from being written, if none could be; else that is only logged
    limits   the oldest claimed batch of each brand and one new batch of about 80,000 events or 64 MB; one pump a brand
             at a time
    """
    with app.db.transaction(brand_id=None, role=Role.PUMP) as session:
        before = _claimed_before(session)
        fresh = _claim(session, now, held_up=[brand_id for _, brand_id in before])
    carried, failures = 0, []
    batches = [(*one, True) for one in before] + ([(*fresh, False)] if fresh else [])
    for batch_id, brand_id, again in batches:
        try:
            carried += _carry(app, batch_id=batch_id, brand_id=brand_id, again=again, now=now)
        except Exception as failure:  # the other brands' events are not to blame
            log.warning(
                "a batch of events stays where it is", batch_id=batch_id, brand_id=brand_id, exc_info=failure
            )
            failures.append(failure)
    if failures and not carried:
        raise failures[0]
    return carried


def _carry(app: App, *, batch_id: int, brand_id: int, again: bool, now: datetime) -> int:
    """The claimed batch is in the lake and done; returns its events, at least 1."""
    types = {one.name: one for one in app.wiring.of(FactType)}
    taken = 0
    with app.db.exclusive(f"pump/{brand_id}") as held, app.lake.reading() as cursor, _no_cycles():
        open_types = [one for one in types.values() if one.open]
        counts = (
            counts_in_lake(cursor, brand_id=brand_id, batch_id=batch_id, open_types=open_types)
            if again
            else None
        )
        if counts is None:
            taken, good = _prepare(app, cursor, batch_id=batch_id, brand_id=brand_id, again=again, now=now)
            with app.db.beside(rows_lock(brand_id)) as rows_held, atomic(cursor, held, rows_held):
                append_events(
                    cursor, brand_id=brand_id, batch_id=batch_id, types=types, rows=good.rows, now=now
                )
            counts = good.counts
        _finish(app, batch_id=batch_id, brand_id=brand_id, counts=counts, types=types, now=now)
    return max(taken, 1)


@contextmanager
def _no_cycles() -> Iterator[None]:
    """The search for reference cycles rests: a batch makes a million objects and no cycle among them."""
    resting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if resting:
            gc.enable()


def _prepare(
    app: App, cursor: LakeCursor, *, batch_id: int, brand_id: int, again: bool, now: datetime
) -> tuple[int, Prepared]:
    """Each event of the batch is known, its person found, and what cannot be believed lies among the rejects."""
    with app.db.transaction(brand_id=None, role=Role.PUMP) as session:
        arrived = arrived_events(session, cipher=app.cipher, brand_id=brand_id, batch_id=batch_id)
        enter_brand(session, brand_id=brand_id, role=Role.APP)
        catalogue = catalogue_of(session, fact_types=app.wiring.of(FactType))
        found = sorted_out(arrived, catalogue)
        enter_brand(session, brand_id=brand_id, role=Role.PUMP)
        if again and found.bad:
            release_ids(session, brand_id=brand_id, batch_id=batch_id, keys=list(found.bad))
        known = note_ids(session, brand_id=brand_id, batch_id=batch_id, keys=list(found.good))
        known |= known_ids(session, brand_id=brand_id, keys=list(found.bad))
        asked = [key for key in (*found.good, *found.bad) if key not in known]
        found.drop(known | older_ids(app, session, cursor, brand_id=brand_id, keys=asked))
        enter_brand(session, brand_id=brand_id, role=Role.APP)
        keep_rejects(session, cipher=app.cipher, rejects=found.bad, batch_id=batch_id)
        settle_rejects(session, keys=list(found.good), now=now)
        people = identify(
            session, cipher=app.cipher, said=[one.said for one in found.good.values()], batch_id=batch_id, now=now,
            parts=app.wiring.of(MergePart),
        )  # fmt: skip
        keep_recent(
            session, cipher=app.cipher, batch_id=batch_id, arrived=arrived, catalogue=catalogue, good=found.good,
            bad=found.bad, people=people,
        )  # fmt: skip
    return len(arrived), prepared(list(found.good.values()), people)


def _finish(
    app: App, *, batch_id: int, brand_id: int, counts: Mapping[tuple[str, str], int], types: Mapping[str, FactType],
    now: datetime,
) -> None:  # fmt: skip
    by_fact: Counter[str] = Counter()
    by_name: Counter[str] = Counter()
    for (name, _source), count in counts.items():
        by_fact[name if name in types else EVENT.name] += count
        by_name[name] += count
    with app.db.transaction(brand_id=brand_id, role=Role.PUMP) as session:
        session.execute(text("DELETE FROM event_envelope WHERE batch_id = :batch"), {"batch": batch_id})
        enter_brand(session, brand_id=brand_id, role=Role.APP)
        finished = finish_batch(
            session, batch_id=batch_id, counts=by_fact, subscriptions=app.wiring.of(Subscription), now=now
        )
        if finished:
            count_sources(session, batch_id=batch_id, counts=counts, now=now)
        if finished and counts:
            day = brand_day(session, now=now)
            session.execute(
                text(
                    "INSERT INTO event_volume (brand_id, name, day, events, last_received_at) "
                    "VALUES (:brand, :name, :day, :events, :now) ON CONFLICT (brand_id, name, day) DO UPDATE "
                    "SET events = event_volume.events + excluded.events, last_received_at = excluded.last_received_at"
                ),
                [
                    {"brand": brand_id, "name": name, "day": day, "events": count, "now": now}
                    for name, count in by_name.items()
                ],
            )


def _claimed_before(session: Session) -> list[tuple[int, int]]:
    """The oldest batch of each brand that some pump claimed and did not finish; the oldest first."""
    rows = session.execute(
        text(
            "SELECT min(batch_id) AS batch_id, brand_id FROM fact_batch "
            "WHERE state = 'claimed' AND origin = :origin GROUP BY brand_id ORDER BY 1"
        ),
        {"origin": ORIGIN},
    )
    return [(row.batch_id, row.brand_id) for row in rows]


def _claim(session: Session, now: datetime, *, held_up: Sequence[int]) -> tuple[int, int] | None:
    """The oldest waiting requests of one brand belong to a new batch. Brands held up have one to finish first."""
    brand_id = session.scalar(
        text(
            "SELECT brand_id FROM event_envelope WHERE batch_id IS NULL "
            "AND brand_id <> ALL(CAST(:held_up AS bigint[])) ORDER BY envelope_id LIMIT 1"
        ),
        {"held_up": list(held_up)},
    )
    if brand_id is None:
        return None
    batch_id = session.scalar(
        text(
            "INSERT INTO fact_batch (brand_id, origin, state, facts, created_at) "
            "VALUES (:brand, :origin, 'claimed', 0, :now) RETURNING batch_id"
        ),
        {"brand": brand_id, "origin": ORIGIN, "now": now},
    )
    session.execute(
        text("""
            UPDATE event_envelope SET batch_id = :batch WHERE envelope_id IN (
                SELECT envelope_id FROM (
                    SELECT envelope_id, sum(events) OVER so_far - events AS before,
                           sum(body_bytes) OVER so_far - body_bytes AS bytes_before
                    FROM (
                        SELECT envelope_id, events, body_bytes FROM event_envelope
                        WHERE brand_id = :brand AND batch_id IS NULL
                        ORDER BY envelope_id LIMIT :envelopes FOR UPDATE SKIP LOCKED) w
                    WINDOW so_far AS (ORDER BY envelope_id)
                ) s WHERE before < :events AND bytes_before < :bytes)
        """),
        {
            "brand": brand_id,
            "batch": batch_id,
            "envelopes": BATCH_ENVELOPES_MAX,
            "events": BATCH_EVENTS_MAX,
            "bytes": BATCH_BYTES_MAX,
        },
    )
    assert isinstance(batch_id, int)
    return batch_id, int(brand_id)
