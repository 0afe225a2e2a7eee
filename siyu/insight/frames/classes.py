"""RFM class, RFM scores and lifecycle stage for every row of the base traits."""

import ibis
import ibis.expr.types as ir

from siyu.insight.contracts import LifecycleSettings, StageRule, Thresholds
from siyu.insight.frames.facts import At
from siyu.insight.rules.lifecycle import STAGE_OF_RULE

SCORES = 5


def rfm_means(base: ir.Table, at: At) -> ir.Table:
    """One row: the means over the customers with a class.

    shape  recency_days, frequency_days, monetary_fen (NULL if nobody has a class), classed
    """
    classed = base.filter(base.purchase_days_365d > 0)
    number = classed.count()
    values = {
        "recency_days": at.days_since(classed.last_order_at),
        "frequency_days": classed.purchase_days_365d,
        "monetary_fen": classed.sales_365d_fen,
    }
    means = {
        name: ibis.ifelse(number > 0, value.sum().cast("float64") / number, ibis.null("float64"))
        for name, value in values.items()
    }
    return classed.aggregate(**means, classed=number)


def classified(base: ir.Table, thresholds: Thresholds, at: At) -> ir.Table:
    """The base traits with rfm_class, rfm_r, rfm_f, rfm_m, stage, and the rule, number and limit behind the stage."""
    moving = with_moving(base, at)
    scored = _with_rfm(moving, thresholds)
    staged = _with_stage(scored, thresholds, at.lifecycle)
    return staged.drop(*MOVING)


MOVING = ("days_since_first_order", "days_since_last_order", "days_known", "is_member")


def with_moving(table: ir.Table, at: At) -> ir.Table:
    """The traits that change by themselves as time passes, computed from the anchors that are stored."""
    return table.mutate(
        days_since_first_order=at.days_since(table.first_order_at),
        days_since_last_order=at.days_since(table.last_order_at),
        days_known=at.days_since(table.known_at),
        is_member=table.joined_at.notnull(),
    )


def _with_rfm(table: ir.Table, thresholds: Thresholds) -> ir.Table:
    has_class = table.purchase_days_365d > 0
    if thresholds.classed == 0:
        nothing = ibis.null("int32")
        return table.mutate(rfm_class=ibis.null("string"), rfm_r=nothing, rfm_f=nothing, rfm_m=nothing)
    high = (
        table.days_since_last_order <= thresholds.recency_days,
        table.purchase_days_365d >= thresholds.frequency_days,
        table.sales_365d_fen >= thresholds.monetary_fen,
    )
    digits = [ibis.ifelse(flag, "1", "0") for flag in high]
    order = (
        table.days_since_last_order.asc(),
        table.purchase_days_365d.desc(),
        table.sales_365d_fen.desc(),
    )
    scores = [_score(has_class, key, thresholds.classed) for key in order]
    return table.mutate(
        rfm_class=ibis.ifelse(has_class, digits[0] + digits[1] + digits[2], ibis.null("string")),
        rfm_r=scores[0],
        rfm_f=scores[1],
        rfm_m=scores[2],
    )


def _score(has_class: ir.BooleanValue, best_first: ir.Value, number: int) -> ir.Value:
    """Fifths by rank among those with a class; equals get the score of the best place they share."""
    better = ibis.rank().over(group_by=has_class, order_by=best_first)
    score = ((number - better) * SCORES + number - 1) // number
    return ibis.ifelse(has_class, score.cast("int32"), ibis.null("int32"))


def _with_stage(table: ir.Table, thresholds: Thresholds, settings: LifecycleSettings) -> ir.Table:
    own80, own90 = table.gap_days_p80, table.gap_days_p90
    limited = table.mutate(
        silent=ibis.ifelse(table.orders > 0, table.days_since_last_order, table.days_known).cast("float64"),
        limit80=own80.coalesce(_number(thresholds.brand_gap_p80)),
        limit90=own90.coalesce(_number(thresholds.brand_gap_p90)),
    )
    ruled = limited.mutate(stage_rule=_cases(limited, settings, 0, else_=StageRule.REST.value))
    stages = [(ruled.stage_rule == rule.value, stage.value) for rule, stage in STAGE_OF_RULE.items()]
    told = ruled.mutate(
        stage=ibis.cases(*stages),
        stage_number=_cases(ruled, settings, 1, else_=ruled.orders.cast("float64")),
        stage_limit=_cases(ruled, settings, 2, else_=ibis.null("float64")),
    )
    return told.drop("silent", "limit80", "limit90")


def _cases(table: ir.Table, settings: LifecycleSettings, part: int, *, else_: object) -> ir.Value:
    """The rule (part 0), the number it looked at (1) or the limit (2) of the first condition that holds."""
    answers = [(condition, parts[part]) for condition, parts in _rules(table, settings)]
    return ibis.cases(*answers, else_=else_)


def _rules(
    t: ir.Table, s: LifecycleSettings
) -> list[tuple[ir.BooleanValue, tuple[object, ir.Value, ir.Value]]]:
    """Every rule in the order it is tried: condition, (name, number, limit)."""
    silent, days_known = t.silent, t.days_known
    awake_gap = (t.orders > 0) & (silent >= s.gap_silence_days_min) & ibis.literal(s.gap_rules)
    regular = (t.orders_365d >= s.maturity_orders_min) & (
        t.days_since_last_order <= s.maturity_last_order_days_max
    )
    young = t.days_since_first_order <= s.growth_first_order_days_max
    new = (t.orders <= 1) & (days_known <= s.introduction_days_max)
    few = t.orders.between(s.growth_orders_min, s.growth_orders_max)
    return [
        (silent > s.lost_days_over, (StageRule.LOST_DAYS.value, silent, _number(s.lost_days_over))),
        (awake_gap & (silent > t.limit90), (StageRule.LOST_GAP.value, silent, t.limit90)),
        (silent >= s.dormant_days_min, (StageRule.DORMANT_DAYS.value, silent, _number(s.dormant_days_min))),
        (awake_gap & (silent > t.limit80), (StageRule.DORMANT_GAP.value, silent, t.limit80)),
        (regular, (StageRule.REGULAR.value, _float(t.orders_365d), _number(s.maturity_orders_min))),
        (few, (StageRule.FEW_ORDERS.value, _float(t.orders), _number(s.growth_orders_max))),
        (
            young,
            (
                StageRule.YOUNG.value,
                _float(t.days_since_first_order),
                _number(s.growth_first_order_days_max),
            ),
        ),
        (new, (StageRule.NEWLY_KNOWN.value, _float(days_known), _number(s.introduction_days_max))),
    ]


def _float(value: ir.Value) -> ir.Value:
    return value.cast("float64")


def _number(value: float | None) -> ir.Value:
    return ibis.null("float64") if value is None else ibis.literal(float(value), type="float64")
