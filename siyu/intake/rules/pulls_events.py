"""How a row of a database becomes an event: which column holds which part of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from siyu.intake.errors.pulls import EventMapUnfit
from siyu.intake.rules.events import EVENT_ID_LENGTH_MAX, IDENTITIES_MAX, PROPERTIES_MAX

NO_KEY = "no_key"
NO_TIME = "no_time"
NO_NAME = "no_event_name"
KEY_TOO_LONG = "key_too_long"
LIMITS = "limits"
_INT64 = 2**63


@dataclass(frozen=True, slots=True)
class EventMap:
    """Which column holds which part. `event` is a name, unless `event_column` says where each row has its own.

    `key_columns`: together they are the event's id, so that a row that comes again counts once.
    `time_zone`: of times that name none. `properties`: empty for all other columns.
    """

    event: str = ""
    event_column: str = ""
    key_columns: tuple[str, ...] = ()
    occurred_at: str = ""
    time_zone: str = "Asia/Shanghai"
    authenticated: bool = False
    identities: tuple[tuple[str, str], ...] = ()
    properties: tuple[str, ...] = ()


class NoEvent(Exception):
    """Why a row gives no event: a finding that is counted."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def check_event_map(found: EventMap, *, columns: Sequence[str] = ()) -> None:
    """Returns if each part is said, and every column is there (where they are known).

    raises  EventMapUnfit

    >>> check_event_map(EventMap("order_shipped", key_columns=("no",), occurred_at="at"), columns=("no", "at"))
    """
    if bool(found.event) == bool(found.event_column):
        raise EventMapUnfit(why="either a name for all rows or the column with their names is needed")
    if not found.key_columns:
        raise EventMapUnfit(why="no column is named that tells one row from another")
    if not found.occurred_at:
        raise EventMapUnfit(why="no column is named that says when it happened")
    if len(found.identities) > IDENTITIES_MAX or len(found.properties) > PROPERTIES_MAX:
        raise EventMapUnfit(why=f"more than {IDENTITIES_MAX} identities or {PROPERTIES_MAX} properties")
    try:
        ZoneInfo(found.time_zone)
    except (ValueError, OSError, KeyError) as wrong:
        raise EventMapUnfit(why=f"there is no time zone {found.time_zone}") from wrong
    named = [found.event_column, *found.key_columns, found.occurred_at, *found.properties]
    named += [column for _, column in found.identities]
    missing = [column for column in named if column and columns and column not in columns]
    if missing:
        raise EventMapUnfit(why=f"there is no column {missing[0]}; there are {', '.join(columns)}")


def event_of(row: Mapping[str, Any], found: EventMap) -> dict[str, Any]:
    """The row as it would be sent to the event endpoint.

    raises  NoEvent

    >>> event_of({"no": 7, "at": datetime(2026, 5, 1, 10), "tel": "138", "sum": Decimal("9.50"), "x": None},
    ...     EventMap("shipped", key_columns=("no",), occurred_at="at", identities=(("phone", "tel"),))) == {
    ...     "event": "shipped", "event_id": "7", "occurred_at": "2026-05-01T10:00:00+08:00",
    ...     "identities": [{"namespace": "phone", "value": "138"}], "properties": {"sum": 9.5}}
    True
    """
    name = found.event or row.get(found.event_column)
    if not isinstance(name, str) or not name.strip():
        raise NoEvent(NO_NAME)
    keys = [row.get(column) for column in found.key_columns]
    if any(key is None or key == "" for key in keys):
        raise NoEvent(NO_KEY)
    event_id = ":".join(str(_plain(key, found.time_zone)) for key in keys)
    if len(event_id) > EVENT_ID_LENGTH_MAX:
        raise NoEvent(KEY_TOO_LONG)
    occurred_at = _moment(row.get(found.occurred_at), found.time_zone)
    event: dict[str, Any] = {"event": name.strip(), "event_id": event_id, "occurred_at": occurred_at}
    identities = [
        {"namespace": namespace, "value": str(_plain(row[column], found.time_zone))}
        for namespace, column in found.identities
        if row.get(column) not in (None, "")
    ]
    if identities:
        event["identities"] = identities
    if properties := _properties(row, found):
        event["properties"] = properties
    if found.authenticated:
        event["authenticated"] = True
    return event


def _properties(row: Mapping[str, Any], found: EventMap) -> dict[str, Any]:
    taken = {
        found.event_column,
        *found.key_columns,
        found.occurred_at,
        *(column for _, column in found.identities),
    }
    chosen = found.properties or [column for column in row if column not in taken]
    plain = {column: _plain(row.get(column), found.time_zone) for column in chosen}
    return {column: value for column, value in plain.items() if value is not None}


def _moment(value: Any, zone: str) -> str:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip().replace("/", "-"))
        except ValueError as wrong:
            raise NoEvent(NO_TIME) from wrong
    if not isinstance(value, date):
        raise NoEvent(NO_TIME)
    if not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day, tzinfo=ZoneInfo(zone))
    found: datetime = value if value.tzinfo is not None else value.replace(tzinfo=ZoneInfo(zone))
    return found.isoformat()


def _plain(value: Any, zone: str) -> Any:
    """A cell as JSON says it: whole numbers whole, moments with their zone; bytes are left out."""
    if isinstance(value, Decimal):
        whole = value == value.to_integral_value() and abs(value) < _INT64
        return int(value) if whole else float(value)
    if isinstance(value, date):
        return _moment(value, zone) if isinstance(value, datetime) else value.isoformat()
    if isinstance(value, dict):
        return {name: _plain(inner, zone) for name, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner, zone) for inner in value]
    if isinstance(value, bytes):
        return None
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)
