"""What a failure means: a disk is full, or PostgreSQL went away; whoever finds it in whichever engine."""

import errno
import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
from sqlalchemy.exc import DBAPIError

from siyu.kernel.lake import LakeFailure
from siyu.kernel.settings import Settings

# EFBIG: a limit of the process (ulimit -f) stands in for the disk's end.
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
NO_ROOM_SAID = ("No space left on device", "Disk quota exceeded", "File too large")
DISK_FULL_SQLSTATE = "53100"
CONNECTION_LOST = (
    "server closed the connection", "terminating connection", "connection to server", "connection refused",
    "no connection to the server", "could not receive data", "the connection is lost", "connection is closed",
    "the database system is", "connection has been closed", "ssl connection", "connection reset", "broken pipe",
    "connection already closed", "consuming input failed", "database has been invalidated",
)  # fmt: skip


def is_disk_full(error: BaseException) -> bool:
    """Whether the operating system, PostgreSQL or the lake ran out of room.

    >>> is_disk_full(OSError(errno.ENOSPC, "No space left on device")), is_disk_full(OSError(errno.EACCES, "no"))
    (True, False)
    """
    return any(_has_no_room(cause) for cause in causes(error))


def says_connection_lost(error: BaseException) -> bool:
    """Whether PostgreSQL said that it goes away, or a connection to it broke: ours, or the lake's to its catalogue."""
    found = (one for one in causes(error) if isinstance(one, DBAPIError | psycopg.Error | LakeFailure))
    return any(word in str(cause).lower() for cause in found for word in CONNECTION_LOST)


def full_folder(error: BaseException, *, settings: Settings) -> Path:
    """The folder of ours whose disk has no room: the lake's, where it puts rows aside, or the home."""
    said = [str(cause) for cause in causes(error) if isinstance(cause, LakeFailure)]
    if any("/spill/" in one for one in said):
        return settings.lake_path.parent
    return settings.lake_path if said else settings.home


def crowded_folder(settings: Settings, *, bytes_min: int) -> Path | None:
    """The folder of ours on whose disk less than this is free; None if there is room.

    A folder that is not there counts as the one it will be made in.
    """
    for folder in (settings.home, settings.lake_path):
        there = next(one for one in (folder, *folder.parents) if one.exists())
        if shutil.disk_usage(there).free < bytes_min:
            return folder
    return None


def free_mb(folder: Path) -> int:
    """What is free on the disk of a folder, in whole megabytes."""
    there = next(one for one in (folder, *folder.parents) if one.exists())
    return shutil.disk_usage(there).free // 1_000_000


def causes(error: BaseException) -> Iterator[BaseException]:
    """The error and all that it came of, the last first."""
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__


def _has_no_room(cause: BaseException) -> bool:
    if isinstance(cause, OSError):
        return cause.errno in NO_ROOM
    if isinstance(cause, LakeFailure):
        return any(said in str(cause) for said in NO_ROOM_SAID)
    asked = cause.orig if isinstance(cause, DBAPIError) else cause
    return getattr(asked, "sqlstate", None) == DISK_FULL_SQLSTATE
