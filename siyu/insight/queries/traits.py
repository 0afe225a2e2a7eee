"""The traits of all customers, or of one, as of any date; what traits there are."""

from collections.abc import Collection
from datetime import datetime
from functools import reduce
from typing import Any

import ibis.expr.types as ir

from siyu.insight.contracts import AnySource, BrandView, DerivedSource, FactSource, TraitInfo
from siyu.insight.errors import NoSuchCustomer
from siyu.insight.frames.catalogue import INSIGHT_TRAITS
from siyu.insight.frames.classes import with_moving
from siyu.insight.frames.read import one_customer, with_source
from siyu.insight.frames.stored import stored_traits
from siyu.insight.queries.compute import at_of, compute
from siyu.insight.queries.stored import newest_refresh
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

    `wanted`: of what other modules offer only this is read; None: everything.

    The table is not bound to a connection: hand it to `siyu.metrics.api.run` with the same cursor. Take the cursor
    from `Lake.transaction()`, so that a refresh that ends meanwhile is not seen half.

    shape    customer_id and every trait of `catalogue(brand.sources)`; stage_rule, stage_number, stage_limit
    effects  a temporary table of the cursor, if computed
    """
    newest = newest_refresh(cursor, brand_id=brand.brand_id)
    if newest is not None and newest.as_of == as_of:
        table = stored_traits(brand.brand_id)
    else:
        table = compute(cursor, brand, as_of).table
    table = seen(cursor, brand, with_moving(table, at_of(brand, as_of)))
    derived = [source for source in brand.sources if isinstance(source, DerivedSource)]
    needed = (
        None if wanted is None else reduce(lambda names, one: one.beneath(names), derived, frozenset(wanted))
    )
    for source in brand.sources:
        infos = [info for info in source.traits() if needed is None or info.name in needed]
        if infos and not isinstance(source, DerivedSource | FactSource):
            offered = source.table(cursor, brand=brand, as_of=as_of, wanted=needed)
            table = with_source(table, offered, infos)
    return reduce(lambda found, one: one.added(found, wanted=needed), derived, table)


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
