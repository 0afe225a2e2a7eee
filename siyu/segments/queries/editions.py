"""The editions of segments whose members are stored: what stands, and what a definition may ask for."""

from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from siyu.kernel.db import brand_of
from siyu.segments.contracts import EditionInfo
from siyu.segments.models import SegmentEdition
from siyu.segments.rules.members import leaves_in, members_leaf, members_of, no_edition

EDITIONS_SHOWN_MAX = 200

OF_CUSTOMER = """
    SELECT m.segment_id, s.name, e.source, e.title, e.made_at AS entered_at, l.made_at AS left_at
    FROM segment_member m
    JOIN segment s ON s.segment_id = m.segment_id
    JOIN segment_edition e ON e.segment_id = m.segment_id AND e.edition = m.from_edition
    LEFT JOIN segment_edition l ON l.segment_id = m.segment_id AND l.edition = m.to_edition
    WHERE m.brand_id = :brand AND m.customer_id = ANY(CAST(:customers AS bigint[]))
    ORDER BY e.made_at, m.segment_id LIMIT :most
"""


def editions_of(session: Session, *, segment_id: int) -> tuple[EditionInfo, ...]:
    """The editions of a segment, the newest first. limits: 200."""
    query = (
        select(SegmentEdition)
        .where(SegmentEdition.segment_id == segment_id, SegmentEdition.brand_id == brand_of(session))
        .order_by(SegmentEdition.edition.desc())
        .limit(EDITIONS_SHOWN_MAX)
    )
    return tuple(one.info() for one in session.scalars(query))


def refuse_unknown_editions(session: Session, definition: Any) -> None:
    """Returns if each edition whose members the definition asks for is one of the brand's, and is called as it says.

    raises  BadSegment
    """
    for path, found in leaves_in(definition):
        asked = members_of(found, path)
        query = select(SegmentEdition).where(
            SegmentEdition.segment_id == asked.segment_id,
            SegmentEdition.edition == asked.edition,
            SegmentEdition.brand_id == brand_of(session),
        )
        stands = session.scalar(query)
        if stands is None or leaf_of(stands.info())["members"] != dict(found):
            raise no_edition(f"{path}.members")


def leaf_of(edition: EditionInfo) -> dict[str, Any]:
    """The definition that asks for the members of this edition."""
    return members_leaf(edition.segment_id, edition.edition, edition.source, edition.title, edition.as_of)


def memberships_of(session: Session, *, customer_ids: list[int], most: int) -> list[dict[str, Any]]:
    """Where these numbers are or were stored members, since when, until when, by what.

    shape  segment_id, name, source, title, entered_at, left_at (None: still)
    """
    asked = {"brand": brand_of(session), "customers": customer_ids, "most": most}
    return [dict(row) for row in session.execute(text(OF_CUSTOMER), asked).mappings()]
