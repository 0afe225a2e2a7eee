"""Files that lie sealed on disk, and are read as if they did not."""

import io
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from siyu.kernel.crypto import SEALED_BYTES_MIN, Cipher

PIECE_BYTES = 1 << 20
_SEALED_PIECE_BYTES = PIECE_BYTES + SEALED_BYTES_MIN


@dataclass(frozen=True)
class SealedFile:
    """A sealed file that opens and names itself as a Path does; `context` is what it was sealed for."""

    path: Path
    name: str
    context: str
    cipher: Cipher = field(repr=False)

    def __str__(self) -> str:
        return self.name

    @property
    def suffix(self) -> str:
        """The end of its name, from the last dot."""
        return Path(self.name).suffix

    def open(self, _mode: str = "rb") -> io.BufferedReader:
        """Its content, in any order: only the pieces that are asked for are unsealed.

        raises  WrongKey where it was not sealed for this context, was changed or broke off
        """
        return io.BufferedReader(_Unsealing(self), PIECE_BYTES)

    def exists(self) -> bool:
        """Whether it lies there."""
        return self.path.is_file()

    def is_dir(self) -> bool:
        """Never so."""
        return False


AnyFile = Path | SealedFile


def size_of(file: AnyFile) -> int:
    """How many bytes the file holds, unsealed."""
    if isinstance(file, Path):
        return file.stat().st_size
    sealed = file.path.stat().st_size
    return sealed - _pieces(sealed) * SEALED_BYTES_MIN


def seal_stream(stream: IO[bytes], *, path: Path, context: str, cipher: Cipher) -> int:
    """The content of the stream lies sealed at the path, piece by piece; nothing of it is written in clear.

    Each piece is sealed for its place and says whether it is the last, so that pieces cannot be moved, changed or
    left out.

    returns  how many bytes there were
    limits   about 1 GB a second on one core; a megabyte of memory
    """
    total = 0
    with path.open("wb") as out:
        piece = _full_piece(stream)
        for number in range(1 << 40):
            following = _full_piece(stream)
            total += len(piece)
            out.write(cipher.encrypt_bytes(piece, context=_place(context, number, is_last=not following)))
            if not following:
                break
            piece = following
    return total


class SealingFile(io.RawIOBase):
    """A file that is written to from the front and lies sealed, as `seal_stream` would have sealed it.

    It is whole once it is closed; one that was not closed cannot be read.
    """

    def __init__(self, file: SealedFile) -> None:
        super().__init__()
        self._file, self._out = file, file.path.open("wb")
        self._held, self._number, self._at = bytearray(), 0, 0

    def writable(self) -> bool:
        """Always."""
        return True

    def tell(self) -> int:
        """How many bytes were written."""
        return self._at

    def write(self, content: Any, /) -> int:
        """The bytes are taken; whole pieces of them lie sealed."""
        piece = bytes(content)
        self._held += piece
        self._at += len(piece)
        while len(self._held) > PIECE_BYTES:  # one byte more, so that the last piece is known as such
            self._seal(bytes(self._held[:PIECE_BYTES]), is_last=False)
            del self._held[:PIECE_BYTES]
        return len(piece)

    def close(self) -> None:
        """The file is whole."""
        if not self.closed:
            self._seal(bytes(self._held), is_last=True)
            self._out.close()
        super().close()

    def abandon(self) -> None:
        """What was written stays unfinished and unreadable."""
        self._out.close()
        super().close()

    def _seal(self, piece: bytes, *, is_last: bool) -> None:
        place = _place(self._file.context, self._number, is_last=is_last)
        self._out.write(self._file.cipher.encrypt_bytes(piece, context=place))
        self._number += 1


def _full_piece(stream: IO[bytes]) -> bytes:
    """The next megabyte, or what is left: a stream may give less than it was asked for."""
    parts: list[bytes] = []
    wanted = PIECE_BYTES
    while wanted and (part := stream.read(wanted)):
        parts.append(part)
        wanted -= len(part)
    return b"".join(parts)


def _pieces(sealed_bytes: int) -> int:
    return -(-sealed_bytes // _SEALED_PIECE_BYTES)


def _place(context: str, number: int, *, is_last: bool) -> str:
    return f"{context}/{number}/{'last' if is_last else 'more'}"


class _Unsealing(io.RawIOBase):
    """A sealed file as a stream; it remembers the piece that was asked for last."""

    def __init__(self, file: SealedFile) -> None:
        super().__init__()
        self._file, self._raw = file, file.path.open("rb")
        self._size, self._pieces = size_of(file), _pieces(file.path.stat().st_size)
        self._at, self._known, self._piece = 0, -1, b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        self._at = max(base + offset, 0)
        return self._at

    def readinto(self, buffer: Any, /) -> int:
        wanted = memoryview(buffer)
        if self._at >= self._size:
            return 0
        number, start = divmod(self._at, PIECE_BYTES)
        found = self._unsealed(number)[start : start + len(wanted)]
        wanted[: len(found)] = found
        self._at += len(found)
        return len(found)

    def close(self) -> None:
        self._raw.close()
        super().close()

    def _unsealed(self, number: int) -> bytes:
        if number != self._known:
            self._raw.seek(number * _SEALED_PIECE_BYTES)
            place = _place(self._file.context, number, is_last=number == self._pieces - 1)
            sealed = self._raw.read(_SEALED_PIECE_BYTES)
            self._piece = self._file.cipher.decrypt_bytes(sealed, context=place)
            self._known = number
        return self._piece
