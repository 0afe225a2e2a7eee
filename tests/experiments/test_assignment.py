"""An arm never changes, follows its share, and is the same in SQL."""

from collections import Counter
from itertools import pairwise

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siyu.experiments.api import arm_bounds, arm_of, unit_share, unit_share_duckdb, unit_share_postgresql
from siyu.experiments.rules.sample_ratio import sample_ratio_check

WEIGHTS = st.dictionaries(st.sampled_from("abcdef"), st.floats(0, 100), min_size=1).filter(
    lambda weights: sum(weights.values()) > 0.001
)


@given(salt=st.text(max_size=20), unit=st.one_of(st.integers(), st.text(max_size=30)))
def test_a_share_lies_on_zero_to_one_and_stays(salt: str, unit: int | str) -> None:
    assert 0 <= unit_share(salt, unit) < 1
    assert unit_share(salt, unit) == unit_share(salt, unit)


@given(weights=WEIGHTS, unit=st.integers(0, 10**9))
def test_a_unit_is_in_the_arm_whose_bounds_hold_its_share(weights: dict[str, float], unit: int) -> None:
    arm = arm_of("salt", unit, weights)
    bounds = next(found for found in arm_bounds(weights) if found.arm == arm)
    assert weights[arm] > 0
    assert bounds.low <= unit_share("salt", unit) < bounds.high


@given(weights=WEIGHTS)
def test_bounds_cover_everything_once(weights: dict[str, float]) -> None:
    bounds = arm_bounds(weights)
    assert bounds[0].low == 0
    assert bounds[-1].high == 1
    assert all(left.high == right.low for left, right in pairwise(bounds))


@given(unit=st.integers(0, 10**9))
def test_a_larger_holdout_keeps_those_it_had(unit: int) -> None:
    if arm_of("salt", unit, {"holdout": 1, "treated": 9}) == "holdout":
        assert arm_of("salt", unit, {"holdout": 2, "treated": 8}) == "holdout"


def test_shares_come_out_as_designed_and_salts_are_unrelated() -> None:
    weights = {"holdout": 1.0, "treated": 9.0}
    units = range(50_000)
    spring = [arm_of("spring", unit, weights) for unit in units]
    autumn = [arm_of("autumn", unit, weights) for unit in units]
    assert sample_ratio_check(Counter(spring), weights).passed
    held_twice = sum(pair == ("holdout", "holdout") for pair in zip(spring, autumn, strict=True))
    # 1% of 50,000 expected if unrelated; four standard errors are 89.
    assert held_twice == pytest.approx(500, abs=89)


def test_duckdb_computes_the_same_share() -> None:
    keys = [0, 1, 42, -7, 10**15, *range(1_000, 1_400)]
    found = duckdb.execute(
        f"SELECT k, {unit_share_duckdb('$salt', 'k')} FROM (SELECT unnest($keys::BIGINT[]) AS k)",
        {"salt": "春季 spring'1", "keys": keys},
    ).fetchall()
    assert dict(found) == {key: unit_share("春季 spring'1", key) for key in keys}


def test_postgresql_is_asked_for_the_same_eight_digits() -> None:
    """PostgreSQL hashes and cuts as DuckDB does; what differs is how hexadecimal digits become a number."""
    asked = unit_share_postgresql("'s'", "7")
    cut = "('x' || substr(md5('s' || ':' || CAST(7 AS text)), 1, 8))"
    assert asked == f"({cut}::bit(32)::bigint / 4294967296::float8)"
    digits = duckdb.execute(f"SELECT {cut}").fetchone()
    assert digits
    assert int(digits[0].removeprefix("x"), 16) / 2**32 == unit_share("s", 7)


@pytest.mark.parametrize(
    "weights",
    [
        {},  # nobody to give units to
        {"a": 0.0},  # one arm, switched off
        {"a": -1.0, "b": 2.0},  # less than nothing
        {"a": float("inf")},  # no proportion can be taken
        {"a": float("nan")},
    ],
)
def test_weights_that_are_no_shares_are_refused(weights: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="weight"):
        arm_of("salt", 1, weights)
