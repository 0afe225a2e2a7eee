"""Pure decisions about days of a zone: where one begins and ends."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_FIRST_DAY, _LAST_DAY = date(1970, 1, 1), date(9000, 1, 1)


def day_begins(day: date, zone: str) -> datetime:
    """The first moment of a day in a zone; days that calendars hardly know are brought to the nearest they do.

    >>> day_begins(date(2026, 11, 22), "Asia/Shanghai").isoformat()
    '2026-11-22T00:00:00+08:00'
    """
    return datetime.combine(min(max(day, _FIRST_DAY), _LAST_DAY), time.min, ZoneInfo(zone))


def day_after(day: date, zone: str) -> datetime:
    """The first moment of the day that follows.

    >>> day_after(date(2026, 11, 22), "Asia/Shanghai").isoformat()
    '2026-11-23T00:00:00+08:00'
    """
    return day_begins(min(day, _LAST_DAY) + timedelta(days=1), zone)
