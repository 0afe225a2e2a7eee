"""Sales facts as Ibis tables, the orders that count, and each metric as an expression over one row of totals."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import ibis
import ibis.expr.types as ir

from siyu.metrics.contracts import MetricInfo, Period, Unit

_FACT = {
    "customer_id": "int64",
    "identity_id": "int64",
    "occurred_at": "timestamp('UTC')",
    "source": "string",
    "batch_id": "int64",
}
ORDER = _FACT | {"order_key": "string", "channel": "string", "paid_fen": "int64"}
ORDER_LINE = _FACT | {"order_key": "string", "category": "string", "amount_fen": "int64"}
REFUND = _FACT | {
    "refund_key": "string",
    "order_key": "string",
    "document_key": "string",
    "amount_fen": "int64",
}


@dataclass(frozen=True, slots=True)
class SalesTables:
    """The facts of selling. Columns: those of the lake that the definitions use."""

    orders: ir.Table
    lines: ir.Table
    refunds: ir.Table

    def until(self, as_of: datetime) -> "SalesTables":
        """The same facts as they stood at `as_of`."""
        moment = ibis.literal(as_of)
        return SalesTables(
            *(t.filter(t.occurred_at <= moment) for t in (self.orders, self.lines, self.refunds))
        )


def sales_tables(brand_id: int) -> SalesTables:
    """A brand's sales facts, not bound to a connection: `run` binds them to a cursor."""
    return SalesTables(
        brand_table(brand_id, "order", ORDER),
        brand_table(brand_id, "order_line", ORDER_LINE),
        brand_table(brand_id, "refund", REFUND),
    )


def brand_table(brand_id: int, name: str, schema: dict[str, str]) -> ir.Table:
    """A lake table of a brand by the columns named; asking the catalogue would cost 70 ms a table."""
    return ibis.table(schema, name=name, catalog="lake", database=f"brand_{int(brand_id)}")


@ibis.udf.scalar.builtin(name="timezone", signature=(("string", "timestamp('UTC')"), "timestamp"))
def _wall_clock(_zone, _moment):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """The wall clock of a zone at a moment (the engine's own function)."""


def day_in(zone: str, moment: ir.Value) -> ir.DateValue:
    """The calendar day of `zone` that the moment falls on."""
    return _wall_clock(zone, moment).date()


def counted_orders(tables: SalesTables) -> ir.Table:
    """Every order with whether it was cancelled: the refunds linked to it have reached what was paid.

    shape   the order's columns and `cancelled`
    source  README: an order of nothing to pay counts and cannot be cancelled
    """
    linked = tables.refunds.filter(tables.refunds.order_key.notnull())
    back = linked.group_by(["source", "order_key"]).aggregate(back_fen=linked.amount_fen.sum())
    joined = tables.orders.left_join(back, ["source", "order_key"])
    cancelled = ((joined.paid_fen > 0) & (joined.back_fen >= joined.paid_fen)).fill_null(False)
    return joined.select(*tables.orders.columns, cancelled=cancelled)


def totals(tables: SalesTables, *, members: ir.Table, period: Period, zone: str) -> ir.Table:
    """One row of sums over a period; `members` has a column customer_id.

    shape  paid_fen, orders, buyers, repeat_buyers, member_paid_fen, refunded_fen, member_refunded_fen
    units  fen, rows, customers
    """
    known = tables.until(period.end)
    orders = _mark_members(_inside(counted_orders(known), period), members)
    refunds = _mark_members(_inside(known.refunds, period), members)
    counted = orders.filter(~orders.cancelled)
    bought = counted.filter(counted.customer_id.notnull()).mutate(day=lambda t: day_in(zone, t.occurred_at))
    buyers = bought.group_by("customer_id").aggregate(days=bought.day.nunique())
    return (
        orders.aggregate(
            paid_fen=_sum(orders.paid_fen),
            orders=orders.count(where=~orders.cancelled),
            member_paid_fen=_sum(orders.paid_fen, orders.is_member),
        )
        .cross_join(
            refunds.aggregate(
                refunded_fen=_sum(refunds.amount_fen),
                member_refunded_fen=_sum(refunds.amount_fen, refunds.is_member),
            )
        )
        .cross_join(
            buyers.aggregate(buyers=buyers.count(), repeat_buyers=buyers.count(where=buyers.days >= 2))  # noqa: PLR2004 -- again
        )
    )


def daily_sales(tables: SalesTables, *, period: Period, zone: str) -> ir.Table:
    """Sales of each calendar day with any; orders by the day they were paid, refunds by the day they were made.

    shape  day, sales_fen, orders, buyers
    """
    known = tables.until(period.end)
    orders = _inside(counted_orders(known), period)
    refunds = _inside(known.refunds, period)
    both = orders.select(
        day=day_in(zone, orders.occurred_at),
        fen=orders.paid_fen,
        counts=~orders.cancelled,
        buyer=ibis.ifelse(orders.cancelled, ibis.null("int64"), orders.customer_id),
    ).union(
        refunds.select(
            day=day_in(zone, refunds.occurred_at),
            fen=-refunds.amount_fen,
            counts=ibis.literal(False),
            buyer=ibis.null("int64"),
        )
    )
    return both.group_by("day").aggregate(
        sales_fen=_sum(both.fen), orders=both.count(where=both.counts), buyers=both.buyer.nunique()
    )


def _inside(table: ir.Table, period: Period) -> ir.Table:
    return table.filter(table.occurred_at > ibis.literal(period.start))


def _mark_members(table: ir.Table, members: ir.Table) -> ir.Table:
    ids = members.select(member_id=members.customer_id).distinct()
    joined = table.left_join(ids, table.customer_id == ids.member_id)
    return joined.select(*table.columns, is_member=joined.member_id.notnull())


def _sum(amounts: ir.Value, where: ir.Value | None = None) -> ir.Value:
    return amounts.sum(where=where).fill_null(0).cast("int64")


def _share(above: ir.Value, below: ir.Value) -> ir.Value:
    return ibis.ifelse(below > 0, above / below, ibis.null("float64"))


def _sales(row: ir.Table) -> ir.Value:
    return row.paid_fen - row.refunded_fen


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric: what people read about it, and its value as an expression over the row of `totals`."""

    info: MetricInfo
    value: Callable[[ir.Table], ir.Value]


METRICS: tuple[Metric, ...] = (
    Metric(
        MetricInfo(
            "sales",
            1,
            Unit.FEN,
            {"zh": "销售额", "en": "Sales"},
            {
                "zh": "时间段内实付金额减去时间段内的退款，含匿名订单。退款计入退款发生的那天。",
                "en": "Paid in the period less refunds made in the period, anonymous orders included. "
                "A refund counts on the day it was made.",
            },
            "Σ paid − Σ refunded",
        ),
        _sales,
    ),
    Metric(
        MetricInfo(
            "orders",
            1,
            Unit.COUNT,
            {"zh": "订单数", "en": "Orders"},
            {
                "zh": "时间段内支付且未取消的订单，含匿名订单。关联退款达到实付金额的订单视为已取消。",
                "en": "Orders paid in the period and not cancelled, anonymous ones included. An order is "
                "cancelled once the refunds linked to it reach what was paid.",
            },
            "orders not cancelled",
        ),
        lambda row: row.orders,
    ),
    Metric(
        MetricInfo(
            "buyers",
            1,
            Unit.COUNT,
            {"zh": "购买客户数", "en": "Buyers"},
            {
                "zh": "时间段内至少有一笔未取消订单的已识别客户。",
                "en": "Identified customers with at least one order in the period that was not cancelled.",
            },
            "distinct customers",
        ),
        lambda row: row.buyers,
    ),
    Metric(
        MetricInfo(
            "average_order_value",
            1,
            Unit.FEN,
            {"zh": "客单价", "en": "Average order value"},
            {"zh": "销售额 ÷ 订单数。", "en": "Sales ÷ orders."},
            "sales ÷ orders",
        ),
        lambda row: _share(_sales(row), row.orders),
    ),
    Metric(
        MetricInfo(
            "member_share",
            1,
            Unit.SHARE,
            {"zh": "会员销售占比", "en": "Member share of sales"},
            {
                "zh": "会员的销售额 ÷ 全部销售额（含匿名）。会员指今天的会员。",
                "en": "Sales to members ÷ all sales, anonymous included. Members are those of today.",
            },
            "member sales ÷ sales",
        ),
        lambda row: _share(row.member_paid_fen - row.member_refunded_fen, _sales(row)),
    ),
    Metric(
        MetricInfo(
            "repurchase_rate",
            1,
            Unit.SHARE,
            {"zh": "复购率", "en": "Repurchase rate"},
            {
                "zh": "时间段内有两个及以上购买日的客户 ÷ 购买客户数。购买日按品牌时区计。",
                "en": "Buyers with two purchase days or more in the period ÷ buyers. Days are the brand's.",
            },
            "buyers with ≥ 2 purchase days ÷ buyers",
        ),
        lambda row: _share(row.repeat_buyers, row.buyers),
    ),
    Metric(
        MetricInfo(
            "refund_rate",
            1,
            Unit.SHARE,
            {"zh": "退款率", "en": "Refund rate"},
            {
                "zh": "时间段内的退款金额 ÷ 时间段内的实付金额。",
                "en": "Refunded in the period ÷ paid in the period.",
            },
            "Σ refunded ÷ Σ paid",
        ),
        lambda row: _share(row.refunded_fen, row.paid_fen),
    ),
)


def measured(row: ir.Table, metrics: tuple[Metric, ...]) -> ir.Table:
    """One row with a column for each metric, from the row of `totals`."""
    return row.select(**{metric.info.name: metric.value(row) for metric in metrics})
