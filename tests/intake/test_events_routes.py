"""Events over HTTP: 202 means on disk, anything else means nothing was taken; rejects and the catalogue."""

import json
import threading
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import OperationalError

from siyu.entrypoints.web import create_api
from siyu.intake.actions import events_accept
from siyu.kernel.app import App
from siyu.kernel.clock import utcnow
from siyu.kernel.db import Database
from tests.intake.eventing import api_key, carry, event, in_lake, program, put, rejected, waiting
from tests.intake.test_events_limits import EVENTS, JSON

EVENTS_URL = "/api/v1/events"


def test_one_event_and_a_batch_are_accepted_and_arrive(app: App, brand_id: int) -> None:
    with program(app, brand_id, source="mini-program") as http:
        one = http.post(EVENTS_URL, json=event("1"))
        many = http.post(EVENTS_URL, json={"events": [event(str(n)) for n in range(100)]})
    assert (one.status_code, one.json()) == (202, {"accepted": 1})
    assert (many.status_code, many.json()) == (202, {"accepted": 100})
    assert waiting(app) == 2
    carry(app)
    assert in_lake(app, brand_id) == [("mini-program", 5)] * 100


def test_a_refusal_takes_nothing_and_says_where(app: App, brand_id: int) -> None:
    with program(app, brand_id) as http:
        answer = http.post(EVENTS_URL, json={"events": [event("1"), event("2", properties={"n": 2**64})]})
    problem = answer.json()
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["code"] == "event_number_too_large"
    assert "events[1]" in problem["detail"]
    assert "as text" in problem["detail"]
    assert waiting(app) == 0


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "events_malformed"),
        (b"\x00", 400, "events_malformed"),
        (b"[" * 200_000, 422, "event_field_malformed"),
        (b'{"events": [' + b"[" * 400_000 + b"]}", 422, "event_field_malformed"),
        (b'{"event": "' + b"a" * 1_000_001 + b'"}', 413, "events_body_too_large"),
        (b'{"event": "' + b"a" * 10_000_000 + b'"}', 413, None),  # the server's own limit comes first
    ],
    ids=["open brace", "NUL", "nested", "nested deep in a batch", "1 MB", "10 MB"],
)
def test_what_is_no_body_of_events_is_a_clear_4xx(
    app: App, brand_id: int, body: bytes, status: int, code: str | None
) -> None:
    with program(app, brand_id) as http:
        answer = http.post(EVENTS_URL, content=body)
    assert answer.status_code == status, answer.text
    assert code is None or answer.json()["code"] == code
    assert waiting(app) == 0


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=JSON | EVENTS | st.fixed_dictionaries({"events": st.lists(EVENTS, max_size=5)}))
def test_any_json_is_accepted_or_refused_and_the_pump_gets_through_it(
    app: App, brand_id: int, value: Any
) -> None:
    with program(app, brand_id) as http:
        answer = http.post(EVENTS_URL, content=json.dumps(value).encode())
    assert answer.status_code == 202 or 400 <= answer.status_code < 500, answer.text
    carry(app)
    assert waiting(app) == 0


def test_only_a_key_with_the_permission_may_send(app: App, brand_id: int, client: TestClient) -> None:
    assert client.post(EVENTS_URL, json=event("1")).status_code == 401  # a browser's session names no source
    with program(app, brand_id, scopes=("events.read",)) as http:
        answer = http.post(EVENTS_URL, json=event("1"))
        assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
        http.headers["Authorization"] = "Bearer siyu_0_nonsense"
        assert http.post(EVENTS_URL, json=event("1")).status_code == 401
    assert waiting(app) == 0


def test_many_programs_at_once_lose_and_double_nothing(app: App, brand_id: int) -> None:
    answers: list[int] = []
    headers = {"Authorization": f"Bearer {api_key(app, brand_id)}"}
    with TestClient(create_api(app)) as http:

        def send(start: int) -> None:
            for n in range(start, start + 5):
                body = {"events": [event(f"{n}-{m}") for m in range(10)]}
                answers.append(http.post(EVENTS_URL, json=body, headers=headers).status_code)

        threads = [threading.Thread(target=send, args=(start,)) for start in range(0, 40, 5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert answers == [202] * 40
    carry(app)
    assert len(in_lake(app, brand_id)) == 400


def test_under_pressure_it_says_when_to_come_back(
    app: App, brand_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(app, brand_id, event("1"), event("2"))
    monkeypatch.setattr(events_accept, "WAITING_EVENTS_MAX", 1)
    with program(app, brand_id) as http:
        answer = http.post(EVENTS_URL, json=event("3"))
    assert (answer.status_code, answer.json()["code"]) == (429, "intake_busy")
    assert int(answer.headers["Retry-After"]) > 0
    monkeypatch.setattr(events_accept, "WAITING_BYTES_MAX", -1)
    with program(app, brand_id) as http:
        answer = http.post(EVENTS_URL, json=event("3"))
    assert (answer.status_code, answer.json()["code"]) == (503, "intake_crowded")
    assert int(answer.headers["Retry-After"]) > 0
    carry(app)
    assert len(in_lake(app, brand_id)) == 2


def test_a_database_that_is_gone_is_503_and_the_next_request_goes_through(
    app: App, brand_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with program(app, brand_id) as http:
        assert http.post(EVENTS_URL, json=event("1")).status_code == 202
        with monkeypatch.context() as patch:
            patch.setattr(Database, "transaction", gone)
            answer = http.post(EVENTS_URL, json=event("2"))
        assert (answer.status_code, answer.json()["code"]) == (503, "database_gone")
        assert int(answer.headers["Retry-After"]) > 0
        assert http.post(EVENTS_URL, json=event("2")).status_code == 202
    carry(app)
    assert len(in_lake(app, brand_id)) == 2


def gone(*arguments: Any, **named: Any) -> Any:
    raise OperationalError("COPY", None, Exception("the server closed the connection"))


def test_rejects_are_listed_masked_mended_and_replayed(app: App, brand_id: int, client: TestClient) -> None:
    bad = event(
        "1",
        properties={"points": "five", "note": "call 13812345678"},
        identities=[{"namespace": "phone", "value": "13812345678"}],
    )
    put(app, brand_id, bad, event("2", "order"))
    carry(app)
    listed = client.get(f"{EVENTS_URL}/rejects").json()
    assert listed["total"] == 2
    assert {one["reason"] for one in listed["items"]} == {"not_open", "property_mistyped"}
    assert "13812345678" not in json.dumps(listed)
    chosen = client.get(f"{EVENTS_URL}/rejects", params={"reason": "property_mistyped"}).json()["items"]
    number = chosen[0]["event_reject_id"]
    shown = client.get(f"{EVENTS_URL}/rejects/{number}").json()
    assert "13812345678" not in json.dumps(shown)
    assert shown["properties"]["points"] == "five"
    mended = client.patch(f"{EVENTS_URL}/rejects/{number}", json={"properties": {"points": 9}})
    assert mended.json()["properties"] == {"points": 9}
    assert client.post(f"{EVENTS_URL}/rejects/replay", json={"event_reject_ids": [number]}).json() == {
        "events": 1
    }
    assert client.post(f"{EVENTS_URL}/rejects/replay", json={"event_reject_ids": [number]}).json() == {
        "events": 0
    }
    assert client.post(f"{EVENTS_URL}/rejects/drop", json={"reason": "not_open"}).json() == {"events": 1}
    assert client.patch(f"{EVENTS_URL}/rejects/{number}", json={}).status_code == 409
    carry(app)
    assert in_lake(app, brand_id) == [("shop", 9)]
    assert rejected(app, brand_id) == []


def test_a_mending_that_breaks_a_limit_is_refused(app: App, brand_id: int, client: TestClient) -> None:
    put(app, brand_id, event("1", properties={"points": "five"}))
    carry(app)
    number = client.get(f"{EVENTS_URL}/rejects").json()["items"][0]["event_reject_id"]
    for changes in (
        {"occurred_at": "9999-12-31T00:00:00Z"},
        {"occurred_at": "2026-01-01T00:00:00"},
        {"properties": {"n": 2**70}},
        {"properties": {"n": "\0"}},
        {"event": "\0"},
    ):
        assert 400 <= client.patch(f"{EVENTS_URL}/rejects/{number}", json=changes).status_code < 500


def test_the_catalogue_shows_volume_coverage_and_a_sample(
    app: App, brand_id: int, client: TestClient
) -> None:
    answer = client.put(
        f"{EVENTS_URL}/catalogue/tea_tasting",
        json={
            "title_zh": "品茶",
            "title_en": "Tea tasting",
            "properties": [{"name": "cups", "type": "BIGINT"}],
        },
    )
    assert answer.json() == {"name": "tea_tasting", "version": 1}
    recent = {"occurred_at": utcnow().isoformat()}
    put(
        app, brand_id,
        event("1", "page_view", properties={"path": "/tea", "title": "茶"}, **recent),
        event("2", "page_view", properties={"path": "/cake"}, **recent),
        event("3", "tea_tasting", properties={"cups": 2, "room": "A"}, **recent),
        event("4", "never_defined", properties={"x": None}, **recent),
    )  # fmt: skip
    carry(app)
    listed = client.get(f"{EVENTS_URL}/catalogue").json()
    by_name = {one["name"]: one for one in listed["items"]}
    assert listed["unknown_events"] == "keep"
    assert by_name["page_view"]["volume"]["events"] == 2
    assert by_name["page_view"]["origin"] == "standard"
    assert by_name["tea_tasting"]["origin"] == "brand"
    assert by_name["never_defined"]["origin"] == "unknown"
    assert by_name["survey_answered"]["volume"] is None
    looked = client.get(f"{EVENTS_URL}/catalogue/page_view").json()
    assert looked["rows_looked_at"] == 2
    assert looked["coverage"]["path"] == 1.0
    assert looked["coverage"]["title"] == 0.5
    assert looked["coverage"]["referrer"] == 0.0
    assert set(looked["sample"]) <= {"path", "title"}
    own = client.get(f"{EVENTS_URL}/catalogue/tea_tasting").json()
    assert own["sample"] == {"cups": 2, "room": "A"}
    assert client.get(f"{EVENTS_URL}/catalogue/never_defined").json()["coverage"] == {"x": 0.0}
    assert client.get(f"{EVENTS_URL}/catalogue/nothing").status_code == 404


@pytest.mark.parametrize(
    ("name", "body", "code"),
    [
        ("page_view", {"title_zh": "a", "title_en": "a", "properties": []}, "event_name_taken"),
        ("order", {"title_zh": "a", "title_en": "a", "properties": []}, "event_name_taken"),
        ("Tea", {"title_zh": "a", "title_en": "a", "properties": []}, "event_definition_invalid"),
        (
            "tea",
            {"title_zh": "a", "title_en": "a", "properties": [{"name": "x", "type": "BIGINT"}] * 2},
            "event_definition_invalid",
        ),
        (
            "tea",
            {"title_zh": "a", "title_en": "a", "properties": [{"name": "x", "type": "JSON"}]},
            "malformed",
        ),
    ],
)
def test_a_definition_that_cannot_be_is_refused(
    client: TestClient, name: str, body: dict[str, Any], code: str
) -> None:
    answer = client.put(f"{EVENTS_URL}/catalogue/{name}", json=body)
    assert 400 <= answer.status_code < 500
    assert answer.json()["code"] == code


def test_the_policy_is_the_brands(client: TestClient) -> None:
    assert client.put(f"{EVENTS_URL}/policy", json={"unknown_events": "quarantine"}).status_code == 200
    assert client.put(f"{EVENTS_URL}/policy", json={"unknown_events": "quarantine"}).status_code == 200
    assert client.get(f"{EVENTS_URL}/catalogue").json()["unknown_events"] == "quarantine"
