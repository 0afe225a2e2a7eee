"""Forms with a file, which lies sealed as it comes: no piece of it is written to a temporary file in clear."""

from collections.abc import AsyncGenerator, Callable
from typing import BinaryIO, cast

from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from siyu.intake.readers.sealed import SealedFile, SealingFile
from siyu.kernel.errors import BadInput


class _Filling(SealingFile):
    """The file of a form while it comes. The parser goes to its front once it has come: it is whole then."""

    def seek(self, offset: int, whence: int = 0, /) -> int:
        assert (offset, whence) == (0, 0), "nobody but the parser moves in it"
        self.close()
        return 0


class SealedForm(MultiPartParser):
    """A form with one file. `place(name)`: an empty file for it, to be written to and sealed.

    The parser it builds on would keep what is longer than a megabyte in a temporary file, in clear, until it is read.
    """

    def __init__(
        self,
        headers: Headers,
        pieces: AsyncGenerator[bytes, None],
        *,
        place: Callable[[str], SealedFile],
    ) -> None:
        super().__init__(headers, pieces, max_files=1, max_fields=1)
        self._place = place
        self._filling: _Filling | None = None
        self.sealed: SealedFile | None = None

    async def taken(self) -> tuple[SealedFile, int]:
        """The form has come, and its field `file` lies sealed: where, and how many bytes there were.

        raises  BadInput where the form holds no such file
        """
        try:
            form = await self.parse()
        except (MultiPartException, KeyError) as error:
            raise _no_file() from error
        finally:
            if self._filling is not None and not self._filling.closed:
                self._filling.abandon()
        file = form.get("file")
        if not isinstance(file, UploadFile) or self.sealed is None:
            raise _no_file()
        return self.sealed, file.size or 0

    def on_headers_finished(self) -> None:
        """The file goes to its place from here on."""
        super().on_headers_finished()
        part = self._current_part.file
        if part is not None:
            part.file.close()
            self.sealed = self._place(part.filename or "")
            self._filling = _Filling(self.sealed)
            part.file = cast("BinaryIO", self._filling)


def _no_file() -> BadInput:
    return BadInput(what="file", why="the request holds no file", remedy="Send one as the form field `file`.")
