"""Segments whose members are stored: lists of files and by hand, snapshots, their editions, and every reader."""

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from openpyxl import Workbook
from sqlalchemy import text

from siyu.entrypoints.worker import work
from siyu.insight.rules.naive import History
from siyu.kernel.app import App
from siyu.kernel.audit import SYSTEM
from siyu.kernel.clock import utcnow
from siyu.people.actions.merge import merge_customers, retract_edge
from siyu.privacy.contracts import Person
from siyu.segments.actions.persons import PERSON_PARTS
from tests.insight.makers import at, bought, write_facts

pytestmark = pytest.mark.slow
PATH = "/api/v1/segments"
PEOPLE = 4


@pytest.fixture
def people(client: TestClient, app: App, brand_id: int) -> list[int]:
    """Four customers known by phone, the first with a large order."""
    found = [
        client.post(
            "/api/v1/customers", json={"phone": f"1380013800{n}", "member_no": f"A{n}", "province": "上海"}
        ).json()["customer_id"]
        for n in range(PEOPLE)
    ]
    histories = {
        one: History([bought(f"{one}", at("2026-03-30"), 1_000 * (PEOPLE - n))])
        for n, one in enumerate(found)
    }
    write_facts(app.lake, brand_id, histories)
    return found


def listed(client: TestClient, app: App, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """The task of a list or a snapshot, done."""
    asked = client.post(path, json=body)
    assert asked.status_code == 202, asked.text
    work(app, once=True)
    return client.get(f"/api/v1/tasks/{asked.json()['task_id']}").json()


def uploaded(client: TestClient, content: bytes, name: str = "vip.csv") -> dict[str, Any]:
    answer = client.post("/api/v1/imports/lists", files={"file": (name, content, "text/csv")})
    assert answer.status_code == 201, answer.text
    return answer.json()


def members_of(client: TestClient, definition: Any) -> list[int]:
    found = client.post(
        "/api/v1/customers/search", json={"definition": definition, "as_of": "2026-04-01"}
    ).json()
    return sorted(row["customer_id"] for row in found["items"])


FILE = "手机号,姓名\n13800138000,王芳\n138 0013 8001,李娜\n+8613800138000,王芳\n13900000000,未知\n1,坏\n"


def test_a_file_becomes_a_segment_after_a_look_and_a_dry_run(client, app, brand_id, people) -> None:
    look = uploaded(client, FILE.encode())
    assert (look["column"], look["known_by"], look["file_name"]) == ("手机号", "phone", "vip.csv")
    assert look["sample"][0] == {"手机号": "138****8000", "姓名": "王**"}
    body = {"name": "贵宾", "upload_id": look["upload_id"], "column": "手机号", "known_by": "phone"}
    dry = listed(client, app, f"{PATH}/lists", {**body, "dry_run": True})
    assert dry["state"] == "done", dry
    counts = {"listed": 5, "customers": 2, "twice": 1, "unknown": 2, "unreadable": 1}
    assert {key: dry["result"][key] for key in counts} == counts
    assert client.get(PATH).json() == []
    lines = client.get(f"{PATH}/lists/{dry['task_id']}/unknown").text.splitlines()
    assert lines[1:] == ["5,139****0000,unknown", "6,1,unreadable"]

    done = listed(client, app, f"{PATH}/lists", body)
    segment = client.get(f"{PATH}/{done['result']['segment_id']}").json()
    assert (segment["form"], segment["version"]) == ("list", 2)
    assert members_of(client, segment["definition"]) == people[:2]
    assert members_of(client, {"segment": segment["segment_id"], "op": "not_in"}) == people[2:]
    (edition,) = client.get(f"{PATH}/{segment['segment_id']}/editions").json()
    assert (edition["source"], edition["title"], edition["customers"], edition["entered"]) == (
        "file",
        "vip.csv",
        2,
        2,
    )
    assert (edition["listed"], edition["twice"], edition["unknown"]) == (5, 1, 2)


def test_a_workbook_and_a_file_without_headings_are_read(
    client, app, brand_id, people, tmp_path: Path
) -> None:
    book = Workbook()
    for row in (("会员号", "备注"), ("A1", "x"), ("A3", "")):
        book.active.append(row)
    book.save(tmp_path / "list.xlsx")
    look = uploaded(client, (tmp_path / "list.xlsx").read_bytes(), "list.xlsx")
    assert (look["format"], look["column"], look["known_by"]) == ("xlsx", "会员号", "member_no")
    body = {"name": "会员名单", **{key: look[key] for key in ("upload_id", "column", "known_by")}}
    done = listed(client, app, f"{PATH}/lists", body)
    assert members_of(client, {"segment": done["result"]["segment_id"]}) == [people[1], people[3]]
    bare = uploaded(client, b"13800138002,1\n13800138003,2\n", "bare.csv")
    assert (bare["columns"], bare["column"], bare["known_by"]) == (
        ["column 1", "column 2"],
        "column 1",
        "phone",
    )


def test_editions_by_hand_leave_those_before_as_they_were(client, app, brand_id, people) -> None:
    ours = {"known_by": "customer_id"}
    first = {**ours, "keys": [str(one) for one in people[:2]], "name": "手选"}
    segment_id = listed(client, app, f"{PATH}/lists", first)["result"]["segment_id"]
    editions = f"{PATH}/{segment_id}/editions"
    frozen = client.get(f"{PATH}/{segment_id}").json()["definition"]
    more = listed(client, app, editions, {"known_by": "phone", "keys": ["13800138003"], "mode": "add"})
    assert (more["result"]["entered"], more["result"]["left"], more["result"]["members"]) == (1, 0, 3)
    less = listed(client, app, editions, {**ours, "keys": [str(people[0])], "mode": "remove"})
    assert (less["result"]["entered"], less["result"]["left"], less["result"]["members"]) == (0, 1, 2)
    assert members_of(client, {"segment": segment_id}) == [people[1], people[3]]
    assert members_of(client, frozen) == people[:2]
    listed(client, app, editions, {**ours, "keys": [str(people[2])]})
    assert members_of(client, {"segment": segment_id}) == [people[2]]
    assert [one["customers"] for one in client.get(editions).json()] == [1, 2, 3, 2]
    answer = client.patch(f"{PATH}/{segment_id}", json={"version": 5, "definition": {"and": []}})
    assert (answer.status_code, answer.json()["code"]) == (409, "segment_members_stored")
    assert client.patch(f"{PATH}/{segment_id}", json={"version": 5, "name": "手选客户"}).status_code == 200
    forged = {"members": {**frozen["members"], "title": "别的"}}
    assert client.post(f"{PATH}/preview", json={"definition": forged}).json()["code"] == "bad_segment"


def test_a_snapshot_stays_while_its_segment_moves_on(client, app, brand_id, people) -> None:
    rich = {"trait": "sales_fen", "op": ">=", "value": 3_000}
    segment_id = client.post(PATH, json={"name": "大客户", "definition": rich}).json()["segment_id"]
    order = {"name": "大客户 4 月 1 日", "as_of": "2026-04-01"}
    taken = listed(client, app, f"{PATH}/{segment_id}/snapshots", order)
    client.patch(f"{PATH}/{segment_id}", json={"version": 1, "definition": {"not": rich}})
    snapshot = taken["result"]["segment_id"]
    assert members_of(client, {"segment": snapshot}) == people[:2]
    assert members_of(client, {"segment": segment_id}) == people[2:]
    told = client.get(f"{PATH}/{snapshot}/explain/{people[0]}", params={"as_of": "2026-04-01"}).json()
    assert told["met"]
    assert told["explained"]["zh"].startswith("在“大客户”于 2026-04-01 23:59 的快照中，快照生成于 ")
    answer = client.post(f"{PATH}/{segment_id}/snapshots", json=order)
    assert (answer.status_code, answer.json()["code"]) == (409, "segment_name_taken")
    answer = client.post(f"{PATH}/{snapshot}/editions", json={"known_by": "phone", "keys": ["1"]})
    assert (answer.status_code, answer.json()["code"]) == (409, "segment_no_list")


def test_every_reader_takes_a_list_as_it_takes_conditions(client, app, brand_id, people) -> None:
    body = {"name": "名单", "known_by": "phone", "keys": ["13800138000", "13800138001"]}
    first = listed(client, app, f"{PATH}/lists", body)["result"]["segment_id"]
    everybody = client.post(PATH, json={"name": "全部", "definition": {"and": []}}).json()["segment_id"]
    parent = client.post(
        PATH, json={"name": "名单之外", "definition": {"and": [{"segment": first, "op": "not_in"}]}}
    ).json()["segment_id"]
    when = {"as_of": "2026-04-01"}
    sizes = client.get(f"{PATH}/sizes", params=when).json()["sizes"]
    assert {one["segment_id"]: one["count"] for one in sizes} == {first: 2, everybody: 4, parent: 2}
    both = client.get(f"{PATH}/overlap", params={"segment_id": [first, everybody], **when}).json()
    assert {tuple(one["segment_ids"]): one["together"] for one in both["combinations"]}[
        (first, everybody)
    ] == 2
    assert client.get(f"{PATH}/{first}/profile", params=when).json()["count"] == 2
    assert client.post(f"{PATH}/reach", json={"definition": {"segment": first}, **when}).status_code == 200
    export = client.get(f"{PATH}/{first}/export", params=when).text
    assert "member_" not in export.splitlines()[0].replace("member_no", "")
    assert len(export.splitlines()) == 3
    told = client.get(f"{PATH}/{parent}/explain/{people[0]}", params=when).json()["explained"]
    (leaf,) = told["parts"][0]["parts"]
    assert (told["met"], leaf["met"]) == (False, True)
    assert ", in since " in leaf["en"]
    assert leaf["value"] is not None
    listed_by = client.get(f"{PATH}/{first}/explain/{people[3]}", params=when).json()["explained"]
    assert (listed_by["met"], listed_by["value"]) == (False, None)
    answer = client.delete(f"{PATH}/{first}")
    assert (answer.status_code, answer.json()["code"]) == (409, "segment_in_use")


def test_members_follow_who_is_one_person(client, app, brand_id, people) -> None:
    body = {"name": "名单", "known_by": "customer_id", "keys": [str(people[1]), str(people[2])]}
    segment_id = listed(client, app, f"{PATH}/lists", body)["result"]["segment_id"]
    with app.db.transaction(brand_id=brand_id) as session:
        merge_customers(session, people[1], people[2], actor=SYSTEM, reason="same", now=utcnow(), parts=())
        head = session.scalar(text("SELECT merged_into FROM customer WHERE merged_into IS NOT NULL"))
        edge = session.scalar(text("SELECT edge_id FROM identity_edge WHERE source = 'staff'"))
    work(app, once=True)
    assert members_of(client, {"segment": segment_id}) == [head]
    editions = f"{PATH}/{segment_id}/editions"
    by_phone = {"known_by": "phone", "keys": ["13800138002", "13800138001"]}
    again = listed(client, app, editions, by_phone)["result"]
    assert (again["twice"], again["entered"], again["left"], again["members"]) == (1, 0, 0, 1)
    with app.db.transaction(brand_id=brand_id) as session:
        retract_edge(session, edge, actor=SYSTEM, reason="two", now=utcnow())
    work(app, once=True)
    assert members_of(client, {"segment": segment_id}) == people[1:3]


def test_an_erased_person_is_on_no_list(client, app, brand_id, people) -> None:
    body = {"name": "名单", "known_by": "customer_id", "keys": [str(one) for one in people]}
    segment_id = listed(client, app, f"{PATH}/lists", body)["result"]["segment_id"]
    (edition,) = client.get(f"{PATH}/{segment_id}/editions").json()
    person = Person(brand_id, (people[0],), (), (), ())
    (part,) = PERSON_PARTS
    (sheet,) = part.export(app, person)
    assert [(row["name"], row["title"]) for row in sheet.rows] == [("名单", edition["title"])]
    assert part.holdings(app, person)[0].count == 1
    part.forget(app, person, now=utcnow())
    assert part.holdings(app, person)[0].count == 0
    assert members_of(client, {"segment": segment_id}) == people[1:]


def test_a_list_that_names_nobody_is_refused_and_leaves_nothing(client, app, brand_id, people) -> None:
    body = {"name": "错列", "known_by": "email", "keys": ["13800138000"]}
    task = listed(client, app, f"{PATH}/lists", body)
    assert (task["state"], task["error"]["code"]) == ("failed", "segment_nobody_listed")
    assert client.get(PATH).json() == []
    both = client.post(f"{PATH}/lists", json={**body, "upload_id": "0" * 32})
    assert both.status_code == 422
    missing = client.post(f"{PATH}/lists", json={"name": "x", "known_by": "phone", "upload_id": "0" * 32})
    assert missing.status_code == 404
