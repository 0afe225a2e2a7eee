"""Pure decisions about sessions: whether one is open, what is kept of its secret, when it was seen."""

import hashlib
from datetime import datetime, timedelta

SESSION_IDLE_MAX = timedelta(hours=12)
SESSION_LIFETIME = timedelta(days=7)
SEEN_PRECISION = timedelta(minutes=1)


def secret_digest(secret: str) -> bytes:
    """What is kept of a secret of ours: it has 256 random bits, for which a plain digest is enough.

    >>> secret_digest("siyu_0_x") == secret_digest("siyu_0_x"), len(secret_digest(""))
    (True, 32)
    """
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def session_is_open(*, last_seen_at: datetime, expires_at: datetime, now: datetime) -> bool:
    """A session ends twelve hours after it was last seen, and seven days after sign-in in any case."""
    return now < expires_at and now - last_seen_at < SESSION_IDLE_MAX


def is_worth_noting(seen_at: datetime | None, *, now: datetime) -> bool:
    """When somebody was last seen is written at most once a minute, so that reading stays reading."""
    return seen_at is None or now - seen_at >= SEEN_PRECISION
