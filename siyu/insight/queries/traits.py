"""The traits of all customers, or of one, as of any date; what traits there are."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import reduce
from typing import Any

import ibis.expr.types as ir

from siyu.insight.contracts import AnySource, BrandView, DerivedSource, FactSource, Storable, TraitInfo
from siyu.insight.errors import NoSuchCustomer
from siyu.insight.frames.catalogue import INSIGHT_TRAITS
from siyu.insight.frames.classes import with_moving
from siyu.insight.frames.read import one_customer, with_source
from siyu.insight.frames.stored import stored_traits
from siyu.insight.queries.compute import at_of, compute
from siyu.insight.queries.stored import newest_refresh, stored_in
from siyu.insight.queries.view import seen
from siyu.kernel.lake import LakeCursor
from siyu.metrics.api import run


def catalogue(sources: tuple[AnySource, ...] = ()) -> dict[str, TraitInfo]:
    """Every trait by name: insight's own first, then what other modules offer."""
    offered = [info for source in sources for info in source.traits()]
    found = {info.name: info for info in (*INSIGHT_TRAITS, *offered)}
    assert len(found) == len(INSIGHT_TRAITS) + len(offered), "two sources offer a trait of the same name"
    return found


def traits_as_of(
    cursor: LakeCursor, brand: BrandView, as_of: datetime, *, wanted: Collection[str] | None = None
) -> ir.Table:
    """The traits of every customer as of a moment: the stored ones if it is that of the newest refresh, else computed.

    `wanted`: of what other modules offer, and of what the brand declared, only this is read; None: everything. What
    the brand declared and changed since the refresh is computed from the facts.

    The table is not bound to a connection: hand it to `siyu.metrics.api.run` with the same cursor. Take the cursor
    from `Lake.transaction()`, so that a refresh that ends meanwhile is not seen half.

    shape    customer_id and every trait of `catalogue(brand.sources)`; stage_rule, stage_number, stage_limit
    effects  a temporary table of the cursor, if computed
    """
    newest = newest_refresh(cursor, brand_id=brand.brand_id)
    if newest is None or newest.as_of != as_of:
        table, stored = compute(cursor, brand, as_of).table, dict[str, Storable]()
        needed = _needed(brand, wanted, stored)
    else:
        stored = stored_in(newest, brand)
        needed = _needed(brand, wanted, stored)
        table = stored_traits(brand.brand_id, [stored[name] for name in sorted(needed & stored.keys())])
    table = seen(cursor, brand, with_moving(table, at_of(brand, as_of)))
    return with_sources(cursor, brand, table, as_of, wanted=needed - stored.keys())


def with_sources(
    cursor: LakeCursor, brand: BrandView, table: ir.Table, as_of: datetime, *, wanted: Collection[str]
) -> ir.Table:
    """The table with the wanted traits of the brand's sources, and no others; what they come from is wanted, too."""
    for source in brand.sources:
        infos = [info for info in source.traits() if info.name in wanted]
        if infos and not isinstance(source, DerivedSource | FactSource):
            table = with_source(table, source.table(cursor, brand=brand, as_of=as_of, wanted=wanted), infos)
    derived = [source for source in brand.sources if isinstance(source, DerivedSource)]
    return reduce(lambda found, one: one.added(found, wanted=wanted), derived, table)


def beside_declared(
    cursor: LakeCursor, brand: BrandView, table: ir.Table, as_of: datetime, kept: Sequence[Storable]
) -> ir.Table:
    """The stored traits' table with a column for each of these declared traits, called as it is stored.

    `kept` holds with each formula what it comes from.
    """
    whole = with_moving(table, at_of(brand, as_of))
    whole = with_sources(cursor, brand, whole, as_of, wanted={one.info.name for one in kept})
    return whole.select(*table.columns, **{one.column: whole[one.info.name] for one in kept})


def _needed(
    brand: BrandView, wanted: Collection[str] | None, stored: Mapping[str, Storable]
) -> frozenset[str]:
    """The wanted names, and those of what has to be computed for them: what is stored comes from nothing."""
    if wanted is None:
        return frozenset(info.name for source in brand.sources for info in source.traits())
    named = frozenset(wanted)
    derived = [source for source in brand.sources if isinstance(source, DerivedSource)]
    return named | reduce(lambda names, one: one.beneath(names), derived, named - stored.keys())


def default_as_of(cursor: LakeCursor, brand: BrandView, *, now: datetime) -> datetime:
    """What a question without a date means: as of the newest refresh, whatever came since; now before the first.

    A page would else compute the traits of everybody for each fact that arrives; every batch asks for a refresh.
    """
    newest = newest_refresh(cursor, brand_id=brand.brand_id)
    return newest.as_of if newest is not None else now


def traits_of(
    cursor: LakeCursor, brand: BrandView, *, customer_id: int, as_of: datetime, wanted: Collection[str] = ()
) -> dict[str, Any]:
    """One customer's traits by name; of what other modules offer only what is `wanted`.

    raises  NoSuchCustomer
    """
    traits = traits_as_of(cursor, brand, as_of, wanted=wanted)
    rows = run(cursor, one_customer(traits, customer_id)).to_pylist()
    if not rows:
        raise NoSuchCustomer(customer_id=customer_id, as_of=as_of.isoformat())
    found: dict[str, Any] = rows[0]
    return found
