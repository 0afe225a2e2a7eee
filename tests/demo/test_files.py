"""What is written is what an ERP would have exported, and what the columns hold."""

import csv
from dataclasses import fields
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from siyu.demo.api import generate, write_files
from siyu.demo.contracts import DemoBrand
from siyu.intake.contracts import ImportKind, ImportMap
from siyu.intake.rules.fields import FIELDS

AS_OF = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def brand() -> DemoBrand:
    return generate(seed=5, customers=800, as_of=AS_OF)


@pytest.fixture(scope="module")
def tables(brand: DemoBrand, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, str]]]:
    paths = write_files(brand, tmp_path_factory.mktemp("demo"))
    return {path.stem: list(csv.DictReader(path.read_text(encoding="utf-8").splitlines())) for path in paths}


def test_the_order_file_adds_up_to_the_fen(brand: DemoBrand, tables: dict[str, list[dict[str, str]]]) -> None:
    rows = tables["orders"]
    assert len(rows) == len(brand.orders.line_order)
    assert len({row["订单号"] for row in rows}) == len(brand.orders.number)
    paid = sum(Decimal(row["实付金额"]) for row in rows)
    assert paid * 100 == int(brand.orders.line_paid_fen.sum())
    for row in rows:
        gross = Decimal(row["单价"]) * int(row["数量"])
        assert gross - Decimal(row["优惠金额"]) == Decimal(row["实付金额"])
        assert bool(row["退款时间"]) == (Decimal(row["退款金额"]) > 0)


def test_orders_name_only_customers_products_and_stores_that_exist(
    tables: dict[str, list[dict[str, str]]],
) -> None:
    customers = {row["会员号"] for row in tables["customers"]}
    stores = {row["门店编码"] for row in tables["stores"]}
    products = {row["商品编码"]: row["商品名称"] for row in tables["products"]}
    assert {row["会员号"] for row in tables["orders"]} <= customers | {""}
    assert {row["门店编码"] for row in tables["orders"]} <= stores | {""}
    assert all(products[row["商品编码"]] == row["商品名称"] for row in tables["orders"])
    assert len(customers) == len(tables["customers"])


def test_times_are_the_brand_s_own_and_never_later_than_the_end(
    tables: dict[str, list[dict[str, str]]],
) -> None:
    end = "2026-11-20 11:00:00"
    times = [row[column] for row in tables["orders"] for column in ("下单时间", "付款时间", "退款时间")] + [
        row[column] for row in tables["customers"] for column in ("建档时间", "入会时间", "授权时间")
    ]
    assert max(times) <= end
    assert all(datetime.strptime(each, "%Y-%m-%d %H:%M:%S") for each in times[:500] if each)  # noqa: DTZ007


def test_every_file_has_a_map_that_names_its_columns_and_fields_that_exist(
    brand: DemoBrand, tmp_path: Path
) -> None:
    for path in write_files(brand, tmp_path):
        header = path.read_text(encoding="utf-8").splitlines()[0].split(",")
        text = path.with_suffix("").with_suffix(".map.yaml").read_text(encoding="utf-8")
        pairs = [line.split(": ") for line in text.splitlines() if line.startswith("  ")]
        assert pairs
        assert {column for _, column in pairs} <= set(header)
        known = {field.name for field in FIELDS[ImportKind(path.stem)]}
        assert {field.strip() for field, _ in pairs} <= known
        entries = {line.partition(":")[0] for line in text.splitlines() if line[0] not in " #"}
        assert entries <= {entry.name for entry in fields(ImportMap)}
