"""Rows as CSV that spreadsheets read and never run."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

FORMULA_BEGINNINGS = ("=", "+", "-", "@", "\t", "\r")
MARK = "exported_by"


def csv_file(columns: Sequence[str], rows: Iterable[Mapping[str, Any]], *, mark: str = "") -> bytes:
    """The columns of the rows as CSV in UTF-8 with the mark that spreadsheets need; no cell is a formula.

    `mark`: who took it out and when, beside every row, where the file holds personal data; see `mark_of`.

    >>> csv_file(("a", "b"), [{"a": 1, "b": "=1+1"}]).decode("utf-8-sig").split()
    ['a,b', "1,'=1+1"]
    """
    sink = io.StringIO()
    writer = csv.writer(sink)
    borne = [cell_of(mark)] if mark else []
    writer.writerow([cell_of(name) for name in columns] + ([MARK] if mark else []))
    writer.writerows([cell_of(row[name]) for name in columns] + borne for row in rows)
    return ("\ufeff" + sink.getvalue()).encode()


def cell_of(value: Any) -> str:
    """A value as a cell that no spreadsheet takes for a formula; a telephone number keeps its plus.

    >>> cell_of("=1+1"), cell_of("+8613800138000"), cell_of(None), cell_of(-5)
    ("'=1+1", '+8613800138000', '', '-5')
    """
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, bool):
        return "true" if value else "false"
    said = str(value)
    risky = isinstance(value, str) and said.startswith(FORMULA_BEGINNINGS)
    return f"'{said}" if risky and not said[1:].replace("*", "").isdecimal() else said


def mark_of(who: str, now: datetime) -> str:
    """The exporter's mark: who took this out, and when.

    >>> from datetime import UTC
    >>> mark_of("林", datetime(2026, 11, 23, 5, tzinfo=UTC))
    '林 2026-11-23T05:00:00Z'
    """
    return f"{who} {now.strftime('%Y-%m-%dT%H:%M:%SZ')}"
