"""CSV, TSV and their kin, and columns set apart by blanks, from plain files, folders and archives."""

import csv
import io
from collections.abc import Iterator
from functools import partial
from itertools import islice
from typing import IO

from siyu.intake.contracts import FileOptions
from siyu.intake.errors.files import FileEmpty, HeadersDiffer
from siyu.intake.readers.batches import Batch, RowCollector, collector_paused, lines_of
from siyu.intake.readers.members import Packing, Progress, Rejoined, reading, text_members
from siyu.intake.readers.sealed import AnyFile
from siyu.intake.readers.sniffing import (
    SNIFFED_BYTES,
    WHITESPACE,
    TextLayout,
    column_names,
    encoding_of,
    text_layout,
)
from siyu.intake.rules import reasons

LINE_LENGTH_MAX = 1 << 20


def layout_of(path: AnyFile, packing: Packing, options: FileOptions) -> TextLayout:
    """The layout of the first table at the path that is not empty.

    raises  FileEmpty, FileBinary, EncodingUnknown, HeaderMissing, FileDamaged
    """
    with reading(path):
        for name, stream in text_members(path, packing, Progress()):
            head = stream.read(SNIFFED_BYTES)
            if head.strip():
                return text_layout(name, head, options)
    raise FileEmpty(path=path)


def delimited_batches(
    path: AnyFile, packing: Packing, layout: TextLayout, options: FileOptions, progress: Progress
) -> Iterator[Batch]:
    """The rows of all tables at the path, in batches that run on from one table to the next.

    raises  HeadersDiffer, FileDamaged
    """
    collector = RowCollector(layout.columns)
    first = ""
    with reading(path):
        for name, stream in text_members(path, packing, progress):
            first = first or name
            text = _opened(name, stream, options)
            if text is None:
                continue
            rows = (
                _WhitespaceRows(text) if layout.delimiter == WHITESPACE else _CsvRows(text, layout.delimiter)
            )
            if layout.has_header:
                _skip_header(rows, layout, name=name, first=first)
            while rows.collect(collector, name, options.batch_rows - len(collector.rows)):
                yield collector.take()
    if collector.rows or collector.rejects:
        yield collector.take()


def _opened(name: str, stream: IO[bytes], options: FileOptions) -> IO[str] | None:
    head = stream.read(SNIFFED_BYTES)
    if not head.strip():
        return None
    encoding = options.encoding or encoding_of(name, head)
    errors = "replace" if "16" in encoding else "surrogateescape"
    if len(head) < SNIFFED_BYTES:
        return io.StringIO(head.decode(encoding, errors), newline="")
    whole = io.BufferedReader(Rejoined(head, stream), 1 << 18)
    return io.TextIOWrapper(whole, encoding=encoding, errors=errors, newline="")


class _CsvRows:
    """The rows of one table with delimiters and quotes."""

    def __init__(self, text: IO[str], delimiter: str) -> None:
        self._reader = csv.reader(iter(partial(text.readline, LINE_LENGTH_MAX), ""), delimiter=delimiter)

    def header(self) -> list[str]:
        """The first row that is not blank."""
        return next((row for row in self._reader if any(row)), [])

    def collect(self, collector: RowCollector, name: str, wanted: int) -> bool:
        """Up to `wanted` more rows stand in the collector; True if there may be more of them."""
        before = self._reader.line_num
        rows: list[list[str]] = []
        try:
            with collector_paused():
                rows.extend(islice(self._reader, wanted))
        except csv.Error:
            # The record is longer than a field may be, mostly for a quote that never closes; go on behind it.
            taken = sum(lines_of(row) for row in rows)
            collector.add(name, rows, first_line=before + 1, lines_taken=taken)
            collector.refuse(name, before + taken + 1, reasons.UNCLOSED_QUOTE)
            return True
        collector.add(name, rows, first_line=before + 1, lines_taken=self._reader.line_num - before)
        return len(rows) == wanted


class _WhitespaceRows:
    """The rows of one table whose columns are set apart by blanks."""

    def __init__(self, text: IO[str]) -> None:
        self._lines = iter(partial(text.readline, LINE_LENGTH_MAX), "")
        self._taken = 0

    def header(self) -> list[str]:
        """The first line that is not blank."""
        for line in self._lines:
            self._taken += 1
            if line.strip():
                return line.split()
        return []

    def collect(self, collector: RowCollector, name: str, wanted: int) -> bool:
        """Up to `wanted` more rows stand in the collector; True if there may be more of them."""
        rows = [line.split() for line in islice(self._lines, wanted)]
        collector.add(name, rows, first_line=self._taken + 1, lines_taken=len(rows))
        self._taken += len(rows)
        return len(rows) == wanted


def _skip_header(rows: _CsvRows | _WhitespaceRows, layout: TextLayout, *, name: str, first: str) -> None:
    found = column_names(rows.header())
    if found != layout.columns:
        raise HeadersDiffer(
            member=name, first=first, found=", ".join(found) or "none", expected=", ".join(layout.columns)
        )
