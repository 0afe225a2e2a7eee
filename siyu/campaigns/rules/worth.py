"""What the numbers of a campaign say: arms compared per assigned customer, the funnel, the curve."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from siyu.campaigns.contracts import (
    Arm,
    DayOfCurve,
    FunnelCount,
    FunnelStep,
    Headcount,
    MetricResult,
)
from siyu.experiments.api import Moments, campaign_return, compare, winsorised
from siyu.experiments.contracts import ArmStats, Return
from siyu.kernel.money import Fen

WINSORISE_AT = 0.99
ARM_CUSTOMERS_MIN = 2

_BASES: Mapping[FunnelStep, FunnelStep | None] = {
    FunnelStep.AUDIENCE: None,
    FunnelStep.ELIGIBLE: FunnelStep.AUDIENCE,
    FunnelStep.TREATED: FunnelStep.ELIGIBLE,
    FunnelStep.ACCEPTED: FunnelStep.TREATED,
    FunnelStep.DELIVERED: FunnelStep.ACCEPTED,
    FunnelStep.FAILED: FunnelStep.TREATED,
    FunnelStep.OPTED_OUT: FunnelStep.DELIVERED,
    FunnelStep.BUYERS: FunnelStep.TREATED,
}


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Every assigned customer, those who bought nothing included; arrays of one length.

    units  sales in fen net of refunds; treated, bought, touched: yes or no
    """

    treated: NDArray[np.bool_]
    sales_fen: NDArray[np.float64]
    bought: NDArray[np.bool_]
    touched: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Costing:
    """What the campaign cost, and what share of sales is margin."""

    cost_fen: int
    margin_basis_points: int


def cost_fen(*, segments: int, price_centifen: int) -> Fen:
    """What so many segments cost, rounded half to even once, at the end.

    units  price in hundredths of a fen a segment

    >>> cost_fen(segments=3, price_centifen=450), cost_fen(segments=1, price_centifen=450)
    (14, 4)
    """
    return Fen(round(Fraction(segments * price_centifen, 100)))


def metric_of(name: str, outcomes: Outcomes, values: NDArray[np.float64], *, binary: bool) -> MetricResult:
    """One metric compared over the arms as assigned; the anytime interval is planned for exactly these customers.

    >>> outcomes = Outcomes(np.array([True, True, False, False]), np.array([9.0, 5.0, 4.0, 2.0]),
    ...                     np.array([True] * 4), np.array([True, True, False, False]))
    >>> metric_of("sales", outcomes, outcomes.sales_fen, binary=False).effect.absolute.value
    4.0
    """
    treated, holdout = _moments(outcomes, values, binary=binary)
    effect = None
    if min(_count(treated), _count(holdout)) >= ARM_CUSTOMERS_MIN:
        effect = compare(
            holdout,
            treated,
            names=(Arm.HOLDOUT.value, Arm.TREATED.value),
            planned_units=float(outcomes.treated.size),
        )
    arms = tuple(_stats(arm, moments) for arm, moments in ((Arm.TREATED, treated), (Arm.HOLDOUT, holdout)))
    return MetricResult(name, arms, effect, capped_at=None, capped_customers=0)


def lowered(outcomes: Outcomes) -> tuple[Outcomes, float, int] | None:
    """The outcomes with sales above the 0.99 quantile of both arms lowered to it, the quantile, how many lay above.

    returns  None where the quantile is not above zero: too few bought for the cut to leave anything
    """
    if not outcomes.sales_fen.size:
        return None
    cut = winsorised(outcomes.sales_fen, WINSORISE_AT)
    if cut.cap <= 0:
        return None
    changed = Outcomes(outcomes.treated, cut.values, outcomes.bought, outcomes.touched)
    return changed, cut.cap, cut.capped


def return_of(outcomes: Outcomes, costing: Costing) -> Return:
    """The touched return and the incremental one: by whom a message reached, and by what the holdout shows."""
    treated, holdout = _moments(outcomes, outcomes.sales_fen, binary=False)
    return campaign_return(
        treated=treated,
        holdout=holdout,
        touched_sales_fen=round(float(outcomes.sales_fen[outcomes.touched].sum())),
        margin_rate=costing.margin_basis_points / 10_000,
        cost_fen=costing.cost_fen,
        planned_units=float(max(outcomes.treated.size, 1)),
    )


def funnel_of(headcount: Headcount, reached: Mapping[FunnelStep, int]) -> tuple[FunnelCount, ...]:
    """The funnel with each step's share of the step it is measured against.

    >>> heads = Headcount(audience=10, eligible=8, treated=6, holdout=2, exclusions=())
    >>> [(c.step.value, c.share) for c in funnel_of(heads, {FunnelStep.ACCEPTED: 3})][2:4]
    [('treated', 0.75), ('accepted', 0.5)]
    """
    counts = {
        FunnelStep.AUDIENCE: headcount.audience,
        FunnelStep.ELIGIBLE: headcount.eligible,
        FunnelStep.TREATED: headcount.treated,
        **reached,
    }
    return tuple(_step(step, base, counts) for step, base in _BASES.items())


def curve_of(
    daily_fen: Mapping[tuple[date, str], int], *, days: Sequence[date], treated: int, holdout: int
) -> tuple[DayOfCurve, ...]:
    """Sales per assigned customer of each arm, added up day by day, days without sales included.

    >>> [(d.treated_fen, d.holdout_fen) for d in curve_of({(date(2026, 1, 2), "treated"): 30},
    ...     days=[date(2026, 1, 1), date(2026, 1, 2)], treated=3, holdout=0)]
    [(0.0, None), (10.0, None)]
    """
    running = {Arm.TREATED: 0, Arm.HOLDOUT: 0}
    points = []
    for day in days:
        for arm in running:
            running[arm] += daily_fen.get((day, arm.value), 0)
        points.append(
            DayOfCurve(
                day,
                running[Arm.TREATED] / treated if treated else None,
                running[Arm.HOLDOUT] / holdout if holdout else None,
            )
        )
    return tuple(points)


def days_between(first: date, last: date) -> list[date]:
    """Every day from the first to the last.

    >>> len(days_between(date(2026, 1, 31), date(2026, 2, 2)))
    3
    """
    return [first + timedelta(days=place) for place in range((last - first).days + 1)]


def window_end(assigned_at: datetime, window_days: int) -> datetime:
    """When conversions stop counting: so many times 24 hours after assignment."""
    return assigned_at + timedelta(days=window_days)


def _moments(outcomes: Outcomes, values: NDArray[np.float64], *, binary: bool) -> tuple[Moments, Moments]:
    sides = (values[outcomes.treated], values[~outcomes.treated])
    if binary:
        treated, holdout = (Moments.of_successes(float(side.size), float(side.sum())) for side in sides)
    else:
        treated, holdout = (Moments.of(side) for side in sides)
    return treated, holdout


def _stats(arm: Arm, moments: Moments) -> ArmStats:
    """The arm's figures; zero where it holds nobody, and no error where nothing varies."""
    count = _count(moments)
    if not count:
        return ArmStats(arm.value, 0, 0.0, 0.0)
    variance = float(moments.variance) if count >= ARM_CUSTOMERS_MIN else 0.0
    return ArmStats(arm.value, count, float(moments.mean), float(np.sqrt(variance / count)))


def _count(moments: Moments) -> int:
    return int(moments.n)


def _step(step: FunnelStep, base: FunnelStep | None, counts: Mapping[FunnelStep, int]) -> FunnelCount:
    below = counts.get(base, 0) if base else 0
    count = counts.get(step, 0)
    return FunnelCount(step, count, base, count / below if below else None)
