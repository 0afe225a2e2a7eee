"""Which part of the consent chain is looked at when, so that all of it is looked at every day."""

from datetime import datetime

SLOTS_A_DAY = 288  # one every five minutes


def seals_now(total: int, *, now: datetime) -> tuple[int, int]:
    """The first and the last seal whose turn it is; the last is before the first where it is none's.

    >>> from datetime import UTC
    >>> seals_now(576, now=datetime(2026, 1, 1, 0, 7, tzinfo=UTC))
    (3, 4)
    >>> seals_now(0, now=datetime(2026, 1, 1, tzinfo=UTC))
    (1, 0)
    """
    slot = (now.hour * 60 + now.minute) * SLOTS_A_DAY // (24 * 60)
    return total * slot // SLOTS_A_DAY + 1, total * (slot + 1) // SLOTS_A_DAY
