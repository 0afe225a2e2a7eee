"""Who is in a segment: counts, ids, samples, one customer explained; the stored segments."""

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from sqlalchemy import select
from sqlalchemy.orm import Session

from siyu.insight.api import any_of, catalogue, condition, sentence, traits_as_of, traits_of
from siyu.insight.contracts import BrandView, DerivedSource, Node, traits_named
from siyu.kernel.crypto import Cipher
from siyu.kernel.csv_file import csv_file
from siyu.kernel.db import arrow_chunks, brand_of
from siyu.kernel.errors import NotFound
from siyu.kernel.lake import LakeCursor, hold_chunks
from siyu.metrics.api import run, sql_of
from siyu.people.api import find_customers, profiles_of, reach_by
from siyu.people.contracts import Channel, Namespace, Profile
from siyu.segments import frames
from siyu.segments.contracts import (
    CustomerFilter,
    CustomerPage,
    Explained,
    ListOrder,
    ListPlace,
    SegmentInfo,
)
from siyu.segments.errors import BadSegment, UnknownTrait
from siyu.segments.models import Segment
from siyu.segments.rules import evaluate
from siyu.segments.rules.listing import csv_lines, definition_for
from siyu.segments.rules.parse import parse

SEGMENTS_MAX = 1_000
SAMPLE_MAX = 100
PAGE_MAX = 500
FOUND_TABLE = "found_customer"
CHUNK_ROWS = 10_000


@dataclass(frozen=True, slots=True)
class Preview:
    """What a definition finds: how many of how many, a sample with traits, and the definition in words."""

    as_of: datetime
    count: int
    customers: int
    sentence_zh: str
    sentence_en: str
    sample: list[dict[str, Any]]


def read_definition(brand: BrandView, definition: Any) -> Node:
    """The typed tree of a definition with this brand's traits and zone.

    raises  BadSegment, UnknownTrait
    """
    return parse(definition, catalogue=catalogue(brand.sources), zone=brand.time_zone)


def member_traits(
    cursor: LakeCursor, brand: BrandView, definition: Any, as_of: datetime, *, whole: bool = True
) -> ir.Table:
    """The customers in the segment with all their traits, or those needed to find them; run it with the same cursor.

    raises  BadSegment, UnknownTrait
    """
    node = read_definition(brand, definition)
    wanted = None if whole else traits_named(node)
    return frames.members(traits_as_of(cursor, brand, as_of, wanted=wanted), node, as_of=as_of)


def members(cursor: LakeCursor, brand: BrandView, definition: Any, as_of: datetime) -> ir.Table:
    """The customers in the segment; run it with the same cursor (`siyu.metrics.api.run`).

    shape   customer_id
    raises  BadSegment, UnknownTrait
    """
    return member_traits(cursor, brand, definition, as_of, whole=False).select("customer_id")


def audience_table(
    cursor: LakeCursor, brand: BrandView, definition: Any, *, excluded: Sequence[Any], as_of: datetime
) -> ir.Table:
    """The customers in the segment, and whether any of the excluded definitions holds them too; one pass for all.

    shape   customer_id, in_excluded
    raises  BadSegment, UnknownTrait
    """
    nodes = [read_definition(brand, one) for one in (definition, *excluded)]
    wanted = frozenset().union(*(traits_named(node) for node in nodes))
    traits = traits_as_of(cursor, brand, as_of, wanted=wanted)
    inside, *left_out = (condition(traits, node, as_of=as_of) for node in nodes)
    marked = traits.select("customer_id", inside=inside, in_excluded=any_of(left_out))
    return marked.filter(marked.inside).select("customer_id", "in_excluded").order_by("customer_id")


def traits_asked(brand: BrandView, definition: Any) -> frozenset[str]:
    """The traits that a definition asks about, and those that they are computed from.

    raises  BadSegment, UnknownTrait
    """
    named = traits_named(read_definition(brand, definition))
    derived = [source for source in brand.sources if isinstance(source, DerivedSource)]
    return reduce(lambda names, one: one.beneath(names), derived, named)


def member_ids(cursor: LakeCursor, brand: BrandView, definition: Any, as_of: datetime) -> pa.Table:
    """shape: customer_id, ascending."""
    return run(cursor, members(cursor, brand, definition, as_of).order_by("customer_id"))


def member_csv(
    cursor: LakeCursor, brand: BrandView, definition: Any, as_of: datetime
) -> Iterator[tuple[int, bytes]]:
    """The customers in the segment with every trait as CSV, piece by piece: how many customers, their lines.

    units   moments are UTC, money is in fen; there is no personal data in it
    raises  BadSegment, UnknownTrait
    limits  10,000 customers in memory at a time; the engine spills what it sorts
    """
    found = _member_table(cursor, brand, definition, as_of)
    yield 0, csv_file(found.columns, ())
    for batch in cursor.execute(sql_of(frames.as_text(found))).to_arrow_reader(CHUNK_ROWS):
        lines = zip(*(column.to_pylist() for column in batch.columns), strict=True)
        yield batch.num_rows, csv_lines(lines)


def member_json(
    cursor: LakeCursor, brand: BrandView, definition: Any, as_of: datetime
) -> Iterator[tuple[int, bytes]]:
    """The same as a JSON list of objects."""
    found, before = _member_table(cursor, brand, definition, as_of), b"["
    for batch in cursor.execute(sql_of(found)).to_arrow_reader(CHUNK_ROWS):
        items = (json.dumps(row, ensure_ascii=False, default=str) for row in batch.to_pylist())
        yield batch.num_rows, before + ", ".join(items).encode()
        before = b", " if batch.num_rows else before
    yield 0, b"[]\n" if before == b"[" else b"]\n"


def _member_table(cursor: LakeCursor, brand: BrandView, definition: Any, as_of: datetime) -> ir.Table:
    names = ["customer_id", *catalogue(brand.sources)]
    return member_traits(cursor, brand, definition, as_of).select(names).order_by("customer_id")


def count(cursor: LakeCursor, brand: BrandView, definition: Any, as_of: datetime) -> int:
    """How many customers are in the segment."""
    found = members(cursor, brand, definition, as_of)
    return int(run(cursor, found.aggregate(n=found.count()))["n"][0].as_py())


def preview(
    cursor: LakeCursor, brand: BrandView, definition: Any, as_of: datetime, *, sample: int = 10
) -> Preview:
    """The count, the definition in words, and the first customers by net sales of 365 days."""
    node = read_definition(brand, definition)
    traits = traits_as_of(cursor, brand, as_of, wanted=traits_named(node))
    inside = condition(traits, node, as_of=as_of)
    counts = run(cursor, traits.aggregate(customers=traits.count(), inside=traits.count(where=inside)))
    first = traits.filter(inside).order_by([traits.sales_365d_fen.desc(), traits.customer_id])
    return Preview(
        as_of=as_of,
        count=counts["inside"][0].as_py(),
        customers=counts["customers"][0].as_py(),
        sentence_zh=sentence(node, "zh", zone=brand.time_zone),
        sentence_en=sentence(node, "en", zone=brand.time_zone),
        sample=run(cursor, first.limit(min(sample, SAMPLE_MAX))).to_pylist(),
    )


def explain(
    cursor: LakeCursor, brand: BrandView, definition: Any, as_of: datetime, *, customer_id: int
) -> Explained:
    """Each part of the definition for one customer: true or false, with the value it saw.

    raises  NoSuchCustomer, BadSegment, UnknownTrait
    """
    node = read_definition(brand, definition)
    traits = traits_of(cursor, brand, customer_id=customer_id, as_of=as_of, wanted=traits_named(node))
    return evaluate.explain(node, traits, as_of=as_of, zone=brand.time_zone)


def sizes(
    cursor: LakeCursor, brand: BrandView, segments: Sequence[SegmentInfo], as_of: datetime
) -> dict[int, int | None]:
    """How many customers each segment has, all counted in one pass; None where a definition no longer holds good."""
    nodes: dict[int, Node] = {}
    for segment in segments:
        with suppress(BadSegment, UnknownTrait):  # a trait it names is offered no more
            nodes[segment.segment_id] = read_definition(brand, segment.definition)
    if not nodes:
        return {segment.segment_id: None for segment in segments}
    wanted = frozenset().union(*(traits_named(node) for node in nodes.values()))
    traits = traits_as_of(cursor, brand, as_of, wanted=wanted)
    conditions = {key: condition(traits, node, as_of=as_of) for key, node in nodes.items()}
    counts = {f"n{key}": traits.count(where=condition) for key, condition in conditions.items()}
    row = run(cursor, traits.aggregate(**counts)).to_pylist()[0]
    return {segment.segment_id: row.get(f"n{segment.segment_id}") for segment in segments}


def reachable(
    session: Session, cursor: LakeCursor, brand: BrandView, *, definition: Any, as_of: datetime, now: datetime
) -> int:
    """How many customers of the segment may be written to by SMS now: consent, an address, no suppression.

    raises  BadSegment, UnknownTrait
    """
    query, parameters = reach_by(Channel.SMS)
    chunks = arrow_chunks(
        session,
        f"SELECT customer_id FROM ({query}) r "
        "WHERE consented AND suppressed IS NULL AND address_id IS NOT NULL",
        {**parameters, "now": now},
        {"customer_id": "int64"},
    )
    hold_chunks(cursor, "reachable_customer", "customer_id BIGINT", chunks)
    known = ibis.table({"customer_id": "int64"}, name="reachable_customer")
    both = members(cursor, brand, definition, as_of).semi_join(known, "customer_id")
    return int(run(cursor, both.aggregate(n=both.count()))["n"][0].as_py())


def customers_page(
    session: Session,
    cursor: LakeCursor,
    brand: BrandView,
    *,
    cipher: Cipher,
    asked: CustomerFilter,
    order: ListOrder,
    after: ListPlace | None,
    limit: int,
    as_of: datetime,
    reveal: bool = False,
) -> CustomerPage:
    """The next customers of a list, with who they are; names and numbers are masked unless `reveal`.

    raises  BadSegment, UnknownTrait, NotFound (the segment)
    limits  500 customers a page
    """
    found = _listed(session, cursor, brand, cipher=cipher, asked=asked, as_of=as_of, also=(order.trait.name,))
    wanted = min(limit, PAGE_MAX)
    if asked.wanted:  # some ten people at most, all of them read at once
        turned = run(cursor, frames.next_rows(found, order, after=after, limit=PAGE_MAX)).to_pylist()
        page, total = turned[:wanted], after.total if after else len(turned)
    else:
        sorting = found.select("customer_id", order.trait.name)
        turned = run(cursor, frames.next_rows(sorting, order, after=after, limit=wanted + 1)).to_pylist()
        page = _whole_rows(cursor, found, [row["customer_id"] for row in turned[:wanted]])
        total = after.total if after else _size(cursor, found)
    items = with_profiles(session, page, cipher=cipher, reveal=reveal)
    place = None
    if len(turned) > wanted:
        last = page[-1]
        place = ListPlace(str(order), as_of, last[order.trait.name], last["customer_id"], total)
    return CustomerPage(as_of=as_of, total=total, items=items, next_place=place)


def _size(cursor: LakeCursor, found: ir.Table) -> int:
    return int(run(cursor, found.aggregate(n=found.count()))["n"][0].as_py())


def _whole_rows(cursor: LakeCursor, found: ir.Table, customer_ids: Sequence[int]) -> list[dict[str, Any]]:
    """The customers with all their traits, in this order; sorting everybody by one column leaves the others unread."""
    rows = run(cursor, found.filter(found.customer_id.isin(list(customer_ids)))).to_pylist()
    by_id = {row["customer_id"]: row for row in rows}
    return [by_id[one] for one in customer_ids]


def whole_list(
    session: Session,
    cursor: LakeCursor,
    brand: BrandView,
    *,
    cipher: Cipher,
    asked: CustomerFilter,
    order: ListOrder,
    as_of: datetime,
    limit: int,
) -> tuple[int, pa.Table]:
    """All customers of a list in its order with their traits, computed once, and how many there are.

    returns  no rows where they are more than `limit`
    raises   BadSegment, UnknownTrait, NotFound (the segment)
    """
    found = _listed(session, cursor, brand, cipher=cipher, asked=asked, as_of=as_of)
    total = _size(cursor, found)
    wanted = limit if total <= limit else 0
    return total, run(cursor, frames.next_rows(found, order, after=None, limit=wanted))


def with_profiles(
    session: Session, rows: Sequence[dict[str, Any]], *, cipher: Cipher, reveal: bool
) -> tuple[dict[str, Any], ...]:
    """The rows of up to 500 customers with who they are; names and numbers are masked unless `reveal`."""
    profiles = profiles_of(
        session, cipher=cipher, customer_ids=[row["customer_id"] for row in rows], reveal=reveal
    )
    return tuple(row | _profile_cells(profiles.get(row["customer_id"])) for row in rows)


def _listed(
    session: Session,
    cursor: LakeCursor,
    brand: BrandView,
    *,
    cipher: Cipher,
    asked: CustomerFilter,
    as_of: datetime,
    also: Sequence[str] | None = None,
) -> ir.Table:
    """The customers of a list, with all traits, or those it asks about and `also` these."""
    segment = None if asked.segment_id is None else definition_of(session, asked.segment_id)
    node = read_definition(brand, definition_for(asked, segment=segment))
    only = find_customers(session, cipher=cipher, wanted=asked.wanted) if asked.wanted else None
    wanted = None if also is None else traits_named(node) | set(also)
    traits = traits_as_of(cursor, brand, as_of, wanted=wanted)
    if only and asked == CustomerFilter(wanted=asked.wanted):
        return frames.with_unknown(frames.listed(traits, node, as_of=as_of, only=only), _held(cursor, only))
    return frames.listed(traits, node, as_of=as_of, only=only)


def _held(cursor: LakeCursor, customer_ids: Sequence[int]) -> ir.Table:
    """The numbers in a temporary table of this cursor. shape: customer_id."""
    numbers = pa.table({"customer_id": pa.array(customer_ids, pa.int64())})
    hold_chunks(cursor, FOUND_TABLE, "customer_id BIGINT", [numbers])
    return ibis.table({"customer_id": "int64"}, name=FOUND_TABLE)


def _profile_cells(profile: Profile | None) -> dict[str, Any]:
    """What people know, for a row; empty where people know nobody of that number."""
    if profile is None:
        return dict.fromkeys(("name", "phone", "member_no", "province", "store_key"), "")
    numbers = [one.value for one in profile.identities if one.namespace == Namespace.MEMBER_NO]
    return {
        "name": profile.name,
        "phone": profile.phone,
        "member_no": numbers[-1] if numbers else "",
        "province": profile.province,
        "store_key": profile.store_key,
    }


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
