"""Reading conditions on events, the words they are read back in, and the templates."""

from datetime import UTC, datetime
from typing import Any

import pytest

from siyu.segments.errors import BadSegment, UnknownFact
from siyu.segments.rules.evaluate import explain
from siyu.segments.rules.parse import parse
from siyu.segments.rules.templates import TEMPLATES
from siyu.segments.rules.tree import facts_asked, traits_named
from siyu.segments.rules.words import sentence
from tests.insight.declared_makers import AS_OF, FACTS
from tests.segments.makers import CATALOGUE

COUNT = {"aggregate": "count", "fact": "order"}
CART = {"fact": "favourite_changed", "where": {"property": "added", "op": "=", "value": True}}
LEFT = {"first": CART, "not_then": {"fact": "order"}, "within": {"days": 3}}


def read(definition: Any) -> Any:
    return parse(definition, catalogue=CATALOGUE, zone="Asia/Shanghai", kinds=lambda: FACTS)


@pytest.mark.parametrize(
    ("definition", "path", "said"),
    [
        ({"event": None, "op": "=", "value": 1}, "$.event", "a JSON object is needed"),
        ({"event": {}, "op": "=", "value": 1}, "$.event.aggregate", "missing"),
        (
            {"event": {"formula": 1}, "op": "=", "value": 1},
            "$.event.aggregate",
            "missing",
        ),  # those are traits
        ({"event": COUNT, "op": ">="}, "$.value", "is missing"),
        (
            {"event": COUNT, "op": "contains", "value": "x"},
            "$.op",
            "number of orders (integer) cannot be asked",
        ),
        ({"event": COUNT, "op": "=", "value": 1, "window": {}}, "$.window", "event, op, value only"),
        (
            {"event": COUNT | {"of": "channel"}, "op": "=", "value": 1},
            "$.event.of",
            "of the facts themselves",
        ),
        (
            {"event": COUNT | {"window": {"days": 0}}, "op": "=", "value": 1},
            "$.event.window.days",
            "whole number",
        ),
        (
            {
                "and": [
                    {
                        "event": COUNT | {"where": {"property": "paid_fen", "op": ">", "value": "x"}},
                        "op": "=",
                        "value": 1,
                    }
                ]
            },
            "$.and[0].event.where.value",
            "whole number",
        ),
        ({"sequence": LEFT, "op": "=", "value": 1}, "$.op", "sequence only"),
        ({"sequence": {"first": CART}}, "$.sequence", "one of"),
        ({"sequence": LEFT | {"then": CART}}, "$.sequence", "one of"),  # both at once
        (
            {"sequence": LEFT | {"first": {"fact": "order", "window": {}}}},
            "$.sequence.first.window",
            "fact and where",
        ),
        ({"sequence": LEFT | {"within": {"weeks": 1}}}, "$.sequence.within", "no length of time"),
        ({"sequence": LEFT | {"within": {"days": 1.5}}}, "$.sequence.within.days", "whole number"),
        ({"sequence": LEFT | {"within": {"days": 40_000}}}, "$.sequence.within.days", "36,500"),
        ({"sequence": LEFT | {"which": "second"}}, "$.sequence.which", "not possible here"),
        (
            {"sequence": LEFT | {"window": {"since": {"first": "order"}}}},
            "$.sequence.window",
            "cannot begin with",
        ),
        ({"sequence": LEFT | {"segment": 3}}, "$.sequence.segment", "only"),
        ({"first_time": {"fact": "order"}}, "$.first_time.window", "needs a window"),
        ({"and": [{"event": COUNT, "op": ">", "value": i} for i in range(51)]}, "$.and[50]", "more than 50"),
        ({"or": [{"sequence": LEFT}] * 11}, "$.or[10]", "10 of them"),
    ],
)
def test_a_refusal_names_the_place(definition: Any, path: str, said: str) -> None:
    with pytest.raises(BadSegment) as refused:
        read(definition)
    assert refused.value.details["path"] == path
    assert said in refused.value.details["why"]


@pytest.mark.parametrize(
    ("definition", "path", "near"),
    [
        ({"event": {"aggregate": "count", "fact": "orders"}, "op": "=", "value": 1}, "$.event.fact", "order"),
        (
            {"not": {"event": COUNT | {"aggregate": "sum", "of": "paid"}, "op": "=", "value": 1}},
            "$.not.event.of",
            "paid_fen",
        ),
        ({"sequence": LEFT | {"not_then": {"fact": "ordr"}}}, "$.sequence.not_then.fact", "order"),
        (
            {
                "sequence": LEFT
                | {"first": {"fact": "order", "where": {"property": "chanel", "op": "=", "value": "x"}}}
            },
            "$.sequence.first.where.property",
            "channel",
        ),
        ({"first_time": {"fact": "tea_tastin", "window": {"days": 1}}}, "$.first_time.fact", "tea_tasting"),
    ],
)
def test_an_unknown_event_or_property_is_named_with_the_nearest(
    definition: Any, path: str, near: str
) -> None:
    with pytest.raises(UnknownFact) as refused:
        read(definition)
    assert refused.value.details["path"] == path
    assert near in refused.value.details["guess"]


@pytest.mark.parametrize(
    ("definition", "zh", "en"),
    [
        (
            {"event": COUNT | {"window": {"days": 30}}, "op": ">=", "value": 2},
            "最近 30 天内订单的次数至少2",
            "number of orders in the last 30 days is at least 2",
        ),
        (
            {"event": {"aggregate": "last", "of": "channel", "fact": "order"}, "op": "=", "value": "web"},
            "最近一次写明渠道的订单的渠道为“web”",
            "channel of the latest of orders that name it is “web”",
        ),
        (
            {
                "event": {
                    "aggregate": "sum",
                    "of": "paid_fen",
                    "fact": "order",
                    "window": {"calendar": "month", "offset": -1},
                },
                "op": ">",
                "value": 20_000,
            },
            "1 个月之前的那个月内订单的实付金额之和大于200.00",
            "sum of amount paid over orders in the month 1 before the current one is above 200.00",
        ),
        (
            {"sequence": LEFT | {"which": "last", "window": {"days": 30}}},
            "最近 30 天内的最近一次收藏变动（已加入为是）之后 3 天内没有订单（已满 3 天）",
            (
                "there are no orders within 3 days after the last of the favourite changes (added is yes) "
                "in the last 30 days (the 3 days are over)"
            ),
        ),
        (
            {"sequence": {"first": CART, "then": {"fact": "order"}, "within": {"hours": 2}}},
            "某次收藏变动（已加入为是）之后 2 小时内有订单",
            "there are orders within 2 hours after one of the favourite changes (added is yes)",
        ),
        (
            {
                "not": {
                    "sequence": {
                        "first": {"fact": "tea_tasting"},
                        "then": {"fact": "tea_tasting"},
                        "which": "first",
                    }
                }
            },
            "非（首次品茶之后有品茶）",
            "not (there are Tea tasting after the first of the Tea tasting)",
        ),
        (
            {"first_time": {"fact": "order", "window": {"calendar": "month"}}},
            "首次订单在本月内",
            "the first of the orders is in the current month",
        ),
    ],
)
def test_a_condition_is_read_back_in_words(definition: Any, zh: str, en: str) -> None:
    node = read(definition)
    assert sentence(node, "zh", zone="Asia/Shanghai") == zh
    assert sentence(node, "en", zone="Asia/Shanghai") == en


def test_equal_questions_are_asked_once_and_are_no_traits_of_the_brand() -> None:
    twice = {
        "and": [
            {"event": COUNT, "op": ">", "value": 1},
            {"event": dict(reversed(COUNT.items())), "op": "<", "value": 9},
        ]
    }
    node = read(twice)
    assert len(facts_asked(node)) == 1
    assert traits_named(node) == frozenset()


def test_one_customer_is_told_what_each_condition_saw() -> None:
    node = read({"and": [{"event": COUNT, "op": ">=", "value": 2}, {"sequence": LEFT}]})
    count, left = (one.name for one in facts_asked(node))
    when = datetime(2026, 3, 1, tzinfo=UTC)
    told = explain(node, {"customer_id": 1, count: 1, left: when}, as_of=AS_OF, zone="UTC")
    assert [(part.met, part.trait, part.type, part.value) for part in told.parts] == [
        (False, None, "integer", 1),
        (True, None, "moment", when),
    ]


def test_templates_can_be_read_and_said() -> None:
    for template in TEMPLATES:
        node = parse(template.definition, catalogue={}, zone="Asia/Shanghai", kinds=lambda: FACTS)
        assert facts_asked(node)
        assert all(sentence(node, language, zone="UTC") for language in ("zh", "en"))
        assert set(template.label) == set(template.description) == {"zh", "en"}
