"""The anytime-valid boundary: its identities, and that it keeps its promise when looked at every day."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from siyu.experiments.api import (
    Moments,
    anytime_interval,
    anytime_p_value,
    critical_value,
    difference,
    e_value,
    fixed_interval,
    mixture_units,
)
from siyu.experiments.contracts import Side

COUNTS = st.integers(2, 10_000_000)
PLANS = st.floats(10, 1e8)
ALPHAS = st.floats(0.001, 0.2)
SCORES = st.floats(-30, 30)


@given(n=COUNTS, planned=PLANS, alpha=ALPHAS, score=SCORES, side=st.sampled_from(Side))
def test_zero_is_left_out_exactly_when_p_is_below_alpha(
    n: int, planned: float, alpha: float, score: float, side: Side
) -> None:
    mixture = mixture_units(planned, alpha, side)
    reach = critical_value(float(n), mixture=mixture, alpha=alpha, side=side)
    toward = {Side.TWO_SIDED: abs(score), Side.GREATER: score, Side.LESS: -score}[side]
    assume(abs(toward - reach) > 1e-6)
    assert (toward > reach) == (anytime_p_value(score, n, mixture=mixture, side=side) < alpha)


@given(n=COUNTS, planned=PLANS, alpha=ALPHAS, score=SCORES)
def test_p_is_one_over_the_evidence_and_never_above_one(
    n: int, planned: float, alpha: float, score: float
) -> None:
    mixture = mixture_units(planned, alpha)
    expected = min(1.0, 1 / e_value(score, n, mixture=mixture))
    assert anytime_p_value(score, n, mixture=mixture) == pytest.approx(expected, rel=1e-9)


@given(n=COUNTS, planned=PLANS, alpha=ALPHAS)
def test_the_boundary_is_the_published_one(n: int, planned: float, alpha: float) -> None:
    """Waudby-Smith et al. in rho, Howard et al. in R, mSPRT in tau: one formula (R = 1/rho² = variance/tau)."""
    rho = math.sqrt((-2 * math.log(alpha) + math.log(1 - 2 * math.log(alpha))) / planned)
    grown = n * rho**2 + 1
    growthbook = math.sqrt(2 * grown / (n * rho) ** 2 * math.log(math.sqrt(grown) / alpha)) * math.sqrt(n)
    tuned = planned / (math.log(math.log(math.e / alpha**2)) - 2 * math.log(alpha))
    eppo = math.sqrt((n + tuned) / n * math.log((n + tuned) / (tuned * alpha**2)))
    ours = critical_value(float(n), mixture=mixture_units(planned, alpha), alpha=alpha)
    assert ours == pytest.approx(growthbook, rel=1e-8)
    assert ours == pytest.approx(eppo, rel=1e-8)


@given(n=COUNTS, planned=PLANS, alpha=ALPHAS)
def test_the_anytime_interval_is_wider_than_one_look_deserves(n: int, planned: float, alpha: float) -> None:
    """Its critical value is above the normal one, at every n and every plan."""
    reach = critical_value(float(n), mixture=mixture_units(planned, alpha), alpha=alpha)
    assert reach > math.sqrt(2 * math.log(1 / alpha))


def test_the_plan_is_where_the_interval_costs_least() -> None:
    at = {
        plan: critical_value(5_000.0, mixture=mixture_units(plan, 0.05), alpha=0.05)
        for plan in (500, 5_000, 50_000)
    }
    assert at[5_000] == min(at.values())


def test_before_the_first_unit_nothing_is_said() -> None:
    assert np.isnan(critical_value(0.0, mixture=630.0, alpha=0.05))


@pytest.fixture(scope="module")
def looks() -> tuple[Moments, Moments]:
    """1,000 A/A experiments of 40 daily looks, 250 units an arm and day, skewed sales: moments up to each day."""
    rng = np.random.default_rng(20_260_102)

    def arm() -> Moments:
        buys, sales = rng.random((1_000, 40, 250)) < 0.3, rng.exponential(50.0, (1_000, 40, 250))
        spent = np.where(buys, sales, 0.0)
        days = np.broadcast_to(np.arange(1.0, 41.0) * 250, (1_000, 40))
        return Moments(days, spent.sum(2).cumsum(1), (spent**2).sum(2).cumsum(1))

    return arm(), arm()


@pytest.mark.slow
def test_daily_looks_mislead_the_fixed_interval_and_not_the_anytime_one(
    looks: tuple[Moments, Moments],
) -> None:
    found = difference(*looks)
    low, high = fixed_interval(found)
    fixed_misses = (low > 0) | (high < 0)
    low, high = anytime_interval(found, planned_units=20_000)
    anytime_misses = (low > 0) | (high < 0)
    at_the_end, peeked = fixed_misses[:, -1].mean(), fixed_misses.any(axis=1).mean()
    # Binomial noise over 1,000 experiments: four standard errors are 2.8 points at 5%.
    assert 0.03 <= at_the_end <= 0.07
    assert peeked > 0.2
    assert anytime_misses.any(axis=1).mean() <= 0.05


@pytest.mark.slow
def test_looks_computed_together_equal_looks_computed_alone(looks: tuple[Moments, Moments]) -> None:
    together = difference(*looks)
    one = [Moments(arm.n[7, 3], arm.total[7, 3], arm.squares[7, 3]) for arm in looks]
    assert difference(*one).standard_error == pytest.approx(together.standard_error[7, 3], rel=1e-12)
