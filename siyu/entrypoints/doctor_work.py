"""The part of `siyu doctor` that asks whether work gets done: worker, jobs, inbox, messages, what the lake holds."""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta

from sqlalchemy import text

from siyu.entrypoints.findings import Finding, Unwell, tried
from siyu.kernel.clock import utcnow
from siyu.kernel.db import Database, Role
from siyu.kernel.jobs import worker_is_running
from siyu.kernel.lake import Lake
from siyu.kernel.lake_compaction import fullest_place
from siyu.kernel.lake_migrations import lake_migrations, lake_version
from siyu.kernel.settings import Settings
from siyu.organisation.api import all_brands
from siyu.organisation.contracts import BrandInfo
from siyu.outreach.api import stuck_messages

LAG_MAX = timedelta(minutes=5)
FAILED_WITHIN_DAYS = 7
LAKE_FILES_MAX = 500  # a worker merges eight

WAITING = """
    SELECT count(*) FROM procrastinate_jobs
    WHERE status = 'doing' OR status = 'todo' AND coalesce(scheduled_at, now()) <= now()
"""
INBOXES = """
    SELECT coalesce(sum(facts), 0)::bigint AS facts, min(received_at) AS oldest FROM (
        SELECT 1 AS facts, received_at FROM inbox UNION ALL SELECT events, received_at FROM event_envelope
    ) waiting
"""
FAILED = """
    SELECT j.task_name, count(*) AS jobs FROM procrastinate_jobs j
    WHERE j.status = 'failed' AND EXISTS (
        SELECT FROM procrastinate_events e
        WHERE e.job_id = j.id AND e.type = 'failed' AND e.at > now() - make_interval(days => :days))
    GROUP BY 1 ORDER BY 1
"""


def work_findings(settings: Settings, url: str) -> Iterator[Finding]:
    """Worker, failed jobs, inbox, stuck messages, lake version and files, in the order in which one would mend them."""
    with closing(Database(url)) as db, closing(Lake(database_url=url, path=settings.lake_path)) as lake:
        looks: dict[str, Callable[[], str]] = {
            "worker": lambda: _worker(db),
            "jobs": lambda: _jobs(db),
            "inbox": lambda: _inbox(db),
            "messages": lambda: _messages(db),
            "lake tables": lambda: _lake_tables(db, lake),
            "lake files": lambda: _lake_files(lake),
        }
        for part, look in looks.items():
            yield tried(part, look)


def _worker(db: Database) -> str:
    with db.transaction(brand_id=None, role=Role.PUMP) as session:
        alive, waiting = worker_is_running(session), session.scalar(text(WAITING)) or 0
    if alive:
        return f"alive, {waiting} jobs wait or run"
    if waiting:
        raise Unwell(f"none is alive and {waiting} jobs wait; run `siyu serve` or `siyu worker`")
    return "none is alive, and nothing waits for one"


def _jobs(db: Database) -> str:
    with db.transaction(brand_id=None, role=Role.PUMP) as session:
        rows = session.execute(text(FAILED), {"days": FAILED_WITHIN_DAYS}).all()
    if rows:
        listed = ", ".join(f"{row.task_name} {row.jobs}" for row in rows)
        remedy = "the worker's log says why; mend that, then import, refresh or launch again"
        raise Unwell(f"failed within {FAILED_WITHIN_DAYS} days: {listed}; {remedy}")
    return f"none failed within {FAILED_WITHIN_DAYS} days"


def _inbox(db: Database) -> str:
    with db.transaction(brand_id=None, role=Role.PUMP) as session:
        row = session.execute(text(INBOXES)).one()
    if not row.facts:
        return "empty"
    lag = max(utcnow() - row.oldest, timedelta(0))
    seen = f"{row.facts} facts wait, the oldest for {lag.total_seconds():.0f} s"
    if lag > LAG_MAX:
        raise Unwell(f"{seen}; run `siyu serve` or `siyu worker`, and look for `pump` and `batch` in its log")
    return seen


def _messages(db: Database) -> str:
    stuck = {}
    for brand in _brands(db):
        with db.transaction(brand_id=brand.brand_id) as session:
            stuck[brand.code] = stuck_messages(session)
    listed = ", ".join(f"{code} {number}" for code, number in stuck.items() if number)
    if listed:
        raise Unwell(f"nobody will take up: {listed}; run `siyu message wake`, or stop the campaign")
    return "none is stuck"


def _lake_tables(db: Database, lake: Lake) -> str:
    wanted, found = len(lake_migrations()), {}
    for brand in _brands(db):
        found[brand.code] = lake_version(lake, brand_id=brand.brand_id)
    listed = ", ".join(f"{code} {version}" for code, version in found.items() if version != wanted)
    if listed:
        raise Unwell(f"version {wanted} is wanted, but there is: {listed}; run `siyu init`")
    return f"version {wanted} in {len(found)} brands"


def _lake_files(lake: Lake) -> str:
    table, most, total = fullest_place(lake)
    if most > LAKE_FILES_MAX:
        raise Unwell(
            f"{most} files of {table} lie in one place, and reading it is slow; let `siyu serve` or `siyu worker` run, "
            "and look for `a table stays as it is` in its log"
        )
    return f"{total}, {most} at most in one place"


def _brands(db: Database) -> tuple[BrandInfo, ...]:
    with db.transaction(brand_id=None) as session:
        return all_brands(session)
