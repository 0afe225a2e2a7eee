"""The lake tables of insight, and what changed between what is stored and what was just computed."""

from collections.abc import Iterable

import ibis
import ibis.expr.types as ir

from siyu.insight.contracts import Storable
from siyu.insight.frames.declared import COLUMN_TYPES
from siyu.metrics.api import brand_table

_MOMENT = "timestamp('UTC')"
TRAIT = {
    "customer_id": "int64",
    "first_order_at": _MOMENT,
    "last_order_at": _MOMENT,
    "orders": "int64",
    "orders_30d": "int64",
    "orders_90d": "int64",
    "orders_365d": "int64",
    "sales_fen": "int64",
    "sales_30d_fen": "int64",
    "sales_90d_fen": "int64",
    "sales_365d_fen": "int64",
    "average_order_fen": "int64",
    "purchase_days": "int64",
    "purchase_days_365d": "int64",
    "gap_days_mean": "float64",
    "gap_days_p80": "float64",
    "gap_days_p90": "float64",
    "refunds": "int64",
    "refunded_fen": "int64",
    "favourite_category": "string",
    "first_channel": "string",
    "known_at": _MOMENT,
    "joined_at": _MOMENT,
    "rfm_class": "string",
    "rfm_r": "int32",
    "rfm_f": "int32",
    "rfm_m": "int32",
    "stage": "string",
    "stage_rule": "string",
    "stage_number": "float64",
    "stage_limit": "float64",
}
WATCHED = ("stage", "rfm_class", "rfm_r", "rfm_f", "rfm_m")


def stored_traits(brand_id: int, declared: Iterable[Storable] = ()) -> ir.Table:
    """The traits as of the newest refresh, and of the declared ones these, which it must have stored."""
    own = {one.column: one for one in declared}
    kinds = {column: COLUMN_TYPES[one.info.type] for column, one in own.items()}
    table = brand_table(brand_id, "trait", TRAIT | kinds)
    return table.rename({one.info.name: column for column, one in own.items()}) if own else table


def changes(before: ir.Table, after: ir.Table) -> ir.Table:
    """Customers whose stage, class or scores differ, who are new, or who are gone (then all of it is NULL).

    shape  customer_id, the watched columns as they are now, from_stage, stage_rule, stage_number, stage_limit
    """
    old = before.select(old_id=before.customer_id, **{f"old_{name}": before[name] for name in WATCHED})
    pairs = after.outer_join(old, after.customer_id == old.old_id)
    same = [pairs[name].identical_to(pairs[f"old_{name}"]) for name in WATCHED]
    known_both = pairs.customer_id.notnull() & pairs.old_id.notnull()
    differ = pairs.filter(~(known_both & same[0] & same[1] & same[2] & same[3] & same[4]))
    return differ.select(
        *WATCHED,
        "stage_rule",
        "stage_number",
        "stage_limit",
        customer_id=differ.customer_id.coalesce(differ.old_id),
        from_stage=differ.old_stage,
    )


def moves(changed: ir.Table) -> ir.Table:
    """Those among the changes that entered another stage, with the reason as JSON text.

    shape  customer_id, from_stage, to_stage, reason {"rule", "number", "limit"}
    """
    moved = changed.filter(changed.stage.notnull() & ~changed.stage.identical_to(changed.from_stage))
    reason = (
        ibis.literal('{"rule": "')
        + moved.stage_rule
        + '", "number": '
        + moved.stage_number.cast("string").fill_null("null")
        + ', "limit": '
        + moved.stage_limit.cast("string").fill_null("null")
        + "}"
    )
    return moved.select("customer_id", "from_stage", to_stage=moved.stage, reason=reason)
