"""Each trait beside its definition: an expression over one of the fact tables, or over the other traits."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

import ibis
import ibis.expr.types as ir

from siyu.insight.contracts import Topic, TraitInfo, TraitType
from siyu.insight.frames.facts import At

Expression = Callable[[ir.Table, At], ir.Value]


class Source(Enum):
    """The table a trait's expression reads: grouped by customer, or (JOINED) all others joined."""

    ORDERS = auto()
    DAYS = auto()
    REFUNDS = auto()
    CATEGORIES = auto()
    JOINED = auto()


@dataclass(frozen=True, slots=True)
class Trait:
    """A computed value per customer. Those without an info are parts of others and not kept."""

    name: str
    source: Source
    expression: Expression
    info: TraitInfo | None = None


def _trait(
    name: str,
    kind: TraitType,
    unit: str,
    source: Source,
    expression: Expression,
    *,
    zh: tuple[str, str],
    en: tuple[str, str],
    topic: Topic = Topic.PURCHASE,
) -> Trait:
    label, definition = {"zh": zh[0], "en": en[0]}, {"zh": zh[1], "en": en[1]}
    info = TraitInfo(name, kind, unit, label, definition, topic=topic)
    return Trait(name, source, expression, info)


def _orders_within(days: int) -> Trait:
    return _trait(
        f"orders_{days}d",
        TraitType.INTEGER,
        "orders",
        Source.ORDERS,
        lambda t, at: t.count(where=~t.cancelled & at.within(t.occurred_at, days)),
        zh=(f"近 {days} 天订单数", f"最近 {days}×24 小时内未取消的订单数。"),
        en=(f"Orders, {days} days", f"Orders not cancelled in the last {days} × 24 hours."),
    )


def _sales_within(days: int) -> tuple[Trait, Trait, Trait]:
    """Net sales of a window and the two sums it is made of."""
    paid, back = f"paid_{days}d", f"back_{days}d"
    return (
        Trait(paid, Source.ORDERS, lambda t, at: t.paid_fen.sum(where=at.within(t.occurred_at, days))),
        Trait(back, Source.REFUNDS, lambda t, at: t.amount_fen.sum(where=at.within(t.occurred_at, days))),
        _trait(
            f"sales_{days}d_fen",
            TraitType.MONEY,
            "fen",
            Source.JOINED,
            lambda t, _: _or_zero(t[paid]) - _or_zero(t[back]),
            zh=(f"近 {days} 天销售额", f"最近 {days}×24 小时内的实付金额减去同期发生的退款。"),
            en=(
                f"Sales, {days} days",
                f"Paid in the last {days} × 24 hours less refunds made in the same window.",
            ),
        ),
    )


def _gap_percentile(percent: int) -> Trait:
    return _trait(
        f"gap_days_p{percent}",
        TraitType.NUMBER,
        "days",
        Source.DAYS,
        lambda t, at: ibis.ifelse(
            t.gap.count() >= at.lifecycle.own_gaps_min, t.gap.quantile(percent / 100), ibis.null("float64")
        ),
        zh=(
            f"购买间隔 P{percent}",
            f"本人相邻购买日间隔天数的第 {percent} 百分位（线性插值）；不足 5 个间隔时未知。",
        ),
        en=(
            f"Gap between purchases, P{percent}",
            (
                f"The customer's own {percent}th percentile of days between purchase days (interpolated); "
                "unknown under five gaps."
            ),
        ),
    )


def _or_zero(value: ir.Value) -> ir.IntegerValue:
    return value.fill_null(0).cast("int64")


def _sales(table: ir.Table, _: At) -> ir.IntegerValue:
    return _or_zero(table.paid) - _or_zero(table.refunded_fen)


def _average(table: ir.Table, at: At) -> ir.Value:
    """Sales by orders in whole fen, halves to even, without floats of money."""
    sales, orders = _sales(table, at), table.orders.nullif(0)
    whole = sales // orders
    rest = 2 * (sales - whole * orders)
    up = (rest > orders) | ((rest == orders) & (whole % 2 != 0))
    return whole + up.cast("int64")


def _first_channel(table: ir.Table, _: At) -> ir.Value:
    order = [table.occurred_at, table.source, table.order_key]
    return table.channel.first(where=~table.cancelled, order_by=order)


_PARTS = (
    Trait("seen_at", Source.ORDERS, lambda t, _: t.occurred_at.min()),
    Trait("refund_seen_at", Source.REFUNDS, lambda t, _: t.occurred_at.min()),
    Trait("paid", Source.ORDERS, lambda t, _: t.paid_fen.sum()),
    *_sales_within(30),
    *_sales_within(90),
    *_sales_within(365),
)

_ORDER_TRAITS = (
    _trait(
        "first_order_at",
        TraitType.MOMENT,
        "",
        Source.ORDERS,
        lambda t, _: t.occurred_at.min(where=~t.cancelled),
        zh=("首单时间", "第一笔未取消订单的支付时间。"),
        en=("First order", "When the first order that was not cancelled was paid."),
    ),
    _trait(
        "last_order_at",
        TraitType.MOMENT,
        "",
        Source.ORDERS,
        lambda t, _: t.occurred_at.max(where=~t.cancelled),
        zh=("最近下单时间", "最近一笔未取消订单的支付时间。"),
        en=("Last order", "When the latest order that was not cancelled was paid."),
    ),
    _trait(
        "orders",
        TraitType.INTEGER,
        "orders",
        Source.ORDERS,
        lambda t, _: t.count(where=~t.cancelled),
        zh=("订单数", "全部未取消订单。关联退款达到实付金额的订单视为已取消；实付为零的订单计入。"),
        en=(
            "Orders",
            (
                "All orders not cancelled. An order is cancelled once the refunds linked to it reach what was "
                "paid; an order with nothing to pay counts."
            ),
        ),
    ),
    _orders_within(30),
    _orders_within(90),
    _orders_within(365),
    _trait(
        "first_channel",
        TraitType.TEXT,
        "",
        Source.ORDERS,
        _first_channel,
        zh=("首单渠道", "最早一笔写明渠道的未取消订单的渠道。"),
        en=("First channel", "The channel of the earliest order, not cancelled, that names one."),
        topic=Topic.CHANNEL,
    ),
)

_DAY_TRAITS = (
    _trait(
        "purchase_days",
        TraitType.INTEGER,
        "days",
        Source.DAYS,
        lambda t, _: t.count(),
        zh=("购买天数", "有未取消订单的不同日期数（品牌时区）。"),
        en=("Purchase days", "Different days, in the brand's zone, with an order that was not cancelled."),
    ),
    _trait(
        "purchase_days_365d",
        TraitType.INTEGER,
        "days",
        Source.DAYS,
        lambda t, _: t.count(where=t.recent),
        zh=("近 365 天购买天数", "最近 365×24 小时内有未取消订单的不同日期数（品牌时区）；即 RFM 的 F。"),
        en=(
            "Purchase days, 365 days",
            "Different days with an order, not cancelled, of the last 365 × 24 hours: the F of RFM.",
        ),
    ),
    _trait(
        "gap_days_mean",
        TraitType.NUMBER,
        "days",
        Source.DAYS,
        lambda t, _: t.gap.mean(),
        zh=("平均购买间隔", "相邻购买日之间的平均天数；只有一个购买日时未知。"),
        en=("Mean gap between purchases", "Mean days between purchase days; unknown with one day only."),
    ),
    _gap_percentile(80),
    _gap_percentile(90),
)

_REFUND_TRAITS = (
    _trait(
        "refunds",
        TraitType.INTEGER,
        "refunds",
        Source.REFUNDS,
        lambda t, _: ibis.struct({"s": t.source, "d": t.document_key.coalesce(t.refund_key)}).nunique(),
        zh=("退款次数", "不同的退款单据数（含未关联订单的退款）。"),
        en=("Refunds", "Different refund documents, those not linked to an order included."),
    ),
    _trait(
        "refunded_fen",
        TraitType.MONEY,
        "fen",
        Source.REFUNDS,
        lambda t, _: t.amount_fen.sum(),
        zh=("退款金额", "全部退款之和。"),
        en=("Refunded", "The sum of all refunds."),
    ),
)

_OTHER_TRAITS = (
    _trait(
        "favourite_category",
        TraitType.TEXT,
        "",
        Source.CATEGORIES,
        lambda t, _: t.category.first(order_by=[t.amount_fen.desc(), t.category]),
        zh=("偏好品类", "未取消订单中金额最大的品类；并列时按字母顺序取先。"),
        en=(
            "Favourite category",
            "The category with the largest amount in orders not cancelled; ties by name.",
        ),
        topic=Topic.PRODUCT,
    ),
    _trait(
        "sales_fen",
        TraitType.MONEY,
        "fen",
        Source.JOINED,
        _sales,
        zh=("累计销售额", "全部实付金额减去全部退款。"),
        en=("Sales", "All that was paid less all refunds."),
    ),
    _trait(
        "average_order_fen",
        TraitType.MONEY,
        "fen",
        Source.JOINED,
        _average,
        zh=("平均客单价", "累计销售额 ÷ 订单数，四舍六入五成双；没有订单时未知。"),
        en=("Average order value", "Sales ÷ orders, half-even; unknown without orders."),
    ),
    _trait(
        "known_at",
        TraitType.MOMENT,
        "",
        Source.JOINED,
        lambda t, _: ibis.least(t.people_known_at, t.seen_at, t.refund_seen_at),
        zh=("认识时间", "客户档案、首个订单（含已取消）、首个退款三者中最早的时间。"),
        en=(
            "Known since",
            "The earliest of the customer record, the first order of any kind, the first refund.",
        ),
        topic=Topic.PROFILE,
    ),
    _trait(
        "joined_at",
        TraitType.MOMENT,
        "",
        Source.JOINED,
        lambda t, at: ibis.ifelse(
            t.people_joined_at <= ibis.literal(at.as_of), t.people_joined_at, ibis.null("timestamp('UTC')")
        ),
        zh=("入会时间", "成为会员的时间；非会员未知。"),
        en=("Member since", "When the customer joined the membership; unknown for others."),
        topic=Topic.PROFILE,
    ),
)

TRAITS: tuple[Trait, ...] = (*_PARTS, *_ORDER_TRAITS, *_DAY_TRAITS, *_REFUND_TRAITS, *_OTHER_TRAITS)
COUNTS = frozenset(
    trait.name
    for trait in TRAITS
    if trait.info is not None
    and trait.source is not Source.JOINED
    and trait.info.type in (TraitType.INTEGER, TraitType.MONEY)
)
"""Traits that are zero, not unknown, for a customer without facts of their kind."""
