"""Pure decisions about API keys: until when a secret opens anything."""

from datetime import datetime, timedelta

OVERLAP_HOURS_MAX = 30 * 24
EXPIRY_TOLD_BEFORE = (timedelta(days=14), timedelta(days=2))


def key_opens(
    *,
    revoked_at: datetime | None,
    expires_at: datetime | None,
    by_previous: bool,
    previous_until: datetime | None,
    now: datetime,
) -> bool:
    """A key opens until it is revoked or expires; the secret it had before, until the overlap ends.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    >>> key_opens(revoked_at=None, expires_at=None, by_previous=True, previous_until=noon, now=noon)
    False
    """
    if revoked_at is not None or (expires_at is not None and expires_at <= now):
        return False
    return not by_previous or (previous_until is not None and now < previous_until)


def overlap_ends(now: datetime, *, overlap_hours: int) -> datetime | None:
    """When the secret before stops opening anything; None if at once.

    >>> from datetime import UTC
    >>> overlap_ends(datetime(2026, 1, 1, tzinfo=UTC), overlap_hours=24).day
    2
    """
    return now + timedelta(hours=overlap_hours) if overlap_hours else None


def days_told_before(expires_at: datetime, *, now: datetime) -> int:
    """How many days before its end a key is spoken of now: two weeks, and again two days.

    >>> from datetime import UTC
    >>> end = datetime(2026, 1, 15, tzinfo=UTC)
    >>> [days_told_before(end, now=datetime(2026, 1, day, tzinfo=UTC)) for day in (2, 12, 13, 14)]
    [14, 14, 2, 2]
    """
    return min(told.days for told in EXPIRY_TOLD_BEFORE if expires_at - now <= told)
