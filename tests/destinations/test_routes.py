"""Webhooks out as a person makes them, and as the worker serves them."""

import json
import time
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from siyu.entrypoints.web import create_api
from siyu.entrypoints.wiring import JOBS
from siyu.entrypoints.worker import DELIVERIES_AT_ONCE, work
from siyu.intake.api import pump
from siyu.kernel.app import App
from siyu.kernel.audit import SYSTEM
from siyu.kernel.clock import utcnow
from siyu.kernel.facts import Fact, publish
from siyu.kernel.jobs import DEFAULT_QUEUE, queue_running
from siyu.organisation.api import create_user
from siyu.people.contracts import CONSENT_CHANGED
from tests.conftest import PASSWORD
from tests.destinations.receiver import Receiver, receiving

PATH = "/api/v1/destinations"


@pytest.fixture(scope="module")
def app(app: App) -> App:
    """Destinations may stand in private networks here."""
    return replace(app, settings=replace(app.settings, private_destinations=True))


def happened(app: App, brand_id: int, *names: str) -> None:
    """A customer agreed to something, once for each name."""
    now = utcnow()
    with app.db.transaction(brand_id=brand_id) as session:
        publish(
            session,
            *(
                Fact(CONSENT_CHANGED, "test", name, now, 7, properties={"channel": "sms", "granted": True})
                for name in names
            ),
            now=now,
        )


def made(client: TestClient, receiver: Receiver, name: str = "CRM") -> tuple[int, str]:
    body = {"name": name, "url": receiver.url, "facts": ["consent_changed"]}
    answer = client.post(f"{PATH}/webhooks", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()["destination"]["destination_id"], answer.json()["secret"]


def test_what_happens_reaches_the_other_side_and_is_seen(
    app: App, client: TestClient, brand_id: int, receiver: Receiver
) -> None:
    assert "consent_changed" in {one["name"] for one in client.get(f"{PATH}/facts").json()}
    number, secret = made(client, receiver)
    tried = client.post(f"{PATH}/{number}/test").json()
    assert (tried["outcome"], tried["status"]) == ("delivered", 200)
    assert receiver.is_signed(secret)
    assert json.loads(receiver.came.pop()[1])["type"] == "test"

    happened(app, brand_id, "a", "b")
    work(app, once=True)
    (headers, body), *_ = receiver.came
    told = json.loads(body)
    assert told["type"] == "consent_changed"
    assert [one["properties"] for one in told["data"]["events"]] == [{"channel": "sms", "granted": True}] * 2

    page = client.get(f"{PATH}/{number}/deliveries").json()
    (one,) = page["items"]
    assert (one["name"], one["state"], one["last"]["status"]) == (headers["webhook-id"], "delivered", 200)
    whole = client.get(f"{PATH}/{number}/deliveries/{one['delivery_id']}").json()
    assert whole["body"].encode() == body
    listed = client.get(PATH).json()["items"][0]
    assert (listed["traffic"]["delivered_24h"], listed["traffic"]["events_24h"]) == (1, 2)
    assert secret not in client.get(PATH).text

    naive = client.post(
        f"{PATH}/{number}/replay", json={"states": ["delivered"], "since": "2026-01-01T00:00:00"}
    )
    assert naive.status_code == 422, "nobody knows whose midnight that is"
    again = client.post(f"{PATH}/{number}/replay", json={"states": ["delivered"]}).json()
    assert again == {"deliveries": 1, "more": False}
    work(app, once=True)
    assert [body for _, body in receiver.came] == [body] * 2


def test_what_may_not_be_is_refused_with_a_reason(
    app: App, client: TestClient, brand_id: int, receiver: Receiver
) -> None:
    number, _ = made(client, receiver)
    good = {"name": "CRM", "url": receiver.url, "facts": ["consent_changed"]}
    for changes, status, code in (
        ({}, 409, "destination_name_taken"),
        ({"name": "n", "facts": ["ordr"]}, 422, "unknown_destination_fact"),
        ({"name": "n", "url": "ftp://x"}, 422, "bad_destination_address"),
        ({"name": "n", "with_identities": True}, 422, "identities_need_reason"),
    ):
        answer = client.post(f"{PATH}/webhooks", json=good | changes)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert client.post(f"{PATH}/{number}/approve").json()["code"] == "destination_state"
    changed = client.put(f"{PATH}/webhooks/{number}", json=good | {"name": "ERP"})
    assert changed.json()["name"] == "ERP"
    assert client.post(f"{PATH}/{number}/pause").json()["state"] == "paused"
    assert client.post(f"{PATH}/{number}/pause").status_code == 409
    assert client.post(f"{PATH}/{number}/resume").json()["state"] == "active"
    assert client.post(f"{PATH}/{number}/secret").json()["secret"].startswith("whsec_")
    assert client.delete(f"{PATH}/{number}").status_code == 204
    assert client.get(PATH).json()["items"] == []
    with app.db.transaction(brand_id=brand_id) as session:
        create_user(
            session, login=f"ops-{brand_id}", display_name="运营", roles=["operator"], password=PASSWORD, actor=SYSTEM,
            now=utcnow(), must_change_password=False,
        )  # fmt: skip
    with TestClient(create_api(app), raise_server_exceptions=False) as other:
        token = other.post("/api/v1/auth/login", json={"login": f"ops-{brand_id}", "password": PASSWORD})
        other.headers["X-CSRF-Token"] = token.json()["csrf_token"]
        assert other.get(PATH).status_code == 200
        assert other.post(f"{PATH}/webhooks", json=good).status_code == 403


def test_only_who_may_see_customers_sends_them_to_another_address(
    app: App, client: TestClient, brand_id: int, receiver: Receiver
) -> None:
    body = {"name": "CRM", "url": receiver.url, "facts": ["consent_changed"]}
    told = body | {"with_identities": True, "reason": "同步到自有 CRM"}
    number = client.post(f"{PATH}/webhooks", json=told).json()["destination"]["destination_id"]
    with app.db.transaction(brand_id=brand_id) as session:
        create_user(
            session, login=f"dev-{brand_id}", display_name="开发", roles=["developer"], password=PASSWORD, actor=SYSTEM,
            now=utcnow(), must_change_password=False,
        )  # fmt: skip
    with TestClient(create_api(app), raise_server_exceptions=False) as other:
        token = other.post("/api/v1/auth/login", json={"login": f"dev-{brand_id}", "password": PASSWORD})
        other.headers["X-CSRF-Token"] = token.json()["csrf_token"]
        mine = other.put(f"{PATH}/webhooks/{number}", json=body | {"url": f"{receiver.url}/mine"})
        assert (mine.status_code, mine.json()["code"]) == (403, "not_allowed")
    assert client.get(f"{PATH}/{number}").json()["settings"]["url"] == receiver.url
    assert client.put(f"{PATH}/webhooks/{number}", json=body | {"name": "ERP"}).json()["name"] == "ERP"


def test_an_export_is_ordered_looked_at_and_written_again(
    app: App, client: TestClient, brand_id: int
) -> None:
    made = client.post(f"{PATH}/folders", json={"name": "files", "folder": "a/b"})
    number = made.json()["destination_id"]
    assert client.post(f"{PATH}/{number}/test").json()["outcome"] == "delivered"
    order = {"name": "orders", "content": "facts", "facts": ["order"], "format": "csv", "days": 7}
    answer = client.post(f"{PATH}/{number}/exports", json=order)
    assert answer.status_code == 202, answer.text
    plan = answer.json()["export_plan_id"]
    work(app, once=True)
    (one,) = client.get(f"{PATH}/{number}/exports").json()["items"]
    assert (one["state"], one["last"]["state"], one["last"]["files"][0]["name"]) == (
        "done",
        "done",
        "order.csv",
    )
    assert client.post(f"{PATH}/exports/{plan}/run").status_code == 202
    assert client.post(f"{PATH}/exports/{plan}/run").status_code == 202
    work(app, once=True)
    assert [one["state"] for one in client.get(f"{PATH}/exports/{plan}/runs").json()] == ["done"] * 3
    assert client.post(f"{PATH}/exports/{plan}/stop").json()["code"] == "destination_export_state"
    for changes, code in (
        ({"facts": []}, "bad_export"),
        ({"facts": ["ordr"]}, "unknown_destination_fact"),
        ({"content": "segment", "segment_id": 9}, "not_found"),
        ({"content": "segment"}, "bad_export"),
    ):
        assert client.post(f"{PATH}/{number}/exports", json=order | changes).json()["code"] == code
    assert (
        client.post(f"{PATH}/folders", json={"name": "up", "folder": "../x"}).json()["code"] == "bad_folder"
    )


def test_a_slow_destination_delays_no_other_and_not_the_pump(
    app: App, client: TestClient, brand_id: int, receiver: Receiver
) -> None:
    with receiving() as slow:
        slow.always = "hang"  # three seconds without a word
        for number in range(3):
            made(client, slow, f"slow {number}")
        made(client, receiver, "quick")
        happened(app, brand_id, "first")
        began = time.monotonic()
        with (
            queue_running(app, JOBS, queue=DEFAULT_QUEUE, concurrency=1),
            queue_running(app, JOBS, queue="deliveries", concurrency=DELIVERIES_AT_ONCE),
        ):
            assert pump(app, now=utcnow()) == 1
            while not receiver.came and time.monotonic() - began < 10:
                time.sleep(0.02)
            took = time.monotonic() - began
        assert receiver.came, "the quick one got nothing"
        assert took < 2.9, f"the quick one waited {took:.1f} s for the slow ones"
