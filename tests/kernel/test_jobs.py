"""Jobs run at least once after their transaction commits, and refusals are final."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from siyu.kernel.app import App
from siyu.kernel.db import Role
from siyu.kernel.errors import NotFound, SiyuError
from siyu.kernel.jobs import ATTEMPTS_MAX, STALLED_AFTER_SECONDS, Job, defer, retry_stalled, worker_app


class EngineAway(SiyuError):
    """The engine is away."""

    code = "test_engine_away"
    status = 503
    zh = "引擎不在。"


def work_off(app: App, *jobs: Job, queue: str) -> None:
    """All jobs of the queue that are due have run."""
    with worker_app(app, jobs).open() as runner:
        runner.run_worker(
            queues=[queue], wait=False, install_signal_handlers=False, listen_notify=False, concurrency=1
        )


def states(app: App, queue: str) -> list[tuple[str, int]]:
    with app.db.transaction(brand_id=None, role=Role.PUMP) as session:
        query = "SELECT status::text, attempts FROM procrastinate_jobs WHERE queue_name = :queue ORDER BY id"
        return [(row.status, row.attempts) for row in session.execute(text(query), {"queue": queue})]


def to_queue(app: App, brand_id: int, name: str, queue: str) -> int:
    """A job deferred and moved to a queue of the test's own, so that tests do not run each other's."""
    with app.db.transaction(brand_id=brand_id) as session:
        number = defer(session, name, brand_id=brand_id)
    with app.db.engine.begin() as owner:
        owner.execute(
            text("UPDATE procrastinate_jobs SET queue_name = :q WHERE id = :n"), {"q": queue, "n": number}
        )
    return number


def job(run: Callable[..., None], queue: str) -> Job:
    return Job("test-job", run, queue)


def test_a_deferred_job_runs_with_its_arguments(app: App, brand_id: int) -> None:
    queue, seen = f"q{brand_id}-runs", []

    def run(given: App, **arguments: Any) -> None:
        seen.append((given is app, arguments))

    to_queue(app, brand_id, "test-job", queue)
    work_off(app, job(run, queue), queue=queue)
    assert seen == [(True, {"brand_id": brand_id})]
    assert states(app, queue) == [("succeeded", 1)]


def test_a_job_of_a_rolled_back_transaction_never_runs(app: App, brand_id: int) -> None:
    with pytest.raises(ZeroDivisionError), app.db.transaction(brand_id=brand_id) as session:
        number = defer(session, "test-job", brand_id=brand_id)
        _ = 1 / 0
    with app.db.transaction(brand_id=None, role=Role.PUMP) as session:
        found = session.execute(text("SELECT count(*) FROM procrastinate_jobs WHERE id = :n"), {"n": number})
        assert found.scalar_one() == 0


REFUSED = NotFound(what="campaign", key=1)
ENDS = [
    (REFUSED, "failed"),  # a refusal is final
    (EngineAway(), "todo"),  # ours to mend: tried again
    (ValueError("a bug, or the network"), "todo"),
]


@pytest.mark.parametrize(("error", "state"), ENDS)
def test_refusals_are_final_and_failures_are_tried_again(
    app: App, brand_id: int, error: Exception, state: str
) -> None:
    queue = f"q{brand_id}-{type(error).__name__}"

    def run(_: App, **__: Any) -> None:
        raise error

    to_queue(app, brand_id, "test-job", queue)
    work_off(app, job(run, queue), queue=queue)
    assert states(app, queue) == [(state, 1)]


def test_a_job_that_always_fails_is_given_up(app: App, brand_id: int) -> None:
    queue, runs = f"q{brand_id}-given-up", []

    def run(_: App, **__: Any) -> None:
        runs.append(1)
        raise ValueError

    to_queue(app, brand_id, "test-job", queue)
    for _ in range(ATTEMPTS_MAX + 2):
        work_off(app, job(run, queue), queue=queue)
        with app.db.engine.begin() as owner:  # no need to wait for the pause
            owner.execute(
                text("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE queue_name = :q"), {"q": queue}
            )
    assert len(runs) == ATTEMPTS_MAX
    assert states(app, queue)[0][0] == "failed"


def test_a_job_for_later_waits(app: App, brand_id: int) -> None:
    with app.db.transaction(brand_id=brand_id) as session:
        later = datetime.now(UTC) + timedelta(hours=1)
        number = defer(session, "test-later", at=later, brand_id=brand_id)
    queue = f"q{brand_id}-later"
    with app.db.engine.begin() as owner:
        owner.execute(
            text("UPDATE procrastinate_jobs SET queue_name = :q WHERE id = :n"), {"q": queue, "n": number}
        )
    work_off(app, Job("test-later", lambda *_, **__: None, queue), queue=queue)
    assert states(app, queue) == [("todo", 0)]


def test_a_job_whose_worker_died_waits_again(app: App, brand_id: int) -> None:
    queue = f"q{brand_id}-stalled"
    number = to_queue(app, brand_id, "test-job", queue)
    with app.db.engine.begin() as owner:
        worker = owner.execute(
            text("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now()) RETURNING id")
        ).scalar_one()
        start = "UPDATE procrastinate_jobs SET status = 'doing', worker_id = :w WHERE id = :n"
        owner.execute(text(start), {"w": worker, "n": number})
    with app.db.transaction(brand_id=None, role=Role.PUMP) as session:
        retry_stalled(session)
    assert states(app, queue) == [("doing", 0)]  # its worker is alive
    with app.db.engine.begin() as owner:
        silent = "UPDATE procrastinate_workers SET last_heartbeat = now() - make_interval(secs => :s) WHERE id = :w"
        owner.execute(text(silent), {"w": worker, "s": STALLED_AFTER_SECONDS + 1})
    with app.db.transaction(brand_id=None, role=Role.PUMP) as session:
        assert retry_stalled(session) >= 1
    assert states(app, queue)[0][0] == "todo"


def test_a_job_that_kills_every_worker_fails_in_the_end(app: App, brand_id: int) -> None:
    queue = f"q{brand_id}-deadly"
    number = to_queue(app, brand_id, "test-job", queue)
    seen = []
    for _ in range(ATTEMPTS_MAX + 1):
        with app.db.engine.begin() as owner:
            taken = "UPDATE procrastinate_jobs SET status = 'doing' WHERE id = :n AND status = 'todo'"
            owner.execute(text(taken), {"n": number})
        with app.db.transaction(brand_id=None, role=Role.PUMP) as session:
            retry_stalled(session)
        seen += states(app, queue)
    again = [("todo", attempts) for attempts in range(1, ATTEMPTS_MAX)]
    assert seen == [*again, ("failed", ATTEMPTS_MAX), ("failed", ATTEMPTS_MAX)]
