"""What a customer did and what they bought stand in one order of time, page by page, each once."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pyarrow as pa
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from siyu.commerce import routes
from siyu.kernel.app import App
from siyu.kernel.lake import brand_schema
from siyu.people.api import find_customers
from tests.intake.eventing import carry, event, put
from tests.intake.importing import bring, line, write_csv

CUSTOMER = "M77"


def test_events_and_purchases_are_paged_together(
    app: App, brand_id: int, client: TestClient, tmp_path: Path
) -> None:
    rows = [
        line(f"A{day}", who=CUSTOMER, at=f"2026-05-0{day} 10:00:00", paid_at=f"2026-05-0{day} 10:00:00")
        for day in (1, 3)
    ]
    bring(app, brand_id, write_csv(tmp_path / "f.csv", rows))
    with app.db.transaction(brand_id=brand_id) as session:
        (customer_id,) = find_customers(session, cipher=app.cipher, wanted=CUSTOMER)
        namespace = session.scalar(text("SELECT namespace FROM customer_identity"))
    who = [{"namespace": namespace, "value": CUSTOMER}]
    at = {day: f"2026-05-0{day}T02:00:00+00:00" for day in range(1, 5)}  # ten in the morning there
    put(
        app, brand_id,
        event("e1", "product_view", occurred_at=at[3], identities=who, properties={"product_key": "S", "shelf": 4}),
        event("e2", "check_in", occurred_at=at[2], identities=who, properties={"points": 5}),
        event("e3", "tea_tasting", occurred_at=at[4], identities=who, properties={"tea": "龙井"}),
        event("e4", "check_in", occurred_at=at[4], identities=[{"namespace": "member_no", "value": "M88"}]),
    )  # fmt: skip
    carry(app)
    url = f"/api/v1/customers/{customer_id}/timeline"
    seen, cursor = [], ""
    for _ in range(10):
        page = client.get(url, params={"limit": 1, **({"cursor": cursor} if cursor else {})}).json()
        seen.append([(one["fact"], one["key"], one["details"]) for one in page["items"]])
        cursor = page["next_cursor"]
        if not cursor:
            break
    assert seen[:4] == [
        [("tea_tasting", "", {"tea": "龙井"})],
        # what shares a moment is on one page; what nobody declared is told as well
        [("order", "A3", {}), ("product_view", "", {"product_key": "S", "shelf": 4})],
        [("check_in", "", {"points": 5})],
        [("order", "A1", {})],
    ]
    only = {
        kinds: client.get(url, params={"kinds": kinds}).json()["items"] for kinds in ("purchases", "events")
    }
    assert [one["fact"] for one in only["purchases"]] == ["order", "order"]
    assert [one["fact"] for one in only["events"]] == ["tea_tasting", "product_view", "check_in"]


MONTHS = 9
FILLERS = 60  # as many rows as make a file of their own


def some_files(app: App, brand_id: int, customer_id: int, chance: Random) -> None:
    """In each month files of views, orders and unpaid orders, most of them of others; some moments are shared."""
    with app.lake.transaction() as cursor:
        cursor.execute(f"DELETE FROM {brand_schema(brand_id)}.page_view")
    for month in range(MONTHS):
        start = datetime(2025, 1 + month, 1, tzinfo=UTC)
        for table, key in (("page_view", None), ("order", "order_key"), ("order_placed", "order_key")):
            mine = [
                (customer_id, chance.randrange(4), chance.randrange(6)) for _ in range(chance.randrange(4))
            ]
            others = [(customer_id + (-1) ** number, number % 5, 0) for number in range(FILLERS)]
            rows = pa.table(
                {
                    "customer_id": pa.array([one for one, _, _ in mine + others], pa.int64()),
                    "occurred_at": pa.array(
                        [start + timedelta(days=7 * day) for _, day, _ in mine + others], pa.timestamp("us", "UTC")
                    ),
                    "source": ["shop"] * (len(mine) + FILLERS), "batch_id": [1] * (len(mine) + FILLERS),
                    **({key: [f"K{number}" for _, _, number in mine + others]} if key else {}),
                }
            )  # fmt: skip
            with app.lake.transaction() as cursor:
                cursor.register("made", rows)
                cursor.execute(f'INSERT INTO {brand_schema(brand_id)}."{table}" BY NAME FROM made')
                cursor.unregister("made")


@pytest.mark.parametrize("seed", range(4))
def test_pages_that_open_few_files_tell_the_same_in_the_same_order(
    app: App, brand_id: int, client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    bring(app, brand_id, write_csv(tmp_path / "f.csv", [line("A1", who=CUSTOMER)]))
    put(app, brand_id, event("e1", "page_view"))  # so that the brand has some
    carry(app)
    with app.db.transaction(brand_id=brand_id) as session:
        (customer_id,) = find_customers(session, cipher=app.cipher, wanted=CUSTOMER)
    some_files(app, brand_id, customer_id, Random(seed))  # noqa: S311 -- the same files each time
    url = f"/api/v1/customers/{customer_id}/timeline"
    monkeypatch.setattr(routes, "FILES_FIRST", 10_000)
    whole = client.get(url, params={"limit": 200}).json()
    assert whole["next_cursor"] is None
    monkeypatch.setattr(routes, "FILES_FIRST", 2)
    monkeypatch.setattr(routes, "FILES_FURTHER", 1 + seed)
    seen, cursor, pages = [], None, 0
    while (pages == 0 or cursor) and pages < 100:
        page = client.get(url, params={"limit": 5} | ({"cursor": cursor} if cursor else {})).json()
        seen += page["items"]
        cursor, pages = page["next_cursor"], pages + 1
    assert seen == whole["items"]
    assert pages > len(seen) / 5 + 1, "files were left out"
