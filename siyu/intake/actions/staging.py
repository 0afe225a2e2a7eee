"""A file stands in temporary tables: `staged` as text, `typed` as the good rows, `rejected` with reasons."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from siyu.intake.contracts import ImportKind, ImportMap
from siyu.intake.readers.batches import Batch
from siyu.intake.readers.source import Source
from siyu.intake.rules.reasons import REASON_CODES, reason_text
from siyu.intake.rules.sql import typed_select
from siyu.intake.rules.sql_cells import quoted
from siyu.kernel.lake import LakeCursor, rows_of

ROWS_MAX = 500_000_000

REJECTED = """
    CREATE OR REPLACE TEMP TABLE rejected (
        _file VARCHAR, _line BIGINT, _column VARCHAR, _value VARCHAR, _code VARCHAR, _reason VARCHAR
    )"""


def stage(cursor: LakeCursor, *, source: Source, tell: Callable[[int, int], None]) -> int:
    """Every readable row of the source stands in `staged`, every unreadable one in `rejected`.

    `tell(bytes_read, bytes_total)` is called after each batch and may raise to stop.

    returns  how many rows the file has, the unreadable ones included
    """
    columns = ", ".join(f"{quoted(name)} VARCHAR" for name in source.columns)
    cursor.execute(f"CREATE OR REPLACE TEMP TABLE staged ({columns}, _file VARCHAR, _line BIGINT)")
    cursor.execute(REJECTED)
    rows = 0
    for batch in source.batches():
        _take(cursor, batch)
        rows += batch.rows.num_rows + len(batch.rejects)
        assert rows < ROWS_MAX, f"a file of more than {ROWS_MAX} rows is to be split"
        tell(source.bytes_read, source.bytes_total)
    return rows


def type_rows(cursor: LakeCursor, *, import_map: ImportMap, latest: datetime) -> None:
    """The good rows stand in `typed`; the bad ones have moved to `rejected`, each with its reason."""
    cursor.execute(
        f"CREATE OR REPLACE TEMP TABLE typed AS {typed_select(import_map, 'staged', latest=latest)}"
    )
    reject(cursor, where="_reject_reason IS NOT NULL")


def reject(
    cursor: LakeCursor, *, where: str, column: str = "_reject_column", value: str = "_reject_value",
    code: str = "_reject_reason", reason: str | None = None,
) -> int:  # fmt: skip
    """Rows of `typed` that meet the condition have moved to `rejected`. Arguments are SQL expressions.

    returns  how many
    """
    told = reason or f"CASE {code} {_sentences()} ELSE {code} END"
    row = cursor.execute(
        f"INSERT INTO rejected SELECT _file, _line, {column}, {value}, {code}, {told} FROM typed WHERE {where}"
    ).fetchone()
    cursor.execute(f"DELETE FROM typed WHERE {where}")
    return int(row[0]) if row else 0


def count_of(cursor: LakeCursor, table: str) -> int:
    """How many rows a table of this cursor has."""
    row = cursor.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(row[0]) if row else 0


def typed_counts(cursor: LakeCursor, kind: ImportKind) -> dict[str, Any]:
    """What the good rows would bring to an empty brand; for a dry run. Money stays in the file's currency."""
    if kind is not ImportKind.ORDERS:
        return {}
    sold = "is_paid AND NOT is_refund AND NOT is_cancelled"
    (found,) = rows_of(
        cursor,
        f"""
        SELECT count(*) FILTER ({sold}) AS order_line, count(DISTINCT order_key) FILTER ({sold}) AS "order",
               count(*) FILTER (is_refund OR ({sold} AND refund_fen > 0)) AS refund,
               count(DISTINCT order_key) FILTER (NOT is_refund AND NOT ({sold})) AS order_placed,
               count(*) FILTER (customer_key IS NULL AND (is_refund OR {sold})) AS anonymous_lines,
               count(DISTINCT (customer_namespace, customer_key)) FILTER (customer_key IS NOT NULL) AS customers,
               coalesce(sum(paid_fen) FILTER ({sold}), 0)::BIGINT AS paid_fen,
               coalesce(sum(refund_fen) FILTER (is_refund OR {sold}), 0)::BIGINT AS refunded_fen
        FROM typed""",
    )
    return found


def _take(cursor: LakeCursor, batch: Batch) -> None:
    cursor.register("incoming", batch.rows)
    cursor.execute("INSERT INTO staged SELECT * FROM incoming")
    cursor.unregister("incoming")
    if batch.rejects:
        cursor.executemany(
            "INSERT INTO rejected VALUES (?, ?, ?, ?, ?, ?)",
            [
                (one.file, one.line, one.column, one.value, one.reason_code, one.reason)
                for one in batch.rejects
            ],
        )


def _sentences() -> str:
    from_codes = ((code, reason_text(code).replace("'", "''")) for code in REASON_CODES)
    return " ".join(f"WHEN '{code}' THEN '{sentence}'" for code, sentence in from_codes)
