"""An import, or an undo, that nobody carries on any more ends, and so does its task."""

import signal
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from siyu.intake.actions.endings import import_lock
from siyu.intake.actions.imports import ImportOrder, request_import, run_import
from siyu.intake.actions.undo import request_undo, run_undo
from siyu.intake.queries.imports import import_by_id
from siyu.intake.readers.source import content_sha256
from siyu.intake.tasks import JOBS
from siyu.kernel.abandoned import COMMAND_BEGINS_WITHIN, settle_abandoned
from siyu.kernel.app import App
from siyu.kernel.audit import SYSTEM
from siyu.kernel.db import Role
from siyu.kernel.jobs import ATTEMPTS_MAX, retry_stalled, worker_app
from siyu.kernel.longwork import Cancelled, LongTask, ask_to_cancel, owner_lock
from tests.intake.importing import MAP, NOW, announce, bring, clock, holdings, line, write_csv
from tests.intake.killing import Programs
from tests.intake.test_killed import FILE

NOTICED_SECONDS_MAX = 20
LATER = NOW + COMMAND_BEGINS_WITHIN + timedelta(seconds=1)
CUSTOMERS = "{kind: customers, source: crm, columns: {customer_key: nr, name: name}}"
PRODUCTS = "{kind: products, source: erp, columns: {product_key: nr, name: name}}"


def states(app: App, brand_id: int, import_id: int) -> tuple[str, str, str | None]:
    """The states of the import and of its task, and why it failed."""
    with app.db.transaction(brand_id=brand_id) as session:
        run = import_by_id(session, import_id=import_id)
        task = session.get(LongTask, run.task_id)
        assert task is not None
        return run.state, task.state, None if task.error is None else str(task.error["code"])


def settled(app: App, brand_id: int, import_id: int) -> tuple[str, str, str | None]:
    """The same as soon as PostgreSQL has noticed that the program is gone."""
    deadline = time.monotonic() + NOTICED_SECONDS_MAX
    while True:
        settle_abandoned(app, now=LATER)
        found = states(app, brand_id, import_id)
        if found[0] != "running" or time.monotonic() > deadline:
            return found
        time.sleep(0.1)


def queued(app: App, brand_id: int, path: Path) -> int:
    order = ImportOrder(path, MAP.format(source="till"))
    with app.db.transaction(brand_id=brand_id) as session:
        return request_import(
            session, order=order, sha256=content_sha256(path), actor=SYSTEM, now=NOW, in_background=True
        )


def test_a_command_killed_before_its_work_leaves_no_open_import(
    app: App, brand_id: int, tmp_path: Path
) -> None:
    import_id = announce(
        app, brand_id, write_csv(tmp_path / "a.csv", [line("A1")]), MAP.format(source="till")
    )
    settle_abandoned(app, now=LATER)
    assert states(app, brand_id, import_id) == ("failed", "failed", "work_abandoned")


@pytest.mark.slow
@pytest.mark.parametrize("step", [14, 30, 44])
def test_a_command_killed_in_its_work_leaves_all_of_it_or_nothing(
    app: App, programs: Programs, brand_id: int, tmp_path: Path, step: int
) -> None:
    empty = holdings(app, brand_id)
    import_id = announce(app, brand_id, write_csv(tmp_path / "f.csv", FILE), MAP.format(source="till"))
    assert programs.killed("import", brand_id, import_id, step=step) in (-signal.SIGKILL, 0)
    state, task, reason = settled(app, brand_id, import_id)
    if state == "done":
        assert task == "done"
        assert len(holdings(app, brand_id)["customers"]) == 7
    else:
        assert (state, task, reason) == ("failed", "failed", "work_abandoned")
        assert holdings(app, brand_id) == empty


def test_an_import_whose_workers_die_is_given_up_with_its_task(
    app: App, brand_id: int, tmp_path: Path
) -> None:
    import_id = queued(app, brand_id, write_csv(tmp_path / "a.csv", [line("A1")]))
    for _ in range(ATTEMPTS_MAX):
        settle_abandoned(app, now=LATER)
        assert states(app, brand_id, import_id) == ("queued", "queued", None)
        with app.db.engine.begin() as owner:
            owner.execute(text("UPDATE procrastinate_jobs SET status = 'doing' WHERE status = 'todo'"))
        with app.db.transaction(brand_id=None, role=Role.PUMP) as session:
            retry_stalled(session)
    settle_abandoned(app, now=LATER)
    assert states(app, brand_id, import_id) == ("failed", "failed", "work_given_up")


@pytest.mark.parametrize("lock", [import_lock, lambda _brand: ""])
def test_an_import_that_somebody_is_at_is_left_alone(
    app: App, brand_id: int, tmp_path: Path, lock: Callable[[int], str]
) -> None:
    path = write_csv(tmp_path / "a.csv", [line("A1")])
    import_id = announce(app, brand_id, path, MAP.format(source="till"))
    with app.db.transaction(brand_id=brand_id) as session:
        task_id = import_by_id(session, import_id=import_id).task_id
    with app.db.exclusive(lock(brand_id) or owner_lock(task_id)):
        settle_abandoned(app, now=LATER)
        assert states(app, brand_id, import_id) == ("queued", "queued", None)
    run_import(app, brand_id=brand_id, import_id=import_id, clock=clock)
    assert states(app, brand_id, import_id) == ("done", "done", None)


UNDONE = [
    (MAP.format(source="till"), {**line("A1", who="7")}),
    (CUSTOMERS, {"nr": "1", "name": "王芳"}),
    (PRODUCTS, {"nr": "1", "name": "red"}),
]


@pytest.mark.parametrize(("map_text", "row"), UNDONE)
@pytest.mark.parametrize("step", ["undoing", "finishing"])
def test_an_undo_that_is_cancelled_before_its_commit_leaves_the_import_as_it_was(
    app: App, brand_id: int, tmp_path: Path, map_text: str, row: dict[str, str], step: str
) -> None:
    import_id, _ = bring(app, brand_id, write_csv(tmp_path / "a.csv", [row], tuple(row)), map_text=map_text)
    before = holdings(app, brand_id)
    with app.db.transaction(brand_id=brand_id) as session:
        task_id = request_undo(session, import_id=import_id, actor=SYSTEM, now=NOW)

    def cancel_there(at_step: str, _done: int, _total: int) -> None:
        if at_step == step:
            with app.db.transaction(brand_id=brand_id) as session:
                ask_to_cancel(session, task_id=task_id, actor=SYSTEM)

    with pytest.raises(Cancelled):
        run_undo(
            app, brand_id=brand_id, import_id=import_id, task_id=task_id, actor=SYSTEM, clock=clock,
            listener=cancel_there,
        )  # fmt: skip
    with app.db.transaction(brand_id=brand_id) as session:
        task = session.get(LongTask, task_id)
        assert task is not None
        assert (task.state, import_by_id(session, import_id=import_id).state) == ("cancelled", "done")
    assert holdings(app, brand_id) == before


def test_an_undo_that_was_cancelled_in_the_queue_changes_nothing(
    app: App, brand_id: int, tmp_path: Path
) -> None:
    import_id, _ = bring(app, brand_id, write_csv(tmp_path / "a.csv", [line("A1", who="7")]))
    before = holdings(app, brand_id)
    with app.db.transaction(brand_id=brand_id) as session:
        task_id = request_undo(session, import_id=import_id, actor=SYSTEM, now=NOW)
        ask_to_cancel(session, task_id=task_id, actor=SYSTEM)
    with worker_app(app, JOBS).open() as runner:
        runner.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)
    with app.db.transaction(brand_id=brand_id) as session:
        task = session.get(LongTask, task_id)
        assert task is not None
        assert task.state == "cancelled"
    assert holdings(app, brand_id) == before


def test_an_undo_that_may_have_committed_goes_on_to_its_end_though_somebody_cancels(
    app: App, brand_id: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = holdings(app, brand_id)
    import_id, _ = bring(app, brand_id, write_csv(tmp_path / "a.csv", [line("A1", who="7")]))
    with app.db.transaction(brand_id=brand_id) as session:
        task_id = request_undo(session, import_id=import_id, actor=SYSTEM, now=NOW)

    def undo() -> None:
        run_undo(app, brand_id=brand_id, import_id=import_id, task_id=task_id, actor=SYSTEM, clock=clock)

    def dies(*_: object, **__: object) -> None:
        raise KeyboardInterrupt  # the process is gone after the commit in the lake

    monkeypatch.setattr("siyu.commerce.actions.orders.forget_people", dies)
    with pytest.raises(KeyboardInterrupt):
        undo()
    monkeypatch.undo()
    with app.db.transaction(brand_id=brand_id) as session:
        ask_to_cancel(session, task_id=task_id, actor=SYSTEM)
    undo()
    assert holdings(app, brand_id) == empty
