"""Long tasks end even when the job or the program that did their work is gone for good."""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, text

from siyu.kernel.app import App
from siyu.kernel.db import Role
from siyu.kernel.errors import SiyuError
from siyu.kernel.logs import logger
from siyu.kernel.longwork import OPEN_STATES, Cancelled, LongTask, Progress, owner_lock

log = logger(__name__)
COMMAND_BEGINS_WITHIN = timedelta(seconds=60)
ABANDONED_MAX = 1_000

OWNED_BY_JOB = """
    SELECT t.brand_id, t.task_id, t.kind, t.cancel_wanted_by, NULL::text AS status, 0 AS attempts
    FROM long_task t WHERE t.state IN ('queued', 'running') AND t.job_id = :job
"""
ABANDONED = """
    SELECT t.brand_id, t.task_id, t.kind, t.cancel_wanted_by, j.status::text AS status, j.attempts
    FROM long_task t LEFT JOIN procrastinate_jobs j ON j.id = t.job_id
    WHERE t.state IN ('queued', 'running') AND CASE
        WHEN t.job_id IS NULL THEN t.created_at < :command_began
        ELSE j.id IS NULL OR j.status NOT IN ('todo', 'doing') END
    ORDER BY t.task_id LIMIT :most
"""


class WorkAbandoned(SiyuError):
    """The program that ran this ended before the work did: it was closed, killed, or the machine stopped. Nothing
    of the work stays half done. Start it again.
    """

    code = "work_abandoned"
    status = 500
    zh = "执行这项工作的程序在完成之前就结束了（被关闭、被终止或机器停机）。不会留下做了一半的内容，请重新开始。"


class WorkGivenUp(SiyuError):
    """The workers that ran this ended {attempts} times before the work did; it is not tried again. The worker's log
    and `siyu doctor` say more. When the cause is mended, start it again.
    """

    code = "work_given_up"
    status = 500
    zh = (
        "执行这项工作的执行器 {attempts} 次在完成之前就结束了，不再重试。原因见执行器日志与 `siyu doctor`；"
        "排除原因后请重新开始。"
    )


@dataclass(frozen=True, slots=True)
class LongWork:
    """A kind of long task beside which a module keeps a row of its own; offered in the wiring.

    `give_up(app, brand_id=, task_id=, error=, now=)`: the module's row is not open any more, with the error as its
    reason. It may end the task itself. Called again it changes nothing; what it raises is tried again later.
    """

    kind: str
    give_up: Callable[..., None]


def settle_abandoned(app: App, *, now: datetime) -> int:
    """Every open task whose owner is gone for good has ended, and the row of its module with it.

    A job is gone when it neither waits nor runs (a dead worker's job waits again first, or has failed). A command is
    gone when nobody holds the task's `owner_lock` a minute after the task was announced. Who asked to cancel such
    a task finds it cancelled.

    returns  how many tasks were ended
    limits   1,000 tasks a call; one that cannot be ended now keeps no other waiting
    """
    given = {"command_began": now - COMMAND_BEGINS_WITHIN, "most": ABANDONED_MAX}
    return sum(_ended(app, row, error=_reason(row), now=now) for row in _found(app, ABANDONED, given))


def give_up_job(app: App, *, job_id: int, error: Exception, now: datetime) -> None:
    """The tasks of a job that will not be tried again have ended with its error; those that ended keep their end."""
    for row in _found(app, OWNED_BY_JOB, {"job": job_id}):
        _ended(app, row, error=error, now=now)


def _found(app: App, query: str, given: dict[str, object]) -> list[Row[Any]]:
    with app.db.transaction(brand_id=None, role=Role.PUMP) as session:
        return list(session.execute(text(query), given))


def _reason(row: Row[Any]) -> Exception:
    if row.cancel_wanted_by is not None:
        return Cancelled(who=row.cancel_wanted_by)
    if row.status == "failed":
        return WorkGivenUp(attempts=row.attempts)
    return WorkAbandoned()


def _ended(app: App, row: Row[Any], *, error: Exception, now: datetime) -> bool:
    """Whether the task has ended by this call; what goes wrong is logged, and tried again by the next round."""
    try:
        with app.db.exclusive(owner_lock(row.task_id), waiting=_leave_it):
            for work in app.wiring.of(LongWork):
                if work.kind == row.kind:
                    work.give_up(app, brand_id=row.brand_id, task_id=row.task_id, error=error, now=now)
            _fail_if_open(app, row, error, now)
    except _StillOwnedError:
        return False
    except Exception as failure:  # noqa: BLE001 -- one brand's trouble must not keep the others waiting
        log.warning("an abandoned task could not be ended", task=row.task_id, error=type(failure).__name__)
        return False
    return True


def _fail_if_open(app: App, row: Row[Any], error: Exception, now: datetime) -> None:
    with app.db.transaction(brand_id=row.brand_id) as session:
        task = session.get(LongTask, row.task_id, with_for_update=True)
        if task is not None and task.state in OPEN_STATES:
            Progress(lambda: nullcontext(session), row.task_id).fail(error, now=now)


class _StillOwnedError(Exception):
    """Somebody is at work."""


def _leave_it() -> None:
    raise _StillOwnedError
