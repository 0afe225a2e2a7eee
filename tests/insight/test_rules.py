"""Stages and scores on hand-written cases."""

from dataclasses import replace

import pytest

from siyu.insight.contracts import LifecycleSettings
from siyu.insight.errors import BadInsightSetting
from siyu.insight.rules.lifecycle import StageInput, stage_of
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
