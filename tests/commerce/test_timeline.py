"""What a customer did and what they bought stand in one order of time, page by page, each once."""

from pathlib import Path

from fastapi.testclient import TestClient
from sqlalchemy import text

from siyu.kernel.app import App
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
