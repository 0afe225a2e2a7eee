"""Forms with a file, which lies sealed as it comes: no piece of it is written to a temporary file in clear."""

from collections.abc import AsyncGenerator, Callable
from typing import Any, BinaryIO, TypeVar, cast

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from siyu.intake.actions.uploads import UPLOAD_BYTES_MAX, drop_upload, expect_upload, new_upload
from siyu.intake.errors.files import FileEmpty, UploadTooLarge
from siyu.intake.readers.sealed import SealedFile, SealingFile
from siyu.kernel.app import App
from siyu.kernel.clock import utcnow
from siyu.kernel.errors import BadInput
from siyu.organisation.contracts import Caller

Result = TypeVar("Result")
FORM_BYTES_MAX = 1_000_000  # beside the file
MULTIPART: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            }
        },
    }
}


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


async def taken(
    request: Request, caller: Caller, app: App, *, look: Callable[[SealedFile], Result]
) -> Result:
    """The file of the form lies sealed for half a day, and this is what `look` sees in it; if it fails, nothing lies.

    The body is read only after the caller is known to be allowed, and never past the limit; hence not a plain `def`.

    raises  UploadTooLarge, FileEmpty, BadInput, what `look` raises
    """

    def place(name: str) -> SealedFile:
        return new_upload(
            app.settings.home, cipher=app.cipher, brand_id=caller.brand.brand_id, file_name=name
        )

    await run_in_threadpool(_expect, app, caller)
    form = SealedForm(request.headers, _bounded(request), place=place)
    try:
        upload, size = await form.taken()
        return await run_in_threadpool(_looked_at, upload, size, look)
    except BaseException:
        if form.sealed is not None:
            drop_upload(form.sealed.path)
        raise


def _looked_at(upload: SealedFile, size: int, look: Callable[[SealedFile], Result]) -> Result:
    if not size:
        raise FileEmpty(path=upload)
    return look(upload)


async def _bounded(request: Request) -> AsyncGenerator[bytes, None]:
    """The body, piece by piece, as long as it is not too large."""
    taken = 0
    async for piece in request.stream():
        taken += len(piece)
        if taken > UPLOAD_BYTES_MAX:
            raise UploadTooLarge(limit_mb=UPLOAD_BYTES_MAX >> 20)
        yield piece


def _expect(app: App, caller: Caller) -> None:
    with app.db.transaction(brand_id=caller.brand.brand_id) as session:
        expect_upload(session, now=utcnow())
