"""Rows of another's database as they come: past the cursor, each once, as text that an import map reads."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime

import pyarrow as pa
import pyarrow.parquet as pq

from siyu.intake.actions.uploads import expect_upload, new_upload
from siyu.intake.contracts import CursorValue, DatabaseReader, WantedRows
from siyu.intake.models import DatabasePull
from siyu.intake.readers.parquet import canonical_text
from siyu.intake.readers.sealed import SealedFile, SealingFile
from siyu.intake.rules.pulls import Tail, checked_cursor, cursor_of, known_rows, lagged
from siyu.kernel.app import App
from siyu.kernel.errors import NotFound
from siyu.kernel.longwork import Progress

LOOKED_AT_ROWS = 100
TAIL_CONTEXT = "intake/pull/tail"
_CELL_SEPARATOR = "\x1f"


@dataclass
class Reached:
    """How far a reading came. `past`: rows that are newer than where it began to be new."""

    tail: Tail
    rows: int = 0
    past: int = 0
    is_more: bool = False
    left_out: Counter[str] = field(default_factory=Counter)


def look_at_rows(app: App, *, wanted: WantedRows) -> pa.Table:
    """The first rows as the database has them, nothing stored.

    raises  what `DatabaseReader.pages` raises, NotFound if the database has no such rows yet
    limits  100 rows, half a minute
    """
    pages = list(reader_of(app).pages(wanted, start=None, rows_max=LOOKED_AT_ROWS))
    if not pages or not sum(page.num_rows for page in pages):
        raise NotFound(what="row to look at", key=wanted.table or "SELECT …")
    return pa.concat_tables(pages, promote_options="permissive").slice(0, LOOKED_AT_ROWS)


def kept_as_upload(app: App, *, brand_id: int, file_name: str, rows: pa.Table, now: datetime) -> SealedFile:
    """The rows lie sealed as an uploaded file would, for half a day, so that a map can be tried on them."""
    with app.db.transaction(brand_id=brand_id) as session:
        expect_upload(session, now=now)
    upload = new_upload(app.settings.home, cipher=app.cipher, brand_id=brand_id, file_name=file_name)
    text = as_text(rows)
    file = SealingFile(upload)
    with file, pq.ParquetWriter(file, text.schema) as writer:
        writer.write_table(text)
    return upload


def as_text(page: pa.Table) -> pa.Table:
    """Every cell as a Parquet file's would be read: what a map sees is the same, wherever rows come from."""
    columns = []
    for column in page.columns:
        kind = column.type
        if pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
            cells = (None if cell is None else str(cell) for cell in column.to_pylist())
            columns.append(pa.array(cells, pa.string()))
        else:
            columns.append(canonical_text(column.combine_chunks()))
    return pa.table(columns, schema=pa.schema([(name, pa.string()) for name in page.column_names]))


def reader_of(app: App) -> DatabaseReader:
    """What reads other databases; it is loaded now."""
    return app.wiring.of(DatabaseReader)[0]


def begin_reading(app: App, pull: DatabasePull) -> Reached:
    """Nothing was read yet."""
    key = app.cipher.signature(str(pull.pull_id).encode(), context=TAIL_CONTEXT)
    return Reached(Tail(pull.lag, bytes.fromhex(key)))


def new_rows(
    app: App, pull: DatabasePull, wanted: WantedRows, reached: Reached, progress: Progress, *, rows_max: int
) -> Generator[pa.Table]:
    """The rows from where the pull stands, less its lag; after `rows_max` new ones the run ends where a value ends."""
    stands = cursor_of(pull.cursor_value)
    known = known_rows(bytes(pull.tail))
    last: CursorValue | None = None
    with closing(reader_of(app).pages(wanted, start=lagged(stands, pull.lag))) as pages:
        for whole in pages:
            page = whole
            values = [
                checked_cursor(one, column=pull.cursor_column) for one in page[pull.cursor_column].to_pylist()
            ]
            if reached.past >= rows_max and last is not None:
                same = sum(1 for value in values if value == last)
                reached.is_more = same < len(values)
                page, values = page.slice(0, same), values[:same]
            if not values:
                return
            last = values[-1]
            fresh = _fresh(reached, page, values, stands, known)
            progress.at("reading", done=reached.rows, total=0)
            if fresh.num_rows:
                yield fresh
            if reached.is_more:
                return


def _fresh(
    reached: Reached,
    page: pa.Table,
    values: list[CursorValue],
    stands: CursorValue | None,
    known: frozenset[bytes],
) -> pa.Table:
    """The rows of a page that the run before has not seen; the last of them are remembered for the next."""
    leading = 0 if stands is None else bisect_right(values, stands)
    first = bisect_left(values, reached.tail.bound(values[-1]))
    begin = 0 if leading else first
    cells = [column.to_pylist() for column in as_text(page.slice(begin)).columns]
    digests = [
        reached.tail.digest_of(_CELL_SEPARATOR.join("\0" if cell is None else cell for cell in row))
        for row in zip(*cells, strict=True)
    ]
    reached.tail.add(values[first:], digests[first - begin :])
    again = [place for place in range(leading) if digests[place] not in known]
    reached.past += len(values) - leading
    reached.rows += len(again) + len(values) - leading
    return page if not leading else page.take(pa.array([*again, *range(leading, len(values))], pa.int64()))
