"""The words of insight: stages, classes, what a trait is called, the settings of a brand, the registry of traits.

Values of enums are stored; they are permanent.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from siyu.kernel.facts import FactType


class Stage(StrEnum):
    """The five stages of a customer's life, in the order in which the rules are tried."""

    LOST = "lost"
    DORMANT = "dormant"
    MATURITY = "maturity"
    GROWTH = "growth"
    INTRODUCTION = "introduction"


class StageRule(StrEnum):
    """Which rule put a customer in a stage."""

    LOST_DAYS = "lost_days"
    LOST_GAP = "lost_gap"
    DORMANT_DAYS = "dormant_days"
    DORMANT_GAP = "dormant_gap"
    REGULAR = "regular"
    FEW_ORDERS = "few_orders"
    YOUNG = "young"
    NEWLY_KNOWN = "newly_known"
    REST = "rest"


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

STAGE_LABELS: Mapping[str, Mapping[str, str]] = {
    "introduction": {"zh": "引入期", "en": "Introduction"},
    "growth": {"zh": "成长期", "en": "Growth"},
    "maturity": {"zh": "成熟期", "en": "Maturity"},
    "dormant": {"zh": "休眠期", "en": "Dormant"},
    "lost": {"zh": "流失期", "en": "Lost"},
}

CLASS_LABELS: Mapping[str, Mapping[str, str]] = {
    "111": {"zh": "重要价值客户", "en": "Champions (111)"},
    "101": {"zh": "重要发展客户", "en": "Promising big spenders (101)"},
    "011": {"zh": "重要保持客户", "en": "Big spenders to keep (011)"},
    "001": {"zh": "重要挽留客户", "en": "Big spenders to win back (001)"},
    "110": {"zh": "一般价值客户", "en": "Loyal, small baskets (110)"},
    "100": {"zh": "一般发展客户", "en": "Recent, small baskets (100)"},
    "010": {"zh": "一般保持客户", "en": "Frequent once, small baskets (010)"},
    "000": {"zh": "一般挽留客户", "en": "Hardly active (000)"},
}


class TraitType(StrEnum):
    """How a trait is compared and shown."""

    INTEGER = "integer"
    MONEY = "money"
    NUMBER = "number"
    TEXT = "text"
    CHOICE = "choice"
    MOMENT = "moment"
    BOOLEAN = "boolean"


@dataclass(frozen=True, slots=True)
class TraitInfo:
    """What people and segments need to know of a trait.

    units  `unit` is fen, orders, days, refunds, score or empty; money is in fen. `otherwise`: the value of customers
           of whom the source has no row; None: unknown
    """

    name: str
    type: TraitType
    unit: str
    label: Mapping[str, str]
    definition: Mapping[str, str]
    choices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    otherwise: Any = None


@dataclass(frozen=True, slots=True)
class LifecycleSettings:
    """The thresholds of the five stages, per brand. Defaults: ours, from the page of terms and metrics.

    units  days are calendar days of the brand's zone, windows are so many times 24 hours up to as_of
    """

    introduction_days_max: int = 30
    growth_orders_min: int = 2
    growth_orders_max: int = 3
    growth_first_order_days_max: int = 90
    maturity_orders_min: int = 4
    maturity_last_order_days_max: int = 90
    dormant_days_min: int = 91
    lost_days_over: int = 180
    own_gaps_min: int = 5
    gap_silence_days_min: int = 0
    gap_rules: bool = True


@dataclass(frozen=True, slots=True)
class RfmSettings:
    """Where high begins, per brand: at the mean, or at a value set here (days, purchase days, fen)."""

    recency_days: float | None = None
    frequency_days: float | None = None
    monetary_fen: float | None = None


@dataclass(frozen=True, slots=True)
class InsightSettings:
    """All that a brand can set of its insight."""

    lifecycle: LifecycleSettings = LifecycleSettings()
    rfm: RfmSettings = RfmSettings()


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The numbers a refresh compared with; stored beside it. None where no customer has a class or a gap.

    units  days, purchase days, fen, days; `classed` counts the customers with a class
    """

    recency_days: float | None
    frequency_days: float | None
    monetary_fen: float | None
    brand_gap_p80: float | None
    brand_gap_p90: float | None
    classed: int


@dataclass(frozen=True, slots=True)
class Refresh:
    """One computation of all traits, as it is stored."""

    refresh_id: int
    as_of: datetime
    computed_at: datetime
    customers: int
    changed: int
    facts_mark: str
    settings: str
    thresholds: Thresholds


class KnownPeople(Protocol):
    """Whom a brand knows besides the facts. Reading them all is dear; most requests need the mark alone."""

    def chunks(self) -> Iterable[Any]:
        """Arrow tables of customer_id, known_at, joined_at; together they are all."""

    def mark(self) -> str:
        """A text that is equal as long as the table is the same."""


@dataclass(frozen=True, slots=True)
class BrandView:
    """What is needed to compute a brand's traits: its zone, its settings, and whom it knows besides the facts.

    `within`: an Arrow table of customer_id; where it is given, answers are about these customers alone, held against
    the thresholds of the whole brand.

    limits  `known` may read from the session that the view was made in: use it while that is open
    """

    brand_id: int
    time_zone: str
    known: KnownPeople
    settings: InsightSettings = InsightSettings()
    sources: tuple["TraitSource", ...] = ()
    within: Any = None


class TraitSource(Protocol):
    """A module that knows something per customer; registered in entrypoints, usable in segments at once."""

    def traits(self) -> tuple[TraitInfo, ...]:
        """What it offers. Names are unique over all sources."""

    def table(self, cursor: Any, *, brand: BrandView, as_of: datetime) -> Any:
        """An Ibis table of customer_id and a column for each trait; customers missing in it are unknown."""


LIFECYCLE_CHANGED = FactType(
    "lifecycle_changed",
    {"from_stage": "VARCHAR", "to_stage": "VARCHAR", "reason": "VARCHAR"},
    {"zh": "客户进入了另一个生命周期阶段", "en": "A customer entered another stage of the life cycle"},
)
FACT_TYPES = (LIFECYCLE_CHANGED,)
