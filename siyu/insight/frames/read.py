"""Questions about a table of traits: how many per stage and class, the grid of scores."""

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from siyu.insight.contracts import TraitInfo


def stage_counts(traits: ir.Table) -> ir.Table:
    """shape: stage, customers, sales_365d_fen."""
    return traits.group_by("stage").aggregate(
        customers=traits.count(), sales_365d_fen=traits.sales_365d_fen.sum().cast("int64")
    )


def rfm_counts(traits: ir.Table) -> ir.Table:
    """shape: rfm_class, customers, sales_365d_fen; without the customers that have no class."""
    classed = traits.filter(traits.rfm_class.notnull())
    return classed.group_by("rfm_class").aggregate(
        customers=classed.count(), sales_365d_fen=classed.sales_365d_fen.sum().cast("int64")
    )


def rfm_grid(traits: ir.Table) -> ir.Table:
    """shape: rfm_r, rfm_f, customers, mean_sales_365d_fen (whole fen), mean_m (mean M score)."""
    classed = traits.filter(traits.rfm_class.notnull())
    return classed.group_by(["rfm_r", "rfm_f"]).aggregate(
        customers=classed.count(),
        mean_sales_365d_fen=classed.sales_365d_fen.mean().round().cast("int64"),
        mean_m=classed.rfm_m.mean(),
    )


def one_customer(traits: ir.Table, customer_id: int) -> ir.Table:
    """The customer's row, if there is one."""
    return traits.filter(traits.customer_id == ibis.literal(customer_id))


def with_source(traits: ir.Table, offered: ir.Table, infos: Sequence[TraitInfo]) -> ir.Table:
    """The traits with another module's columns; customers missing there are unknown in them, or without the tag."""
    pairs = traits.left_join(offered, "customer_id")
    return pairs.select(traits, **{info.name: _of_all(offered[info.name], info) for info in infos})


def _of_all(column: ir.Value, info: TraitInfo) -> ir.Value:
    return column if info.otherwise is None else column.fill_null(info.otherwise)
