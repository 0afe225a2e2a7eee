"""Which imports there were, and what became of them."""

from collections.abc import Collection
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from siyu.intake.contracts import ImportKind, ImportPage, ImportState, PresetInfo, TakenBack
from siyu.intake.models import ImportRun
from siyu.intake.readers.maps import load_preset, preset_names, preset_text
from siyu.kernel.audit import SYSTEM, Actor, AuditEntry
from siyu.kernel.db import brand_of
from siyu.kernel.errors import NotFound
from siyu.kernel.facts import FactBatch
from siyu.kernel.longwork import LongTask

PAGE_ROWS_MAX = 200
UNDO = "undo:"  # the origin of the batch that announces an undo, before the import's number


def imports_page(
    session: Session, *, after_id: int | None, limit: int, newest_first: bool = True,
    kinds: Collection[ImportKind] = (), states: Collection[ImportState] = (),
) -> ImportPage[ImportRun]:  # fmt: skip
    """A page of the brand's imports in the order they were asked for, of some kinds or states where any are named.

    `after_id` continues a page, whatever was added or has changed its state meanwhile.
    """
    wanted = [ImportRun.brand_id == brand_of(session)]
    wanted += [ImportRun.kind.in_(kinds)] if kinds else []
    wanted += [ImportRun.state.in_(states)] if states else []
    query = select(ImportRun).where(*wanted).limit(min(limit, PAGE_ROWS_MAX) + 1)
    if newest_first:
        query = query.order_by(ImportRun.import_id.desc())
        query = query if after_id is None else query.where(ImportRun.import_id < after_id)
    else:
        query = query.order_by(ImportRun.import_id)
        query = query if after_id is None else query.where(ImportRun.import_id > after_id)
    rows = tuple(session.scalars(query))
    total = session.scalar(select(func.count()).select_from(ImportRun).where(*wanted)) or 0
    following = str(rows[limit - 1].import_id) if len(rows) > limit else None
    return ImportPage(items=rows[:limit], next_cursor=following, total=total)


def import_by_id(session: Session, *, import_id: int) -> ImportRun:
    """One import of the brand.

    raises  NotFound
    """
    run = session.get(ImportRun, import_id)
    if run is None:
        raise NotFound(what="import", key=import_id)
    return run


def taken_back(session: Session, *, batch_id: int) -> TakenBack | None:
    """What was undone, if this is the batch by which an undo is announced; None for every other batch."""
    origin = session.scalar(
        select(FactBatch.origin).where(
            FactBatch.brand_id == brand_of(session), FactBatch.batch_id == batch_id
        )
    )
    if origin is None or not origin.startswith(UNDO):
        return None
    run = import_by_id(session, import_id=int(origin.removeprefix(UNDO)))
    return TakenBack(run.batch_id, tuple(run.needs_batches))


def asker_of(session: Session, *, import_id: int, action: str, subject: str = "import") -> Actor:
    """Who did this to the import (or pull), as the audit log remembers it; Siyu itself where it remembers nobody."""
    entry = session.scalar(
        select(AuditEntry)
        .where(
            AuditEntry.brand_id == brand_of(session), AuditEntry.action == action,
            AuditEntry.subject_type == subject, AuditEntry.subject_id == str(import_id),
        )
        .order_by(AuditEntry.audit_entry_id.desc())
        .limit(1)
    )  # fmt: skip
    if entry is None:
        return SYSTEM
    return Actor(entry.actor_kind, entry.actor_id, entry.actor_label, entry.address, entry.request_id)


def why_failed(session: Session, *, run: ImportRun) -> dict[str, str] | None:
    """What stopped an import, in both languages; None if nothing did."""
    error = session.scalar(select(LongTask.error).where(LongTask.task_id == run.task_id))
    return error if isinstance(error, dict) else None


def presets() -> tuple[PresetInfo, ...]:
    """The presets that come with Siyu, by name, with their text."""
    return tuple(
        PresetInfo(
            name=name, title=load_preset(name).title, kind=load_preset(name).kind, text=preset_text(name)
        )
        for name in preset_names()
    )


def rejects_path(home: Path, *, brand_id: int, import_id: int) -> Path:
    """Where the sealed rejects of an import lie."""
    return home / "imports" / str(brand_id) / f"{import_id}.rejects"
