"""Customers by hand, tags and identity types over HTTP: done, refused, not allowed."""

from datetime import timedelta

import pytest

from siyu.kernel.audit import SYSTEM
from siyu.kernel.clock import utcnow
from siyu.people.actions.namespaces import policy_from, preview_change, run_change
from siyu.people.actions.tag_runs import listed_customers, run_tagging
from siyu.people.api import find_customers, resolve_claims
from siyu.people.contracts import IdentityClaim
from siyu.people.queries.explained import graph_of
from tests.people.makers import NOW, customer_of, record, save

SKIN = {
    "name": "skin", "kind": "choice", "label_zh": "肤质", "label_en": "Skin",
    "choices": [{"value": "dry", "zh": "干性", "en": "Dry"}, {"value": "oily", "zh": "油性", "en": "Oily"}],
}  # fmt: skip
CARD = {
    "namespace": "card",
    "normaliser": "trimmed",
    "one_per_customer": False,
    "strong": True,
    "shareable": False,
}


def create(client, **body):
    return client.post("/api/v1/customers", json=body)


def test_a_customer_is_created_shown_edited_and_found(client):
    assert client.post("/api/v1/customer-fields", json=SKIN).status_code == 201
    made = create(client, name="王芳", phone="13800138000", fields={"skin": "油性"})
    assert made.status_code == 201, made.text
    path = f"/api/v1/customers/{made.json()['customer_id']}"
    card = client.get(f"{path}/card").json()
    assert card["held"]["skin"]["value"] == "oily"
    changed = client.patch(
        path, json={"revision": card["revision"], "province": "上海", "fields": {"skin": "dry"}}
    )
    assert changed.status_code == 204, changed.text
    again = client.patch(path, json={"revision": card["revision"], "province": "北京"})
    assert (again.status_code, again.json()["code"]) == (409, "customer_changed")
    assert client.get(path).json()["profile"]["province"] == "上海"
    twice = create(client, phone="+86 138 0013 8000")
    assert (twice.status_code, twice.json()["code"]) == (409, "value_held")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"name": "王芳"}, "nothing_to_know_them_by"),
        ({"phone": "12"}, "bad_phone"),
        ({"phone": "13800138000", "fields": {"nothing": 1}}, "not_found"),
        ({"phone": "13800138000", "name": "a\0b"}, "bad_request"),  # control characters
        ({"phone": "13800138000", "colour": "red"}, "bad_request"),  # a misspelt item
    ],
)
def test_what_cannot_be_is_refused(client, body, code):
    answer = create(client, **body)
    assert answer.status_code in (404, 422), answer.text
    assert code in ("bad_request", answer.json()["code"])


def test_tags_are_made_worn_counted_and_asked_for_in_lists(client, app, brand_id):
    who = create(client, name="王芳", phone="13800138000").json()["customer_id"]
    other = create(client, name="李娜", phone="13800138001").json()["customer_id"]
    group = client.post("/api/v1/tag-groups", json={"name": "兴趣", "colour": "teal"}).json()["groups"][0]
    made = client.post("/api/v1/tags", json={"tag_group_id": group["tag_group_id"], "name": "茶"}).json()
    tag_id = made["tags"][0]["tag_id"]
    worn = client.post(f"/api/v1/customers/{who}/tags", json={"add": [tag_id]}).json()
    assert [one["name"] for one in worn["worn"]] == ["茶"]
    assert client.get("/api/v1/tags").json()["tags"][0]["customers"] == 1
    listed = client.post("/api/v1/customers/search", json={"tag_id": [tag_id]}).json()
    assert [one["customer_id"] for one in listed["items"]] == [who]
    without = {"not": {"trait": f"tag_{tag_id}", "op": "=", "value": True}}
    found = client.post("/api/v1/segments/preview", json={"definition": without}).json()
    assert [one["customer_id"] for one in found["sample"]] == [other]

    asked = {
        "tag_id": tag_id,
        "title": "名单.csv",
        "known_by": "phone",
        "content": "手机\n13800138001\n13900139000",
    }
    run = client.post("/api/v1/tag-runs", json=asked)
    assert run.status_code == 202, run.text
    assert (run.json()["known"], run.json()["unknown"]) == (1, 1)
    run_tagging(
        app, brand_id=brand_id, tag_run_id=run.json()["tag_run_id"], now=utcnow(),
        customers=lambda session: listed_customers(session, tag_run_id=run.json()["tag_run_id"]),
    )  # fmt: skip
    told = client.get("/api/v1/tag-runs").json()
    assert [(one["customers"], one["unknown"], one["source"]) for one in told] == [(1, 1, "import")]
    assert client.post(f"/api/v1/tag-runs/{told[0]['tag_run_id']}/undo").status_code == 202


def test_a_field_is_a_condition_of_segments_unless_it_is_personal(client):
    fields = [
        SKIN,
        {"name": "size", "kind": "number", "label_zh": "鞋码", "label_en": "Size"},
        {"name": "since", "kind": "date", "label_zh": "起始", "label_en": "Since"},
        {"name": "card", "kind": "text", "label_zh": "证件", "label_en": "Card", "personal": True},
    ]
    for field in fields:
        assert client.post("/api/v1/customer-fields", json=field).status_code == 201
    traits = {one["name"]: one["type"] for one in client.get("/api/v1/traits").json()}
    assert traits["field_size"] == "number"
    assert "field_card" not in traits
    said = {"skin": "dry", "size": "38.5", "since": "2026-01-31"}
    who = create(client, phone="13800138000", fields=said).json()["customer_id"]
    create(client, phone="13800138001", fields={"size": "36"})
    for condition in (
        {"trait": "field_skin", "op": "in", "value": ["dry"]},
        {"trait": "field_size", "op": ">", "value": 38},
        {"trait": "field_since", "op": "after", "value": "2026-01-30"},
    ):
        found = client.post("/api/v1/segments/preview", json={"definition": condition}).json()
        assert [one["customer_id"] for one in found["sample"]] == [who], condition
    segment = {
        "name": "干皮",
        "description": "",
        "definition": {"trait": "field_skin", "op": "=", "value": "dry"},
    }
    made = client.post("/api/v1/segments", json=segment).json()
    assert client.get(f"/api/v1/segments/{made['segment_id']}/explain/{who}").json()["met"] is True


def test_a_policy_is_tried_and_then_regroups(client, app, brand_id):
    with app.db.transaction(brand_id=brand_id) as session:
        claims = [
            IdentityClaim((("member_no", f"M{one}"), ("card", "C1")), "crm", authenticated=True, said_at=NOW)
            for one in range(2)
        ]
        resolve_claims(session, cipher=app.cipher, claims=claims, batch_id=None, now=NOW)
        save(session, app.cipher, [record("A1")])
    untrusted = CARD | {"sources": ["till"]}
    tried = client.post("/api/v1/identity-namespaces/preview", json=untrusted)
    assert tried.status_code == 200, tried.text
    assert tried.json()["founded"] == 1  # the card alone is somebody now
    listed = {one["policy"]["namespace"]: one for one in client.get("/api/v1/identity-namespaces").json()}
    assert (listed["card"]["own"], listed["card"]["used"]) == (False, True)
    asked = client.put("/api/v1/identity-namespaces", json=untrusted)
    assert asked.status_code == 202, asked.text
    run_change(
        app, brand_id=brand_id, task_id=asked.json()["task_id"], policy=policy_from(untrusted), now=utcnow(),
        actor=SYSTEM,
    )  # fmt: skip
    with app.db.transaction(brand_id=brand_id) as session:
        assert preview_change(session, policy_from(untrusted)).founded == 0
        who = find_customers(session, cipher=app.cipher, wanted="M1")[0]
        nodes = graph_of(session, cipher=app.cipher, customer_id=who).nodes
        assert [one["namespace"] for one in nodes] == ["member_no"]
    shared = CARD | {"shareable": True, "one_per_customer": True}
    for wrong in (CARD | {"normaliser": "phone"}, CARD | {"namespace": "B!"}, shared):
        refused = client.put("/api/v1/identity-namespaces", json=wrong)
        assert (refused.status_code, refused.json()["code"]) == (422, "bad_namespace")


def test_how_many_reviews_wait_and_why_a_link_was_refused(client, app, brand_id):
    assert client.get("/api/v1/identity-reviews/count").json() == {"open": 0}
    with app.db.transaction(brand_id=brand_id) as session:
        first = customer_of(session, app.cipher, "A1", phone="13800138000")
        save(session, app.cipher, [record("A2", phone="13800138000", known_at=NOW + timedelta(days=1))])
    assert client.get("/api/v1/identity-reviews/count").json() == {"open": 1}
    edges = client.get(f"/api/v1/customers/{first}/identities").json()["edges"]
    assert {one["refused_because"] for one in edges} == {None, "unique_conflict"}
