"""Who is one customer afterwards, and who should be: the links of the ledger, walked naively."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.kernel.crypto import Cipher
from siyu.people.api import value_index
from siyu.people.rules.namespaces import policy_of
from tests.failure.crowd import (
    FILE_SOURCE,
    GUESTS_MAX,
    PEOPLE,
    SOURCE,
    Identities,
    Sent,
    Told,
    identities_of,
    identities_of_guest,
)
from tests.people.naive import Link, Naive, Value

Faults = Iterator[str]
GUESTS = frozenset(value for one in range(GUESTS_MAX) for value in identities_of_guest(one))


@dataclass(frozen=True, slots=True)
class LedgerEdge:
    """A link of the ledger, its ends in clear."""

    edge_id: int
    ends: frozenset[Value]
    link: Link
    retracted: bool


def known_values(cipher: Cipher, brand_id: int) -> dict[bytes, Value]:
    """What everybody is known by, by its blind index."""
    people = [value for one in range(PEOPLE) for value in identities_of(one)]
    return {value_index(cipher, brand_id, *value): value for value in [*people, *GUESTS]}


def ledger_of(session: Session, plain: Mapping[bytes, Value]) -> list[LedgerEdge]:
    """Every link of the ledger."""
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
        found.append(LedgerEdge(number, ends, link, retracted))
    return found


def holders_of(session: Session, plain: Mapping[bytes, Value]) -> dict[Value, int]:
    """The customer of each identity."""
    rows = session.execute(text("SELECT value_index, customer_id FROM customer_identity"))
    return {plain[bytes(key)]: customer for key, customer in rows}


def of_ledger(edges: Sequence[LedgerEdge], told: Told, seen: Counter[str]) -> Faults:
    """The links say what the events in the lake say, each once; of each pair one word by hand at most stands.

    Events that say the same at the same time may be said once: the first of all is there. Guests' links go with them.
    """
    sent = [one for mark in seen if (one := told.sent.get(mark)) and not is_of_guest(one)]
    wanted = {(one.mark, ends) for one in sent for ends in _star(one)}
    ours = [edge for edge in edges if edge.link.source == SOURCE and not edge.ends & GUESTS]
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


def of_groups(edges: Sequence[LedgerEdge], holders: Mapping[Value, int], key: dict[Value, bytes]) -> Faults:
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


def of_timelines(rows: Sequence[tuple[str, int | None]], holders: Mapping[Value, int], told: Told) -> Faults:
    """Each customer's timeline counts the events that named them; of guests who were forgotten see `of_guests`."""
    named = [(told.sent[mark], customer) for mark, customer in rows if mark in told.sent]
    rest = [(one, customer) for one, customer in named if not is_of_guest(one)]
    found = Counter(customer for _, customer in rest)
    wanted = Counter(holders[_centre(one.who)] for one, _ in rest)
    if wrong := {who: (found[who], wanted[who]) for who in found | wanted if found[who] != wanted[who]}:
        yield f"{len(wrong)} timelines hold another number of events: {dict(list(wrong.items())[:5])} (found, wanted)"


def is_of_guest(sent: Sent) -> bool:
    """Whether an event names somebody who will ask to be forgotten."""
    return not GUESTS.isdisjoint(sent.who)


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
