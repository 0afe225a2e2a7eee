"""Customers get and lose tags: a whole set in a few statements, each change kept with who made it and when."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.kernel.audit import Actor, record
from siyu.kernel.db import brand_of
from siyu.people.actions.stage import stage
from siyu.people.errors import TagArchived
from siyu.people.queries.tags import TagInfo, tag_info

# Everybody meant, as whom they count; and every number of theirs, for what is taken is taken from all of them.
HEADS = """
    CREATE TEMPORARY TABLE tagging_head ON COMMIT DROP AS
    SELECT DISTINCT CASE WHEN c.merged_into IS NULL THEN c.customer_id ELSE c.merged_into END AS customer_id
    FROM staged_tagging s JOIN customer c ON c.customer_id = s.customer_id
"""
NUMBERS = """
    CREATE TEMPORARY TABLE tagging_number ON COMMIT DROP AS
    SELECT customer_id, customer_id AS person_id FROM tagging_head
    UNION ALL
    SELECT c.customer_id, h.customer_id FROM tagging_head h JOIN customer c ON c.merged_into = h.customer_id
"""

TAKE = """
    WITH taken AS (
        DELETE FROM customer_tag w USING tagging_number n, tag t
        WHERE n.customer_id = w.customer_id AND t.tag_id = w.tag_id AND {which}
        RETURNING w.customer_id, w.tag_id
    )
    INSERT INTO customer_tag_change (brand_id, customer_id, tag_id, added, source, changed_by, at, tag_run_id)
    SELECT :brand, customer_id, tag_id, false, :source, :by, :now, CAST(:run AS bigint) FROM taken
    RETURNING customer_id
"""
THIS_TAG = "w.tag_id = :tag"
OTHERS_OF_GROUP = "t.tag_group_id = :group AND w.tag_id <> :tag"

GIVE = """
    WITH given AS (
        INSERT INTO customer_tag (customer_id, tag_id, brand_id, source, tagged_by, tagged_at, tag_run_id)
        SELECT h.customer_id, :tag, :brand, :source, :by, :now, CAST(:run AS bigint) FROM tagging_head h
        WHERE NOT EXISTS (SELECT FROM tagging_number n JOIN customer_tag w ON w.customer_id = n.customer_id
                          WHERE n.person_id = h.customer_id AND w.tag_id = :tag)
        ON CONFLICT (customer_id, tag_id) DO NOTHING
        RETURNING customer_id
    )
    INSERT INTO customer_tag_change (brand_id, customer_id, tag_id, added, source, changed_by, at, tag_run_id)
    SELECT :brand, customer_id, :tag, true, :source, :by, :now, CAST(:run AS bigint) FROM given
    RETURNING customer_id
"""


@dataclass(frozen=True, slots=True)
class ByWhom:
    """On whose word tags change: by hand, a rule (a segment) or an import (a list); and the run they belong to."""

    source: str
    label: str
    run_id: int | None = None


def tag_customers(
    session: Session, *, customer_ids: Iterable[int], tag: TagInfo, adds: bool, by: ByWhom, now: datetime
) -> int:
    """These people wear the tag, or no longer do. Again it changes nothing; numbers nobody knows are passed over.

    In an exclusive group a new tag takes the place of the others.

    returns  how many people that changed
    raises   TagArchived
    effects  customer_tag; customer_tag_change, a row a change
    """
    if adds and tag.archived:
        raise TagArchived(tag=tag.name)
    stage(session, "staged_tagging", "customer_id bigint", ((one,) for one in customer_ids))
    for table, statement in (("tagging_head", HEADS), ("tagging_number", NUMBERS)):
        session.execute(text(f"DROP TABLE IF EXISTS pg_temp.{table}"))
        session.execute(text(statement))
        session.execute(text(f"ANALYZE {table}"))
    said = {
        "brand": brand_of(session), "tag": tag.tag_id, "group": tag.tag_group_id, "source": by.source,
        "by": by.label, "now": now, "run": by.run_id,
    }  # fmt: skip
    if not adds:
        return len(set(session.scalars(text(TAKE.format(which=THIS_TAG)), said)))
    if tag.exclusive:
        session.execute(text(TAKE.format(which=OTHERS_OF_GROUP)), said)
    return len(session.execute(text(GIVE), said).all())


def tag_by_hand(
    session: Session,
    *,
    customer_id: int,
    add: Collection[int],
    remove: Collection[int],
    actor: Actor,
    now: datetime,
) -> None:
    """The person wears the tags of `add`, and no longer those of `remove`.

    raises   NotFound, TagArchived
    effects  customer_tag, customer_tag_change; audit customer.tagged with what changed
    """
    by = ByWhom("hand", actor.label)
    changed: dict[str, list[str]] = {"added": [], "removed": []}
    for wanted, adds in ((remove, False), (add, True)):
        for tag_id in wanted:
            tag = tag_info(session, tag_id=tag_id)
            if tag_customers(session, customer_ids=[customer_id], tag=tag, adds=adds, by=by, now=now):
                changed["added" if adds else "removed"].append(f"{tag.group_name}/{tag.name}")
    if any(changed.values()):
        record(
            session,
            actor=actor,
            action="customer.tagged",
            subject=("customer", customer_id),
            after=changed,
            now=now,
        )
