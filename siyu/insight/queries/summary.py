"""The brand at a glance: customers per stage and class, the thresholds, the grid of scores."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import ibis.expr.types as ir

from siyu.insight.contracts import CLASS_LABELS, BrandView, Thresholds
from siyu.insight.frames import read
from siyu.insight.frames.classes import with_moving
from siyu.insight.frames.stored import stored_traits
from siyu.insight.queries.compute import at_of, compute
from siyu.insight.queries.stored import newest_refresh
from siyu.insight.queries.view import seen
from siyu.kernel.lake import LakeCursor
from siyu.metrics.api import run

_STAGES = ("introduction", "growth", "maturity", "dormant", "lost")
_SCORES = range(1, 6)


@dataclass(frozen=True, slots=True)
class Summary:
    """units: sales in fen of the last 365 days; every stage, class and cell is present, zero included."""

    as_of: datetime
    customers: int
    stages: list[dict[str, Any]]
    classes: list[dict[str, Any]]
    grid: list[dict[str, Any]]
    thresholds: Thresholds


def summary(cursor: LakeCursor, brand: BrandView, as_of: datetime) -> Summary:
    """Stages, classes, thresholds and grid as of a moment: as stored if it is the newest refresh's."""
    traits, thresholds = _traits_and_thresholds(cursor, brand, as_of)
    stages = stage_counts(cursor, traits)
    return Summary(
        as_of=as_of,
        customers=sum(stage["customers"] for stage in stages),
        stages=stages,
        classes=rfm_counts(cursor, traits),
        grid=rfm_grid(cursor, traits),
        thresholds=thresholds,
    )


def stage_counts(cursor: LakeCursor, traits: ir.Table) -> list[dict[str, Any]]:
    """shape: stage, customers, sales_365d_fen; five rows in the order of a customer's life."""
    found = {row["stage"]: row for row in run(cursor, read.stage_counts(traits)).to_pylist()}
    empty = {"customers": 0, "sales_365d_fen": 0}
    return [found.get(stage, {"stage": stage, **empty}) for stage in _STAGES]


def rfm_counts(cursor: LakeCursor, traits: ir.Table) -> list[dict[str, Any]]:
    """shape: rfm_class, customers, sales_365d_fen; eight rows."""
    found = {row["rfm_class"]: row for row in run(cursor, read.rfm_counts(traits)).to_pylist()}
    empty = {"customers": 0, "sales_365d_fen": 0}
    return [found.get(name, {"rfm_class": name, **empty}) for name in CLASS_LABELS]


def rfm_grid(cursor: LakeCursor, traits: ir.Table) -> list[dict[str, Any]]:
    """shape: rfm_r, rfm_f, customers, mean_sales_365d_fen, mean_m; 25 rows."""
    rows = run(cursor, read.rfm_grid(traits)).to_pylist()
    found = {(row["rfm_r"], row["rfm_f"]): row for row in rows}
    empty = {"customers": 0, "mean_sales_365d_fen": None, "mean_m": None}
    return [found.get((r, f), {"rfm_r": r, "rfm_f": f, **empty}) for r in reversed(_SCORES) for f in _SCORES]


def _traits_and_thresholds(
    cursor: LakeCursor, brand: BrandView, as_of: datetime
) -> tuple[ir.Table, Thresholds]:
    newest = newest_refresh(cursor, brand_id=brand.brand_id)
    if newest is not None and newest.as_of == as_of:
        table, thresholds = stored_traits(brand.brand_id), newest.thresholds
    else:
        computed = compute(cursor, brand, as_of)
        table, thresholds = computed.table, computed.thresholds
    return seen(cursor, brand, with_moving(table, at_of(brand, as_of))), thresholds
