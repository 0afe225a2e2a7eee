"""The worker: runs jobs, and the pump that carries facts from the inbox to the lake."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy.exc import OperationalError

from siyu.destinations.api import (
    DELIVERIES_QUEUE,
    START_JOB,
    brands_with_exports_due,
    stuck_destinations,
    wake_stuck,
)
from siyu.entrypoints.app import opened
from siyu.entrypoints.wiring import JOB_NAMES, JOBS, jobs_of
from siyu.intake.api import CLEAN_JOB, LAKE_QUEUE, ask_to_compact, begin_due_pull, due_pulls, pump
from siyu.kernel.abandoned import settle_abandoned
from siyu.kernel.app import App
from siyu.kernel.clock import utcnow
from siyu.kernel.db import Role
from siyu.kernel.jobs import DEFAULT_QUEUE, defer, hasten, queue_running, retry_stalled, worker_app
from siyu.kernel.lake import LakeFailure
from siyu.kernel.logs import configure_logs, logger
from siyu.kernel.processes import exit_when_parent_dies
from siyu.kernel.settings import Settings
from siyu.organisation.api import all_brands
from siyu.people.api import brands_to_seal

log = logger(__name__)
PUMP_PAUSE_SECONDS, PUMP_PAUSE_SECONDS_MAX = 0.5, 30.0
DELIVERIES_AT_ONCE = 8
OLD_IDS_EVERY_SECONDS = 6 * 3600


def work(app: App, *, once: bool = False) -> None:
    """Jobs are run until SIGTERM or Ctrl-C; with `once`, until the inbox and the queue are empty."""
    if once:
        _take_care(app)
        while pump(app, now=utcnow()):
            pass
        _run_waiting(app)
        while _rests_ended(app):  # who waits for the end has no time for rests
            _run_waiting(app)
        return
    for module in JOB_NAMES:  # all at once now, and not by two threads at the same time later
        jobs_of(module)
    with (
        _pumping(app),
        queue_running(app, JOBS, queue=DELIVERIES_QUEUE, concurrency=DELIVERIES_AT_ONCE),
        queue_running(app, JOBS, queue=LAKE_QUEUE, concurrency=1),
    ):
        worker_app(app, JOBS).run_worker(
            queues=[DEFAULT_QUEUE], concurrency=2, fetch_job_polling_interval=1.0, delete_jobs="successful"
        )


def _run_waiting(app: App) -> None:
    worker_app(app, JOBS).run_worker(wait=False, install_signal_handlers=False, listen_notify=False)


def _rests_ended(app: App) -> bool:
    """Whether traits rested; they do no more."""
    with app.db.transaction(brand_id=None, role=Role.PUMP) as session:
        return hasten(session, "insight.refresh_rested") > 0


@contextmanager
def _pumping(app: App) -> Iterator[None]:
    stop = threading.Event()
    thread = threading.Thread(target=_pump_until, args=(app, stop), name="pump", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=10)


def _pump_until(app: App, stop: threading.Event) -> None:
    """Carries what waits; whatever goes wrong, the database gone or a fact that cannot be written, it tries again."""
    tick, pause, swept_at = 0, PUMP_PAUSE_SECONDS, float("-inf")
    while not stop.wait(pause):
        try:
            for ticks, look in LOOKS:
                if tick % ticks == 0:
                    look(app)
            tick += 1
            if time.monotonic() - swept_at > OLD_IDS_EVERY_SECONDS:
                _sweep(app)
                swept_at = time.monotonic()
            while pump(app, now=utcnow()) and not stop.is_set():
                pause = PUMP_PAUSE_SECONDS  # one brand's bad batch must not slow down the others
            pause = PUMP_PAUSE_SECONDS
        except Exception as failure:  # a thread that ended here would leave the inbox full, in silence
            log.warning("the pump failed; trying again", error=type(failure).__name__, exc_info=failure)
            if isinstance(failure, OperationalError | LakeFailure):
                app.lake.renew()
            pause = min(2 * pause, PUMP_PAUSE_SECONDS_MAX)


def _take_care(app: App) -> None:
    """Jobs of dead workers wait again or have failed; tasks whose job or program is gone have ended."""
    with app.db.transaction(brand_id=None, role=Role.PUMP) as session:
        retry_stalled(session)
    settle_abandoned(app, now=utcnow())


def _pull(app: App) -> None:
    """Each pull whose time has come has a job that runs it."""
    now = utcnow()
    with app.db.transaction(brand_id=None, role=Role.PUMP) as session:
        due = due_pulls(session, now=now)
    for brand_id, pull_id in due:
        with app.db.transaction(brand_id=brand_id) as session:
            begin_due_pull(session, pull_id=pull_id, now=now)


def _seal(app: App) -> None:
    """Each brand to whose consent ledger something was added has a job that seals it."""
    with app.db.transaction(brand_id=None) as session:
        brands = [brand.brand_id for brand in all_brands(session)]
    with app.db.transaction(brand_id=None, role=Role.PUMP) as session:
        waiting = brands_to_seal(session, brand_ids=brands)
    for brand_id in waiting:
        with app.db.transaction(brand_id=brand_id) as session:
            defer(session, "people.seal_consents", lock=f"consent_seal/{brand_id}", brand_id=brand_id)


def _watch(app: App) -> None:
    """Each brand has a job that looks for news."""
    with app.db.transaction(brand_id=None) as session:
        brands = all_brands(session)
    for brand in brands:
        with app.db.transaction(brand_id=brand.brand_id) as session:
            defer(session, "organisation.watch", lock=f"watch/{brand.brand_id}", brand_id=brand.brand_id)


def _clean(app: App) -> None:
    """A job removes lake files that were replaced."""
    with app.db.transaction(brand_id=None) as session:
        defer(session, CLEAN_JOB, lock=CLEAN_JOB, queue=LAKE_QUEUE)


def _send_out(app: App) -> None:
    """Exports whose hour has come are begun; where something is due for minutes, a job sends it."""
    now = utcnow()
    with app.db.transaction(brand_id=None, role=Role.PUMP) as session:
        stuck = stuck_destinations(session, now=now)
        exporting = brands_with_exports_due(session, now=now)
    for brand_id in exporting:
        with app.db.transaction(brand_id=brand_id) as session:
            defer(session, START_JOB, lock=f"exports/{brand_id}", brand_id=brand_id)
    for brand_id, destination_id in stuck:
        with app.db.transaction(brand_id=brand_id) as session:
            wake_stuck(session, destination_id=destination_id, now=now)


def _sweep(app: App) -> None:
    """Each brand has jobs that move ids of old facts to the lake and remove what it keeps no longer."""
    with app.db.transaction(brand_id=None) as session:
        brands = all_brands(session)
        defer(session, "privacy.tidy_lake", lock="privacy.tidy_lake")
    for brand in brands:
        with app.db.transaction(brand_id=brand.brand_id) as session:
            defer(session, "intake.move_old_ids", lock=f"old_ids/{brand.brand_id}", brand_id=brand.brand_id)
            defer(session, "intake.forget_webhook_bodies", brand_id=brand.brand_id)
            defer(session, "privacy.night", lock=f"night/{brand.brand_id}", brand_id=brand.brand_id)


LOOKS: tuple[tuple[int, Callable[[App], None]], ...] = (  # every so many ticks of half a second or more
    (20, _take_care),
    (20, _pull),
    (20, ask_to_compact),
    (60, _seal),
    (60, _send_out),
    (600, _watch),
    (3600, _clean),
)


def main() -> None:
    """Entry point of a supervised worker process."""
    exit_when_parent_dies()
    settings = Settings.from_environment(os.environ)
    configure_logs(settings.log_level)
    with opened(settings) as app:
        work(app)


if __name__ == "__main__":
    main()
