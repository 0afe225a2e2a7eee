"""How the body of a webhook becomes events: JMESPath expressions, each for one part of an event.

source  https://jmespath.org/specification.html
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import jmespath
from jmespath.exceptions import JMESPathError

EXPRESSION_LENGTH_MAX = 500
PARTS_MAX = 50
EVENTS_OF_BODY_MAX = 500
MILLISECONDS_FROM = 100_000_000_000  # as seconds that would be the year 5138

NOT_JSON = "not_json"
EXPRESSION_WRONG = "expression_wrong"
NO_LIST = "no_list"
TOO_MANY = "too_many_events"
NO_NAME = "no_event_name"
TIME_UNREADABLE = "time_unreadable"
VALUE_UNFIT = "value_unfit"
LIMITS = "limits"

_SENTENCES: Mapping[str, tuple[str, str]] = {
    NOT_JSON: ("The body is not JSON in UTF-8.", "请求体不是 UTF-8 的 JSON。"),
    EXPRESSION_WRONG: ("The expression is no JMESPath, or cannot be applied to this body.",
                       "表达式不是 JMESPath，或无法用于这个请求体。"),
    NO_LIST: ("The expression for the events finds neither an object nor a list of objects.",
              "「事件所在位置」没有找到对象或对象列表。"),
    TOO_MANY: ("One body gives more than 500 events.", "一个请求体得出的事件超过 500 个。"),
    NO_NAME: ("The expression for the event's name finds no text.", "「事件名称」没有找到文字。"),
    TIME_UNREADABLE: ("The time is neither ISO 8601 nor a number of seconds or milliseconds.",
                      "时间不是 ISO 8601，也不是秒或毫秒数。"),
    VALUE_UNFIT: ("An event id or identity is no text and no number.", "事件编号或身份既不是文字也不是数字。"),
    LIMITS: ("An event breaks a limit of events.", "某个事件超出了事件的限制。"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class EventMapping:
    """Which expression gives which part. Those of an event see `root`, the whole body, beside what stands in its item.

    `items`: where the events are; empty if the body is one event. `event_id`: empty for a digest of the body.
    `occurred_at`: empty for the time of receipt. `time_zone`: of times that name none.
    """

    event: str
    items: str = ""
    event_id: str = ""
    occurred_at: str = ""
    time_zone: str = "Asia/Shanghai"
    authenticated: bool = False
    identities: tuple[tuple[str, str], ...] = ()
    properties: tuple[tuple[str, str], ...] = field(default=())


class Unmappable(Exception):
    """Why a body gives no events, at which part of the mapping: a finding that becomes a row."""

    def __init__(self, reason: str, part: str, position: int | None = None) -> None:
        super().__init__(reason, part, position)
        self.reason = reason
        self.part = part if position is None else f"{part} [{position}]"


def said_problem(code: str, language: str) -> str:
    """The sentence of a reason; of one that is no more, its code.

    >>> said_problem("not_json", "en")
    'The body is not JSON in UTF-8.'
    """
    english, chinese = _SENTENCES.get(code, (code, code))
    return chinese if language.startswith("zh") else english


def check_mapping(mapping: EventMapping) -> tuple[str, str] | None:
    """The part that cannot be kept and why, or None if all can.

    >>> check_mapping(EventMapping("'order_shipped'", items="data[]")), check_mapping(EventMapping("type["))[0]
    (None, 'event')
    """
    if not mapping.event.strip():
        return "event", "it is empty"
    for part, expression in _parts(mapping):
        if len(expression) > EXPRESSION_LENGTH_MAX:
            return part, f"it has more than {EXPRESSION_LENGTH_MAX} characters"
        try:
            jmespath.compile(expression)
        except JMESPathError as wrong:
            return part, " ".join(str(wrong).split())[:200]
    if len(mapping.identities) + len(mapping.properties) > PARTS_MAX:
        return "properties", f"there are more than {PARTS_MAX} identities and properties"
    try:
        ZoneInfo(mapping.time_zone)
    except (ValueError, OSError, KeyError):
        return "time_zone", "there is no such time zone"
    return None


def mapped(body: Any, mapping: EventMapping, *, digest: str, now: datetime) -> list[dict[str, Any]]:
    """The events of a body, as they would be sent to the event endpoint.

    `digest`: of the body as it came; where the mapping has no event_id, the same body again is the same events.
    raises  Unmappable

    >>> body = {"shop": "A", "orders": [{"no": 7, "buyer": {"tel": "138"}, "at": 1767225600}]}
    >>> mapping = EventMapping("'order_shipped'", items="orders", event_id="no", occurred_at="at",
    ...     identities=(("phone", "buyer.tel"),), properties=(("shop", "root.shop"), ("none", "x.y")))
    >>> mapped(body, mapping, digest="d", now=datetime(2026, 1, 1, tzinfo=UTC))[0] == {
    ...     "event": "order_shipped", "event_id": "7", "occurred_at": "2026-01-01T00:00:00+00:00",
    ...     "identities": [{"namespace": "phone", "value": "138"}], "properties": {"shop": "A"}}
    True
    """
    items = _found(mapping.items, body, "items") if mapping.items.strip() else body
    if isinstance(items, dict):
        items = [items]
    if not isinstance(items, list) or not all(isinstance(one, dict) for one in items):
        raise Unmappable(NO_LIST, "items")
    if len(items) > EVENTS_OF_BODY_MAX:
        raise Unmappable(TOO_MANY, "items")
    return [_event(one, body, mapping, digest, place, now) for place, one in enumerate(items)]


def body_digest(body: bytes) -> str:
    """What a body is known by: 32 hex digits.

    >>> len(body_digest(b"{}"))
    32
    """
    return hashlib.sha256(body).hexdigest()[:32]


def _event(
    item: Mapping[str, Any], root: Any, mapping: EventMapping, digest: str, place: int, now: datetime
) -> dict[str, Any]:
    seen = {**item, "root": root}
    name = _found(mapping.event, seen, "event", place)
    if not isinstance(name, str) or not name:
        raise Unmappable(NO_NAME, "event", place)
    number = _words(_found(mapping.event_id, seen, "event_id", place), "event_id", place)
    event: dict[str, Any] = {
        "event": name,
        "event_id": number or f"{digest}:{place}",
        "occurred_at": _moment(
            _found(mapping.occurred_at, seen, "occurred_at", place), mapping.time_zone, place, now
        ).isoformat(),
    }
    identities = [
        {"namespace": namespace, "value": value}
        for namespace, expression in mapping.identities
        if (value := _words(_found(expression, seen, namespace, place), namespace, place))
    ]
    values = {inner: _found(expression, seen, inner, place) for inner, expression in mapping.properties}
    properties = {inner: value for inner, value in values.items() if value is not None}
    if identities:
        event["identities"] = identities
    if properties:
        event["properties"] = properties
    if mapping.authenticated:
        event["authenticated"] = True
    return event


def _found(expression: str, seen: Any, part: str, place: int | None = None) -> Any:
    if not expression.strip():
        return None
    try:
        return jmespath.search(expression, seen)
    except (JMESPathError, ValueError, TypeError) as wrong:
        raise Unmappable(EXPRESSION_WRONG, part, place) from wrong


def _words(value: Any, part: str, place: int) -> str:
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Unmappable(VALUE_UNFIT, part, place)
    return str(value)


def _moment(value: Any, zone: str, place: int, now: datetime) -> datetime:
    if value is None:
        return now
    try:
        if isinstance(value, str) and not value.strip().isdigit():
            found = datetime.fromisoformat(value.strip().replace("/", "-"))
            return found if found.tzinfo is not None else found.replace(tzinfo=ZoneInfo(zone))
        number = float(value)
        return datetime.fromtimestamp(number / 1_000 if number >= MILLISECONDS_FROM else number, UTC)
    except (ValueError, TypeError, OverflowError, OSError) as wrong:
        raise Unmappable(TIME_UNREADABLE, "occurred_at", place) from wrong


def _parts(mapping: EventMapping) -> Sequence[tuple[str, str]]:
    named = [("items", mapping.items), ("event", mapping.event), ("event_id", mapping.event_id),
             ("occurred_at", mapping.occurred_at)]  # fmt: skip
    return [(part, text) for part, text in (*named, *mapping.identities, *mapping.properties) if text.strip()]
