"""The settings of a brand, a refresh, the brand as questions see it, and the registry of traits."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from siyu.insight.contracts.traits import TraitInfo
from siyu.kernel.facts import FactType


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
