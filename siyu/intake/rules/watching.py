"""When rejected events are many enough to be spoken of."""

from collections.abc import Sequence

REJECTED_MIN, TIMES_MORE = 20, 3
DAYS_BEFORE = 7


def is_rising(today: int, before: Sequence[int]) -> bool:
    """Today brought twenty rejected events or more, and over three times as many as a day of the week before.

    >>> is_rising(19, []), is_rising(20, []), is_rising(60, [20] * 7), is_rising(61, [20] * 7)
    (False, True, False, True)
    """
    return today >= REJECTED_MIN and today * DAYS_BEFORE > TIMES_MORE * sum(before)
