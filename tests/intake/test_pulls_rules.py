"""Pulls without a database: whatever comes when, each row is handed over once."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from siyu.intake.actions.pull_rows import begin_reading, new_rows
from siyu.intake.contracts import CursorValue, DatabaseReader, WantedRows
from siyu.intake.models import DatabasePull
from siyu.intake.rules.pulls import cursor_of, cursor_text
from siyu.kernel.crypto import Cipher
from siyu.kernel.wiring import Wiring


class Pages:
    """A database that gives its rows in pages of some size."""

    def __init__(self, size: int) -> None:
        self.rows: list[tuple[int, int]] = []
        self.size = size

    def pages(self, _wanted: WantedRows, *, start: CursorValue | None, **_named: Any) -> Iterator[pa.Table]:
        found = sorted((row for row in self.rows if start is None or row[0] >= start), key=lambda row: row[0])
        for place in range(0, len(found), self.size):
            part = found[place : place + self.size]
            yield pa.table({"seen": [row[0] for row in part], "no": [row[1] for row in part]})


@given(
    arrivals=st.lists(st.lists(st.integers(-3, 6), max_size=12), min_size=1, max_size=6),
    lag=st.integers(0, 4),
    size=st.integers(1, 5),
    rows_max=st.integers(1, 8),
)
def test_whatever_comes_within_the_lag_is_handed_over_once(
    arrivals: list[list[int]], lag: int, size: int, rows_max: int
) -> None:
    theirs = Pages(size)
    app: Any = SimpleNamespace(wiring=Wiring({DatabaseReader: (theirs,)}), cipher=Cipher(b"x" * 32))
    progress: Any = SimpleNamespace(at=lambda *_step, **_named: None)
    pull = DatabasePull(pull_id=1, lag=lag, cursor_column="seen", cursor_value=None, tail=b"")
    taken: list[tuple[int, int]] = []
    missed: set[tuple[int, int]] = set()
    number = 0
    for arrival in arrivals:
        stood = cursor_of(pull.cursor_value)
        for ahead in arrival:
            row = ((int(str(stood)) if stood is not None else 0) + ahead, number)
            if stood is not None and row[0] < stood - lag:  # type: ignore[operator]
                missed.add(row)  # later than the lag allows: nobody promised these
            theirs.rows.append(row)
            number += 1
        is_more = True
        while is_more:
            reached = begin_reading(app, pull)
            for page in new_rows(app, pull, WantedRows(""), reached, progress, rows_max=rows_max):
                taken += [(row["seen"], row["no"]) for row in page.to_pylist()]
            is_more = reached.is_more
            if reached.tail.newest is not None:
                pull.cursor_value, pull.tail = cursor_text(reached.tail.newest), reached.tail.kept()
    assert len(taken) == len(set(taken)), "a row came twice"
    assert set(theirs.rows) - missed <= set(taken), "a row was lost"
