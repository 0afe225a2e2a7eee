"""Traits that a brand declares, over HTTP and in a terminal: from the first try to the archive."""

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from fastapi.testclient import TestClient
from sqlalchemy import text
from typer.testing import CliRunner

from siyu.campaigns.rules.deciding import chooses_by_profile
from siyu.insight.api import brand_view, trait_sources
from siyu.insight.commands import trait_commands
from siyu.insight.rules.naive import History
from siyu.kernel.app import App
from siyu.segments.api import traits_asked
from tests.insight.makers import at, bought, gave_back, write_facts
from tests.segments.test_commands import Line

pytestmark = pytest.mark.slow
OWN = "/api/v1/traits/own"
MARCH = {"as_of": "2026-03-31"}
WEB = {
    "aggregate": "count",
    "fact": "order",
    "where": {
        "and": [
            {"property": "channel", "op": "=", "value": "web"},
            {"property": "cancelled", "op": "=", "value": False},
        ]
    },
    "window": {"days": 90},
}
LABEL = {"zh": "近 90 天线上订单", "en": "Web orders, 90 days"}


@pytest.fixture
def sold(app: App, brand_id: int) -> None:
    """Customer 1 bought twice on the web (one came back) and once in the store; customer 2 in the store alone."""
    one = [bought(f"w{day}", at(f"2026-03-{day:02}"), 10_000, "web") for day in (1, 8)]
    back = [gave_back("r1", at("2026-03-10"), 10_000, "w8")]
    first = History([*one, bought("s", at("2026-03-15"), 30_000)], [], back)
    write_facts(app.lake, brand_id, {1: first, 2: History([bought("2", at("2026-03-30"), 500)])})


def declare(client: TestClient, name: str, definition: Any) -> Any:
    return client.post(OWN, json={"name": name, "label": LABEL, "definition": definition})


def counted(client: TestClient, definition: Any) -> int:
    answer = client.post("/api/v1/segments/preview", json={"definition": definition, **MARCH})
    assert answer.status_code == 200, answer.text
    return int(answer.json()["count"])


@pytest.mark.usefixtures("sold")
def test_a_declared_trait_is_tried_stored_and_asked_by_segments_at_once(client: TestClient) -> None:
    tried = client.post(f"{OWN}/preview", json={"definition": WEB, **MARCH}).json()
    assert (tried["customers"], tried["known"], tried["plain"], tried["changed"]) == (2, 2, 1, None)
    assert tried["spread"] == {"least": 0, "p25": 0.25, "median": 0.5, "p75": 0.75, "most": 1, "mean": 0.5}
    assert [(row["customer_id"], row["value"]) for row in tried["sample"]] == [(1, 1), (2, 0)]
    made = declare(client, "web_orders", WEB)
    assert (made.status_code, made.json()["version"], made.json()["unit"]) == (201, 1, "orders"), made.text
    assert "渠道为“web”" in made.json()["said"]["zh"]
    assert "web_orders" in {trait["name"] for trait in client.get("/api/v1/traits").json()}
    assert counted(client, {"trait": "web_orders", "op": ">=", "value": 1}) == 1
    assert counted(client, {"trait": "web_orders", "op": "=", "value": 0}) == 1  # none is zero, not unknown


@pytest.mark.usefixtures("sold")
def test_formulas_stand_on_built_in_traits_and_on_each_other(client: TestClient) -> None:
    declare(client, "web_orders", WEB)
    share = {"formula": {"/": [{"trait": "web_orders"}, {"trait": "orders"}]}}
    assert declare(client, "web_share", share).json()["type"] == "number"
    percent = {"formula": {"round": {"*": [{"trait": "web_share"}, 100]}}}
    assert declare(client, "web_percent", percent).json()["uses"] == ["web_share"]
    assert counted(client, {"trait": "web_percent", "op": "=", "value": 50}) == 1
    per_order = {"formula": {"/": [{"trait": "sales_fen"}, {"trait": "web_orders"}]}}
    assert declare(client, "fen_per_web_order", per_order).json()["unit"] == "fen"
    assert counted(client, {"trait": "fen_per_web_order", "op": "is_unknown"}) == 1  # divided by zero
    assert counted(client, {"trait": "fen_per_web_order", "op": "=", "value": 40_000}) == 1
    circle = {"definition": {"formula": {"trait": "web_percent"}}, "version": 1}
    refused = client.patch(f"{OWN}/web_share", json=circle).json()
    assert (refused["code"], "web_percent → web_share → web_percent" in refused["detail"]) == (
        "trait_circle",
        True,
    )


@pytest.mark.usefixtures("sold")
def test_what_is_used_cannot_be_archived_and_says_by_what(client: TestClient) -> None:
    declare(client, "web_orders", WEB)
    declare(client, "twice", {"formula": {"*": [{"trait": "web_orders"}, 2]}})
    definition = {"trait": "twice", "op": ">", "value": 1}
    made = client.post("/api/v1/segments", json={"name": "线上客户", "definition": definition})
    segment = made.json()["segment_id"]
    users = {one["name"]: one["used_by"] for one in client.get(OWN).json()}
    assert [(use["kind"], use["key"]) for use in users["web_orders"]] == [("trait", "twice")]
    assert [(use["kind"], use["label"]) for use in users["twice"]] == [("segment", "线上客户")]
    for name, said in (("web_orders", "指标“"), ("twice", "人群“线上客户”")):
        refused = client.delete(f"{OWN}/{name}")
        assert (refused.status_code, refused.json()["code"]) == (409, "trait_in_use")
        assert said in refused.json()["detail"]
    english = client.delete(f"{OWN}/twice", headers={"Accept-Language": "en"})
    assert "is used by segment “线上客户”" in english.json()["detail"]
    retyped = {"version": 1, "definition": {"aggregate": "exists", "fact": "order"}}
    assert (
        client.patch(f"{OWN}/web_orders", json=retyped).json()["code"] == "bad_trait"
    )  # twice needs a number
    assert client.patch(f"{OWN}/twice", json=retyped).json()["code"] == "trait_type_in_use"
    client.delete(f"/api/v1/segments/{segment}")
    assert client.delete(f"{OWN}/twice").status_code == 204
    assert client.delete(f"{OWN}/twice").status_code == 204  # again changes nothing
    assert client.get(f"{OWN}/twice").status_code == 404
    versions = client.get(f"{OWN}/twice/versions").json()["versions"]
    assert [(one["version"], one["archived"]) for one in versions] == [(2, True), (1, False)]
    assert declare(client, "twice", WEB).json()["version"] == 3  # the name is free again


@pytest.mark.usefixtures("sold")
def test_a_change_is_foreseen_versioned_and_audited(client: TestClient) -> None:
    declare(client, "web_orders", WEB)
    wider = {"aggregate": "count", "fact": "order"}
    foreseen = client.post(f"{OWN}/preview", json={"name": "web_orders", "definition": wider, **MARCH}).json()
    assert foreseen["changed"] == 2
    changed = client.patch(f"{OWN}/web_orders", json={"version": 1, "definition": wider}).json()
    assert changed["version"] == 2
    assert client.patch(f"{OWN}/web_orders", json={"version": 2, "definition": wider}).json()["version"] == 2
    assert (
        client.patch(f"{OWN}/web_orders", json={"version": 1, "label": LABEL}).json()["code"]
        == "trait_changed"
    )
    assert counted(client, {"trait": "web_orders", "op": "=", "value": 3}) == 1
    entries = [one for one in client.get("/api/v1/audit").json()["items"] if one["subject_type"] == "trait"]
    assert [one["action"] for one in entries] == ["trait.changed", "trait.defined"]
    assert entries[0]["before"]["definition"] == WEB


@pytest.mark.parametrize(
    ("name", "definition", "status", "code"),
    [
        ("orders", WEB, 409, "trait_name_taken"),  # built in
        ("stage_rule", WEB, 409, "trait_name_taken"),  # a column that is no trait
        ("tag_1", WEB, 422, "bad_input"),  # tags are called so
        ("Web", WEB, 422, "bad_input"),
        ("web", {"aggregate": "count", "fact": "odrer"}, 422, "unknown_in_trait"),
        ("web", {"aggregate": "sum", "fact": "order", "of": "channel"}, 422, "bad_trait"),
        ("web", {"formula": {"trait": "webb"}}, 422, "unknown_in_trait"),
        ("web", {"formula": {"trait": "web"}}, 422, "trait_circle"),
    ],
)
def test_what_cannot_be_declared_is_refused(
    client: TestClient, name: str, definition: Any, status: int, code: str
) -> None:
    answer = declare(client, name, definition)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text


def test_events_of_the_brand_count_with_their_properties(app: App, brand_id: int, client: TestClient) -> None:
    cups = [{"name": "cups", "type": "BIGINT"}, {"name": "guest", "type": "VARCHAR", "personal": True}]
    title = {"title_zh": "品茶", "title_en": "Tea tasting", "properties": cups}
    assert client.put("/api/v1/events/catalogue/tea_tasting", json=title).is_success
    facts = {one["name"]: one for one in client.get("/api/v1/traits/facts").json()}
    assert [one["name"] for one in facts["tea_tasting"]["properties"]] == ["occurred_at", "source", "cups"]
    with app.lake.transaction() as cursor:
        cursor.execute(
            f"INSERT INTO lake.brand_{brand_id}.event (customer_id, occurred_at, source, batch_id, name, version, "
            "properties) VALUES (1, ?, 'pos', 1, 'tea_tasting', 1, '{\"cups\": 3}'), "
            "(1, ?, 'pos', 1, 'tea_tasting', 1, '{\"cups\": \"four\"}')",
            [at("2026-03-01"), at("2026-03-02")],
        )
    write_facts(app.lake, brand_id, {1: History([bought("1", at("2026-03-01"))])})
    declare(client, "cups", {"aggregate": "sum", "fact": "tea_tasting", "of": "cups"})
    assert counted(client, {"trait": "cups", "op": "=", "value": 3}) == 1  # what is no number is unknown


def test_a_formula_over_an_evaluation_is_one(app: App, brand_id: int, client: TestClient) -> None:
    """Who refused profiling is left out of what is chosen by scores, also by way of a formula."""
    declare(client, "double_score", {"formula": {"*": [{"trait": "rfm_r"}, 2]}})
    declare(client, "moves", {"aggregate": "count", "fact": "lifecycle_changed"})
    declare(client, "web_orders", WEB)
    with app.db.transaction(brand_id=brand_id) as session:
        brand = brand_view(session, sources=trait_sources(app, session))
        chosen = {
            name: chooses_by_profile(traits_asked(brand, {"trait": name, "op": ">", "value": 1}))
            for name in ("double_score", "moves", "web_orders")
        }
    assert chosen == {"double_score": True, "moves": True, "web_orders": False}


@pytest.mark.usefixtures("sold")
def test_the_terminal_tries_and_declares(app: App, brand_id: int, tmp_path: Path) -> None:
    siyu = typer.Typer()
    siyu.add_typer(trait_commands, name="trait")
    with app.db.transaction(brand_id=None) as session:
        code = session.execute(
            text("SELECT code FROM brand WHERE brand_id = :b"), {"b": brand_id}
        ).scalar_one()
    line, file = Line(app.settings, code, app), tmp_path / "web.json"
    file.write_text(json.dumps(WEB))

    def said(*arguments: str) -> str:
        answer = CliRunner().invoke(siyu, ["trait", *arguments], obj=line, catch_exceptions=False)
        assert answer.exit_code == 0, answer.output
        return answer.stdout

    given = ("--definition", str(file))
    tried = json.loads(said("preview", *given, "--as-of", "2026-03-31", "--json"))
    assert (tried["known"], tried["spread"]["most"]) == (2, 1)
    assert "2 of 2 customers" in said("preview", *given, "--as-of", "2026-03-31")
    assert "version 1: Number of orders" in said(
        "define", "web_orders", *given, "--zh", "线上订单", "--en", "Web orders"
    )
    file.write_text(json.dumps({"aggregate": "days", "fact": "order"}))
    assert json.loads(said("define", "web_orders", *given, "--json"))["label"]["zh"] == "线上订单"
    assert [one["version"] for one in json.loads(said("list", "--json"))] == [2]
    assert "web_orders" in said("list")
