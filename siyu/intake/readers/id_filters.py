"""Filters of ids as files of the home: written once under a name of their own, checked when opened, never changed."""

import os
import struct
import zlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import numpy as np

from siyu.intake.rules.id_filter import WORDS, Blocks, Flags, Ids, may_hold
from siyu.kernel.logs import logger

log = logger(__name__)
HEAD = struct.Struct("<8sqq16sqqI4x")  # magic, brand, move, mark, ids, blocks, CRC-32 of the blocks
MAGIC = b"siyuidf1"


@dataclass(frozen=True, slots=True, eq=False)
class IdFilter:
    """Says yes to every id that a brand's moves brought to the lake, up to the move of this number and mark."""

    brand_id: int
    move_id: int
    mark: UUID
    ids: int
    blocks: Blocks

    def may_hold(self, ids: Ids) -> Flags:
        """For each id False only if none of those moves brought it."""
        return may_hold(self.blocks, ids)


def filter_path(folder: Path, *, brand_id: int, move_id: int, mark: UUID) -> Path:
    """Where the filter lies: names sort by move.

    >>> filter_path(Path("f"), brand_id=7, move_id=12, mark=UUID(int=1)).name
    '7-000000000012-00000000000000000000000000000001.filter'
    """
    return folder / f"{brand_id}-{move_id:012d}-{mark.hex}.filter"


def write_filter(folder: Path, found: IdFilter) -> IdFilter:
    """The filter lies in the folder, whole, also after a power cut; read from there it takes memory only as it is used.

    returns  the filter of the file
    raises   OSError where it cannot be written
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = filter_path(folder, brand_id=found.brand_id, move_id=found.move_id, mark=found.mark)
    half_written = path.with_suffix(f".{os.getpid()}.part")
    content = np.ascontiguousarray(found.blocks).data.cast("B")
    numbers = (found.brand_id, found.move_id, found.mark.bytes, found.ids, len(found.blocks))
    head = HEAD.pack(MAGIC, *numbers, zlib.crc32(content))
    try:
        with half_written.open("wb") as file:
            file.write(head)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        half_written.replace(path)
    except OSError:
        with suppress(OSError):
            half_written.unlink(missing_ok=True)
        raise
    opened = read_filter(path)
    assert opened is not None, "what was just written can be read"
    return opened


def read_filter(path: Path) -> IdFilter | None:
    """The filter of the file; None if there is none or not a bit of it may be trusted."""
    try:
        found = _content_of(path)
    except FileNotFoundError:
        return None
    except (OSError, struct.error):
        found = None
    if found is None:
        log.warning("a filter of ids cannot be read and is made anew", file=path.name)
    return found


def _content_of(path: Path) -> IdFilter | None:
    """The filter of a file that is there; None if it is not as it was written."""
    with path.open("rb") as file:
        magic, brand_id, move_id, mark, ids, blocks, crc = HEAD.unpack(file.read(HEAD.size))
    if magic != MAGIC or path.stat().st_size != HEAD.size + blocks * WORDS * 4:
        return None
    found = np.memmap(path, dtype=np.uint32, mode="r", offset=HEAD.size, shape=(blocks, WORDS))
    if zlib.crc32(found.data.cast("B")) != crc:
        return None
    return IdFilter(brand_id, move_id, UUID(bytes=mark), ids, found)


def filters_in(folder: Path, *, brand_id: int) -> list[Path]:
    """The brand's filters, the newest move first."""
    return sorted(folder.glob(f"{brand_id}-*.filter"), reverse=True)


def forget_older(folder: Path, kept: IdFilter) -> None:
    """Of the brand's filters that lie in the folder this one is the oldest; a later one may be waiting for its move."""
    name = filter_path(folder, brand_id=kept.brand_id, move_id=kept.move_id, mark=kept.mark).name
    later = f"{kept.brand_id}-{kept.move_id + 1:012d}"
    for path in filters_in(folder, brand_id=kept.brand_id):
        if path.name != name and path.name < later:
            with suppress(OSError):
                path.unlink(missing_ok=True)
