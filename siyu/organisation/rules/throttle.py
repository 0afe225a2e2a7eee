"""Pure decisions about how long somebody waits who could not sign in."""

from datetime import datetime, timedelta

LOGIN_FAILURES_FREE = 5
ADDRESS_FAILURES_FREE = 20  # a whole shop may stand behind one address
FIRST_WAIT_SECONDS = 30
LONGEST_WAIT_SECONDS = 15 * 60
FAILURES_FORGOTTEN_AFTER = timedelta(hours=1)


def failures_that_count(failures: int, *, last_failed_at: datetime, now: datetime) -> int:
    """Failures in a row; an hour without one and they are forgotten."""
    return 0 if now - last_failed_at > FAILURES_FORGOTTEN_AFTER else failures


def seconds_to_wait(failures: int, *, free: int, last_failed_at: datetime, now: datetime) -> int:
    """The first failures cost nothing; from then on each doubles the wait, up to a quarter of an hour.

    units    whole seconds from now, rounded up
    returns  0 if an attempt is allowed now

    >>> from datetime import UTC
    >>> noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    >>> [seconds_to_wait(failures, free=5, last_failed_at=noon, now=noon) for failures in (4, 5, 6, 99)]
    [0, 30, 60, 900]
    """
    over = failures_that_count(failures, last_failed_at=last_failed_at, now=now) - free
    if over < 0:
        return 0
    wait = min(FIRST_WAIT_SECONDS << min(over, 16), LONGEST_WAIT_SECONDS)
    left = timedelta(seconds=wait) - (now - last_failed_at)
    return max(0, -(-left // timedelta(seconds=1)))
