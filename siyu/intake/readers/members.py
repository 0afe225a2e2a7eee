"""What a path holds: one table, or many in a folder or an archive, opened one after the other."""

import gzip
import io
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import IO, cast

from siyu.intake.errors.files import FileBinary, FileDamaged, FileEmpty, FileMissing, FormatUnsupported
from siyu.intake.readers.sealed import AnyFile, size_of

_TAR_MAGIC_AT = 257
_PEEKED = 1024
_TABLE_SUFFIXES = frozenset({".csv", ".tsv", ".txt", ".tab", ".dat", ".gz", ".parquet"})
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a Windows program"),
    (b"SQLite format 3", "an SQLite database"),
)
_UNSUPPORTED: tuple[tuple[bytes, str, str], ...] = (
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls)", "Save it as .xlsx or CSV."),
    (b"BZh", "a bzip2 archive", "Unpack it, or pack it as .gz or .zip."),
    (b"7z\xbc\xaf", "a 7-Zip archive", "Unpack it, or pack it as .zip."),
    (b"Rar!", "a RAR archive", "Unpack it, or pack it as .zip."),
    (b"\xfd7zXZ", "an xz archive", "Unpack it, or pack it as .gz."),
    (b"\x28\xb5\x2f\xfd", "a zstandard archive", "Unpack it, or pack it as .gz."),
)


class Packing(StrEnum):
    """How the tables lie at the path."""

    TEXT = "text"
    GZIP = "gzip"
    TAR = "tar"
    TAR_GZIP = "tar.gz"
    ZIP = "zip"
    XLSX = "xlsx"
    PARQUET = "parquet"
    FOLDER = "folder"
    PARQUET_FOLDER = "parquet folder"


@dataclass
class Progress:
    """How far the reading is: bytes on disk, packed as they lie there."""

    bytes_done: int = 0
    current: IO[bytes] | None = None

    @property
    def bytes_read(self) -> int:
        """The bytes of the path that have been read so far."""
        if self.current is None or self.current.closed:
            return self.bytes_done
        return self.bytes_done + self.current.tell()


def packing_of(path: AnyFile) -> Packing:
    """How the tables lie at the path, told by its content and not by its name.

    raises  FileMissing, FileEmpty, FileBinary, FormatUnsupported, FileDamaged
    """
    if not path.exists():
        raise FileMissing(path=path)
    if isinstance(path, Path) and path.is_dir():
        files = tables_in(path)
        parquet = [file for file in files if file.suffix == ".parquet"]
        if parquet and len(parquet) < len(files):
            raise FormatUnsupported(
                path=path, looks_like="a folder of Parquet and text files", remedy="Import them apart."
            )
        return Packing.PARQUET_FOLDER if parquet else Packing.FOLDER
    with path.open("rb") as stream:
        head = stream.read(_PEEKED)
    if not head:
        raise FileEmpty(path=path)
    return _packing_by_head(path, head)


def _packing_by_head(path: AnyFile, head: bytes) -> Packing:
    for signature, looks_like in _SIGNATURES:
        if head.startswith(signature) and (signature != b"MZ" or b"\0" in head):
            raise FileBinary(path=path, looks_like=looks_like)
    for signature, looks_like, remedy in _UNSUPPORTED:
        if head.startswith(signature):
            raise FormatUnsupported(path=path, looks_like=looks_like, remedy=remedy)
    if head.startswith(b"PAR1"):
        return Packing.PARQUET
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _packing_of_zip(path)
    if head.startswith(b"\x1f\x8b"):
        with reading(path), path.open("rb") as raw, gzip.GzipFile(fileobj=raw) as stream:
            return Packing.TAR_GZIP if _is_tar(stream.read(_PEEKED)) else Packing.GZIP
    return Packing.TAR if _is_tar(head) else Packing.TEXT


def _packing_of_zip(path: AnyFile) -> Packing:
    with reading(path), path.open("rb") as raw, zipfile.ZipFile(raw) as archive:
        names = archive.namelist()
    if not names:
        raise FileEmpty(path=path)
    return Packing.XLSX if "xl/workbook.xml" in names else Packing.ZIP


def _is_tar(head: bytes) -> bool:
    return head[_TAR_MAGIC_AT : _TAR_MAGIC_AT + 5] == b"ustar"


def tables_in(folder: Path) -> list[Path]:
    """The files of a folder that may be tables, sorted by name; hidden ones and those with a leading _ are left.

    raises  FileEmpty
    """
    files = [
        file
        for file in sorted(folder.rglob("*"))
        if file.is_file()
        and file.suffix.lower() in _TABLE_SUFFIXES
        and _is_wanted(file.relative_to(folder).as_posix())
    ]
    if not files:
        raise FileEmpty(path=folder)
    return files


def _is_wanted(name: str) -> bool:
    return not any(part.startswith((".", "_")) for part in name.split("/"))


@contextmanager
def reading(path: AnyFile) -> Iterator[None]:
    """What the unpacking libraries say about a damaged file becomes FileDamaged."""
    try:
        yield
    except (
        EOFError,
        zlib.error,
        gzip.BadGzipFile,
        tarfile.TarError,
        zipfile.BadZipFile,
        NotImplementedError,
    ) as error:
        raise FileDamaged(path=path, why=str(error)) from error
    except RuntimeError as error:
        if "password" not in str(error):
            raise
        raise FileDamaged(path=path, why="it is locked with a password") from error


def text_members(path: AnyFile, packing: Packing, progress: Progress) -> Iterator[tuple[str, IO[bytes]]]:
    """Each table of text at the path: its name, and its bytes, readable until the next one is asked for.

    raises  FileDamaged, FileEmpty
    """
    progress.bytes_done = 0
    with reading(path):
        if isinstance(path, Path) and packing is Packing.FOLDER:
            for file in tables_in(path):
                kind = packing_of(file)
                if kind not in (Packing.TEXT, Packing.GZIP):
                    raise FormatUnsupported(path=file, looks_like=kind.value, remedy="Import it by itself.")
                yield from _of_file(file, kind, progress, file.relative_to(path).as_posix())
        else:
            yield from _of_file(path, packing, progress, path.name)


def _of_file(
    path: AnyFile, packing: Packing, progress: Progress, name: str
) -> Iterator[tuple[str, IO[bytes]]]:
    with path.open("rb") as raw:
        progress.current = raw
        if packing is Packing.TEXT:
            yield name, raw
        elif packing is Packing.GZIP:
            with gzip.GzipFile(fileobj=raw) as stream:
                yield name.removesuffix(".gz"), cast("IO[bytes]", stream)
        elif packing is Packing.ZIP:
            yield from _of_zip(path, raw)
        else:
            yield from _of_tar(path, raw, "r:gz" if packing is Packing.TAR_GZIP else "r:")
    progress.current = None
    progress.bytes_done += size_of(path)


def _of_zip(path: AnyFile, raw: IO[bytes]) -> Iterator[tuple[str, IO[bytes]]]:
    with zipfile.ZipFile(raw) as archive:
        wanted = [info for info in archive.infolist() if not info.is_dir() and _is_wanted(info.filename)]
        if not wanted:
            raise FileEmpty(path=path)
        for info in sorted(wanted, key=lambda info: info.filename):
            with archive.open(info) as stream:
                yield info.filename, stream


def _of_tar(path: AnyFile, raw: IO[bytes], mode: str) -> Iterator[tuple[str, IO[bytes]]]:
    found = False
    with tarfile.open(fileobj=raw, mode=mode) as archive:  # type: ignore[call-overload]  # modes are literals there
        for info in archive:
            stream = archive.extractfile(info) if info.isfile() and _is_wanted(info.name) else None
            if stream is not None:
                found = True
                yield info.name, stream
            archive.members = []  # what has been read need not be remembered
    if not found:
        raise FileEmpty(path=path)


class Rejoined(io.RawIOBase):
    """A stream whose head was looked at, whole again."""

    def __init__(self, head: bytes, rest: IO[bytes]) -> None:
        super().__init__()
        self._head, self._rest = memoryview(head), rest

    def readable(self) -> bool:
        """Always so."""
        return True

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]  # what is read into is memory here
        """The next bytes: first the head, then the rest."""
        piece = self._head[: len(buffer)] if self._head else self._rest.read(len(buffer))
        self._head = self._head[len(buffer) :]
        buffer[: len(piece)] = piece
        return len(piece)
