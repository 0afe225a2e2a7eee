"""Tags, who wears them, since when and by whose word; merged customers as one."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

import pyarrow as pa
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from siyu.kernel.db import arrow_chunks, brand_of
from siyu.kernel.errors import NotFound
from siyu.people.models import Tag, TagGroup, TagRun
from siyu.people.queries.persons import persons_of

CHANGES_MAX = 100
RUNS_MAX = 100

# Of two tags of an exclusive group, which two numbers may wear, the person wears the one that was given last.
WORN = """
    SELECT DISTINCT ON (CASE WHEN g.exclusive THEN -g.tag_group_id ELSE t.tag_id END)
           t.tag_id, t.name, g.tag_group_id, g.name AS group_name, g.colour, w.source, w.tagged_by, w.tagged_at
    FROM customer_tag w
    JOIN tag t ON t.tag_id = w.tag_id AND t.archived_at IS NULL
    JOIN tag_group g ON g.tag_group_id = t.tag_group_id
    WHERE w.customer_id = ANY(CAST(:numbers AS bigint[]))
    ORDER BY CASE WHEN g.exclusive THEN -g.tag_group_id ELSE t.tag_id END, w.tagged_at DESC, w.customer_id
"""

CHANGES = """
    SELECT h.tag_id, t.name, g.name AS group_name, h.added, h.source, h.changed_by, h.at FROM customer_tag_change h
    JOIN tag t ON t.tag_id = h.tag_id JOIN tag_group g ON g.tag_group_id = t.tag_group_id
    WHERE h.customer_id = ANY(CAST(:numbers AS bigint[]))
    ORDER BY h.at DESC, h.customer_tag_change_id DESC LIMIT :most
"""

# The same as WORN, of everybody: a person of two numbers wears in an exclusive group what was given last.
WEARERS = """
    SELECT DISTINCT CASE WHEN c.merged_into IS NULL THEN c.customer_id ELSE c.merged_into END AS customer_id
    FROM customer_tag w JOIN customer c ON c.customer_id = w.customer_id
    WHERE w.tag_id = :tag AND NOT (:exclusive AND EXISTS (
        SELECT FROM customer o
        JOIN customer_tag other ON other.customer_id = o.customer_id AND other.tag_id <> w.tag_id
        JOIN tag t ON t.tag_id = other.tag_id AND t.tag_group_id = :group AND t.archived_at IS NULL
        WHERE (c.merged_into IS NOT NULL
               OR EXISTS (SELECT FROM customer m WHERE m.merged_into = c.customer_id))
          AND (o.customer_id = CASE WHEN c.merged_into IS NULL THEN c.customer_id ELSE c.merged_into END
               OR o.merged_into = CASE WHEN c.merged_into IS NULL THEN c.customer_id ELSE c.merged_into END)
          AND (other.tagged_at, -other.customer_id) > (w.tagged_at, -w.customer_id)))
"""

COUNTS = """
    SELECT w.tag_id, count(*) AS customers FROM customer_tag w WHERE w.brand_id = :brand GROUP BY w.tag_id
"""


@dataclass(frozen=True, slots=True)
class TagInfo:
    """A tag of a group. `customers`: how many wear it, each number for itself."""

    tag_id: int
    name: str
    tag_group_id: int
    group_name: str
    exclusive: bool
    colour: str
    archived: bool
    customers: int = 0


@dataclass(frozen=True, slots=True)
class TagGroupInfo:
    """A group of tags; of an exclusive one a customer wears at most one."""

    tag_group_id: int
    name: str
    exclusive: bool
    colour: str


@dataclass(frozen=True, slots=True)
class WornTag:
    """A tag that a customer wears: by whose word and since when."""

    tag_id: int
    name: str
    tag_group_id: int
    group_name: str
    colour: str
    source: str
    tagged_by: str
    tagged_at: datetime


@dataclass(frozen=True, slots=True)
class TagChange:
    """A tag that was given to a customer or taken."""

    tag_id: int
    name: str
    group_name: str
    added: bool
    source: str
    changed_by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class TagRunInfo:
    """What was done to many customers at once. `customers`: how many that changed, None until it is done."""

    tag_run_id: int
    tag_id: int
    tag_name: str
    group_name: str
    adds: bool
    source: str
    title: str
    task_id: int
    unknown: int
    customers: int | None
    started_by: str
    created_at: datetime
    finished_at: datetime | None
    undone_by: str | None
    undone_at: datetime | None


def open_tags(session: Session) -> list[TagInfo]:
    """The brand's tags that are not archived, by group and name; not counted."""
    query = (
        select(Tag, TagGroup)
        .join(TagGroup, TagGroup.tag_group_id == Tag.tag_group_id)
        .where(Tag.brand_id == brand_of(session), Tag.archived_at.is_(None), TagGroup.archived_at.is_(None))
        .order_by(TagGroup.name, Tag.name, Tag.tag_id)
    )
    return [_info(tag, group, 0) for tag, group in session.execute(query)]


def tags_of_brand(session: Session) -> list[TagInfo]:
    """The brand's tags that are not archived, by group and name, with how many wear each."""
    counts = {
        row.tag_id: row.customers for row in session.execute(text(COUNTS), {"brand": brand_of(session)})
    }
    return [replace(one, customers=counts.get(one.tag_id, 0)) for one in open_tags(session)]


def groups_of_brand(session: Session) -> list[TagGroupInfo]:
    """The brand's groups of tags that are not archived, by name."""
    query = select(TagGroup).where(TagGroup.brand_id == brand_of(session), TagGroup.archived_at.is_(None))
    return [
        TagGroupInfo(group.tag_group_id, group.name, group.exclusive, group.colour)
        for group in session.scalars(query.order_by(TagGroup.name))
    ]


def tag_info(session: Session, *, tag_id: int) -> TagInfo:
    """The tag, archived or not.

    raises  NotFound
    """
    tag = session.get(Tag, tag_id)
    if tag is None:
        raise NotFound(what="tag", key=tag_id)
    return _info(tag, session.get_one(TagGroup, tag.tag_group_id), 0)


def worn_by(session: Session, *, customer_id: int) -> list[WornTag]:
    """The tags that one person wears under any number, by group and name."""
    numbers = persons_of(session, customer_ids=[customer_id])[customer_id]
    rows = session.execute(text(WORN), {"numbers": list(numbers)}).mappings()
    return sorted((WornTag(**row) for row in rows), key=lambda one: (one.group_name, one.name))


def tag_changes_of(session: Session, *, customer_id: int) -> list[TagChange]:
    """Who gave or took which tag and when, the newest first. limits: 100."""
    numbers = persons_of(session, customer_ids=[customer_id])[customer_id]
    rows = session.execute(text(CHANGES), {"numbers": list(numbers), "most": CHANGES_MAX})
    return [TagChange(**row) for row in rows.mappings()]


def wearer_chunks(session: Session, *, tag_id: int) -> Iterator[pa.Table]:
    """Everybody who wears the tag, each person once. Use the session for nothing else before the last.

    shape  customer_id int64
    """
    tag = tag_info(session, tag_id=tag_id)
    asked = {"tag": tag_id, "exclusive": tag.exclusive, "group": tag.tag_group_id}
    return arrow_chunks(session, WEARERS, asked, {"customer_id": "int64"})


def tag_runs(session: Session) -> list[TagRunInfo]:
    """What was done to many at once, the newest first. limits: 100."""
    query = (
        select(TagRun, Tag.name, TagGroup.name)
        .join(Tag, Tag.tag_id == TagRun.tag_id)
        .join(TagGroup, TagGroup.tag_group_id == Tag.tag_group_id)
        .where(TagRun.brand_id == brand_of(session))
        .order_by(TagRun.tag_run_id.desc())
        .limit(RUNS_MAX)
    )
    return [
        TagRunInfo(
            run.tag_run_id, run.tag_id, tag, group, run.adds, run.source, run.title, run.task_id, run.unknown,
            run.customers, run.started_by, run.created_at, run.finished_at, run.undone_by, run.undone_at,
        )
        for run, tag, group in session.execute(query)
    ]  # fmt: skip


def _info(tag: Tag, group: TagGroup, customers: int) -> TagInfo:
    return TagInfo(
        tag.tag_id, tag.name, group.tag_group_id, group.name, group.exclusive, group.colour,
        tag.archived_at is not None or group.archived_at is not None, customers,
    )  # fmt: skip
