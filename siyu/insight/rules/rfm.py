"""RFM in both forms for plain lists of numbers: eight classes against thresholds, 1 to 5 by quantile."""

from collections.abc import Sequence

SCORES = 5


def rfm_class(recency: float, frequency: float, monetary: float, *, at: tuple[float, float, float]) -> str:
    """Three digits, R F M, 1 for high: at or above the threshold, for recency at or below it.

    units  days since the last purchase, purchase days, fen; `at` in the same order

    >>> rfm_class(10, 3, 500, at=(20, 3, 600))
    '110'
    """
    high = (recency <= at[0], frequency >= at[1], monetary >= at[2])
    return "".join("1" if flag else "0" for flag in high)


def quantile_scores(values: Sequence[float], *, low_is_good: bool = False) -> list[int]:
    """1 to 5 for each value by fifths of the customers; ties share the higher score.

    A value's score is 5 × (customers it is at least as good as) ÷ customers, rounded up.

    >>> quantile_scores([10, 20, 30, 40, 50])
    [1, 2, 3, 4, 5]
    >>> quantile_scores([1, 1, 1, 9])
    [4, 4, 4, 5]
    >>> quantile_scores([3, 90], low_is_good=True)
    [5, 3]
    """
    count = len(values)
    beaten = [sum(v >= value if low_is_good else v <= value for v in values) for value in values]
    return [(SCORES * rank + count - 1) // count for rank in beaten]


def mean(values: Sequence[int]) -> float | None:
    """The mean; None of nothing.

    >>> mean([1, 2]), mean([])
    (1.5, None)
    """
    return sum(values) / len(values) if values else None
