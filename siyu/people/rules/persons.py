"""Which numbers are one person, before and after customers move."""

from collections.abc import Iterable, Sequence

from siyu.people.contracts import Move


def persons_after(persons: Iterable[Sequence[int]], moves: Iterable[Move]) -> list[tuple[int, ...]]:
    """The numbers of these persons, grouped as they will be; each person's first number is whom the others count as.

    >>> persons_after([(1, 2), (3,)], [Move(3, 3, 1)])
    [(1, 2, 3)]
    >>> persons_after([(1, 2, 3)], [Move(2, 1, 2), Move(3, 1, 2)])
    [(1,), (2, 3)]
    """
    after = {move.customer_id: move.after for move in moves}
    groups: dict[int, list[int]] = {}
    for numbers in persons:
        for number in numbers:
            groups.setdefault(after.get(number, numbers[0]), []).append(number)
    return [
        tuple(sorted(group, key=lambda one: (one != head, one))) for head, group in sorted(groups.items())
    ]
