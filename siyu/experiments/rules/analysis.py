"""From one value per unit to the whole report: arms, contrasts, covariate, sample ratio."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from siyu.experiments.contracts import (
    Adjustment,
    Analysis,
    ArmStats,
    Caution,
    Effect,
    MetricAnalysis,
)
from siyu.experiments.rules.compare import ALPHA, compare
from siyu.experiments.rules.cuped import Adjusted, compare_adjusted, history_of, theta_pooled
from siyu.experiments.rules.moments import Arm, Moments, PairMoments, quotient
from siyu.experiments.rules.sample_ratio import sample_ratio_check
from siyu.experiments.rules.sequential import PLANNED_UNITS_DEFAULT
from siyu.experiments.rules.winsorise import winsorised

EVENTS_MIN = 5

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Units:
    """What is known of every unit of an experiment, one row each.

    shape  arm_index: position in arm_names, one per unit; metrics and covariate: one value per unit, same order
    units  each metric in its own; covariate: (name, values known before the experiment)
    """

    arm_names: tuple[str, ...]
    arm_index: NDArray[np.intp]
    metrics: Mapping[str, Values]
    covariate: tuple[str, Values] | None = None

    def split(self, values: Values) -> dict[str, Values]:
        """The values of each arm, arms in the order of arm_names."""
        return {arm: values[self.arm_index == place] for place, arm in enumerate(self.arm_names)}


@dataclass(frozen=True, slots=True)
class Design:
    """How the experiment was planned, and so how it is read.

    units  weights: shares of each arm in any unit; winsorise: a quantile, None for none;
           planned_units: total over two arms for which the anytime-valid interval is narrowest
    """

    control: str
    weights: Mapping[str, float]
    alpha: float = ALPHA
    planned_units: float = PLANNED_UNITS_DEFAULT
    winsorise: float | None = None


def analyse(units: Units, design: Design) -> Analysis:
    """Every metric, every arm against the control, and whether the split can be trusted.

    limits  every arm needs two units; winsorising cuts metrics and covariate alike, each at its own quantile;
            p-values are not corrected for the number of metrics and arms

    >>> data = {"sales": np.array([1.0, 2.0, 3.0, 5.0])}
    >>> found = analyse(Units(("a", "b"), np.array([0, 0, 1, 1]), data), Design("a", {"a": 1, "b": 1}))
    >>> found.metrics[0].effects[0].absolute.value
    2.5
    """
    sizes = np.bincount(units.arm_index, minlength=len(units.arm_names))
    observed = {arm: int(size) for arm, size in zip(units.arm_names, sizes, strict=True)}
    return Analysis(
        control=design.control,
        units=int(sizes.sum()),
        alpha=design.alpha,
        planned_units=design.planned_units,
        winsorise=design.winsorise,
        sample_ratio=sample_ratio_check(observed, design.weights),
        metrics=tuple(_metric(units, design, metric, values) for metric, values in units.metrics.items()),
    )


def _metric(units: Units, design: Design, metric: str, values: Values) -> MetricAnalysis:
    """One metric over all arms."""
    cut, cap, capped = _cut(values, design.winsorise)
    split = units.split(cut)
    arms = {arm: Moments.of(part) for arm, part in split.items()}
    few = {arm for arm, part in split.items() if np.count_nonzero(part) <= EVENTS_MIN}
    effects = _contrasts(
        design,
        units.arm_names,
        lambda control, arm: compare(
            arms[control],
            arms[arm],
            names=(control, arm),
            alpha=design.alpha,
            planned_units=design.planned_units,
        ),
    )
    return MetricAnalysis(
        metric=metric,
        capped_at=cap,
        capped_units=capped,
        arms=_stats(arms),
        effects=tuple(_warned(effect, few) for effect in effects),
        adjustment=_adjusted(units, design, split, few) if units.covariate else None,
    )


def _adjusted(units: Units, design: Design, split: Mapping[str, Values], few: set[str]) -> Adjustment:
    """The metric with its covariate taken out, one slope for all arms."""
    assert units.covariate is not None, "an adjustment has a covariate"
    name, before = units.covariate
    past = units.split(_cut(before, design.winsorise)[0])
    pairs = {arm: PairMoments.of(split[arm], past[arm]) for arm in units.arm_names}
    theta = theta_pooled(list(pairs.values()))
    histories = {arm: history_of(pair) for arm, pair in pairs.items()}
    effects = _contrasts(
        design,
        units.arm_names,
        lambda control, arm: compare_adjusted(
            histories[control],
            histories[arm],
            theta=theta,
            names=(control, arm),
            alpha=design.alpha,
            planned_units=design.planned_units,
        ),
    )
    adjusted = {arm: Adjusted(history, theta) for arm, history in histories.items()}
    return Adjustment(
        covariate=name,
        theta=theta,
        variance_share=_left_over(list(adjusted.values())),
        arms=_stats(adjusted),
        effects=tuple(_warned(effect, few) for effect in effects),
    )


def _contrasts(
    design: Design, arms: Sequence[str], contrast: Callable[[str, str], Effect]
) -> tuple[Effect, ...]:
    """Each arm but the control against the control."""
    return tuple(contrast(design.control, arm) for arm in arms if arm != design.control)


def _cut(values: Values, quantile: float | None) -> tuple[Values, float | None, int]:
    """The values winsorised if asked for, with the cap and how many lay above it."""
    if quantile is None:
        return values, None, 0
    found = winsorised(values, quantile)
    return found.values, found.cap, found.capped


def _stats(arms: Mapping[str, Arm]) -> tuple[ArmStats, ...]:
    """Each arm as a row."""
    return tuple(
        ArmStats(
            arm=name,
            n=int(arm.n),
            mean=float(arm.mean),
            standard_error=float(np.sqrt(quotient(arm.variance, arm.n))),
        )
        for name, arm in arms.items()
    )


def _left_over(arms: Sequence[Adjusted]) -> float | None:
    """The share of the variance within arms that the covariate leaves; None if there was none."""
    before = sum(float(arm.history.variance) * (float(arm.n) - 1) for arm in arms)
    after = sum(float(arm.variance) * (float(arm.n) - 1) for arm in arms)
    return after / before if before > 0 else None


def _warned(effect: Effect, few: set[str]) -> Effect:
    """The effect, with a caution if one of its arms has next to no unit above zero."""
    if not few & {effect.control, effect.treatment}:
        return effect
    return replace(effect, cautions=(*effect.cautions, Caution.FEW_EVENTS))
