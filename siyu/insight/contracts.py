"""The words of insight: stages, classes, what a trait is called, the settings of a brand, the registry of traits.

Values of enums are stored; they are permanent.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable

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


class Topic(StrEnum):
    """What a trait is about; lists of traits are grouped by it, in this order."""

    STAGE = "stage"
    PURCHASE = "purchase"
    PRODUCT = "product"
    CHANNEL = "channel"
    STORE = "store"
    VISIT = "visit"
    CONTACT = "contact"
    MESSAGE = "message"
    CONSENT = "consent"
    PROFILE = "profile"
    FIELD = "field"
    TAG = "tag"
    EVENT = "event"
    OTHER = "other"


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
    topic: Topic = Topic.OTHER


@dataclass(frozen=True, slots=True)
class FactTrait(TraitInfo):
    """A value that a condition asks of a customer's facts itself: a trait without a name that anybody else knows.

    `tree`: what is computed (insight.rules.events); equal questions have equal names.
    """

    tree: Any = None


CONDITION_DEPTH_MAX = 50
CONDITIONS_MAX = 1_000
VALUES_MAX = 10_000
TEXT_MAX = 500
Pair = tuple[str, str]


class Operator(StrEnum):
    """What a condition asks of a trait, or of a property of a fact. Stored in definitions; permanent."""

    EQ = "="
    NE = "!="
    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="
    BETWEEN = "between"
    IN = "in"
    NOT_IN = "not_in"
    CONTAINS = "contains"
    BEFORE = "before"
    AFTER = "after"
    WITHIN_DAYS = "within_days"
    IS_KNOWN = "is_known"
    IS_UNKNOWN = "is_unknown"


_O = Operator
_KNOWLEDGE = (_O.IS_KNOWN, _O.IS_UNKNOWN)
_NUMERIC = (_O.EQ, _O.NE, _O.LT, _O.LE, _O.GT, _O.GE, _O.BETWEEN, _O.IN, _O.NOT_IN, *_KNOWLEDGE)
OPERATORS: Mapping[TraitType, tuple[Operator, ...]] = {
    TraitType.INTEGER: _NUMERIC,
    TraitType.MONEY: _NUMERIC,
    TraitType.NUMBER: _NUMERIC,
    TraitType.TEXT: (_O.EQ, _O.NE, _O.IN, _O.NOT_IN, _O.CONTAINS, *_KNOWLEDGE),
    TraitType.CHOICE: (_O.EQ, _O.NE, _O.IN, _O.NOT_IN, *_KNOWLEDGE),
    TraitType.BOOLEAN: (_O.EQ, _O.NE, *_KNOWLEDGE),
    TraitType.MOMENT: (_O.WITHIN_DAYS, _O.BEFORE, _O.AFTER, _O.BETWEEN, *_KNOWLEDGE),
}
"""Which operators each type of trait takes."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One question about one trait, or one property of a fact.

    `value` is typed: int, float, str, bool, datetimes, or a tuple of them.

    For moments `between` holds (first, last) both inside; `before` the first moment outside, `after` the last one.
    """

    path: str
    trait: TraitInfo
    operator: Operator
    value: Any = None


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part holds; of no parts: everybody."""

    path: str
    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    path: str
    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold, be it because the value is unknown."""

    path: str
    part: "Node"


Node = Condition | AllOf | AnyOf | Not


class Misread(Exception):
    """Where a definition cannot be read, why not and what to do, in English and Chinese: a module's refusal says it."""

    def __init__(self, path: str, why: Pair, remedy: Pair) -> None:
        super().__init__(path, why, remedy)
        self.path, self.why, self.remedy = path, why, remedy

    def details(self) -> dict[str, str]:
        """What a refusal is filled with."""
        return {
            "path": self.path, "why": self.why[0], "why_zh": self.why[1],
            "remedy": self.remedy[0], "remedy_zh": self.remedy[1],
        }  # fmt: skip


class UnknownName(Exception):
    """A name that a definition uses and nobody knows, where it stands, and the nearest that somebody does."""

    def __init__(self, path: str, name: str, near: tuple[str, ...]) -> None:
        super().__init__(path, name, near)
        self.path, self.name, self.near = path, name, near

    def details(self) -> dict[str, str]:
        """What a refusal is filled with."""
        listed = ", ".join(self.near)
        return {
            "path": self.path,
            "name": self.name,
            "guess": f" Did you mean {listed}?" if self.near else "",
            "guess_zh": f"你是想写 {listed} 吗？" if self.near else "",
        }


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
    """One computation of all traits, as it is stored.

    `declared`: the columns of `trait` that hold declared traits, and whether somebody may have written what is in them.
    """

    refresh_id: int
    as_of: datetime
    computed_at: datetime
    customers: int
    changed: int
    facts_mark: str
    settings: str
    thresholds: Thresholds
    declared: Mapping[str, bool] = field(default_factory=dict)


class KnownPeople(Protocol):
    """Whom a brand knows besides the facts. Reading them all is dear; most requests need the mark alone."""

    def chunks(self) -> Iterable[Any]:
        """Arrow tables of customer_id, known_at, joined_at; together they are all."""

    def mark(self) -> str:
        """A text that is equal as long as the table is the same."""


class BrandState(Protocol):
    """What PostgreSQL keeps of a brand, for who answers a question of the lake with it."""

    def chunks(self, query: str, parameters: dict[str, Any], columns: dict[str, str]) -> Iterable[Any]:
        """The rows of a statement as Arrow tables. `columns`: name → int64, text, bool, float64 or moment."""


@dataclass(frozen=True, slots=True)
class BrandView:
    """What is needed to compute a brand's traits: its zone, its settings, and whom it knows besides the facts.

    `within`: an Arrow table of customer_id; where it is given, answers are about these customers alone, held against
    the thresholds of the whole brand.

    limits  `known` and `state` may read from the session that the view was made in: use them while that is open
    """

    brand_id: int
    time_zone: str
    known: KnownPeople
    settings: InsightSettings = InsightSettings()
    sources: tuple["AnySource", ...] = ()
    within: Any = None
    state: BrandState | None = None


class TraitSource(Protocol):
    """A module that knows something per customer; registered in entrypoints, usable in segments at once."""

    def traits(self) -> tuple[TraitInfo, ...]:
        """What it offers. Names are unique over all sources."""

    def table(
        self, cursor: Any, *, brand: BrandView, as_of: datetime, wanted: Collection[str] | None = None
    ) -> Any:
        """An Ibis table of customer_id and a column for each trait; customers missing in it are unknown.

        Where `wanted` is given, the columns of other traits may be left out.
        """


@runtime_checkable
class DerivedSource(Protocol):
    """Traits that are computed from the traits of all others, once those stand side by side."""

    def traits(self) -> tuple[TraitInfo, ...]:
        """What it offers. Names are unique over all sources."""

    def beneath(self, wanted: Iterable[str]) -> frozenset[str]:
        """The names, and those of all traits and evaluations that they come from."""

    def added(self, table: Any, *, wanted: Collection[str] | None) -> Any:
        """The Ibis table of traits with the wanted ones of its own as further columns; None: all of them."""


@runtime_checkable
class FactSource(Protocol):
    """What conditions may ask of the brand's facts without declaring a trait; it offers no trait by name."""

    def traits(self) -> tuple[TraitInfo, ...]:
        """None."""

    def kinds(self) -> Mapping[str, Any]:
        """The kinds of fact by name (insight.rules.declared.tree.FactInfo)."""


AnySource = TraitSource | DerivedSource | FactSource


@dataclass(frozen=True, slots=True)
class Storable:
    """A trait whose value the facts and the moment settle, so that a refresh may store it.

    `mark` is equal as long as equal facts give equal values; `words`: somebody may have written the value.
    """

    info: TraitInfo
    mark: str
    words: bool

    @property
    def column(self) -> str:
        """What the column of the lake's `trait` that holds it is called."""
        return f"own_{self.info.name}_{self.mark}"


@runtime_checkable
class StorableSource(Protocol):
    """A source that offers traits a refresh may store."""

    def storable(self) -> tuple[Storable, ...]:
        """Those of its traits."""

    def reads(self) -> frozenset[str]:
        """The lake's tables of facts that they come from."""


@dataclass(frozen=True, slots=True)
class TraitUse:
    """Something that names traits: what kind of thing, its key and its name as people know it."""

    kind: str
    key: str
    label: str
    traits: frozenset[str]


class TraitUser(Protocol):
    """A module whose things name traits; registered in entrypoints, asked before a trait is archived or changed."""

    def uses(self, session: Any) -> Iterable[TraitUse]:
        """Everything of the session's brand, not archived, that names a trait."""


LIFECYCLE_CHANGED = FactType(
    "lifecycle_changed",
    {"from_stage": "VARCHAR", "to_stage": "VARCHAR", "reason": "VARCHAR"},
    {"zh": "客户进入了另一个生命周期阶段", "en": "A customer entered another stage of the life cycle"},
)
FACT_TYPES = (LIFECYCLE_CHANGED,)
