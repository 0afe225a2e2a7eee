"""A segment leaves Siyu as a file: at once while it is small, by a task whatever its size; always on record."""

import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pytest
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from typer.testing import CliRunner

from siyu.insight.rules.naive import History
from siyu.kernel.app import App
from siyu.kernel.audit import SYSTEM
from siyu.kernel.clock import utcnow
from siyu.kernel.csv_file import cell_of
from siyu.kernel.errors import NotFound
from siyu.kernel.longwork import Cancelled, ask_to_cancel
from siyu.metrics.api import run
from siyu.segments import frames
from siyu.segments.actions import exporting as actions
from siyu.segments.actions.exporting import KEPT_FOR, drop_export, export_path, run_export, take_export
from siyu.segments.queries import files
from siyu.segments.tasks import export
from tests.insight.makers import at, bought, write_facts
from tests.segments.test_commands import Line, siyu

pytestmark = pytest.mark.slow
TWICE = {"trait": "orders_90d", "op": ">=", "value": 2}
AS_OF = {"as_of": "2026-03-31"}
NOBODY = {"trait": "orders_90d", "op": ">=", "value": 1_000}


@pytest.fixture
def segment_id(client: TestClient, app: App, brand_id: int) -> int:
    orders = [bought(f"1-{day}", at(f"2026-03-{day:02}"), 10_000) for day in (1, 8)]
    people = {1: History(orders), 2: History([bought("2", at("2026-03-30"), 500)])}
    write_facts(app.lake, brand_id, people)
    made = client.post("/api/v1/segments", json={"name": "所有人", "definition": {"and": []}})
    return int(made.json()["segment_id"])


def run_asked(app: App, brand_id: int) -> None:
    """The export jobs that wait are run, as a worker runs them."""
    with app.db.engine.connect() as connection:
        asked = connection.execute(
            text(
                "SELECT args FROM procrastinate_jobs WHERE task_name = 'segments.export' AND args ->> 'brand_id' = :b"
            ),
            {"b": str(brand_id)},
        ).scalars()
        for arguments in asked.all():
            export(app, **arguments)


def audited(app: App, brand_id: int) -> list[tuple[str, str, dict[str, Any]]]:
    with app.db.transaction(brand_id=brand_id) as session:
        rows = session.execute(
            text(
                "SELECT action, actor_label, after FROM audit_entry "
                "WHERE action LIKE 'segment.export%' ORDER BY audit_entry_id"
            )
        )
        return [tuple(row) for row in rows]


def test_a_task_writes_the_file_and_who_may_takes_it(
    client: TestClient, app: App, brand_id: int, segment_id: int
) -> None:
    asked = client.post(f"/api/v1/segments/{segment_id}/exports", params=AS_OF)
    task_id = asked.json()["task_id"]
    assert asked.status_code == 202
    assert client.get(f"/api/v1/segments/exports/{task_id}").status_code == 404  # not yet
    run_asked(app, brand_id)

    task = client.get(f"/api/v1/tasks/{task_id}").json()
    assert (task["state"], task["kind"], task["result"]["rows"]) == ("done", "segment_export", 2)
    taken = client.get(f"/api/v1/segments/exports/{task_id}")
    assert taken.headers["content-disposition"] == f'attachment; filename="segment-{segment_id}.csv"'
    assert taken.content == client.get(f"/api/v1/segments/{segment_id}/export", params=AS_OF).content
    assert [line.split(",")[0] for line in taken.content.decode("utf-8-sig").splitlines()] == [
        "customer_id",
        "1",
        "2",
    ]
    written, taking, again = audited(app, brand_id)
    assert written[2]["customers"] == again[2]["customers"] == taking[2]["customers"] == 2
    assert written[2]["definition"] == {"and": []}
    assert written[1] == taking[1] != "Siyu"  # the person, not the worker


def test_the_file_is_ours_alone_and_gone_after_a_day(
    client: TestClient, app: App, brand_id: int, segment_id: int
) -> None:
    task_id = client.post(f"/api/v1/segments/{segment_id}/exports").json()["task_id"]
    run_asked(app, brand_id)
    path = export_path(app.settings.home, brand_id=brand_id, task_id=task_id)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with app.db.transaction(brand_id=brand_id) as session, pytest.raises(NotFound):
        take_export(session, home=app.settings.home, task_id=task_id, actor=SYSTEM, now=utcnow() + KEPT_FOR)
    with app.db.engine.connect() as connection:
        due = connection.execute(
            text("SELECT scheduled_at FROM procrastinate_jobs WHERE task_name = 'segments.drop_export' "
                 "AND args ->> 'export_id' = :t"), {"t": str(task_id)},
        ).scalar_one()  # fmt: skip
    assert abs(due - utcnow() - KEPT_FOR) < timedelta(minutes=5)
    for _ in range(2):
        drop_export(app.settings.home, brand_id=brand_id, export_id=task_id)
    assert not path.exists()
    assert client.get(f"/api/v1/segments/exports/{task_id}").status_code == 404


def test_another_task_is_no_export(client: TestClient, app: App, brand_id: int, segment_id: int) -> None:
    with app.db.transaction(brand_id=brand_id) as session:
        task_id = actions.announce_task(session, kind="import", title="x", actor=SYSTEM, now=utcnow())
    assert client.get(f"/api/v1/segments/exports/{task_id}").status_code == 404


class Killed(BaseException):
    """The process died."""


def test_an_export_that_was_killed_or_cancelled_leaves_no_file_and_no_audit(
    client: TestClient, app: App, brand_id: int, segment_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    task_id = client.post(f"/api/v1/segments/{segment_id}/exports").json()["task_id"]
    named = {
        "brand_id": brand_id,
        "task_id": task_id,
        "segment_id": segment_id,
        "as_of": None,
        "actor": SYSTEM,
    }
    path = export_path(app.settings.home, brand_id=brand_id, task_id=task_id)

    def dies(*_: Any, **__: Any) -> None:
        raise Killed

    monkeypatch.setattr(actions, "record_export", dies)
    with pytest.raises(Killed):
        run_export(app, **named, now=utcnow())
    monkeypatch.undo()
    assert audited(app, brand_id) == []
    run_export(app, **named, now=utcnow())
    run_export(app, **named, now=utcnow())
    assert len(audited(app, brand_id)) == 1
    assert path.exists()

    task_id = named["task_id"] = client.post(f"/api/v1/segments/{segment_id}/exports").json()["task_id"]
    with app.db.transaction(brand_id=brand_id) as session:
        ask_to_cancel(session, task_id=task_id, actor=SYSTEM)
    with pytest.raises(Cancelled):
        run_export(app, **named, now=utcnow())
    assert len(audited(app, brand_id)) == 1
    assert list(path.parent.iterdir()) == [path]


def test_a_large_segment_is_not_exported_at_once(
    client: TestClient, segment_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "EXPORT_MAX", 1)
    answer = client.get(f"/api/v1/segments/{segment_id}/export")
    assert answer.json()["code"] == "export_too_long"
    assert f"/segments/{segment_id}/exports" in answer.json()["detail"]


def test_who_may_not_export_gets_no_file(
    client: TestClient, app: App, brand_id: int, segment_id: int
) -> None:
    task_id = client.post(f"/api/v1/segments/{segment_id}/exports").json()["task_id"]
    run_asked(app, brand_id)
    client.cookies.clear()
    assert client.get(f"/api/v1/segments/exports/{task_id}").status_code == 401


def test_json_and_csv_say_the_same_in_any_number_of_pieces(
    app: App, brand_id: int, segment_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = None
    for rows in (1, 2, 10_000):
        monkeypatch.setattr(files, "CHUNK_ROWS", rows)
        with (
            app.db.transaction(brand_id=brand_id) as session,
            actions.reading(app, session, as_of="2026-03-31", now=utcnow()) as (cursor, brand, moment),
        ):
            said = b"".join(part for _, part in files.member_csv(cursor, brand, {"and": []}, moment))
            items = json.loads(b"".join(p for _, p in files.member_json(cursor, brand, {"and": []}, moment)))
            none = json.loads(b"".join(p for _, p in files.member_json(cursor, brand, NOBODY, moment)))
        assert [item["customer_id"] for item in items] == [1, 2]
        assert none == []
        assert whole in (None, said)
        whole = said


TEXTS = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=["Cs"]), max_size=8),
    st.sampled_from(
        ["=1+1", "+8613800138000", "+86138****8001", "@x", "\t1", "-5", "-", "+*", "=٣", "\r\n1", "+1\n"]
    ),
)
MOMENTS = st.integers(-(10**15), 10**15).map(
    lambda n: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=n)
)
ROWS = st.lists(
    st.fixed_dictionaries({
        "whole": st.none() | st.integers(-(2**62), 2**62),
        "number": st.none() | st.floats(1e-3, 1e9),
        "word": st.none() | TEXTS,
        "known": st.none() | st.booleans(),
        "moment": st.none() | MOMENTS,
    }), min_size=1, max_size=6,
)  # fmt: skip
SCHEMA = pa.schema(
    {
        "whole": pa.int64(), "number": pa.float64(), "word": pa.string(), "known": pa.bool_(),
        "moment": pa.timestamp("us", tz="UTC"),
    }
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(rows=ROWS)
def test_every_cell_is_written_as_the_rule_for_one_value_says(app: App, rows: list[dict[str, Any]]) -> None:
    with app.lake.reading() as cursor:
        cursor.register("cells", pa.Table.from_pylist(rows, schema=SCHEMA))
        kinds = {"whole": "int64", "number": "float64", "word": "string", "known": "boolean"}
        table = ibis.table({**kinds, "moment": "timestamp('UTC')"}, name="cells")
        found = run(cursor, frames.as_text(table)).to_pylist()
    wanted = [{name: cell_of(value) for name, value in row.items()} for row in rows]
    assert [{name: value or "" for name, value in row.items()} for row in found] == wanted


def test_the_command_line_is_audited_before_a_customer_leaves(line: Any, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    line("segment", "export", "--definition", "-", "--out", str(out), typed=json.dumps(TWICE))
    assert out.read_text(encoding="utf-8-sig").count("\n") == 1 + 1
    (entry,) = line.audited()
    assert (entry[1], entry[2]["definition"], entry[2]["customers"]) == ("command line", TWICE, 1)


@pytest.fixture
def line(app: App, brand_id: int, segment_id: int) -> Any:
    with app.db.transaction(brand_id=None) as session:
        code = session.execute(
            text("SELECT code FROM brand WHERE brand_id = :b"), {"b": brand_id}
        ).scalar_one()

    class Typed:
        """A person at a terminal."""

        def __call__(self, *arguments: str, typed: str = "") -> str:
            with_date = [*arguments, "--as-of", "2026-03-31"]
            answer = CliRunner().invoke(
                siyu, with_date, obj=Line(app.settings, code, app), input=typed, catch_exceptions=False
            )
            assert answer.exit_code == 0, answer.output
            return answer.stdout

        def audited(self) -> list[tuple[str, str, dict[str, Any]]]:
            return audited(app, brand_id)

    return Typed()
