"""What people do about events: see them come, retire names, mend by rule and replay, see what each source sent."""

import time
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from siyu.intake.actions import events_pump
from siyu.intake.actions.events_pump import pump_events
from siyu.intake.actions.events_replay import Chosen, request_replay, run_replay
from siyu.intake.rules.events import Event
from siyu.intake.rules.events_mending import Mend, Step, mended, wrong_step
from siyu.intake.rules.events_showing import chosen_to_show
from siyu.kernel.app import App
from siyu.kernel.audit import SYSTEM
from siyu.kernel.clock import utcnow
from siyu.kernel.longwork import ask_to_cancel
from siyu.organisation.queries import task_by_id
from tests.intake.eventing import carry, event, in_lake, program, put, rejected
from tests.intake.importing import NOW

URL = "/api/v1/events"
PHONE = [{"namespace": "phone", "value": "13812345678"}]


def test_the_last_events_are_seen_with_what_became_of_them_and_nothing_personal(
    app: App, brand_id: int, client: TestClient
) -> None:
    put(app, brand_id, event("1", identities=PHONE, properties={"points": 5, "name": "王芳"}))
    carry(app)
    put(app, brand_id, event("1"), event("2", "order"), event("3", identities=[]), source="till")
    put(app, brand_id, event("1", identities=PHONE))
    carry(app)
    items = client.get(f"{URL}/live").json()["items"]
    seen = [(one["source"], one["event"], one["outcome"]) for one in items]
    assert seen == [
        ("shop", "check_in", "repeated"),
        ("till", "check_in", "taken"),
        ("till", "order", "rejected"),
        ("till", "check_in", "taken"),
        ("shop", "check_in", "taken"),
    ]
    first = items[-1]
    assert first["customer_id"] is not None
    assert first["identities"] == [{"namespace": "phone", "value": "138****5678"}]
    assert first["properties"] == {"points": 5, "name": "***"}
    assert items[1]["customer_id"] is None
    assert "Siyu" in items[2]["reason_text"]
    after = client.get(f"{URL}/live", params={"after_id": items[1]["recent_id"], "source": "shop"}).json()[
        "items"
    ]
    assert [one["recent_id"] for one in after] == [items[0]["recent_id"]]
    assert client.get(f"{URL}/live", params={"outcome": "rejected"}).json()["items"][0]["event"] == "order"


def test_of_a_brand_only_some_hundred_events_are_kept_to_be_seen(
    app: App, brand_id: int, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("siyu.intake.actions.events_telling.RECENT_MAX", 7)
    for batch in range(3):
        put(app, brand_id, *(event(f"{batch}-{n}") for n in range(50)))
        carry(app)
    assert len(client.get(f"{URL}/live").json()["items"]) == 7


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("xyz")), max_size=300))
def test_of_a_batch_the_last_few_of_each_kind_are_shown(events: list[tuple[str, str]]) -> None:
    chosen = chosen_to_show(events)
    assert chosen == sorted(set(chosen))
    for kind in set(events):
        places = [place for place, one in enumerate(events) if one == kind]
        assert [place for place in chosen if events[place] == kind] == places[-5:]


def test_a_retired_name_is_set_aside_until_it_is_brought_back(
    app: App, brand_id: int, client: TestClient
) -> None:
    put(app, brand_id, event("1", "tea_tasting"))
    carry(app)
    for _ in range(2):
        assert client.post(f"{URL}/catalogue/tea_tasting/retire").status_code == 204
    put(app, brand_id, event("2", "tea_tasting"))
    carry(app)
    assert rejected(app, brand_id) == [("tea_tasting", "retired", "event")]
    listed = {one["name"]: one for one in client.get(f"{URL}/catalogue").json()["items"]}
    assert listed["tea_tasting"]["retired_at"] is not None
    assert listed["page_view"]["retired_at"] is None
    assert client.post(f"{URL}/catalogue/page_view/retire").json()["code"] == "event_name_taken"
    assert client.post(f"{URL}/catalogue/tea_tasting/restore").status_code == 204
    replay(app, brand_id, Chosen(event="tea_tasting"))
    carry(app)
    assert rejected(app, brand_id) == []
    assert in_lake(app, brand_id, "event", "name") == [("tea_tasting",)] * 2


def test_the_versions_of_a_definition_stay_readable(client: TestClient) -> None:
    for cups in ("BIGINT", "DOUBLE"):
        body = {"title_zh": "品茶", "title_en": "Tea", "properties": [{"name": "cups", "type": cups}]}
        client.put(f"{URL}/catalogue/tea", json=body)
    versions = client.get(f"{URL}/catalogue/tea").json()["versions"]
    assert [(one["version"], one["properties"][0]["type"]) for one in versions] == [
        (2, "DOUBLE"),
        (1, "BIGINT"),
    ]


def replay(app: App, brand_id: int, chosen: Chosen, *steps: Step, cancel: bool = False) -> dict[str, Any]:
    """The task as it ended."""
    now = utcnow()
    with app.db.transaction(brand_id=brand_id) as session:
        task_id = request_replay(session, chosen=chosen, steps=steps, actor=SYSTEM, now=now)
        if cancel:
            ask_to_cancel(session, task_id=task_id, actor=SYSTEM)
    for _ in range(2):  # a job runs at least once
        run_replay(
            app, brand_id=brand_id, task_id=task_id, chosen=chosen, steps=steps, before=now, now=utcnow()
        )
    with app.db.transaction(brand_id=brand_id) as session:
        task = task_by_id(session, task_id=task_id)
        return {"state": task.state, **(task.result or {})}


def test_a_rule_mends_and_replays_all_that_wait(
    app: App, brand_id: int, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("siyu.intake.actions.events_replay.PIECE", 3)
    put(app, brand_id, *(event(str(n), properties={"points": str(n)}) for n in range(8)))
    put(app, brand_id, event("bad", properties={"points": "five"}), event("other", "order"))
    carry(app)
    groups = client.get(f"{URL}/rejects/groups").json()
    assert groups["waiting"] == 10
    assert [(one["event"], one["reason"], one["field"], one["events"]) for one in groups["items"]] == [
        ("check_in", "property_mistyped", "points", 9),
        ("order", "not_open", "event", 1),
    ]
    rule = {"event": "check_in", "steps": [{"do": "convert_property", "name": "points", "value": "number"}]}
    seen = client.post(f"{URL}/rejects/foresee", json=rule).json()
    assert (seen["waiting"], seen["looked_at"], seen["good"]) == (9, 9, 8)
    assert [(one["reason"], one["events"]) for one in seen["reasons"]] == [("property_mistyped", 1)]
    assert len(rejected(app, brand_id)) == 10
    done = replay(app, brand_id, Chosen(event="check_in"), Step(Mend.CONVERT_PROPERTY, "points", "number"))
    assert done == {"state": "done", "events_replayed": 9, "events_left": 0}
    carry(app)
    assert in_lake(app, brand_id) == [("shop", n) for n in range(8)]
    assert [one[0] for one in rejected(app, brand_id)] == ["check_in", "order"]


def test_a_cancelled_replay_says_what_it_did(app: App, brand_id: int) -> None:
    put(app, brand_id, event("1", "order"))
    carry(app)
    done = replay(app, brand_id, Chosen(), cancel=True)
    assert done == {"state": "cancelled", "events_replayed": 0, "events_left": 0}
    assert len(rejected(app, brand_id)) == 1


def test_a_replay_of_nothing_and_a_rule_that_cannot_be_are_refused(
    app: App, brand_id: int, client: TestClient
) -> None:
    assert (
        client.post(f"{URL}/rejects/replay-all", json={"event": "x"}).json()["code"] == "event_rejects_none"
    )
    put(app, brand_id, event("1", "order"))
    carry(app)
    for step in ({"do": "rename_event"}, {"do": "set_property", "name": "note", "value": "call 13812345678"}):
        for route in ("foresee", "replay-all"):
            answer = client.post(f"{URL}/rejects/{route}", json={"steps": [step]})
            assert answer.json()["code"] == "event_mending_invalid", answer.text
    assert client.post(f"{URL}/rejects/replay-all", json={"steps": []}).status_code == 202


def test_discarding_keeps_who_and_why(app: App, brand_id: int, client: TestClient) -> None:
    put(app, brand_id, event("1", "order"), event("2", "order"), source="till")
    put(app, brand_id, event("3", "order"))
    carry(app)
    answer = client.post(f"{URL}/rejects/drop", json={"source": "till", "because": "a test of the till"})
    assert answer.json() == {"events": 2}
    dropped = client.get(f"{URL}/rejects", params={"state": "dropped"}).json()["items"]
    assert {one["decided_because"] for one in dropped} == {"a test of the till"}
    assert {one["decided_by"] for one in dropped} == {f"owner-{brand_id}"}
    assert len(rejected(app, brand_id)) == 1


@pytest.mark.parametrize(
    ("step", "properties"),
    [
        (Step(Mend.RENAME_PROPERTY, "a", "b"), {"b": "5", "c": 1}),  # the value goes along
        (Step(Mend.RENAME_PROPERTY, "x", "b"), {"a": "5", "c": 1}),  # what is not there changes nothing
        (Step(Mend.DROP_PROPERTY, "a"), {"c": 1}),
        (Step(Mend.SET_PROPERTY, "d", True), {"a": "5", "c": 1, "d": True}),  # a new one is added
        (Step(Mend.CONVERT_PROPERTY, "a", "number"), {"a": 5, "c": 1}),
        (Step(Mend.CONVERT_PROPERTY, "c", "text"), {"a": "5", "c": "1"}),
    ],
)
def test_each_step_changes_one_thing(step: Step, properties: dict[str, Any]) -> None:
    before = Event("e", "1", NOW, properties={"a": "5", "c": 1})
    assert wrong_step(step) is None
    assert mended(before, [step]).properties == properties
    assert before.properties == {"a": "5", "c": 1}


def test_each_source_is_seen_with_what_it_sent_and_what_was_wrong(
    app: App, brand_id: int, client: TestClient
) -> None:
    with program(app, brand_id, source="till") as http:
        assert http.post(URL, json=event("1", occurred_at=utcnow().isoformat())).status_code == 202
        assert http.post(URL, content=b"{").status_code == 400
        deadline = time.monotonic() + 10
        while not (seen := client.get(f"{URL}/sources").json()["items"]):
            assert time.monotonic() < deadline
            time.sleep(0.1)
    assert (seen[0]["source"], seen[0]["refused"], seen[0]["last_refused_code"]) == (
        "till",
        1,
        "events_malformed",
    )
    put(app, brand_id, event("2", "order"), source="till")
    from_pump(app)
    line = client.get(f"{URL}/sources").json()["items"][0]
    assert (line["events_today"], line["events"], line["rejected"], line["refused"]) == (1, 1, 1, 1)
    assert (line["last_rejected_event"], line["last_rejected_reason"]) == ("order", "not_open")


def from_pump(app: App) -> None:
    """The pump ran by the clock, so that its day is today."""
    while pump_events(app, now=utcnow()):
        pass


def test_a_day_of_counts_is_the_brand_s(app: App, brand_id: int) -> None:
    evening = NOW.replace(hour=17)  # in Shanghai it is the next day
    put(app, brand_id, event("late"), event("late and bad", properties={"points": "five"}))
    while pump_events(app, now=evening):
        pass
    with app.db.transaction(brand_id=brand_id) as session:
        for table in ("event_volume", "event_source_day"):
            days = session.scalars(text(f"SELECT DISTINCT day FROM {table}")).all()
            assert days == [NOW.date() + timedelta(days=1)]


def test_a_batch_of_large_events_is_small(app: App, brand_id: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events_pump, "BATCH_BYTES_MAX", 3_000)
    for number in range(5):  # of 2 kB each; one that is larger than a batch would be a batch of its own
        put(app, brand_id, event(f"large-{number}", "searched", properties={"words": "茶" * 300}))
    assert [pump_events(app, now=NOW) for _ in range(4)] == [2, 2, 1, 0]
