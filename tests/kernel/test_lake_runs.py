"""Which files are worth merging, and below which sizes that is safe."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siyu.kernel.lake_runs import (
    FILES_MIN,
    GROWTH,
    MERGED_BYTES_MAX,
    SMALL_BYTES,
    LakeFile,
    by_place,
    files_to_number,
    follow_one_another,
    sizes_to_merge,
)

KB, MB = 1_000, 1_000_000


def one(number: int, size: int, row_from: int | None, place: str = "m=1") -> LakeFile:
    return LakeFile(place, f"{place}/{number}", size, 10, row_from, number)


def following(sizes: list[int], place: str = "m=1", first: int = 0) -> list[LakeFile]:
    """Files of ten rows each whose numbers follow one another."""
    return [one(first + n, size, (first + n) * 10, place) for n, size in enumerate(sizes)]


def gapped(sizes: list[int], place: str = "m=1") -> list[LakeFile]:
    return [one(n, size, n * 20, place) for n, size in enumerate(sizes)]


EVEN = [KB] * 8
CASES = [
    (gapped(EVEN), KB + 1),  # numbers are missing between them, so they are written down
    (gapped(EVEN[:7]), None),  # too few
    (following(EVEN), None),  # no size parts them: they must be numbered first
    (following([KB, KB, KB, 2 * KB, KB, KB, KB, KB, KB]), KB + 1),  # without the larger one there is a gap
    (
        [*following(EVEN), one(99, 5 * KB, None)],
        5 * KB + 1,
    ),  # one that holds its numbers has all written down
    ([*gapped(EVEN), one(99, 9 * MB, None)], KB + 1),  # a large one stays where it is
    ([*following(EVEN), one(99, 9 * MB, None)], 9 * MB + 1),  # unless nothing else is safe
    ([*following(EVEN), one(99, MERGED_BYTES_MAX, None)], None),  # but not one that is done with
    ([*gapped(EVEN), *following([KB, KB], "m=2", 50)], None),  # a pair elsewhere would be merged as well
    ([*gapped(EVEN), *following([KB, 3 * KB], "m=2", 50)], KB + 1),  # of this pair only one is small enough
    ([*gapped(EVEN), *gapped(EVEN[:3], "m=2")], KB + 1),  # few, but where the engine is, it merges them too
    (gapped([MB] * 3 + [4 * MB] * 5), 4 * MB + 1),  # of large batches too
    (gapped([MB] + [4 * MB] * 8), None),  # the smallest is not worth writing the others anew, yet
    (gapped([KB] * 6 + [200 * KB] * 2), 200 * KB + 1),  # small is small
]


@pytest.mark.parametrize(("files", "first"), CASES)
def test_the_best_size_is_one_that_keeps_the_numbers_of_rows(
    files: list[LakeFile], first: int | None
) -> None:
    found = sizes_to_merge(files)
    assert (found[0] if found else None) == first


NUMBERED = [
    (following(EVEN), [1]),  # the second: a gap is left between the first and the third
    (gapped(EVEN), []),
    ([*gapped(EVEN), *following([KB, KB], "m=2", 50)], [50, 51]),  # both of a pair
    (following(EVEN[:7]), []),  # nothing is wanted
]


@pytest.mark.parametrize(("files", "chosen"), NUMBERED)
def test_as_few_files_as_possible_are_written_anew_before_a_merge(
    files: list[LakeFile], chosen: list[int]
) -> None:
    assert [one.since for one in files_to_number(files)] == chosen


@given(
    st.lists(
        st.tuples(
            st.integers(1, 3),
            st.sampled_from([KB, 2 * KB, SMALL_BYTES, MB, 200 * MB]),
            st.booleans(),
            st.booleans(),
        ),
        max_size=40,
    )
)
def test_no_size_ever_lets_files_that_follow_one_another_be_merged(
    drawn: list[tuple[int, int, bool, bool]],
) -> None:
    files, row = [], 0
    for number, (place, size, holds_numbers, gap) in enumerate(drawn):
        row += 10 + gap
        files.append(one(number, size, None if holds_numbers else row, f"m={place}"))
    for size in sizes_to_merge(files):
        merged = [[one for one in of_place if one.bytes < size] for of_place in by_place(files).values()]
        assert max(map(len, merged)) >= FILES_MIN // 2
        assert not any(follow_one_another(chosen) for chosen in merged if len(chosen) > 1)


def test_a_row_is_written_again_only_a_few_times_while_a_table_grows() -> None:
    """Two thousand batches, merged whenever it is worth it: files stay few, and work stays near the data's size."""
    files: list[LakeFile] = []
    written = most = 0
    for number in range(2_000):
        files.append(one(number, 50 * KB, number * 20))
        for size in sizes_to_merge(files)[:1]:
            chosen = [file for file in files if file.bytes < size]
            total = sum(file.bytes for file in chosen)
            written += total
            files = [file for file in files if file.bytes >= size] + [one(number, total, None)]
        most = max(most, len(files))
    assert most <= FILES_MIN + 8
    assert written <= 2_000 * 50 * KB * 3 * GROWTH
