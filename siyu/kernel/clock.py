"""The one place that asks what time it is; everything below takes `now` or `as_of` as an argument."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


def utcnow() -> datetime:
    """The present moment, aware, in UTC. Called by routes, tasks and commands only."""
    return datetime.now(UTC)


def business_day(moment: datetime, zone: str) -> str:
    """The brand's calendar day a moment falls on, as YYYY-MM-DD.

    >>> business_day(datetime(2026, 1, 1, 17, tzinfo=UTC), "Asia/Shanghai")
    '2026-01-02'
    """
    return moment.astimezone(ZoneInfo(zone)).date().isoformat()


def parse_moment(text: str, zone: str) -> datetime:
    """A moment written by a person: an ISO date or date-time; without an offset it is the brand's time.

    A bare date means the whole day has passed: facts up to the last microsecond of that day count.

    raises  ValueError if the text is neither

    >>> parse_moment("2011-12-10", "Europe/London").isoformat()
    '2011-12-10T23:59:59.999999+00:00'
    >>> parse_moment("2026-01-02T01:00:00+08:00", "UTC").isoformat()
    '2026-01-01T17:00:00+00:00'
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(zone))
    if len(text) <= len("2026-01-02"):
        moment = datetime.combine(moment.date(), time.min, moment.tzinfo)
        moment += timedelta(days=1) - timedelta(microseconds=1)
    return moment.astimezone(UTC)
