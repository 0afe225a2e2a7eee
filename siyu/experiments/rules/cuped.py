"""Less noise from the past: the metric less what each unit's own history foretold (CUPED)."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add

import numpy as np
from numpy.typing import ArrayLike, NDArray

from siyu.experiments.contracts import Effect, Side
from siyu.experiments.rules.compare import ALPHA, Contrast, cautions_of, difference, effect_of, welch_degrees
from siyu.experiments.rules.moments import Moments, Numbers, PairMoments, Ratio, quotient
from siyu.experiments.rules.sequential import PLANNED_UNITS_DEFAULT


@dataclass(frozen=True, slots=True)
class History:
    """An arm's metric with its covariate from before the experiment, as mean values and a covariance per unit."""

    n: Numbers
    mean: Numbers
    variance: Numbers
    pre_mean: Numbers
    pre_variance: Numbers
    covariance: Numbers
    is_ratio: bool = False


@dataclass(frozen=True, slots=True)
class Adjusted:
    """An arm after theta times the covariate was subtracted: compares like any arm, in absolute terms."""

    history: History
    theta: float

    @property
    def n(self) -> Numbers:
        """The number of units."""
        return self.history.n

    @property
    def mean(self) -> Numbers:
        """The metric's mean less theta times the covariate's."""
        return self.history.mean - self.theta * self.history.pre_mean

    @property
    def variance(self) -> Numbers:
        """The variance that the covariate does not explain."""
        past, theta = self.history, self.theta
        left = past.variance + theta**2 * past.pre_variance - 2 * theta * past.covariance
        return np.maximum(left, 0.0)


def history_of(pair: PairMoments) -> History:
    """The history of a mean: `pair.first` is the metric, `pair.second` the covariate."""
    return History(
        n=pair.n,
        mean=pair.first.mean,
        variance=pair.first.variance,
        pre_mean=pair.second.mean,
        pre_variance=pair.second.variance,
        covariance=pair.covariance,
    )


def ratio_history(n: float, totals: ArrayLike, products: ArrayLike) -> History:
    """The history of a ratio of sums whose covariate is the same ratio from before.

    shape   totals: 4, of numerator and denominator, then both from before; products: 4 by 4, sums of products
    source  delta method on the linearised ratios
    """
    sums, crossed = np.asarray(totals, float), np.asarray(products, float)
    covariance = (crossed - np.outer(sums, sums) / n) / (n - 1)
    after = Ratio(_pair(n, sums, crossed, 0, 1))
    before = Ratio(_pair(n, sums, crossed, 2, 3))
    slopes = [np.array([1.0, -float(ratio.mean)]) for ratio in (after, before)]
    linear = slopes[0] @ covariance[:2, 2:] @ slopes[1]
    return History(
        n=n,
        mean=after.mean,
        variance=after.variance,
        pre_mean=before.mean,
        pre_variance=before.variance,
        covariance=float(linear * n**2 / (sums[1] * sums[3])),
        is_ratio=True,
    )


def theta_pooled(arms: Sequence[PairMoments]) -> float:
    """The slope of metric on covariate over all units of all arms; 0 if the covariate never varies.

    >>> theta_pooled([PairMoments.of([1, 2, 3], [2, 4, 6]), PairMoments.of([2, 3], [4, 6])])
    0.5
    """
    pooled = reduce(add, arms)
    slope = float(quotient(pooled.covariance, pooled.second.variance))
    return slope if np.isfinite(slope) else 0.0


def theta_within(arms: Sequence[History]) -> float:
    """The slope for ratios: covariances over variances, each summed over arms; 0 if the covariate never varies."""
    slope = float(quotient(sum(arm.covariance for arm in arms), sum(arm.pre_variance for arm in arms)))
    return slope if np.isfinite(slope) else 0.0


def adjusted_lift(control: Adjusted, treatment: Adjusted) -> Contrast:
    """The adjusted difference as a share of the control mean as it was, before the adjustment.

    limits  the adjusted control mean means nothing by itself (it may be near zero or negative): neither the
            share nor its variance may divide by it. The slope at the control mean is taken at the unadjusted means,
            for ratios at the estimate; the two differ by chance imbalance of the covariate only
    source  delta method on (metric, covariate) of both arms; figures of GrowthBook, packages/stats, test_tests.py
    """
    base, theta, past = control.history.mean, control.theta, control.history
    share = quotient(treatment.mean - control.mean, base)
    slope = -(1 + share) if past.is_ratio else quotient(-treatment.history.mean, base)
    ours = slope**2 * past.variance + theta**2 * past.pre_variance
    ours = ours + 2 * slope * theta * past.covariance
    squared = quotient(treatment.variance, treatment.n) + quotient(np.maximum(ours, 0.0), control.n)
    return Contrast(
        value=share,
        standard_error=quotient(np.sqrt(squared), np.abs(base)),
        degrees_of_freedom=welch_degrees(control, treatment),
        n=control.n + treatment.n,
    )


def compare_adjusted(
    control: History,
    treatment: History,
    *,
    theta: float,
    names: tuple[str, str] = ("control", "treatment"),
    alpha: float = ALPHA,
    side: Side = Side.TWO_SIDED,
    planned_units: float = PLANNED_UNITS_DEFAULT,
) -> Effect:
    """What the treatment changed, with the noise of history taken out; same estimand, narrower interval.

    units   theta from theta_pooled or theta_within, the same for both arms, else the effect is biased
    returns relative is None unless the unadjusted control mean is above zero
    limits  the covariate must be known before assignment; anything later hides part of the effect
    """
    left, right = Adjusted(control, theta), Adjusted(treatment, theta)
    return effect_of(
        difference(left, right),
        adjusted_lift(left, right) if control.mean > 0 else None,
        names=names,
        alpha=alpha,
        side=side,
        planned_units=planned_units,
        cautions=cautions_of(control, treatment),
    )


def _pair(
    n: float, sums: NDArray[np.float64], crossed: NDArray[np.float64], first: int, second: int
) -> PairMoments:
    """Two of four values as a pair."""
    return PairMoments(
        first=Moments(n, sums[first], crossed[first, first]),
        second=Moments(n, sums[second], crossed[second, second]),
        products=crossed[first, second],
    )
