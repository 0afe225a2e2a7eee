"""An export is written: files first, each whole; then the manifest, by which a reader knows that all are there."""

import csv
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import select
from sqlalchemy.orm import Session

from siyu.destinations.actions.places import place_of
from siyu.destinations.contracts import (
    DestinationState,
    ExportContent,
    ExportOrder,
    ExportState,
    FileFormat,
    RunState,
    WrittenFile,
)
from siyu.destinations.errors import ExportInOtherState
from siyu.destinations.gateways.places import Place, Sink
from siyu.destinations.models import ExportPlan, ExportRun
from siyu.destinations.queries.destinations import destination_by_id, tables_of
from siyu.destinations.queries.exports import Source, facts_source, plan_by_id, segment_source
from siyu.destinations.rules.exporting import MANIFEST, manifest_of, period_of, run_folder
from siyu.kernel.app import App
from siyu.kernel.audit import SYSTEM, Actor, record
from siyu.kernel.csv_file import MARK, cell_of, mark_of
from siyu.kernel.facts import FactType
from siyu.kernel.longwork import Cancelled, Progress, problem_of
from siyu.organisation.api import brand_info

OPEN_RUNS = (RunState.QUEUED.value, RunState.RUNNING.value)
MAY_RUN = (
    ExportState.ACTIVE.value,
    ExportState.DONE.value,
)  # done: another run was asked for beside this one
CHUNKS_BETWEEN_LOOKS = 5


def run_export(
    app: App, *, brand_id: int, export_run_id: int, task_id: int, actor: Actor, now: datetime
) -> None:
    """The files of the run stand at its destination, with their manifest.

    Killed on the way it leaves files without a manifest; the next run writes over them. Run again after its end it does
    nothing.

    raises   NotFound, ExportInOtherState, DestinationUnreachable, Cancelled, what reading the segment raises
    effects  files; export_run, the end of its task; audit destination_export.written
    limits   10,000 rows in memory at a time
    """
    progress = Progress(lambda: app.db.transaction(brand_id=brand_id), task_id)
    if not progress.start(now=now):
        return
    with app.db.transaction(brand_id=brand_id) as session:
        run = session.get(ExportRun, export_run_id, with_for_update=True)
        if run is None:
            return
        run.state = RunState.RUNNING.value
        plan = plan_by_id(session, export_plan_id=run.export_plan_id)
        destination = destination_by_id(session, destination_id=plan.destination_id)
        if plan.state not in MAY_RUN or destination.state != DestinationState.ACTIVE.value:
            raise ExportInOtherState(
                export_id=plan.export_plan_id,
                state=f"{plan.state}, {destination.state}",
                wanted="active",
            )
        place, order, day = place_of(app, session, destination), order_of(plan), run.day
        third_party = destination.third_party
        zone = brand_info(session, brand_id=brand_id).time_zone
        who = plan.created_by if run.asked_by == SYSTEM.label else run.asked_by
    who = who if plan.decided_by is None else f"{who} ({plan.decided_by})"
    folder, files = run_folder(plan.export_plan_id, day), []
    place.remove(f"{folder}/{MANIFEST}")
    with app.db.transaction(brand_id=brand_id) as session:
        for opened in _sources(
            app, session, order, brand_id, period_of(day, days=order.days, zone=zone), now, third_party=third_party
        ):  # fmt: skip
            with opened as source:
                files.append(_written(place, folder, source, order, mark_of(who, now), progress))
    place.keep_only(folder, {one.name for one in files})
    with place.writing(f"{folder}/{MANIFEST}") as sink:
        sink.write(manifest_of(order, files, day=day, exported_by=who, now=now))
    with app.db.transaction(brand_id=brand_id) as session:
        _finish(session, export_run_id, files, folder=folder, task_id=task_id, actor=actor, now=now)


def give_up_run(app: App, *, brand_id: int, task_id: int, error: Exception, now: datetime) -> None:
    """The run of this task is not open any more, with the error as its reason. Again changes nothing."""
    with app.db.transaction(brand_id=brand_id) as session:
        query = select(ExportRun).where(ExportRun.brand_id == brand_id, ExportRun.task_id == task_id)
        run = session.scalar(query.with_for_update())
        if run is not None and run.state in OPEN_RUNS:
            run.state = (RunState.CANCELLED if isinstance(error, Cancelled) else RunState.FAILED).value
            run.failure, run.finished_at = problem_of(error), now


def order_of(plan: ExportPlan) -> ExportOrder:
    """What the plan says, typed."""
    return ExportOrder(
        name=plan.name, content=ExportContent(plan.content), format=FileFormat(plan.format),
        segment_id=plan.segment_id, facts=tuple(plan.facts), days=plan.days, with_profiles=plan.with_profiles,
        reason=plan.reason, daily_at=plan.daily_at,
    )  # fmt: skip


def _sources(
    app: App, session: Session, order: ExportOrder, brand_id: int, period: tuple[datetime, datetime], now: datetime,
    *, third_party: bool,
) -> Iterator[Any]:  # fmt: skip
    """What becomes a file each, to be opened one after the other."""
    if order.content is ExportContent.SEGMENT:
        assert order.segment_id is not None, "the order was checked"
        yield segment_source(
            app, session, segment_id=order.segment_id, with_profiles=order.with_profiles, third_party=third_party,
            now=now,
        )  # fmt: skip
        return
    tables = tables_of(order.facts, fact_types=app.wiring.of(FactType))
    for fact, table in tables.items():
        yield _facts(app, brand_id, fact, table, period)


@contextmanager
def _facts(
    app: App, brand_id: int, fact: str, table: str, period: tuple[datetime, datetime]
) -> Iterator[Source]:
    with app.lake.reading() as cursor:
        yield facts_source(cursor, brand_id=brand_id, fact=fact, table=table, period=period)


def _written(
    place: Place, folder: str, source: Source, order: ExportOrder, mark: str, progress: Progress
) -> WrittenFile:
    """The rows of one source are a file that bears the exporter's mark."""
    name, rows = f"{source.name}.{order.format.value}", 0
    writer = _csv if order.format is FileFormat.CSV else _parquet
    with place.writing(f"{folder}/{name}") as sink, writer(sink, source, mark) as write:
        for number, chunk in enumerate(source.chunks):
            if number % CHUNKS_BETWEEN_LOOKS == 0:
                progress.at("writing", done=rows, total=source.total)
            write(chunk)
            rows += chunk.num_rows
    return WrittenFile(name, rows, sink.bytes, sink.sha256, source.left_out.customers)


@contextmanager
def _csv(sink: Sink, source: Source, mark: str) -> Iterator[Callable[[pa.RecordBatch], None]]:
    """CSV in UTF-8 with the mark that spreadsheets need; the last column says who took it out; no cell is a formula."""

    def lines(rows: Any) -> bytes:
        text = io.StringIO()
        csv.writer(text).writerows(rows)
        return text.getvalue().encode()

    def write(chunk: pa.RecordBatch) -> None:
        columns = [[cell_of(value) for value in column.to_pylist()] for column in chunk.columns]
        sink.write(lines([*row, cell_of(mark)] for row in zip(*columns, strict=True)))

    sink.write("\ufeff".encode() + lines([[cell_of(name) for name in (*source.schema.names, MARK)]]))
    yield write


@contextmanager
def _parquet(sink: Sink, source: Source, mark: str) -> Iterator[Callable[[pa.RecordBatch], None]]:
    """Parquet whose file metadata says who took it out."""
    schema = source.schema.with_metadata({f"siyu.{MARK}": mark})
    writer = pq.ParquetWriter(pa.PythonFile(sink, mode="w"), schema, compression="zstd")
    try:
        yield lambda chunk: writer.write_batch(chunk.cast(schema))
    finally:
        writer.close()


def _finish(
    session: Session, export_run_id: int, files: list[WrittenFile], *, folder: str, task_id: int, actor: Actor,
    now: datetime,
) -> None:  # fmt: skip
    run = session.get(ExportRun, export_run_id, with_for_update=True)
    assert run is not None, "a run keeps its row while it is written"
    plan = plan_by_id(session, export_plan_id=run.export_plan_id, locked=True)
    run.state, run.finished_at = RunState.DONE.value, now
    run.files = [
        {"name": one.name, "rows": one.rows, "bytes": one.bytes, "sha256": one.sha256} for one in files
    ]
    if plan.daily_at is None and plan.state == ExportState.ACTIVE.value:
        plan.state = ExportState.DONE.value
    rows, run.left_out = sum(one.rows for one in files), sum(one.left_out for one in files)
    record(
        session, actor=actor, action="destination_export.written", subject=("destination", plan.destination_id),
        after={
            "export_id": plan.export_plan_id, "folder": folder, "rows": rows, "in_clear": plan.with_profiles,
            "left_out": run.left_out,
            "reason": plan.reason, "files": [f"{one.name} {one.sha256[:12]}" for one in files],
        },
        now=now,
    )  # fmt: skip
    result = {"destination_id": plan.destination_id, "rows": rows, "left_out": run.left_out, "folder": folder}
    Progress(lambda: nullcontext(session), task_id).end("done", now=now, result=result)
