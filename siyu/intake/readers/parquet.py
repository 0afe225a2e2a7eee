"""Parquet files as columns of text: every type in one canonical spelling, cast by column and not by row."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from siyu.intake.contracts import FileOptions
from siyu.intake.errors.files import FileDamaged, FileEmpty, FormatUnsupported, HeadersDiffer
from siyu.intake.readers.batches import Batch, RowCollector, batch_schema, is_clean
from siyu.intake.readers.members import Progress, tables_in
from siyu.intake.readers.sealed import AnyFile, size_of


def parquet_files(path: AnyFile) -> Sequence[AnyFile]:
    """The file, or the files of the folder by name."""
    return tables_in(path) if isinstance(path, Path) and path.is_dir() else [path]


def parquet_columns(path: AnyFile) -> tuple[str, ...]:
    """The names of the columns, which all files of a folder share.

    raises  FileEmpty, FileDamaged, HeadersDiffer, FormatUnsupported
    """
    files = parquet_files(path)
    schemas = [_schema(file) for file in files]
    first = tuple(schemas[0].names)
    for file, schema in zip(files, schemas, strict=True):
        if tuple(schema.names) != first:
            raise HeadersDiffer(
                member=file.name,
                first=files[0].name,
                found=", ".join(schema.names),
                expected=", ".join(first),
            )
        nested = [column.name for column in schema if pa.types.is_nested(column.type)]
        if nested:
            looks_like = f"Parquet with nested columns ({', '.join(nested)})"
            raise FormatUnsupported(path=file, looks_like=looks_like, remedy="Export plain columns.")
    if not first:
        raise FileEmpty(path=path)
    return first


def _schema(file: AnyFile) -> pa.Schema:
    try:
        with _opened(file) as table:
            return table.schema_arrow
    except (pa.ArrowInvalid, OSError) as error:
        raise FileDamaged(path=file, why=str(error).splitlines()[0]) from error


def _opened(file: AnyFile) -> pq.ParquetFile:
    """The file, whose source is closed with it."""
    return pq.ParquetFile(file) if isinstance(file, Path) else pq.ParquetFile(pa.PythonFile(file.open(), "r"))


def parquet_batches(
    path: AnyFile, columns: tuple[str, ...], options: FileOptions, progress: Progress
) -> Iterator[Batch]:
    """The rows of all files; `_line` is the row's number in its file."""
    for file in parquet_files(path):
        size = size_of(file)
        base, taken = progress.bytes_done, 0
        try:
            with _opened(file) as table:
                rows_total = max(table.metadata.num_rows, 1)
                for part in table.iter_batches(batch_size=options.batch_rows, columns=list(columns)):
                    yield _batch(part, columns, file.name, first_row=taken + 1)
                    taken += part.num_rows
                    progress.bytes_done = base + size * taken // rows_total
        except (pa.ArrowInvalid, OSError) as error:
            raise FileDamaged(path=file, why=str(error).splitlines()[0]) from error
        progress.bytes_done = base + size


def _batch(part: pa.RecordBatch, columns: tuple[str, ...], name: str, *, first_row: int) -> Batch:
    arrays = [canonical_text(part.column(place)) for place in range(len(columns))]
    numbers = range(first_row, first_row + part.num_rows)
    if not all(is_clean(array) for array in arrays):
        collector = RowCollector(columns)
        rows = zip(*(array.to_pylist() for array in arrays), strict=True)
        for number, row in zip(numbers, rows, strict=True):
            collector.add_placed(name, row, line=number)
        return collector.take()
    files = pa.repeat(pa.scalar(name, pa.string()), part.num_rows)
    lines = pa.array(numbers, pa.int64())
    return Batch(pa.RecordBatch.from_arrays([*arrays, files, lines], schema=batch_schema(columns)))


def canonical_text(values: pa.Array) -> pa.Array:
    """The values as text: moments as ISO 8601 (those with a zone in UTC), decimals exact, numbers as short as exact.

    >>> canonical_text(pa.array([1.0, 0.1, None])).to_pylist()
    ['1', '0.1', None]
    """
    kind = values.type
    if pa.types.is_dictionary(kind):
        values = values.dictionary_decode()
        kind = values.type
    if pa.types.is_timestamp(kind):
        # Nanoseconds are beyond what a moment of ours holds; a zone is turned into UTC, and so written with Z.
        values = pc.cast(values, pa.timestamp("us", tz=None if kind.tz is None else "UTC"), safe=False)
    elif pa.types.is_null(kind):
        return pa.nulls(len(values), pa.string())
    return pc.cast(values, pa.string())
