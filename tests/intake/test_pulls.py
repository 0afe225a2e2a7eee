"""Databases of others: every row once, the cursor with the import, the address nowhere, and nothing behind our back."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from siyu.entrypoints.worker import _pull as begin_due_pulls
from siyu.intake import gateways
from siyu.intake.actions import endings, pulling
from siyu.intake.actions.imports import run_import
from siyu.intake.actions.pulling import run_pull
from siyu.intake.actions.pulls import PullSettings, create_pull, request_pull, set_pull_enabled
from siyu.intake.actions.undo import undo_import
from siyu.intake.actions.uploads import sealed_upload
from siyu.intake.errors.pulls import DatabaseRefused, DatabaseUnreachable
from siyu.intake.models import DatabasePull, DatabasePullRun, ImportRun
from siyu.intake.readers.source import content_sha256
from siyu.intake.rules.pulls_events import EventMap
from siyu.kernel.app import App
from siyu.kernel.audit import SYSTEM
from siyu.kernel.clock import utcnow
from siyu.kernel.db import Database
from siyu.kernel.longwork import LongTask
from siyu.kernel.notices import Notice
from tests.conftest import Template
from tests.intake.eventing import carry, in_lake
from tests.intake.foreign import PASSWORD, READER, Foreign, foreign_database, nowhere
from tests.intake.importing import NOW, clock, totals

T0 = datetime(2026, 5, 1, 10, tzinfo=UTC)
MAP = """
kind: orders
source: {source}
columns: {{order_key: "no", ordered_at: at, product_key: sku, quantity: qty, unit_price: price, customer_key: who}}
"""
SALE = "INSERT INTO sales VALUES (%s, %s, 'S', 1, 9.90, %s, %s)"


@pytest.fixture(scope="module")
def foreign(template: Template) -> Iterator[Foreign]:
    with foreign_database(template, f"{template.name}_theirs") as found:
        yield found


@pytest.fixture(autouse=True)
def empty(foreign: Foreign) -> None:
    foreign.does("TRUNCATE members, sales, app.visits")


def sell(foreign: Foreign, *sales: tuple[int, int]) -> None:
    """Sales by number, changed so many seconds after T0."""
    for number, seconds in sales:
        foreign.does(SALE, number, "2026-05-01 09:00", f"A{number}", T0 + timedelta(seconds=seconds))


def pull_of(app: App, brand_id: int, foreign: Foreign, **changes: Any) -> int:
    source = changes.setdefault("source", "theirs")
    settings = {
        "title": "ERP 销售", "kind": "orders", "cursor_column": "changed", "table": "sales",
        "map_text": MAP.format(source=source), **changes,
    }  # fmt: skip
    url = settings.pop("url", foreign.url)
    with app.db.transaction(brand_id=brand_id) as session:
        made = create_pull(
            session, cipher=app.cipher, settings=PullSettings(**settings), url=url, actor=SYSTEM, now=NOW
        )
        return made.pull_id


def begin(app: App, brand_id: int, pull_id: int) -> int:
    with app.db.transaction(brand_id=brand_id) as session:
        return request_pull(session, pull_id=pull_id, actor=SYSTEM, now=NOW, in_background=False).pull_run_id


def run(app: App, brand_id: int, pull_id: int) -> int | None:
    """The pull has run, and its import with it."""
    number = begin(app, brand_id, pull_id)
    import_id = run_pull(app, brand_id=brand_id, pull_run_id=number, clock=clock, in_background=False)
    if import_id is not None:
        run_import(app, brand_id=brand_id, import_id=import_id, clock=clock)
    return import_id


def stands(app: App, brand_id: int, pull_id: int) -> DatabasePull:
    with app.db.transaction(brand_id=brand_id) as session:
        found = session.get_one(DatabasePull, pull_id)
        session.expunge(found)
        return found


def orders(app: App, brand_id: int) -> list[str]:
    return sorted(totals(app, brand_id, "theirs")["orders"], key=int)


def test_every_row_comes_once_late_and_equal_ones_too(app: App, brand_id: int, foreign: Foreign) -> None:
    pull = pull_of(app, brand_id, foreign, lag=60)
    assert run(app, brand_id, pull) is None  # nothing is there yet
    sell(foreign, (1, 0), (2, 100), (3, 100))
    assert run(app, brand_id, pull) is not None
    assert orders(app, brand_id) == ["1", "2", "3"]
    assert stands(app, brand_id, pull).cursor_value == "2026-05-01T10:01:40+00:00"
    assert run(app, brand_id, pull) is None  # what the lag reads again is known
    sell(foreign, (4, 100), (5, 50), (6, 30), (7, 130))  # equal, late, later than the lag allows, and new
    second = run(app, brand_id, pull)
    assert second is not None
    assert orders(app, brand_id) == ["1", "2", "3", "4", "5", "7"]
    with app.db.transaction(brand_id=brand_id) as session:
        read = session.scalars(text("SELECT rows FROM database_pull_run ORDER BY pull_run_id")).all()
    assert read == [0, 3, 0, 3]


def test_an_undone_import_puts_the_pull_before_its_rows_and_stops_it(
    app: App, brand_id: int, foreign: Foreign
) -> None:
    pull = pull_of(app, brand_id, foreign, every_minutes=5)
    sell(foreign, (1, 0))
    first = run(app, brand_id, pull)
    sell(foreign, (2, 10))
    run(app, brand_id, pull)
    assert first is not None
    undo_import(
        app, brand_id=brand_id, import_id=first, actor=SYSTEM, now=NOW
    )  # though another came after it
    found = stands(app, brand_id, pull)
    assert (found.enabled, found.paused_because, found.cursor_value) == (False, "undone", None)
    assert orders(app, brand_id) == ["2"]
    with app.db.transaction(brand_id=brand_id) as session:
        set_pull_enabled(session, pull_id=pull, enabled=True, actor=SYSTEM, now=NOW)
    run(app, brand_id, pull)
    assert orders(app, brand_id) == ["1", "2"]


def test_an_undo_while_the_next_run_is_under_way_is_not_overtaken_by_it(
    app: App, brand_id: int, foreign: Foreign
) -> None:
    pull = pull_of(app, brand_id, foreign)
    sell(foreign, (1, 0))
    first = run(app, brand_id, pull)
    sell(foreign, (2, 10))
    number = begin(app, brand_id, pull)
    second = run_pull(app, brand_id=brand_id, pull_run_id=number, clock=clock, in_background=False)
    assert first is not None
    assert second is not None
    undo_import(app, brand_id=brand_id, import_id=first, actor=SYSTEM, now=NOW)
    run_import(app, brand_id=brand_id, import_id=second, clock=clock)
    assert (stands(app, brand_id, pull).cursor_value, orders(app, brand_id)) == (None, ["2"])
    run(app, brand_id, pull)
    assert orders(app, brand_id) == ["1", "2"]


class Killed(BaseException):
    """Like a kill: nothing that handles errors sees it."""


@contextmanager
def killed_at(step: int) -> Iterator[list[int]]:
    """The step-th beginning or end of a transaction is the last thing that happens."""
    whole, steps = Database.transaction, [0]

    def count() -> None:
        steps[0] += 1
        if steps[0] == step:
            raise Killed

    @contextmanager
    def transaction(self: Database, **named: Any) -> Iterator[Any]:
        count()
        with whole(self, **named) as session:
            yield session
            count()
        count()

    Database.transaction = transaction  # type: ignore[assignment,method-assign]
    try:
        yield steps
    finally:
        Database.transaction = whole  # type: ignore[method-assign]


def test_a_run_that_is_killed_anywhere_hands_its_rows_over_once(
    app: App, brand_id: int, foreign: Foreign
) -> None:
    sell(foreign, (1, 0), (2, 10))
    step, was_killed = 0, True
    while was_killed:
        step += 1
        pull = pull_of(app, brand_id, foreign, source=f"s{step}")
        number = begin(app, brand_id, pull)
        try:
            with killed_at(step):
                run_pull(app, brand_id=brand_id, pull_run_id=number, clock=clock)
            was_killed = False
        except Killed:
            assert stands(app, brand_id, pull).cursor_value is None
        import_id = run_pull(app, brand_id=brand_id, pull_run_id=number, clock=clock)  # its job comes again
        with app.db.transaction(brand_id=brand_id) as session:
            found = session.query(ImportRun).filter_by(source=f"s{step}").one()
            upload = sealed_upload(Path(found.file_path), brand_id=brand_id, cipher=app.cipher)
            assert (found.import_id, found.file_sha256) == (import_id, content_sha256(upload)), step
    assert step > 12, "the kills were not where the work is"


def test_the_cursor_moves_with_the_end_of_the_import_or_not_at_all(
    app: App, brand_id: int, foreign: Foreign, monkeypatch: pytest.MonkeyPatch
) -> None:
    sell(foreign, (1, 0), (2, 10))
    pull = pull_of(app, brand_id, foreign)
    with monkeypatch.context() as killing, pytest.raises(Killed):
        killing.setattr(endings, "import_of_pull_done", lambda *_at, **_named: _die())
        run(app, brand_id, pull)  # its rows are in the lake, and then it dies
    assert stands(app, brand_id, pull).cursor_value is None
    with app.db.transaction(brand_id=brand_id) as session:
        import_id = session.scalars(text("SELECT import_id FROM import_run")).one()
    run_import(app, brand_id=brand_id, import_id=import_id, clock=clock)
    assert stands(app, brand_id, pull).cursor_value == "2026-05-01T10:00:10+00:00"
    assert orders(app, brand_id) == ["1", "2"]
    assert run(app, brand_id, pull) is None


def _die() -> None:
    raise Killed


def test_rows_become_events_once_and_what_cannot_be_one_is_counted(
    app: App, brand_id: int, foreign: Foreign, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = "INSERT INTO app.visits VALUES (%s, '/tea', %s, %s, 1.5, %s)"
    for number in range(7):
        foreign.does(visit, number, f"M{number}", T0, number // 2)
    foreign.does(visit, None, "M9", T0, 3)
    monkeypatch.setattr(pulling, "EVENT_ROWS_MAX", 3)
    monkeypatch.setattr(gateways, "PAGE_ROWS", 2)
    event_map = EventMap(
        "store_seen", key_columns=("visit",), occurred_at="at", identities=(("member_no", "who"),),
        properties=("page", "seconds"),
    )  # fmt: skip
    pull = pull_of(
        app, brand_id, foreign, kind="events", table="", query="SELECT * FROM app.visits WHERE page <> ':no'",
        cursor_column="seen", lag=1, event_map=event_map, map_text="", source="their_app",
    )  # fmt: skip
    for _ in range(4):
        assert run(app, brand_id, pull) is None
    carry(app)
    found = in_lake(app, brand_id, "event", "name, source, properties")
    assert found == [("store_seen", "their_app", '{"page":"/tea","seconds":1.5}')] * 7
    with app.db.transaction(brand_id=brand_id) as session:
        runs = session.query(DatabasePullRun).order_by(DatabasePullRun.pull_run_id).all()
        assert [(one.rows, one.is_more) for one in runs] == [(4, True), (4, False), (0, False), (0, False)]
        assert sum(one.left_out.get("no_key", 0) for one in runs) == 1


def test_a_schedule_begins_one_run_at_a_time_and_what_is_nothing_leaves_no_trace(
    app: App, brand_id: int, foreign: Foreign
) -> None:
    pull = pull_of(app, brand_id, foreign, every_minutes=10)
    begin_due_pulls(app)
    begin_due_pulls(app)  # while it runs nothing is begun
    with app.db.transaction(brand_id=brand_id) as session:
        (number,) = session.scalars(text("SELECT pull_run_id FROM database_pull_run")).all()
        arguments = session.scalars(
            text("SELECT args::text FROM procrastinate_jobs WHERE task_name = 'intake.run_pull'")
        ).all()
    assert not any(word in one for one in arguments for word in (PASSWORD, READER, "sales"))
    run_pull(app, brand_id=brand_id, pull_run_id=number, clock=utcnow)
    with app.db.transaction(brand_id=brand_id) as session:
        assert session.query(DatabasePullRun).count() == 0
        assert session.query(LongTask).filter_by(kind="pull").count() == 0
    found = stands(app, brand_id, pull)
    assert found.looked_at is not None
    assert found.next_run_at is not None
    assert timedelta(minutes=9) < found.next_run_at - utcnow() < timedelta(minutes=11)


def test_what_fails_five_times_waits_for_a_person(app: App, brand_id: int, foreign: Foreign) -> None:
    pull = pull_of(app, brand_id, foreign, every_minutes=1, url=nowhere(foreign.url))
    for _ in range(5):
        with pytest.raises(DatabaseUnreachable) as refusal:
            run(app, brand_id, pull)
        assert PASSWORD not in refusal.value.message
    found = stands(app, brand_id, pull)
    assert (found.enabled, found.paused_because, found.failures) == (False, "failures", 5)
    with app.db.transaction(brand_id=brand_id) as session:
        told = session.query(Notice).filter_by(kind="pull_source_paused").one()
    assert (told.permission, told.subject_id) == ("imports.run", str(pull))
    writing = pull_of(app, brand_id, foreign, table="", query="SELECT nextval('app.gone'), now() AS changed")
    with pytest.raises(DatabaseRefused):
        run(app, brand_id, writing)


def test_rows_are_looked_at_masked_and_the_address_never_comes_back(
    app: App, brand_id: int, client: TestClient, foreign: Foreign
) -> None:
    foreign.does("INSERT INTO members VALUES ('M1', '王小明', '13812345678', now(), now())")
    rows = {"url": foreign.url, "table": "members", "cursor_column": "changed"}
    tried = client.post("/api/v1/pulls/try", json=rows).json()
    kinds = {one["name"]: one["kind"] for one in tried["columns"]}
    assert kinds == {"member_no": "text", "name": "text", "tel": "text", "joined": "time", "changed": "time"}
    (row,) = tried["upload"]["sample"]
    assert (row["tel"], row["name"]) == ("138****5678", "王**")
    guess = next(one for one in tried["upload"]["guesses"] if one["kind"] == "customers")
    choice = {"upload_id": tried["upload"]["upload_id"], "kind": "customers", "map_text": guess["map_text"]}
    assert client.post("/api/v1/imports/preview", json=choice).json()["counts"]["rows"] == 1
    events = client.post(
        "/api/v1/pulls/try",
        json={**rows, "event_map": {"event": "joined", "key_columns": ["member_no"], "occurred_at": "joined",
                                    "identities": [{"namespace": "phone", "column": "tel"}]}},
    ).json()["events"]  # fmt: skip
    assert events[0]["identities"] == [{"namespace": "phone", "value": "138****5678"}]
    assert "13812345678" not in str(events)
    body = {**rows, "title": "会员", "kind": "customers", "map_text": guess["map_text"], "every_minutes": 15}
    made = client.post("/api/v1/pulls", json=body)
    assert made.status_code == 201, made.text
    number = made.json()["pull_id"]
    changed = client.put(f"/api/v1/pulls/{number}", json={**body, "url": "", "title": "ERP 会员", "lag": 60})
    assert changed.json()["lag"] == 60
    again = client.post("/api/v1/pulls/try", json={**rows, "url": "", "pull_id": number})
    assert again.status_code == 200, again.text
    started = client.post(f"/api/v1/pulls/{number}/run")
    assert started.status_code == 202
    assert client.post(f"/api/v1/pulls/{number}/run").json()["code"] == "pull_busy"
    assert client.post(f"/api/v1/pulls/{number}/pause").json()["paused_because"] == "asked"
    heard = "".join(
        client.get(f"/api/v1{path}").text for path in ("/pulls", f"/pulls/{number}/runs", "/audit", "/tasks")
    )
    with app.db.transaction(brand_id=brand_id) as session:
        stored = "".join(map(str, session.execute(text("SELECT * FROM database_pull")).all()))
    assert not [word for word in (PASSWORD, READER) if word in heard + stored + made.text + changed.text]
    assert client.delete(f"/api/v1/pulls/{number}").json()["code"] == "pull_busy"


BAD = [
    ({"url": "postgresql:///siyu?host=/var/run"}, "database_address_unfit"),  # our own database's socket
    (
        {"url": "postgresql://a:b@h/siyu?service=x"},
        "database_address_unfit",
    ),  # options that name files and hosts
    ({"url": "sqlite:///etc/passwd"}, "database_address_unfit"),  # a file of this machine
    ({"url": "postgresql://a:b@%2Ftmp/siyu"}, "database_address_unfit"),  # a socket, encoded
    ({"table": "nothing_there"}, "database_refused"),
    ({"table": "", "query": "SELECT 1; DROP TABLE sales"}, "query_unfit"),
    ({"table": "", "query": "DELETE FROM sales"}, "query_unfit"),
    ({"table": "", "query": "WITH d AS (DELETE FROM sales RETURNING *) SELECT * FROM d"}, "database_refused"),
    ({"cursor_column": "nope"}, "cursor_unfit"),
]


def test_what_cannot_be_pulled_is_refused_by_name_and_nothing_is_changed_there(
    client: TestClient, foreign: Foreign
) -> None:
    sell(foreign, (1, 0))
    for change, code in BAD:
        body = {"url": foreign.url, "table": "sales", "cursor_column": "changed", **change}
        answer = client.post("/api/v1/pulls/try", json=body)
        assert answer.json().get("code") == code, (change, answer.text)
    left = client.post("/api/v1/pulls/try", json={"url": foreign.url, "table": "sales"}).json()
    assert len(left["upload"]["sample"]) == 1


ALONE = """
import os, sys
seen = []
def hook(event, arguments):
    if event == "socket.connect":
        seen.append(("connect", arguments[1]))
    elif event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
        seen.append(("write", str(arguments[0])))
sys.addaudithook(hook)
from siyu.intake.contracts import WantedRows
from siyu.intake.gateways import READERS
wanted = WantedRows(url=sys.argv[1], table="sales", cursor_column="changed")
print(sum(page.num_rows for page in READERS[0].pages(wanted, start=None)))
import dlt.common.runtime.anon_tracker as tracker
from dlt.common.configuration.container import Container
from dlt.common.configuration.specs.pluggable_run_context import PluggableRunContext
print(Container()[PluggableRunContext].context.runtime_config.dlthub_telemetry)
print([one for one in seen if not str(one[1]).endswith(".pyc") and ".pyc." not in str(one[1])])
"""


def test_dlt_speaks_to_nobody_and_writes_nothing(foreign: Foreign, tmp_path: Path) -> None:
    sell(foreign, (1, 0), (2, 10))
    environment = {**os.environ, "HOME": str(tmp_path), "RUNTIME__DLTHUB_TELEMETRY": "true"}
    told = subprocess.run(
        [sys.executable, "-c", ALONE, foreign.url], env=environment, cwd=tmp_path, check=True, capture_output=True,
        text=True,
    )  # fmt: skip
    assert told.stdout.split() == ["2", "False", "[]"], told.stdout + told.stderr
    assert list(tmp_path.iterdir()) == []
