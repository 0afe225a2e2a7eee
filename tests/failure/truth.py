"""What is there afterwards, compared with what was said and answered."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.intake.api import events_of, names_seen
from siyu.intake.queries.events_of import EVENTS_OF_MAX
from siyu.kernel.app import App
from siyu.kernel.clock import utcnow
from siyu.kernel.db import brand_of
from siyu.kernel.lake import brand_schema
from tests.destinations.receiver import Receiver
from tests.failure.crowd import SOURCE, Told
from tests.failure.truth_of_people import (
    holders_of,
    known_values,
    ledger_of,
    of_groups,
    of_ledger,
    of_timelines,
)
from tests.failure.truth_of_words import of_chain, of_guests, of_words

Faults = Iterator[str]
PAGES = 10


@dataclass(frozen=True, slots=True)
class Row:
    """An event in the lake: its number, its customer, and what a webhook calls it, its batch and its file."""

    mark: str
    customer_id: int | None
    event_id: str
    place: str


@dataclass(frozen=True, slots=True)
class Found:
    """The counts that a summary shows, and everything that is not as it should be."""

    acknowledged: int
    once: int
    twice: int
    lost: int
    joined: int
    merges: int
    parted: int
    merged_twice: int
    consents: int
    withdrawals: int
    erased: int
    delivered: int
    deliveries: int
    customers: int
    seals: int
    chain_intact: bool
    faults: tuple[str, ...]


def compare(app: App, brand_id: int, told: Told, receiver: Receiver) -> Found:
    """The system, at rest after all that happened to it, beside what the crowd and the receiver were told."""
    plain = known_values(app.cipher, brand_id)
    guests = {guest.customer_id: f"g{number}" for number, guest in told.guests.items()}
    rows = [
        row if row.mark else replace(row, mark=guests.get(row.customer_id or 0, ""))
        for row in rows_of_events(app, brand_id)
    ]  # of who was forgotten no words are left, the mark among them
    seen = Counter(row.mark for row in rows)
    seals, chain_faults = of_chain(app, brand_id, told)
    with app.db.transaction(brand_id=brand_id) as session:
        edges, holders = ledger_of(session, plain), holders_of(session, plain)
        faults = chain(
            told.faults,
            _of_events(rows, told),
            _of_work(session, len(rows)),
            of_ledger(edges, told, seen),
            of_groups(edges, holders, {value: key for key, value in plain.items()}),
            of_timelines([(row.mark, row.customer_id) for row in rows], holders, told),
            _of_pages(app, session, rows),
            of_words(session, told),
            of_guests(app, session, told, {row.mark: row.customer_id for row in rows}),
            _of_deliveries(session, rows, receiver),
            chain_faults,
        )
        found = tuple(faults)
    by_hand = [edge for edge in edges if edge.link.staff]
    standing = Counter(edge.ends for edge in by_hand if not edge.retracted)
    return Found(
        acknowledged=len(told.acknowledged), once=sum(count == 1 for count in seen.values()),
        twice=sum(count > 1 for count in seen.values()), lost=len(told.acknowledged - seen.keys()),
        joined=len({edge.ends for edge in edges if edge.link.source == SOURCE}), merges=len(by_hand),
        parted=sum(edge.retracted for edge in by_hand), merged_twice=sum(one > 1 for one in standing.values()),
        consents=sum(word.granted for word in told.words), withdrawals=sum(not word.granted for word in told.words),
        erased=len(told.guests), delivered=len(set(receiver.event_ids)), deliveries=len(receiver.came),
        customers=len(set(holders.values())), seals=seals, chain_intact=not chain_faults, faults=found,
    )  # fmt: skip


def rows_of_events(app: App, brand_id: int) -> list[Row]:
    """Each event of the crowd in the lake."""
    schema, place = brand_schema(brand_id), "concat_ws(' ', batch_id, regexp_extract(filename, '[^/]*$'))"
    with app.lake.reading() as cursor:
        found = cursor.execute(
            f"SELECT path, customer_id, 'page_view-' || rowid, {place} FROM {schema}.page_view "
            f"WHERE source = '{SOURCE}' "
            f"UNION ALL SELECT properties->>'mark', customer_id, 'event-' || rowid, {place} FROM {schema}.event "
            f"WHERE source = '{SOURCE}'"
        ).fetchall()
    return [Row(*one) for one in found]


def _of_events(rows: Sequence[Row], told: Told) -> Faults:
    seen = Counter(row.mark for row in rows)
    lost = sorted(told.acknowledged - seen.keys())
    if lost:
        yield f"{len(lost)} acknowledged events are lost: {lost[:5]}"
    double = sorted((row for row in rows if seen[row.mark] > 1), key=lambda row: row.mark)
    if double:
        yield f"{len({row.mark for row in double})} events are there more than once: {double}"
    invented = seen.keys() - told.sent.keys()
    if invented:
        yield f"nobody sent {sorted(invented)[:5]}"


def _of_work(session: Session, events: int) -> Faults:
    """Nothing waits, nothing was turned away, and every count of events is that of the lake."""
    none = {
        "open tasks": "SELECT count(*) FROM long_task WHERE state IN ('queued', 'running')",
        "imports that are not done": "SELECT count(*) FROM import_run WHERE state <> 'done'",
        "rejected events": "SELECT count(*) FROM event_reject",
        "batches not carried": "SELECT count(*) FROM fact_batch WHERE state = 'claimed'",
    }
    for what, query in none.items():
        if count := session.scalar(text(query)):
            yield f"{what}: {count}"
    for kind, problem in session.execute(text("SELECT kind, error FROM long_task WHERE state = 'failed'")):
        yield f"a task of the kind {kind} has failed: {problem}"
    counted = {
        "event_volume": "SELECT sum(events) FROM event_volume",
        "event_source_day": "SELECT sum(events) FROM event_source_day",
    }
    for table, query in counted.items():
        if (count := int(session.scalar(text(query)) or 0)) != events:
            yield f"{table} counts {count} events, the lake holds {events}"


def _of_pages(app: App, session: Session, rows: Sequence[Row]) -> Faults:
    """What a customer's page shows is what the lake holds of them: looked at for some who did least."""
    names, brand_id = names_seen(session), brand_of(session)
    with app.lake.reading() as cursor:
        for who, count in Counter(row.customer_id for row in rows).most_common()[-PAGES:]:
            assert who is not None, "every event names somebody"
            shown = events_of(
                cursor, brand_id=brand_id, customer_id=who, before=utcnow(), limit=EVENTS_OF_MAX, names=names
            )
            if len(shown) != count:
                yield f"the page of customer {who} shows {len(shown)} events, the lake holds {count}"


def _of_deliveries(session: Session, rows: Sequence[Row], receiver: Receiver) -> Faults:
    """Everything in the lake was told to the webhook, at least once and always by the same name; nothing waits."""
    wanted, found = {row.event_id for row in rows}, set(receiver.event_ids)
    if missing := sorted(wanted - found):
        yield f"{len(missing)} events were never delivered: {missing[:5]}"
    if invented := sorted(found - wanted):
        yield f"{len(invented)} events were delivered that are not in the lake: {invented[:5]}"
    query = "SELECT state, count(*) FROM delivery WHERE state <> 'delivered' GROUP BY 1"
    for state, count in session.execute(text(query)):
        yield f"deliveries {state}: {count}"
