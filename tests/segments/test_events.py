"""Conditions on events over HTTP and at the terminal, on a real lake."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from fastapi.testclient import TestClient

from siyu.campaigns.rules.deciding import chooses_by_profile
from siyu.insight.api import brand_view, trait_sources
from siyu.insight.rules.naive import History
from siyu.kernel.app import App
from siyu.kernel.errors import BadInput
from siyu.kernel.lake import Lake, brand_schema
from siyu.segments.api import traits_asked
from tests.insight.makers import at, bought, write_facts
from tests.segments.test_commands import Line, said

pytestmark = pytest.mark.slow
AS_OF = {"as_of": "2026-03-31"}
ADDED = at("2026-03-20 10:00")
LEFT = "left_carts"


def put_into_cart(lake: Lake, brand_id: int, who: dict[int, datetime], action: str = "add") -> None:
    rows = [
        {"customer_id": number, "occurred_at": when, "source": "mini", "batch_id": 1, "action": action,
         "product_key": "p1"}
        for number, when in who.items()
    ]  # fmt: skip
    with lake.transaction() as cursor:
        cursor.register("made", pa.Table.from_pylist(rows))
        cursor.execute(f'INSERT INTO {brand_schema(brand_id)}."cart_changed" BY NAME SELECT * FROM made')
        cursor.unregister("made")


@pytest.fixture(autouse=True)
def _carts(app: App, brand_id: int) -> None:
    """1 ordered in time, 2 too late, 3 never after, 4 put nothing in, 5 has its three days ahead, 6 took out only."""
    day = timedelta(days=1)
    after = {
        1: [ADDED + day],
        2: [ADDED + 5 * day],
        3: [ADDED - day],
        4: [ADDED],
        5: [ADDED - 9 * day],
        6: [ADDED - day],
    }
    orders = {
        n: History([bought(f"{n}-{i}", when, 10_000) for i, when in enumerate(at_)])
        for n, at_ in after.items()
    }
    write_facts(app.lake, brand_id, orders)
    put_into_cart(app.lake, brand_id, {1: ADDED, 2: ADDED, 3: ADDED, 5: at("2026-03-30 10:00")})
    put_into_cart(app.lake, brand_id, {6: ADDED}, action="remove")


@pytest.fixture
def line(app: App, brand_id: int) -> Line:
    with app.db.transaction(brand_id=brand_id) as session:
        code = (
            session.connection()
            .exec_driver_sql(f"SELECT code FROM brand WHERE brand_id = {brand_id}")
            .scalar_one()
        )
    return Line(app.settings, code, app)


def template(client: TestClient, name: str) -> dict:
    listed = client.get("/api/v1/segments/templates").json()
    return next(one for one in listed if one["name"] == name)


def test_who_left_a_cart_is_counted_told_in_words_and_explained(client: TestClient) -> None:
    definition = template(client, LEFT)["definition"]
    found = client.post("/api/v1/segments/preview", json={"definition": definition, **AS_OF}).json()
    assert [row["customer_id"] for row in found["sample"]] == [2, 3]
    assert (found["count"], found["customers"]) == (2, 6)
    assert not any(name.startswith("facts:") for name in found["sample"][0])
    assert (
        found["sentence_zh"]
        == "最近 30 天内的最近一次购物车变动（动作为“add”）之后 3 天内没有订单（已满 3 天）"
    )
    made = client.post("/api/v1/segments", json={"name": "加购未下单", "definition": definition}).json()
    path = f"/api/v1/segments/{made['segment_id']}"
    told = {who: client.get(f"{path}/explain/{who}", params=AS_OF).json() for who in (1, 3)}
    assert [told[who]["met"] for who in (1, 3)] == [False, True]
    assert (told[3]["explained"]["type"], told[3]["explained"]["trait"]) == ("moment", None)
    assert told[3]["explained"]["value"] == "2026-03-20T02:00:00Z"
    assert (
        client.get(f"{path}/export", params=AS_OF).text.count("\n") == 3
    )  # ids and traits, no column of the question
    assert "facts:" not in client.get(f"{path}/export", params=AS_OF).text


def test_every_template_can_be_counted(client: TestClient) -> None:
    for one in client.get("/api/v1/segments/templates").json():
        answer = client.post("/api/v1/segments/preview", json={"definition": one["definition"], **AS_OF})
        assert answer.status_code == 200, answer.text


def test_an_unknown_event_is_refused_in_the_readers_language(client: TestClient) -> None:
    bad = {"event": {"aggregate": "count", "fact": "cart_change"}, "op": ">=", "value": 1}
    answer = client.post(
        "/api/v1/segments/preview", json={"definition": bad}, headers={"Accept-Language": "zh"}
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_fact")
    assert "$.event.fact" in answer.json()["detail"]
    assert "cart_changed" in answer.json()["detail"]
    assert (
        client.post("/api/v1/segments", json={"name": "x", "definition": bad}).json()["code"]
        == "unknown_fact"
    )


def test_a_segment_of_events_is_named_by_another_and_sized(client: TestClient) -> None:
    definition = template(client, LEFT)["definition"]
    made = client.post("/api/v1/segments", json={"name": "甲", "definition": definition}).json()
    outer = {
        "and": [
            {"segment": made["segment_id"]},
            {"event": {"aggregate": "count", "fact": "order", "window": {"days": 7}}, "op": "=", "value": 1},
        ]
    }
    found = client.post("/api/v1/segments/preview", json={"definition": outer, **AS_OF}).json()
    assert [row["customer_id"] for row in found["sample"]] == [2]
    sizes = client.get("/api/v1/segments/sizes", params=AS_OF).json()["sizes"]
    assert sizes == [{"segment_id": made["segment_id"], "count": 2}]


def test_asking_the_changes_of_stage_is_asking_the_stage(app: App, brand_id: int) -> None:
    """Who refused profiling is left out of what such a segment chooses (0034)."""
    changed = {"event": {"aggregate": "count", "fact": "lifecycle_changed"}, "op": ">=", "value": 1}
    ordered = {"sequence": {"first": {"fact": "order"}, "then": {"fact": "order"}}}
    with app.db.transaction(brand_id=brand_id) as session:
        brand = brand_view(session, sources=trait_sources(app, session))
        assert chooses_by_profile(traits_asked(brand, changed))
        assert not chooses_by_profile(traits_asked(brand, ordered))


def test_the_terminal_counts_explains_and_gives_templates(line: Line, tmp_path: Path) -> None:
    file = tmp_path / "left.json"
    file.write_text(said(line, "segment", "templates", LEFT), encoding="utf-8")
    asked = ("--definition", str(file), "--as-of", "2026-03-31")
    assert said(line, "segment", "count", *asked).endswith("2\n")
    assert json.loads(said(line, "segment", "count", *asked, "--json"))["count"] == 2
    told = said(line, "segment", "explain", "3", *asked)
    assert "yes there are no orders within 3 days" in told
    assert "2026-03-20 02:00:00+00:00" in told
    assert "[unknown]" in said(line, "segment", "explain", "1", *asked)
    assert json.loads(said(line, "segment", "explain", "1", *asked, "--json"))["met"] is False
    assert "looked_not_ordered" in said(line, "segment", "templates")
    assert len(json.loads(said(line, "segment", "templates", "--json"))) == 3
    with pytest.raises(BadInput):
        said(line, "segment", "templates", "no_such")
