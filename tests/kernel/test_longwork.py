"""The task centre: people see how far work is, and can stop it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from siyu.kernel.app import App
from siyu.kernel.audit import SYSTEM, Actor
from siyu.kernel.errors import NotFound
from siyu.kernel.longwork import (
    Cancelled,
    LongTask,
    NotCancellable,
    Progress,
    announce_task,
    ask_to_cancel,
    tasks,
)

NOW = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
FANG = Actor("user", 3, "fang")


@pytest.fixture
def opener(app: App, brand_id: int) -> Callable[[], AbstractContextManager[Session]]:
    return lambda: app.db.transaction(brand_id=brand_id)


@pytest.fixture
def progress(opener: Callable[[], AbstractContextManager[Session]]) -> Progress:
    with opener() as session:
        task_id = announce_task(session, kind="import", title="orders.csv", actor=FANG, now=NOW)
    return Progress(opener, task_id)


def seen(app: App, brand_id: int) -> LongTask:
    with app.db.transaction(brand_id=brand_id) as session:
        return session.scalars(tasks(before_id=None, limit=1)).one()


def test_progress_is_seen_while_the_work_is_not_yet_committed(
    app: App, brand_id: int, progress: Progress
) -> None:
    with app.db.transaction(brand_id=brand_id):
        progress.start(now=NOW)
        progress.at("reading", done=500, total=1000)
        task = seen(app, brand_id)
    assert (task.state, task.step, task.done, task.total, task.started_by) == (
        "running",
        "reading",
        500,
        1000,
        "fang",
    )


def test_work_that_ended_shows_its_result(app: App, brand_id: int, progress: Progress) -> None:
    progress.start(now=NOW)
    progress.end("done", now=NOW, result={"rows": 3})
    task = seen(app, brand_id)
    assert (task.state, task.result, task.finished_at) == ("done", {"rows": 3}, NOW)


def test_work_that_was_cancelled_stops_at_its_next_step(app: App, brand_id: int, progress: Progress) -> None:
    with app.db.transaction(brand_id=brand_id) as session:
        ask_to_cancel(session, task_id=progress.task_id, actor=FANG)
    with pytest.raises(Cancelled, match="fang") as stopped:
        progress.at("writing")
    progress.fail(stopped.value, now=NOW)
    assert seen(app, brand_id).state == "cancelled"


def test_a_failure_is_told_in_both_languages_and_without_a_trace(
    app: App, brand_id: int, progress: Progress
) -> None:
    progress.fail(NotFound(what="file", key="x"), now=NOW)
    told = seen(app, brand_id).error
    assert told is not None
    assert told["code"] == "not_found"
    assert "没有找到" in told["message_zh"]
    progress.fail(ValueError("13800138000"), now=NOW)
    assert "13800138000" not in str(seen(app, brand_id).error)


@pytest.mark.parametrize("state", ["done", "failed", "cancelled"])
def test_work_that_is_over_cannot_be_cancelled(
    app: App, brand_id: int, progress: Progress, state: str
) -> None:
    progress.end(state, now=NOW)
    with pytest.raises(NotCancellable), app.db.transaction(brand_id=brand_id) as session:
        ask_to_cancel(session, task_id=progress.task_id, actor=FANG)


def test_another_brands_work_cannot_be_cancelled(app: App, brand_id: int, progress: Progress) -> None:
    with pytest.raises(NotFound), app.db.transaction(brand_id=brand_id + 1_000_000) as session:
        ask_to_cancel(session, task_id=progress.task_id, actor=SYSTEM)
