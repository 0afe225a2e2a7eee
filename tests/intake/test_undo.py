"""An import that is taken back leaves the brand as it was before it, in whatever order imports are undone."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from siyu.commerce.models import Product, Store
from siyu.intake.actions.undo import request_undo, run_undo, undo_import
from siyu.intake.errors.files import ImportNotDone, ImportStillNeeded
from siyu.kernel.app import App
from siyu.kernel.audit import SYSTEM
from siyu.kernel.longwork import LongTask
from siyu.people.api import known_customers, profiles_of
from tests.intake.importing import NOW, bring, clock, holdings, line, write_csv

CUSTOMERS = """
kind: customers
source: crm
columns: {customer_key: nr, name: name, phone: phone, province: place, consent_sms: sms}
"""
PRODUCTS = "{kind: products, source: erp, columns: {product_key: sku, name: name, price: price}}"
STORES = "{kind: stores, source: erp, columns: {store_key: nr, name: name, city: city}}"


def undo(app: App, brand_id: int, import_id: int) -> dict[str, Any]:
    return undo_import(app, brand_id=brand_id, import_id=import_id, actor=SYSTEM, now=NOW)


def profiles(app: App, brand_id: int) -> list[tuple[str, str, str]]:
    with app.db.transaction(brand_id=brand_id) as session:
        who = known_customers(session)["customer_id"].to_pylist()
        found = profiles_of(session, cipher=app.cipher, customer_ids=who, reveal=True)
    return sorted((one.name, one.phone, one.province) for one in found.values())


def masters(app: App, brand_id: int, model: type[Product | Store]) -> list[tuple[Any, ...]]:
    with app.db.transaction(brand_id=brand_id) as session:
        return sorted(
            (one.product_key if isinstance(one, Product) else one.store_key, one.name)
            for one in session.scalars(select(model))
        )


def test_an_import_that_a_later_one_relied_on_stays(app: App, brand_id: int, tmp_path: Path) -> None:
    empty = holdings(app, brand_id)
    first, _ = bring(app, brand_id, write_csv(tmp_path / "a.csv", [line("A1", who="7")]))
    second, _ = bring(
        app, brand_id, write_csv(tmp_path / "b.csv", [line("A1", who="7"), line("A2", who="8")])
    )
    with pytest.raises(ImportStillNeeded, match=f"Undo import {second} first"):
        undo(app, brand_id, first)
    assert undo(app, brand_id, second)["order"] == 1
    assert undo(app, brand_id, second) == {}, "again changes nothing"
    undo(app, brand_id, first)
    assert holdings(app, brand_id) == empty


def test_a_customer_two_files_know_goes_with_the_last_of_them(
    app: App, brand_id: int, tmp_path: Path
) -> None:
    empty = holdings(app, brand_id)
    first, _ = bring(app, brand_id, write_csv(tmp_path / "a.csv", [line("A1", who="7")]))
    second, _ = bring(app, brand_id, write_csv(tmp_path / "b.csv", [line("B1", who="7")]))
    undo(app, brand_id, first)
    assert len(holdings(app, brand_id)["customers"]) == 1
    undo(app, brand_id, second)
    assert holdings(app, brand_id) == empty


def test_a_dry_run_and_a_failed_import_have_nothing_to_undo(app: App, brand_id: int, tmp_path: Path) -> None:
    number, _ = bring(app, brand_id, write_csv(tmp_path / "a.csv", [line("A1")]), dry_run=True)
    with pytest.raises(ImportNotDone):
        undo(app, brand_id, number)


def test_profiles_are_as_before_a_customer_file(app: App, brand_id: int, tmp_path: Path) -> None:
    columns = ("nr", "name", "phone", "place", "sms")
    old = [{"nr": "1", "name": "王芳", "phone": "13800138000", "place": "上海", "sms": "是"}]
    new = [{"nr": "1", "name": "王小芳", "phone": "13800138000", "place": "北京", "sms": "否"},
           {"nr": "2", "name": "李雷", "phone": "13900139000", "place": "广州", "sms": "是"}]  # fmt: skip
    bring(app, brand_id, write_csv(tmp_path / "a.csv", old, columns), map_text=CUSTOMERS)
    before = profiles(app, brand_id)
    second, counts = bring(app, brand_id, write_csv(tmp_path / "b.csv", new, columns), map_text=CUSTOMERS)
    assert (counts["customers_added"], counts["customers_changed"]) == (1, 1)
    assert profiles(app, brand_id) != before
    assert undo(app, brand_id, second)["customers"] == 1
    assert profiles(app, brand_id) == before


def test_a_bad_phone_goes_to_the_rejects_and_the_rest_is_taken(
    app: App, brand_id: int, tmp_path: Path
) -> None:
    columns = ("nr", "name", "phone", "place", "sms")
    rows = [
        {"nr": str(n), "name": "", "phone": "13800138000"[: 11 - n * 8] or "1", "place": "", "sms": ""}
        for n in (0, 1)
    ]
    _, counts = bring(
        app, brand_id, write_csv(tmp_path / "a.csv", rows, columns), map_text=CUSTOMERS, max_bad_share=1
    )
    assert (counts["rejected"], counts["reasons"][0]["code"], counts["customers_added"]) == (
        1,
        "bad_phone",
        1,
    )


@pytest.mark.parametrize(("map_text", "key", "model"), [(PRODUCTS, "sku", Product), (STORES, "nr", Store)])
def test_master_data_is_as_before_in_either_order(
    app: App, brand_id: int, tmp_path: Path, map_text: str, key: str, model: type[Product | Store]
) -> None:
    columns = (key, "name", "price", "city")
    old = [{key: "1", "name": "red", "price": "5"}, {key: "2", "name": "blue", "price": "6"}]
    new = [{key: "1", "name": "RED", "price": "7"}, {key: "3", "name": "green", "price": ""}]
    kind = model.__tablename__ + "s"

    def files() -> tuple[int, int]:
        first, _ = bring(app, brand_id, write_csv(tmp_path / "a.csv", old, columns), map_text=map_text)
        second, counts = bring(app, brand_id, write_csv(tmp_path / "b.csv", new, columns), map_text=map_text)
        assert [counts[f"{kind}_{what}"] for what in ("added", "changed", "unchanged")] == [1, 1, 0]
        assert masters(app, brand_id, model) == [("1", "RED"), ("2", "blue"), ("3", "green")]
        return first, second

    first, second = files()
    undo(app, brand_id, second)
    assert masters(app, brand_id, model) == [("1", "red"), ("2", "blue")]
    undo(app, brand_id, first)
    assert masters(app, brand_id, model) == []
    first, second = files()
    undo(app, brand_id, first)
    assert masters(app, brand_id, model) == [("1", "RED"), ("3", "green")]
    undo(app, brand_id, second)
    assert masters(app, brand_id, model) == []


def test_an_undo_in_the_background_tells_the_task_centre(app: App, brand_id: int, tmp_path: Path) -> None:
    empty = holdings(app, brand_id)
    import_id, _ = bring(app, brand_id, write_csv(tmp_path / "a.csv", [line("A1", who="7")]))
    with app.db.transaction(brand_id=brand_id) as session:
        task_id = request_undo(session, import_id=import_id, actor=SYSTEM, now=NOW)
    for _ in range(2):  # a job may run twice
        run_undo(app, brand_id=brand_id, import_id=import_id, task_id=task_id, actor=SYSTEM, clock=clock)
    assert holdings(app, brand_id) == empty
    with app.db.transaction(brand_id=brand_id) as session:
        task = session.get(LongTask, task_id)
        assert task is not None
        assert task.state == "done"


def test_a_phone_that_only_the_undone_file_said_goes_though_orders_speak_of_its_customer(
    app: App, brand_id: int, tmp_path: Path
) -> None:
    bring(app, brand_id, write_csv(tmp_path / "a.csv", [line("A1", who="1")]), source="crm")
    before = profiles(app, brand_id)
    row = {"nr": "1", "name": "王芳", "phone": "13800138000", "place": "上海", "sms": "是"}
    people = write_csv(tmp_path / "p.csv", [row], columns=tuple(row))
    number, counts = bring(app, brand_id, people, map_text=CUSTOMERS)
    assert counts["customers_added"] == 0, "the same customer"
    undo(app, brand_id, number)
    assert profiles(app, brand_id) == before


def test_a_customer_whom_orders_speak_of_stays_with_the_key_they_came_by_and_without_the_phone(
    app: App, brand_id: int, tmp_path: Path
) -> None:
    row = {"nr": "1", "name": "王芳", "phone": "13800138000", "place": "上海", "sms": "是"}
    people = write_csv(tmp_path / "p.csv", [row], columns=tuple(row))
    number, _ = bring(app, brand_id, people, map_text=CUSTOMERS)
    bring(app, brand_id, write_csv(tmp_path / "a.csv", [line("A1", who="1")]), source="crm")
    undo(app, brand_id, number)
    ((_, phone, _),) = profiles(app, brand_id)
    assert phone == ""
    _, again = bring(app, brand_id, write_csv(tmp_path / "b.csv", [line("A2", who="1")]), source="crm")
    assert again["customers_added"] == 0
