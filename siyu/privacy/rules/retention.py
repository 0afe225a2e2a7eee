"""From when on things are too old to be kept."""

from datetime import datetime, timedelta

DAYS_MIN, DAYS_MAX = 1, 3650


def before_of(now: datetime, days: int) -> datetime:
    """What is older than this goes.

    >>> from datetime import UTC
    >>> before_of(datetime(2026, 11, 23, 12, tzinfo=UTC), 90).date().isoformat()
    '2026-08-25'
    """
    return now - timedelta(days=days)
