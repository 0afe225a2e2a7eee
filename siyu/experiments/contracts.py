"""What an analysis says: plain frozen rows that `dataclasses.asdict` turns into valid JSON, no NaN, no infinity."""

from dataclasses import dataclass
from enum import StrEnum


class Side(StrEnum):
    """Which alternative a test looks for; stored values are permanent."""

    TWO_SIDED = "two_sided"
    GREATER = "greater"
    LESS = "less"


class Caution(StrEnum):
    """Why a figure should be read with care; stored values are permanent."""

    FEW_UNITS = "few_units"
    FEW_EVENTS = "few_events"
    WEAK_BASE = "weak_base"
    NO_SPREAD = "no_spread"


@dataclass(frozen=True, slots=True)
class Interval:
    """The values the data do not rule out.

    units  those of the estimate it belongs to; None is an end that stays open (one-sided)
    """

    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class ArmStats:
    """One arm of one metric.

    units  n in units of randomisation; mean and standard_error in the metric's unit
    """

    arm: str
    n: int
    mean: float
    standard_error: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """One effect with its uncertainty, fixed (look once, at the end) and anytime-valid (look as often as you like).

    units  value, standard_error and both intervals share one unit; p-values are probabilities;
           without spread in the data everything but the value is None
    """

    value: float
    standard_error: float | None
    degrees_of_freedom: float | None
    interval: Interval | None
    p_value: float | None
    anytime_interval: Interval | None
    anytime_p_value: float | None


@dataclass(frozen=True, slots=True)
class Effect:
    """Treatment against control.

    units  absolute: the metric's unit per unit of randomisation; relative: a share of the control mean
           (0.05 is +5%), None unless the control mean is above zero; alpha is 1 minus the level of the intervals;
           planned_units is the total, over both arms, for which the anytime-valid interval is narrowest
    """

    control: str
    treatment: str
    side: Side
    alpha: float
    planned_units: float
    absolute: Estimate
    relative: Estimate | None
    cautions: tuple[Caution, ...]


@dataclass(frozen=True, slots=True)
class ArmShare:
    """How many units an arm got, and how many its share promised.

    units  units of randomisation
    """

    arm: str
    observed: int
    expected: float


@dataclass(frozen=True, slots=True)
class SampleRatioCheck:
    """Whether the split came out as designed; if not passed, no effect below it can be trusted.

    units  p_value: Pearson chi-square; anytime_p_value: valid at every look (Dirichlet-multinomial);
           unplanned_units: seen in arms whose share is zero, left out of the test
    """

    arms: tuple[ArmShare, ...]
    chi_square: float
    degrees_of_freedom: int
    p_value: float
    anytime_p_value: float
    alpha: float
    passed: bool
    unplanned_units: int


@dataclass(frozen=True, slots=True)
class Adjustment:
    """The same contrasts with what was known before subtracted (CUPED).

    units  theta: metric units per covariate unit; variance_share: the variance that is left over, pooled over
           arms, as a share of the unadjusted one
    """

    covariate: str
    theta: float
    variance_share: float | None
    arms: tuple[ArmStats, ...]
    effects: tuple[Effect, ...]


@dataclass(frozen=True, slots=True)
class MetricAnalysis:
    """One metric: every arm, and every treatment against the control.

    units  capped_at: the metric's unit, None without winsorising; capped_units: how many units lay above it
    """

    metric: str
    capped_at: float | None
    capped_units: int
    arms: tuple[ArmStats, ...]
    effects: tuple[Effect, ...]
    adjustment: Adjustment | None


@dataclass(frozen=True, slots=True)
class Analysis:
    """Everything one experiment file says.

    units  units: units of randomisation; winsorise: the quantile, None if not asked for
    """

    control: str
    units: int
    alpha: float
    planned_units: float
    winsorise: float | None
    sample_ratio: SampleRatioCheck
    metrics: tuple[MetricAnalysis, ...]


@dataclass(frozen=True, slots=True)
class Return:
    """What a campaign gave back for its cost: as the field counts it (touched), and as the holdout shows it.

    units  *_fen: minor units of the brand's currency; touched and incremental: a share of cost (1.0 doubles
           the money, -1.0 loses all of it), None without cost; everything incremental is None without a
           holdout of two customers or more; intervals carry the level of `alpha`
    """

    cost_fen: int
    touched_margin_fen: int
    touched: float | None
    incremental_margin_fen: int | None
    incremental_margin_interval_fen: Interval | None
    incremental: float | None
    incremental_interval: Interval | None
    incremental_anytime_interval: Interval | None
    alpha: float
