"""Where events wait: in memory, or in a folder that survives a kill."""

from __future__ import annotations

import os
import threading
from collections import deque
from pathlib import Path
from typing import Protocol

from siyu_client.errors import QueueFull, SpoolInUse

try:
    import fcntl
except ImportError:  # Windows has no flock; there a second process is not noticed
    fcntl = None  # type: ignore[assignment]  # a module elsewhere

SEGMENT_BYTES = 4_000_000
ENDING, READ, REFUSED = ".jsonl", "read", "refused.jsonl"


class Queue(Protocol):
    """First in, first out; `take` looks, `forget` removes what was looked at first."""

    def put(self, line: bytes) -> None:
        """The event waits."""

    def take(self, events_max: int, bytes_max: int) -> list[bytes]:
        """The oldest events, at least one if any waits; they still wait."""

    def forget(self, events: int) -> None:
        """The oldest events wait no longer."""

    def refuse(self, line: bytes, why: str) -> None:
        """What the server will never take is kept for people, if there is a place."""

    def close(self) -> None:
        """Nothing is held open."""

    def __len__(self) -> int: ...


class MemoryQueue:
    """Events wait in memory and are gone with the process."""

    def __init__(self, events_max: int) -> None:
        self._lines: deque[bytes] = deque()
        self._max = events_max

    def put(self, line: bytes) -> None:
        """The event waits.

        raises  QueueFull
        """
        if len(self._lines) >= self._max:
            raise QueueFull(f"{self._max} events wait to be sent")
        self._lines.append(line)

    def take(self, events_max: int, bytes_max: int) -> list[bytes]:
        """The oldest events, at least one if any waits."""
        return _fitting([self._lines[n] for n in range(min(len(self._lines), events_max))], bytes_max)

    def forget(self, events: int) -> None:
        """The oldest events wait no longer."""
        for _ in range(events):
            self._lines.popleft()

    def refuse(self, line: bytes, why: str) -> None:
        """There is no place to keep it."""

    def close(self) -> None:
        """There is nothing to close."""

    def __len__(self) -> int:
        return len(self._lines)


class Spool:
    """Events wait in files of a folder: lines are appended and forced to disk, a mark says how far they were sent.

    A kill between sending and marking sends some again, which the server knows by their ids. A line that a kill cut
    in half was never promised and is left out.
    """

    def __init__(self, folder: str | Path, *, bytes_max: int, sync: bool) -> None:
        self._folder = Path(folder)
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = self._locked()
        self._max, self._sync = bytes_max, sync
        self._segments = sorted(self._folder.glob(f"[0-9]*{ENDING}"))
        self._number = int(self._segments[-1].stem) if self._segments else 0
        self._read = self._marked()
        self._writing: int | None = None
        self._written = 0
        self._bytes = sum(path.stat().st_size for path in self._segments)
        self._guard = threading.Lock()
        self._waiting = sum(self._count(path) for path in self._segments)
        self._taken: list[tuple[Path, int]] = []

    def put(self, line: bytes) -> None:
        """The event waits on disk.

        raises  QueueFull, OSError if the disk does not take it
        """
        with self._guard:
            if self._bytes + len(line) > self._max:
                raise QueueFull(f"{self._bytes} bytes wait in {self._folder}")
            if self._writing is None or self._written > SEGMENT_BYTES:
                self._open_segment()
            assert self._writing is not None
            try:
                _write_all(self._writing, line + b"\n")
                if self._sync:
                    os.fsync(self._writing)
            except OSError:
                self._cut_back()
                raise
            self._written += len(line) + 1
            self._bytes += len(line) + 1
            self._waiting += 1

    def take(self, events_max: int, bytes_max: int) -> list[bytes]:
        """The oldest events, at least one if any waits."""
        with self._guard:
            found: list[bytes] = []
            self._taken = []
            for path in self._segments:
                start = self._read if path == self._segments[0] else 0
                with path.open("rb") as file:
                    file.seek(start)
                    while len(found) < events_max and (line := file.readline()):
                        if not line.endswith(b"\n"):
                            break
                        found.append(line[:-1])
                        self._taken.append((path, file.tell()))
                if len(found) == events_max:
                    break
            return _fitting(found, bytes_max)

    def forget(self, events: int) -> None:
        """The oldest events wait no longer; files that were sent whole are removed."""
        if not events:
            return
        with self._guard:
            last, offset = self._taken[events - 1]
            self._taken = self._taken[events:]
            self._waiting -= events
            while self._segments and self._segments[0] != last:
                self._remove(self._segments[0])
            self._read = offset
            self._mark(last)
            if offset >= last.stat().st_size:  # what was sent does not stay on disk
                self._remove(last)
                self._read = 0

    def refuse(self, line: bytes, why: str) -> None:
        """The event stands in refused.jsonl, with the reason; nobody else may read it, for it names people."""
        handle = os.open(self._folder / REFUSED, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            _write_all(handle, b'{"problem": ' + why.encode() + b', "event": ' + line + b"}\n")
        finally:
            os.close(handle)

    def close(self) -> None:
        """The folder may be used by another process; what waits stays."""
        with self._guard:
            if self._writing is not None:
                os.close(self._writing)
                self._writing = None
            self._lock.close()

    def __len__(self) -> int:
        return self._waiting

    def _locked(self):  # type: ignore[no-untyped-def]  # noqa: ANN202 -- a file of either kind
        file = (self._folder / "lock").open("wb")
        if fcntl is not None:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as taken:
                file.close()
                raise SpoolInUse(f"another process uses {self._folder}") from taken
        return file

    def _open_segment(self) -> None:
        if self._writing is not None:
            os.close(self._writing)
        self._number += 1  # never a number that was used before: the mark may still speak of it
        path = self._folder / f"{self._number:012d}{ENDING}"
        self._writing = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._written = 0
        self._segments.append(path)
        _sync_folder(self._folder)

    def _cut_back(self) -> None:
        """A line that could not be written whole leaves no half behind that the next one would be glued to."""
        assert self._writing is not None
        os.ftruncate(self._writing, self._written)

    def _remove(self, path: Path) -> None:
        if path == self._segments[-1] and self._writing is not None:
            os.close(self._writing)
            self._writing = None
        self._bytes -= path.stat().st_size
        path.unlink()
        self._segments.remove(path)

    def _mark(self, path: Path) -> None:
        new = self._folder / (READ + ".new")
        new.write_text(f"{path.name} {self._read}")
        new.replace(self._folder / READ)

    def _marked(self) -> int:
        """Where the first file is to be read from; of a file that is gone the mark only says its number."""
        try:
            name, offset = (self._folder / READ).read_text().split()
            self._number = max(self._number, int(name.removesuffix(ENDING)))
        except (OSError, ValueError):
            return 0
        while (
            self._segments and self._segments[0].name < name
        ):  # sent whole, and a kill came before its removal
            self._segments.pop(0).unlink()
        return int(offset) if self._segments and self._segments[0].name == name else 0

    def _count(self, path: Path) -> int:
        with path.open("rb") as file:
            file.seek(self._read if path == self._segments[0] else 0)
            return sum(1 for line in file if line.endswith(b"\n"))


def _fitting(lines: list[bytes], bytes_max: int) -> list[bytes]:
    size, kept = 0, 0
    for line in lines:
        size += len(line) + 1
        if kept and size > bytes_max:
            break
        kept += 1
    return lines[:kept]


def _write_all(handle: int, content: bytes) -> None:
    while content:
        content = content[os.write(handle, content) :]


def _sync_folder(folder: Path) -> None:
    """The name of a new file is on disk too, where the system can be asked for it."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError:
        pass
    finally:
        os.close(handle)
