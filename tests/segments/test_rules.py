"""Reading a definition, evaluating it for one customer, and its words."""

from datetime import timedelta
from typing import Any

import pytest

from siyu.kernel.shares import unit_share
from siyu.segments.errors import BadSegment, UnknownTrait
from siyu.segments.rules.book import bound
from siyu.segments.rules.evaluate import explain, is_member
from siyu.segments.rules.parse import parse
from siyu.segments.rules.tree import tops_in
from siyu.segments.rules.words import sentence
from tests.segments.makers import AS_OF, CATALOGUE


def read(definition: Any, zone: str = "Asia/Shanghai") -> Any:
    return parse(definition, catalogue=CATALOGUE, zone=zone)


def deep(levels: int) -> dict:
    node: dict = {"trait": "orders", "op": "=", "value": 1}
    for _ in range(levels - 1):
        node = {"not": node}
    return node


ORDERS_IS_1 = {"trait": "orders", "op": "=", "value": 1}
GROUP_TOP = {"top": {"n": 5, "by": "orders", "within": "group"}}


@pytest.mark.parametrize(
    ("definition", "path", "said"),
    [
        ([], "$", "a JSON object is needed"),  # a list where an object belongs
        (None, "$", "not null"),
        ({}, "$", "it holds nothing"),
        ({"and": [], "or": []}, "$", "it holds and, or"),  # two words at once
        ({"and": {}}, "$.and", "needs a list"),
        ({"or": []}, "$.or", "holds for nobody"),
        (
            {"and": [ORDERS_IS_1, {"trait": "orders", "op": ">=", "value": "2"}]},
            "$.and[1].value",
            "whole number",
        ),
        ({"trait": "orders", "op": "contains", "value": "2"}, "$.op", "cannot be asked"),
        ({"trait": "orders", "op": [], "value": 2}, "$.op", "cannot be asked"),
        ({"trait": "orders", "op": "=", "value": True}, "$.value", "whole number"),  # true is not 1
        ({"trait": "orders", "op": "="}, "$.value", "is missing"),
        ({"trait": "orders", "op": "=", "value": None}, "$.value", "is missing"),
        ({"trait": "orders", "op": "is_known", "value": 1}, "$.value", "takes no value"),
        ({"trait": "orders", "op": "=", "value": 1, "valeu": 2}, "$.valeu", "trait, op and value"),
        ({"trait": "orders", "op": "between", "value": [3, 1]}, "$.value", "ends before it begins"),
        ({"trait": "orders", "op": "between", "value": [3]}, "$.value", "two values"),
        ({"trait": "orders", "op": "in", "value": []}, "$.value", "at least one"),
        ({"trait": "orders", "op": "in", "value": [1, "x"]}, "$.value[1]", "whole number"),
        ({"trait": "orders", "op": "in", "value": list(range(10_001))}, "$.value", "more than 10,000"),
        ({"trait": "orders", "op": "=", "value": 2**63}, "$.value", "whole number"),  # beyond BIGINT
        ({"trait": "gap", "op": "=", "value": float("nan")}, "$.value", "a number"),
        ({"trait": "stage", "op": "=", "value": "grwth"}, "$.value", "not a value of stage"),
        ({"trait": "channel", "op": "=", "value": "a\x00b"}, "$.value", "a text of"),
        ({"trait": "channel", "op": "=", "value": "\ud800"}, "$.value", "a text of"),
        ({"trait": "last_order_at", "op": "before", "value": "yesterday"}, "$.value", "ISO date"),
        ({"trait": "last_order_at", "op": "before", "value": 5}, "$.value", "ISO date"),
        ({"trait": "last_order_at", "op": "within_days", "value": 0}, "$.value", "from 1 to"),
        ({"trait": "is_member", "op": "=", "value": 1}, "$.value", "true or false"),
        (deep(51), "$" + ".not" * 50, "deeper than 50"),
        ({"or": [ORDERS_IS_1] * 1001}, "$.or[1000]", "more than 1,000 conditions"),
        ({"segment": "5"}, "$.segment", "number of a segment"),
        ({"and": [{"segment": 5, "op": "is"}]}, "$.and[0].op", "not possible here"),
        ({"segment": 5, "value": 1}, "$.value", "segment and op only"),
        ({"not": {"segment": 5}}, "$.not.segment", "no segment 5"),  # nobody brought it along
        ({"share": 0.1}, "$.share", "an object"),
        ({"share": {"of": 0, "salt": "s"}}, "$.share.of", "above 0 and up to 1"),  # nobody is no share
        ({"share": {"of": True, "salt": "s"}}, "$.share.of", "above 0 and up to 1"),
        ({"share": {"of": float("nan"), "salt": "s"}}, "$.share.of", "above 0 and up to 1"),
        ({"share": {"of": 0.1}}, "$.share.salt", "1 to 64"),  # a salt that is made up anew would draw anew
        ({"share": {"of": 0.1, "salt": "s", "seed": 1}}, "$.share.seed", "of, salt only"),
        ({"and": [ORDERS_IS_1, {"top": {"n": 0, "by": "orders"}}]}, "$.and[1].top.n", "from 1 to"),
        ({"top": {"n": 5, "by": "channel"}}, "$.top.by", "has no order"),
        ({"top": {"n": 5, "by": "orders", "order": "most"}}, "$.top.order", "not possible here"),
        ({"top": {"n": 5, "by": "orders", "within": "group"}}, "$.top.within", "no rest of a group"),  # alone
        (
            {"or": [GROUP_TOP, ORDERS_IS_1]},
            "$.or[0].top.within",
            "no rest of a group",
        ),  # "or" narrows nothing
        ({"and": [GROUP_TOP, GROUP_TOP]}, "$.and[1].top.within", "one top"),  # each would wait for the other
        ({"and": [{"top": {"n": 5, "by": "orders"}}] * 11}, "$.and[10]", "more than 10 tops"),
    ],
)
def test_a_definition_that_cannot_be_read_names_the_place(definition: Any, path: str, said: str) -> None:
    with pytest.raises(BadSegment) as refused:
        read(definition)
    assert refused.value.details["path"] == path
    assert said in refused.value.message
    assert path in refused.value.said_in("zh")
    assert "<" not in refused.value.said_in("zh").replace("<=", "").replace("< ", "")


def test_a_trait_that_does_not_exist_names_the_nearest() -> None:
    with pytest.raises(UnknownTrait) as refused:
        read({"and": [{"trait": "order", "op": "=", "value": 1}]})
    assert "orders" in refused.value.message
    assert "$.and[0].trait" in refused.value.message


def test_the_limits_themselves_are_allowed() -> None:
    read(deep(50))
    read({"or": [ORDERS_IS_1] * 1000})
    read({"trait": "orders", "op": "in", "value": list(range(10_000))})


ROW = {
    "customer_id": 42,
    "orders": 2,
    "sales_fen": None,
    "gap": None,
    "channel": "web",
    "stage": None,
    "last_order_at": AS_OF - timedelta(days=30),
    "is_member": True,
}


@pytest.mark.parametrize(
    ("definition", "met"),
    [
        ({"and": []}, True),  # everybody
        ({"trait": "sales_fen", "op": ">", "value": 0}, False),  # unknown compares false
        ({"trait": "sales_fen", "op": "<=", "value": 0}, False),  # either way
        ({"not": {"trait": "sales_fen", "op": ">", "value": 0}}, True),  # not includes unknown
        ({"trait": "stage", "op": "!=", "value": "lost"}, True),  # != includes unknown
        ({"trait": "stage", "op": "not_in", "value": ["lost"]}, True),
        ({"trait": "stage", "op": "is_unknown"}, True),
        (
            {"trait": "last_order_at", "op": "within_days", "value": 30},
            False,
        ),  # the window is open at its start
        ({"trait": "last_order_at", "op": "within_days", "value": 31}, True),
        ({"trait": "last_order_at", "op": "after", "value": "2026-02-27"}, False),  # that day is not after it
        ({"trait": "last_order_at", "op": "before", "value": "2026-02-27"}, False),  # nor before it
        ({"trait": "last_order_at", "op": "between", "value": ["2026-02-27", "2026-02-27"]}, True),
        ({"trait": "channel", "op": "contains", "value": "we"}, True),
        ({"or": [ORDERS_IS_1, {"trait": "is_member", "op": "=", "value": True}]}, True),
    ],
)
def test_missing_values_and_edges_mean_what_is_written(definition: dict, met: bool) -> None:
    assert is_member(read(definition), ROW, as_of=AS_OF) is met


def test_a_sentence_can_be_checked_by_its_author() -> None:
    node = read(
        {
            "and": [
                {"trait": "sales_fen", "op": ">=", "value": 19_900},
                {"or": [{"trait": "stage", "op": "in", "value": ["lost", "growth"]}, ORDERS_IS_1]},
                {"not": {"trait": "last_order_at", "op": "before", "value": "2026-01-31"}},
                {"trait": "channel", "op": "is_unknown"},
            ]
        }
    )
    assert sentence(node, "en", zone="Asia/Shanghai") == (
        "Sales_Fen is at least 199.00 and (Stage is one of lost, growth or Orders is 1) "
        "and not (Last_Order_At is before 2026-01-31) and Channel is unknown"
    )
    assert "指标sales_fen至少199.00，且（" in sentence(node, "zh", zone="Asia/Shanghai")
    assert sentence(read({"and": []}), "zh", zone="UTC") == "所有客户"


def test_what_is_no_trait_is_said_in_words_too() -> None:
    book = {7: ("茶友", ORDERS_IS_1)}
    top = {"top": {"n": 1_000, "by": "sales_fen", "within": "group"}}
    last = {"top": {"n": 5, "by": "last_order_at", "order": "lowest"}}
    parts = [{"segment": 7, "op": "not_in"}, {"share": {"of": 0.125, "salt": "春"}}, top, last]
    node = read(bound({"and": parts}, book))
    assert sentence(node, "en", zone="UTC") == (
        "is not in segment “茶友” and is in the 12.5% drawn at random by “春” and is among the 1,000 customers with "
        "the highest Sales_Fen of those who meet the rest of the group and is among the 5 customers with the "
        "earliest Last_Order_At"
    )
    assert "，且在符合同组其余条件、指标sales_fen最高的 1,000 位客户中" in sentence(node, "zh", zone="UTC")
    told = explain(node, ROW | {"sales_fen": 5}, as_of=AS_OF, zone="UTC", edges=dict.fromkeys(tops_in(node)))
    assert told.parts[0].parts[0].value == 2  # why not: the named segment's own condition, and what it saw
    assert told.parts[1].value == unit_share("segment.share/春", 42)
    assert told.parts[2].en.endswith("(fewer have a value: all of them are)")


def test_segments_inside_one_another_have_a_limit() -> None:
    book = {n: (f"s{n}", {"segment": n + 1}) for n in range(1, 11)} | {11: ("s11", ORDERS_IS_1)}
    read(bound({"segment": 2}, book))
    with pytest.raises(BadSegment) as refused:
        read(bound({"segment": 1}, book))
    assert "more than 10 deep" in refused.value.message


def test_an_explanation_shows_each_value_it_saw() -> None:
    told = explain(read({"and": [ORDERS_IS_1, {"not": ORDERS_IS_1}]}), ROW, as_of=AS_OF, zone="UTC")
    assert (told.met, [part.met for part in told.parts]) == (False, [False, True])
    assert told.parts[0].value == 2
    assert told.parts[1].parts[0].path == "$.and[1].not"
