"""Reads of exports: orders, their runs, and what of the lake they write, a chunk at a time."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pyarrow as pa
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from siyu.destinations.models import ExportPlan, ExportRun
from siyu.destinations.rules.payload import OWN_EVENTS
from siyu.insight.api import catalogue, reading
from siyu.kernel.app import App
from siyu.kernel.db import brand_of
from siyu.kernel.errors import NotFound
from siyu.kernel.lake import LakeCursor, brand_schema
from siyu.metrics.api import sql_of
from siyu.people.api import may_be_shared, profiles_of
from siyu.segments.api import count, definition_of, member_traits

PLANS_MAX, RUNS_MAX = 200, 50
CHUNK_ROWS = 10_000
PROFILES_AT_ONCE = 500
PROFILE_COLUMNS = ("name", "phone", "identities")


@dataclass(slots=True)
class LeftOut:
    """How many customers were left out so far, for they did not agree to be shared."""

    customers: int = 0


@dataclass(frozen=True, slots=True)
class Source:
    """What becomes one file: its rows by chunks that all have the same columns, and how many there will be at most."""

    name: str
    total: int
    schema: pa.Schema
    chunks: Iterator[pa.RecordBatch]
    left_out: LeftOut = field(default_factory=LeftOut)


def plans_of(session: Session, *, destination_id: int) -> list[ExportPlan]:
    """The exports to a destination, the newest first. limits: 200."""
    query = select(ExportPlan).where(
        ExportPlan.brand_id == brand_of(session), ExportPlan.destination_id == destination_id
    )
    return list(session.scalars(query.order_by(ExportPlan.export_plan_id.desc()).limit(PLANS_MAX)))


def plan_by_id(session: Session, *, export_plan_id: int, locked: bool = False) -> ExportPlan:
    """One export.

    raises  NotFound
    """
    query = select(ExportPlan).where(
        ExportPlan.brand_id == brand_of(session), ExportPlan.export_plan_id == export_plan_id
    )
    found = session.scalar(query.with_for_update() if locked else query)
    if found is None:
        raise NotFound(what="export", key=export_plan_id)
    return found


def runs_of(session: Session, *, export_plan_id: int) -> list[ExportRun]:
    """The last 50 times an export was written, the newest first."""
    query = select(ExportRun).where(
        ExportRun.brand_id == brand_of(session), ExportRun.export_plan_id == export_plan_id
    )
    return list(session.scalars(query.order_by(ExportRun.export_run_id.desc()).limit(RUNS_MAX)))


def last_runs(session: Session, *, export_plan_ids: Sequence[int]) -> dict[int, ExportRun]:
    """The newest run of each of these exports that had any."""
    newest = (
        select(func.max(ExportRun.export_run_id))
        .where(ExportRun.brand_id == brand_of(session), ExportRun.export_plan_id.in_(list(export_plan_ids)))
        .group_by(ExportRun.export_plan_id)
    )
    found = session.scalars(select(ExportRun).where(ExportRun.export_run_id.in_(newest)))
    return {one.export_plan_id: one for one in found}


@contextmanager
def segment_source(
    app: App, session: Session, *, segment_id: int, with_profiles: bool, third_party: bool, now: datetime
) -> Iterator[Source]:
    """The customers of a segment with all their traits, and who they are where that may be told.

    A third party that is told who they are gets only those who agreed to it.

    raises  NotFound, BadSegment, UnknownTrait
    limits  10,000 customers in memory at a time
    """
    definition = definition_of(session, segment_id)
    with reading(app, session, as_of=None, now=now) as (cursor, brand, moment):
        total = count(cursor, brand, definition, moment)
        names = ["customer_id", *catalogue(brand.sources)]
        found = member_traits(cursor, brand, definition, moment).select(names).order_by("customer_id")
        reader = cursor.execute(sql_of(found)).to_arrow_reader(CHUNK_ROWS)
        schema, chunks, left_out = reader.schema, iter(reader), LeftOut()
        if with_profiles:
            schema = pa.schema([*schema, *(pa.field(name, pa.string()) for name in PROFILE_COLUMNS)])
            agreed = (
                (_shared(session, chunk, left_out, now=now) for chunk in reader) if third_party else reader
            )
            chunks = (_with_profiles(app, session, chunk, schema) for chunk in agreed)
        yield Source(f"segment-{segment_id}", total, schema, chunks, left_out)


def facts_source(
    cursor: LakeCursor, *, brand_id: int, fact: str, table: str, period: tuple[datetime, datetime]
) -> Source:
    """The facts of a period, in the order in which they lie; `event_id` is that of webhooks.

    limits  10,000 facts in memory at a time
    """
    of_one = table == OWN_EVENTS != fact
    given = [*period, *([fact] if of_one else [])]
    where = f"occurred_at >= ? AND occurred_at < ?{' AND name = ?' if of_one else ''}"
    place = f'{brand_schema(brand_id)}."{table}"'
    counted = cursor.execute(f"SELECT count(*) FROM {place} WHERE {where}", given).fetchone()
    reader = cursor.execute(
        f"SELECT '{table}-' || rowid AS event_id, * FROM {place} WHERE {where}", given
    ).to_arrow_reader(CHUNK_ROWS)
    return Source(fact, int(counted[0]) if counted else 0, reader.schema, iter(reader))


def _shared(session: Session, chunk: pa.RecordBatch, left_out: LeftOut, *, now: datetime) -> pa.RecordBatch:
    """The rows of customers who agreed to be shared; the others are counted."""
    ids = chunk.column("customer_id").to_pylist()
    shared = may_be_shared(session, customer_ids=ids, now=now)
    kept = chunk.filter(pa.array([one in shared for one in ids], pa.bool_()))
    left_out.customers += chunk.num_rows - kept.num_rows
    return kept


def _with_profiles(app: App, session: Session, chunk: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    ids = chunk.column("customer_id").to_pylist()
    told: dict[str, list[str]] = {name: [] for name in PROFILE_COLUMNS}
    for start in range(0, len(ids), PROFILES_AT_ONCE):
        some = ids[start : start + PROFILES_AT_ONCE]
        profiles: Mapping[int, Any] = profiles_of(session, cipher=app.cipher, customer_ids=some, reveal=True)
        for customer_id in some:
            one = profiles.get(customer_id)
            known = one.identities if one else ()
            told["name"].append(one.name if one else "")
            told["phone"].append(one.phone if one else "")
            told["identities"].append("; ".join(f"{each.namespace}:{each.value}" for each in known))
    columns = [*chunk.columns, *(pa.array(values, pa.string()) for values in told.values())]
    return pa.RecordBatch.from_arrays(columns, schema=schema)
