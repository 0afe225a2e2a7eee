"""Rows by the million in PostgreSQL's own binary form: made of Arrow columns, read into NumPy, no object for any.

source  https://www.postgresql.org/docs/current/sql-copy.html, Binary Format
"""

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.kernel.db import raw

Numbers = npt.NDArray[np.int64]
Column: TypeAlias = Any  # an Arrow array or scalar; Arrow has no types of its own to tell

HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TAIL = b"\xff\xff"
NULL = b"\xff\xff\xff\xff"
EPOCH_MICROSECONDS = 946_684_800_000_000  # PostgreSQL counts from the year 2000


def binary_rows(columns: Mapping[str, Column]) -> memoryview:
    """The rows of these columns, without head and tail.

    `columns`: int64, bool, timestamp[us, UTC], string or binary, in the table's order; nulls are NULL. Arrays are
    of one length, and there is one at least; a scalar is the value of every row.

    limits  2 GB
    """
    width = pa.scalar(len(columns).to_bytes(2, "big"), pa.binary())
    rows = pc.binary_join_element_wise(width, *map(_field, columns.values()), pa.scalar(b"", pa.binary()))
    offsets = np.frombuffer(rows.buffers()[1], np.int32, len(rows) + 1, rows.offset * 4)
    return memoryview(rows.buffers()[2])[offsets[0] : offsets[-1]]


def copy_columns(
    session: Session, *, table: str, columns: Mapping[str, Column], frozen: bool = False
) -> None:
    """The rows of these columns stand in the table, by COPY; it must be temporary, or the login's own.

    `frozen`: as if they had always been there, for a table that was made or emptied in this transaction.
    """
    listed = ", ".join(columns)
    options = "FORMAT binary, FREEZE" if frozen else "FORMAT binary"
    with (
        raw(session).cursor() as cursor,
        cursor.copy(f"COPY {table} ({listed}) FROM STDIN ({options})".encode()) as copy,
    ):
        copy.write(HEAD)
        copy.write(binary_rows(columns))
        copy.write(TAIL)


def stage_columns(session: Session, table: str, columns: str, arrays: Mapping[str, Column]) -> None:
    """A temporary table holds the rows until the transaction ends, and the planner knows how many they are."""
    session.execute(text(f"DROP TABLE IF EXISTS pg_temp.{table}"))
    session.execute(text(f"CREATE TEMPORARY TABLE {table} ({columns}) ON COMMIT DROP"))
    copy_columns(session, table=table, columns=arrays)
    raw(session).execute(f"ANALYZE {table}".encode())


def numbers_of(
    session: Session, query: str, parameters: Mapping[str, Any], *, columns: tuple[str, ...]
) -> Numbers:
    """The rows of a query whose columns are BIGINT and never NULL, each a row of the array; they come as one value."""
    row = " || ".join(f"int8send(q.{name})" for name in columns)
    packed = f"SELECT string_agg({row}, ''::bytea) FROM ({query}) q"
    compiled = text(packed).bindparams(**parameters).compile(dialect=session.get_bind().dialect)
    with raw(session).cursor(binary=True) as cursor:
        (content,) = cursor.execute(str(compiled).encode(), compiled.params).fetchone() or (None,)
    return np.frombuffer(content or b"", ">i8").astype(np.int64).reshape(-1, len(columns))


def next_numbers(session: Session, *, table: str, column: str, count: int) -> Numbers:
    """So many numbers of the column's sequence, ascending, which nobody else will have."""
    query = (
        f"SELECT {next_number(session, table=table, column=column)} AS number FROM generate_series(1, :count)"
    )
    return np.sort(numbers_of(session, query, {"count": count}, columns=("number",))[:, 0])


def next_number(session: Session, *, table: str, column: str) -> str:
    """The SQL of the column's next number. Looking its sequence up for each takes twenty times as long as counting."""
    asked = {"table": table, "column": column}
    sequence = session.scalar(text("SELECT pg_get_serial_sequence(:table, :column)"), asked)
    return f"nextval('{sequence}')"


def _field(column: Column) -> Column:
    """Each value with its length before it."""
    kind = column.type
    if isinstance(column, pa.Scalar):
        return _field(pa.array([column.as_py()], kind))[0]
    if pa.types.is_string(kind) or pa.types.is_binary(kind):
        values = column.cast(pa.binary())
        lengths = pc.fill_null(pc.binary_length(values), 0).to_numpy(zero_copy_only=False)
        return _filled(pc.binary_join_element_wise(_fixed(lengths.astype(">i4"), 4), values, pa.scalar(b"")))
    if pa.types.is_boolean(kind):
        numbers, size = pc.fill_null(column, False).to_numpy(zero_copy_only=False).astype(">i1"), 1
    else:
        whole = column.cast(pa.int64())
        numbers, size = pc.fill_null(whole, 0).to_numpy(zero_copy_only=False).astype(">i8"), 8
        if pa.types.is_timestamp(kind):
            numbers = (numbers - EPOCH_MICROSECONDS).astype(">i8")
    packed = np.empty(len(column), np.dtype([("length", ">i4"), ("value", numbers.dtype)]))
    packed["length"], packed["value"] = size, numbers
    fields = _fixed(packed, 4 + size)
    return (
        _filled(pc.if_else(column.is_valid(), fields, pa.scalar(None, pa.binary())))
        if column.null_count
        else fields
    )


def _filled(fields: pa.Array) -> pa.Array:
    return pc.fill_null(fields, NULL) if fields.null_count else fields


def _fixed(numbers: npt.NDArray[Any], size: int) -> pa.Array:
    """The numbers' own bytes as binary values."""
    content = pa.py_buffer(np.ascontiguousarray(numbers).tobytes())
    return pa.FixedSizeBinaryArray.from_buffers(pa.binary(size), len(numbers), [None, content]).cast(
        pa.binary()
    )
