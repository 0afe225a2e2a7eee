"""Facts reach the lake exactly once, wherever the pump was struck down."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from siyu.commerce.contracts import ORDER_PLACED, REFUND
from siyu.intake.actions import pump as pump_module
from siyu.intake.actions.pump import pump
from siyu.kernel.app import App
from siyu.kernel.audit import SYSTEM
from siyu.kernel.facts import Fact, publish
from siyu.kernel.lake import brand_schema
from siyu.kernel.lake_migrations import migrate_brand
from siyu.organisation.api import create_brand
from tests.intake.importing import NOW


class StruckDown(Exception):
    pass


def placed(event_id: str, source: str = "shop", **changes: Any) -> Fact:
    properties = {"order_key": event_id, "amount_fen": 100, "currency": "CNY", "cancelled": False}
    return Fact(
        ORDER_PLACED, source, event_id, NOW - timedelta(hours=1), properties={**properties, **changes}
    )


def refunded(event_id: str) -> Fact:
    return Fact(REFUND, "shop", event_id, NOW, properties={"order_key": event_id, "amount_fen": 5})


def another_brand(app: App, brand_id: int) -> int:
    with app.db.transaction(brand_id=None) as session:
        made = create_brand(session, code=f"beside-{brand_id}", name="隔壁", actor=SYSTEM, now=NOW)
    migrate_brand(app.lake, brand_id=made.brand_id, now=NOW)
    return made.brand_id


def put(app: App, brand_id: int, *facts: Fact) -> None:
    with app.db.transaction(brand_id=brand_id) as session:
        publish(session, *facts, now=NOW)


def carry(app: App) -> None:
    for _ in range(500):  # other tests leave facts of many brands
        if not pump(app, now=NOW):
            return
    raise AssertionError("the pump does not come to an end")


def keys_in_lake(app: App, brand_id: int, table: str = "order_placed") -> list[tuple[str, str]]:
    with app.lake.reading() as cursor:
        found = cursor.execute(f"SELECT source, order_key FROM {brand_schema(brand_id)}.{table} ORDER BY ALL")
        return found.fetchall()


def jobs_of(app: App, brand_id: int) -> dict[str, int]:
    with app.db.engine.connect() as connection:
        found = connection.execute(
            text("SELECT task_name || (args ->> 'batch_id'), count(*) FROM procrastinate_jobs "
                 "WHERE args @> jsonb_build_object('brand_id', CAST(:brand AS bigint)) GROUP BY 1"),
            {"brand": brand_id},
        )  # fmt: skip
        return dict(tuple(row) for row in found)


def test_an_event_said_again_is_one_fact(app: App, brand_id: int) -> None:
    put(app, brand_id, placed("1"), placed("1"), placed("1", source="till"))
    carry(app)
    put(app, brand_id, placed("1"), placed("2"))
    carry(app)
    assert keys_in_lake(app, brand_id) == [("shop", "1"), ("shop", "2"), ("till", "1")]


def test_facts_of_many_kinds_travel_together_and_give_one_job_a_subscriber(app: App, brand_id: int) -> None:
    put(
        app, brand_id, placed("1"), placed("2"), Fact(REFUND, "shop", "r", NOW, properties={"order_key": "1"})
    )
    carry(app)
    assert keys_in_lake(app, brand_id, "refund") == [("shop", "1")]
    jobs = jobs_of(app, brand_id)
    assert jobs
    assert set(jobs.values()) == {1}


@pytest.mark.parametrize("place", ["_rows_of", "_append", "finish_batch", "_insert"])
@pytest.mark.parametrize("moment", ["before", "after"])
def test_struck_down_anywhere_each_fact_arrives_once(
    app: App, brand_id: int, monkeypatch: pytest.MonkeyPatch, place: str, moment: str
) -> None:
    put(app, brand_id, refunded("1"), refunded("2"))
    whole = getattr(pump_module, place)

    def struck(*arguments: Any, **named: Any) -> Any:
        if moment == "after":
            whole(*arguments, **named)
        raise StruckDown

    with monkeypatch.context() as patch:
        patch.setattr(pump_module, place, struck)
        with pytest.raises(StruckDown):
            pump(app, now=NOW)
    put(app, brand_id, refunded("2"), refunded("3"))
    carry(app)
    assert keys_in_lake(app, brand_id, "refund") == [("shop", "1"), ("shop", "2"), ("shop", "3")]
    assert set(jobs_of(app, brand_id).values()) == {1}


def test_a_batch_that_cannot_be_written_holds_up_its_own_brand_alone(
    app: App, brand_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = another_brand(app, brand_id)
    put(app, brand_id, refunded("1"))
    whole = pump_module._append

    def struck(*arguments: Any, **named: Any) -> Any:
        if named["brand_id"] == brand_id:
            raise StruckDown
        return whole(*arguments, **named)

    with monkeypatch.context() as patch:
        patch.setattr(pump_module, "_append", struck)
        with pytest.raises(StruckDown):
            pump(app, now=NOW)
        put(app, brand_id, refunded("2"))
        put(app, other, refunded("3"))
        assert pump(app, now=NOW) == 1
        with pytest.raises(StruckDown):  # nothing but the bad batch is left
            pump(app, now=NOW)
    assert keys_in_lake(app, other, "refund") == [("shop", "3")]
    carry(app)
    assert keys_in_lake(app, brand_id, "refund") == [("shop", "1"), ("shop", "2")]
