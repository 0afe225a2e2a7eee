"""Rows of text become column batches; the few rows that cannot are set apart with their reason."""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from siyu.intake.contracts import Reject
from siyu.intake.rules import reasons

CELL_LENGTH_MAX = 65_536
FILE_COLUMN = "_file"
LINE_COLUMN = "_line"
_SHOWN = 200


@dataclass(frozen=True)
class Batch:
    """Some rows of a source: the good ones as text columns plus `_file` and `_line`, the others as rejects."""

    rows: pa.RecordBatch
    rejects: tuple[Reject, ...] = ()


def batch_schema(columns: Sequence[str]) -> pa.Schema:
    """The columns of the file as text, then `_file` and `_line`."""
    fields = [pa.field(name, pa.string()) for name in columns]
    return pa.schema([*fields, pa.field(FILE_COLUMN, pa.string()), pa.field(LINE_COLUMN, pa.int64())])


@dataclass
class RowCollector:
    """Gathers rows of text until a batch is full; `lines` holds where each began in its file."""

    columns: tuple[str, ...]
    rows: list[Sequence[str]] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)

    def add(self, file: str, rows: Sequence[Sequence[str]], *, first_line: int, lines_taken: int) -> None:
        """The rows stand in the batch, each with its line; a row may span lines where a quoted text does."""
        self.rows.extend(rows)
        self.files.extend([file] * len(rows))
        if lines_taken == len(rows):
            self.lines.extend(range(first_line, first_line + lines_taken))
            return
        for row in rows:
            self.lines.append(first_line)
            first_line += lines_of(row)

    def add_placed(self, file: str, row: Sequence[str], *, line: int) -> None:
        """One row stands in the batch, whose place is known."""
        self.rows.append(row)
        self.files.append(file)
        self.lines.append(line)

    def refuse(self, file: str, line: int, code: str, *, column: str = "", value: str = "") -> None:
        """A row is set apart."""
        shown = value[:_SHOWN].encode("utf-8", "replace").decode().replace("\0", "\N{SYMBOL FOR NULL}")
        self.rejects.append(Reject(file, line, column, shown, code, reasons.reason_text(code)))

    def take(self) -> Batch:
        """What has been gathered, as a batch; the collector is empty again."""
        with collector_paused():
            arrays = _columns(self.rows, len(self.columns))
        if arrays is None:
            self._set_bad_rows_apart()
            arrays = _columns(self.rows, len(self.columns))
            assert arrays is not None
        arrays += [pa.array(self.files, pa.string()), pa.array(self.lines, pa.int64())]
        batch = Batch(
            pa.RecordBatch.from_arrays(arrays, schema=batch_schema(self.columns)), tuple(self.rejects)
        )
        self.rows, self.files, self.lines, self.rejects = [], [], [], []
        return batch

    def _set_bad_rows_apart(self) -> None:
        rows, files, lines = self.rows, self.files, self.lines
        self.rows, self.files, self.lines = [], [], []
        for row, file, line in zip(rows, files, lines, strict=True):
            if not row:
                continue
            problem = _problem(row, self.columns)
            if problem is None:
                self.add_placed(file, row, line=line)
            else:
                self.refuse(file, line, problem[0], column=problem[1], value=problem[2])


@contextmanager
def collector_paused() -> Iterator[None]:
    """The search for cyclic garbage rests: rows of text hold none, and looking costs a third of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def lines_of(row: Sequence[str]) -> int:
    """How many lines of the file a row took.

    >>> lines_of(["a", "b"]), lines_of(["a", "two" + chr(10) + "lines"])
    (1, 2)
    """
    return 1 + sum(cell.count("\n") + cell.count("\r") - cell.count("\r\n") for cell in row)


def _columns(rows: list[Sequence[str]], width: int) -> list[pa.Array] | None:
    """The rows turned on their side; None if any of them is ragged or holds what a cell may not."""
    try:
        sides = tuple(zip(*rows, strict=True)) if rows else ((),) * width
        if len(sides) != width:
            return None
        arrays = [pa.array(side, pa.string()) for side in sides]
    except (ValueError, UnicodeEncodeError):
        return None
    return arrays if all(is_clean(array) for array in arrays) else None


def is_clean(array: pa.Array) -> bool:
    """True if no cell holds a NUL byte or is over-long."""
    text = array.buffers()[2]
    if text is not None and b"\0" in text.to_pybytes():
        return False
    longest = pc.max(pc.binary_length(array)).as_py()
    return longest is None or longest <= CELL_LENGTH_MAX


def _problem(row: Sequence[str], columns: tuple[str, ...]) -> tuple[str, str, str] | None:
    """(reason, column, value) of the first thing wrong with a row; None if nothing is."""
    if len(row) != len(columns):
        code = reasons.TOO_FEW_FIELDS if len(row) < len(columns) else reasons.TOO_MANY_FIELDS
        if len(row) < len(columns) and "\n" in row[-1]:
            code = reasons.UNCLOSED_QUOTE
        return code, "", " | ".join(row)
    for column, cell in zip(columns, row, strict=True):
        code = _cell_problem(cell)
        if code:
            return code, column, cell
    return None


def _cell_problem(cell: str | None) -> str:
    if cell is None:
        return ""
    if "\0" in cell:
        return reasons.NUL_BYTE
    if len(cell.encode("utf-8", "surrogateescape")) > CELL_LENGTH_MAX:
        return reasons.TOO_LONG
    try:
        cell.encode()
    except UnicodeEncodeError:
        return reasons.UNDECODABLE
    return ""
