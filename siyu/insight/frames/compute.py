"""All traits together: one grouping of each fact table, then one join."""

import ibis.expr.types as ir

from siyu.insight.frames.facts import At, Facts
from siyu.insight.frames.traits import COUNTS, TRAITS, Source, Trait


def base_traits(facts: Facts, at: At) -> ir.Table:
    """One row a customer who is known to people or appears in an order or a refund.

    shape  customer_id and every trait of `TRAITS` that people see; class and stage are not in it yet
    """
    grouped = {
        Source.ORDERS: _grouped(facts.orders, Source.ORDERS, at),
        Source.DAYS: _grouped(facts.days, Source.DAYS, at),
        Source.REFUNDS: _grouped(facts.refunds, Source.REFUNDS, at),
        Source.CATEGORIES: _grouped(facts.categories, Source.CATEGORIES, at),
    }
    people = facts.known.select(
        "customer_id", people_known_at=facts.known.known_at, people_joined_at=facts.known.joined_at
    )
    everybody = _ids(facts.known).union(
        _ids(grouped[Source.ORDERS]), _ids(grouped[Source.REFUNDS]), distinct=True
    )
    joined = everybody
    for part in (people, *grouped.values()):
        joined = _joined(joined, part)
    kept = [trait for trait in TRAITS if trait.info is not None]
    return joined.select("customer_id", **{trait.name: _final(joined, trait, at) for trait in kept})


def _final(joined: ir.Table, trait: Trait, at: At) -> ir.Value:
    """The trait's value in the answer: a count of nothing is zero."""
    if trait.source is Source.JOINED:
        return trait.expression(joined, at)
    return joined[trait.name].fill_null(0).cast("int64") if trait.name in COUNTS else joined[trait.name]


def _of(source: Source) -> list[Trait]:
    return [trait for trait in TRAITS if trait.source is source]


def _grouped(table: ir.Table, source: Source, at: At) -> ir.Table:
    values = {trait.name: trait.expression(table, at) for trait in _of(source)}
    return table.group_by("customer_id").aggregate(**values)


def _ids(table: ir.Table) -> ir.Table:
    return table.select("customer_id")


def _joined(left: ir.Table, right: ir.Table) -> ir.Table:
    """All of `left` with the columns of `right` where it has the customer."""
    pairs = left.left_join(right, "customer_id")
    return pairs.select(left, *(right[name] for name in right.columns if name != "customer_id"))
