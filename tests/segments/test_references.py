"""Segments that name other segments: counted, explained, kept free of cycles, and not archived while in use."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from siyu.insight.rules.naive import History
from siyu.kernel.app import App
from siyu.segments.api import definition_of
from tests.insight.makers import at, bought, write_facts

pytestmark = pytest.mark.slow
PATH = "/api/v1/segments"
AS_OF = {"as_of": "2026-03-31"}
TWICE = {"trait": "orders_90d", "op": ">=", "value": 2}
RICH = {"trait": "sales_fen", "op": ">=", "value": 10_000}


@pytest.fixture(autouse=True)
def _sold(app: App, brand_id: int) -> None:
    """Customer 1 bought twice for little, 2 once for much, 3 once for little."""
    orders = [bought(f"1-{day}", at(f"2026-03-{day:02}"), 1_000) for day in (1, 8)]
    rest = {n: History([bought(f"{n}", at("2026-03-30"), fen)]) for n, fen in ((2, 20_000), (3, 500))}
    write_facts(app.lake, brand_id, {1: History(orders), **rest})


def made(client: TestClient, name: str, definition: Any) -> int:
    answer = client.post(PATH, json={"name": name, "definition": definition})
    assert answer.status_code == 201, answer.text
    return answer.json()["segment_id"]


def found(client: TestClient, definition: Any) -> dict:
    answer = client.post(f"{PATH}/preview", json={"definition": definition, **AS_OF})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_segment_may_ask_for_others_and_says_why_not(client: TestClient) -> None:
    twice, rich = made(client, "回头客", TWICE), made(client, "大客户", RICH)
    either = made(client, "重点客户", {"or": [{"segment": twice, "op": "in"}, {"segment": rich, "op": "in"}]})
    others = {"segment": either, "op": "not_in"}
    body = found(client, others)
    assert (body["count"], body["customers"], body["sample"][0]["customer_id"]) == (1, 3, 3)
    assert not any(name.startswith("in_segment") for name in body["sample"][0])
    assert body["sentence_zh"] == "不属于人群“重点客户”"
    told = client.get(f"{PATH}/{either}/explain/3", params=AS_OF).json()["explained"]
    assert (told["met"], [part["met"] for part in told["parts"]]) == (False, [False, False])
    assert [part["parts"][0]["value"] for part in told["parts"]] == [1, 500]  # one order, five yuan
    sizes = client.get(f"{PATH}/sizes", params=AS_OF).json()["sizes"]
    assert {one["segment_id"]: one["count"] for one in sizes} == {twice: 1, rich: 1, either: 2}
    listed = client.post("/api/v1/customers/search", json={"segment_id": either, **AS_OF}).json()
    assert [row["customer_id"] for row in listed["items"]] == [2, 1]
    csv = client.get(f"{PATH}/{either}/export", params=AS_OF).text
    assert "in_segment" not in csv
    assert len(csv.splitlines()) == 3


def test_the_top_of_a_group_is_explained_with_where_it_ends(client: TestClient) -> None:
    rank = {"top": {"n": 1, "by": "sales_fen", "within": "group"}}
    least = made(client, "其余第一", {"and": [{"not": RICH}, rank]})
    assert found(client, {"segment": least})["sample"][0]["customer_id"] == 1
    told = client.get(f"{PATH}/{least}/explain/3", params=AS_OF).json()["explained"]["parts"][1]
    assert (told["met"], told["value"]) == (False, 500)
    assert told["zh"].endswith("（第 1 位为20.00）")


def test_a_cycle_is_refused_with_its_way_by_names(client: TestClient) -> None:
    tea = made(client, "茶友", TWICE)
    cake = made(client, "糕点", {"segment": tea})
    both = made(client, "都爱", {"and": [{"segment": cake}, RICH]})
    edit = {"version": 1, "definition": {"not": {"segment": both}}}
    answer = client.patch(f"{PATH}/{tea}", json=edit)
    assert (answer.status_code, answer.json()["code"]) == (422, "segment_cycle")
    assert "茶友 → 都爱 → 糕点 → 茶友" in answer.json()["detail"]
    trial = {"definition": edit["definition"], "segment_id": tea}
    assert client.post(f"{PATH}/preview", json=trial).json()["code"] == "segment_cycle"
    alone = client.patch(f"{PATH}/{tea}", json={"version": 1, "definition": {"segment": tea}})
    assert "茶友 → 茶友" in alone.json()["detail"]


def test_a_segment_in_use_is_not_archived_and_an_archived_one_not_used(client: TestClient) -> None:
    tea = made(client, "茶友", TWICE)
    cake = made(client, "糕点", {"and": [RICH, {"segment": tea}]})
    assert client.get(f"{PATH}/{tea}/users").json() == [{"segment_id": cake, "name": "糕点"}]
    answer = client.delete(f"{PATH}/{tea}")
    assert (answer.status_code, answer.json()["code"]) == (409, "segment_in_use")
    assert "糕点" in answer.json()["detail"]
    assert client.delete(f"{PATH}/{cake}").status_code == 200
    assert client.delete(f"{PATH}/{tea}").status_code == 200
    answer = client.post(PATH, json={"name": "新", "definition": {"and": [RICH, {"segment": tea}]}})
    assert answer.json()["code"] == "bad_segment"
    assert "$.and[1].segment" in answer.json()["detail"]
    assert "archived" in answer.json()["detail"] or "已归档" in answer.json()["detail"]
    nowhere = {"definition": {"or": [{"segment": 999_999}]}}
    assert "$.or[0].segment" in client.post(f"{PATH}/preview", json=nowhere).json()["detail"]


def test_nobody_brings_the_definitions_of_segments_along(client: TestClient) -> None:
    smuggled = {"where": {"segment": 1}, "segments": {"1": {"name": "x", "definition": {"and": []}}}}
    answer = client.post(f"{PATH}/preview", json={"definition": smuggled})
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_segment")


def test_what_is_handed_on_stays_as_it_was_when_a_named_segment_is_edited(
    client: TestClient, app: App, brand_id: int
) -> None:
    tea = made(client, "茶友", TWICE)
    cake = made(client, "糕点", {"segment": tea})
    with app.db.transaction(brand_id=brand_id) as session:
        frozen = definition_of(session, cake)
    assert client.patch(f"{PATH}/{tea}", json={"version": 1, "definition": RICH}).status_code == 200
    assert frozen["segments"][str(tea)]["definition"] == TWICE
    assert found(client, {"segment": cake})["sample"][0]["customer_id"] == 2
