"""The requests of a batch, opened: each event is good and typed, or bad for a reason."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec
import pyarrow as pa
from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.intake.actions.events_accept import envelope_context
from siyu.intake.actions.events_append import Rows
from siyu.intake.actions.events_ids import fact_key
from siyu.intake.queries.events import Catalogue
from siyu.intake.rules.events import Event, kept_events
from siyu.intake.rules.events_people import Said
from siyu.intake.rules.events_typing import (
    IDENTITY_MALFORMED,
    EventKind,
    Unfit,
    columns_of_event,
    text_of_event,
)
from siyu.intake.rules.standard_events import EVENT
from siyu.kernel.crypto import Cipher
from siyu.people.api import normal_value
from siyu.people.contracts import Resolved
from siyu.people.errors import BadPhone


@dataclass(slots=True)
class Arrived:
    """One event as it came, and from whom."""

    source: str
    received_at: datetime
    event: Event


@dataclass(slots=True)
class Good:
    """An event that goes to the lake: the values of its table's own columns, and of whom it tells."""

    name: str
    table: str
    own: list[Any]
    said: Said


@dataclass(slots=True)
class Bad:
    """An event that goes to the rejects."""

    arrived: Arrived
    why: Unfit


@dataclass(slots=True)
class Sorted:
    """The events of a batch by their key: each key is in one of the two at most."""

    good: dict[str, Good] = field(default_factory=dict)
    bad: dict[str, Bad] = field(default_factory=dict)

    def drop(self, known: Iterable[str]) -> None:
        """Events that were known before are in neither."""
        for key in known:
            self.good.pop(key, None)
            self.bad.pop(key, None)


@dataclass(slots=True)
class Prepared:
    """What the batch brings to the lake, by table, and how many events of each name and source."""

    rows: dict[str, Rows] = field(default_factory=dict)
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)


def arrived_events(session: Session, *, cipher: Cipher, brand_id: int, batch_id: int) -> list[Arrived]:
    """The events of a claimed batch in the order of their arrival, for a session of Role.PUMP.

    raises  WrongKey if the key file is not the one they were sealed with
    """
    rows = session.execute(
        text(
            "SELECT source, received_at, body_bytes, body_sealed FROM event_envelope "
            "WHERE batch_id = :batch ORDER BY envelope_id"
        ),
        {"batch": batch_id},
    )
    context, found = envelope_context(brand_id), []
    for source, received_at, size, sealed in rows:
        packed = cipher.decrypt_bytes(bytes(sealed), context=context)
        body = pa.decompress(packed, decompressed_size=size, codec="zstd", asbytes=True)
        found += [Arrived(source, received_at, event) for event in kept_events(body)]
    return found


def sorted_out(arrived: Sequence[Arrived], catalogue: Catalogue) -> Sorted:
    """Each event once: the first good one of its key, or else the last bad one."""
    found, judge = Sorted(), Judge(catalogue)
    for one in arrived:
        key = fact_key(one.source, one.event.event_id)
        if key in found.good:
            continue
        try:
            found.good[key] = judge.judged(one)
            if found.bad:
                found.bad.pop(key, None)
        except Unfit as why:
            found.bad[key] = Bad(one, why)
    return found


def prepared(good: Sequence[Good], people: Sequence[Resolved | None]) -> Prepared:
    """The rows of the lake's tables, with the customers that were found."""
    found = Prepared()
    for one, person in zip(good, people, strict=True):
        rows = found.rows.get(one.table)
        if rows is None:
            rows = found.rows[one.table] = Rows()
        rows.customer_id.append(None if person is None else person.customer_id)
        rows.identity_id.append(None if person is None else person.identity_id)
        rows.occurred_at.append(one.said.said_at)
        rows.source.append(one.said.source)
        rows.own.append(one.own)
        found.counts[one.name, one.said.source] += 1
    return found


def sealed_event(cipher: Cipher, brand_id: int, event: Event) -> bytes:
    """One event as a reject keeps it."""
    return cipher.encrypt_bytes(msgspec.json.encode(event), context=envelope_context(brand_id))


def opened_event(cipher: Cipher, brand_id: int, sealed: bytes) -> Event:
    """The event that a reject keeps.

    raises  WrongKey
    """
    return kept_events(cipher.decrypt_bytes(bytes(sealed), context=envelope_context(brand_id)))[0]


class Judge:
    """Says of events whether they go to the lake, and remembers what it looked up and which identities it read."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._kinds: dict[tuple[str, int | None], EventKind] = {}
        self._read: set[tuple[str, str]] = set()

    def judged(self, one: Arrived) -> Good:
        """The event as it goes to the lake.

        raises  Unfit
        """
        event = one.event
        kind = self._kinds.get((event.event, event.version))
        if kind is None:
            kind = self._catalogue.kind_of(event.event, event.version)
            self._kinds[event.event, event.version] = kind
        identities = tuple([(who.namespace, who.value) for who in event.identities])
        for who in identities:
            if who not in self._read:
                _check_identity(*who)
                self._read.add(who)
        said = Said(identities, one.source, event.authenticated, event.occurred_at, event.event_id)
        return Good(event.event, kind.table, _own(kind, event), said)


def judged(one: Arrived, catalogue: Catalogue) -> Good:
    """One event as it goes to the lake.

    raises  Unfit
    """
    return Judge(catalogue).judged(one)


def _own(kind: EventKind, event: Event) -> list[Any]:
    if kind.table == EVENT.name:
        return [event.event, kind.version, text_of_event(kind, event.properties)]
    return columns_of_event(kind, event.properties)


def _check_identity(namespace: str, value: str) -> None:
    if not value.strip():
        raise Unfit(IDENTITY_MALFORMED, namespace)
    try:
        normal_value(namespace, value)
    except BadPhone as wrong:
        raise Unfit(IDENTITY_MALFORMED, namespace) from wrong
