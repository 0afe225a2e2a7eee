"""Segments are created, edited, archived, lists exported; every one is in the audit log."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from siyu.insight.api import catalogue
from siyu.insight.contracts import BrandView, TraitSource
from siyu.kernel.audit import Actor, record
from siyu.kernel.crypto import Cipher
from siyu.kernel.db import brand_of
from siyu.kernel.errors import BadInput, NotFound
from siyu.kernel.lake import LakeCursor
from siyu.organisation.api import brand_info
from siyu.segments.contracts import NAME_MAX, CustomerFilter, ListOrder, SegmentInfo
from siyu.segments.errors import ListTooLong, SegmentArchived, SegmentChanged, SegmentNameTaken
from siyu.segments.models import Segment
from siyu.segments.queries import PAGE_MAX, member_csv, member_rows, segment_info, whole_list, with_profiles
from siyu.segments.rules.listing import csv_file
from siyu.segments.rules.parse import parse

EXPORT_MAX = 100_000
PROFILE_COLUMNS = ("customer_id", "name", "phone", "member_no", "province", "store_key", "joined_at")
Sources = tuple[TraitSource, ...]


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

    raises   BadSegment, UnknownTrait, SegmentNameTaken, BadInput
    effects  one row; an audit entry
    """
    _check(session, definition, sources)
    added: Segment | None = session.scalar(
        insert(Segment)
        .values(
            brand_id=brand_of(session),
            name=_name(name),
            description=description.strip(),
            definition=definition,
            version=1,
            created_by=actor.label,
            created_at=now,
            updated_at=now,
        )
        .on_conflict_do_nothing()
        .returning(Segment)
    )
    if added is None:
        raise SegmentNameTaken(name=_name(name))
    _record(session, actor, "segment.created", added, before=None, now=now)
    return added.info()


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

    raises   NotFound, SegmentArchived, SegmentChanged, BadSegment, UnknownTrait, SegmentNameTaken, BadInput
    effects  the row at the next version; an audit entry with what differs
    """
    segment = _locked(session, segment_id)
    if segment.archived_at is not None:
        raise SegmentArchived(segment_id=segment_id)
    if segment.version != version:
        raise SegmentChanged(segment_id=segment_id, found=segment.version, version=version)
    wanted = _cleaned(session, changes, sources)
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

    raises   NotFound
    effects  archived_at is set; an audit entry
    """
    segment = _locked(session, segment_id)
    if segment.archived_at is None:
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


def _locked(session: Session, segment_id: int) -> Segment:
    query = select(Segment).where(Segment.segment_id == segment_id, Segment.brand_id == brand_of(session))
    segment = session.scalar(query.with_for_update())
    if segment is None:
        raise NotFound(what="segment", key=segment_id)
    return segment


def _check(session: Session, definition: Any, sources: Sources) -> None:
    zone = brand_info(session, brand_id=brand_of(session)).time_zone
    parse(definition, catalogue=catalogue(sources), zone=zone)


def _cleaned(session: Session, changes: dict[str, Any], sources: Sources) -> dict[str, Any]:
    """Only what may change, in the form it is stored."""
    wanted: dict[str, Any] = {}
    if changes.get("name") is not None:
        wanted["name"] = _name(changes["name"])
    if changes.get("description") is not None:
        wanted["description"] = changes["description"].strip()
    if changes.get("definition") is not None:
        _check(session, changes["definition"], sources)
        wanted["definition"] = changes["definition"]
    return wanted


def _name(text: str) -> str:
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
    content = csv_file((*PROFILE_COLUMNS, *catalogue(brand.sources)), items)
    said = {name: value for name, value in asdict(asked).items() if value not in ("", (), None)}
    said.pop("wanted", None)  # a telephone number or a name is personal data
    record(
        session, actor=actor, action="customers.exported", subject=("customers", "list"),
        after={**said, "customers": total, "in_clear": bool(reason), "reason": reason}, now=now,
    )  # fmt: skip
    return content


def export_segment(
    session: Session,
    cursor: LakeCursor,
    brand: BrandView,
    *,
    segment_id: int,
    as_of: datetime,
    actor: Actor,
    now: datetime,
) -> bytes:
    """The ids and traits of the segment's customers as CSV; no personal data is in it.

    units    money in fen, moments in UTC
    raises   NotFound, BadSegment, UnknownTrait
    effects  an audit entry with the segment's version, the moment, the number of customers
    """
    segment = segment_info(session, segment_id=segment_id)
    rows = member_rows(cursor, brand, segment.definition, as_of)
    record(
        session, actor=actor, action="segment.exported", subject=("segment", segment_id), now=now,
        after={"version": segment.version, "as_of": as_of.isoformat(), "customers": rows.num_rows},
    )  # fmt: skip
    return member_csv(rows)
