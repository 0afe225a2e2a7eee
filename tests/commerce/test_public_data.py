"""Real public files, imported whole, beside sums of their own in plain Python."""

import csv
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from siyu.intake.actions.undo import undo_import
from siyu.intake.readers.maps import preset_text
from siyu.kernel.app import App
from siyu.kernel.audit import SYSTEM
from siyu.kernel.lake import brand_schema
from tests.intake.importing import NOW, bring, holdings
from tests.intake.makers import shared

pytestmark = pytest.mark.slow


def test_online_retail_is_counted_once_and_taken_back(app: App, brand_id: int) -> None:
    path, empty = shared("online_retail/retail-data-by-day.tar.gz"), holdings(app, brand_id)
    first, counts = bring(app, brand_id, path, map_text=preset_text("online_retail"), rate=Decimal(1))
    names = (
        "rows",
        "rejected",
        "cancellations",
        "anonymous_lines",
        "customers",
        "customers_added",
        "order_line",
        "refund",
    )
    assert [counts[name] for name in names] == [541_909, 0, 3_836, 135_080, 4_372, 4_372, 531_283, 10_626]
    assert counts["paid_fen"] - counts["refunded_fen"] == 974_774_793
    second, again = bring(app, brand_id, path, map_text=preset_text("online_retail"), rate=Decimal(1))
    new = ("order", "order_line", "refund", "order_placed", "customers_added", "paid_fen", "refunded_fen")
    assert ([again[name] for name in new], again["known_rows"]) == ([0] * 7, 541_909)
    for import_id in (second, first):
        undo_import(app, brand_id=brand_id, import_id=import_id, actor=SYSTEM, now=NOW)
    assert holdings(app, brand_id) == empty


def test_the_tmall_report_sums_to_what_its_rows_say(app: App, brand_id: int) -> None:
    path = shared("chinese_retail_orders/tmall_order_report.csv")
    orders, kept, back = independent(path)
    _, counts = bring(app, brand_id, path, map_text=preset_text("tmall_order_report"))
    assert counts["order"] == orders
    with app.lake.reading() as cursor:
        schema = brand_schema(brand_id)
        paid = cursor.execute(f'SELECT sum(paid_fen) FROM {schema}."order"').fetchall()[0][0]
        refunded = cursor.execute(f"SELECT sum(amount_fen) FROM {schema}.refund").fetchall()[0][0]
    assert (Decimal(int(paid - refunded)) / 100, Decimal(int(refunded)) / 100) == (kept, back)
    assert kept == Decimal("1902487.15")


def independent(path: Path) -> tuple[int, Decimal, Decimal]:
    """Paid orders, what the merchant kept of them, and what went back, from the rows of the report."""
    kept = back = Decimal(0)
    orders = 0
    with path.open(encoding="utf-8-sig") as stream:
        for raw in csv.DictReader(stream):
            row: dict[str, Any] = {name.strip(): cell.strip() for name, cell in raw.items()}
            if row["订单付款时间"] or Decimal(row["买家实际支付金额"] or 0) > 0:
                orders += 1
                kept += Decimal(row["买家实际支付金额"])
                back += Decimal(row["退款金额"])
    return orders, kept, back


def test_cdnow_has_all_its_customers(app: App, brand_id: int) -> None:
    path = shared("cdnow/CDNOW_master.txt")
    empty = holdings(app, brand_id)
    import_id, counts = bring(app, brand_id, path, map_text=preset_text("cdnow"), rate=Decimal(1))
    assert (counts["order"], counts["customers"]) == (69_659, 23_570)
    undo_import(app, brand_id=brand_id, import_id=import_id, actor=SYSTEM, now=NOW)
    assert holdings(app, brand_id) == empty
