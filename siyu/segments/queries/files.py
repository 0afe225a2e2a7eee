"""A segment's customers with their traits as a file, piece by piece."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import ibis.expr.types as ir

from siyu.insight.api import catalogue
from siyu.insight.contracts import BrandView
from siyu.kernel.csv_file import csv_file
from siyu.kernel.lake import LakeCursor
from siyu.metrics.api import sql_of
from siyu.segments import frames
from siyu.segments.queries.members import member_traits
from siyu.segments.rules.listing import csv_lines

CHUNK_ROWS = 10_000


def member_csv(
    cursor: LakeCursor, brand: BrandView, definition: Any, as_of: datetime
) -> Iterator[tuple[int, bytes]]:
    """The customers in the segment with every trait as CSV, piece by piece: how many customers, their lines.

    units   moments are UTC, money is in fen; there is no personal data in it
    raises  BadSegment, UnknownTrait
    limits  10,000 customers in memory at a time; the engine spills what it sorts
    """
    found = _member_table(cursor, brand, definition, as_of)
    yield 0, csv_file(found.columns, ())
    for batch in cursor.execute(sql_of(frames.as_text(found))).to_arrow_reader(CHUNK_ROWS):
        lines = zip(*(column.to_pylist() for column in batch.columns), strict=True)
        yield batch.num_rows, csv_lines(lines)


def member_json(
    cursor: LakeCursor, brand: BrandView, definition: Any, as_of: datetime
) -> Iterator[tuple[int, bytes]]:
    """The same as a JSON list of objects."""
    found, before = _member_table(cursor, brand, definition, as_of), b"["
    for batch in cursor.execute(sql_of(found)).to_arrow_reader(CHUNK_ROWS):
        items = (json.dumps(row, ensure_ascii=False, default=str) for row in batch.to_pylist())
        yield batch.num_rows, before + ", ".join(items).encode()
        before = b", " if batch.num_rows else before
    yield 0, b"[]\n" if before == b"[" else b"]\n"


def _member_table(cursor: LakeCursor, brand: BrandView, definition: Any, as_of: datetime) -> ir.Table:
    names = ["customer_id", *catalogue(brand.sources)]
    return member_traits(cursor, brand, definition, as_of).select(names).order_by("customer_id")
