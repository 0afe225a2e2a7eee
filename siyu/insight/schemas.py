"""What insight says over HTTP."""

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from siyu.insight.contracts import Topic, TraitType
from siyu.insight.rules.declared.tree import Measure
from siyu.insight.rules.listing import Origin


class _Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class Words(_Out):
    """The same in Chinese and English."""

    zh: str
    en: str


class TraitOut(_Out):
    """A trait as segments and pages know it. Money is in fen, moments are ISO 8601 in UTC."""

    name: str
    type: TraitType
    unit: str
    unit_label: Words
    label: Words
    definition: Words
    choices: dict[str, Words]
    topic: Topic
    origin: Origin


class StageCount(_Out):
    """Customers in a stage and their net sales of 365 days, in fen."""

    stage: str
    customers: int
    sales_365d_fen: int


class ClassCount(_Out):
    """Customers of an RFM class and their net sales of 365 days, in fen."""

    rfm_class: str
    customers: int
    sales_365d_fen: int


class GridCell(_Out):
    """Customers with this R and F score; mean net sales of 365 days in fen and mean M score."""

    rfm_r: int
    rfm_f: int
    customers: int
    mean_sales_365d_fen: int | None
    mean_m: float | None


class ThresholdsOut(_Out):
    """What R, F and M were held against, and the brand's percentiles of days between purchase days."""

    recency_days: float | None
    frequency_days: float | None
    monetary_fen: float | None
    brand_gap_p80: float | None
    brand_gap_p90: float | None
    classed: int


class SummaryOut(_Out):
    """The brand at a glance, as of a moment."""

    as_of: datetime
    customers: int
    stages: list[StageCount]
    classes: list[ClassCount]
    grid: list[GridCell]
    thresholds: ThresholdsOut
    stage_labels: dict[str, Words]
    class_labels: dict[str, Words]


class ReasonOut(_Out):
    """Why a customer is in a stage: rule, number and limit, and the sentence."""

    rule: str
    number: float | None
    limit: float | None
    zh: str
    en: str


class HistoryEntry(_Out):
    """Where a customer stood from a refresh on."""

    as_of: datetime
    stage: str | None
    rfm_class: str | None
    rfm_r: int | None
    rfm_f: int | None
    rfm_m: int | None
    from_stage: str | None
    reason: ReasonOut | None


class CustomerInsight(_Out):
    """One customer's traits, why this stage, and how it came about."""

    customer_id: int
    as_of: datetime
    traits: dict[str, str | int | float | bool | datetime | None]
    reason: ReasonOut
    history: list[HistoryEntry]


class LifecycleIn(BaseModel):
    """Thresholds of the stages; what is left out has its default. units: days, orders."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)

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


class RfmIn(BaseModel):
    """Where high begins; null means the mean. units: days, purchase days, fen."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    recency_days: float | None = None
    frequency_days: float | None = None
    monetary_fen: float | None = None


class InsightSettingsBody(BaseModel):
    """All that a brand can set of its insight."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    lifecycle: LifecycleIn = LifecycleIn()
    rfm: RfmIn = RfmIn()


class RefreshStarted(_Out):
    """The task of the task centre that refreshes the traits."""

    task_id: int


class MetricOut(_Out):
    """A metric's names, unit (fen, count, share), definition and formula."""

    name: str
    version: int
    unit: str
    label: Words
    definition: Words
    formula: str


class MeasuredOut(_Out):
    """A metric over a period beside the period before it; change is relative. Shares are 0 to 1."""

    metric: MetricOut
    value: float | int | None
    previous: float | int | None
    change: float | None


class DayOut(_Out):
    """One day of the brand's zone; sales in fen, net of that day's refunds."""

    day: date
    sales_fen: int
    orders: int
    buyers: int


class MetricsOut(_Out):
    """All metrics of a period, and the days of it."""

    start: datetime
    end: datetime
    time_zone: str
    metrics: list[MeasuredOut]
    days: list[DayOut]


TraitValue = str | int | float | bool | datetime | None


class OwnTraitIn(BaseModel):
    """A new trait of the brand's own."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=60)
    label: Words
    definition: dict[str, Any]


class OwnTraitEdit(BaseModel):
    """What shall change; `version` is the one that was read."""

    model_config = ConfigDict(extra="forbid")

    version: int
    label: Words | None = None
    definition: dict[str, Any] | None = None


class OwnTraitTrial(BaseModel):
    """A definition to try, under the name of a trait of the brand's own or a new one."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(default="a_trial", min_length=1, max_length=60)
    definition: dict[str, Any]
    as_of: str | None = Field(default=None, max_length=40)
    sample: int = Field(default=10, ge=0, le=50)


class TraitUseOut(_Out):
    """Something that names a trait: a trait or a segment."""

    kind: str
    key: str
    label: str


class TraitUsesOut(_Out):
    """A trait and everything that names it."""

    name: str
    used_by: list[TraitUseOut]


class OwnTraitOut(_Out):
    """A trait of the brand's own. Where it cannot be read any more, `fault` says why; type and words are missing."""

    name: str
    version: int
    label: Words
    definition: dict[str, Any]
    type: TraitType | None
    unit: str
    said: Words | None
    fault: Words | None
    uses: list[str]
    used_by: list[TraitUseOut]


class TraitVersionOut(_Out):
    """One version of a trait of the brand's own: the definition, by whom and when, and how it is read today.

    `said` is the definition in words; where it cannot be read any more, `fault` says why.
    """

    version: int
    label: Words
    definition: dict[str, Any]
    archived: bool
    said_by: str
    said_at: datetime
    said: Words | None
    fault: Words | None


class OwnTraitVersions(BaseModel):
    """All versions of a trait, the newest first."""

    versions: list[TraitVersionOut]


class SpreadOut(_Out):
    """How the known values of a number spread; money in fen. null where nobody has a value."""

    least: float | None
    p25: float | None
    median: float | None
    p75: float | None
    most: float | None
    mean: float | None


class FrequentOut(_Out):
    """A value and how many customers have it; null: unknown."""

    value: TraitValue
    customers: int


class TraitSampleOut(_Out):
    """A customer, masked, and the value; the name is empty for callers who may not see customers."""

    customer_id: int
    name: str = ""
    value: TraitValue


class TraitPreviewOut(_Out):
    """What a definition gives as of a moment.

    `known` customers have a value, `plain` of them the one that no facts give (0 or no); `changed` is how many values
    differ from the version in use, null for a new trait.
    """

    as_of: datetime
    type: TraitType
    unit: str
    said: Words
    customers: int
    known: int
    plain: int
    changed: int | None
    spread: SpreadOut | None
    most_frequent: list[FrequentOut]
    sample: list[TraitSampleOut]


class PropertyOut(_Out):
    """A property of a fact, as conditions compare it, and the aggregates that it takes."""

    name: str
    type: TraitType
    unit: str
    label: Words
    measures: list[Measure]


class FactOut(BaseModel):
    """A kind of fact that definitions may ask about; `own`: an event of the brand's."""

    name: str
    label: Words
    own: bool
    topic: Topic
    properties: list[PropertyOut]


class ValueOut(_Out):
    """A value of a property and how many facts hold it."""

    value: str
    facts: int


class ValuesOut(BaseModel):
    """The values of a text property that facts of the last so many days hold, the commonest first."""

    days: int
    values: list[ValueOut]
