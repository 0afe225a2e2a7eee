"""One sheet of an Excel workbook as rows of text."""

import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook.workbook import Workbook

from siyu.intake.contracts import FileOptions
from siyu.intake.errors.files import FileDamaged, FileEmpty, HeaderMissing, SheetMissing
from siyu.intake.readers.batches import Batch, RowCollector
from siyu.intake.readers.members import Progress
from siyu.intake.readers.sealed import AnyFile, size_of
from siyu.intake.readers.sniffing import column_names, names_columns


def workbook_columns(path: AnyFile, options: FileOptions) -> tuple[str, ...]:
    """The names of the sheet's columns.

    raises  FileEmpty, HeaderMissing, SheetMissing, FileDamaged
    """
    _, first = next(_rows(path, options), (0, []))
    if not first:
        raise FileEmpty(path=path)
    if options.header is not None:
        return options.header
    if not names_columns(first):
        raise HeaderMissing(path=path, first_line=", ".join(first)[:80], fields=len(first))
    return column_names(first)


def workbook_batches(
    path: AnyFile, columns: tuple[str, ...], options: FileOptions, progress: Progress
) -> Iterator[Batch]:
    """The rows of the sheet below its header; `_line` is the row's number in the sheet."""
    collector = RowCollector(columns)
    rows = _rows(path, options)
    if options.header is None:
        next(rows, None)
    for number, cells in rows:
        padded = cells + [""] * (len(columns) - len(cells))
        collector.add_placed(path.name, padded, line=number)
        if len(collector.rows) == options.batch_rows:
            yield collector.take()
    if collector.rows or collector.rejects:
        yield collector.take()
    progress.bytes_done = size_of(path)


def _rows(path: AnyFile, options: FileOptions) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not blank, with its number, and without the empty cells at its end."""
    with path.open("rb") as raw:
        try:
            book = load_workbook(raw, read_only=True, data_only=True)
        except (zipfile.BadZipFile, InvalidFileException, KeyError, ParseError, ValueError) as error:
            raise FileDamaged(path=path, why=str(error)) from error
        try:
            yield from _rows_of_sheet(_sheet(path, book, options.sheet))
        except (zipfile.BadZipFile, ParseError) as error:
            raise FileDamaged(path=path, why=str(error)) from error
        finally:
            book.close()


def _rows_of_sheet(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    sheet.reset_dimensions()
    for number, values in enumerate(sheet.iter_rows(values_only=True), start=1):
        cells = [_text(value) for value in values]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            yield number, cells


def _sheet(path: AnyFile, book: Workbook, name: str | None) -> Any:
    if name is None:
        return book.worksheets[0]
    if name not in book.sheetnames:
        raise SheetMissing(path=path, sheet=name, found=", ".join(book.sheetnames))
    return book[name]


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{Decimal(repr(value)):f}"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, date) else str(value)
