"""The facts that traits are computed from, as they stood at `as_of`."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import ibis
import ibis.expr.types as ir

from siyu.insight.contracts import LifecycleSettings
from siyu.metrics.api import SalesTables, counted_orders, day_in

KNOWN = {"customer_id": "int64", "known_at": "timestamp('UTC')", "joined_at": "timestamp('UTC')"}


@dataclass(frozen=True, slots=True)
class At:
    """The moment, the zone and the settings that an expression is computed for."""

    as_of: datetime
    zone: str
    lifecycle: LifecycleSettings

    def within(self, moment: ir.Value, days: int) -> ir.BooleanValue:
        """Whether a moment lies in (as_of − days × 24 h, as_of]; facts after as_of are gone already."""
        return moment > ibis.literal(self.as_of - timedelta(days=days))

    def days_since(self, moment: ir.Value) -> ir.IntegerValue:
        """Calendar days of the zone from the moment's day to that of as_of; 0 on the same day."""
        today = ibis.literal(self.as_of.astimezone(ZoneInfo(self.zone)).date())
        return today.delta(day_in(self.zone, moment), unit="day")


@dataclass(frozen=True, slots=True)
class Facts:
    """What identified customers did up to as_of.

    shape  orders: + cancelled; days: customer_id, day, recent, gap (days since the purchase day before, NULL on the
           first); categories: customer_id, category, amount_fen; known: customer_id, known_at, joined_at
    """

    orders: ir.Table
    days: ir.Table
    refunds: ir.Table
    categories: ir.Table
    known: ir.Table


def facts_at(tables: SalesTables, known: ir.Table, at: At) -> Facts:
    """The facts of identified customers up to as_of; `known` are the customers that people know."""
    until = tables.until(at.as_of)
    marked = counted_orders(until)
    orders = marked.filter(marked.customer_id.notnull())
    cancelled = marked.filter(marked.cancelled).select("source", "order_key").distinct()
    bought = until.lines.anti_join(cancelled, ["source", "order_key"])
    bought = bought.filter(bought.customer_id.notnull() & bought.category.notnull())
    return Facts(
        orders=orders,
        days=purchase_days(orders, at),
        refunds=until.refunds.filter(until.refunds.customer_id.notnull()),
        categories=bought.group_by(["customer_id", "category"]).aggregate(amount_fen=bought.amount_fen.sum()),
        known=known.filter(known.known_at <= ibis.literal(at.as_of)),
    )


def purchase_days(orders: ir.Table, at: At) -> ir.Table:
    """One row a customer and day with an order that counts.

    shape  customer_id, day, recent (an order of the day lies in the last 365 × 24 h), gap
    """
    counted = orders.filter(~orders.cancelled)
    dated = counted.select(
        "customer_id", day=day_in(at.zone, counted.occurred_at), recent=at.within(counted.occurred_at, 365)
    )
    days = dated.group_by(["customer_id", "day"]).aggregate(recent=dated.recent.any())
    before = days.day.lag().over(group_by=days.customer_id, order_by=days.day)
    return days.mutate(gap=days.day.delta(before, unit="day"))


def brand_gaps(days: ir.Table) -> ir.Table:
    """One row: the brand's P80 and P90 of all gaps of all its customers.

    shape  brand_gap_p80, brand_gap_p90 (NULL without any gap)
    """
    return days.aggregate(brand_gap_p80=days.gap.quantile(0.8), brand_gap_p90=days.gap.quantile(0.9))
