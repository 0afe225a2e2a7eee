"""Segments over HTTP and in the database."""

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from siyu.insight.rules.naive import History
from siyu.kernel.app import App
from tests.insight.makers import at, bought, write_facts

pytestmark = pytest.mark.slow
TWICE = {"trait": "orders_90d", "op": ">=", "value": 2}
AS_OF = {"as_of": "2026-03-31"}


@pytest.fixture(autouse=True)
def _sold(app: App, brand_id: int) -> None:
    orders = [bought(f"1-{day}", at(f"2026-03-{day:02}"), 10_000) for day in (1, 8)]
    write_facts(app.lake, brand_id, {1: History(orders), 2: History([bought("2", at("2026-03-30"), 500)])})


def make_segment(client: TestClient, name: str = "回头客") -> dict:
    answer = client.post("/api/v1/segments", json={"name": name, "definition": TWICE})
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_a_preview_counts_shows_and_says(client: TestClient) -> None:
    body = client.post("/api/v1/segments/preview", json={"definition": TWICE, **AS_OF}).json()
    assert (body["count"], body["customers"]) == (1, 2)
    assert body["sample"][0]["customer_id"] == 1
    assert body["sentence_zh"] == "近 90 天订单数至少2"
    assert body["sentence_en"] == "Orders, 90 days is at least 2"


def test_a_segment_is_created_edited_explained_exported_archived(
    client: TestClient, app: App, brand_id: int
) -> None:
    made = make_segment(client)
    path = f"/api/v1/segments/{made['segment_id']}"
    edited = client.patch(path, json={"version": 1, "description": " twice in 90 days "}).json()
    assert (edited["version"], edited["description"]) == (2, "twice in 90 days")
    assert client.patch(path, json={"version": 2, "description": "twice in 90 days"}).json()["version"] == 2
    told = client.get(f"{path}/explain/2", params=AS_OF).json()
    assert (told["met"], told["explained"]["value"]) == (False, 1)
    csv = client.get(f"{path}/export", params=AS_OF).content.decode("utf-8-sig").splitlines()
    assert csv[0].startswith("customer_id,stage")
    assert [line.split(",")[0] for line in csv[1:]] == ["1"]
    assert client.delete(path).json()["archived_at"] is not None
    assert client.get("/api/v1/segments").json() == []
    assert client.patch(path, json={"version": 2, "name": "x"}).json()["code"] == "segment_archived"
    assert make_segment(client)["version"] == 1  # the name is free again
    with app.db.transaction(brand_id=brand_id) as session:
        actions = (
            session.execute(text("SELECT action FROM audit_entry ORDER BY audit_entry_id")).scalars().all()
        )
    wanted = ["segment.created", "segment.edited", "segment.exported", "segment.archived", "segment.created"]
    assert [action for action in actions if action.startswith("segment.")] == wanted


def test_a_name_is_taken_once(client: TestClient) -> None:
    make_segment(client)
    answer = client.post("/api/v1/segments", json={"name": " 回头客 ", "definition": TWICE})
    assert (answer.status_code, answer.json()["code"]) == (409, "segment_name_taken")
    other = make_segment(client, "其他")
    answer = client.patch(f"/api/v1/segments/{other['segment_id']}", json={"version": 1, "name": "回头客"})
    assert answer.json()["code"] == "segment_name_taken"


def test_an_edit_of_an_old_version_is_refused(client: TestClient) -> None:
    path = f"/api/v1/segments/{make_segment(client)['segment_id']}"
    client.patch(path, json={"version": 1, "name": "甲"})
    assert client.patch(path, json={"version": 1, "name": "乙"}).json()["code"] == "segment_changed"


def test_a_definition_that_names_no_trait_is_refused_in_the_readers_language(client: TestClient) -> None:
    bad = {"and": [TWICE, {"trait": "orders_9d", "op": ">=", "value": 2}]}
    answer = client.post("/api/v1/segments/preview", json={"definition": bad})
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_trait")
    assert "$.and[1].trait" in answer.json()["detail"]
    assert "orders_90d" in answer.json()["detail"]


def test_another_brands_segment_is_not_there(client: TestClient) -> None:
    assert client.get("/api/v1/segments/999999").status_code == 404
    assert client.delete("/api/v1/segments/999999").status_code == 404


def test_nobody_reads_segments_without_signing_in(client: TestClient) -> None:
    client.cookies.clear()
    assert client.get("/api/v1/segments").status_code == 401


def test_the_operators_of_each_type_are_listed(client: TestClient) -> None:
    assert "within_days" in client.get("/api/v1/segments/operators").json()["moment"]
