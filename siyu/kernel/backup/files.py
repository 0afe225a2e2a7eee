"""Files that only their owner reads, that survive a power cut, and whose hash is taken on the way."""

import hashlib
import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import IO

CHUNK_BYTES = 1_048_576


class HashingReader(io.RawIOBase):
    """A file that keeps the hash of what was read from it; `seen` is told how many bytes each reading gave."""

    def __init__(self, file: IO[bytes], seen: Callable[[int], None] | None = None) -> None:
        super().__init__()
        self._file = file
        self._hash = hashlib.sha256()
        self._seen = seen

    def readable(self) -> bool:
        """Always."""
        return True

    def read(self, size: int = -1) -> bytes:
        """The next bytes of the file."""
        chunk = self._file.read(size)
        self._hash.update(chunk)
        if self._seen is not None:
            self._seen(len(chunk))
        return chunk

    def hexdigest(self) -> str:
        """The sha256 of all that was read."""
        return self._hash.hexdigest()


def private_file(path: Path) -> IO[bytes]:
    """A new empty file that only its owner can read; one that lay there is gone."""
    path.unlink(missing_ok=True)
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b")


def sync_file(path: Path) -> None:
    """The file's bytes (or the folder's names) outlive a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
