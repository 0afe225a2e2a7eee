"""Files of a lake transaction outlive an end that nobody heard: DuckLake deletes them when its COMMIT fails.

PostgreSQL may have committed all the same and died before it said so. The catalogue then names files that are gone, and
every later read of the table fails. So the files have a second name while COMMIT runs, and get their first one back.
"""

import os
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

KEPT = ".kept"
SLACK_SECONDS = 2.0  # a file system's clock is coarser than ours
FORGOTTEN_AFTER_SECONDS = 3600.0
# DuckLake names files by UUIDs of version 7, which begin with the milliseconds of their making.
MADE_AT = re.compile(r"ducklake-([0-9a-f]{8})-([0-9a-f]{4})-7")


class Folders:
    """Which folders lie below others, remembered for as long as nothing was added to them.

    A lake keeps most of its files in folders that nothing is added to any more (earlier months). Those cost a look at
    the folder each time, and no look at the files in it.
    """

    def __init__(self) -> None:
        self._known: dict[str, tuple[int, list[str]]] = {}

    def changed_since(self, top: Path, since: float) -> Iterator[str]:
        """Of the folder and those below it such as something was added to since then (seconds of the clock)."""
        waiting = [str(top)]
        while waiting:
            place = waiting.pop()
            try:
                changed = Path(place).stat().st_mtime_ns
                waiting += self._below(place, changed, since)
            except FileNotFoundError:
                self._known.pop(place, None)
                continue
            if changed >= since * 1e9:
                yield place

    def _below(self, place: str, changed: int, since: float) -> list[str]:
        known = self._known.get(place)
        if known is not None and known[0] == changed:
            return known[1]
        with os.scandir(place) as entries:
            below = [one.path for one in entries if one.is_dir(follow_symlinks=False) and one.name != KEPT]
        if (
            changed < since * 1e9
        ):  # one that changes just now may do so again at the same moment of a coarse clock
            self._known[place] = (changed, below)
        return below


def fresh_files(folders: Folders, places: Iterable[Path], *, since: float) -> list[str]:
    """The files below these folders that were written since then (seconds of the clock), give or take two seconds.

    limits  reads the names in those folders alone that something was added to
    """
    begun = since - SLACK_SECONDS
    found = []
    for top in places:
        for place in folders.changed_since(top, begun):
            with suppress(FileNotFoundError), os.scandir(place) as entries:
                found += [one.path for one in entries if _is_fresh(one, begun)]
    return found


@contextmanager
def kept_while_in_doubt(
    root: Path, *, since: float, folders: Folders | None = None, places: Iterable[Path] | None = None
) -> Iterator[None]:
    """The files below the root that were written since then (seconds of the clock) are there if the block fails.

    `places`: the only folders below the root in which some may lie. What the catalogue does not name is removed at
    night, as are files of a program that was killed. Where the file system knows no second names, nothing is kept.
    """
    folder = root / KEPT / uuid4().hex
    with suppress(OSError):
        for path in fresh_files(folders or Folders(), [root] if places is None else places, since=since):
            second = folder / os.path.relpath(path, root)
            second.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with suppress(FileNotFoundError):  # another's file is gone again; ours are kept all the same
                os.link(path, second)
    try:
        yield
    except BaseException:
        _put_back(root, folder)
        raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def put_back_kept(root: Path, *, now: float) -> None:
    """Files of a program that was killed while its COMMIT was in doubt have their first name again."""
    for folder in (root / KEPT).glob("*"):
        _put_back(root, folder)
        with suppress(OSError):
            if now - folder.stat().st_mtime > FORGOTTEN_AFTER_SECONDS:
                shutil.rmtree(folder, ignore_errors=True)


def _is_fresh(entry: "os.DirEntry[str]", since: float) -> bool:
    """By its name where that tells, else by asking the file system, which takes ten times as long."""
    said = MADE_AT.match(entry.name)
    if said:
        return int(said[1] + said[2], 16) >= since * 1000
    try:
        return entry.is_file() and entry.stat().st_mtime >= since
    except FileNotFoundError:
        return False


def _put_back(root: Path, folder: Path) -> None:
    for kept in [one for one in folder.rglob("*") if one.is_file()]:
        first = root / kept.relative_to(folder)
        with suppress(OSError):  # it is there still, or whoever else looks put it back
            first.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.link(kept, first)
