"""Treatment against control: differences and lifts with fixed and anytime-valid uncertainty."""

from dataclasses import dataclass

import numpy as np
from scipy import special

from siyu.experiments.contracts import Caution, Effect, Estimate, Interval, Side
from siyu.experiments.rules.moments import Arm, Numbers, quotient
from siyu.experiments.rules.sequential import (
    PLANNED_UNITS_DEFAULT,
    anytime_p_value,
    critical_value,
    mixture_units,
)

ALPHA = 0.05
UNITS_CALM_MIN = 200
BASE_ERRORS_MIN = 5.0


@dataclass(frozen=True, slots=True)
class Contrast:
    """One effect before any level is chosen; each field a number, or an array over looks or simulations.

    units  value and standard_error in the effect's unit; n: units in both arms
    """

    value: Numbers
    standard_error: Numbers
    degrees_of_freedom: Numbers
    n: Numbers


def difference(control: Arm, treatment: Arm) -> Contrast:
    """Treatment mean minus control mean, variances not assumed equal.

    source  Welch 1947

    >>> from siyu.experiments.rules.moments import Moments
    >>> found = difference(Moments(3407, 1396.87, 52377.9767), Moments(3461, 2422.7, 134698.29))
    >>> round(float(found.value), 5), round(float(found.standard_error), 5)
    (0.29, 0.12478)
    """
    squared = quotient(treatment.variance, treatment.n) + quotient(control.variance, control.n)
    return Contrast(
        value=treatment.mean - control.mean,
        standard_error=np.sqrt(squared),
        degrees_of_freedom=welch_degrees(control, treatment),
        n=control.n + treatment.n,
    )


def lift(control: Arm, treatment: Arm) -> Contrast:
    """The difference as a share of the control mean, the control mean's own error included (delta method).

    limits  NaN where the control mean is zero; poor where it is less than five standard errors from zero

    >>> from siyu.experiments.rules.moments import Moments
    >>> found = lift(Moments(3407, 1396.87, 52377.9767), Moments(3461, 2422.7, 134698.29))
    >>> round(float(found.value), 5), round(float(found.standard_error), 5)
    (0.70732, 0.37879)
    """
    ratio = quotient(treatment.mean, control.mean)
    squared = quotient(treatment.variance, treatment.n) + ratio**2 * quotient(control.variance, control.n)
    return Contrast(
        value=ratio - 1,
        standard_error=quotient(np.sqrt(squared), np.abs(control.mean)),
        degrees_of_freedom=welch_degrees(control, treatment),
        n=control.n + treatment.n,
    )


def welch_degrees(control: Arm, treatment: Arm) -> Numbers:
    """The degrees of freedom of a difference of means with unequal variances.

    source  Welch 1947, Satterthwaite 1946
    """
    ours, theirs = quotient(treatment.variance, treatment.n), quotient(control.variance, control.n)
    spent = quotient(ours**2, treatment.n - 1) + quotient(theirs**2, control.n - 1)
    return quotient((ours + theirs) ** 2, spent)


def fixed_interval(
    contrast: Contrast, *, alpha: float = ALPHA, side: Side = Side.TWO_SIDED
) -> tuple[Numbers, Numbers]:
    """The interval for one look at the end; a one-sided test leaves the other end infinite."""
    tail = alpha / 2 if side is Side.TWO_SIDED else alpha
    reach = -np.asarray(special.stdtrit(contrast.degrees_of_freedom, tail), np.float64)[()]
    return _ends(contrast, reach, side)


def anytime_interval(
    contrast: Contrast,
    *,
    alpha: float = ALPHA,
    side: Side = Side.TWO_SIDED,
    planned_units: float = PLANNED_UNITS_DEFAULT,
) -> tuple[Numbers, Numbers]:
    """The interval that holds at every look together, so one may stop whenever one likes.

    units  planned_units: total over both arms, fixed before the first look; narrowest there, valid everywhere
    """
    mixture = mixture_units(planned_units, alpha, side)
    return _ends(contrast, critical_value(contrast.n, mixture=mixture, alpha=alpha, side=side), side)


def fixed_p_value(contrast: Contrast, *, side: Side = Side.TWO_SIDED) -> Numbers:
    """The p-value for one look at the end."""
    t = quotient(contrast.value, contrast.standard_error)
    if side is Side.TWO_SIDED:
        return 2 * _beyond(np.abs(t), contrast.degrees_of_freedom)
    return _beyond(t if side is Side.GREATER else -t, contrast.degrees_of_freedom)


def _beyond(t: Numbers, degrees: Numbers) -> Numbers:
    """How likely Student's t exceeds this value. scipy.special says it without loading all of scipy.stats."""
    found: Numbers = np.asarray(special.stdtr(degrees, -t), np.float64)[()]
    return found


def compare(
    control: Arm,
    treatment: Arm,
    *,
    names: tuple[str, str] = ("control", "treatment"),
    alpha: float = ALPHA,
    side: Side = Side.TWO_SIDED,
    planned_units: float = PLANNED_UNITS_DEFAULT,
) -> Effect:
    """What the treatment changed, absolute and relative, with every interval and p-value.

    units   numbers, not arrays; for many looks or simulations use difference, lift and the intervals directly
    returns relative is None unless the control mean is above zero

    >>> from siyu.experiments.rules.moments import Moments
    >>> effect = compare(Moments(3407, 1396.87, 52377.9767), Moments(3461, 2422.7, 134698.29))
    >>> round(effect.absolute.p_value, 5)
    0.02016
    """
    return effect_of(
        difference(control, treatment),
        lift(control, treatment) if control.mean > 0 else None,
        names=names,
        alpha=alpha,
        side=side,
        planned_units=planned_units,
        cautions=cautions_of(control, treatment),
    )


def effect_of(
    absolute: Contrast,
    relative: Contrast | None,
    *,
    names: tuple[str, str],
    alpha: float,
    side: Side,
    planned_units: float,
    cautions: tuple[Caution, ...],
) -> Effect:
    """Two contrasts, at one level and for one alternative, as the row that is shown and stored."""
    return Effect(
        control=names[0],
        treatment=names[1],
        side=side,
        alpha=alpha,
        planned_units=planned_units,
        absolute=estimate_of(absolute, alpha=alpha, side=side, planned_units=planned_units),
        relative=None
        if relative is None
        else estimate_of(relative, alpha=alpha, side=side, planned_units=planned_units),
        cautions=cautions,
    )


def estimate_of(contrast: Contrast, *, alpha: float, side: Side, planned_units: float) -> Estimate:
    """A contrast of single numbers as the row that is shown; only the value if the data have no spread."""
    value, error = float(contrast.value), float(contrast.standard_error)
    if not (error > 0 and np.isfinite(contrast.degrees_of_freedom)):
        return Estimate(value, None, None, None, None, None, None)
    mixture = mixture_units(planned_units, alpha, side)
    always = anytime_interval(contrast, alpha=alpha, side=side, planned_units=planned_units)
    return Estimate(
        value=value,
        standard_error=error,
        degrees_of_freedom=float(contrast.degrees_of_freedom),
        interval=_closed(fixed_interval(contrast, alpha=alpha, side=side)),
        p_value=float(fixed_p_value(contrast, side=side)),
        anytime_interval=_closed(always),
        anytime_p_value=float(anytime_p_value(value / error, contrast.n, mixture=mixture, side=side)),
    )


def cautions_of(control: Arm, treatment: Arm) -> tuple[Caution, ...]:
    """Why this comparison should be read with care, if so.

    units  below 200 units in an arm the normal approximation may fail; a control mean below five standard
           errors makes the lift and its interval unstable
    """
    base_error = np.sqrt(quotient(control.variance, control.n))
    found = {
        Caution.FEW_UNITS: min(control.n, treatment.n) < UNITS_CALM_MIN,
        Caution.WEAK_BASE: bool(np.abs(control.mean) < BASE_ERRORS_MIN * base_error),
        Caution.NO_SPREAD: control.variance == 0 and treatment.variance == 0,
    }
    return tuple(caution for caution, holds in found.items() if holds)


def _ends(contrast: Contrast, reach: Numbers, side: Side) -> tuple[Numbers, Numbers]:
    """Value minus and plus so many standard errors, the end a one-sided test does not ask about being infinite."""
    half = reach * contrast.standard_error
    low = contrast.value - half if side is not Side.LESS else np.full_like(half, -np.inf)
    high = contrast.value + half if side is not Side.GREATER else np.full_like(half, np.inf)
    return low, high


def _closed(ends: tuple[Numbers, Numbers]) -> Interval:
    """Infinite ends as None, which JSON can say."""
    low, high = float(ends[0]), float(ends[1])
    return Interval(low if np.isfinite(low) else None, high if np.isfinite(high) else None)
