"""Looking every day without fooling oneself: intervals and p-values that hold at all looks together."""

from math import log

import numpy as np
from numpy.typing import ArrayLike

from siyu.experiments.contracts import Side
from siyu.experiments.rules.moments import Numbers, quotient

PLANNED_UNITS_DEFAULT = 5_000.0
_EXPONENT_MAX = 700.0  # exp() of more overflows a double


def mixture_units(planned_units: float, alpha: float, side: Side = Side.TWO_SIDED) -> float:
    """The R that makes the interval narrowest when `planned_units` have come in, over both arms.

    limits  alpha below one half where one-sided
    source  Waudby-Smith et al., arXiv 2103.06476v7, eq. 161, one-sided at twice alpha; in two-sided tests the
            same R serves Howard et al., arXiv 1810.08240

    >>> round(mixture_units(5_000, 0.05), 4)
    630.028
    """
    assert planned_units > 0, "planned units are above zero"
    reach = -2 * log(alpha if side is Side.TWO_SIDED else 2 * alpha)
    return planned_units / (reach + log(1 + reach))


def critical_value(n: Numbers, *, mixture: float, alpha: float, side: Side = Side.TWO_SIDED) -> Numbers:
    """How many standard errors the anytime-valid interval reaches after n units, both arms together.

    units   n: a number or an array of looks; NaN at n = 0
    source  Waudby-Smith et al., eq. 9 (two-sided) and eq. 134 (one-sided)

    >>> round(float(critical_value(5_000.0, mixture=630.028, alpha=0.05)), 4)
    3.0352
    """
    grown = quotient(np.asarray(n, float) + mixture, mixture)
    if side is Side.TWO_SIDED:
        return np.sqrt(quotient(grown, grown - 1) * np.log(grown / alpha**2))
    return np.sqrt(2 * quotient(grown, grown - 1) * np.log1p(np.sqrt(grown) / (2 * alpha)))


def e_value(z: ArrayLike, n: ArrayLike, *, mixture: float) -> Numbers:
    """The evidence against no effect: under no effect its mean is 1 at most, whenever one stops.

    units   z: effect over standard error; n: units in both arms; either may be an array
    limits  asymptotic: wants a few hundred units an arm before the first look

    >>> round(float(e_value(3.0352, 5_000, mixture=630.028)), 1)
    20.0
    """
    return np.exp(_log_e_value(z, n, mixture=mixture))


def anytime_p_value(z: ArrayLike, n: ArrayLike, *, mixture: float, side: Side = Side.TWO_SIDED) -> Numbers:
    """The smallest alpha at which the anytime-valid interval of this mixture leaves out zero; 1 at most.

    source  Waudby-Smith et al., eq. 155; one-sided by solving eq. 134 for alpha

    >>> round(float(anytime_p_value(3.0352, 5_000, mixture=630.028)), 4)
    0.05
    """
    if side is Side.TWO_SIDED:
        return np.exp(np.minimum(-_log_e_value(z, n, mixture=mixture), 0.0))
    toward = np.asarray(z, float) if side is Side.GREATER else -np.asarray(z, float)
    grown = (np.asarray(n, float) + mixture) / mixture
    evidence = np.expm1(np.minimum(np.maximum(toward, 0.0) ** 2 * (1 - 1 / grown) / 2, _EXPONENT_MAX))
    log_p = np.log(grown) / 2 - np.log(2 * np.maximum(evidence, np.exp(-_EXPONENT_MAX)))
    p_value: Numbers = np.exp(np.minimum(log_p, 0.0))
    return p_value


def _log_e_value(z: ArrayLike, n: ArrayLike, *, mixture: float) -> Numbers:
    """Half of (z² of the units seen, less the logarithm of how far they outgrew the mixture)."""
    grown = (np.asarray(n, float) + mixture) / mixture
    return (np.asarray(z, float) ** 2 * (1 - 1 / grown) - np.log(grown)) / 2
