"""Events that wait or were turned away, without a person who asked to be forgotten."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import msgspec
import pyarrow as pa
from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.intake.actions.events_accept import envelope_context, packed_events
from siyu.intake.rules.events import kept_events
from siyu.intake.rules.naming import without_person
from siyu.kernel.app import App
from siyu.kernel.crypto import Cipher
from siyu.kernel.db import Role
from siyu.people.api import normal_value
from siyu.people.errors import BadPhone
from siyu.privacy.api import mentions, needles_of
from siyu.privacy.contracts import Person

PAGE = 500

REJECTS = """
    SELECT event_reject_id, body_sealed FROM event_reject
    WHERE brand_id = :brand AND event_reject_id > :after ORDER BY event_reject_id LIMIT :page
"""
ENVELOPES = """
    SELECT envelope_id, events, body_bytes, body_sealed FROM event_envelope
    WHERE brand_id = :brand AND envelope_id > :after ORDER BY envelope_id LIMIT :page
"""
WAITING = """
    SELECT body_bytes, body_sealed FROM event_envelope
    WHERE envelope_id = :envelope AND batch_id IS NULL FOR UPDATE SKIP LOCKED
"""


class Named:
    """Tells whether events name the person, whatever the way their values are written."""

    def __init__(self, person: Person) -> None:
        self._values = frozenset(person.values)
        self._needles = needles_of(person.values)

    def says(self, words: str) -> bool:
        """Whether a text names the person."""
        return mentions(words, self._needles)

    def is_theirs(self, namespace: str, value: str) -> bool:
        """Whether an identity is the person's."""
        try:
            return (namespace, normal_value(namespace, value)) in self._values
        except BadPhone:
            return self.says(value)

    def in_event(self, event: dict[str, Any]) -> bool:
        """Whether an event names the person anywhere."""
        return without_person(event, is_theirs=self.is_theirs, says=self.says)[1]


def rejects_naming(session: Session, cipher: Cipher, person: Person) -> Iterator[tuple[int, dict[str, Any]]]:
    """The rejected events that name the person, whatever was decided about them."""
    named, context = Named(person), envelope_context(person.brand_id)
    for number, sealed in _pages(session, REJECTS, person.brand_id):
        event = msgspec.json.decode(cipher.decrypt_bytes(bytes(sealed), context=context))
        if named.in_event(event):
            yield number, event


def forget_rejects(app: App, person: Person) -> None:
    """Rejected events that name the person are gone: nobody can mend and replay them."""
    with app.db.transaction(brand_id=person.brand_id) as session:
        found = [number for number, _ in rejects_naming(session, app.cipher, person)]
        session.execute(
            text("DELETE FROM event_reject WHERE event_reject_id = ANY(CAST(:found AS bigint[]))"),
            {"found": found},
        )


def envelopes_naming(app: App, person: Person) -> list[int]:
    """The requests on their way to the lake that name the person."""
    named, found = Named(person), []
    with app.db.transaction(brand_id=None, role=Role.PUMP) as session:
        for number, events in _envelopes(session, app.cipher, person.brand_id):
            if any(named.in_event(event) for event in events):
                found.append(number)
    return found


def forget_envelopes(app: App, person: Person) -> None:
    """Requests that wait keep their events, which name the person no more; what a pump holds is through in seconds."""
    named, context = Named(person), envelope_context(person.brand_id)
    for number in envelopes_naming(app, person):
        with app.db.transaction(brand_id=None, role=Role.PUMP) as session:
            row = session.execute(text(WAITING), {"envelope": number}).one_or_none()
            if row is None:
                continue
            events = _opened(app.cipher, row.body_sealed, row.body_bytes, context)
            cleaned = [without_person(one, is_theirs=named.is_theirs, says=named.says)[0] for one in events]
            body = msgspec.json.encode({"events": cleaned})
            sealed = packed_events(body, cipher=app.cipher, brand_id=person.brand_id)
            session.execute(
                text(
                    "UPDATE event_envelope SET body_sealed = :sealed, body_bytes = :size WHERE envelope_id = :envelope"
                ),
                {"sealed": sealed, "size": len(body), "envelope": number},
            )


def names_person(person: Person) -> Callable[[str], bool]:
    """Whether a text names the person."""
    return Named(person).says


def said_of(event: dict[str, Any], *, received_at: datetime | None = None) -> dict[str, Any]:
    """An event as a row of an export."""
    return {
        "event": event.get("event"), "event_id": event.get("event_id"), "occurred_at": event.get("occurred_at"),
        "received_at": received_at, "identities": event.get("identities"), "properties": event.get("properties"),
    }  # fmt: skip


def _envelopes(session: Session, cipher: Cipher, brand_id: int) -> Iterator[tuple[int, list[dict[str, Any]]]]:
    context = envelope_context(brand_id)
    for number, _, size, sealed in _pages(session, ENVELOPES, brand_id):
        yield number, _opened(cipher, sealed, size, context)


def _opened(cipher: Cipher, sealed: bytes, size: int, context: str) -> list[dict[str, Any]]:
    packed = cipher.decrypt_bytes(bytes(sealed), context=context)
    body = pa.decompress(packed, decompressed_size=size, codec="zstd", asbytes=True)
    return [_plain(msgspec.to_builtins(event)) for event in kept_events(body)]


def _plain(event: dict[str, Any]) -> dict[str, Any]:
    """Without what was not said."""
    return {name: value for name, value in event.items() if value is not None}


def _pages(session: Session, query: str, brand_id: int) -> Iterator[tuple[Any, ...]]:
    after = 0
    while rows := session.execute(text(query), {"brand": brand_id, "after": after, "page": PAGE}).all():
        yield from (tuple(row) for row in rows)
        after = rows[-1][0]
