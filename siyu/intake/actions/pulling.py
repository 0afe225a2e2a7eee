"""A run of a pull: rows past the cursor become a sealed file and an ordinary import, or events; or nothing is new.

Nothing is kept before one transaction hands the rows over: a run that is killed reads the same rows again.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from http import HTTPStatus
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import select
from sqlalchemy.orm import Session

from siyu.intake.actions.endings import Clock
from siyu.intake.actions.events_accept import ENVELOPE_COLUMNS, packed_events
from siyu.intake.actions.imports import ImportOrder, request_import
from siyu.intake.actions.pull_cursor import fail_pull_run, finish_pull_run
from siyu.intake.actions.pull_rows import Reached, as_text, begin_reading, new_rows
from siyu.intake.actions.pulls import EVENTS
from siyu.intake.actions.uploads import drop_upload, expect_upload, new_upload
from siyu.intake.contracts import WantedRows
from siyu.intake.models import DatabasePull, DatabasePullRun
from siyu.intake.queries.imports import asker_of
from siyu.intake.queries.pulls import event_map_from, pull_by_id, wanted_rows
from siyu.intake.readers.sealed import SealedFile, SealingFile
from siyu.intake.readers.source import content_sha256
from siyu.intake.rules.events import BODY_BYTES_MAX, EVENTS_MAX, check_events, read_events
from siyu.intake.rules.pulls import (
    RunState,
    cursor_of,
    cursor_text,
)
from siyu.intake.rules.pulls_events import LIMITS, EventMap, NoEvent, event_of
from siyu.kernel.app import App
from siyu.kernel.audit import SYSTEM
from siyu.kernel.db import copy_rows
from siyu.kernel.errors import SiyuError
from siyu.kernel.longwork import Listener, Progress

IMPORT_ROWS_MAX = 1_000_000
EVENT_ROWS_MAX = 100_000


@dataclass
class Sending:
    """Events on their way: bodies as they would have been sent, packed and sealed each."""

    source: str
    bodies: list[tuple[int, int, bytes]] = field(default_factory=list)

    @property
    def events(self) -> int:
        """How many there are."""
        return sum(number for number, _, _ in self.bodies)


def run_pull(
    app: App, *, brand_id: int, pull_run_id: int, clock: Clock, listener: Listener | None = None,
    in_background: bool = True,
) -> int | None:  # fmt: skip
    """The run's rows are handed over: to an import, or as events; or there was nothing new. Again changes nothing.

    returns  the number of the import, if there is one
    raises   what stopped it, after run and task centre were told; what may pass is raised before, to be tried again
    """
    with app.db.transaction(brand_id=brand_id) as session:
        run = session.get(DatabasePullRun, pull_run_id)
        if run is None or run.state != RunState.READING:
            return None if run is None else run.import_id
        pull = pull_by_id(session, pull_id=run.pull_id)
        wanted = wanted_rows(pull, cipher=app.cipher)
        session.expunge_all()
    progress = Progress(lambda: app.db.transaction(brand_id=brand_id), run.task_id, listener)
    progress.start(now=clock())
    try:
        if pull.kind == EVENTS:
            _pull_events(app, pull, run, wanted, progress, clock())
            return None
        return _pull_file(app, pull, run, wanted, progress, clock(), in_background=in_background)
    except Exception as error:
        if in_background and not _is_final(error):
            raise
        give_up_pull(app, brand_id=brand_id, task_id=run.task_id, error=error, now=clock())
        raise


def give_up_pull(app: App, *, brand_id: int, task_id: int, error: Exception, now: datetime) -> None:
    """The run of this task reads no more, and says why. Again changes nothing."""
    with app.db.transaction(brand_id=brand_id) as session:
        mine = select(DatabasePullRun).where(DatabasePullRun.task_id == task_id)
        run = session.scalar(mine.with_for_update())
        if run is None or run.state != RunState.READING:
            return
        fail_pull_run(session, run=run, error=error, now=now)
        Progress(lambda: nullcontext(session), task_id).fail(error, now=now)


def events_of(
    rows: pa.Table, event_map: EventMap, *, now: datetime
) -> tuple[list[dict[str, Any]], Counter[str]]:
    """The events of some rows, and how many rows give none, by reason."""
    found: list[dict[str, Any]] = []
    left_out: Counter[str] = Counter()
    for row in rows.to_pylist():
        try:
            event = event_of(row, event_map)
            body = msgspec.json.encode(event)
            check_events(read_events(body), body=body, now=now)
        except NoEvent as why:
            left_out[why.reason] += 1
        except (SiyuError, ValueError, OverflowError) as refused:
            left_out[refused.code if isinstance(refused, SiyuError) else LIMITS] += 1
        else:
            found.append(event)
    return found, left_out


def _pull_file(
    app: App, pull: DatabasePull, run: DatabasePullRun, wanted: WantedRows, progress: Progress, now: datetime,
    *, in_background: bool,
) -> int | None:  # fmt: skip
    reached = begin_reading(app, pull)
    with closing(new_rows(app, pull, wanted, reached, progress, rows_max=IMPORT_ROWS_MAX)) as pages:
        upload = _kept(app, pull, pages, now)
    if upload is None:
        _nothing_new(app, run, now)
        return None
    return _import(app, pull, run, upload, reached, now, in_background=in_background)


def _kept(app: App, pull: DatabasePull, pages: Iterator[pa.Table], now: datetime) -> SealedFile | None:
    """The pages lie sealed as one file, as an upload would; None if there are none. Failing it leaves nothing.

    What is committed later may need the file, even where nobody hears of the commit: from here on it goes with its
    import, or after half a day.
    """
    first = next(pages, None)
    if first is None:
        return None
    with app.db.transaction(brand_id=pull.brand_id) as session:
        expect_upload(session, now=now)
    name = f"{pull.title} {now:%Y-%m-%d %H%M}.parquet"
    upload = new_upload(app.settings.home, cipher=app.cipher, brand_id=pull.brand_id, file_name=name)
    file = SealingFile(upload)
    try:
        text = as_text(first)
        with pq.ParquetWriter(file, text.schema) as writer:
            writer.write_table(text)
            for page in pages:
                writer.write_table(as_text(page))
    except BaseException:
        file.abandon()
        drop_upload(upload.path)
        raise
    file.close()
    return upload


def _import(
    app: App, pull: DatabasePull, run: DatabasePullRun, upload: SealedFile, reached: Reached, now: datetime,
    *, in_background: bool,
) -> int | None:  # fmt: skip
    """The rows are an import that waits for a worker; the cursor will move when it ends."""
    order = ImportOrder(
        path=upload.path, map_text=pull.map_text, is_upload=True, file_name=upload.name,
        max_bad_share=Decimal(pull.max_bad_share) if pull.max_bad_share else None,
        rate=Decimal(pull.rate) if pull.rate else None,
    )  # fmt: skip
    sha256 = content_sha256(upload)
    with app.db.transaction(brand_id=pull.brand_id) as session:
        row = _still_reading(session, run)
        if row is None:
            drop_upload(upload.path)
            return None
        asker = SYSTEM
        if row.by_hand:
            asker = asker_of(session, import_id=pull.pull_id, action="pull.run", subject="pull")
        row.import_id = request_import(
            session, order=order, sha256=sha256, actor=asker, now=now, in_background=in_background
        )
        row.state = RunState.IMPORTING.value
        _note(row, reached)
        told = {"rows": reached.rows, "import_id": row.import_id}
        Progress(lambda: nullcontext(session), row.task_id).end("done", now=now, result=told)
        return row.import_id


def _pull_events(
    app: App, pull: DatabasePull, run: DatabasePullRun, wanted: WantedRows, progress: Progress, now: datetime
) -> None:
    reached = begin_reading(app, pull)
    sending, event_map = Sending(pull.source), event_map_from(pull.event_map)
    with closing(new_rows(app, pull, wanted, reached, progress, rows_max=EVENT_ROWS_MAX)) as pages:
        for page in pages:
            events, left_out = events_of(page, event_map, now=now)
            reached.left_out += left_out
            for body, number in _bodies(events):
                sealed = packed_events(body, cipher=app.cipher, brand_id=pull.brand_id)
                sending.bodies.append((number, len(body), sealed))
    if reached.rows == 0:
        _nothing_new(app, run, now)
        return
    with app.db.transaction(brand_id=pull.brand_id) as session:
        row = _still_reading(session, run)
        if row is None:
            return
        rows = [
            (pull.brand_id, sending.source, number, size, now, sealed)
            for number, size, sealed in sending.bodies
        ]
        copy_rows(session, table="event_envelope", columns=ENVELOPE_COLUMNS, rows=rows)
        _note(row, reached)
        finish_pull_run(session, run=row, now=now)
        told = {"rows": reached.rows, "events": sending.events}
        Progress(lambda: nullcontext(session), row.task_id).end("done", now=now, result=told)


def _nothing_new(app: App, run: DatabasePullRun, now: datetime) -> None:
    """A run that nobody asked for never was; one that somebody asked for says that nothing is new."""
    with app.db.transaction(brand_id=run.brand_id) as session:
        row = _still_reading(session, run)
        if row is None:
            return
        pull = pull_by_id(session, pull_id=run.pull_id, locked=True)
        pull.looked_at, pull.failures = now, 0
        if row.by_hand:
            row.state, row.finished_at, row.to_value = RunState.DONE.value, now, row.from_value
            Progress(lambda: nullcontext(session), row.task_id).end("done", now=now, result={"rows": 0})
        else:
            session.delete(row)
            Progress(lambda: nullcontext(session), row.task_id).withdraw()


def _bodies(events: list[dict[str, Any]]) -> Iterator[tuple[bytes, int]]:
    """The events in bodies that the pump takes, each with its number of events."""
    start = 0
    while start < len(events):
        number = min(EVENTS_MAX, len(events) - start)
        body = msgspec.json.encode({"events": events[start : start + number]})
        while len(body) > BODY_BYTES_MAX:
            number //= 2
            body = msgspec.json.encode({"events": events[start : start + number]})
        yield body, number
        start += number


def _note(row: DatabasePullRun, reached: Reached) -> None:
    newest, stood = reached.tail.newest, cursor_of(row.from_value)
    assert newest is not None, "there were rows"
    if stood is not None and newest < stood:  # type: ignore[operator]  # the newest rows of before were deleted there
        newest = stood
    row.to_value, row.rows = cursor_text(newest), reached.rows
    row.tail, row.is_more = reached.tail.kept(), reached.is_more
    row.left_out = dict(reached.left_out)


def _is_final(error: Exception) -> bool:
    """Whether trying again cannot help: a refusal, and not that a database does not answer."""
    return isinstance(error, SiyuError) and error.status < HTTPStatus.INTERNAL_SERVER_ERROR


def _still_reading(session: Session, run: DatabasePullRun) -> DatabasePullRun | None:
    """The run's row, locked, unless another worker was faster or it was given up."""
    row = session.get(DatabasePullRun, run.pull_run_id, with_for_update=True)
    return row if row is not None and row.state == RunState.READING else None
