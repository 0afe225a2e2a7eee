"""An edition of stored members stands: set against the one before it, only who enters and who leaves is written."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa
from sqlalchemy import CursorResult, func, select, text
from sqlalchemy.orm import Session

from siyu.kernel.audit import Actor, record
from siyu.kernel.binary_copy import Numbers, stage_columns
from siyu.kernel.db import Database, brand_of
from siyu.segments.contracts import EditionInfo, EditionMode, EditionSource, SegmentForm
from siyu.segments.models import Segment, SegmentEdition
from siyu.segments.queries.editions import leaf_of

STAGED = "staged_member"
ANALYZED_FROM = 10_000
PERSON = "CASE WHEN c.merged_into IS NULL THEN {number} ELSE c.merged_into END"

# Who is listed and who stands now, as whom they count; a number that nobody has any more counts as itself.
LISTED = f"""
    CREATE TEMPORARY TABLE listed_person ON COMMIT DROP AS
    SELECT DISTINCT {PERSON.format(number="s.customer_id")} AS person_id
    FROM {STAGED} s JOIN customer c ON c.customer_id = s.customer_id
"""
STANDING = f"""
    CREATE TEMPORARY TABLE standing_member ON COMMIT DROP AS
    SELECT p.customer_id, p.person_id, l.person_id IS NOT NULL AS listed
    FROM (SELECT m.customer_id, {PERSON.format(number="m.customer_id")} AS person_id
          FROM segment_member m LEFT JOIN customer c ON c.customer_id = m.customer_id
          WHERE m.segment_id = :segment AND m.to_edition IS NULL) p
    LEFT JOIN listed_person l ON l.person_id = p.person_id
"""
WHO_LEAVES: Mapping[EditionMode, str] = {
    EditionMode.REPLACE: "NOT p.listed",
    EditionMode.ADD: "false",
    EditionMode.REMOVE: "p.listed",
}
COUNTS = """
    SELECT count(DISTINCT p.person_id) AS standing, count(DISTINCT p.person_id) FILTER (WHERE {leaves}) AS departed
    FROM standing_member p
"""
LEAVE = """
    UPDATE segment_member m SET to_edition = :edition FROM standing_member p
    WHERE m.segment_id = :segment AND m.customer_id = p.customer_id AND m.to_edition IS NULL AND {leaves}
"""
ENTER = """
    INSERT INTO segment_member (segment_id, customer_id, from_edition, brand_id)
    SELECT :segment, l.person_id, :edition, :brand FROM listed_person l
    WHERE NOT EXISTS (SELECT FROM standing_member p WHERE p.person_id = l.person_id)
"""


@dataclass(frozen=True, slots=True)
class Making:
    """Of what an edition is made: a list of so many lines, or what a definition found."""

    source: EditionSource
    title: str
    as_of: datetime
    listed: int
    known_by: str | None = None
    definition: Any = None
    twice: int = 0
    unknown: int = 0
    task_id: int | None = None


def store_edition(
    session: Session,
    *,
    segment: Segment,
    customers: Numbers,
    mode: EditionMode,
    making: Making,
    actor: Actor,
    now: datetime,
) -> EditionInfo:
    """The segment has these members, or these more, or without these; the members of editions before stay readable.

    The segment is locked (`locked_segment`) or new in this transaction.

    effects  segment_edition, segment_member (only who enters and leaves), the segment at its next version if it asks
             for stored members; audit segment.members_stored
    """
    last = select(func.max(SegmentEdition.edition)).where(SegmentEdition.segment_id == segment.segment_id)
    number = (session.scalar(last) or 0) + 1
    standing, departed, entered = _changed(session, segment.segment_id, number, customers, mode)
    edition = SegmentEdition(
        segment_id=segment.segment_id, edition=number, brand_id=brand_of(session), source=making.source.value,
        title=making.title, known_by=making.known_by, definition=making.definition, as_of=making.as_of,
        listed=making.listed, twice=making.twice, unknown=making.unknown, customers=standing - departed + entered,
        entered=entered, departed=departed, task_id=making.task_id, made_by=actor.label, made_at=now,
    )  # fmt: skip
    session.add(edition)
    info = edition.info()
    if segment.form != SegmentForm.DYNAMIC:
        segment.definition = leaf_of(info)
        segment.version += 1
        segment.updated_at = now
    session.flush()
    record(
        session, actor=actor, action="segment.members_stored", subject=("segment", segment.segment_id),
        after={
            "name": segment.name, "edition": number, "source": making.source.value, "title": making.title,
            "customers": info.customers, "entered": entered, "left": departed,
        },
        now=now,
    )  # fmt: skip
    return info


def analyze_members(db: Database, *, changed: int) -> None:
    """The planner knows of a large change at once. Runs outside any transaction, after it."""
    if changed >= ANALYZED_FROM:
        db.analyze(("segment_member",))


def _changed(
    session: Session, segment_id: int, edition: int, customers: Numbers, mode: EditionMode
) -> tuple[int, int, int]:
    """Who enters and leaves is written: how many stood before, left, entered, as persons."""
    given = {"segment": segment_id, "edition": edition, "brand": brand_of(session)}
    stage_columns(session, STAGED, "customer_id bigint", {"customer_id": pa.array(customers, pa.int64())})
    for table, statement in (("listed_person", LISTED), ("standing_member", STANDING)):
        session.execute(text(f"DROP TABLE IF EXISTS pg_temp.{table}"))
        session.execute(text(statement), given if table == "standing_member" else {})
        session.execute(text(f"ANALYZE {table}"))
    leaves = WHO_LEAVES[mode]
    standing, departed = session.execute(text(COUNTS.format(leaves=leaves))).one()
    if departed:
        # Of a table that was filled a moment ago the planner expects a few rows, and would walk everybody for each.
        session.execute(text("SET LOCAL enable_nestloop = off"))
        session.execute(text(LEAVE.format(leaves=leaves)), given)
        session.execute(text("SET LOCAL enable_nestloop = on"))
    if mode is EditionMode.REMOVE:
        return standing, departed, 0
    came = session.execute(text(ENTER), given)
    assert isinstance(came, CursorResult)
    return standing, departed, came.rowcount
