"""Webhooks in: told by their signature, kept before they are read, read again once the mapping is mended."""

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from siyu.entrypoints.web import create_api
from siyu.intake.actions import events_accept
from siyu.intake.actions.persons import IntakePart
from siyu.intake.actions.webhooks import forget_bodies
from siyu.intake.rules.webhook_mapping import EventMapping, Unmappable, check_mapping, mapped
from siyu.intake.rules.webhook_signatures import signature_of
from siyu.kernel.app import App
from siyu.kernel.clock import utcnow
from siyu.privacy.contracts import Person
from tests.intake.eventing import carry, in_lake, waiting
from tests.intake.importing import NOW

URL = "/api/v1/events/webhooks"
SECRET = "a-secret-of-the-shop"
ORDERS = {
    "shop": "A",
    "orders": [{"no": n, "buyer": {"tel": f"1381234567{n}"}, "at": 1767225600} for n in range(3)],
}
MAPPING = {
    "items": "orders", "event": "'order_shipped'", "event_id": "no", "occurred_at": "at",
    "identities": [{"name": "phone", "path": "buyer.tel"}],
    "properties": [{"name": "shop", "path": "root.shop"}],
}  # fmt: skip


def webhook(client: TestClient, **changes: Any) -> dict[str, Any]:
    body = {"source": "shop", "secret": SECRET, "mapping": MAPPING, **changes}
    answer = client.post(URL, json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def deliver(app: App, path: str, body: Any, *, secret: str = SECRET, at: datetime | None = None) -> Any:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    timestamp = str(int((at or utcnow()).timestamp()))
    signature = signature_of(secret.encode(), content, timestamp).hex()
    with TestClient(create_api(app), raise_server_exceptions=False) as other:
        headers = {"X-Timestamp": timestamp, "X-Signature": f"sha256={signature}", "Accept-Language": "en"}
        return other.post(path, content=content, headers=headers)


def test_where_events_are_told_to_come_back_webhooks_are_too(
    app: App, brand_id: int, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = webhook(client)["path"]
    monkeypatch.setattr(events_accept, "ROOM_BYTES_MIN", 10**18)
    answer = deliver(app, path, ORDERS)
    assert (answer.status_code, answer.json()["code"]) == (503, "intake_disk_full")
    assert client.get(URL).json()["items"][0]["bodies"] == 0


def test_a_signed_body_becomes_events_once(app: App, brand_id: int, client: TestClient) -> None:
    path = webhook(client)["path"]
    for _ in range(2):  # senders repeat what they think was lost
        assert deliver(app, path, ORDERS).json() == {"events": 3, "kept": False}
    carry(app)
    assert (
        in_lake(app, brand_id, "event", "name, source, properties")
        == [("order_shipped", "shop", '{"shop":"A"}')] * 3
    )


def test_what_is_not_signed_right_and_now_leaves_nothing(app: App, client: TestClient) -> None:
    made = webhook(client)
    late = utcnow() - timedelta(minutes=6)
    for answer, code in (
        (deliver(app, made["path"], ORDERS, secret="another secret"), "webhook_signature_wrong"),
        (deliver(app, made["path"], ORDERS, at=late), "webhook_too_old"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (401, code)
    assert deliver(app, made["path"] + "x", ORDERS).status_code == 404
    off = client.put(
        f"{URL}/{made['webhook_id']}", json={"source": "shop", "enabled": False, "mapping": MAPPING}
    )
    assert off.status_code == 200, off.text
    assert deliver(app, made["path"], ORDERS).json()["code"] == "webhook_off"
    assert client.get(f"{URL}/{made['webhook_id']}/bodies").json()["items"] == []
    assert waiting(app) == 0


def test_what_cannot_be_read_is_kept_sealed_and_read_by_the_mended_mapping(
    app: App, brand_id: int, client: TestClient
) -> None:
    made = webhook(client, mapping={**MAPPING, "items": "wrong"})
    number, path = made["webhook_id"], made["path"]
    assert deliver(app, path, ORDERS).json() == {"events": 0, "kept": True}
    assert deliver(app, path, b"no json").json() == {"events": 0, "kept": True}
    lines = client.get(f"{URL}/{number}/bodies").json()["items"]
    assert [(one["state"], one["problem"], one["problem_part"]) for one in lines] == [
        ("failed", "not_json", ""),
        ("failed", "no_list", "items"),
    ]
    with app.db.transaction(brand_id=brand_id) as session:
        stored = session.scalars(text("SELECT body_sealed FROM event_webhook_body")).all()
    assert not any(b"1381234567" in bytes(one) for one in stored)
    assert json.loads(client.get(f"{URL}/bodies/{lines[1]['body_id']}").json()["body"]) == ORDERS
    client.put(f"{URL}/{number}", json={"source": "shop", "mapping": MAPPING})
    assert client.post(f"{URL}/{number}/replay", json={}).json() == {"mapped": 1, "failed": 1}
    carry(app)
    assert len(in_lake(app, brand_id, "event", "name")) == 3
    listed = client.get(URL).json()["items"][0]
    assert (listed["bodies"], listed["failed"]) == (2, 1)


def test_without_a_signature_nobody_is_vouched_for_and_it_must_be_said(app: App, client: TestClient) -> None:
    assert (
        client.post(URL, json={"source": "s", "mapping": MAPPING}).json()["code"] == "webhook_secret_missing"
    )
    made = webhook(client, signature="none", secret=None, mapping={**MAPPING, "authenticated": True})
    with TestClient(create_api(app)) as other:
        assert other.post(made["path"], json=ORDERS).json()["events"] == 3
    carry(app)
    with app.db.engine.connect() as connection:
        said = connection.execute(text("SELECT DISTINCT authenticated FROM identity_edge")).scalars().all()
    assert True not in said


def test_a_mapping_is_tried_on_a_sample_before_it_is_kept(client: TestClient) -> None:
    tried = client.post(f"{URL}/try", json={"mapping": MAPPING, "body": json.dumps(ORDERS)}).json()
    assert [one["event"]["event_id"] for one in tried["events"]] == ["0", "1", "2"]
    assert tried["events"][0]["reason"] == ""
    taken = client.post(
        f"{URL}/try", json={"mapping": {**MAPPING, "event": "'order'"}, "body": json.dumps(ORDERS)}
    )
    assert taken.json()["events"][0]["reason"] == "not_open"
    wrong = client.post(f"{URL}/try", json={"mapping": {**MAPPING, "event": "a["}, "body": "{}"}).json()
    assert (wrong["problem"], wrong["part"]) == ("expression_wrong", "event")
    for mapping in ({**MAPPING, "event": ""}, {**MAPPING, "time_zone": "Mars/Base"}):
        answer = client.post(URL, json={"source": "s", "secret": SECRET, "mapping": mapping})
        assert answer.json()["code"] == "webhook_mapping_invalid"


def test_whoever_is_erased_is_in_no_body_and_among_no_shown_events(
    app: App, brand_id: int, client: TestClient
) -> None:
    path = webhook(client)["path"]
    deliver(app, path, ORDERS)
    deliver(app, path, {"orders": []})
    carry(app)
    theirs = client.get("/api/v1/events/live").json()["items"][0]["customer_id"]
    person = Person(brand_id, (theirs,), (), (("phone", "+8613812345672"),), ())
    before = {one.place: one.count for one in IntakePart().holdings(app, person)}
    assert (before["intake.recent_events"], before["intake.webhook_bodies"]) == (1, 1)
    IntakePart().forget(app, person, now=NOW)
    after = {one.place: one.count for one in IntakePart().holdings(app, person)}
    assert (after["intake.recent_events"], after["intake.webhook_bodies"]) == (0, 0)
    assert len(client.get("/api/v1/events/live").json()["items"]) == 2
    assert client.get(URL).json()["items"][0]["bodies"] == 1


def test_bodies_are_forgotten_after_a_while(app: App, brand_id: int, client: TestClient) -> None:
    path = webhook(client)["path"]
    deliver(app, path, ORDERS)
    deliver(app, path, b"no json")
    for days, gone in ((6, 0), (8, 1), (31, 1)):
        with app.db.transaction(brand_id=brand_id) as session:
            assert forget_bodies(session, now=utcnow() + timedelta(days=days)) == gone
    carry(app)


@pytest.mark.parametrize(
    ("body", "changes", "reason"),
    [
        ([1], {}, "no_list"),  # not objects
        ({"type": 5}, {}, "no_event_name"),  # a name is text
        ({"type": "x", "id": {"a": 1}}, {"event_id": "id"}, "value_unfit"),  # an id is text or a number
        ({"type": "x", "at": "yesterday"}, {"occurred_at": "at"}, "time_unreadable"),
        ({"type": "x", "at": 1e300}, {"occurred_at": "at"}, "time_unreadable"),
        (
            {"type": "x"},
            {"event_id": "abs(type)"},
            "expression_wrong",
        ),  # a function on the wrong kind of value
        ([{"type": "x"}] * 501, {}, "too_many_events"),
    ],
)
def test_why_a_body_gives_no_events_is_said(body: Any, changes: dict[str, str], reason: str) -> None:
    with pytest.raises(Unmappable) as why:
        mapped(body, EventMapping("type", **changes), digest="d", now=NOW)
    assert why.value.reason == reason


def test_times_without_a_zone_are_the_brands_and_without_an_id_the_body_is_known_by_itself() -> None:
    body = [{"type": "x", "at": "2026-01-01 08:00:00"}, {"type": "x", "at": None}]
    found = mapped(body, EventMapping("type", occurred_at="at"), digest="d", now=NOW)
    assert [one["event_id"] for one in found] == ["d:0", "d:1"]
    assert datetime.fromisoformat(found[0]["occurred_at"]) == datetime(2026, 1, 1, tzinfo=UTC)
    assert found[1]["occurred_at"] == NOW.isoformat()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)


@given(
    body=JSON, expression=st.sampled_from(["type", "a.b[0]", "[]", "to_string(@)", "keys(@)", "join(',', @)"])
)
def test_any_body_and_expression_give_events_or_a_reason(body: Any, expression: str) -> None:
    mapping = EventMapping(expression, items=expression, event_id=expression, occurred_at=expression)
    assert check_mapping(mapping) is None
    with suppress(Unmappable):
        mapped(body, mapping, digest="d", now=NOW)
