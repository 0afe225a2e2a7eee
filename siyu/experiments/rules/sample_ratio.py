"""Did the split come out as designed? If not, something lost units, and every effect is suspect."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy import special

from siyu.experiments.contracts import ArmShare, SampleRatioCheck

SAMPLE_RATIO_ALPHA = 0.001
_CONCENTRATION = 100.0


def sample_ratio_check(
    observed: Mapping[str, int], weights: Mapping[str, float], *, alpha: float = SAMPLE_RATIO_ALPHA
) -> SampleRatioCheck:
    """Whether the observed units fit the designed shares.

    units   weights in any unit, only proportions count; an arm without weight cannot be expected to hold
            anybody: it costs no degree of freedom, and its units are counted apart
    raises  ValueError on a negative weight, or if all are zero
    source  Pearson's chi-square; alpha .001 as Eppo, since every experiment is checked often

    >>> sample_ratio_check({"a": 821_588, "b": 815_482}, {"a": 1, "b": 1}).passed
    False
    """
    if any(weight < 0 for weight in weights.values()) or not sum(weights.values()) > 0:
        raise ValueError("weights are zero or more, and at least one is above zero")
    arms = [arm for arm, weight in weights.items() if weight > 0]
    counts = np.array([observed.get(arm, 0) for arm in arms], float)
    shares = np.array([weights[arm] for arm in arms], float)
    expected = counts.sum() * shares / shares.sum()
    chi_square = float(np.sum((counts - expected) ** 2 / expected)) if counts.sum() else 0.0
    p_value = float(special.chdtrc(len(arms) - 1, chi_square)) if len(arms) > 1 else 1.0
    return SampleRatioCheck(
        arms=tuple(map(ArmShare, arms, [int(count) for count in counts], map(float, expected))),
        chi_square=chi_square,
        degrees_of_freedom=len(arms) - 1,
        p_value=p_value,
        anytime_p_value=anytime_sample_ratio_p(counts, shares),
        alpha=alpha,
        passed=p_value >= alpha,
        unplanned_units=sum(count for arm, count in observed.items() if arm not in arms),
    )


def anytime_sample_ratio_p(counts: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    """The p-value of the split that may be looked at after every unit.

    source  Lindon and Malek 2020, arXiv 2011.03567: e-value of a Dirichlet mixture around the designed shares

    >>> anytime_sample_ratio_p(np.array([500.0, 500.0]), np.array([1.0, 1.0]))
    1.0
    """
    shares = weights / weights.sum()
    prior = _CONCENTRATION * shares
    log_e = special.gammaln(prior.sum()) - special.gammaln(prior.sum() + counts.sum())
    log_e += np.sum(special.gammaln(prior + counts) - special.gammaln(prior) - counts * np.log(shares))
    return float(np.exp(min(0.0, -float(log_e))))
