"""A file that is written and read from beginning to end and lies sealed on disk: nothing of it is ever in clear."""

import io
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

from siyu.kernel.crypto import SEALED_BYTES_MIN, Cipher

PIECE_BYTES = 1 << 20


class SealedWriter(io.RawIOBase):
    """Takes bytes and keeps them sealed at a path of mode 0600, a megabyte at a time.

    Each piece is sealed for its place and says whether it is the last, so that none can be moved, changed or left out.
    A block that raises leaves no file.
    """

    def __init__(self, path: Path, *, context: str, cipher: Cipher) -> None:
        super().__init__()
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.unlink(missing_ok=True)
        path.touch(mode=0o600)
        self._path, self._context, self._cipher = path, context, cipher
        self._out, self._waiting, self._number = path.open("wb"), bytearray(), 0

    def writable(self) -> bool:
        """Always."""
        return True

    def write(self, content: Any, /) -> int:
        """The bytes are sealed, or wait for more of them."""
        self._waiting += content
        while len(self._waiting) > PIECE_BYTES:
            self._seal(bytes(self._waiting[:PIECE_BYTES]), is_last=False)
            del self._waiting[:PIECE_BYTES]
        return len(memoryview(content).cast("B"))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._seal(bytes(self._waiting), is_last=True)
        self._out.close()
        if kind is not None:
            self._path.unlink(missing_ok=True)
        super().__exit__(kind, error, trace)

    def _seal(self, piece: bytes, *, is_last: bool) -> None:
        context = _place(self._context, self._number, is_last=is_last)
        self._out.write(self._cipher.encrypt_bytes(piece, context=context))
        self._number += 1


def sealed_pieces(path: Path, *, context: str, cipher: Cipher) -> Iterator[bytes]:
    """What lies sealed at the path, in pieces of a megabyte.

    raises  WrongKey where it was not sealed for this context, was changed or broke off
    """
    whole = PIECE_BYTES + SEALED_BYTES_MIN
    pieces = max(-(-path.stat().st_size // whole), 1)
    with path.open("rb") as source:
        for number in range(pieces):
            place = _place(context, number, is_last=number == pieces - 1)
            yield cipher.decrypt_bytes(source.read(whole), context=place)


def _place(context: str, number: int, *, is_last: bool) -> str:
    return f"{context}/{number}/{'last' if is_last else 'more'}"
