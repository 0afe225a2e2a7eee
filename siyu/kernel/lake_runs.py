"""Which small files of a lake table are worth merging, and which merges keep the numbers of their rows. Pure rules."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

FILES_MIN = 8  # so many files of one place are worth a merge
GROWTH = 3  # a file is written anew once what it is merged with is at least a third of it
SMALL_BYTES = 262_144  # below, a file costs more to open than to write
MERGED_BYTES_MAX = 134_217_728  # files of this size stay as they are


@dataclass(frozen=True, slots=True)
class LakeFile:
    """A file of a table that has no removed rows. `place`: files of one place alone are merged with one another.

    `row_from`: the number of its first row, where the file does not hold a number for each row; `since`: the snapshot
    that brought it.
    """

    place: str
    path: str
    bytes: int
    rows: int
    row_from: int | None
    since: int


def sizes_to_merge(files: Sequence[LakeFile]) -> list[int]:
    """Below which sizes files may be merged, the best first; none if there is nothing to gain, or no safe way.

    The engine is told a size and merges all smaller files of the table, place by place. A merge sorts by customer, and
    the engine numbers rows by their order if the files followed one another; it writes the numbers down only where
    numbers are missing between them. So only sizes are named at which that is so in every place.

    limits  rewriting a row as often as files grow fourfold; at most three sizes
    """
    places = by_place(files)
    wanted = _wanted(places)
    if wanted is None:
        return []
    sizes = sorted({one.bytes + 1 for one in files if one.bytes < MERGED_BYTES_MAX})
    larger = [size for size in sizes if size > wanted]
    smaller = [size for size in reversed(sizes) if size < wanted]
    return [size for size in (wanted, *larger, *smaller) if _is_safe(places, size)][:3]


def files_to_number(files: Sequence[LakeFile]) -> list[LakeFile]:
    """Files that must be written anew, with the numbers of their rows, before a merge that is wanted can be done.

    returns  of each place in which files follow one another without a gap the second, or both if there are two
    """
    places = by_place(files)
    wanted = _wanted(places)
    if wanted is None:
        return []
    found = []
    for of_place in places.values():
        chosen = _below(of_place, wanted)
        if len(chosen) > 1 and follow_one_another(chosen):
            found += chosen if len(chosen) == 2 else chosen[1:2]  # noqa: PLR2004 -- a pair
    return found


def by_place(files: Iterable[LakeFile]) -> dict[str, list[LakeFile]]:
    """The files of each place in the order in which the engine takes them."""
    places: dict[str, list[LakeFile]] = {}
    for one in sorted(files, key=lambda one: (one.since, one.row_from is None, one.row_from or 0, one.path)):
        places.setdefault(one.place, []).append(one)
    return places


def follow_one_another(files: Sequence[LakeFile]) -> bool:
    """Whether each file's numbers begin where those of the file before it end, as the catalogue has it."""
    expected: int | None = None
    for one in files:
        if one.row_from is None or expected not in (None, one.row_from):
            return False
        expected = one.row_from + one.rows
    return True


def _wanted(places: Mapping[str, Sequence[LakeFile]]) -> int | None:
    """The size below which merging is worth while in the place that has most small files."""
    best: tuple[int, int] | None = None
    for files in places.values():
        total = count = size = 0
        for one in sorted(files, key=lambda one: one.bytes):
            if one.bytes >= MERGED_BYTES_MAX or (count and one.bytes > max(GROWTH * total, SMALL_BYTES)):
                break
            total, count, size = total + one.bytes, count + 1, one.bytes + 1
        if count >= FILES_MIN and (best is None or count > best[0]):
            best = (count, size)
    return best and best[1]


def _below(files: Sequence[LakeFile], size: int) -> list[LakeFile]:
    return [one for one in files if one.bytes < size]


def _is_safe(places: Mapping[str, Sequence[LakeFile]], size: int) -> bool:
    """Whether below this size some files are merged, and nowhere such as follow one another."""
    merged = [chosen for files in places.values() if len(chosen := _below(files, size)) > 1]
    return max(map(len, merged), default=0) >= FILES_MIN // 2 and not any(map(follow_one_another, merged))
