"""The stored segments: by name, by number, their definitions."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from siyu.kernel.db import brand_of
from siyu.kernel.errors import NotFound
from siyu.segments.contracts import SegmentInfo
from siyu.segments.errors import BadSegment, SegmentCycle
from siyu.segments.models import Segment
from siyu.segments.queries.editions import refuse_unknown_editions
from siyu.segments.rules.book import bound, cycle_from, references
from siyu.segments.rules.parse import no_segment, refuse_bound
from siyu.segments.rules.values import bad

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


def definition_of(session: Session, segment_id: int) -> Any:
    """The definition that the segment has now, with those of the segments it names: it can be read on its own.

    raises  NotFound; BadSegment where a segment that it names is no more
    """
    return complete(session, segment_info(session, segment_id=segment_id).definition)


def definitions_of(session: Session, segments: Sequence[SegmentInfo]) -> dict[int, Any]:
    """The same of many segments; None where a segment that it names is no more."""
    known = {one.segment_id: one for one in segments}
    found: dict[int, Any] = {}
    for one in segments:
        try:
            found[one.segment_id] = complete(session, one.definition, known=known)
        except BadSegment:
            found[one.segment_id] = None
    return found


def complete(
    session: Session,
    definition: Any,
    *,
    editing: int | None = None,
    known: Mapping[int, SegmentInfo] | None = None,
) -> Any:
    """The definition with those of the segments it names, and that these name (`rules.book`).

    `editing`: whose definition it is to become; `known`: segments that are read already, the definition of one of them.

    raises  BadSegment (there is no such segment, or it is archived), SegmentCycle
    limits  one statement a level of segments inside one another
    """
    refuse_bound(definition)
    if known is None:
        refuse_unknown_editions(session, definition)
    book: dict[int, SegmentInfo] = {}
    named = {0 if editing is None else editing: list(references(definition))}
    waiting = next(iter(named.values()))
    while waiting:
        wanted = {number for _, number in waiting} - book.keys()
        fresh = _of_numbers(session, wanted, known or {})
        for path, number in waiting:
            _refuse_unusable(path, number, fresh.get(number) or book.get(number))
        book |= fresh
        named |= {key: list(references(one.definition)) for key, one in fresh.items() if key != editing}
        waiting = [place for key in fresh if key != editing for place in named[key]]
    if editing is not None:
        _refuse_cycle(editing, book, named)
    return bound(definition, {key: (one.name, one.definition) for key, one in book.items()})


def users_of(session: Session, *, segment_id: int) -> tuple[SegmentInfo, ...]:
    """The segments, archived ones not, that name this one."""
    return tuple(
        one
        for one in segment_list(session)
        if any(number == segment_id for _, number in references(one.definition))
    )


def _of_numbers(
    session: Session, numbers: Collection[int], known: Mapping[int, SegmentInfo]
) -> dict[int, SegmentInfo]:
    found = {number: known[number] for number in numbers if number in known}
    missing = [number for number in numbers if number not in known]
    if missing:
        query = select(Segment).where(Segment.brand_id == brand_of(session), Segment.segment_id.in_(missing))
        found |= {one.segment_id: one.info() for one in session.scalars(query)}
    return found


def _refuse_unusable(path: str, number: int, found: SegmentInfo | None) -> None:
    if found is None:
        raise no_segment(path, number)
    if found.archived_at is not None:
        raise bad(
            path,
            (f"segment {found.name} is archived", f"人群“{found.name}”已归档"),
            ("Choose another, or write its conditions out.", "请换一个人群，或直接写出它的条件。"),
        )


def _refuse_cycle(
    editing: int, book: Mapping[int, SegmentInfo], named: Mapping[int, Sequence[tuple[str, int]]]
) -> None:
    way = cycle_from(editing, {key: [number for _, number in places] for key, places in named.items()})
    if way:
        raise SegmentCycle(cycle=" → ".join(book[number].name for number in way))


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


def name_is_taken(session: Session, *, name: str) -> bool:
    """Whether a segment that is not archived has this name."""
    query = select(Segment.segment_id).where(
        Segment.name == name, Segment.brand_id == brand_of(session), Segment.archived_at.is_(None)
    )
    return session.scalar(query) is not None
