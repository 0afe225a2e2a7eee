"""Segments are created, edited, archived; every change is in the audit log."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from siyu.insight.api import catalogue, kinds_of, people_sources
from siyu.insight.contracts import AnySource
from siyu.kernel.audit import Actor, record
from siyu.kernel.db import brand_of
from siyu.kernel.errors import BadInput, NotFound
from siyu.organisation.api import brand_info
from siyu.segments.contracts import NAME_MAX, SegmentForm, SegmentInfo
from siyu.segments.errors import (
    MembersStored,
    SegmentArchived,
    SegmentChanged,
    SegmentInUse,
    SegmentNameTaken,
)
from siyu.segments.models import Segment
from siyu.segments.queries.stored import complete, users_of
from siyu.segments.rules.parse import parse

Sources = tuple[AnySource, ...]
USERS_SAID_MAX = 10


def create_segment(
    session: Session,
    *,
    name: str,
    description: str,
    definition: Any,
    sources: Sources,
    actor: Actor,
    now: datetime,
) -> SegmentInfo:
    """The segment stands, at version 1.

    raises   BadSegment, UnknownTrait, SegmentCycle, SegmentNameTaken, BadInput
    effects  one row; an audit entry
    """
    lock_references(session)
    check_definition(session, definition, sources)
    added = added_segment(
        session, name=name, description=description, definition=definition, form=SegmentForm.DYNAMIC, actor=actor,
        now=now,
    )  # fmt: skip
    _record(session, actor, "segment.created", added, before=None, now=now)
    return added.info()


def added_segment(
    session: Session,
    *,
    name: str,
    description: str,
    definition: Any,
    form: SegmentForm,
    actor: Actor,
    now: datetime,
) -> Segment:
    """The row of a new segment stands, at version 1; its definition was checked.

    raises  SegmentNameTaken, BadInput
    """
    added: Segment | None = session.scalar(
        insert(Segment)
        .values(
            brand_id=brand_of(session),
            name=clean_name(name),
            description=description.strip(),
            definition=definition,
            version=1,
            created_by=actor.label,
            created_at=now,
            updated_at=now,
            form=form.value,
        )
        .on_conflict_do_nothing()
        .returning(Segment)
    )
    if added is None:
        raise SegmentNameTaken(name=clean_name(name))
    return added


def edit_segment(
    session: Session,
    *,
    segment_id: int,
    version: int,
    changes: dict[str, Any],
    sources: Sources,
    actor: Actor,
    now: datetime,
) -> SegmentInfo:
    """The segment has the given name, description or definition; the same values again change nothing.

    `version` is the one that was read: somebody else's edit is not overwritten unseen.

    raises   NotFound, SegmentArchived, SegmentChanged, MembersStored, BadSegment, UnknownTrait, SegmentCycle,
             SegmentNameTaken, BadInput
    effects  the row at the next version; an audit entry with what differs
    """
    lock_references(session)
    segment = locked_segment(session, segment_id)
    if segment.archived_at is not None:
        raise SegmentArchived(segment_id=segment_id)
    if segment.form != SegmentForm.DYNAMIC and changes.get("definition") not in (None, segment.definition):
        raise MembersStored(name=segment.name)
    if segment.version != version:
        raise SegmentChanged(segment_id=segment_id, found=segment.version, version=version)
    wanted = _cleaned(session, changes, sources, editing=segment_id)
    before = {key: getattr(segment, key) for key, value in wanted.items() if getattr(segment, key) != value}
    if not before:
        return segment.info()
    try:
        with session.begin_nested():
            for key in before:
                setattr(segment, key, wanted[key])
            segment.version, segment.updated_at = version + 1, now
    except IntegrityError as taken:
        raise SegmentNameTaken(name=wanted.get("name", "")) from taken
    _record(session, actor, "segment.edited", segment, before=before, now=now)
    return segment.info()


def archive_segment(session: Session, *, segment_id: int, actor: Actor, now: datetime) -> SegmentInfo:
    """The segment is out of the lists and its name is free. Calling twice changes nothing.

    raises   NotFound; SegmentInUse, which says by whom
    effects  archived_at is set; an audit entry
    """
    lock_references(session)
    segment = locked_segment(session, segment_id)
    if segment.archived_at is None:
        users = users_of(session, segment_id=segment_id)
        if users:
            raise SegmentInUse(name=segment.name, users=", ".join(one.name for one in users[:USERS_SAID_MAX]))
        segment.archived_at = now
        record(
            session,
            actor=actor,
            action="segment.archived",
            subject=("segment", segment_id),
            after={"name": segment.name},
            now=now,
        )
    return segment.info()


def lock_references(session: Session) -> None:
    """Nobody else changes which of the brand's segments name which until the transaction ends: no cycle slips in."""
    session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 11))"),
        {"name": f"segments.references/{brand_of(session)}"},
    )


def locked_segment(session: Session, segment_id: int) -> Segment:
    """The segment, whose row nobody else changes until the transaction ends.

    raises  NotFound
    """
    query = select(Segment).where(Segment.segment_id == segment_id, Segment.brand_id == brand_of(session))
    segment = session.scalar(query.with_for_update())
    if segment is None:
        raise NotFound(what="segment", key=segment_id)
    return segment


def check_definition(
    session: Session, definition: Any, sources: Sources, *, editing: int | None = None
) -> None:
    """Returns if the brand can ask for this; `editing`: whose definition it is to become.

    raises  BadSegment, UnknownTrait, SegmentCycle
    """
    zone = brand_info(session, brand_id=brand_of(session)).time_zone
    whole = complete(session, definition, editing=editing)
    known = catalogue((*sources, *people_sources(session)))
    parse(whole, catalogue=known, zone=zone, kinds=kinds_of(sources))


def _cleaned(session: Session, changes: dict[str, Any], sources: Sources, *, editing: int) -> dict[str, Any]:
    """Only what may change, in the form it is stored."""
    wanted: dict[str, Any] = {}
    if changes.get("name") is not None:
        wanted["name"] = clean_name(changes["name"])
    if changes.get("description") is not None:
        wanted["description"] = changes["description"].strip()
    if changes.get("definition") is not None:
        check_definition(session, changes["definition"], sources, editing=editing)
        wanted["definition"] = changes["definition"]
    return wanted


def clean_name(text: str) -> str:
    """The name as it is stored.

    raises  BadInput
    """
    name = " ".join(text.split())
    if not 1 <= len(name) <= NAME_MAX:
        raise BadInput(
            what="name", why=f"it has {len(name)} characters", remedy=f"Write 1 to {NAME_MAX} characters."
        )
    return name


def _record(
    session: Session,
    actor: Actor,
    action: str,
    segment: Segment,
    *,
    before: dict[str, Any] | None,
    now: datetime,
) -> None:
    keys = before or dict.fromkeys(("name", "description", "definition"))
    record(
        session,
        actor=actor,
        action=action,
        subject=("segment", segment.segment_id),
        before=before,
        after={key: getattr(segment, key) for key in keys},
        now=now,
    )
