"""Bringing small order files into a brand of a test, and what a brand holds then."""

import csv
import io
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from siyu.intake.actions.imports import ImportOrder, request_import, run_import
from siyu.intake.actions.uploads import new_upload
from siyu.intake.contracts import ImportMap, OrderRow, Reject
from siyu.intake.readers.sealed import SealedFile, seal_stream
from siyu.intake.readers.source import content_sha256
from siyu.intake.rules.row import interpret_row
from siyu.kernel.app import App
from siyu.kernel.audit import SYSTEM
from siyu.kernel.lake import brand_schema, rows_of
from siyu.people.api import known_customers

NOW = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
COLUMNS = ("order", "at", "paid at", "sku", "qty", "price", "refund", "back at", "who", "status", "channel")
MAP = """
title: till
kind: orders
source: {source}
columns:
  order_key: order
  ordered_at: at
  paid_at: paid at
  product_key: sku
  quantity: qty
  unit_price: price
  refund_amount: refund
  refunded_at: back at
  customer_key: who
  channel: channel
refund_when: {{order_key_prefix: C, negative_quantity: true}}
cancelled_when: {{column: status, values: [closed]}}
"""
GOOD = {
    "at": "2026-05-01 10:00:00",
    "paid at": "2026-05-01 10:01:00",
    "sku": "S",
    "qty": "1",
    "price": "9.90",
}
LAKE_TABLES = ('"order"', "order_line", "refund", "order_placed", "order_replaced", "batch")


def clock() -> datetime:
    return NOW


def line(order: str, **cells: str) -> dict[str, str]:
    """A row of a good line; underscores stand for blanks in column names."""
    return {
        **dict.fromkeys(COLUMNS, ""),
        **GOOD,
        "order": order,
        **{k.replace("_", " "): v for k, v in cells.items()},
    }


def uploaded(app: App, brand_id: int, name: str, content: bytes) -> SealedFile:
    """The content waits for its import as an upload does."""
    upload = new_upload(app.settings.home, cipher=app.cipher, brand_id=brand_id, file_name=name)
    seal_stream(io.BytesIO(content), path=upload.path, context=upload.context, cipher=app.cipher)
    return upload


def write_csv(path: Path, rows: Iterable[dict[str, str]], columns: tuple[str, ...] = COLUMNS) -> Path:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(text.getvalue())
    return path


def announce(app: App, brand_id: int, path: Path, map_text: str, **changes: Any) -> int:
    order = ImportOrder(path, map_text, **changes)
    with app.db.transaction(brand_id=brand_id) as session:
        return request_import(
            session, order=order, sha256=content_sha256(path), actor=SYSTEM, now=NOW, in_background=False
        )


def bring(
    app: App, brand_id: int, path: Path, *, source: str = "till", map_text: str = "", **changes: Any
) -> tuple[int, dict[str, Any]]:
    """The file is imported; its number and its counts."""
    import_id = announce(app, brand_id, path, map_text or MAP.format(source=source), **changes)
    return import_id, run_import(app, brand_id=brand_id, import_id=import_id, clock=clock)


def holdings(app: App, brand_id: int) -> dict[str, Any]:
    """Everything an import may have left in the brand, ready to be compared."""
    schema = brand_schema(brand_id)
    with app.lake.reading() as cursor:
        found: dict[str, Any] = {
            table: sorted(map(repr, cursor.execute(f"SELECT * FROM {schema}.{table}").fetchall()))
            for table in LAKE_TABLES
        }
    with app.db.transaction(brand_id=brand_id) as session:
        found["customers"] = known_customers(session).to_pylist()
    return found


def totals(app: App, brand_id: int, source: str = "till") -> dict[str, Any]:
    """What the brand knows from a source, without the numbers of batches and customers."""
    schema = brand_schema(brand_id)
    with app.lake.reading() as cursor:
        orders = rows_of(cursor, f'SELECT * FROM {schema}."order" WHERE source = ?', [source])
        lines = rows_of(cursor, f"SELECT * FROM {schema}.order_line WHERE source = ?", [source])
        refunds = rows_of(cursor, f"SELECT * FROM {schema}.refund WHERE source = ?", [source])
        placed = rows_of(cursor, f"SELECT * FROM {schema}.order_placed WHERE source = ?", [source])
    assert len({row["order_key"] for row in orders}) == len(orders), "an order is one row"
    assert len({row["refund_key"] for row in refunds}) == len(refunds), "a refund is one row"
    return {
        "orders": {
            row["order_key"]: (
                row["lines"], row["items"], row["paid_fen"], row["occurred_at"], row["ordered_at"], row["channel"],
                row["customer_id"] is None,
            )
            for row in orders
        },
        "lines": sorted((row["order_key"], row["product_key"], row["quantity"], row["amount_fen"]) for row in lines),
        "refunds": sorted(
            (row["document_key"], row["order_key"] or "", row["amount_fen"], row["occurred_at"]) for row in refunds
        ),
        "placed": _sums((row["order_key"], row["amount_fen"]) for row in placed),
    }  # fmt: skip


def expected(import_map: ImportMap, rows: list[dict[str, str]]) -> dict[str, Any]:
    """The same, counted in plain Python from the reference reading of each row."""
    typed: list[OrderRow] = []
    for number, row in enumerate(rows, start=2):
        found = interpret_row(import_map, {**row, "_file": "f", "_line": number}, latest=NOW)
        assert not isinstance(found, Reject), found
        assert isinstance(found, OrderRow)
        typed.append(found)
    sold: dict[str, list[OrderRow]] = defaultdict(list)
    for row in typed:
        if row.is_paid and not row.is_refund and not row.is_cancelled:
            sold[row.order_key].append(row)
    refunds = [
        (row.order_key, "" if row.order_key.startswith("C") else row.order_key, row.refund_fen,
         row.refunded_at or row.paid_at or row.ordered_at)
        for row in typed if row.is_refund or (row.refund_fen and row in sold[row.order_key])
    ]  # fmt: skip
    return {
        "orders": {
            key: (
                len(its), float(sum(row.quantity for row in its)), sum(row.paid_fen for row in its),
                min(row.paid_at or row.ordered_at for row in its), min(row.ordered_at for row in its),
                min((row.channel for row in its if row.channel), default=None),
                all(row.customer_key is None for row in its),
            )
            for key, its in sold.items() if its
        },
        "lines": sorted(
            (key, row.product_key, float(row.quantity), row.amount_fen) for key, its in sold.items() for row in its
        ),
        "refunds": sorted(refunds),
        "placed": _sums(
            (row.order_key, row.amount_fen)
            for row in typed if not row.is_refund and (row.is_cancelled or not row.is_paid)
        ),
    }  # fmt: skip


def _sums(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for key, amount in pairs:
        found[key] += amount
    return dict(found)
