"""Files of a lake transaction outlive an end that nobody heard: DuckLake deletes them when its COMMIT fails.

PostgreSQL may have committed all the same and died before it said so. The catalogue then names files that are gone, and
every later read of the table fails. So the files have a second name while COMMIT runs, and get their first one back.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

KEPT = ".kept"
SLACK_SECONDS = 2.0  # a file system's clock is coarser than ours
FORGOTTEN_AFTER_SECONDS = 3600.0


@contextmanager
def kept_while_in_doubt(root: Path, *, since: float) -> Iterator[None]:
    """The files below the root that were written since then (seconds of the clock) are there if the block fails.

    What the catalogue does not name is removed at night, as are files of a program that was killed. Where the file
    system knows no second names, nothing is kept.
    """
    folder = root / KEPT / uuid4().hex
    with suppress(OSError):
        _name_again(root, folder, since=since - SLACK_SECONDS)
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


def _name_again(root: Path, folder: Path, *, since: float) -> None:
    for place in _changed_folders(root, since=since):
        target = folder / os.path.relpath(place, root)
        with suppress(FileNotFoundError), os.scandir(place) as entries:
            for one in entries:
                with suppress(FileNotFoundError):  # another's file is gone again; ours are kept all the same
                    if one.is_file() and one.stat().st_mtime >= since:
                        target.mkdir(mode=0o700, parents=True, exist_ok=True)
                        os.link(one.path, target / one.name)


def _changed_folders(root: Path, *, since: float) -> Iterator[str]:
    """The folders that something was added to since then; files are not looked at."""
    waiting = [str(root)]
    while waiting:
        place = waiting.pop()
        with suppress(FileNotFoundError), os.scandir(place) as entries:
            waiting += [one.path for one in entries if one.is_dir(follow_symlinks=False) and one.name != KEPT]
            if Path(place).stat().st_mtime >= since:
                yield place


def _put_back(root: Path, folder: Path) -> None:
    for kept in [one for one in folder.rglob("*") if one.is_file()]:
        first = root / kept.relative_to(folder)
        with suppress(OSError):  # it is there still, or whoever else looks put it back
            first.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.link(kept, first)
