"""Lists and segments go out as files; every one is in the audit log."""

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from siyu.insight.api import catalogue, reading
from siyu.insight.contracts import BrandView
from siyu.kernel.app import App
from siyu.kernel.audit import Actor, record
from siyu.kernel.crypto import Cipher
from siyu.kernel.csv_file import csv_file, mark_of
from siyu.kernel.db import brand_of
from siyu.kernel.errors import NotFound
from siyu.kernel.jobs import defer
from siyu.kernel.lake import LakeCursor
from siyu.kernel.longwork import LongTask, Progress, announce_task
from siyu.segments.actions.definitions import Sources, check_definition
from siyu.segments.contracts import CustomerFilter, ListOrder, SegmentInfo
from siyu.segments.errors import ExportTooLong, ListTooLong
from siyu.segments.queries.files import member_csv
from siyu.segments.queries.listing import PAGE_MAX, whole_list, with_profiles
from siyu.segments.queries.members import count
from siyu.segments.queries.stored import definition_of, segment_info

EXPORT_MAX = 100_000
EXPORT_KIND = "segment_export"
EXPORT_JOB, DROP_JOB = "segments.export", "segments.drop_export"
KEPT_FOR = timedelta(days=1)
PIECES_BETWEEN_LOOKS = 10
PROFILE_COLUMNS = ("customer_id", "name", "phone", "member_no", "province", "store_key", "joined_at")


def export_customers(
    session: Session,
    cursor: LakeCursor,
    brand: BrandView,
    *,
    cipher: Cipher,
    asked: CustomerFilter,
    order: ListOrder,
    as_of: datetime,
    reason: str,
    actor: Actor,
    now: datetime,
) -> bytes:
    """The whole list as CSV in UTF-8 with the mark that spreadsheets need; in clear only if a reason is given.

    Every row bears who took it out, and when.

    units    money in fen, moments in UTC
    raises   ListTooLong, BadSegment, UnknownTrait, NotFound
    effects  an audit entry with the filters, the number of customers, the reason
    limits   100,000 customers
    """
    total, rows = whole_list(
        session, cursor, brand, cipher=cipher, asked=asked, order=order, as_of=as_of, limit=EXPORT_MAX
    )
    if total > EXPORT_MAX:
        raise ListTooLong(total=f"{total:,}", limit=f"{EXPORT_MAX:,}")
    items = (
        item
        for start in range(0, total, PAGE_MAX)
        for item in with_profiles(
            session, rows.slice(start, PAGE_MAX).to_pylist(), cipher=cipher, reveal=bool(reason)
        )
    )
    mark = mark_of(actor.label, now)
    content = csv_file((*PROFILE_COLUMNS, *catalogue(brand.sources)), items, mark=mark)
    said = {name: value for name, value in asdict(asked).items() if value not in ("", (), None)}
    said.pop("wanted", None)  # a telephone number or a name is personal data
    record(
        session, actor=actor, action="customers.exported", subject=("customers", "list"),
        after={**said, "customers": total, "in_clear": bool(reason), "reason": reason}, now=now,
    )  # fmt: skip
    return content


def export_at_once(
    session: Session,
    cursor: LakeCursor,
    brand: BrandView,
    *,
    segment_id: int,
    as_of: datetime,
    actor: Actor,
    now: datetime,
) -> bytes:
    """The ids and traits of a small segment's customers as CSV; no personal data is in it.

    units    money in fen, moments in UTC
    raises   NotFound, BadSegment, UnknownTrait, ExportTooLong
    effects  an audit entry with the segment's version and definition, the moment, the number of customers
    limits   100,000 customers; more are for `request_export`
    """
    segment = segment_info(session, segment_id=segment_id)
    definition = definition_of(session, segment_id)
    total = count(cursor, brand, definition, as_of)
    if total > EXPORT_MAX:
        raise ExportTooLong(total=f"{total:,}", limit=f"{EXPORT_MAX:,}", segment_id=segment_id)
    record_export(
        session, segment=segment, definition=None, customers=total, as_of=as_of, actor=actor, now=now
    )
    return b"".join(part for _, part in member_csv(cursor, brand, definition, as_of))


def record_export(
    session: Session,
    *,
    segment: SegmentInfo | None,
    definition: Any,
    customers: int,
    as_of: datetime,
    actor: Actor,
    now: datetime,
) -> None:
    """The audit log says who exports how many customers of which definition, stored or typed, as of when."""
    said = (
        {"version": segment.version, "definition": segment.definition}
        if segment
        else {"definition": definition}
    )
    record(
        session, actor=actor, action="segment.exported",
        subject=("segment", segment.segment_id if segment else "definition"),
        after={**said, "as_of": as_of.isoformat(), "customers": customers}, now=now,
    )  # fmt: skip


def request_export(
    session: Session,
    *,
    segment_id: int,
    as_of: datetime | None,
    sources: Sources,
    actor: Actor,
    now: datetime,
) -> int:
    """A worker will write the segment's customers into a file; the task centre says how far it is.

    returns  the task's number
    raises   NotFound, BadSegment, UnknownTrait
    effects  a task and its job
    """
    segment = segment_info(session, segment_id=segment_id)
    check_definition(session, segment.definition, sources)
    task_id = announce_task(session, kind=EXPORT_KIND, title=segment.name, actor=actor, now=now)
    defer(
        session, EXPORT_JOB, brand_id=brand_of(session), task_id=task_id, segment_id=segment_id,
        as_of=as_of.isoformat() if as_of else None, actor=asdict(actor),
    )  # fmt: skip
    return task_id


def run_export(
    app: App, *, brand_id: int, task_id: int, segment_id: int, as_of: str | None, actor: Actor, now: datetime
) -> None:
    """The file of the task holds the ids and traits of the segment's customers.

    Run again after its end it does nothing; killed on the way it leaves a part that the next run writes over.

    raises   NotFound, BadSegment, UnknownTrait, Cancelled
    effects  a file readable by Siyu alone, an audit entry, the end of the task, a job that removes the file in a day
    limits   10,000 customers in memory at a time
    """
    progress = Progress(lambda: app.db.transaction(brand_id=brand_id), task_id)
    if not progress.start(now=now):
        return
    path = export_path(app.settings.home, brand_id=brand_id, task_id=task_id)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_suffix(".part")
    try:
        with app.db.transaction(brand_id=brand_id) as session:
            segment = segment_info(session, segment_id=segment_id)
            definition = definition_of(session, segment_id)
            with reading(app, session, as_of=as_of, now=now) as (cursor, brand, moment):
                total = count(cursor, brand, definition, moment)
                rows = _written(part, member_csv(cursor, brand, definition, moment), progress, total)
            part.replace(path)
            record_export(
                session, segment=segment, definition=None, customers=rows, as_of=moment, actor=actor, now=now
            )
            defer(session, DROP_JOB, at=now + KEPT_FOR, brand_id=brand_id, export_id=task_id)
            result = {
                "segment_id": segment_id, "rows": rows, "file": f"segment-{segment_id}.csv",
                "as_of": moment.isoformat(), "kept_until": (now + KEPT_FOR).isoformat(),
            }  # fmt: skip
            Progress(lambda: nullcontext(session), task_id).end("done", now=now, result=result)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def take_export(
    session: Session, *, home: Path, task_id: int, actor: Actor, now: datetime
) -> tuple[Path, str]:
    """Where the file of a finished export lies, and how it is called.

    raises   NotFound where there is none, none yet, or none any more
    effects  an audit entry: who took it
    """
    task = session.get(LongTask, task_id)
    path = export_path(home, brand_id=brand_of(session), task_id=task_id)
    kept = task is not None and task.finished_at is not None and task.finished_at + KEPT_FOR > now
    if task is None or task.kind != EXPORT_KIND or task.result is None or not kept or not path.exists():
        raise NotFound(what="export", key=task_id)
    record(
        session, actor=actor, action="segment.export_taken", subject=("segment", task.result["segment_id"]),
        after={"task_id": task_id, "customers": task.result["rows"]}, now=now,
    )  # fmt: skip
    return path, task.result["file"]


def drop_export(home: Path, *, brand_id: int, export_id: int) -> None:
    """The file is gone."""
    export_path(home, brand_id=brand_id, task_id=export_id).unlink(missing_ok=True)


def export_path(home: Path, *, brand_id: int, task_id: int) -> Path:
    """Where the file of an export lies."""
    return home / "exports" / str(int(brand_id)) / f"{int(task_id)}.csv"


def _written(part: Path, pieces: Iterator[tuple[int, bytes]], progress: Progress, total: int) -> int:
    rows = 0
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)
    with part.open("wb") as out:
        for number, (customers, lines) in enumerate(pieces):
            if number % PIECES_BETWEEN_LOOKS == 0:
                progress.at("writing", done=rows, total=total)
            out.write(lines)
            rows += customers
    return rows
