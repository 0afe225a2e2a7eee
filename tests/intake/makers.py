"""Small files, maps and rows for the tests of intake."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from siyu.intake.contracts import ImportMap
from siyu.intake.rules.mapping import parse_map

LATEST = datetime(2027, 11, 1, tzinfo=UTC)
SHARED_DATA = Path(__file__).parents[3] / "shared" / "data"

ORDER_COLUMNS = {
    "order_key": "order",
    "ordered_at": "at",
    "paid_at": "paid at",
    "product_key": "sku",
    "quantity": "qty",
    "unit_price": "price",
    "paid_amount": "paid",
    "refund_amount": "refund",
    "refunded_at": "back at",
    "coupon_discount": "coupon",
    "currency": "cur",
    "customer_key": {"column": "who", "transform": "integer_text"},
    "province": {"constant": "上海"},
}


def make_map(columns: dict[str, Any] | None = None, **changes: Any) -> ImportMap:
    """An order map; entries change the top level of its YAML."""
    data: dict[str, Any] = {"kind": "orders", "source": "till", "columns": columns or ORDER_COLUMNS}
    return parse_map(data | changes, name="till.yaml")


def make_row(import_map: ImportMap, **cells: str | None) -> dict[str, Any]:
    """A row of a good order, its cells changed; underscores stand for blanks in column names."""
    good = {
        "order": "A1",
        "at": "2026-05-01 10:00:00",
        "paid at": "2026-05-01 10:01:00",
        "sku": "S",
        "qty": "2",
    }
    good |= {"price": "9.90", "paid": "", "refund": "", "coupon": "", "cur": "", "who": "17850.0"}
    row: dict[str, Any] = {column: good.get(column, "") for column in import_map.source_columns}
    row |= {name.replace("_", " "): value for name, value in cells.items()}
    return row | {"_file": "till.csv", "_line": 7}


def shared(path: str) -> Path:
    """A real public file, or the test is skipped."""
    found = SHARED_DATA / path
    if not found.exists():
        pytest.skip(f"the public data set {path} is not on this machine (../shared/data)")
    return found
