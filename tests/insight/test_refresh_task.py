"""A refresh stands in the task centre and in the audit log, and can be cancelled between its steps."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, text

from siyu.insight.actions import pacing
from siyu.insight.actions.pacing import RESTED_JOB, refresh_at_pace
from siyu.insight.actions.refresh import refresh_if_stale
from siyu.insight.actions.refresh_task import (
    announce_refresh,
    refresh_after_batch,
    request_refresh,
    run_refresh,
)
from siyu.insight.queries.stored import refreshes
from siyu.insight.rules.naive import History
from siyu.insight.rules.pace import Turn
from siyu.insight.tasks import JOBS, refresh_now
from siyu.kernel.app import App
from siyu.kernel.audit import SYSTEM, Actor, AuditEntry
from siyu.kernel.db import Role
from siyu.kernel.facts import open_batch
from siyu.kernel.jobs import worker_app
from siyu.kernel.longwork import RUNNING_JOB, Cancelled, LongTask, ask_to_cancel
from tests.insight.makers import NOW, at, bought, write_facts

pytestmark = pytest.mark.slow
FANG = Actor("user", 3, "fang")


@pytest.fixture
def sold(app: App, brand_id: int) -> None:
    write_facts(app.lake, brand_id, {1: History([bought("1", at("2026-03-01"))])})


def clock() -> datetime:
    return NOW


def asked(app: App, brand_id: int, now: datetime = NOW) -> int:
    with app.db.transaction(brand_id=brand_id) as session:
        return request_refresh(session, actor=FANG, now=now)


def tasks_of(app: App, brand_id: int) -> list[LongTask]:
    with app.db.transaction(brand_id=brand_id) as session:
        return list(session.scalars(select(LongTask).order_by(LongTask.task_id)))


def audited(app: App, brand_id: int) -> list[tuple[str, dict[str, Any] | None, dict[str, Any] | None]]:
    with app.db.transaction(brand_id=brand_id) as session:
        found = session.scalars(
            select(AuditEntry)
            .where(AuditEntry.action == "insight.refreshed")
            .order_by(AuditEntry.audit_entry_id)
        )
        return [(one.actor_label, one.before, one.after) for one in found]


def stored(app: App, brand_id: int) -> int:
    with app.lake.reading() as cursor:
        return len(refreshes(cursor, brand_id=brand_id, limit=10))


def batch_of(app: App, brand_id: int, origin: str) -> int:
    with app.db.transaction(brand_id=brand_id) as session:
        return open_batch(session, origin=origin, now=NOW)


def ticking(seconds: int) -> Callable[[], datetime]:
    """A clock that goes on by so many seconds at each look."""
    moments = (NOW + timedelta(seconds=number * seconds) for number in range(1_000))
    return lambda: next(moments)


@pytest.mark.usefixtures("sold")
def test_a_refresh_tells_its_steps_its_figures_and_who_asked(app: App, brand_id: int) -> None:
    task_id = asked(app, brand_id)
    heard: list[tuple[str, int, int]] = []
    run_refresh(
        app,
        brand_id=brand_id,
        task_id=task_id,
        actor=FANG,
        clock=clock,
        listener=lambda *step: heard.append(step),
    )
    assert heard == [("traits", 0, 4), ("changes", 1, 4), ("saving", 2, 4), ("commit", 3, 4)]
    (task,) = tasks_of(app, brand_id)
    result = {"as_of": NOW.isoformat(), "customers_computed": 1, "customers_moved": 1}
    assert (task.state, task.title, task.result) == ("done", "2026-11-02 12:00", result)
    after = {"as_of": NOW.isoformat(), "customers": 1, "changed": 1}
    assert audited(app, brand_id) == [("fang", None, after)]


@pytest.mark.usefixtures("sold")
def test_a_second_refresh_says_what_it_came_after_and_a_job_that_runs_twice_says_nothing(
    app: App, brand_id: int
) -> None:
    first = asked(app, brand_id)
    for _ in range(2):
        run_refresh(app, brand_id=brand_id, task_id=first, actor=FANG, clock=clock)
    assert len(audited(app, brand_id)) == 1
    later = NOW + timedelta(hours=1)
    run_refresh(app, brand_id=brand_id, task_id=asked(app, brand_id), actor=FANG, clock=lambda: later)
    assert audited(app, brand_id)[1][1] == {"as_of": NOW.isoformat()}


@pytest.mark.parametrize("step", ["traits", "changes", "saving", "commit"])
@pytest.mark.usefixtures("sold")
def test_who_cancels_before_the_commit_keeps_the_old_traits(app: App, brand_id: int, step: str) -> None:
    task_id = asked(app, brand_id)

    def cancel_there(at_step: str, _done: int, _total: int) -> None:
        if at_step == step:
            with app.db.transaction(brand_id=brand_id) as session:
                ask_to_cancel(session, task_id=task_id, actor=FANG)

    with pytest.raises(Cancelled):
        run_refresh(app, brand_id=brand_id, task_id=task_id, actor=FANG, clock=clock, listener=cancel_there)
    assert (stored(app, brand_id), audited(app, brand_id)) == (0, [])


@pytest.mark.usefixtures("sold")
def test_a_refresh_that_was_cancelled_in_the_queue_never_begins(app: App, brand_id: int) -> None:
    task_id = asked(app, brand_id)
    with app.db.transaction(brand_id=brand_id) as session:
        ask_to_cancel(session, task_id=task_id, actor=FANG)
    with worker_app(app, JOBS).open() as runner:
        runner.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)
    (task,) = tasks_of(app, brand_id)
    assert (task.state, stored(app, brand_id)) == ("cancelled", 0)


def test_a_refresh_that_waits_already_is_enough(app: App, brand_id: int) -> None:
    first = asked(app, brand_id)
    assert asked(app, brand_id) == first
    with app.db.transaction(brand_id=brand_id) as session:
        ask_to_cancel(session, task_id=first, actor=FANG)
    assert asked(app, brand_id) != first


@pytest.mark.usefixtures("sold")
def test_a_refresh_asked_before_a_newer_one_was_made_does_not_go_back(app: App, brand_id: int) -> None:
    later = NOW + timedelta(hours=1)
    run_refresh(app, brand_id=brand_id, task_id=asked(app, brand_id), actor=FANG, clock=lambda: later)
    done = run_refresh(app, brand_id=brand_id, task_id=asked(app, brand_id), actor=FANG, clock=clock)
    assert done is not None
    assert done.as_of == later


AFTER = [
    ("import:orders.csv", 2, 1, 1),  # after a file, and it takes long: seen, and on record
    ("undo:7", 2, 1, 1),
    ("import:orders.csv", 0, 0, 1),  # over at once: on record only
    ("inbox", 2, 0, 0),  # single events come by the minute
]


@pytest.mark.parametrize(("origin", "seconds", "shown", "recorded"), AFTER)
@pytest.mark.usefixtures("sold")
def test_a_refresh_that_follows_a_batch_is_shown_where_somebody_waits_for_it(
    app: App, brand_id: int, origin: str, seconds: int, shown: int, recorded: int
) -> None:
    batch_id = batch_of(app, brand_id, origin)
    refresh_after_batch(app, brand_id=brand_id, batch_id=batch_id, clock=ticking(seconds))
    assert (len(tasks_of(app, brand_id)), len(audited(app, brand_id)), stored(app, brand_id)) == (
        shown,
        recorded,
        1,
    )
    assert all((task.state, task.started_by) == ("done", "Siyu") for task in tasks_of(app, brand_id))
    refresh_after_batch(app, brand_id=brand_id, batch_id=batch_id, clock=ticking(seconds))
    assert len(tasks_of(app, brand_id)) == shown, "nothing new, no line"


@pytest.mark.usefixtures("sold")
def test_an_attempt_killed_when_all_was_computed_leaves_no_task_that_failed(app: App, brand_id: int) -> None:
    batch_id = batch_of(app, brand_id, "import:orders.csv")
    job = RUNNING_JOB.set(77)
    try:
        with app.db.transaction(brand_id=brand_id) as session:
            announce_refresh(session, as_of=NOW, actor=SYSTEM, now=NOW)
            session.execute(text("UPDATE long_task SET job_id = 77, state = 'running'"))
        refresh_if_stale(app, brand_id=brand_id, now=NOW)
        refresh_after_batch(app, brand_id=brand_id, batch_id=batch_id, clock=clock)
    finally:
        RUNNING_JOB.reset(job)
    assert tasks_of(app, brand_id) == []


@pytest.mark.usefixtures("sold")
def test_a_refresh_by_hand_is_a_task_that_a_worker_carries_out(
    app: App, brand_id: int, client: TestClient
) -> None:
    answer = client.post("/api/v1/insight/refresh")
    assert answer.status_code == 202, answer.text
    task_id = answer.json()["task_id"]
    assert client.get(f"/api/v1/tasks/{task_id}").json()["state"] == "queued"
    actor = {"kind": "user", "actor_id": 1, "label": "owner"}
    refresh_now(app, brand_id=brand_id, task_id=task_id, actor=actor)
    task = client.get(f"/api/v1/tasks/{task_id}").json()
    assert (task["kind"], task["state"], task["result"]["customers_computed"]) == (
        "insight_refresh",
        "done",
        1,
    )


def waiting_jobs(app: App, brand_id: int) -> list[datetime]:
    """When the jobs that wait for the end of the brand's rest are due."""
    with app.db.transaction(brand_id=None, role=Role.PUMP) as session:
        found = session.execute(
            text(
                "SELECT scheduled_at FROM procrastinate_jobs WHERE task_name = :name AND status = 'todo' "
                "AND (args ->> 'brand_id')::bigint = :brand"
            ),
            {"name": RESTED_JOB, "brand": brand_id},
        )
        return list(found.scalars())


@pytest.mark.usefixtures("sold")
def test_however_many_batches_come_one_refresh_sees_them_after_the_rest(app: App, brand_id: int) -> None:
    refresh_after_batch(app, brand_id=brand_id, batch_id=batch_of(app, brand_id, "inbox"), clock=ticking(20))
    assert stored(app, brand_id) == 1
    ended = NOW + timedelta(seconds=60)
    for number in (2, 3, 4):
        write_facts(app.lake, brand_id, {number: History([bought("1", at("2026-03-01"))])})
        batch_id = batch_of(app, brand_id, "inbox")
        refresh_after_batch(app, brand_id=brand_id, batch_id=batch_id, clock=lambda: ended)
    assert stored(app, brand_id) == 1
    [due] = waiting_jobs(app, brand_id)
    assert due > ended
    refresh_at_pace(app, brand_id=brand_id, clock=lambda: due, woken=True)
    assert stored(app, brand_id) == 2
    with app.lake.reading() as cursor:
        assert refreshes(cursor, brand_id=brand_id, limit=1)[0].customers == 4


@pytest.mark.usefixtures("sold")
def test_events_that_come_while_a_refresh_runs_are_seen_by_one_that_waits(
    app: App, brand_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns: list[Turn] = []
    whole = pacing.refresh_if_stale

    def meanwhile(*arguments: Any, **named: Any) -> Any:
        turns.extend(refresh_at_pace(app, brand_id=brand_id, clock=clock) for _ in range(3))
        return whole(*arguments, **named)

    monkeypatch.setattr(pacing, "refresh_if_stale", meanwhile)
    assert refresh_at_pace(app, brand_id=brand_id, clock=clock) is Turn.REFRESH
    assert turns == [Turn.WAIT, Turn.SEEN_LATER, Turn.SEEN_LATER]
    assert len(waiting_jobs(app, brand_id)) == 1


@pytest.mark.usefixtures("sold")
def test_after_a_refresh_that_failed_nobody_rests(
    app: App, brand_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(pacing, "refresh_if_stale", lambda *_a, **_n: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            refresh_at_pace(app, brand_id=brand_id, clock=ticking(60))
    assert refresh_at_pace(app, brand_id=brand_id, clock=clock) is Turn.REFRESH
    assert stored(app, brand_id) == 1
