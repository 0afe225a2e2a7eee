"""Background work: jobs lie in PostgreSQL (procrastinate) and are deferred in the caller's transaction."""

import asyncio
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import procrastinate
from procrastinate.connector import BaseConnector
from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.kernel.abandoned import give_up_job
from siyu.kernel.app import App
from siyu.kernel.clock import utcnow
from siyu.kernel.db import raw
from siyu.kernel.errors import SiyuError
from siyu.kernel.logs import logger
from siyu.kernel.longwork import RUNNING_JOB, Cancelled, hand_over
from siyu.kernel.outages import says_connection_lost

log = logger(__name__)
ATTEMPTS_MAX = 6
STALLED_AFTER_SECONDS = 30
DEFAULT_QUEUE = "default"
QUEUE_PAUSE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Job:
    """A named piece of background work; `run(app, **arguments)` opens its own transactions.

    Jobs run at least once: each must change nothing when it runs again with the same arguments.
    """

    name: str
    run: Callable[..., None]
    queue: str = DEFAULT_QUEUE


def defer(
    session: Session,
    name: str,
    *,
    lock: str | None = None,
    at: datetime | None = None,
    queue: str = DEFAULT_QUEUE,
    **arguments: Any,
) -> int:
    """The job will run once this transaction commits, and never if it rolls back.

    `lock`: jobs with the same lock run one after the other. `at`: not before this moment. `queue`: those of another
    queue wait for each other alone (`queue_running`). An argument `task_id` makes
    the job the owner of that long task, which ends when the job is given up.

    returns  the job's number
    """
    deferrer = _DEFERRING.configure_task(
        name, allow_unknown=True, lock=lock, schedule_at=at, queue=queue, connection=raw(session)
    )
    job_id = int(deferrer.defer(**arguments))
    if "task_id" in arguments:
        hand_over(session, task_id=arguments["task_id"], job_id=job_id)
    return job_id


def worker_app(app: App, jobs: Iterable[Job]) -> procrastinate.App:
    """A procrastinate application that runs these jobs against `app`.

    A job that is given up ends its long tasks with its error; one whose work was cancelled has not failed.
    """
    connector = procrastinate.PsycopgConnector(conninfo=app.db.url, min_size=1, max_size=4)
    runner = procrastinate.App(connector=connector)
    for job in jobs:
        runner.task(name=job.name, queue=job.queue, retry=_RETRY, pass_context=True)(_bound(app, job))
    return runner


@contextmanager
def queue_running(app: App, jobs: Sequence[Job], *, queue: str, concurrency: int) -> Iterator[None]:
    """The jobs of a queue of their own run beside the block: however long they wait for others, no other job does.

    limits  so many at a time, a thread each; those that have begun when the block ends get five seconds more
    """
    beside = _Beside(app, jobs, queue, concurrency)
    thread = threading.Thread(target=beside.run, name=queue, daemon=True)
    thread.start()
    try:
        yield
    finally:
        beside.stop()
        thread.join(timeout=10)


class _Beside:
    """A queue's runner in a thread with a loop of its own; whatever goes wrong with it, it begins again."""

    def __init__(self, app: App, jobs: Sequence[Job], queue: str, concurrency: int) -> None:
        self._app, self._jobs, self._queue, self._concurrency = app, jobs, queue, concurrency
        self._stopped = threading.Event()
        self._running: tuple[asyncio.AbstractEventLoop, asyncio.Task[None]] | None = None

    def run(self) -> None:
        while not self._stopped.is_set():
            try:
                asyncio.run(self._work())
            except asyncio.CancelledError:
                return
            except Exception as failure:  # a thread that ended here would leave the queue full, in silence
                log.warning("a queue's runner failed; trying again", queue=self._queue, exc_info=failure)
                self._stopped.wait(QUEUE_PAUSE_SECONDS)

    def stop(self) -> None:
        self._stopped.set()
        if self._running is not None:
            loop, task = self._running
            with suppress(RuntimeError):  # it has ended by itself
                loop.call_soon_threadsafe(task.cancel)

    async def _work(self) -> None:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None, "this runs as a task"
        loop.set_default_executor(ThreadPoolExecutor(self._concurrency, thread_name_prefix=self._queue))
        self._running = (loop, task)
        if self._stopped.is_set():
            return
        runner = worker_app(self._app, self._jobs)
        async with runner.open_async():
            await runner.run_worker_async(
                queues=[self._queue], concurrency=self._concurrency, fetch_job_polling_interval=1.0,
                delete_jobs="successful", install_signal_handlers=False, shutdown_graceful_timeout=5.0,
            )  # fmt: skip


def retry_stalled(session: Session) -> int:
    """Jobs of workers that died (no heartbeat for 30 s) wait in the queue again; after six attempts they failed.

    A job that kills its worker would otherwise kill the next one, for ever.

    returns  how many jobs were found
    """
    rows = session.execute(
        text(
            "UPDATE procrastinate_jobs SET worker_id = NULL, attempts = attempts + 1, "
            "status = CAST(CASE WHEN attempts + 1 >= :attempts THEN 'failed' ELSE 'todo' END "
            "AS procrastinate_job_status) "
            "WHERE status = 'doing' AND (worker_id IS NULL OR NOT EXISTS ("
            " SELECT 1 FROM procrastinate_workers w WHERE w.id = procrastinate_jobs.worker_id"
            " AND w.last_heartbeat > now() - make_interval(secs => :seconds))) RETURNING id"
        ),
        {"seconds": STALLED_AFTER_SECONDS, "attempts": ATTEMPTS_MAX},
    )
    return len(rows.all())


def hasten(session: Session, name: str) -> int:
    """Jobs of this name that wait for their time may run now, for a session of Role.PUMP.

    returns  how many those are
    """
    waiting = text(
        "UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE task_name = :name AND status = 'todo' "
        "AND scheduled_at > now() RETURNING id"
    )
    return len(session.execute(waiting, {"name": name}).all())


def worker_is_running(session: Session) -> bool:
    """Whether some worker gave a sign of life in the last 30 s."""
    found = session.scalar(
        text(
            "SELECT EXISTS (SELECT FROM procrastinate_workers "
            "WHERE last_heartbeat > now() - make_interval(secs => :seconds))"
        ),
        {"seconds": STALLED_AFTER_SECONDS},
    )
    return bool(found)


def _bound(app: App, job: Job) -> Callable[..., None]:
    def run(context: procrastinate.JobContext, **arguments: Any) -> None:
        job_id = context.job.id
        assert job_id is not None, "a job that runs has a number"
        token = RUNNING_JOB.set(job_id)
        try:
            job.run(app, **arguments)
        except Cancelled as cancelled:
            _tell_given_up(app, job_id, cancelled)
        except Exception as error:
            if says_connection_lost(error):
                app.lake.renew()  # the next try opens it anew
            if _is_final(error, attempts=context.job.attempts):
                _tell_given_up(app, job_id, error)
            raise
        finally:
            RUNNING_JOB.reset(token)

    return run


def _tell_given_up(app: App, job_id: int, error: Exception) -> None:
    """The job's own error is what is raised, whatever happens here: the next round of the worker ends the task too."""
    try:
        give_up_job(app, job_id=job_id, error=error, now=utcnow())
    except Exception as failure:  # noqa: BLE001 -- as said
        log.warning("a given up job's tasks could not be ended", job=job_id, error=type(failure).__name__)


def _is_final(error: BaseException, *, attempts: int) -> bool:
    """A refusal is final; anything else is tried again, six times in all."""
    if isinstance(error, SiyuError) and error.status < 500:  # noqa: PLR2004 -- ours is 5xx
        return True
    return attempts + 1 >= ATTEMPTS_MAX


class _Retry(procrastinate.BaseRetryStrategy):
    """What is not final is tried again after 2, 4, 8 … seconds."""

    def get_retry_decision(
        self, *, exception: BaseException, job: procrastinate.jobs.Job
    ) -> procrastinate.RetryDecision | None:
        if _is_final(exception, attempts=job.attempts):
            return None
        return procrastinate.RetryDecision(retry_in={"seconds": 2 ** (job.attempts + 1)})


_RETRY = _Retry()


class _CallersConnection(procrastinate.SyncPsycopgConnector):
    """Defers on the connection it is given; it has no pool of its own."""

    def get_sync_connector(self) -> BaseConnector:
        return self


_DEFERRING = procrastinate.App(connector=_CallersConnection())
