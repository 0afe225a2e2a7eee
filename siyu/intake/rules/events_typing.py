"""Whether an event is what its definition says, and what of it goes to the lake: typed values, no personal data."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import msgspec

from siyu.kernel.facts import FactType

MORE = "more"
UNKNOWN_VERSION = 0
HIDDEN = "***"
PHONE_LENGTH = 11  # the shortest of the numbers that are hidden
_INT64 = 2**63

UNKNOWN_EVENT = "unknown_event"
NOT_OPEN = "not_open"
RETIRED = "retired"
VERSION_UNKNOWN = "version_unknown"
PROPERTY_MISSING = "property_missing"
PROPERTY_MISTYPED = "property_mistyped"
IDENTITY_MALFORMED = "identity_malformed"

_SENTENCES = {
    UNKNOWN_EVENT: "Nobody defined an event of this name, and the brand sets such events aside. Define it and replay.",
    NOT_OPEN: "Siyu writes facts of this name itself. Send the event under another name.",
    RETIRED: "The brand retired events of this name. Stop sending them, or bring the name back and replay.",
    VERSION_UNKNOWN: "The event's definition has no such version. Define it, or correct the version, then replay.",
    PROPERTY_MISSING: "A property is missing that the definition requires. Add it, then replay.",
    PROPERTY_MISTYPED: "A property is not of the type that the definition says. Correct it, then replay.",
    IDENTITY_MALFORMED: "An identity is not one of its namespace, such as a telephone number with too few digits.",
}
_SENTENCES_ZH = {
    UNKNOWN_EVENT: "没有定义过该名称的事件，而品牌设置为隔离未知事件。请先定义，再重放。",
    NOT_OPEN: "该名称的事实由 Siyu 自己写入。请换一个名称发送。",
    RETIRED: "品牌已停用该名称的事件。请停止发送，或恢复该名称后重放。",
    VERSION_UNKNOWN: "该事件的定义没有这个版本。请补充定义或更正版本后重放。",
    PROPERTY_MISSING: "缺少定义中要求的属性。请补充后重放。",
    PROPERTY_MISTYPED: "属性的类型与定义不符。请更正后重放。",
    IDENTITY_MALFORMED: "某个身份不符合其命名空间，例如手机号位数不足。",
}
EVENT_REASONS = tuple(_SENTENCES)

# A digest or a UUID may hold eleven digits in a row: it is the number of a thing, and altered it names another.
PERSONAL = re.compile(
    r"(?P<thing>(?<![0-9A-Za-z])(?:[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}|[0-9A-Fa-f]{24,})(?![0-9A-Za-z]))|"
    r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d{9}(?!\d)|(?<!\d)\d{17}[\dXx](?!\d)|[\w.+-]+@[\w-]+\.[\w.-]+"
)
DIGITS = re.compile(r"\d{11}")  # without such a run and without an @, nothing personal can be found
KEYS_OF_THINGS = ("_key", "_id", "_no")  # numbers of orders and products may look like a telephone number


@dataclass(frozen=True, slots=True)
class Property:
    """One property of a definition; a `personal` one never reaches the lake."""

    name: str
    type: str
    required: bool = False
    personal: bool = False


@dataclass(frozen=True, slots=True)
class EventKind:
    """An event that may come from outside: a fact of its own, or one of the brand's in the common table."""

    name: str
    version: int
    table: str
    properties: tuple[Property, ...]


class Unfit(Exception):
    """Why an event is turned away, and which of its fields says so: a finding that becomes a row."""

    def __init__(self, reason: str, field: str) -> None:
        super().__init__(reason, field)
        self.reason = reason
        self.field = field


def event_reason_text(code: str, language: str = "en") -> str:
    """The sentence that explains a reason.

    >>> event_reason_text("not_open", "zh-CN")
    '该名称的事实由 Siyu 自己写入。请换一个名称发送。'
    """
    return _SENTENCES_ZH[code] if language.startswith("zh") else _SENTENCES[code]


def said_reason(code: str, language: str) -> str:
    """The sentence of a reason; of one that is no more, its code.

    >>> said_reason("of_old", "en")
    'of_old'
    """
    return event_reason_text(code, language) if code in EVENT_REASONS else code


def kind_of_fact(fact_type: FactType) -> EventKind:
    """An open fact type as an event: its columns are its properties."""
    return EventKind(
        fact_type.name,
        1,
        fact_type.name,
        tuple(
            Property(name, kind, name in fact_type.required)
            for name, kind in fact_type.columns.items()
            if name != MORE
        ),
    )


def columns_of_event(kind: EventKind, properties: Mapping[str, Any]) -> list[Any]:
    """The values of a typed fact's own columns, `more` last; what it does not declare is in `more`.

    raises  Unfit

    >>> kind = EventKind("check_in", 1, "check_in", (Property("points", "BIGINT", required=True),))
    >>> columns_of_event(kind, {"points": 5.0, "note": "call 13800138000"})
    [5, '{"note":"call ***"}']
    """
    values: list[Any] = []
    undeclared = len(properties)
    for one in kind.properties:
        value = properties.get(one.name)
        if value is None:
            if one.required:
                raise Unfit(PROPERTY_MISSING, one.name)
            if one.name in properties:
                undeclared -= 1
        else:
            undeclared -= 1
            if not (type(value) is str and one.type == "VARCHAR" and len(value) < PHONE_LENGTH):
                value = _converted(one, value)
            elif "@" in value:
                value = _words_without_personal(value, one.name)
        values.append(value)
    if not undeclared:
        values.append(None)
    else:
        names = {one.name for one in kind.properties}
        values.append(_as_json({name: value for name, value in properties.items() if name not in names}))
    return values


def text_of_event(kind: EventKind, properties: Mapping[str, Any]) -> str:
    """The properties of a brand's own event as JSON, those it declares in their type, none that is personal.

    raises  Unfit

    >>> declared = (Property("cups", "BIGINT"), Property("guest", "VARCHAR", personal=True))
    >>> kind = EventKind("tea_tasting", 2, "event", declared)
    >>> text_of_event(kind, {"cups": 3, "guest": "王芳", "room": "A"})
    '{"cups":3,"room":"A"}'
    """
    kept = dict(properties)
    for one in kind.properties:
        value = kept.get(one.name)
        if value is None:
            if one.required:
                raise Unfit(PROPERTY_MISSING, one.name)
        elif one.personal:
            del kept[one.name]
        else:
            converted = _converted(one, value)
            kept[one.name] = value if isinstance(converted, date) else converted
    return _as_json(kept)


def without_personal(value: Any, name: str = "") -> Any:
    """The value with telephone numbers, mail addresses and numbers of identity cards hidden, at any depth.

    Values whose name says that they are a key of something stay as they are.

    >>> without_personal({"say": ["138 or 13800138000"], "order_key": "13800138000"})
    {'say': ['138 or ***'], 'order_key': '13800138000'}
    >>> without_personal(["4904d15059934806a9a7de73ead82bb8", "d15059934806a"])
    ['4904d15059934806a9a7de73ead82bb8', 'd***a']
    """
    if isinstance(value, str):
        return _words_without_personal(value, name)
    if (
        isinstance(value, int)
        and not isinstance(value, bool)
        and value >= 10**10
        and not name.endswith(KEYS_OF_THINGS)
    ):
        found = PERSONAL.fullmatch(str(value))
        return value if found is None or found["thing"] else HIDDEN
    if isinstance(value, dict):
        return {inner: without_personal(one, inner) for inner, one in value.items()}
    return [without_personal(one, name) for one in value] if isinstance(value, list) else value


def check_definition(name: str, properties: Sequence[Property]) -> tuple[str, str] | None:
    """Why a definition cannot be kept and what to do, or None if it can.

    >>> check_definition("tea_tasting", [Property("cups", "BIGINT"), Property("cups", "VARCHAR")])
    ('property cups is declared twice', 'Declare each property once.')
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,63}", name):
        return "a name is lower-case letters, digits and _", "Choose a name like tea_tasting."
    names = [one.name for one in properties]
    double = next((one for one in names if names.count(one) > 1), None)
    if double:
        return f"property {double} is declared twice", "Declare each property once."
    wrong = next((one for one in properties if one.type not in _CONVERTERS), None)
    if wrong:
        return f"property {wrong.name} has the type {wrong.type}", f"Types are: {', '.join(_CONVERTERS)}."
    return None


def _converted(one: Property, value: Any) -> Any:
    try:
        return _CONVERTERS[one.type](value, one.name)
    except (ValueError, TypeError, OverflowError) as wrong:
        raise Unfit(PROPERTY_MISTYPED, one.name) from wrong


def _whole(value: Any, _name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or int(value) != value:
        raise ValueError
    if not -_INT64 <= value < _INT64:
        raise ValueError
    return int(value)


def _small(value: Any, name: str) -> int:
    whole = _whole(value, name)
    if not -(2**31) <= whole < 2**31:
        raise ValueError
    return whole


def _number(value: Any, _name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError
    return float(value)


def _boolean(value: Any, _name: str) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _words(value: Any, name: str) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise TypeError
    return _words_without_personal(value, name)


def _words_without_personal(value: str, name: str) -> str:
    if "@" not in value and (len(value) < PHONE_LENGTH or DIGITS.search(value) is None):
        return value
    return value if name.endswith(KEYS_OF_THINGS) else PERSONAL.sub(_hidden, value)


def _hidden(found: re.Match[str]) -> str:
    return found["thing"] or HIDDEN


def _day(value: Any, _name: str) -> date:
    return date.fromisoformat(value)


def _moment(value: Any, _name: str) -> datetime:
    found = datetime.fromisoformat(value)
    if found.tzinfo is None:
        raise ValueError
    return found


def _as_json(values: Mapping[str, Any]) -> str:
    """One look at the whole text decides almost always that nothing is to be hidden."""
    whole = msgspec.json.encode(values).decode()
    if "@" not in whole and DIGITS.search(whole) is None:
        return whole
    return msgspec.json.encode(without_personal(dict(values))).decode()


_CONVERTERS: Mapping[str, Callable[[Any, str], Any]] = {
    "BIGINT": _whole,
    "INTEGER": _small,
    "DOUBLE": _number,
    "BOOLEAN": _boolean,
    "VARCHAR": _words,
    "DATE": _day,
    "TIMESTAMPTZ": _moment,
}


def properties_from(stored: Iterable[Mapping[str, Any]]) -> tuple[Property, ...]:
    """The properties of a stored definition."""
    return tuple(
        Property(one["name"], one["type"], one.get("required", False), one.get("personal", False))
        for one in stored
    )
