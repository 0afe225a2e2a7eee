"""The stored segments: by name, by number, their definitions."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from siyu.kernel.db import brand_of
from siyu.kernel.errors import NotFound
from siyu.segments.contracts import SegmentInfo
from siyu.segments.models import Segment

SEGMENTS_MAX = 1_000


def segment_list(session: Session, *, archived: bool = False) -> tuple[SegmentInfo, ...]:
    """The brand's segments by name; archived ones only when asked for. limits: 1,000."""
    query = (
        select(Segment)
        .where(Segment.brand_id == brand_of(session))
        .order_by(Segment.name)
        .limit(SEGMENTS_MAX)
    )
    if not archived:
        query = query.where(Segment.archived_at.is_(None))
    return tuple(segment.info() for segment in session.scalars(query))


def segment_info(session: Session, *, segment_id: int) -> SegmentInfo:
    """The segment, archived or not.

    raises  NotFound
    """
    query = select(Segment).where(Segment.segment_id == segment_id, Segment.brand_id == brand_of(session))
    segment = session.scalar(query)
    if segment is None:
        raise NotFound(what="segment", key=segment_id)
    return segment.info()


def definition_of(session: Session, segment_id: int) -> dict[str, Any]:
    """The definition that the segment has now.

    raises  NotFound
    """
    return segment_info(session, segment_id=segment_id).definition


def segment_named(session: Session, *, name: str) -> SegmentInfo:
    """The segment that is not archived and has this name.

    raises  NotFound
    """
    query = select(Segment).where(
        Segment.name == name, Segment.brand_id == brand_of(session), Segment.archived_at.is_(None)
    )
    segment = session.scalar(query)
    if segment is None:
        raise NotFound(what="segment", key=name)
    return segment.info()
