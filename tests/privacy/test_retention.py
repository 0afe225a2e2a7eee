"""Things are kept as long as the brand says; a night says what it removed; the lake forgets its older versions."""

import os
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from siyu.entrypoints.wiring import WIRING
from siyu.kernel.app import App
from siyu.kernel.audit import SYSTEM
from siyu.kernel.clock import utcnow
from siyu.kernel.errors import NotFound
from siyu.kernel.lake import brand_schema
from siyu.kernel.longwork import announce_task
from siyu.privacy.actions.keeping import LakeVersions
from siyu.privacy.actions.retention import change_retention, run_night
from siyu.privacy.contracts import Keeping
from siyu.privacy.queries.retention import kept_kinds
from tests.privacy.makers import LIN, NOW, erase, facts, people, rows

OLD = NOW - timedelta(days=100)


def old_things(app: App, brand_id: int) -> None:
    """A rejects file and a task of a hundred days ago, and one of each of now."""
    folder = app.settings.home / "imports" / str(brand_id)
    folder.mkdir(parents=True)
    for name, moment in (("1", OLD), ("2", NOW)):
        path = folder / f"{name}.rejects"
        path.write_bytes(b"sealed")
        os.utime(path, (moment.timestamp(), moment.timestamp()))
    with app.db.transaction(brand_id=brand_id) as session:
        for moment in (OLD, NOW):
            number = announce_task(session, kind="import", title="f.csv", actor=SYSTEM, now=moment)
            session.execute(
                text("UPDATE long_task SET state = 'done', finished_at = :at WHERE task_id = :n"),
                {"at": moment, "n": number},
            )


def test_a_night_removes_what_is_too_old_by_the_brands_own_word(app: App, brand_id: int) -> None:
    old_things(app, brand_id)
    due = {one.kind: one.due for one in kept_kinds(app, brand_id=brand_id, now=NOW)}
    assert (due["import_rejects"], due["tasks"]) == (1, 0)
    with app.db.transaction(brand_id=brand_id) as session:
        change_retention(session, WIRING.of(Keeping), kind="tasks", days=30, actor=LIN, now=NOW)
    assert {one.kind: one.due for one in kept_kinds(app, brand_id=brand_id, now=NOW)}["tasks"] == 1
    assert run_night(app, brand_id=brand_id, now=NOW) == {"import_rejects": 1, "tasks": 1}
    assert [path.name for path in (app.settings.home / "imports" / str(brand_id)).iterdir()] == ["2.rejects"]
    assert len(rows(app, brand_id, "SELECT task_id FROM long_task")) == 1
    assert run_night(app, brand_id=brand_id, now=NOW + timedelta(hours=6)) is None
    assert run_night(app, brand_id=brand_id, now=NOW + timedelta(days=1)) == {}
    said = rows(app, brand_id, "SELECT after FROM audit_entry WHERE action = 'retention.ran'")
    assert said == [{"after": {"import_rejects": 1, "tasks": 1}}]


def test_what_nobody_keeps_has_no_days(app: App, brand_id: int) -> None:
    with app.db.transaction(brand_id=brand_id) as session, pytest.raises(NotFound):
        change_retention(session, WIRING.of(Keeping), kind="customers", days=1, actor=LIN, now=NOW)


def test_erased_words_are_in_no_file_of_the_lake_a_week_later(app: App, brand_id: int) -> None:
    two = people(app, brand_id)
    facts(app, brand_id, two)
    with app.lake.transaction() as cursor:
        cursor.execute(
            f"UPDATE {brand_schema(brand_id)}.search SET query = 'of Fang alone' WHERE customer_id = {two.fang}"
        )
    with app.lake.reading() as cursor:
        cursor.execute("CALL ducklake_flush_inlined_data('lake')")
    words = b"of Fang alone"
    assert any(words in path.read_bytes() for path in app.settings.lake_path.rglob("*.parquet"))
    begun = app.settings.lake_path / f"brand_{brand_id}" / "search" / "ducklake-begun-and-killed.parquet"
    begun.write_bytes(words)
    erase(app, brand_id, two.fang)
    LakeVersions().tidy(app, now=utcnow() + timedelta(days=8))
    assert not begun.exists()
    assert not any(words in path.read_bytes() for path in app.settings.lake_path.rglob("*.parquet"))
    with app.lake.reading() as cursor:
        kept = cursor.execute(
            f"SELECT query FROM {brand_schema(brand_id)}.search WHERE customer_id = {two.other}"
        ).fetchall()
    assert kept == [("寄给王芳",)]


def test_the_desk_over_http(client: TestClient, app: App, brand_id: int) -> None:
    two = people(app, brand_id)
    body = {"kind": "erasure", "customer_id": two.fang, "reason": "asked by mail"}
    asked = client.post("/api/v1/privacy/requests", json=body)
    assert (asked.status_code, asked.json()["state"]) == (202, "queued")
    again = client.post("/api/v1/privacy/requests", json=body)
    assert (again.status_code, again.json()["code"]) == (409, "privacy_request_open")
    listed = client.get("/api/v1/privacy/requests", params={"customer_id": two.fang}).json()
    assert [one["request_id"] for one in listed["items"]] == [asked.json()["request_id"]]
    assert client.get(f"/api/v1/privacy/requests/{asked.json()['request_id']}/proof").status_code == 404
    assert client.put("/api/v1/privacy/retention/tasks", json={"days": 60}).status_code == 204
    kept = {one["kind"]: one for one in client.get("/api/v1/privacy/retention").json()["kinds"]}
    assert (kept["tasks"]["days"], kept["tasks"]["days_default"]) == (60, 180)
    keys = client.get("/api/v1/privacy/keys").json()
    assert (keys["newest"], sum(keys["left"].values()), keys["unreadable"]) == (1, 0, 0)
