"""What is there afterwards, compared with what was said and answered: events, customers, links, consents."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.intake.api import events_of, names_seen
from siyu.intake.queries.events_of import EVENTS_OF_MAX
from siyu.kernel.app import App
from siyu.kernel.clock import utcnow
from siyu.kernel.db import brand_of
from siyu.kernel.lake import brand_schema
from siyu.people.api import value_index
from siyu.people.queries.verifying import verify_chain
from siyu.people.rules.namespaces import policy_of
from tests.failure.crowd import (
    CONSENT_SOURCE,
    FILE_SOURCE,
    PEOPLE,
    SOURCE,
    Identities,
    Sent,
    Told,
    identities_of,
)
from tests.people.naive import Link, Naive, Value

Faults = Iterator[str]
PAGES = 10


@dataclass(frozen=True, slots=True)
class Found:
    """The counts that a summary shows, and everything that is not as it should be."""

    acknowledged: int
    once: int
    twice: int
    lost: int
    merges: int
    parted: int
    consents: int
    customers: int
    chain_intact: bool
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Edge:
    """A link of the ledger, its ends in clear."""

    edge_id: int
    ends: frozenset[Value]
    link: Link
    retracted: bool


def compare(app: App, brand_id: int, told: Told) -> Found:
    """The system, at rest after all that happened to it, beside what the crowd was told."""
    plain = {
        value_index(app.cipher, brand_id, *value): value
        for one in range(PEOPLE)
        for value in identities_of(one)
    }
    rows = _events(app, brand_id)
    seen = Counter(mark for mark, _ in rows)
    with app.db.transaction(brand_id=brand_id) as session:
        edges = _ledger(session, plain)
        holders = _holders(session, plain)
        report = verify_chain(session)
        faults = chain(
            told.faults,
            _of_events(seen, told),
            _of_work(session, len(rows)),
            _of_ledger(edges, told, seen),
            _of_groups(edges, holders, {value: key for key, value in plain.items()}),
            _of_timelines(rows, holders, told),
            _of_pages(app, session, rows),
            _of_consents(session, told),
            () if report.intact and not report.waiting else [f"the consent chain: {report}"],
        )
        found = tuple(faults)
    by_hand = [edge for edge in edges if edge.link.staff]
    return Found(
        acknowledged=len(told.acknowledged), once=sum(count == 1 for count in seen.values()),
        twice=sum(count > 1 for count in seen.values()), lost=len(told.acknowledged - seen.keys()),
        merges=len(by_hand), parted=sum(edge.retracted for edge in by_hand), consents=len(told.consents),
        customers=len(set(holders.values())), chain_intact=report.intact, faults=found,
    )  # fmt: skip


def _events(app: App, brand_id: int) -> list[tuple[str, int | None]]:
    """The number of each event in the lake, with its customer."""
    schema = brand_schema(brand_id)
    with app.lake.reading() as cursor:
        return cursor.execute(
            f"SELECT path, customer_id FROM {schema}.page_view WHERE source = '{SOURCE}' UNION ALL "
            f"SELECT properties->>'mark', customer_id FROM {schema}.event WHERE source = '{SOURCE}'"
        ).fetchall()


def _of_events(seen: Counter[str], told: Told) -> Faults:
    lost = sorted(told.acknowledged - seen.keys())
    if lost:
        yield f"{len(lost)} acknowledged events are lost: {lost[:5]}"
    double = [mark for mark, count in seen.items() if count > 1]
    if double:
        yield f"{len(double)} events are there more than once: {double[:5]}"
    invented = seen.keys() - told.sent.keys()
    if invented:
        yield f"nobody sent {sorted(invented)[:5]}"


def _of_work(session: Session, events: int) -> Faults:
    """Nothing waits, nothing was turned away, and every count of events is that of the lake."""
    none = {
        "open tasks": "SELECT count(*) FROM long_task WHERE state IN ('queued', 'running')",
        "failed tasks": "SELECT count(*) FROM long_task WHERE state = 'failed'",
        "imports that are not done": "SELECT count(*) FROM import_run WHERE state <> 'done'",
        "rejected events": "SELECT count(*) FROM event_reject",
        "batches not carried": "SELECT count(*) FROM fact_batch WHERE state = 'claimed'",
    }
    for what, query in none.items():
        if count := session.scalar(text(query)):
            yield f"{what}: {count}"
    counted = {
        "event_volume": "SELECT sum(events) FROM event_volume",
        "event_source_day": "SELECT sum(events) FROM event_source_day",
    }
    for table, query in counted.items():
        if (count := int(session.scalar(text(query)) or 0)) != events:
            yield f"{table} counts {count} events, the lake holds {events}"


def _ledger(session: Session, plain: dict[bytes, Value]) -> list[_Edge]:
    rows = session.execute(
        text("""
            SELECT e.edge_id, l.value_index, r.value_index, e.source, e.event_id, e.authenticated, e.said_at,
                   e.overrides, x.edge_id IS NOT NULL
            FROM identity_edge e JOIN customer_identity l ON l.identity_id = e.left_id
            JOIN customer_identity r ON r.identity_id = e.right_id
            LEFT JOIN identity_edge_retraction x ON x.edge_id = e.edge_id ORDER BY e.edge_id
        """)
    )
    found = []
    for number, left, right, source, event_id, authenticated, said_at, by_hand, retracted in rows:
        ends = frozenset({plain[bytes(left)], plain[bytes(right)]})
        link = Link(ends, source, event_id, authenticated, said_at, by_hand)
        found.append(_Edge(number, ends, link, retracted))
    return found


def _holders(session: Session, plain: dict[bytes, Value]) -> dict[Value, int]:
    rows = session.execute(text("SELECT value_index, customer_id FROM customer_identity"))
    return {plain[bytes(key)]: customer for key, customer in rows}


def _of_ledger(edges: Sequence[_Edge], told: Told, seen: Counter[str]) -> Faults:
    """The links say what the events in the lake say, each once; of each pair one word by hand at most stands.

    Events that say the same at the same time may be said once: the first of all is there.
    """
    sent = [one for mark in seen if (one := told.sent.get(mark))]
    wanted = {(one.mark, ends) for one in sent for ends in _star(one)}
    ours = [edge for edge in edges if edge.link.source == SOURCE]
    found = Counter((edge.link.event_id, edge.ends) for edge in ours)
    if surplus := found - Counter(wanted):
        yield f"links that no event says, or says once: {list(surplus)[:3]}"
    since = _first((ends, one.authenticated, one.occurred_at) for one in sent for ends in _star(one))
    known = _first((edge.ends, edge.link.authenticated, edge.link.said_at) for edge in ours)
    if since != known:
        yield f"{len(since.items() ^ known.items())} links of events are missing or of another moment"
    by_hand = [edge for edge in edges if edge.link.staff]
    twice = [
        ends for ends, count in Counter(one.ends for one in by_hand if not one.retracted).items() if count > 1
    ]
    if twice:
        yield f"merged twice: {twice[:3]}"
    if not told.merges_done <= len(by_hand) <= told.merges_asked:
        yield f"{len(by_hand)} links by hand; {told.merges_done} to {told.merges_asked} were asked for"
    if unheard := told.retracted - {edge.edge_id for edge in edges if edge.retracted}:
        yield f"links taken back that stand: {unheard}"
    others = {edge.link.source for edge in edges if not edge.link.staff} - {SOURCE, FILE_SOURCE}
    if others:
        yield f"links of sources that said nothing: {others}"


def _of_groups(edges: Sequence[_Edge], holders: dict[Value, int], key: dict[Value, bytes]) -> Faults:
    """Who is one customer is what the naive walk over the standing links says.

    Of links that say the same with the same authority the first decides: the walk need not take the others.
    """
    naive = Naive(key, values=list(holders))
    first: dict[tuple[object, ...], Link] = {}
    for edge in edges:
        name = (edge.ends, edge.link.authenticated, edge.link.staff)
        if not edge.retracted and (name not in first or edge.link.said_at < first[name].said_at):
            first[name] = edge.link
    naive.links.update(first)
    wanted = {frozenset(group) for group in naive.groups()}
    grouped: dict[int, set[Value]] = {}
    for value, customer in holders.items():
        grouped.setdefault(customer, set()).add(value)
    found = {frozenset(group) for group in grouped.values()}
    if wrong := sorted(map(sorted, found - wanted)):
        yield f"{len(wrong)} customers are not those of the naive walk: {wrong[:2]}"


def _of_timelines(rows: Sequence[tuple[str, int | None]], holders: dict[Value, int], told: Told) -> Faults:
    """Each customer's timeline counts the events that named them."""
    found = Counter(customer for _, customer in rows)
    wanted = Counter(holders[_centre(told.sent[mark].who)] for mark, _ in rows if mark in told.sent)
    if wrong := {who: (found[who], wanted[who]) for who in found | wanted if found[who] != wanted[who]}:
        yield f"{len(wrong)} timelines hold another number of events: {dict(list(wrong.items())[:5])} (found, wanted)"


def _of_pages(app: App, session: Session, rows: Sequence[tuple[str, int | None]]) -> Faults:
    """What a customer's page shows is what the lake holds of them: looked at for some who did least."""
    names, brand_id = names_seen(session), brand_of(session)
    with app.lake.reading() as cursor:
        for who, count in Counter(customer for _, customer in rows).most_common()[-PAGES:]:
            assert who is not None, "every event names somebody"
            shown = events_of(
                cursor, brand_id=brand_id, customer_id=who, before=utcnow(), limit=EVENTS_OF_MAX, names=names
            )
            if len(shown) != count:
                yield f"the page of customer {who} shows {len(shown)} events, the lake holds {count}"


def _of_consents(session: Session, told: Told) -> Faults:
    rows = session.execute(
        text("SELECT said_at, count(*) FROM consent_entry WHERE source = :source GROUP BY 1"),
        {"source": CONSENT_SOURCE},
    )
    found = {said_at.isoformat(): count for said_at, count in rows}
    if lost := told.consents.keys() - found.keys():
        yield f"{len(lost)} consents are lost: {sorted(lost)[:3]}"
    if double := [moment for moment, count in found.items() if count > 1]:
        yield f"{len(double)} consents are there twice: {double[:3]}"


def _centre(who: Identities) -> Value:
    """The strongest identity of a claim."""

    def place(value: Value) -> tuple[int, Value]:
        policy = policy_of(value[0])
        return (2 if not policy.strong else 0 if policy.one_per_customer else 1, value)

    return min(who, key=place)


def _first(
    said: Iterable[tuple[frozenset[Value], bool, datetime]],
) -> dict[tuple[frozenset[Value], bool], datetime]:
    """Since when each pair is linked, by checked and by unchecked word."""
    found: dict[tuple[frozenset[Value], bool], datetime] = {}
    for ends, authenticated, moment in said:
        known = found.setdefault((ends, authenticated), moment)
        found[ends, authenticated] = min(known, moment)
    return found


def _star(sent: Sent) -> list[frozenset[Value]]:
    centre = _centre(sent.who)
    return [frozenset({centre, other}) for other in sent.who if other != centre]
