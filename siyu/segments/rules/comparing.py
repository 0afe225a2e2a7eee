"""How groups of customers differ and overlap, in numbers."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations


def target_group_index(part: int, group: int, part_of_all: int, everybody: int) -> float | None:
    """How much more often something is found in a group than among all customers: 100 is as often, 200 twice.

    units    counts of customers; `part` of the `group` have it, `part_of_all` of `everybody`
    returns  share in the group ÷ share among all × 100; None where the group is empty or nobody has it

    >>> target_group_index(30, 100, 150, 1_000), target_group_index(0, 10, 5, 100), target_group_index(0, 0, 5, 100)
    (200.0, 0.0, None)
    """
    if not group or not part_of_all:
        return None
    return part * everybody * 100 / (group * part_of_all)


def overlaps(
    segment_ids: Sequence[int], exactly: Mapping[frozenset[int], int]
) -> Iterator[tuple[tuple[int, ...], int, int]]:
    """Every combination of segments with how many customers are in these and none of the others, and in all of these.

    `exactly`: of each combination that occurs, the customers in just these.

    >>> counts = {frozenset({1}): 5, frozenset({1, 2}): 3}
    >>> list(overlaps([1, 2], counts))
    [((1,), 5, 8), ((2,), 0, 3), ((1, 2), 3, 3)]
    """
    for size in range(1, len(segment_ids) + 1):
        for chosen in combinations(segment_ids, size):
            together = sum(count for inside, count in exactly.items() if inside.issuperset(chosen))
            yield chosen, exactly.get(frozenset(chosen), 0), together
