"""What a program may send as events: the body's shape, and every limit with the refusal that names it.

All limits of POST /api/v1/events stand here, and nowhere else.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import msgspec

from siyu.intake.errors.events import (
    EventFieldMalformed,
    EventNumberTooLarge,
    EventsBodyTooLarge,
    EventsEmpty,
    EventsMalformed,
    EventsTooMany,
    EventTextUnreadable,
    EventTooDeep,
    EventTooEarly,
    EventTooLarge,
    EventTooLate,
    PropertiesTooMany,
    PropertyNameTooLong,
)
from siyu.kernel.errors import SiyuError

BODY_BYTES_MAX = 1_000_000
EVENTS_MAX = 500
EVENT_BYTES_MAX = 32_000
PROPERTIES_MAX = 100
DEPTH_MAX = 5  # a property that is text or a number is at depth 1
NAME_LENGTH_MAX = 64
EVENT_ID_LENGTH_MAX = 128
IDENTITIES_MAX = 10
IDENTITY_LENGTH_MAX = 256
AHEAD_MAX = timedelta(minutes=5)  # clocks of tills and telephones
EARLIEST = datetime(
    2000, 1, 1, tzinfo=UTC
)  # no brand's events are older; a clock that was never set says 1970
POSITIONS_MAX = 20
WHY_LENGTH_MAX = 200  # an unknown field's name may be as long as the body
_INT64 = 2**63

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=NAME_LENGTH_MAX)]


class Identity(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """Who somebody is in one namespace, as the sender says."""

    namespace: Annotated[str, msgspec.Meta(min_length=1, max_length=NAME_LENGTH_MAX)]
    value: Annotated[str, msgspec.Meta(min_length=1, max_length=IDENTITY_LENGTH_MAX)]


class Event(msgspec.Struct, forbid_unknown_fields=True, gc=False, omit_defaults=True):
    """One event of a body. `authenticated`: the sender had the person signed in when it happened."""

    event: Name
    event_id: Annotated[str, msgspec.Meta(min_length=1, max_length=EVENT_ID_LENGTH_MAX)]
    occurred_at: Annotated[datetime, msgspec.Meta(tz=True)]
    identities: Annotated[list[Identity], msgspec.Meta(max_length=IDENTITIES_MAX)] = msgspec.field(
        default_factory=list
    )
    properties: dict[str, Any] = msgspec.field(default_factory=dict)
    authenticated: bool = False
    version: Annotated[int, msgspec.Meta(ge=1, le=10_000)] | None = None


class Batch(msgspec.Struct, forbid_unknown_fields=True):
    """Several events in one body."""

    events: list[Event]


class _Pieces(msgspec.Struct):
    events: list[msgspec.Raw]


_one = msgspec.json.Decoder(Event)
_many = msgspec.json.Decoder(Batch)
_pieces = msgspec.json.Decoder(_Pieces)
_shape = msgspec.json.Decoder(dict[str, msgspec.Raw])


def read_events(body: bytes) -> list[Event]:
    """The events of a body: one object, or {"events": [...]}. Only their shape is looked at.

    raises  EventsBodyTooLarge, EventsMalformed, EventsEmpty, EventsTooMany, EventTooLarge, EventFieldMalformed

    >>> [one.event for one in read_events(
    ...     b'{"event": "check_in", "event_id": "7", "occurred_at": "2026-05-01T10:00:00+08:00"}')]
    ['check_in']
    """
    if len(body) > BODY_BYTES_MAX:
        raise EventsBodyTooLarge(bytes=len(body), limit=BODY_BYTES_MAX)
    try:
        events, several = _decoded(body)
    except msgspec.ValidationError as wrong:
        what, _, path = str(wrong).partition(" - at ")
        where = path.strip("`").removeprefix("$").removeprefix(".")
        raise EventFieldMalformed(where=where or "event", why=what[:WHY_LENGTH_MAX]) from wrong
    except RecursionError as deep:
        raise EventTooDeep(where="the body", limit=DEPTH_MAX) from deep
    except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
        raise EventsMalformed(why=str(wrong)) from wrong
    if not events:
        raise EventsEmpty
    if len(events) > EVENTS_MAX:
        raise EventsTooMany(events=len(events), limit=EVENTS_MAX)
    if len(body) > EVENT_BYTES_MAX and _may_hold_large(body):
        _refuse_large(body, several=several)
    return events


def kept_events(body: bytes) -> list[Event]:
    """The events of a body that was taken before, under whatever limits there were then."""
    return _decoded(body)[0]


def without_authentication(body: bytes) -> bytes:
    """The same events, none of which its sender vouches for.

    raises  what `read_events` refuses

    >>> without_authentication(b'{"event": "x", "event_id": "1", "occurred_at": "2026-05-01T10:00:00Z", '
    ...                        b'"authenticated": true}')
    b'{"events":[{"event":"x","event_id":"1","occurred_at":"2026-05-01T10:00:00Z"}]}'
    """
    events = read_events(body)
    for one in events:
        one.authenticated = False
    return msgspec.json.encode(Batch(events))


def check_events(events: list[Event], *, body: bytes, now: datetime) -> None:
    """Returns if each event keeps within the limits; otherwise none of them is taken.

    raises  the refusal of the first bad event, with the positions of the others: EventTooEarly, EventTooLate,
            PropertiesTooMany, PropertyNameTooLong, EventNumberTooLarge, EventTooDeep, EventTextUnreadable
    """
    latest, escapes = now + AHEAD_MAX, b"\\u0000" in body
    bad: list[tuple[int, SiyuError]] = []
    for position, event in enumerate(events):
        refusal = _refusal(event, position, latest, escapes=escapes)
        if refusal is not None:
            bad.append((position, refusal))
    if not bad:
        return
    first = bad[0][1]
    others = ", ".join(str(position) for position, _ in bad[1:POSITIONS_MAX])
    if others:
        raise type(first)(
            **{**first.details, "where": f"{first.details['where']} (also bad: events {others})"}
        )
    raise first


def _decoded(body: bytes) -> tuple[list[Event], bool]:
    """The events, and whether the body is a batch: most are, so that is tried first."""
    try:
        return _many.decode(body).events, True
    except msgspec.ValidationError as wrong:
        if str(wrong).startswith(("Object missing required field `events`", "Object contains unknown field")):
            return _one_or_reason(body, wrong)
        raise


def _one_or_reason(body: bytes, as_batch: msgspec.ValidationError) -> tuple[list[Event], bool]:
    if " - at " in str(as_batch) or "events" in _shape.decode(body):
        raise as_batch
    return [_one.decode(body)], False


def _may_hold_large(body: bytes) -> bool:
    """Each event names its event_id: where two such names are never far apart, no event can be large."""
    return max(map(len, body.split(b'"event_id"'))) > EVENT_BYTES_MAX // 2 - 20


def _refuse_large(body: bytes, *, several: bool) -> None:
    """A body that is larger than one event may be holds one that is too large, perhaps."""
    pieces: list[msgspec.Raw] | list[bytes] = _pieces.decode(body).events if several else [body]
    for position, piece in enumerate(pieces):
        if len(bytes(piece)) > EVENT_BYTES_MAX:
            raise EventTooLarge(where=f"events[{position}]", bytes=len(bytes(piece)), limit=EVENT_BYTES_MAX)


def _refusal(event: Event, position: int, latest: datetime, *, escapes: bool) -> SiyuError | None:
    if event.occurred_at > latest or event.occurred_at < EARLIEST:
        return _time_refusal(event, position)
    if len(event.properties) > PROPERTIES_MAX:
        return PropertiesTooMany(where=_at(position), properties=len(event.properties), limit=PROPERTIES_MAX)
    if escapes and (unreadable := next(_unreadable(event), None)):
        return EventTextUnreadable(where=_at(position), field=unreadable)
    for name, value in event.properties.items():
        if not 0 < len(name) <= NAME_LENGTH_MAX:
            return PropertyNameTooLong(where=_at(position), start=name[:20], limit=NAME_LENGTH_MAX)
        kind = type(value)
        if kind is str or kind is float or value is None or kind is bool:
            continue
        if (refusal := _value_refusal(value, _at(position), name, depth=1)) is not None:
            return refusal
    return None


def _at(position: int) -> str:
    return f"events[{position}]"


def _time_refusal(event: Event, position: int) -> SiyuError:
    if event.occurred_at < EARLIEST:
        return EventTooEarly(where=_at(position), earliest=EARLIEST.date())
    return EventTooLate(where=_at(position), minutes=int(AHEAD_MAX.total_seconds() // 60))


def _value_refusal(value: Any, where: str, name: str, *, depth: int) -> SiyuError | None:
    """Numbers that no column holds, and nesting that nobody reads, at any depth below the property."""
    if isinstance(value, int) and not -_INT64 <= value < _INT64:
        return EventNumberTooLarge(where=where, field=name)
    if not isinstance(value, dict | list):
        return None
    if depth >= DEPTH_MAX:
        return EventTooDeep(where=f"{where}, property {name}", limit=DEPTH_MAX)
    if isinstance(value, dict):
        long = next((inner for inner in value if not 0 < len(inner) <= NAME_LENGTH_MAX), None)
        if long is not None:
            return PropertyNameTooLong(where=where, start=long[:20], limit=NAME_LENGTH_MAX)
    inside = value.values() if isinstance(value, dict) else value
    for one in inside:
        refusal = _value_refusal(one, where, name, depth=depth + 1)
        if refusal is not None:
            return refusal
    return None


def _unreadable(event: Event) -> Iterator[str]:
    """Names of the fields that hold a NUL character, which no database column takes."""
    if "\0" in event.event_id:
        yield "event_id"
    if "\0" in event.event:
        yield "event"
    if any("\0" in one.value or "\0" in one.namespace for one in event.identities):
        yield "identities"
    for name, value in event.properties.items():
        if "\0" in name or _holds_nul(value):
            yield "properties"


def _holds_nul(value: Any) -> bool:
    """Bounded by the depth of the body, which was decoded without overflow."""
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any("\0" in name or _holds_nul(inner) for name, inner in value.items())
    return isinstance(value, list) and any(map(_holds_nul, value))
