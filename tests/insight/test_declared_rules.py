"""Reading definitions of traits: what is refused and where, windows by the calendar, order, circles, words."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest

from siyu.insight.contracts import Misread, Topic, TraitType, UnknownName
from siyu.insight.rules.declared.evaluate import values_of
from siyu.insight.rules.declared.order import Circle, in_order
from siyu.insight.rules.declared.parse import read_definition
from siyu.insight.rules.declared.tree import Calendar, CalendarPeriod, Rolling
from siyu.insight.rules.declared.windows import bounds_of, start_of_day
from tests.insight.declared_makers import AS_OF, FACTS, known, resolved

TRAITS = {
    one.name: one
    for one in (
        known("orders", TraitType.INTEGER),
        known("sales_fen", TraitType.MONEY),
        known("gap", TraitType.NUMBER),
        known("stage", TraitType.TEXT),
    )
}
COUNT = {"aggregate": "count", "fact": "order"}


def read(definition: Any) -> Any:
    return read_definition(definition, facts=FACTS, known=TRAITS, zone="Asia/Shanghai")


def deep(levels: int) -> Any:
    return {"trait": "orders"} if levels == 1 else {"+": [deep(levels - 1), 1]}


@pytest.mark.parametrize(
    ("definition", "path", "said"),
    [
        ([], "$", "not list"),  # a list where an object belongs
        ({}, "$", "neither an aggregate nor a formula"),
        (COUNT | {"formula": 1}, "$.aggregate", "formula only"),  # both at once
        (COUNT | {"windw": {}}, "$.windw", "aggregate, of, fact, where, window only"),  # a misspelt word
        ({"aggregate": "median", "fact": "order"}, "$.aggregate", "no aggregate 'median'"),
        ({"aggregate": "count"}, "$.fact", "is missing"),
        (COUNT | {"of": "paid_fen"}, "$.of", "of the facts themselves"),
        ({"aggregate": "sum", "fact": "order"}, "$.of", "needs a property"),
        ({"aggregate": "sum", "fact": "order", "of": "channel"}, "$.of", "has no sum"),
        (COUNT | {"window": 90}, "$.window", "no window"),
        (COUNT | {"window": {"days": 0}}, "$.window.days", "from 1 to 36,500"),
        (COUNT | {"window": {"days": True}}, "$.window.days", "from 1 to"),  # true is not 1
        (COUNT | {"window": {"calendar": "decade"}}, "$.window.calendar", "no period 'decade'"),
        (COUNT | {"window": {"calendar": "day", "offset": 1}}, "$.window.offset", "to 0"),  # the future
        (COUNT | {"window": {"since": "order"}}, "$.window.since", "neither the first nor the last"),
        (
            COUNT | {"where": {"and": [{"property": "paid_fen", "op": ">", "value": "9"}]}},
            "$.where.and[0].value",
            "whole number",
        ),
        (
            COUNT | {"window": {"since": {"first": "refund", "where": {"or": []}}}},
            "$.window.since.where.or",
            "holds for nobody",
        ),
        ({"formula": {"trait": "stage"}}, "$.formula.trait", "no number"),
        ({"formula": {"^": [1, 2]}}, "$.formula", "it holds ^"),
        ({"formula": {"/": [1, 2, 3]}}, "$.formula./", "two parts"),
        ({"formula": {"+": []}}, "$.formula.+", "at least one part"),
        ({"formula": {"+": [{"trait": "sales_fen"}, {"trait": "orders"}]}}, "$.formula.+", "no money"),
        ({"formula": {"*": [{"trait": "sales_fen"}] * 2}}, "$.formula.*", "money times money"),
        ({"formula": {"/": [1, {"trait": "sales_fen"}]}}, "$.formula./", "divided by money"),
        ({"formula": {"round": {"trait": "sales_fen"}}}, "$.formula.round", "whole fen already"),
        ({"formula": {"round": 1.5, "digits": 7}}, "$.formula.digits", "from 0 to 6"),
        ({"formula": float("inf")}, "$.formula", "too large"),
        ({"formula": deep(21)}, "$.formula" + ".+[0]" * 20, "more than 20 levels"),
        ({"formula": {"+": [1] * 201}}, "$.formula.+[199]", "200 parts"),
    ],
)
def test_a_definition_that_cannot_be_read_names_the_place(definition: Any, path: str, said: str) -> None:
    with pytest.raises(Misread) as refused:
        read(definition)
    assert refused.value.path == path
    assert said in refused.value.why[0]
    assert all(refused.value.why)
    assert all(refused.value.remedy)


@pytest.mark.parametrize(
    ("definition", "path", "near"),
    [
        ({"aggregate": "count", "fact": "orders"}, "$.fact", "order"),
        ({"aggregate": "sum", "fact": "order", "of": "paid"}, "$.of", "paid_fen"),
        ({"aggregate": "sum", "fact": "tea_tasting", "of": "cup"}, "$.of", "cups"),  # the brand's own event
        (COUNT | {"where": {"property": "chanel", "op": "is_known"}}, "$.where.property", "channel"),
        (COUNT | {"window": {"since": {"last": "refnd"}}}, "$.window.since.last", "refund"),
        ({"formula": {"/": [1, {"trait": "order"}]}}, "$.formula./[1].trait", "orders"),
    ],
)
def test_a_name_that_nobody_knows_brings_the_nearest(definition: Any, path: str, near: str) -> None:
    with pytest.raises(UnknownName) as refused:
        read(definition)
    assert refused.value.path == path
    assert near in refused.value.near


def test_the_limits_themselves_are_allowed() -> None:
    read({"formula": deep(20)})
    read({"formula": {"+": [1] * 199}})
    read(COUNT | {"window": {"days": 36_500}})
    one = {"property": "channel", "op": "=", "value": "web"}
    read(COUNT | {"where": {"or": [one] * 1_000}})


@pytest.mark.parametrize(
    ("definition", "kind"),
    [
        ({"aggregate": "average", "fact": "order", "of": "paid_fen"}, TraitType.MONEY),
        ({"aggregate": "average", "fact": "order", "of": "lines"}, TraitType.NUMBER),
        ({"aggregate": "last", "fact": "order", "of": "ordered_at"}, TraitType.MOMENT),
        ({"formula": {"/": [{"trait": "sales_fen"}, {"trait": "orders"}]}}, TraitType.MONEY),
        ({"formula": {"/": [{"trait": "sales_fen"}] * 2}}, TraitType.NUMBER),  # a share
        (
            {"formula": {"-": [{"trait": "sales_fen"}, 500]}},
            TraitType.MONEY,
        ),  # a whole number beside money is fen
        ({"formula": {"*": [{"trait": "sales_fen"}, 0.1]}}, TraitType.MONEY),
        ({"formula": {"/": [{"trait": "orders"}, 2]}}, TraitType.NUMBER),
        ({"formula": {"round": {"trait": "gap"}}}, TraitType.INTEGER),
    ],
)
def test_what_a_definition_gives_follows_from_its_parts(definition: Any, kind: TraitType) -> None:
    assert read(definition).type is kind


@pytest.mark.parametrize(
    ("period", "offset", "first", "last"),
    [
        (CalendarPeriod.DAY, -1, "2026-03-28", "2026-03-28"),
        (CalendarPeriod.WEEK, 0, "2026-03-23", "2026-03-29"),  # from Monday
        (CalendarPeriod.MONTH, -1, "2026-02-01", "2026-02-28"),  # the end of February
        (CalendarPeriod.QUARTER, -1, "2025-10-01", "2025-12-31"),  # over the turn of the year
        (CalendarPeriod.YEAR, -2, "2024-01-01", "2024-12-31"),
    ],
)
def test_a_calendar_window_is_whole_days_of_the_zone(
    period: CalendarPeriod, offset: int, first: str, last: str
) -> None:
    """London, in the night in which its clocks go forward."""
    place = ZoneInfo("Europe/London")
    before, after = bounds_of(Calendar(period, offset), as_of=AS_OF, zone="Europe/London")
    assert before is not None
    assert after is not None
    assert (before + timedelta(microseconds=1)).astimezone(place).date().isoformat() == first
    assert before.astimezone(place).date().isoformat() < first
    assert (after - timedelta(microseconds=1)).astimezone(place).date().isoformat() == last


def test_a_rolling_window_is_hours_and_open_at_its_start() -> None:
    assert bounds_of(Rolling(30), as_of=AS_OF, zone="Europe/London") == (AS_OF - timedelta(hours=720), None)


def test_a_day_begins_when_the_clock_first_shows_it_in_every_zone(tell: Any) -> None:
    """Over midnights that are skipped, doubled, or of a day that never was (Samoa, 30 December 2011)."""
    days = [date(2011, 12, 30), *(date(2018, 1, 1) + timedelta(days=one) for one in range(0, 3000, 7))]
    days += [date(2018, 11, 4), date(2022, 9, 11), date(2021, 3, 26), date(2023, 4, 28), date(2024, 3, 10)]
    checked, zones = 0, sorted(available_timezones())
    for zone in zones[::3]:
        place = ZoneInfo(zone)
        for day in days:
            start = start_of_day(day, zone)
            assert (start - timedelta(microseconds=1)).astimezone(place).date() < day, (zone, day)
            assert start.astimezone(place).date() >= day, (zone, day)
            checked += 1
    tell(f"the start of a day: {checked:,} days in {len(zones[::3])} zones, wrong 0")
    assert start_of_day(date(2011, 12, 30), "Pacific/Apia") == start_of_day(
        date(2011, 12, 31), "Pacific/Apia"
    )


def test_a_circle_is_refused_with_its_path() -> None:
    with pytest.raises(Circle) as refused:
        in_order({"a": ["b"], "b": ["c", "orders"], "c": ["a"]})
    assert refused.value.path == ("a", "b", "c", "a")
    plus = {
        name: {"formula": {"+": [{"trait": other}, 1]}}
        for name, other in (("a", "b"), ("b", "a"), ("c", "orders"))
    }
    found = resolved(plus, others=TRAITS)
    assert [one.info.name for one in found.traits] == ["c"]  # the others stand
    assert set(found.broken) == {"a", "b"}


def test_a_long_chain_of_formulas_is_put_in_order() -> None:
    chain = {f"t{n}": {"formula": {"+": [{"trait": f"t{n + 1}"}, 1]}} for n in range(400)} | {"t400": COUNT}
    found = resolved(chain)
    assert [one.info.name for one in found.traits[:2]] == ["t400", "t399"]
    values = values_of(found.traits, {}, others={}, as_of=AS_OF, zone="UTC")
    assert values["t0"] == 400


def test_ties_and_nothing_are_as_they_are_written() -> None:
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    orders = [
        {"occurred_at": noon, "source": "pos", "order_key": key, "paid_fen": 100, "channel": channel}
        for key, channel in (("1", "web"), ("2", "store"), ("3", None))
    ]
    wanted = {
        measure: {"aggregate": measure, "fact": "order", "of": "channel"}
        for measure in ("first", "last", "most_frequent", "distinct")
    }
    found = resolved(wanted).traits
    some = values_of(found, {"order": orders}, others={}, as_of=AS_OF, zone="UTC")
    assert some == {"first": "store", "last": "web", "most_frequent": "store", "distinct": 2}
    none = values_of(found, {}, others={}, as_of=AS_OF, zone="UTC")
    assert none == {"first": None, "last": None, "most_frequent": None, "distinct": 0}


def test_a_definition_is_read_back_in_both_languages() -> None:
    definition = {
        "aggregate": "sum",
        "fact": "order",
        "of": "paid_fen",
        "where": {"property": "channel", "op": "!=", "value": "store"},
        "window": {"days": 90},
    }
    (trait,) = resolved({"online": definition}).traits
    assert trait.info.definition == {
        "zh": "最近 90 × 24 小时内，订单（渠道不为“store”（含未知））的实付金额之和。",
        "en": "Sum of amount paid over orders (channel is not “store” (or unknown)) in the last 90 × 24 hours.",
    }


AMOUNTS = {
    name: known(name, kind)
    for name, kind in (("sales", TraitType.MONEY), ("orders", TraitType.INTEGER), ("days", TraitType.INTEGER))
}


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ({"/": [{"trait": "sales"}, {"trait": "orders"}]}, "sales ÷ orders."),  # no brackets around the whole
        ({"-": [{"-": [{"trait": "orders"}, 1]}, {"trait": "days"}]}, "orders − 1 − days."),  # from the left
        ({"-": [{"trait": "orders"}, {"-": [{"trait": "days"}, 1]}]}, "orders − (days − 1)."),
        ({"*": [{"/": [{"trait": "orders"}, 2]}, {"trait": "days"}]}, "(orders ÷ 2) × days."),
        ({"+": [{"*": [{"trait": "orders"}, 2]}, {"trait": "days"}]}, "orders × 2 + days."),  # × binds more
        ({"+": [{"trait": "orders"}, -3]}, "orders + (-3)."),
        ({"max": [{"-": [{"trait": "sales"}, 50_000]}, 0]}, "greatest of (sales − 500.00, 0.00)."),  # fen
        ({"*": [{"trait": "sales"}, 100]}, "sales × 100."),  # a plain number, not an amount
        ({"round": {"/": [{"trait": "orders"}, {"trait": "days"}]}}, "orders ÷ days, rounded."),
        (
            {"round": {"/": [{"trait": "orders"}, {"trait": "days"}]}, "digits": 2},
            "orders ÷ days, rounded to 2 decimals.",
        ),
        ({"+": [{"round": {"*": [{"trait": "orders"}, 0.5]}}, 1]}, "rounded (orders × 0.5) + 1."),
    ],
)
def test_a_formula_is_read_back_with_the_brackets_it_needs(formula: Any, said: str) -> None:
    (found,) = resolved({"asked": {"formula": formula}}, others=AMOUNTS).traits
    assert found.info.definition["en"] == said


@pytest.mark.parametrize(
    ("definition", "topic"),
    [
        (COUNT, Topic.PURCHASE),
        ({"aggregate": "most_frequent", "fact": "order", "of": "channel"}, Topic.CHANNEL),
        ({"aggregate": "distinct", "fact": "order_line", "of": "product_key"}, Topic.PRODUCT),
        ({"aggregate": "count", "fact": "tea_tasting"}, Topic.EVENT),  # the brand's own
        ({"aggregate": "count", "fact": "message_event"}, Topic.MESSAGE),
        ({"formula": {"+": [{"trait": "paid"}, {"trait": "stars"}]}}, Topic.OTHER),  # of two topics
        ({"formula": {"*": [{"trait": "paid"}, 2]}}, Topic.PURCHASE),
        ({"formula": 1}, Topic.OTHER),
    ],
)
def test_a_declared_trait_has_the_topic_of_what_it_is_made_of(definition: Any, topic: Topic) -> None:
    others = {
        "paid": replace(known("paid", TraitType.INTEGER), topic=Topic.PURCHASE),
        "stars": replace(known("stars", TraitType.INTEGER), topic=Topic.STAGE),
    }
    (found,) = resolved({"asked": definition}, others=others).traits
    assert found.info.topic is topic


def test_every_fact_and_property_of_siyus_own_has_words() -> None:
    own = {"tea_tasting"}
    facts = [one for one in FACTS.values() if one.name not in own]
    assert [one.name for one in facts if one.label["zh"] == one.name] == []
    assert [
        info.name for one in facts for info in one.properties.values() if info.label["zh"] == info.name
    ] == []
