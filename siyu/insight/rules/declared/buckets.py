"""Customers in buckets, so that what is held of them at once is bounded, however many there are."""

VALUES_AT_ONCE_MAX = 40_000_000
BUCKETS_MAX = 64

Bucket = tuple[int, int] | None


def buckets(first: int, last: int, *, traits: int) -> list[Bucket]:
    """Ranges of customer numbers, first and last inside, that together are all from `first` to `last`.

    A range holds 40 million values of traits at most, and there are 64 at most; None alone: everybody at once.

    >>> buckets(1, 1_000, traits=60)
    [None]
    >>> buckets(1, 3_000_000, traits=40)
    [(1, 1000000), (1000001, 2000000), (2000001, 3000000)]
    """
    numbers = last - first + 1
    count = min(-(-numbers * traits // VALUES_AT_ONCE_MAX), BUCKETS_MAX)
    if count <= 1:
        return [None]
    size = -(-numbers // count)
    return [(start, min(start + size - 1, last)) for start in range(first, last + 1, size)]
