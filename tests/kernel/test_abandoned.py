"""Long tasks end with the job or the program that did their work, whatever became of it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from siyu.kernel.abandoned import COMMAND_BEGINS_WITHIN, LongWork, settle_abandoned
from siyu.kernel.app import App
from siyu.kernel.audit import Actor
from siyu.kernel.db import Role
from siyu.kernel.errors import NotFound, SiyuError
from siyu.kernel.jobs import ATTEMPTS_MAX, Job, defer, retry_stalled, worker_app
from siyu.kernel.longwork import (
    Cancelled,
    LongTask,
    Progress,
    announce_task,
    ask_to_cancel,
    owner_lock,
    task_of_running_job,
)
from siyu.kernel.wiring import Wiring

NOW = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
LATER = NOW + COMMAND_BEGINS_WITHIN + timedelta(seconds=1)
FANG = Actor("user", 3, "fang")


def announced(app: App, brand_id: int, *, kind: str = "test", job: str | None = None) -> int:
    """A task, and its job if one is named."""
    with app.db.transaction(brand_id=brand_id) as session:
        task_id = announce_task(session, kind=kind, title="t", actor=FANG, now=NOW)
        if job is not None:
            defer(session, job, task_id=task_id, brand_id=brand_id)
    return task_id


def seen(app: App, brand_id: int, task_id: int) -> tuple[str, str | None]:
    """The task's state and the code of its error."""
    with app.db.transaction(brand_id=brand_id) as session:
        task = session.get(LongTask, task_id)
        assert task is not None
        if task.error is not None:
            assert task.error["message"] != task.error["message_zh"]
        return task.state, None if task.error is None else str(task.error["code"])


def work_off(app: App, name: str, run: Callable[..., None], *, attempts: int = 1) -> None:
    """All jobs of this name have run so many times."""
    queue = f"q-{name}"
    with app.db.engine.begin() as owner:
        owner.execute(
            text("UPDATE procrastinate_jobs SET queue_name = :q WHERE task_name = :n"),
            {"q": queue, "n": name},
        )
    for _ in range(attempts):
        with app.db.engine.begin() as owner:
            owner.execute(
                text("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE queue_name = :q"), {"q": queue}
            )
        with worker_app(app, [Job(name, run, queue)]).open() as runner:
            runner.run_worker(
                queues=[queue], wait=False, install_signal_handlers=False, listen_notify=False, concurrency=1
            )


def dies(app: App, name: str, *, times: int) -> None:
    """The worker of the job dies so many times, each time in the middle of it."""
    for _ in range(times):
        with app.db.engine.begin() as owner:
            taken = "UPDATE procrastinate_jobs SET status = 'doing' WHERE task_name = :n AND status = 'todo'"
            owner.execute(text(taken), {"n": name})
        with app.db.transaction(brand_id=None, role=Role.PUMP) as session:
            retry_stalled(session)


def raising(error: Exception) -> Callable[..., None]:
    def run(_app: App, **_: Any) -> None:
        raise error

    return run


class EngineAwayAgain(SiyuError):
    """The engine is away again."""

    code = "test_engine_away_again"
    status = 503
    zh = "引擎又不在。"


ENDS = [
    (NotFound(what="file", key="x"), 1, ("failed", "not_found")),  # a refusal is final at once
    (ValueError("a bug"), 1, ("queued", None)),  # it will be tried again
    (ValueError("a bug"), ATTEMPTS_MAX, ("failed", "internal")),  # attempts used up
    (EngineAwayAgain(), ATTEMPTS_MAX, ("failed", "test_engine_away_again")),
    (Cancelled(who="fang"), 1, ("cancelled", "cancelled")),
]


@pytest.mark.parametrize(("error", "attempts", "end"), ENDS)
def test_a_job_that_is_given_up_ends_its_task_with_its_reason(
    app: App, brand_id: int, error: Exception, attempts: int, end: tuple[str, str | None]
) -> None:
    name = f"test-gives-up-{brand_id}"
    task_id = announced(app, brand_id, job=name)
    work_off(app, name, raising(error), attempts=attempts)
    assert seen(app, brand_id, task_id) == end


def test_work_that_was_cancelled_is_no_failed_job(app: App, brand_id: int) -> None:
    name = f"test-cancelled-{brand_id}"
    announced(app, brand_id, job=name)
    work_off(app, name, raising(Cancelled(who="fang")))
    with app.db.engine.begin() as owner:
        state = owner.scalar(
            text("SELECT status::text FROM procrastinate_jobs WHERE task_name = :n"), {"n": name}
        )
    assert state == "succeeded"


def test_a_task_announced_inside_a_job_is_that_jobs_and_found_by_its_next_attempt(
    app: App, brand_id: int
) -> None:
    name, announced_there, found_there = f"test-inside-{brand_id}", [], []

    def run(given: App, **_: Any) -> None:
        with given.db.transaction(brand_id=brand_id) as session:
            found_there.append(task_of_running_job(session, kind="test"))
        if found_there[-1] is None:
            announced_there.append(announced(given, brand_id))
        raise ValueError

    with app.db.transaction(brand_id=brand_id) as session:
        defer(session, name, brand_id=brand_id)
    work_off(app, name, run, attempts=2)
    assert found_there == [None, *announced_there]
    settle_abandoned(app, now=LATER)
    assert seen(app, brand_id, announced_there[0])[0] == "queued"
    work_off(app, name, run, attempts=ATTEMPTS_MAX)
    assert seen(app, brand_id, announced_there[0]) == ("failed", "internal")


def test_a_job_whose_workers_die_keeps_its_task_until_it_is_given_up(app: App, brand_id: int) -> None:
    name = f"test-deadly-{brand_id}"
    task_id = announced(app, brand_id, job=name)
    dies(app, name, times=ATTEMPTS_MAX - 1)
    settle_abandoned(app, now=LATER)
    assert seen(app, brand_id, task_id) == ("queued", None)
    dies(app, name, times=1)
    assert settle_abandoned(app, now=LATER) == 1
    assert seen(app, brand_id, task_id) == ("failed", "work_given_up")
    assert settle_abandoned(app, now=LATER) == 0, "again changes nothing"


def test_a_task_whose_job_is_gone_has_failed_and_was_cancelled_if_somebody_asked(
    app: App, brand_id: int
) -> None:
    name = f"test-gone-{brand_id}"
    failed, cancelled = announced(app, brand_id, job=name), announced(app, brand_id, job=name)
    with app.db.transaction(brand_id=brand_id) as session:
        ask_to_cancel(session, task_id=cancelled, actor=FANG)
    with app.db.engine.begin() as owner:
        owner.execute(text("DELETE FROM procrastinate_jobs WHERE task_name = :n"), {"n": name})
    settle_abandoned(app, now=LATER)
    assert seen(app, brand_id, failed) == ("failed", "work_abandoned")
    assert seen(app, brand_id, cancelled) == ("cancelled", "cancelled")


@pytest.mark.parametrize("started", [False, True])
def test_a_command_that_was_killed_leaves_no_open_task(app: App, brand_id: int, *, started: bool) -> None:
    task_id = announced(app, brand_id)
    if started:
        Progress(lambda: app.db.transaction(brand_id=brand_id), task_id).start(now=NOW)
    settle_abandoned(app, now=NOW + timedelta(seconds=1))
    assert seen(app, brand_id, task_id) == (
        "running" if started else "queued",
        None,
    )  # it may be about to begin
    settle_abandoned(app, now=LATER)
    assert seen(app, brand_id, task_id) == ("failed", "work_abandoned")


def test_a_command_that_lives_keeps_its_task_however_long_it_is_silent(app: App, brand_id: int) -> None:
    task_id = announced(app, brand_id)
    with app.db.exclusive(owner_lock(task_id)):
        settle_abandoned(app, now=LATER + timedelta(days=1))
        assert seen(app, brand_id, task_id) == ("queued", None)
    settle_abandoned(app, now=LATER)
    assert seen(app, brand_id, task_id) == ("failed", "work_abandoned")


@contextmanager
def offering(app: App, *works: LongWork) -> Iterator[App]:
    yield replace(app, wiring=Wiring({LongWork: works}))


def test_the_module_hears_of_its_own_kind_and_may_end_the_task_itself(app: App, brand_id: int) -> None:
    mine, other = announced(app, brand_id, kind="mine"), announced(app, brand_id, kind="other")
    heard: list[tuple[int, int]] = []

    def give_up(given: App, *, brand_id: int, task_id: int, error: Exception, now: datetime) -> None:
        assert isinstance(error, SiyuError)
        heard.append((brand_id, task_id))
        Progress(lambda: given.db.transaction(brand_id=brand_id), task_id).end("done", now=now)

    with offering(app, LongWork("mine", give_up)) as wired:
        settle_abandoned(wired, now=LATER)
    assert heard == [(brand_id, mine)]
    assert (seen(app, brand_id, mine)[0], seen(app, brand_id, other)[0]) == ("done", "failed")


def test_a_module_that_cannot_end_its_row_now_is_asked_again_and_keeps_nobody_waiting(
    app: App, brand_id: int
) -> None:
    mine, other = announced(app, brand_id, kind="mine"), announced(app, brand_id, kind="other")
    busy = [True]

    def give_up(_app: App, **_: Any) -> None:
        if busy.pop():
            busy.append(False)
            raise EngineAwayAgain

    with offering(app, LongWork("mine", give_up)) as wired:
        settle_abandoned(wired, now=LATER)
        assert (seen(app, brand_id, mine)[0], seen(app, brand_id, other)[0]) == ("queued", "failed")
        settle_abandoned(wired, now=LATER)
    assert seen(app, brand_id, mine) == ("failed", "work_abandoned")
