"""Figures published by others come out of our formulas: GrowthBook's 18 tests, PostHog's 3.

Sources: growthbook/growthbook packages/stats/tests/frequentist/test_tests.py (MIT);
PostHog/posthog products/experiments/stats/tests/test_frequentist.py (MIT).
"""

from typing import Any

import pytest

from siyu.experiments.api import (
    History,
    Moments,
    PairMoments,
    Ratio,
    compare,
    compare_adjusted,
    history_of,
    ratio_history,
    theta_pooled,
    theta_within,
)
from siyu.experiments.contracts import Estimate, Interval, Side

A = Moments(n=3407, total=1396.87, squares=52377.9767)
B = Moments(n=3461, total=2422.7, squares=134698.29)
A_SHORT = Moments(n=3000, total=1396.87, squares=52377.9767)
TO_5 = 5.1e-6


def near(number: float, within: float = TO_5) -> Any:
    return pytest.approx(number, abs=within)


def fixed(estimate: Estimate | None) -> tuple[float, float, float, float, float]:
    assert estimate
    assert estimate.interval
    return (
        estimate.value,
        estimate.standard_error,
        estimate.interval.low,
        estimate.interval.high,
        estimate.p_value,
    )


def anytime(estimate: Estimate | None) -> tuple[float, float, float, float]:
    assert estimate
    assert estimate.anytime_interval
    ends = estimate.anytime_interval
    return estimate.value, ends.low, ends.high, estimate.anytime_p_value


def test_growthbook_two_sided_relative() -> None:
    expected = (0.70732, 0.37879, -0.03526, 1.44989, 0.06191)
    assert fixed(compare(A, B).relative) == near(expected)


def test_growthbook_two_sided_absolute() -> None:
    assert fixed(compare(A, B).absolute) == near((0.29, 0.12478, 0.04538, 0.53462, 0.02016))


def test_growthbook_two_proportions() -> None:
    effect = compare(Moments.of_successes(28, 14), Moments.of_successes(30, 16))
    assert fixed(effect.relative) == near((0.06667, 0.2717, -0.47767, 0.61101, 0.80707))


def test_growthbook_missing_variance_says_nothing_about_chance() -> None:
    """Two units cannot have this sum and sum of squares: the variance comes out negative, so no spread."""
    effect = compare(Moments(2, 1396.87, 52377.9767), Moments(2, 0.0, 0.0))
    assert effect.absolute.interval is None
    assert effect.absolute.p_value is None


def test_growthbook_sequential_relative_planned_for_1000() -> None:
    effect = compare(A_SHORT, B, planned_units=1000)
    assert anytime(effect.relative) == near((0.50336, -0.55844, 1.56516, 1.0))


def test_growthbook_sequential_proportions() -> None:
    effect = compare(Moments.of_successes(3000, 1396), Moments.of_successes(3461, 2422))
    assert anytime(effect.relative) == near((0.50386, 0.40098, 0.60675, 0.0))


def test_growthbook_sequential_with_covariate_uses_the_unadjusted_control_mean() -> None:
    control = PairMoments(A_SHORT, Moments(3000, 16.87, 527.9767), 1)
    treatment = PairMoments(B, Moments(3461, 22.7, 1348.29), 1)
    effect = compare_adjusted(
        history_of(control), history_of(treatment), theta=theta_pooled([control, treatment])
    )
    assert effect.relative
    assert effect.relative.standard_error == near(0.33341)
    assert anytime(effect.relative) == near((0.50338, -0.50969, 1.51646, 1.0))


def ratio_arm(totals: list[float], own: list[float], crossed: dict[tuple[int, int], float]) -> History:
    """numerator, denominator, and both from before: sums, sums of squares, sums of products."""
    products = [[0.0] * 4 for _ in range(4)]
    for place, square in enumerate(own):
        products[place][place] = square
    for (row, column), together in crossed.items():
        products[row][column] = products[column][row] = together
    return ratio_history(100, totals, products)


RATIO_A = ratio_arm(
    [485.112236689623, 679.9093275844917, 192.59138069991536, 290.1398399750233],
    [2715.484666118136, 4939.424001640236, 460.076026390857, 920.9461385038898],
    {
        (0, 2): 1113.6215759318352,
        (1, 3): 2130.9404074446747,
        (2, 3): 634.239482353647,
        (0, 1): 3602.146836776702,
        (0, 3): 1559.2878434944676,
        (1, 2): 1460.3181079276983,
    },
)
RATIO_B = ratio_arm(
    [514.7757826608777, 705.4090874383759, 206.94157227402536, 302.54389139107326],
    [2994.897482705013, 5291.36604146392, 514.2903702246757, 994.4506208125663],
    {
        (0, 2): 1237.0953021125997,
        (1, 3): 2292.081739775257,
        (2, 3): 698.4173425817908,
        (0, 1): 3918.1561431600717,
        (0, 3): 1701.0287270040265,
        (1, 2): 1604.0759503266522,
    },
)


def test_growthbook_ratio_with_covariate() -> None:
    effect = compare_adjusted(RATIO_A, RATIO_B, theta=theta_within([RATIO_A, RATIO_B]))
    assert fixed(effect.relative) == near((-0.0007, 0.00391, -0.00841, 0.00700, 0.85771))


def test_growthbook_sequential_ratio_with_covariate() -> None:
    effect = compare_adjusted(RATIO_A, RATIO_B, theta=theta_within([RATIO_A, RATIO_B]))
    assert anytime(effect.relative) == near((-0.0007, -0.02063, 0.01923, 1.0))


def test_growthbook_a_plan_near_the_truth_gives_the_narrowest_interval() -> None:
    def width(planned: float) -> float:
        _, low, high, _ = anytime(compare(A_SHORT, B, planned_units=planned).relative)
        return high - low

    assert width(6461) < width(10_000) < width(10)


@pytest.mark.parametrize(
    ("side", "kind", "low", "high", "p_value"),
    [
        # treatment greater, as a share of control: the upper end stays open
        (Side.GREATER, "relative", -0.045136675850396046, None, 0.06558262868467746),
        # treatment greater, in metric units
        (Side.GREATER, "absolute", 0.020791480063255735, None, 0.03554272489873023),
        # treatment less: the lower end stays open
        (Side.LESS, "relative", None, 1.0518588475628676, 0.9344173713153225),
        (Side.LESS, "absolute", None, 0.44796185327007765, 0.9644572751012698),
    ],
)
def test_growthbook_one_sided(
    side: Side, kind: str, low: float | None, high: float | None, p_value: float
) -> None:
    estimate: Estimate = getattr(compare(A_SHORT, B, side=side), kind)
    assert estimate.interval == Interval(low and near(low, 1e-12), high and near(high, 1e-12))
    assert estimate.p_value == near(p_value, 1e-12)


@pytest.mark.parametrize(
    ("side", "kind", "ends", "p_bounds"),
    [
        # their search for p stops at .4999, so above that only the bound can be compared
        (Side.GREATER, "relative", (-0.42356454602790883, None), (0.4999, 1.0)),
        # their search ends within 2e-5 of the edge of the interval, which is 1.2e-4 in p; ours is exact
        (Side.GREATER, "absolute", (-0.12656844172804982, None), (0.46300, 0.46317)),
        (Side.LESS, "relative", (None, 1.4302867177403806), (0.4999, 1.0)),
        (Side.LESS, "absolute", (None, 0.5953217750613832), (0.4999, 1.0)),
    ],
)
def test_growthbook_sequential_one_sided(
    side: Side, kind: str, ends: tuple[float | None, float | None], p_bounds: tuple[float, float]
) -> None:
    estimate: Estimate = getattr(compare(A_SHORT, B, side=side), kind)
    assert estimate.anytime_interval == Interval(*(end and near(end, 1e-12) for end in ends))
    assert estimate.anytime_p_value is not None
    assert p_bounds[0] <= estimate.anytime_p_value <= p_bounds[1]


# PostHog rounds to about four digits; 6e-5 is what its own tests allow.


def test_posthog_mean() -> None:
    control = Moments(n=2507, total=1196.87, squares=37377.9767)
    treatment = Moments(n=2461, total=1922.7, squares=94698.29)
    value, _, low, high, p_value = fixed(compare(control, treatment).relative)
    assert (value, low, high, p_value) == near((0.63646, -0.0875, 1.36048, 0.08487), 6e-5)


def test_posthog_proportion() -> None:
    effect = compare(Moments.of_successes(1529, 87), Moments.of_successes(1471, 62))
    value, _, low, high, p_value = fixed(effect.relative)
    assert (value, low, high, p_value) == near((-0.25925, -0.49475, -0.02376, 0.030960), 6e-5)


def test_posthog_ratio() -> None:
    def orders(n: int, sales: float, squares: float, buyers: float) -> Ratio:
        return Ratio(PairMoments(Moments(n, sales, squares), Moments(n, buyers, buyers), sales))

    control = orders(1966, 94605.79858780127, 10463129.505392816, 936)
    treatment = orders(2034, 99673.9364269569, 11298745.182728939, 947)
    value, _, low, high, p_value = fixed(compare(control, treatment).relative)
    assert (value, low, high, p_value) == near((0.041333, 0.01378609, 0.0689, 0.0032826), 6e-5)
