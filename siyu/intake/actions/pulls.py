"""Pulls are set up, changed, begun and forgotten; the address of the database is sealed and shown to nobody."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from siyu.intake.actions.pull_cursor import pause
from siyu.intake.errors.files import KindDiffers
from siyu.intake.errors.pulls import CursorUnfit, PullBusy
from siyu.intake.models import DatabasePull, DatabasePullRun
from siyu.intake.queries.pulls import address_context, open_run, pull_by_id
from siyu.intake.readers.maps import map_of_text
from siyu.intake.rules.pulls import (
    PausedBecause,
    RunState,
    check_rows,
    checked_address,
    next_run_at,
    shown_address,
)
from siyu.intake.rules.pulls_events import EventMap, check_event_map
from siyu.kernel.audit import SYSTEM, Actor, record
from siyu.kernel.crypto import Cipher
from siyu.kernel.db import brand_of
from siyu.kernel.jobs import defer
from siyu.kernel.longwork import announce_task

EVENTS = "events"
PULL_KIND = "pull"
PULL_JOB = "intake.run_pull"
RUNS_KEPT = 200


@dataclass(frozen=True, slots=True)
class PullSettings:
    """What is pulled, as what, and when.

    units  `lag` in seconds, or in units of a cursor that counts; `kind` is of ImportKind, or events
    """

    title: str
    kind: str
    cursor_column: str
    table: str = ""
    query: str = ""
    lag: int = 0
    map_text: str = ""
    source: str = ""
    event_map: EventMap | None = None
    max_bad_share: Decimal | None = None
    rate: Decimal | None = None
    every_minutes: int | None = None
    enabled: bool = True


def create_pull(
    session: Session, *, cipher: Cipher, settings: PullSettings, url: str, actor: Actor, now: datetime
) -> DatabasePull:
    """The brand has one more database whose rows come by themselves, or when somebody asks.

    raises   DatabaseAddressUnfit, QueryUnfit, CursorUnfit, MapInvalid, KindDiffers, EventMapUnfit
    effects  one row in database_pull, the address sealed; audit pull.created
    """
    settings, url = _checked(settings), checked_address(url)
    brand_id = brand_of(session)
    pull = DatabasePull(
        brand_id=brand_id, url_sealed=cipher.encrypt(url, context=address_context(brand_id)),
        database=shown_address(url), paused_because="", cursor_value=None, tail=b"", failures=0, looked_at=None,
        created_by=actor.label, created_at=now, updated_at=now, next_run_at=None, **_columns(settings),
    )  # fmt: skip
    if settings.every_minutes is not None:
        pull.next_run_at = now
    if not settings.enabled:
        pull.paused_because = PausedBecause.ASKED.value
    session.add(pull)
    session.flush()
    record(
        session, actor=actor, action="pull.created", subject=("pull", pull.pull_id),
        after={"title": pull.title, "database": pull.database, "kind": pull.kind, "source": pull.source}, now=now,
    )  # fmt: skip
    return pull


def change_pull(
    session: Session, *, cipher: Cipher, pull_id: int, settings: PullSettings, url: str | None,
    from_beginning: bool, actor: Actor, now: datetime,
) -> DatabasePull:  # fmt: skip
    """The pull reads as said from its next run on; without a new address the old one stays.

    Other rows or another cursor begin at the beginning, where `from_beginning` also puts it; imports leave out what
    is known.

    raises   NotFound, PullBusy, what create_pull raises
    effects  audit pull.changed, without the address
    """
    settings = _checked(settings)
    pull = _idle(session, pull_id)
    wanted = _columns(settings)
    if url:
        url = checked_address(url)
        pull.url_sealed = cipher.encrypt(url, context=address_context(pull.brand_id))
        wanted["database"] = shown_address(url)
    before = {name: getattr(pull, name) for name in wanted if getattr(pull, name) != wanted[name]}
    for name in before:
        setattr(pull, name, wanted[name])
    if from_beginning or before.keys() & {"database", "table_name", "query", "cursor_column"}:
        before["cursor_value"], pull.cursor_value, pull.tail = pull.cursor_value, None, b""
    if before.keys() & {"kind", "source", "map_text", "event_map"}:
        pull.tail = b""
    if not before and not url:
        return pull
    pull.updated_at, pull.failures = now, 0
    _schedule(pull, now)
    record(
        session, actor=actor, action="pull.changed", subject=("pull", pull_id), before=_told(before),
        after=_told({name: getattr(pull, name) for name in before}) | ({"address": "***"} if url else {}), now=now,
    )  # fmt: skip
    return pull


def set_pull_enabled(
    session: Session, *, pull_id: int, enabled: bool, actor: Actor, now: datetime
) -> DatabasePull:
    """The pull runs by its schedule, or waits until somebody says so; a run under way goes on.

    raises   NotFound
    effects  audit pull.resumed or pull.paused
    """
    pull = pull_by_id(session, pull_id=pull_id, locked=True)
    if pull.enabled == enabled:
        return pull
    if enabled:
        pull.enabled, pull.failures, pull.updated_at = True, 0, now
        _schedule(pull, now)
    else:
        pause(pull, because=PausedBecause.ASKED, now=now)
    record(
        session, actor=actor, action="pull.resumed" if enabled else "pull.paused", subject=("pull", pull_id),
        after={"title": pull.title}, now=now,
    )  # fmt: skip
    return pull


def remove_pull(session: Session, *, pull_id: int, actor: Actor, now: datetime) -> None:
    """The pull, its address and the record of its runs are gone; what it brought stays, and can be undone.

    raises   NotFound, PullBusy
    effects  audit pull.removed
    """
    pull = _idle(session, pull_id)
    record(
        session, actor=actor, action="pull.removed", subject=("pull", pull_id),
        before={"title": pull.title, "database": pull.database, "kind": pull.kind, "source": pull.source}, now=now,
    )  # fmt: skip
    session.delete(pull)


def request_pull(
    session: Session, *, pull_id: int, actor: Actor, now: datetime, in_background: bool = True
) -> DatabasePullRun:
    """A run of the pull is announced in the task centre; with `in_background` a worker will do it.

    raises   NotFound, PullBusy
    effects  database_pull_run, long_task, perhaps a job; audit pull.run
    """
    pull = _idle(session, pull_id)
    run = _begun(session, pull, actor=actor, by_hand=True, now=now, in_background=in_background)
    record(
        session, actor=actor, action="pull.run", subject=("pull", pull_id),
        after={"title": pull.title, "task": run.task_id}, now=now,
    )  # fmt: skip
    return run


def begin_due_pull(session: Session, *, pull_id: int, now: datetime) -> DatabasePullRun | None:
    """If the pull's time has come, a worker will run it. Again, or while it runs, nothing happens.

    returns  the run, or None
    effects  database_pull_run, long_task, a job
    """
    pull = session.get(DatabasePull, pull_id, with_for_update=True)
    if pull is None or not pull.enabled or pull.next_run_at is None or pull.next_run_at > now:
        return None
    pull.next_run_at = next_run_at(now, every_minutes=pull.every_minutes)
    if open_run(session, pull_id=pull_id) is not None:
        return None
    return _begun(session, pull, actor=SYSTEM, by_hand=False, now=now, in_background=True)


def _begun(
    session: Session, pull: DatabasePull, *, actor: Actor, by_hand: bool, now: datetime, in_background: bool
) -> DatabasePullRun:
    old = select(DatabasePullRun.pull_run_id).where(DatabasePullRun.pull_id == pull.pull_id)
    old = old.order_by(DatabasePullRun.pull_run_id.desc()).offset(RUNS_KEPT)
    session.execute(delete(DatabasePullRun).where(DatabasePullRun.pull_run_id.in_(old)))
    run = DatabasePullRun(
        brand_id=pull.brand_id, pull_id=pull.pull_id, import_id=None, state=RunState.READING.value, by_hand=by_hand,
        task_id=announce_task(session, kind=PULL_KIND, title=pull.title, actor=actor, now=now),
        from_value=pull.cursor_value, to_value=None, tail=b"", is_more=False, rows=0, left_out={}, problem=None,
        started_by=actor.label, started_at=now, finished_at=None,
    )  # fmt: skip
    session.add(run)
    session.flush()
    if in_background:
        defer(session, PULL_JOB, brand_id=pull.brand_id, pull_run_id=run.pull_run_id, task_id=run.task_id)
    return run


def _idle(session: Session, pull_id: int) -> DatabasePull:
    pull = pull_by_id(session, pull_id=pull_id, locked=True)
    if open_run(session, pull_id=pull_id) is not None:
        raise PullBusy(title=pull.title)
    return pull


def _schedule(pull: DatabasePull, now: datetime) -> None:
    pull.paused_because = "" if pull.enabled else pull.paused_because or PausedBecause.ASKED.value
    pull.next_run_at = now if pull.every_minutes is not None else None


def _checked(settings: PullSettings) -> PullSettings:
    """The settings with what follows from them: an import's source is its map's."""
    settings = replace(settings, table=settings.table.strip(), query=settings.query.strip())
    check_rows(table=settings.table, query=settings.query)
    if not settings.cursor_column:
        raise CursorUnfit(column="", why="none is named")
    if settings.kind == EVENTS:
        check_event_map(settings.event_map or EventMap())
        return replace(settings, map_text="")
    found = map_of_text(settings.map_text, name=settings.title)
    if found.kind.value != settings.kind:
        raise KindDiffers(map=settings.title, found=found.kind.value, wanted=settings.kind)
    return replace(settings, source=found.source, event_map=None)


def _columns(settings: PullSettings) -> dict[str, Any]:
    event_map = {} if settings.event_map is None else asdict(settings.event_map)
    for name in ("key_columns", "properties", "identities"):
        if event_map:
            event_map[name] = [list(one) if isinstance(one, tuple) else one for one in event_map[name]]
    return {
        "title": settings.title, "kind": settings.kind, "table_name": settings.table, "query": settings.query,
        "cursor_column": settings.cursor_column, "lag": settings.lag, "source": settings.source,
        "map_text": settings.map_text, "event_map": event_map, "every_minutes": settings.every_minutes,
        "max_bad_share": "" if settings.max_bad_share is None else str(settings.max_bad_share),
        "rate": "" if settings.rate is None else str(settings.rate), "enabled": settings.enabled,
    }  # fmt: skip


def _told(values: dict[str, Any]) -> dict[str, Any]:
    """For the audit log: that a map or a query changed, not the whole of it."""
    long = ("map_text", "event_map", "query")
    return {name: "…" if name in long else value for name, value in values.items()}
