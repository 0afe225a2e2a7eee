"""Reads of pulls: each with its last run, the runs of one, and those that are due."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from siyu.intake.contracts import WantedRows
from siyu.intake.models import DatabasePull, DatabasePullRun
from siyu.intake.rules.pulls import OPEN_RUNS
from siyu.intake.rules.pulls_events import EventMap
from siyu.kernel.crypto import Cipher
from siyu.kernel.db import brand_of
from siyu.kernel.errors import NotFound

PULLS_MAX = 200
RUNS_MAX = 50
DUE_MAX = 100
DUE = """
    SELECT brand_id, pull_id FROM database_pull WHERE enabled AND next_run_at <= :now ORDER BY next_run_at LIMIT :most
"""


def address_context(brand_id: int | str) -> str:
    """What the addresses of a brand's databases, passwords included, are sealed for."""
    return f"intake/pull/address/{brand_id}"


def pulls(session: Session) -> list[DatabasePull]:
    """The brand's pulls, the newest first.

    limits  200
    """
    mine = select(DatabasePull).where(DatabasePull.brand_id == brand_of(session))
    return list(session.scalars(mine.order_by(DatabasePull.pull_id.desc()).limit(PULLS_MAX)))


def pull_by_id(session: Session, *, pull_id: int, locked: bool = False) -> DatabasePull:
    """One pull.

    raises  NotFound
    """
    found = session.get(DatabasePull, pull_id, with_for_update=locked or None)
    if found is None:
        raise NotFound(what="pull", key=pull_id)
    return found


def last_runs(session: Session) -> dict[int, DatabasePullRun]:
    """The newest run of each pull, by the pull's number."""
    newest = (
        select(DatabasePullRun)
        .where(DatabasePullRun.brand_id == brand_of(session))
        .ext(distinct_on(DatabasePullRun.pull_id))
        .order_by(DatabasePullRun.pull_id, DatabasePullRun.pull_run_id.desc())
    )
    return {run.pull_id: run for run in session.scalars(newest)}


def runs_of(session: Session, *, pull_id: int) -> list[DatabasePullRun]:
    """The runs of a pull, the newest first.

    limits  50
    """
    mine = select(DatabasePullRun).where(DatabasePullRun.pull_id == pull_id)
    return list(session.scalars(mine.order_by(DatabasePullRun.pull_run_id.desc()).limit(RUNS_MAX)))


def open_run(session: Session, *, pull_id: int) -> DatabasePullRun | None:
    """The run that is under way; None if none is."""
    mine = select(DatabasePullRun).where(
        DatabasePullRun.pull_id == pull_id, DatabasePullRun.state.in_([state.value for state in OPEN_RUNS])
    )
    return session.scalar(mine)


def due_pulls(session: Session, *, now: datetime) -> list[tuple[int, int]]:
    """The (brand, pull) whose time has come, of all brands; asked as siyu_pump.

    limits  100, the longest overdue first
    """
    return [(row.brand_id, row.pull_id) for row in session.execute(text(DUE), {"now": now, "most": DUE_MAX})]


def wanted_rows(pull: DatabasePull, *, cipher: Cipher) -> WantedRows:
    """What the pull reads, with the address opened."""
    url = cipher.decrypt(bytes(pull.url_sealed), context=address_context(pull.brand_id))
    return WantedRows(url=url, table=pull.table_name, query=pull.query, cursor_column=pull.cursor_column)


def event_map_from(stored: Mapping[str, Any]) -> EventMap:
    """A map of rows to events as it was stored."""
    identities = tuple((one[0], one[1]) for one in stored["identities"])
    lists = {name: tuple(stored[name]) for name in ("key_columns", "properties")}
    return EventMap(**{**stored, **lists, "identities": identities})
