"""Cells of a file as those see them who may not see personal data."""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from typing import Any

from siyu.intake.contracts import ImportKind, ImportMap, KindGuess
from siyu.intake.rules.fields import FIELDS, TargetField
from siyu.intake.rules.guessing import sureness_by_name

PERSONAL = frozenset({"name", "phone", "email", "birthday", "customer_key"})
_KINDS = (
    ImportKind.CUSTOMERS,
    ImportKind.ORDERS,
)  # a product and a shop have a name too, but it is no secret
_HIDDEN = "****"
_BOTH_ENDS = 8  # characters, from which both ends of a number may be shown
_ADDED = 5  # columns that a file of rejects has more than the file it is of

# Eleven digits of a mainland mobile number, however they are grouped, with or without +86.
_PHONE = re.compile(r"(?<![0-9])((?:\+?86)?[ -]?1[3-9][0-9])([ -]?)[0-9]{4}\2([0-9]{4})(?![0-9])")
_INTERNATIONAL = re.compile(r"(\+[0-9]{2})[0-9 -]{4,12}([0-9]{4})(?![0-9])")
_MAIL = re.compile(r"([A-Za-z0-9_.+-])[A-Za-z0-9_.+-]*@[A-Za-z0-9-]+(\.[A-Za-z0-9.-]+)")


def masked(text: str) -> str:
    """The text without the middle of telephone numbers and mail addresses that stand in it.

    >>> masked("13800138000"), masked("王 +8613800138000, ann@example.com"), masked("17850.0")
    ('138****8000', '王 +86138****8000, a****.com', '17850.0')
    """
    text = _PHONE.sub(r"\1****\3", text)
    return _MAIL.sub(r"\1****\2", _INTERNATIONAL.sub(r"\1****\2", text))


def masked_cell(cell: str, field: str | None) -> str:
    """The cell as its field wants it masked; of a cell of no personal field only numbers and addresses are hidden.

    >>> masked_cell("王小明", "name"), masked_cell("1990-02-09", "birthday"), masked_cell("A17", "customer_key")
    ('王**', '****', 'A**')
    >>> masked_cell("138-0013-8000", "phone"), masked_cell("ann@example.com", "email"), masked_cell("红茶", None)
    ('138****8000', 'ann****.com', '红茶')
    """
    cell = cell if field is None else cell.strip()
    if not cell or field is None:
        return masked(cell)
    if field == "birthday":
        return _HIDDEN
    if field == "name":
        return f"{cell[:1]}**"
    if len(cell) < _BOTH_ENDS:
        return cell[:1] + "*" * (len(cell) - 1)
    return f"{cell[:3]}{_HIDDEN}{cell[-4:]}"


def personal_columns(columns: Iterable[str], import_map: ImportMap | None = None) -> dict[str, str]:
    """Which columns hold personal data, and of which field: as they are mapped, else as their headers say.

    >>> personal_columns(("收货人姓名", "商品名称", "Mobile"))
    {'收货人姓名': 'name', 'Mobile': 'phone'}
    """
    mapped: dict[str, str] = {}
    for target, rule in import_map.columns.items() if import_map else ():
        if rule.column is not None and mapped.get(rule.column) not in PERSONAL:
            mapped[rule.column] = target
    if import_map and import_map.kind not in _KINDS:
        mapped = dict.fromkeys(mapped, "")
    found = {column: mapped[column] if column in mapped else _said_by_header(column) for column in columns}
    return {column: field for column, field in found.items() if field in PERSONAL}


def guessed_personal(columns: Iterable[str], guesses: Iterable[KindGuess]) -> dict[str, str]:
    """The same of a file that nobody mapped yet: what a header says, or what the values look like to any guess."""
    found = {
        guess.column: guess.target
        for kind in guesses
        if kind.kind in _KINDS
        for guess in kind.guessed.guesses
        if guess.target in PERSONAL and guess.target != "customer_key"
    }
    return personal_columns(columns) | found


def masked_row(row: Mapping[str, str | None], personal: Mapping[str, str]) -> dict[str, str | None]:
    """The row with every cell masked.

    >>> masked_row({"手机": "138-0013-8000", "备注": None}, {"手机": "phone"})
    {'手机': '138****8000', '备注': None}
    """
    return {
        column: None if cell is None else masked_cell(cell, personal.get(column))
        for column, cell in row.items()
    }


def masked_typed(row: Mapping[str, Any], kind: ImportKind) -> dict[str, Any]:
    """A typed row with its personal fields masked, and numbers and addresses that stand in its other texts."""
    personal = PERSONAL if kind in _KINDS else frozenset()
    return {
        name: masked_cell(str(value), name if name in personal else None)
        if isinstance(value, str) or (name in personal and value is not None)
        else value
        for name, value in row.items()
    }


def masked_value(value: str, *, column: str, columns: Iterable[str], personal: Mapping[str, str]) -> str:
    """What a reject shows of its value; a line that could not be split may hold anything, so nothing is shown."""
    if value and column not in columns and column not in PERSONAL:
        return _HIDDEN
    return masked_cell(value, personal.get(column, column if column in PERSONAL else None))


def masked_rejects(text: str, import_map: ImportMap) -> str:
    """The file of rejects with every cell masked; where a row stood and why it was turned away stays.

    shape  the file's columns, then _file, _line, _column, _value, _reason
    """
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    header = next(rows, [])
    columns = header[:-_ADDED]
    personal = personal_columns(columns, import_map)
    sink = io.StringIO()
    writer = csv.writer(sink, lineterminator="\n")
    writer.writerow(header)
    for row in rows:
        file, line, column, value, reason = row[-_ADDED:]
        cells = [
            masked_cell(cell, personal.get(name)) for name, cell in zip(columns, row[:-_ADDED], strict=True)
        ]
        shown = masked_value(value, column=column, columns=columns, personal=personal)
        writer.writerow([*cells, file, line, column, shown, reason])
    return "\ufeff" + sink.getvalue()


def _said_by_header(column: str) -> str:
    """The field whose names fit the header best; '' where none does. Of equals, the customers' field."""
    fields: list[tuple[float, TargetField]] = [
        (sureness_by_name(target, column), target)
        for kind in (*_KINDS, *(kind for kind in ImportKind if kind not in _KINDS))
        for target in FIELDS[kind]
        if not (kind is ImportKind.CUSTOMERS and target.name == "customer_key")  # there a bare "id" is one
    ]
    sure, best = max(fields, key=lambda one: one[0])
    return best.name if sure else ""
