"""The task centre: every long piece of work has a row with its progress, its end, and a way to cancel it."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, select, update
from sqlalchemy.orm import Mapped, Session

from siyu.kernel.audit import Actor
from siyu.kernel.db import Base, brand_of, identity_key
from siyu.kernel.errors import NotFound, SiyuError
from siyu.kernel.notices import notify, task_ended

Opener = Callable[[], AbstractContextManager[Session]]
Listener = Callable[[str, int, int], None]
OPEN_STATES = ("queued", "running")
RUNNING_JOB: ContextVar[int | None] = ContextVar("running_job", default=None)


class Cancelled(SiyuError):
    """The work was cancelled by {who}; nothing of it is kept."""

    code = "cancelled"
    status = 409
    zh = "任务已被 {who} 取消；没有留下任何内容。"


class NotCancellable(SiyuError):
    """The task {task_id} has already {state}; there is nothing to cancel."""

    code = "not_cancellable"
    status = 409
    zh = "任务 {task_id} 已经结束（{state}），无需取消。"


class LongTask(Base):
    """A long job as people see it. state is queued | running | done | failed | cancelled.

    `job_id` is the background job that does the work; None for the work of a command, which holds `owner_lock`.
    """

    __tablename__ = "long_task"

    task_id: Mapped[int] = identity_key()
    brand_id: Mapped[int]
    kind: Mapped[str]
    title: Mapped[str]
    state: Mapped[str]
    done: Mapped[int]
    total: Mapped[int]
    step: Mapped[str]
    started_by: Mapped[str]
    cancel_wanted_by: Mapped[str | None]
    job_id: Mapped[int | None]
    result: Mapped[dict[str, Any] | None]
    error: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


def announce_task(session: Session, *, kind: str, title: str, actor: Actor, now: datetime) -> int:
    """The task stands in the task centre as queued.

    Announced inside a job it belongs to that job; else to the job that is deferred with its `task_id`, or to a
    command that holds `owner_lock` from now on.

    returns  its number
    """
    task = LongTask(
        brand_id=brand_of(session), kind=kind, title=title, state="queued", done=0, total=0, step="",
        started_by=actor.label, job_id=RUNNING_JOB.get(), created_at=now,
    )  # fmt: skip
    session.add(task)
    session.flush()
    return task.task_id


def ask_to_cancel(session: Session, *, task_id: int, actor: Actor) -> None:
    """The task stops at its next step.

    raises  NotFound, NotCancellable
    """
    task = session.get(LongTask, task_id)
    if task is None:
        raise NotFound(what="task", key=task_id)
    if task.state not in OPEN_STATES:
        raise NotCancellable(task_id=task_id, state=task.state)
    task.cancel_wanted_by = actor.label


def hand_over(session: Session, *, task_id: int, job_id: int) -> None:
    """The task's work is this job's: the task ends when the job is given up."""
    session.execute(update(LongTask).where(LongTask.task_id == task_id).values(job_id=job_id))


def task_of_running_job(session: Session, *, kind: str) -> int | None:
    """The open task of this kind that an earlier attempt of the running job announced."""
    job_id = RUNNING_JOB.get()
    if job_id is None:
        return None
    mine = select(LongTask.task_id).where(LongTask.job_id == job_id, LongTask.kind == kind)
    return session.scalar(mine.where(LongTask.state.in_(OPEN_STATES)).limit(1))


def owner_lock(task_id: int) -> str:
    """What a command holds exclusively while it does the work of a task; the lock dies with the command.

    >>> owner_lock(7)
    'long_task/7'
    """
    return f"long_task/{int(task_id)}"


def tasks(
    *, before_id: int | None, limit: int, states: Sequence[str] = (), kinds: Sequence[str] = ()
) -> Select[Any]:
    """The brand's tasks, newest first; `before_id` continues a page. No states or kinds means all."""
    query = select(LongTask).order_by(LongTask.task_id.desc()).limit(limit)
    if states:
        query = query.where(LongTask.state.in_(states))
    if kinds:
        query = query.where(LongTask.kind.in_(kinds))
    return query if before_id is None else query.where(LongTask.task_id < before_id)


class Progress:
    """A running task's own view: says how far it is, hears that it should stop.

    Each call is a short transaction of its own, so that people see progress before the work commits.
    """

    def __init__(self, opener: Opener, task_id: int, listener: Listener | None = None) -> None:
        self._open = opener
        self.task_id = task_id
        self._tell = listener or (lambda _step, _done, _total: None)

    def start(self, *, now: datetime) -> bool:
        """The task is running, unless it has ended already.

        returns  whether it runs
        """
        mine = update(LongTask).where(LongTask.task_id == self.task_id, LongTask.state.in_(OPEN_STATES))
        with self._open() as session:
            ran = session.execute(mine.values(state="running", started_at=now).returning(LongTask.task_id))
            return ran.first() is not None

    def at(self, step: str, *, done: int = 0, total: int = 0) -> None:
        """People see this step and these counts.

        raises  Cancelled if somebody asked for it
        """
        self.past_stopping(step, done=done, total=total)
        self.stop_if_asked()

    def past_stopping(self, step: str, *, done: int = 0, total: int = 0) -> None:
        """The same for work that is brought to its end once it has begun, whoever asks to cancel."""
        self._tell(step, done, total)
        self._write(step=step, done=done, total=total)

    def stop_if_asked(self) -> None:
        """Returns if nobody asked to cancel.

        raises  Cancelled
        """
        with self._open() as session:
            who = session.scalar(select(LongTask.cancel_wanted_by).where(LongTask.task_id == self.task_id))
        if who is not None:
            raise Cancelled(who=who)

    def end(self, state: str, *, now: datetime, result: dict[str, Any] | None = None) -> None:
        """The task has ended; `result` is what people read of it. Who started it is told."""
        self._end(state, now=now, result=result)

    def fail(self, error: Exception, *, now: datetime) -> None:
        """The task ended with this error, said in both languages; a cancelled task says so. Who started it is told."""
        state = "cancelled" if isinstance(error, Cancelled) else "failed"
        self._end(state, now=now, error=problem_of(error))

    def withdraw(self) -> None:
        """The task never was: for work that nobody asked for and that was over before anybody could look."""
        with self._open() as session:
            session.execute(delete(LongTask).where(LongTask.task_id == self.task_id))

    def _end(self, state: str, *, now: datetime, **changes: Any) -> None:
        mine = update(LongTask).where(LongTask.task_id == self.task_id)
        with self._open() as session:
            task = session.scalars(
                mine.values(state=state, finished_at=now, **changes).returning(LongTask)
            ).first()
            news = task and task_ended(
                task_id=task.task_id, kind=task.kind, title=task.title, state=state, started_by=task.started_by,
                cancelled_by=task.cancel_wanted_by,
            )  # fmt: skip
            if news:
                notify(session, news=news, now=now)

    def _write(self, **changes: Any) -> None:
        with self._open() as session:
            session.execute(update(LongTask).where(LongTask.task_id == self.task_id).values(**changes))


def problem_of(error: Exception) -> dict[str, Any]:
    """An error as stored beside a task: code and message in both languages, no trace."""
    if isinstance(error, SiyuError):
        return {"code": error.code, "message": error.said_in("en"), "message_zh": error.said_in("zh")}
    message = f"{type(error).__name__}; see the server's log for details"
    return {
        "code": "internal",
        "message": message,
        "message_zh": f"内部错误（{type(error).__name__}），详见服务器日志",
    }
