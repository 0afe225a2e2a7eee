"""Stages and scores on hand-written cases."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siyu.insight.contracts import LifecycleSettings
from siyu.insight.errors import BadInsightSetting
from siyu.insight.rules.lifecycle import StageInput, stage_of
from siyu.insight.rules.pace import Pace, Turn, rests_until, turn_of
from siyu.insight.rules.rfm import quantile_scores
from siyu.insight.rules.settings import settings_as_json, settings_from

BASE = StageInput(
    orders=5,
    orders_365d=5,
    days_since_last_order=10,
    days_since_first_order=400,
    days_known=400,
    gap_limit_p80=None,
    gap_limit_p90=None,
)


@pytest.mark.parametrize(
    ("changes", "stage", "rule"),
    [
        ({}, "maturity", "regular"),
        ({"days_since_last_order": 90}, "maturity", "regular"),  # the last day of 90
        ({"days_since_last_order": 91}, "dormant", "dormant_days"),
        ({"days_since_last_order": 180}, "dormant", "dormant_days"),
        ({"days_since_last_order": 181}, "lost", "lost_days"),
        ({"gap_limit_p80": 9.0}, "dormant", "dormant_gap"),  # beyond P80, however few days
        ({"gap_limit_p80": 10.0}, "maturity", "regular"),  # at P80 is not beyond it
        ({"gap_limit_p80": 9.0, "gap_limit_p90": 9.5}, "lost", "lost_gap"),  # lost is tried before dormant
        ({"days_since_last_order": 100, "gap_limit_p90": 99.0}, "lost", "lost_gap"),
        (
            {"orders_365d": 3},
            "introduction",
            "rest",
        ),  # many orders long ago, few this year: nothing else fits
        ({"orders": 2, "orders_365d": 2}, "growth", "few_orders"),
        ({"orders": 1, "orders_365d": 1, "days_since_first_order": 10}, "growth", "young"),
        ({"orders": 1, "orders_365d": 1, "days_since_last_order": 91}, "dormant", "dormant_days"),
        ({"orders": 0, "orders_365d": 0, "days_known": 30}, "introduction", "newly_known"),
        ({"orders": 0, "orders_365d": 0, "days_known": 60}, "introduction", "rest"),
        (
            {"orders": 0, "orders_365d": 0, "days_known": 91},
            "dormant",
            "dormant_days",
        ),  # activity: became known
        (
            {"orders": 0, "orders_365d": 0, "days_known": 60, "gap_limit_p90": 20.0},
            "introduction",
            "rest",
        ),  # no gap
        ({"orders": 0, "orders_365d": 0, "days_known": None}, "introduction", "rest"),
    ],
)
def test_the_first_rule_that_matches_decides(changes: dict, stage: str, rule: str) -> None:
    if changes.get("orders") == 0:
        changes |= {"days_since_last_order": None, "days_since_first_order": None}
    decision = stage_of(replace(BASE, **changes), LifecycleSettings())
    assert (decision.stage.value, decision.rule.value) == (stage, rule)


def test_a_brand_can_ask_for_a_minimum_silence_before_gaps_count() -> None:
    hasty = replace(BASE, gap_limit_p80=2.0, gap_limit_p90=3.0)
    assert stage_of(hasty, LifecycleSettings()).stage.value == "lost"
    assert stage_of(hasty, LifecycleSettings(gap_silence_days_min=30)).stage.value == "maturity"
    assert stage_of(hasty, LifecycleSettings(gap_rules=False)).stage.value == "maturity"


def test_ties_share_the_higher_score() -> None:
    assert quantile_scores([1, 1, 1, 1, 1]) == [5] * 5
    assert quantile_scores([1, 1, 2, 3, 4, 5, 6, 7, 8, 9]) == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert quantile_scores([1, 2, 2, 3, 4, 5, 6, 7, 8, 9]) == [1, 2, 2, 2, 3, 3, 4, 4, 5, 5]


@pytest.mark.parametrize(
    "stored",
    [
        {"lifecycle": {"lost_days": 5}},  # misspelt
        {"lifecycle": {"lost_days_over": 1.5}},
        {"lifecycle": {"lost_days_over": True}},
        {"lifecycle": {"gap_rules": 1}},
        {"lifecycle": {"dormant_days_min": 200}},  # dormant would begin after lost
        {"rfm": {"recency_days": "30"}},
        {"other": {}},
    ],
)
def test_settings_that_make_no_sense_are_refused(stored: dict) -> None:
    with pytest.raises(BadInsightSetting):
        settings_from(stored)


def test_settings_survive_storage() -> None:
    chosen = settings_from({"lifecycle": {"own_gaps_min": 3}, "rfm": {"monetary_fen": 5000}})
    assert settings_from(settings_as_json(chosen)) == chosen


NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def after(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


PACES = [
    (Pace(), False, 0, Turn.REFRESH, 0),  # the first ever
    (Pace(after(-2), after(-1)), False, 0, Turn.WAIT, 3),  # took a minute: rests for four
    (Pace(after(-6), after(-5)), False, 0, Turn.REFRESH, 0),  # rested longer
    (Pace(after(-5), after(-4)), False, 0, Turn.REFRESH, 0),  # exactly long enough
    (Pace(after(-1), after(-1)), False, 0, Turn.REFRESH, 0),  # took no time
    (Pace(after(-2), after(-1), after(3)), False, 0, Turn.SEEN_LATER, 3),  # a job waits already
    (Pace(after(-9), after(-8), after(-1)), False, 0, Turn.SEEN_LATER, -1),  # it is due and has not begun
    (Pace(after(-99), after(-98), after(-10)), False, 0, Turn.SEEN_LATER, -10),
    (Pace(after(-99), after(-98), after(-11)), False, 0, Turn.REFRESH, 0),  # that job is lost
    (Pace(after(-9), after(-8)), True, 0, Turn.WAIT, 0.5),  # one is at work: it may have missed these events
    (Pace(after(-0.1)), False, 0, Turn.WAIT, 0.5),  # one was let begin moments ago
    (Pace(after(-1)), False, 0, Turn.REFRESH, 0),  # one was killed
    (Pace(after(1)), False, 0, Turn.REFRESH, 0),  # the clock was set back meanwhile
    (Pace(after(8), after(9)), False, 0, Turn.REFRESH, 0),
]


@pytest.mark.parametrize(("pace", "running", "now", "turn", "at"), PACES)
def test_refreshes_rest_four_times_as_long_as_they_took(
    pace: Pace, running: bool, now: float, turn: Turn, at: float
) -> None:
    assert turn_of(pace, running=running, now=after(now)) == (turn, after(at))


def test_the_job_that_waited_for_the_end_of_a_rest_does_not_rest_again() -> None:
    just_ended = Pace(after(-2), after(-1))
    assert turn_of(just_ended, running=False, now=NOON, rested=True) == (Turn.REFRESH, NOON)
    assert turn_of(just_ended, running=True, now=NOON, rested=True)[0] is Turn.WAIT


@given(
    took=st.lists(st.floats(0.001, 600), min_size=3, max_size=30),
    waits=st.lists(st.floats(0, 60), min_size=30),
)
def test_refreshes_take_a_fifth_of_the_time_at_most_and_the_last_event_is_seen(
    took: list[float], waits: list[float]
) -> None:
    """Events come all the time; each refresh begins when it may."""
    now, worked, begun = NOON, timedelta(0), NOON
    for seconds, late in zip(took, waits, strict=False):
        pace = Pace(now, now + timedelta(seconds=seconds))
        worked += timedelta(seconds=seconds)
        assert pace.ended_at is not None
        turn, at = turn_of(pace, running=False, now=pace.ended_at)
        assert (turn is Turn.WAIT) == (at > pace.ended_at)
        now = rests_until(pace, now=pace.ended_at) + timedelta(seconds=late)
        assert turn_of(pace, running=False, now=now) == (Turn.REFRESH, now)
    assert worked <= (now - begun) / 5 + timedelta(milliseconds=1)
