"""Whom a segment has at a moment becomes a segment of its own, which stays as it is."""

from contextlib import nullcontext
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from siyu.insight.api import reading
from siyu.kernel.app import App
from siyu.kernel.audit import Actor
from siyu.kernel.db import brand_of
from siyu.kernel.jobs import defer
from siyu.kernel.longwork import Listener, Progress, announce_task
from siyu.segments.actions.definitions import (
    Sources,
    added_segment,
    check_definition,
    clean_name,
    lock_references,
)
from siyu.segments.actions.editions import Making, analyze_members, store_edition
from siyu.segments.contracts import EVERYBODY, EditionMode, EditionSource, SegmentForm
from siyu.segments.errors import SegmentNameTaken
from siyu.segments.queries.members import member_ids
from siyu.segments.queries.stored import definition_of, name_is_taken, segment_info

SNAPSHOT_JOB, SNAPSHOT_KIND = "segments.take_snapshot", "segment_snapshot"


def request_snapshot(
    session: Session,
    *,
    segment_id: int,
    name: str,
    description: str,
    as_of: datetime | None,
    sources: Sources,
    actor: Actor,
    now: datetime,
) -> int:
    """A worker will store whom the segment has, by the definition that it has now, as a new segment of this name.

    `as_of`: None is the moment of the newest refresh when the task runs.

    returns  the task's number
    raises   what `announce_snapshot` raises
    effects  a task and its job
    """
    task_id, order = announce_snapshot(
        session, segment_id=segment_id, name=name, description=description, as_of=as_of, sources=sources, actor=actor,
        now=now,
    )  # fmt: skip
    defer(
        session,
        SNAPSHOT_JOB,
        brand_id=brand_of(session),
        task_id=task_id,
        snapshot_order=order,
        actor=asdict(actor),
    )
    return task_id


def announce_snapshot(
    session: Session,
    *,
    segment_id: int,
    name: str,
    description: str,
    as_of: datetime | None,
    sources: Sources,
    actor: Actor,
    now: datetime,
) -> tuple[int, dict[str, Any]]:
    """The snapshot has a task, which somebody will do (`take_snapshot`).

    returns  the task's number, and what `take_snapshot` is told
    raises   NotFound, BadSegment, UnknownTrait, SegmentNameTaken, BadInput
    effects  a task
    """
    segment = segment_info(session, segment_id=segment_id)
    check_definition(session, segment.definition, sources)
    wanted = clean_name(name)
    if name_is_taken(session, name=wanted):
        raise SegmentNameTaken(name=wanted)
    task_id = announce_task(session, kind=SNAPSHOT_KIND, title=wanted, actor=actor, now=now)
    order = {
        "title": segment.name, "definition": definition_of(session, segment_id), "name": wanted,
        "description": description, "as_of": as_of.isoformat() if as_of else None,
    }  # fmt: skip
    return task_id, order


def take_snapshot(
    app: App,
    *,
    brand_id: int,
    task_id: int,
    order: dict[str, Any],
    actor: Actor,
    now: datetime,
    listener: Listener | None = None,
) -> None:
    """The new segment has its members: one transaction. Killed it begins anew; after its end it does nothing.

    raises   BadSegment, UnknownTrait, SegmentNameTaken, Cancelled
    effects  a segment with its first edition, the end of the task
    """
    progress = Progress(lambda: app.db.transaction(brand_id=brand_id), task_id, listener)
    if not progress.start(now=now):
        return
    with app.db.transaction(brand_id=brand_id) as session:
        progress.at("reading")
        with reading(app, session, as_of=order["as_of"], now=now) as (cursor, brand, moment):
            found = member_ids(cursor, brand, order["definition"], moment)["customer_id"]
        customers = found.to_numpy()
        progress.at("storing", total=len(customers))
        lock_references(session)
        segment = added_segment(
            session, name=order["name"], description=order["description"], definition=dict(EVERYBODY),
            form=SegmentForm.SNAPSHOT, actor=actor, now=now,
        )  # fmt: skip
        making = Making(
            EditionSource.SNAPSHOT, order["title"], as_of=moment, listed=len(customers), definition=order["definition"],
            task_id=task_id,
        )  # fmt: skip
        edition = store_edition(
            session, segment=segment, customers=customers, mode=EditionMode.REPLACE, making=making, actor=actor,
            now=now,
        )  # fmt: skip
        result = {
            "segment_id": segment.segment_id, "edition": edition.edition, "members": edition.customers,
            "as_of": moment.isoformat(),
        }  # fmt: skip
        Progress(lambda: nullcontext(session), task_id).end("done", now=now, result=result)
    analyze_members(app.db, changed=edition.entered)
