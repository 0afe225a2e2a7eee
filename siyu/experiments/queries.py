"""Reading an experiment file: one row per unit, or several that add up, checked cell by cell."""

import csv
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from siyu.experiments.errors import (
    ControlUnknown,
    CovariateChanges,
    ExperimentCellBlank,
    ExperimentCellNotNumber,
    ExperimentColumnMissing,
    ExperimentColumnTwice,
    ExperimentFileEmpty,
    ExperimentFileTooLong,
    ExperimentFileUnreadable,
    ExperimentRowRagged,
    TooFewArms,
    TooFewUnits,
    TooManyArms,
    UnitInTwoArms,
)
from siyu.experiments.rules.analysis import Units

ROWS_MAX = 10_000_000
ARMS_MAX = 50
UNITS_MIN = 2
_ENCODINGS = ("utf-8-sig", "gb18030")


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column plays which role."""

    unit: str
    arm: str
    metrics: tuple[str, ...]
    covariate: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Every column that is read: unit, arm, metrics, covariate."""
        return (self.unit, self.arm, *self.metrics, *((self.covariate,) if self.covariate else ()))


@dataclass(frozen=True, slots=True)
class _Row:
    """The cells that matter of one line."""

    line: int
    unit: str
    arm: str
    values: list[float]


@dataclass(slots=True)
class _Seen:
    """What one unit has shown so far: its arm, the line that said so, metrics summed, covariate last."""

    arm: str
    line: int
    values: list[float] = field(default_factory=list)


def units_of_file(path: Path, *, columns: Columns, control: str) -> Units:
    """Every unit of the file with its arm, its metrics summed over its rows, and its one covariate.

    raises  the errors of this module, each naming file, line and column
    limits  10,000,000 rows, 50 arms; UTF-8 or GB18030; blank lines are skipped
    """
    for place, name in enumerate(columns.names):
        if name in columns.names[:place]:
            raise ExperimentColumnTwice(file=path.name, column=name, why="asked for in two roles")
    units = _gathered(path, columns, _encoding_of(path))
    _check_arms(path, columns, control, units)
    return _as_arrays(units, columns)


def _encoding_of(path: Path) -> str:
    """The encoding in which the whole file can be read."""
    try:
        for encoding in _ENCODINGS:
            if _decodes(path, encoding):
                return encoding
    except OSError as error:
        raise ExperimentFileUnreadable(file=path.name, why=error.strerror or str(error)) from error
    raise ExperimentFileUnreadable(file=path.name, why="it is text in neither UTF-8 nor GB18030")


def _decodes(path: Path, encoding: str) -> bool:
    """Whether the file is text in this encoding."""
    block_characters = 1 << 20
    try:
        with path.open(encoding=encoding, newline="") as text:
            while block := text.read(block_characters):
                if "\0" in block:
                    raise ExperimentFileUnreadable(
                        file=path.name,
                        why="it is a binary file, such as a workbook; save the sheet as CSV",
                    )
    except UnicodeDecodeError:
        return False
    return True


def _gathered(path: Path, columns: Columns, encoding: str) -> dict[str, _Seen]:
    """The rows of the file added up per unit, in the order units first appear."""
    units: dict[str, _Seen] = {}
    arms: set[str] = set()
    for row in _rows(path, columns, encoding):
        arms.add(row.arm)
        if len(arms) > ARMS_MAX:
            raise TooManyArms(file=path.name, line=row.line, column=columns.arm, arms_max=ARMS_MAX)
        seen = units.get(row.unit)
        if seen is None:
            units[row.unit] = _Seen(row.arm, row.line, row.values)
        else:
            _add(path, columns, seen, row)
    if not units:
        raise ExperimentFileEmpty(file=path.name)
    return units


def _rows(path: Path, columns: Columns, encoding: str) -> Iterator[_Row]:
    """Each line below the header that is not blank."""
    with path.open(encoding=encoding, newline="") as text:
        reader = csv.reader(text)
        try:
            header = [cell.strip() for cell in next(reader, [])]
            places = [_place(path, header, name) for name in columns.names]
            for count, cells in enumerate(reader):
                if count >= ROWS_MAX:
                    raise ExperimentFileTooLong(file=path.name, rows_max=ROWS_MAX)
                if any(cell.strip() for cell in cells):
                    line = reader.line_num
                    yield _row(path, columns, header=header, places=places, line=line, cells=cells)
        except csv.Error as error:
            raise ExperimentFileUnreadable(
                file=path.name, why=f"line {reader.line_num} is not CSV ({error})"
            ) from error


def _place(path: Path, header: Sequence[str], name: str) -> int:
    """Where a column stands."""
    if not any(header):
        raise ExperimentFileEmpty(file=path.name)
    if name not in header:
        raise ExperimentColumnMissing(file=path.name, column=name, columns=", ".join(header))
    if header.count(name) > 1:
        raise ExperimentColumnTwice(file=path.name, column=name, why="in the header twice")
    return header.index(name)


def _row(
    path: Path,
    columns: Columns,
    *,
    header: Sequence[str],
    places: Sequence[int],
    line: int,
    cells: Sequence[str],
) -> _Row:
    """The cells of one line, checked."""
    if len(cells) != len(header):
        raise ExperimentRowRagged(file=path.name, line=line, cells=len(cells), columns=len(header))
    unit, arm, *texts = (cells[place].strip() for place in places)
    for name, cell in ((columns.unit, unit), (columns.arm, arm)):
        if not cell:
            raise ExperimentCellBlank(file=path.name, line=line, column=name)
    numbers = [_number(text) for text in texts]
    for name, text, number in zip(columns.names[2:], texts, numbers, strict=True):
        if number is None:
            raise ExperimentCellNotNumber(file=path.name, line=line, column=name, value=text)
    return _Row(line, unit, arm, [number for number in numbers if number is not None])


def _number(text: str) -> float | None:
    """The finite number a cell holds, or None."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) and "_" not in text else None


def _add(path: Path, columns: Columns, seen: _Seen, row: _Row) -> None:
    """A further row of a unit raises its metrics; its arm and its covariate must be what they were."""
    if seen.arm != row.arm:
        raise UnitInTwoArms(
            file=path.name,
            line=row.line,
            column=columns.arm,
            unit=row.unit,
            arm=row.arm,
            other_arm=seen.arm,
            other_line=seen.line,
        )
    if columns.covariate and seen.values[-1] != row.values[-1]:
        raise CovariateChanges(
            file=path.name,
            line=row.line,
            column=columns.covariate,
            unit=row.unit,
            value=row.values[-1],
            other_value=seen.values[-1],
        )
    for place in range(len(columns.metrics)):
        seen.values[place] += row.values[place]


def _check_arms(path: Path, columns: Columns, control: str, units: dict[str, _Seen]) -> None:
    """There is a control, something to compare it with, and spread in each."""
    sizes: dict[str, int] = {}
    for seen in units.values():
        sizes[seen.arm] = sizes.get(seen.arm, 0) + 1
    if control not in sizes:
        raise ControlUnknown(
            file=path.name, column=columns.arm, control=control, arms=", ".join(sorted(sizes))
        )
    if len(sizes) == 1:
        raise TooFewArms(file=path.name, column=columns.arm, arm=control)
    for arm, size in sizes.items():
        if size < UNITS_MIN:
            raise TooFewUnits(file=path.name, column=columns.arm, arm=arm, units=size, units_min=UNITS_MIN)


def _as_arrays(units: dict[str, _Seen], columns: Columns) -> Units:
    """The units as arrays, one place per unit, arms by name."""
    arms = tuple(sorted({seen.arm for seen in units.values()}))
    places = {arm: place for place, arm in enumerate(arms)}
    table = np.array([seen.values for seen in units.values()], float)
    return Units(
        arm_names=arms,
        arm_index=np.array([places[seen.arm] for seen in units.values()], np.intp),
        metrics={name: table[:, place] for place, name in enumerate(columns.metrics)},
        covariate=(columns.covariate, table[:, -1]) if columns.covariate else None,
    )
