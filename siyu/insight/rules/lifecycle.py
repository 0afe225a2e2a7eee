"""In which stage a customer is, and why, from a handful of numbers."""

from collections.abc import Mapping
from dataclasses import dataclass

from siyu.insight.contracts import LifecycleSettings, Stage, StageRule

STAGE_OF_RULE: Mapping[StageRule, Stage] = {
    StageRule.LOST_DAYS: Stage.LOST,
    StageRule.LOST_GAP: Stage.LOST,
    StageRule.DORMANT_DAYS: Stage.DORMANT,
    StageRule.DORMANT_GAP: Stage.DORMANT,
    StageRule.REGULAR: Stage.MATURITY,
    StageRule.FEW_ORDERS: Stage.GROWTH,
    StageRule.YOUNG: Stage.GROWTH,
    StageRule.NEWLY_KNOWN: Stage.INTRODUCTION,
    StageRule.REST: Stage.INTRODUCTION,
}


@dataclass(frozen=True, slots=True)
class StageInput:
    """What the stage depends on.

    units  days are calendar days of the brand's zone; gap limits are the customer's own P80 and P90, or the brand's
    """

    orders: int
    orders_365d: int
    days_since_last_order: int | None
    days_since_first_order: int | None
    days_known: int | None
    gap_limit_p80: float | None
    gap_limit_p90: float | None


@dataclass(frozen=True, slots=True)
class StageDecision:
    """The stage, the rule that matched first, the number it looked at and the limit it was held against."""

    stage: Stage
    rule: StageRule
    number: float | None
    limit: float | None


def stage_of(facts: StageInput, settings: LifecycleSettings) -> StageDecision:
    """Exactly one stage: lost, dormant, maturity, growth are tried in this order, introduction takes the rest.

    source  README, "How the stages are read"

    >>> usual = StageInput(5, 5, 10, 300, 300, 40.0, 60.0)
    >>> stage_of(usual, LifecycleSettings()).stage.value
    'maturity'
    >>> from dataclasses import replace
    >>> stage_of(replace(usual, days_since_last_order=61), LifecycleSettings()).rule.value
    'lost_gap'
    """
    silent = facts.days_since_last_order if facts.orders else facts.days_known
    rule, number, limit = _first_match(facts, settings, silent)
    return StageDecision(STAGE_OF_RULE[rule], rule, number, limit)


def _first_match(
    facts: StageInput, settings: LifecycleSettings, silent: int | None
) -> tuple[StageRule, float | None, float | None]:
    asleep = _asleep(facts, settings, silent)
    if asleep is not None:
        return asleep
    last, first = facts.days_since_last_order, facts.days_since_first_order
    if (
        facts.orders_365d >= settings.maturity_orders_min
        and last is not None
        and last <= settings.maturity_last_order_days_max
    ):
        return StageRule.REGULAR, facts.orders_365d, settings.maturity_orders_min
    if settings.growth_orders_min <= facts.orders <= settings.growth_orders_max:
        return StageRule.FEW_ORDERS, facts.orders, settings.growth_orders_max
    if first is not None and first <= settings.growth_first_order_days_max:
        return StageRule.YOUNG, first, settings.growth_first_order_days_max
    if (
        facts.orders <= 1
        and facts.days_known is not None
        and facts.days_known <= settings.introduction_days_max
    ):
        return StageRule.NEWLY_KNOWN, facts.days_known, settings.introduction_days_max
    return StageRule.REST, facts.orders, None


def _asleep(
    facts: StageInput, settings: LifecycleSettings, silent: int | None
) -> tuple[StageRule, float | None, float | None] | None:
    """The rule by which the customer is lost or dormant, if one holds."""
    if silent is None:
        return None
    if silent > settings.lost_days_over:
        return StageRule.LOST_DAYS, silent, settings.lost_days_over
    if _beyond(facts, settings, facts.gap_limit_p90):
        return StageRule.LOST_GAP, silent, facts.gap_limit_p90
    if silent >= settings.dormant_days_min:
        return StageRule.DORMANT_DAYS, silent, settings.dormant_days_min
    if _beyond(facts, settings, facts.gap_limit_p80):
        return StageRule.DORMANT_GAP, silent, facts.gap_limit_p80
    return None


def _beyond(facts: StageInput, settings: LifecycleSettings, limit: float | None) -> bool:
    """Whether the silence since the last order is longer than a gap limit; without an order there is no gap."""
    silent = facts.days_since_last_order
    if not settings.gap_rules or not facts.orders or silent is None or limit is None:
        return False
    return silent > limit and silent >= settings.gap_silence_days_min
