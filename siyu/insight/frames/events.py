"""What happened to each customer as Ibis expressions: one fact after another, and a first time."""

from datetime import datetime, timedelta
from functools import reduce

import ibis
import ibis.expr.types as ir

from siyu.insight.frames.declared import When, fact_rows, meets
from siyu.insight.rules.declared.tree import Calendar, Rolling
from siyu.insight.rules.declared.windows import bounds_of
from siyu.insight.rules.events.tree import FirstTime, Followed, Happening, Step, Which

Bounds = tuple[datetime | None, datetime | None]


def happened(brand_id: int, tree: Happening, when: When) -> ir.Table:
    """When it happened to each customer: the latest first fact that was (or was not) followed, or the first time.

    shape   customer_id, at; customers to whom it did not happen are missing
    source  rules.events.evaluate.happened_at
    """
    match tree:
        case FirstTime():
            rows = _moments(brand_id, tree.step, when)
            first = rows.group_by("customer_id").aggregate(at=rows.at.min())
            return _between(first, _bounds(tree.window, when))
        case Followed():
            return _followed(brand_id, tree, when)


def _followed(brand_id: int, tree: Followed, when: When) -> ir.Table:
    bounds = _bounds(tree.window, when)
    first = _first(brand_id, tree, bounds, when)
    then = _between(_moments(brand_id, tree.then, when), (bounds[0], None))
    then = then.select("customer_id", then_at=then.at)
    pairs = first.asof_join(then, first.at < then.then_at, predicates="customer_id")
    is_followed = pairs.then_at.notnull()
    if tree.hours is not None:
        is_followed = (pairs.then_at <= pairs.at + ibis.interval(hours=tree.hours)).fill_null(False)
    found = pairs.filter(is_followed if tree.happens else ~is_followed)
    return found.group_by("customer_id").aggregate(at=found.at.max())


def _first(brand_id: int, tree: Followed, bounds: Bounds, when: When) -> ir.Table:
    """The facts that must be followed, or not: of those in the window all, the first or the last; `not` once over."""
    rows = _between(_moments(brand_id, tree.first, when), bounds)
    if tree.which is not Which.ANY:
        chosen = rows.at.min() if tree.which is Which.FIRST else rows.at.max()
        rows = rows.group_by("customer_id").aggregate(at=chosen)
    if tree.happens or tree.hours is None:
        return rows
    return rows.filter(rows.at <= ibis.literal(when.as_of - timedelta(hours=tree.hours)))


def _moments(brand_id: int, step: Step, when: When) -> ir.Table:
    """shape: customer_id, at; a row for each such fact."""
    rows = fact_rows(brand_id, step.fact.table, [(step.fact, step.where, None)], when)
    found = rows.filter(meets(rows, step.fact, step.where, when))
    return found.select("customer_id", at=found.occurred_at)


def _bounds(window: Rolling | Calendar | None, when: When) -> Bounds:
    return bounds_of(window, as_of=when.as_of, zone=when.zone)


def _between(rows: ir.Table, bounds: Bounds) -> ir.Table:
    before, after = bounds
    sides = [] if before is None else [rows.at > ibis.literal(before)]
    sides += [] if after is None else [rows.at < ibis.literal(after)]
    return rows.filter(reduce(lambda left, right: left & right, sides)) if sides else rows
