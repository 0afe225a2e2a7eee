"""A segment beside all customers, segments beside one another, a definition beside the next."""

import csv
import io

import pytest
from fastapi.testclient import TestClient

from siyu.insight.rules.naive import History
from siyu.kernel.app import App
from tests.insight.makers import at, bought, write_facts
from tests.people.makers import customer_of

pytestmark = pytest.mark.slow
PATH = "/api/v1/segments"
AS_OF = {"as_of": "2026-03-31"}
PEOPLE = (("female", "浙江"), ("female", "浙江"), ("male", "江苏"), ("male", None), (None, None))


@pytest.fixture
def ids(app: App, brand_id: int) -> list[int]:
    """Five customers: the first three bought once, for 10, 20 and 30 yuan; the last two never."""
    with app.db.transaction(brand_id=brand_id) as session:
        found = [
            customer_of(
                session, app.cipher, f"M{i}", phone=f"1380013800{i}", gender=gender, province=province
            )
            for i, (gender, province) in enumerate(PEOPLE)
        ]
    orders = {
        who: History([bought(f"{who}", at("2026-03-08"), 1_000 * n)]) for n, who in enumerate(found[:3], 1)
    }
    write_facts(app.lake, brand_id, orders)
    return found


def spent(least_fen: int) -> dict:
    return {"trait": "sales_fen", "op": ">=", "value": least_fen}


def made(client: TestClient, name: str, definition: dict) -> int:
    answer = client.post(PATH, json={"name": name, "definition": definition})
    assert answer.status_code == 201, answer.text
    return answer.json()["segment_id"]


def test_a_profile_holds_the_segment_against_everybody(client: TestClient, ids: list[int]) -> None:
    segment = made(client, "花了二十元", spent(2_000))
    body = client.get(f"{PATH}/{segment}/profile", params=AS_OF).json()
    assert (body["count"], body["customers"]) == (2, 5)
    parts = {
        (dimension["name"], part["value"]): (part["customers"], part["customers_of_all"], part["tgi"])
        for dimension in body["dimensions"]
        for part in dimension["parts"]
    }
    assert parts["gender", "male"] == (1, 2, 125.0)  # a half of the segment, two fifths of all
    assert parts["gender", None] == (0, 1, 0.0)
    assert parts["province", "浙江"] == (1, 2, 125.0)
    assert parts["is_member", "false"] == (2, 5, 100.0)
    assert parts["rfm_class", None] == (0, 2, 0.0)  # who never bought has no class
    for dimension in body["dimensions"]:  # nobody is left out, nobody counted twice
        assert sum(part["customers"] for part in dimension["parts"]) == 2, dimension["name"]
        assert sum(part["customers_of_all"] for part in dimension["parts"]) == 5, dimension["name"]
    rows = list(
        csv.DictReader(io.StringIO(client.get(f"{PATH}/{segment}/profile.csv", params=AS_OF).text[1:]))
    )
    assert {row["tgi"] for row in rows if row["value_zh"] == "男"} == {"125.0"}


def test_segments_overlap_in_every_combination(client: TestClient, ids: list[int]) -> None:
    least, more = made(client, "十元", spent(1_000)), made(client, "二十元", spent(2_000))
    never = made(client, "没买", {"trait": "orders", "op": "=", "value": 0})
    asked = {"segment_id": [least, more, never], **AS_OF}
    body = client.get(f"{PATH}/overlap", params=asked).json()
    found = {tuple(one["segment_ids"]): (one["exactly"], one["together"]) for one in body["combinations"]}
    assert body["customers"] == 5
    assert found == {
        (least,): (1, 3), (more,): (0, 2), (never,): (2, 2), (least, more): (2, 2), (least, never): (0, 0),
        (more, never): (0, 0), (least, more, never): (0, 0),
    }  # fmt: skip
    text = client.get(f"{PATH}/overlap.csv", params=asked).text
    assert "十元 + 二十元,2,2," in text
    assert client.get(f"{PATH}/overlap", params={"segment_id": [least]}).status_code == 422
    assert client.get(f"{PATH}/overlap", params={"segment_id": [least] * 6}).status_code == 422


def test_an_edit_says_before_it_is_made_who_enters_and_leaves(client: TestClient, ids: list[int]) -> None:
    segment = made(client, "花了二十元", spent(2_000))
    edit = {"definition": {"or": [spent(3_000), {"trait": "orders", "op": "=", "value": 0}]}, **AS_OF}
    body = client.post(f"{PATH}/{segment}/changes", json=edit).json()
    assert (body["entering"], body["leaving"], body["staying"]) == (2, 1, 1)
    assert (body["entering_ids"], body["leaving_ids"]) == (ids[3:], [ids[1]])
    cycle = {"definition": {"segment": segment}}
    assert client.post(f"{PATH}/{segment}/changes", json=cycle).json()["code"] == "segment_cycle"
