"""Who is in a segment: counts, ids, samples, one customer explained."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from sqlalchemy.orm import Session

from siyu.insight.api import evaluations_asked
from siyu.insight.contracts import BrandView, DerivedSource
from siyu.insight.errors import NoSuchCustomer
from siyu.kernel.db import arrow_chunks
from siyu.kernel.lake import LakeCursor, hold_chunks
from siyu.metrics.api import run
from siyu.people.api import reach_by
from siyu.people.contracts import Channel
from siyu.segments import frames
from siyu.segments.contracts import Explained, Node
from siyu.segments.errors import BadSegment, UnknownFact, UnknownTrait
from siyu.segments.queries.question import question, question_of, read_definition
from siyu.segments.rules import evaluate
from siyu.segments.rules.tree import facts_asked, traits_named
from siyu.segments.rules.words import sentence

SAMPLE_MAX = 100


@dataclass(frozen=True, slots=True)
class Preview:
    """What a definition finds: how many of how many, a sample with traits, and the definition in words."""

    as_of: datetime
    count: int
    customers: int
    sentence_zh: str
    sentence_en: str
    sample: list[dict[str, Any]]


def member_traits(
    cursor: LakeCursor, brand: BrandView, definition: Any, as_of: datetime, *, whole: bool = True
) -> ir.Table:
    """The customers in the segment with all their traits, or those needed to find them; run it with the same cursor.

    raises  BadSegment, UnknownTrait
    """
    return question(cursor, brand, [definition], as_of, whole=whole).members()


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
    asked = question(cursor, brand, (definition, *excluded), as_of)
    inside, *left_out = (asked.condition(node) for node in asked.nodes)
    marked = asked.table.select("customer_id", inside=inside, in_excluded=frames.any_of(left_out))
    return marked.filter(marked.inside).select("customer_id", "in_excluded").order_by("customer_id")


def traits_asked(brand: BrandView, definition: Any) -> frozenset[str]:
    """The traits that a definition asks about, itself or by a segment that it names, and those they come from; of
    facts that evaluate people the evaluation.

    raises  BadSegment, UnknownTrait
    """
    node = read_definition(brand, definition)
    derived = [source for source in brand.sources if isinstance(source, DerivedSource)]
    named = reduce(lambda names, one: one.beneath(names), derived, traits_named(node))
    return named | evaluations_asked(facts_asked(node))


def member_ids(cursor: LakeCursor, brand: BrandView, definition: Any, as_of: datetime) -> pa.Table:
    """shape: customer_id, ascending."""
    return run(cursor, members(cursor, brand, definition, as_of).order_by("customer_id"))


def count(cursor: LakeCursor, brand: BrandView, definition: Any, as_of: datetime) -> int:
    """How many customers are in the segment."""
    found = members(cursor, brand, definition, as_of)
    return int(run(cursor, found.aggregate(n=found.count()))["n"][0].as_py())


def preview(
    cursor: LakeCursor, brand: BrandView, definition: Any, as_of: datetime, *, sample: int = 10
) -> Preview:
    """The count, the definition in words, and the first customers by net sales of 365 days."""
    asked = question(cursor, brand, [definition], as_of)
    traits, node, inside = asked.table, asked.node, asked.condition(asked.node)
    counts = run(cursor, traits.aggregate(customers=traits.count(), inside=traits.count(where=inside)))
    found = asked.members()
    first = found.order_by([found.sales_365d_fen.desc(), found.customer_id])
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
    asked = question(cursor, brand, [definition], as_of)
    row = run(cursor, asked.table.filter(asked.table.customer_id == customer_id)).to_pylist()
    if not row:
        raise NoSuchCustomer(customer_id=customer_id, as_of=as_of.isoformat())
    return evaluate.explain(
        asked.node, row[0], as_of=as_of, zone=brand.time_zone, edges=asked.edges, brought=asked.brought
    )


def sizes(
    cursor: LakeCursor, brand: BrandView, definitions: Mapping[int, Any], as_of: datetime
) -> dict[int, int | None]:
    """How many customers each segment has, all counted in one pass; None where a definition no longer holds good."""
    nodes: dict[int, Node] = {}
    for segment_id, definition in definitions.items():
        with suppress(BadSegment, UnknownTrait, UnknownFact):  # a trait it names is offered no more
            nodes[segment_id] = read_definition(brand, definition)
    if not nodes:
        return dict.fromkeys(definitions)
    found = question_of(cursor, brand, list(nodes.values()), as_of)
    counts = {f"n{key}": found.table.count(where=found.condition(node)) for key, node in nodes.items()}
    row = run(cursor, found.table.aggregate(**counts)).to_pylist()[0]
    return {segment_id: row.get(f"n{segment_id}") for segment_id in definitions}


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
