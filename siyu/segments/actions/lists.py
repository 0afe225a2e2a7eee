"""A file of customers, or numbers written down by hand, becomes the members of a segment: asked for, done by a task."""

import csv
import io
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from siyu.intake.api import (
    drop_upload,
    expect_upload,
    listed_values,
    masked_key,
    new_upload,
    open_list,
    seal_stream,
    upload_by_id,
    upload_id_of,
)
from siyu.kernel.app import App
from siyu.kernel.audit import Actor
from siyu.kernel.binary_copy import Numbers
from siyu.kernel.crypto import Cipher
from siyu.kernel.db import brand_of
from siyu.kernel.errors import NotFound
from siyu.kernel.jobs import defer
from siyu.kernel.longwork import Listener, LongTask, Progress, announce_task
from siyu.people.api import find_listed
from siyu.segments.actions.definitions import added_segment, clean_name, lock_references, locked_segment
from siyu.segments.actions.editions import Making, analyze_members, store_edition
from siyu.segments.actions.exporting import DROP_JOB, export_path
from siyu.segments.contracts import EVERYBODY, EditionMode, EditionSource, SegmentForm
from siyu.segments.errors import (
    NobodyListed,
    NoList,
    SegmentArchived,
    SegmentListTooLong,
    SegmentNameTaken,
)
from siyu.segments.models import Segment
from siyu.segments.queries.stored import name_is_taken, segment_info

LIST_JOB, LIST_KIND = "segments.make_list", "segment_list"
LINES_MAX = 5_000_000
UNKNOWN_KEPT_FOR = timedelta(days=7)
UNKNOWN_COLUMNS = ("line", "value", "reason")
HAND_COLUMN = "key"
SAID_MAX = 80


@dataclass(frozen=True, slots=True)
class ListOrder:
    """Which list becomes the members of which segment. `segment_id`: None makes a new one, of this name."""

    upload_id: str
    column: str
    known_by: str
    source: str = EditionSource.FILE.value
    title: str = ""
    mode: str = EditionMode.REPLACE.value
    dry_run: bool = False
    segment_id: int | None = None
    name: str = ""
    description: str = ""


@dataclass(slots=True)
class _Read:
    """What a list says: the customers it names, and how many of its lines name somebody again, or nobody."""

    customers: Numbers
    listed: int = 0
    known: int = 0
    unknown: int = 0
    unreadable: int = 0

    @property
    def twice(self) -> int:
        return self.known - len(self.customers)

    def counts(self) -> dict[str, int]:
        return {
            "listed": self.listed, "customers": len(self.customers), "twice": self.twice,
            "unknown": self.unknown + self.unreadable, "unreadable": self.unreadable,
        }  # fmt: skip


def written_by_hand(
    session: Session, *, home: Path, cipher: Cipher, keys: Sequence[str], now: datetime
) -> str:
    """The numbers lie sealed as an uploaded list, so that no job and no log ever holds them.

    returns  the number of the upload; its column is `key`
    """
    expect_upload(session, now=now)
    upload = new_upload(home, cipher=cipher, brand_id=brand_of(session), file_name="list.csv")
    sink = io.StringIO()
    csv.writer(sink).writerows([(HAND_COLUMN,), *((one,) for one in keys)])
    seal_stream(io.BytesIO(sink.getvalue().encode()), path=upload.path, context=upload.context, cipher=cipher)
    return upload_id_of(upload)


def request_list(
    session: Session, *, home: Path, cipher: Cipher, order: ListOrder, actor: Actor, now: datetime
) -> int:
    """A worker will make the list the members of the segment, or only count, if it is a dry run.

    returns  the task's number
    raises   what `announce_list` raises
    effects  a task and its job
    """
    task_id, wanted = announce_list(session, home=home, cipher=cipher, order=order, actor=actor, now=now)
    defer(
        session, LIST_JOB, brand_id=brand_of(session), task_id=task_id, list_order=asdict(wanted), actor=asdict(actor)
    )  # fmt: skip
    return task_id


def check_place(session: Session, order: ListOrder) -> str:
    """How the segment is called that the list goes into, if it may.

    raises  NotFound, SegmentArchived, NoList, SegmentNameTaken, BadInput
    """
    if order.segment_id is None:
        name = clean_name(order.name)
        if name_is_taken(session, name=name):
            raise SegmentNameTaken(name=name)
        return name
    found = segment_info(session, segment_id=order.segment_id)
    archived = found.archived_at is not None
    _refuse_no_list(found.name, found.form, archived=archived, segment_id=found.segment_id)
    return found.name


def announce_list(
    session: Session, *, home: Path, cipher: Cipher, order: ListOrder, actor: Actor, now: datetime
) -> tuple[int, ListOrder]:
    """The list has a task, which somebody will do (`make_list`).

    returns  the task's number, and the order with the list's title
    raises   NotFound (segment, upload), SegmentArchived, NoList, SegmentNameTaken, BadInput
    effects  a task
    """
    upload = upload_by_id(home, cipher=cipher, brand_id=brand_of(session), upload_id=order.upload_id)
    name = check_place(session, order)
    title = " ".join((order.title or upload.name).split())[:SAID_MAX]
    return announce_task(session, kind=LIST_KIND, title=name, actor=actor, now=now), replace(
        order, title=title
    )


def make_list(
    app: App,
    *,
    brand_id: int,
    task_id: int,
    order: ListOrder,
    actor: Actor,
    now: datetime,
    listener: Listener | None = None,
) -> None:
    """The customers of the list are members: one transaction. Killed on the way it begins anew; after its end it does
    nothing. A dry run counts and stores nothing.

    raises   NotFound, what `open_list` raises, ColumnsMissing, SegmentListTooLong, NobodyListed, SegmentArchived,
             NoList, SegmentNameTaken, Cancelled
    effects  an edition, the end of the task, a file of the lines that name nobody, masked, which is kept for a week
    limits   5,000,000 lines; one batch of them in memory
    """
    progress = Progress(lambda: app.db.transaction(brand_id=brand_id), task_id, listener)
    if not progress.start(now=now):
        return
    upload = upload_by_id(app.settings.home, cipher=app.cipher, brand_id=brand_id, upload_id=order.upload_id)
    path = unknown_path(app.settings.home, brand_id=brand_id, task_id=task_id)
    with app.db.transaction(brand_id=brand_id) as session:
        read = _read(session, app.cipher, upload, order, progress, path)
        result: dict[str, Any] = {**read.counts(), "dry_run": order.dry_run, "segment_id": order.segment_id}
        if not order.dry_run:
            progress.at("storing", done=read.listed, total=read.listed)
            result |= _stored(session, order, read, task_id=task_id, actor=actor, now=now)
        if read.unknown + read.unreadable:
            kept = now + UNKNOWN_KEPT_FOR
            defer(session, DROP_JOB, at=kept, brand_id=brand_id, export_id=task_id)
            result |= {"unknown_kept_until": kept.isoformat()}
        Progress(lambda: nullcontext(session), task_id).end("done", now=now, result=result)
    if not order.dry_run:
        drop_upload(upload.path)
        analyze_members(app.db, changed=result["entered"] + result["left"])


def unknown_path(home: Path, *, brand_id: int, task_id: int) -> Path:
    """Where the lines of a list lie that name nobody, masked."""
    return export_path(home, brand_id=brand_id, task_id=task_id)


def unknown_lines(session: Session, *, home: Path, task_id: int) -> Path:
    """Where the lines of a finished list lie that name nobody.

    raises  NotFound where there are none, none yet, or none any more
    """
    task = session.get(LongTask, task_id)
    path = unknown_path(home, brand_id=brand_of(session), task_id=task_id)
    if task is None or task.kind != LIST_KIND or task.finished_at is None or not path.exists():
        raise NotFound(what="unknown lines of list", key=task_id)
    return path


def _read(
    session: Session, cipher: Cipher, upload: Any, order: ListOrder, progress: Progress, path: Path
) -> _Read:
    """The whole list, a batch at a time; lines that name nobody go to a file."""
    source = open_list(upload)
    total = source.bytes_total
    read = _Read(np.zeros(0, np.int64))
    found: list[Numbers] = []
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)
    with part.open("w", encoding="utf-8-sig", newline="") as out:
        lines = csv.writer(out)
        lines.writerow(UNKNOWN_COLUMNS)
        for batch in listed_values(source, order.column):
            progress.at("reading", done=source.bytes_read, total=total)
            persons = find_listed(
                session, cipher=cipher, known_by=order.known_by, values=[value for _, value in batch]
            )
            read.listed += len(batch)
            if read.listed > LINES_MAX:
                raise SegmentListTooLong(limit=f"{LINES_MAX:,}")
            found.append(np.unique(persons[persons > 0]))
            read.known += int((persons > 0).sum())
            read.unknown += int((persons == 0).sum())
            read.unreadable += int((persons < 0).sum())
            for place in np.flatnonzero(persons <= 0).tolist():
                line, value = batch[place]
                reason = "unknown" if persons[place] == 0 else "unreadable"
                lines.writerow((line, masked_key(value, order.known_by), reason))
    read.customers = np.unique(np.concatenate(found)) if found else read.customers
    if read.unknown + read.unreadable:
        part.replace(path)
    part.unlink(missing_ok=True)
    return read


def _stored(
    session: Session, order: ListOrder, read: _Read, *, task_id: int, actor: Actor, now: datetime
) -> dict[str, Any]:
    """The segment, new or as it was, has its next edition."""
    if not len(read.customers):
        raise NobodyListed(
            title=order.title, known_by=order.known_by, listed=f"{read.listed:,}", unknown=f"{read.unknown:,}"
        )
    lock_references(session)
    segment = _segment_of(session, order, actor=actor, now=now)
    making = Making(
        EditionSource(order.source), order.title, as_of=now, listed=read.listed, known_by=order.known_by,
        twice=read.twice, unknown=read.unknown + read.unreadable, task_id=task_id,
    )  # fmt: skip
    edition = store_edition(
        session, segment=segment, customers=read.customers, mode=EditionMode(order.mode), making=making,
        actor=actor, now=now,
    )  # fmt: skip
    return {
        "segment_id": segment.segment_id, "edition": edition.edition, "members": edition.customers,
        "entered": edition.entered, "left": edition.departed,
    }  # fmt: skip


def _segment_of(session: Session, order: ListOrder, *, actor: Actor, now: datetime) -> Segment:
    if order.segment_id is None:
        return added_segment(
            session, name=order.name, description=order.description, definition=dict(EVERYBODY),
            form=SegmentForm.LIST, actor=actor, now=now,
        )  # fmt: skip
    segment = locked_segment(session, order.segment_id)
    _refuse_no_list(
        segment.name, SegmentForm(segment.form), archived=segment.archived_at is not None,
        segment_id=segment.segment_id,
    )  # fmt: skip
    return segment


def _refuse_no_list(name: str, form: SegmentForm, *, archived: bool, segment_id: int) -> None:
    if archived:
        raise SegmentArchived(segment_id=segment_id)
    if form is not SegmentForm.LIST:
        raise NoList(name=name)
