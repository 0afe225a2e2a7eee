"""Dates and moments as files write them: patterns that Python and DuckDB read alike, and the zone's clock changes."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
EARLIEST_BIRTH_YEAR = 1900

_DAY = r"([12][0-9]{3})-(0?[1-9]|1[0-2])-(0?[1-9]|[12][0-9]|3[01])"
_TIME = r"[T ]([01]?[0-9]|2[0-3]):([0-5][0-9])(:([0-5][0-9])(\.([0-9]{1,6})[0-9]{0,3})?)?"
ISO_LOCAL = f"{_DAY}({_TIME})?"
ISO_OFFSET = (
    f"({_DAY}{_TIME})".replace("(", "(?:").replace("(?:", "(", 1)
    + " ?(?:Z|([+-])(0[0-9]|1[0-4]):?([0-5][0-9]))"
)

_TWO_DIGITS = {
    "Y": "[12][0-9]{3}",
    "y": "[0-9]{2}",
    "m": "0[1-9]|1[0-2]",
    "d": "0[1-9]|[12][0-9]|3[01]",
    "H": "[01][0-9]|2[0-3]",
    "I": "0[1-9]|1[0-2]",
    "M": "[0-5][0-9]",
    "S": "[0-5][0-9]",
    "f": "[0-9]{1,6}",
    "p": "AM|PM|am|pm",
}
_ONE_OR_TWO = _TWO_DIGITS | {
    "m": "0?[1-9]|1[0-2]",
    "d": "0?[1-9]|[12][0-9]|3[01]",
    "H": "[01]?[0-9]|2[0-3]",
    "I": "0?[1-9]|1[0-2]",
}
DIRECTIVES = tuple(_TWO_DIGITS)
_SPECIAL = frozenset(".^$*+?{}[]\\|()")
_PIVOT_YEAR = 69


@dataclass(frozen=True)
class WrittenMoment:
    """A moment as it stood in the file: a wall clock, and its distance from UTC if one was written."""

    local: datetime
    offset: timedelta | None = None


class FormatNotUnderstood(ValueError):
    """A date format uses a directive we do not read, or one twice."""


@lru_cache(maxsize=64)
def format_pattern(date_format: str) -> str:
    """The regular expression a text must match in full before the format is tried.

    Where a separator stands between the parts, months, days and hours may have one digit.

    limits  only the constructs that RE2 (DuckDB) and Python's re share; groups are unnamed, in the order written
    raises  FormatNotUnderstood

    >>> format_pattern("%Y%m%d")
    '([12][0-9]{3})(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])'
    """
    pieces = re.split(r"(%.)", date_format)
    letters = directives_of(date_format)
    unknown = [letter for letter in letters if letter not in _TWO_DIGITS]
    if unknown or len(set(letters)) != len(letters) or not {"m", "d"} <= set(letters):
        raise FormatNotUnderstood(date_format)
    adjacent = re.search(r"%[^p]%[^p]", date_format) is not None
    shapes = _TWO_DIGITS if adjacent else _ONE_OR_TWO
    return "".join(f"({shapes[piece[1]]})" if piece[:1] == "%" else _escaped(piece) for piece in pieces)


def directives_of(date_format: str) -> tuple[str, ...]:
    """The letters behind the percent signs, in the order written.

    >>> directives_of("%d/%m/%Y %H:%M")
    ('d', 'm', 'Y', 'H', 'M')
    """
    return tuple(re.findall(r"%(.)", date_format))


def _escaped(literal: str) -> str:
    return "".join(f"\\{letter}" if letter in _SPECIAL else letter for letter in literal)


def written_moment(text: str, formats: tuple[str, ...]) -> WrittenMoment | None:
    """The moment a trimmed text writes: the first of the formats that fits, else ISO 8601; None if none does.

    >>> written_moment("2020/2/1 0:14", ("%Y/%m/%d %H:%M",)).local
    datetime.datetime(2020, 2, 1, 0, 14)
    >>> written_moment("2020-02-30", ()) is None
    True
    """
    for date_format in formats:
        local = _by_format(text, date_format)
        if local is not None:
            return WrittenMoment(local)
    return _by_iso(text)


def _by_format(text: str, date_format: str) -> datetime | None:
    match = re.fullmatch(format_pattern(date_format), text, re.ASCII)
    if match is None:
        return None
    parts = dict(zip(directives_of(date_format), match.groups(), strict=True))
    hour = int(parts.get("H") or parts.get("I") or 0)
    if "I" in parts:
        hour = hour % 12 + (12 if parts.get("p", "AM").upper() == "PM" else 0)
    return _local(
        _year(parts),
        int(parts["m"]),
        int(parts["d"]),
        hour,
        int(parts.get("M", 0)),
        int(parts.get("S", 0)),
        int(parts.get("f", "0").ljust(6, "0")),
    )


def _year(parts: dict[str, str]) -> int:
    if "Y" in parts:
        return int(parts["Y"])
    short = int(parts["y"]) if "y" in parts else 0
    return short + (1900 if short >= _PIVOT_YEAR else 2000)


def _by_iso(text: str) -> WrittenMoment | None:
    match = re.fullmatch(ISO_OFFSET, text, re.ASCII)
    if match is None:
        local = _iso_local(text)
        return None if local is None else WrittenMoment(local)
    local = _iso_local(match.group(1))
    if local is None:
        return None
    offset = timedelta(hours=int(match.group(3) or 0), minutes=int(match.group(4) or 0))
    return WrittenMoment(local, -offset if match.group(2) == "-" else offset)


def _iso_local(text: str) -> datetime | None:
    match = re.fullmatch(ISO_LOCAL, text, re.ASCII)
    if match is None:
        return None
    year, month, day, _, hour, minute, _, second, _, micro = match.groups(default="0")
    return _local(*map(int, (year, month, day, hour, minute, second, micro.ljust(6, "0"))))


def _local(*parts: int) -> datetime | None:
    try:
        return datetime(*parts)  # type: ignore[arg-type] # noqa: DTZ001 - a wall clock has no zone yet
    except ValueError:
        return None


def moment_of(written: WrittenMoment, zone: str) -> datetime:
    """The moment in UTC; a clock that was put forward or back is read by standard time.

    An hour that the clocks skipped counts on from before the change; an hour they showed twice is the second one.

    >>> moment_of(WrittenMoment(datetime(2011, 3, 27, 1, 30)), "Europe/London").isoformat()
    '2011-03-27T01:30:00+00:00'
    >>> moment_of(WrittenMoment(datetime(2011, 10, 30, 1, 30)), "Europe/London").isoformat()
    '2011-10-30T01:30:00+00:00'
    """
    if written.offset is not None:
        return (written.local - written.offset).replace(tzinfo=UTC)
    aware = written.local.replace(tzinfo=ZoneInfo(zone))
    first, second = aware.utcoffset(), aware.replace(fold=1).utcoffset()
    assert first is not None
    assert second is not None
    return (written.local - min(first, second)).replace(tzinfo=UTC)


def utc_day(moment: datetime) -> str:
    """The calendar day of a moment in UTC, as YYYY-MM-DD.

    >>> utc_day(datetime(2026, 1, 1, tzinfo=UTC))
    '2026-01-01'
    """
    return moment.astimezone(UTC).date().isoformat()
