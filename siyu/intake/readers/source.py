"""A file, folder or archive as a stream of text columns, whatever its layout."""

import difflib
import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path

from siyu.intake.contracts import FileFormat, FileOptions, ImportMap
from siyu.intake.errors.files import ColumnsMissing
from siyu.intake.readers.batches import Batch
from siyu.intake.readers.delimited import delimited_batches, layout_of
from siyu.intake.readers.members import Packing, Progress, packing_of
from siyu.intake.readers.parquet import parquet_batches, parquet_columns
from siyu.intake.readers.sealed import AnyFile, size_of
from siyu.intake.readers.sniffing import WHITESPACE
from siyu.intake.readers.workbook import workbook_batches, workbook_columns

_DELIMITER_FORMATS = {"\t": FileFormat.TSV, WHITESPACE: FileFormat.WHITESPACE}
_SHOWN_COLUMNS_MAX = 40


@dataclass
class Source:
    """A path that was looked at and can be read, as often as one likes.

    units  bytes as they lie on disk, packed
    """

    path: AnyFile
    format: FileFormat
    columns: tuple[str, ...]
    bytes_total: int
    encoding: str | None
    delimiter: str | None
    _start: Callable[[Progress], Iterator[Batch]] = field(repr=False)
    _progress: Progress = field(default_factory=Progress, repr=False)

    @property
    def bytes_read(self) -> int:
        """How much of `bytes_total` the running reading has taken."""
        return min(self._progress.bytes_read, self.bytes_total)

    def batches(self) -> Iterator[Batch]:
        """All rows from the beginning, in batches of bounded size.

        raises  FileDamaged, HeadersDiffer in mid-stream, if that is where the trouble lies
        """
        self._progress.bytes_done, self._progress.current = 0, None
        yield from self._start(self._progress)

    def sha256(self) -> str:
        """The hash of the content: of the bytes, and in a folder of each file's name and bytes."""
        return content_sha256(self.path)


def open_source(path: AnyFile, options: FileOptions | None = None) -> Source:
    """The source at a path, its layout found by looking at it; nothing is read but the beginning.

    raises  FileMissing, FileEmpty, FileBinary, FormatUnsupported, FileDamaged, HeaderMissing, EncodingUnknown,
            SheetMissing
    """
    options = options or FileOptions()
    packing = packing_of(path)
    total = sum(size_of(file) for file in _files(path))
    if packing in (Packing.PARQUET, Packing.PARQUET_FOLDER):
        columns = parquet_columns(path)
        start = partial(parquet_batches, path, columns, options)
        return Source(path, FileFormat.PARQUET, columns, total, None, None, start)
    if packing is Packing.XLSX:
        columns = workbook_columns(path, options)
        start = partial(workbook_batches, path, columns, options)
        return Source(path, FileFormat.XLSX, columns, total, None, None, start)
    layout = layout_of(path, packing, options)
    start = partial(delimited_batches, path, packing, layout, options)
    kind = _DELIMITER_FORMATS.get(layout.delimiter, FileFormat.CSV)
    return Source(path, kind, layout.columns, total, layout.encoding, layout.delimiter, start)


def sample_rows(source: Source, limit: int = 100) -> list[dict[str, str | None]]:
    """The first rows as people would see them, for a preview and for guessing a map."""
    rows: list[dict[str, str | None]] = []
    for batch in islice(source.batches(), 2):
        rows += batch.rows.slice(0, limit - len(rows)).to_pylist()
    return rows


def check_columns(source: Source, import_map: ImportMap) -> None:
    """The source has every column that the map reads.

    raises  ColumnsMissing, which names those missing, those found and the nearest guesses
    """
    missing = [column for column in import_map.source_columns if column not in source.columns]
    if not missing:
        return
    guesses = [
        f"{column} may be {near[0]}. "
        for column in missing
        if (near := difflib.get_close_matches(column, source.columns, n=1, cutoff=0.6))
    ]
    found = ", ".join(source.columns[:_SHOWN_COLUMNS_MAX])
    raise ColumnsMissing(
        path=source.path.name, missing=", ".join(missing), nearest="".join(guesses), found=found
    )


def content_sha256(path: AnyFile) -> str:
    """The hash of a file's bytes; of a folder, of each file's name and bytes in order of names."""
    if not (isinstance(path, Path) and path.is_dir()):
        return _digest(path)
    whole = hashlib.sha256()
    for file in _files_in(path):
        whole.update(f"{file.relative_to(path).as_posix()}\0{_digest(file)}\n".encode())
    return whole.hexdigest()


def _digest(file: AnyFile) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _files(path: AnyFile) -> Sequence[AnyFile]:
    return _files_in(path) if isinstance(path, Path) and path.is_dir() else [path]


def _files_in(folder: Path) -> Sequence[Path]:
    return sorted(file for file in folder.rglob("*") if file.is_file())
