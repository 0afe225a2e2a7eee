"""What pages of traits ask: the list by topic, what uses each, versions in words, values to choose from."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from siyu.insight.contracts import Topic
from siyu.insight.frames.catalogue import INSIGHT_TRAITS
from siyu.insight.rules.naive import History
from siyu.kernel.app import App
from tests.insight.makers import at, bought, gave_back, write_facts
from tests.insight.test_declared_routes import LABEL, OWN, WEB, declare

TRAITS = "/api/v1/traits"


def test_every_built_in_trait_has_a_topic() -> None:
    assert [info.name for info in INSIGHT_TRAITS if info.topic is Topic.OTHER] == []


@pytest.mark.slow
def test_the_list_says_topic_unit_and_origin_of_every_trait(client: TestClient) -> None:
    field = {"name": "skin", "kind": "text", "label_zh": "肤质", "label_en": "Skin"}
    assert client.post("/api/v1/customer-fields", json=field).is_success
    declare(client, "web_orders", WEB)
    found = {one["name"]: one for one in client.get(TRAITS).json()}
    assert all(one["unit_label"][language] for one in found.values() for language in ("zh", "en"))
    shown = {
        name: (found[name]["topic"], found[name]["origin"]) for name in ("stage", "web_orders", "field_skin")
    }
    assert shown == {
        "stage": ("stage", "built_in"),
        "web_orders": ("purchase", "own"),
        "field_skin": ("field", "offered"),
    }
    assert found["sales_fen"]["unit_label"] == {"zh": "分（金额）", "en": "fen (money)"}


@pytest.mark.slow
def test_what_uses_a_trait_is_said_of_built_in_ones_too(client: TestClient) -> None:
    declare(client, "web_orders", WEB)
    declare(client, "web_share", {"formula": {"/": [{"trait": "web_orders"}, {"trait": "orders"}]}})
    definition = {"and": [{"trait": "orders", "op": ">", "value": 1}, {"top": {"n": 5, "by": "web_share"}}]}
    made = client.post("/api/v1/segments", json={"name": "常客", "definition": definition})
    assert made.status_code == 201, made.text
    uses = {one["name"]: one["used_by"] for one in client.get(f"{TRAITS}/uses").json()}
    assert [(use["kind"], use["label"]) for use in uses["orders"]] == [
        ("trait", LABEL["zh"]),
        ("segment", "常客"),
    ]
    assert [use["kind"] for use in uses["web_orders"]] == ["trait"]
    assert [use["label"] for use in uses["web_share"]] == ["常客"]  # a ranking names it
    assert "sales_fen" not in uses


@pytest.mark.slow
def test_versions_are_said_in_words_and_may_be_taken_up_again(client: TestClient) -> None:
    declare(client, "web_orders", WEB)
    wider = {"version": 1, "definition": {"aggregate": "count", "fact": "order"}}
    assert client.patch(f"{OWN}/web_orders", json=wider).json()["version"] == 2
    newest, first = client.get(f"{OWN}/web_orders/versions").json()["versions"]
    assert newest["said"] == {"zh": "全部时间内，订单的次数。", "en": "Number of orders, ever."}
    assert "渠道为“web”" in first["said"]["zh"]
    assert (first["fault"], first["said_by"] != "", first["archived"]) == (None, True, False)
    again = {"version": 2, "label": first["label"], "definition": first["definition"]}
    assert client.patch(f"{OWN}/web_orders", json=again).json()["version"] == 3
    assert client.get(f"{OWN}/unheard/versions").status_code == 404


@pytest.mark.slow
def test_a_version_that_cannot_be_read_any_more_says_why(client: TestClient) -> None:
    declare(client, "web_orders", WEB)
    declare(client, "twice", {"formula": {"*": [{"trait": "web_orders"}, 2]}})
    alone = {"version": 1, "definition": {"formula": {"*": [{"trait": "orders"}, 2]}}}
    assert client.patch(f"{OWN}/twice", json=alone).is_success
    assert client.delete(f"{OWN}/web_orders").status_code == 204
    newest, first = client.get(f"{OWN}/twice/versions").json()["versions"]
    assert newest["said"]["en"] == "Orders × 2."
    assert (first["said"], "web_orders" in first["fault"]["en"]) == (None, True)


def values(client: TestClient, fact: str, name: str) -> Any:
    return client.get(f"{TRAITS}/facts/{fact}/values", params={"property": name, "as_of": "2026-03-31"})


@pytest.mark.slow
def test_values_that_many_facts_hold_are_offered(app: App, brand_id: int, client: TestClient) -> None:
    days = [
        (day, channel) for day, channel in enumerate(("web", "web", "store", "web", "store", "fair"), start=1)
    ]
    orders = [bought(f"o{day}", at(f"2026-03-{day:02}"), 100, channel) for day, channel in days]
    write_facts(app.lake, brand_id, {1: History(orders, [], [gave_back("r", at("2026-03-09"), 100, "o1")])})
    found = values(client, "order", "channel").json()
    assert found == {
        "days": 365,
        "values": [{"value": "web", "facts": 3}, {"value": "store", "facts": 2}],  # one fair is no choice
    }
    assert values(client, "order", "order_key").json()["values"] == []  # keys are one of a kind
    assert values(client, "order", "paid_fen").json()["code"] == "bad_input"
    assert values(client, "order", "colour").status_code == 404
    assert values(client, "odrer", "channel").status_code == 404
