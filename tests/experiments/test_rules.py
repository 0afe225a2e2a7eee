"""Moments, winsorising, CUPED, sample ratio and returns: what must hold for any data."""

import json
import math
import warnings
from dataclasses import asdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import stats

from siyu.experiments.api import (
    Design,
    Moments,
    PairMoments,
    Ratio,
    Units,
    analyse,
    campaign_return,
    compare,
    compare_adjusted,
    history_of,
    sample_ratio_check,
    theta_pooled,
    winsorised,
)
from siyu.experiments.contracts import Caution

FLOATS = st.floats(-1e4, 1e4).map(lambda value: round(value, 2))
SAMPLES = hnp.arrays(np.float64, st.integers(3, 40), elements=FLOATS)


@given(left=SAMPLES, right=SAMPLES)
def test_moments_of_days_add_up_to_moments_of_the_whole(left: np.ndarray, right: np.ndarray) -> None:
    whole, added = Moments.of(np.concatenate([left, right])), Moments.of(left) + Moments.of(right)
    assert (added.n, added.mean) == pytest.approx((whole.n, whole.mean), rel=1e-9, abs=1e-6)
    assert whole.variance == pytest.approx(np.var(np.concatenate([left, right]), ddof=1), rel=1e-6, abs=1e-6)


@given(left=SAMPLES, right=SAMPLES)
def test_the_fixed_test_is_welchs(left: np.ndarray, right: np.ndarray) -> None:
    found = compare(Moments.of(left), Moments.of(right)).absolute
    if max(left.std(), right.std()) < 1e-3:
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # scipy is anxious about an arm of equal values
        expected = stats.ttest_ind(right, left, equal_var=False)
    ends = expected.confidence_interval()
    assert found.interval
    assert found.p_value == pytest.approx(expected.pvalue, abs=1e-6)
    assert (found.interval.low, found.interval.high) == pytest.approx(
        (ends.low, ends.high), rel=1e-5, abs=1e-4
    )


@given(left=SAMPLES, right=SAMPLES)
def test_swapping_the_arms_turns_the_effect_round(left: np.ndarray, right: np.ndarray) -> None:
    one = compare(Moments.of(left), Moments.of(right)).absolute
    other = compare(Moments.of(right), Moments.of(left)).absolute
    assert one.value == -other.value
    assert one.p_value == other.p_value


@given(sample=SAMPLES)
def test_a_report_is_always_valid_json(sample: np.ndarray) -> None:
    arms = np.arange(sample.size) % 2
    units = Units(("a", "b"), arms, {"sales": np.concatenate([sample])}, ("before", np.abs(sample)))
    if min(np.bincount(arms)) < 2:
        return
    analysis = analyse(units, Design("a", {"a": 1, "b": 1}, winsorise=0.9))
    assert json.loads(json.dumps(asdict(analysis), allow_nan=False))["units"] == sample.size


def test_no_spread_leaves_the_value_and_says_so() -> None:
    effect = compare(Moments.of([0.0] * 300), Moments.of([0.0] * 300))
    assert effect.absolute.value == 0
    assert effect.absolute.p_value is None
    assert effect.relative is None
    assert Caution.NO_SPREAD in effect.cautions


def test_a_ratio_with_denominator_one_is_a_mean() -> None:
    values = np.array([3.0, 1.0, 4.0, 1.0, 5.0])
    ratio = Ratio(PairMoments.of(values, np.ones(5)))
    assert (ratio.mean, ratio.variance) == pytest.approx((values.mean(), values.var(ddof=1)))


@given(values=SAMPLES, quantile=st.floats(0.01, 1))
def test_winsorising_caps_at_a_value_somebody_had(values: np.ndarray, quantile: float) -> None:
    cut = winsorised(values, quantile)
    assert cut.cap in values
    assert cut.values.max() == cut.cap
    assert (values <= cut.cap).mean() >= quantile - 1e-12
    assert cut.capped == (cut.values != values).sum()


@pytest.mark.parametrize(
    ("values", "quantile", "cap", "capped"),
    [
        # ties with the cap stay as they are, and are not counted
        ([0, 0, 5, 5, 900], 0.8, 5, 1),
        # the whole: nothing is cut
        ([1, 2, 3], 1.0, 3, 0),
        # more zeros than the quantile: everything goes, which is why the cap is shown
        ([0, 0, 0, 0, 7], 0.8, 0, 1),
        # a refund stays: only the upper tail is cut
        ([-50, 1, 2, 3], 0.75, 2, 1),
    ],
)
def test_winsorising_examples(values: list[float], quantile: float, cap: float, capped: int) -> None:
    cut = winsorised(values, quantile)
    assert (cut.cap, cut.capped) == (cap, capped)


def history_sample(effect: float = 0.0) -> tuple[PairMoments, PairMoments]:
    rng = np.random.default_rng(11)
    arms = []
    for shift in (0.0, effect):
        before = rng.gamma(2.0, 20.0, 4_000)
        arms.append(PairMoments.of(0.9 * before + rng.normal(10 + shift, 12.0, 4_000), before))
    return arms[0], arms[1]


def test_a_covariate_narrows_the_interval_by_its_correlation() -> None:
    control, treatment = history_sample(effect=1.0)
    plain = compare(control.first, treatment.first).absolute
    theta = theta_pooled([control, treatment])
    cuped = compare_adjusted(history_of(control), history_of(treatment), theta=theta).absolute
    correlation = control.covariance / math.sqrt(control.first.variance * control.second.variance)
    assert theta == pytest.approx(0.9, abs=0.03)
    assert plain.standard_error
    expected = plain.standard_error * math.sqrt(1 - correlation**2)
    assert cuped.standard_error == pytest.approx(expected, rel=0.05)
    assert cuped.value == pytest.approx(1.0, abs=4 * expected)


def test_a_constant_covariate_changes_nothing() -> None:
    control, treatment = PairMoments.of([1, 2, 4], [3, 3, 3]), PairMoments.of([2, 5, 7], [3, 3, 3])
    theta = theta_pooled([control, treatment])
    adjusted = compare_adjusted(history_of(control), history_of(treatment), theta=theta)
    assert adjusted == compare(control.first, treatment.first)


def test_the_adjusted_lift_divides_by_the_mean_before_adjustment() -> None:
    """The adjusted control mean is near zero here; a lift on it would be absurd."""
    control, treatment = history_sample(effect=2.0)
    theta = theta_pooled([control, treatment])
    effect = compare_adjusted(history_of(control), history_of(treatment), theta=theta)
    assert effect.relative
    assert effect.relative.value == pytest.approx(effect.absolute.value / control.first.mean)


@pytest.mark.parametrize(
    ("counts", "weights", "chi_square", "degrees", "p_value"),
    [
        # Kohavi's example: 50.2% instead of 50%, over 1.6 million
        ([821_588, 815_482], [1, 1], 22.779, 1, 1.82e-6),
        # Statsig's documentation
        ([166_080, 171_180, 166_300], [1, 1, 1], 99.04, 2, 3.1e-22),
        # exactly as designed
        ([100, 900], [1, 9], 0.0, 1, 1.0),
        # an arm that was switched off costs no degree of freedom, and its units do not enter
        ([500, 560, 40], [1, 1, 0], 3.396, 1, 0.0653),
        # an arm that should have got units and got none
        ([1_000, 0], [1, 1], 1_000.0, 1, 1.8e-219),
        # nobody yet
        ([0, 0], [1, 1], 0.0, 1, 1.0),
        # a single live arm cannot be split wrongly
        ([70, 0], [1, 0], 0.0, 0, 1.0),
    ],
)
def test_sample_ratio_examples(
    counts: list[int], weights: list[float], chi_square: float, degrees: int, p_value: float
) -> None:
    names = [f"arm{place}" for place in range(len(counts))]
    check = sample_ratio_check(dict(zip(names, counts, strict=True)), dict(zip(names, weights, strict=True)))
    assert check.chi_square == pytest.approx(chi_square, rel=1e-3, abs=1e-9)
    assert check.degrees_of_freedom == degrees
    assert check.p_value == pytest.approx(p_value, rel=0.01)
    assert check.passed == (p_value >= 0.001)


def test_units_in_an_arm_without_share_are_counted_apart() -> None:
    check = sample_ratio_check({"a": 500, "b": 500, "off": 12}, {"a": 1, "b": 1, "off": 0})
    assert (check.unplanned_units, check.passed) == (12, True)


def test_the_anytime_sample_ratio_survives_a_look_after_every_unit() -> None:
    rng = np.random.default_rng(5)
    alarms = 0
    for _ in range(60):
        left = (rng.random(2_000) < 0.5).cumsum()
        looks = (
            sample_ratio_check({"a": int(left[n]), "b": n + 1 - int(left[n])}, {"a": 1, "b": 1})
            for n in range(0, 2_000, 100)
        )
        alarms += any(look.anytime_p_value < 0.01 for look in looks)
    assert alarms <= 2
    assert sample_ratio_check({"a": 821_588, "b": 815_482}, {"a": 1, "b": 1}).anytime_p_value < 0.01


def sales(n: int, mean_fen: float, deviation_fen: float) -> Moments:
    return Moments(n, n * mean_fen, (n - 1) * deviation_fen**2 + n * mean_fen**2)


def test_the_incremental_return_is_the_holdouts_and_the_touched_one_is_not() -> None:
    """90,000 treated at 10.50 yuan, 10,000 held out at 10.00, margin 40%, cost 9,000 yuan."""
    found = campaign_return(
        treated=sales(90_000, 1_050, 5_000),
        holdout=sales(10_000, 1_000, 5_000),
        touched_sales_fen=80_000_000,
        margin_rate=0.4,
        cost_fen=900_000,
    )
    assert found.touched_margin_fen == 32_000_000
    assert found.touched == pytest.approx(32_000_000 / 900_000 - 1)
    assert found.incremental_margin_fen == 1_800_000  # 50 fen × 90,000 × 0.4
    assert found.incremental == pytest.approx(1.0)
    half = 1.96 * 5_000 * math.sqrt(1 / 90_000 + 1 / 10_000) * 90_000 * 0.4 / 900_000
    assert found.incremental_interval
    assert found.incremental_interval.low == pytest.approx(1 - half, rel=1e-3)
    assert found.incremental_interval.high == pytest.approx(1 + half, rel=1e-3)


def test_without_holdout_or_cost_a_return_is_not_invented() -> None:
    alone = campaign_return(
        treated=sales(100, 10, 5),
        holdout=sales(1, 0, 0),
        touched_sales_fen=500,
        margin_rate=0.5,
        cost_fen=100,
    )
    assert (alone.touched, alone.incremental, alone.incremental_margin_fen) == (1.5, None, None)
    free = campaign_return(
        treated=sales(100, 10, 5), holdout=sales(50, 8, 5), touched_sales_fen=500, margin_rate=0.5, cost_fen=0
    )
    assert (free.touched, free.incremental, free.incremental_interval) == (None, None, None)
    assert free.incremental_margin_fen == 100
