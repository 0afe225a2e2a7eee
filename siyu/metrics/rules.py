"""Pure decisions about measured numbers: how much something changed, which days a series has."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

SERIES_DAYS_MAX = 1100


def relative_change(value: float | None, previous: float | None) -> float | None:
    """The change as a share of the previous value; None where that says nothing.

    >>> relative_change(120, 100), relative_change(5, 0), relative_change(None, 3)
    (0.2, None, None)
    """
    if value is None or previous is None or previous <= 0:
        return None
    return (value - previous) / previous


def days_between(start: datetime, end: datetime, zone: str) -> Iterator[date]:
    """Every calendar day of the zone that a moment of (start, end] can fall on, in order.

    limits  1,100 days, the latest ones

    >>> from datetime import UTC
    >>> newyear = datetime(2026, 1, 1, 16, tzinfo=UTC)
    >>> [day.day for day in days_between(newyear, newyear + timedelta(hours=24), "Asia/Shanghai")]
    [2, 3]
    """
    first = (start + timedelta(microseconds=1)).astimezone(ZoneInfo(zone)).date()
    last = end.astimezone(ZoneInfo(zone)).date()
    first = max(first, last - timedelta(days=SERIES_DAYS_MAX - 1))
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)
