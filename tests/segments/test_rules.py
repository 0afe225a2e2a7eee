"""Reading a definition, its two evaluators, and its words."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb
import ibis
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from siyu.insight.api import is_met, sentence
from siyu.insight.contracts import OPERATORS, Operator, TraitType
from siyu.metrics.api import run
from siyu.segments import frames
from siyu.segments.errors import BadSegment, UnknownTrait
from siyu.segments.rules.evaluate import explain
from siyu.segments.rules.parse import parse
from tests.segments.makers import AS_OF, CATALOGUE

SCHEMA = pa.schema(
    [
        ("customer_id", pa.int64()),
        ("orders", pa.int64()),
        ("sales_fen", pa.int64()),
        ("gap", pa.float64()),
        ("channel", pa.string()),
        ("stage", pa.string()),
        ("last_order_at", pa.timestamp("us", "UTC")),
        ("is_member", pa.bool_()),
    ]
)


def read(definition: Any, zone: str = "Asia/Shanghai") -> Any:
    return parse(definition, catalogue=CATALOGUE, zone=zone)


def deep(levels: int) -> dict:
    node: dict = {"trait": "orders", "op": "=", "value": 1}
    for _ in range(levels - 1):
        node = {"not": node}
    return node


ORDERS_IS_1 = {"trait": "orders", "op": "=", "value": 1}


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
    assert is_met(read(definition), ROW, as_of=AS_OF) is met


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


def test_an_explanation_shows_each_value_it_saw() -> None:
    told = explain(read({"and": [ORDERS_IS_1, {"not": ORDERS_IS_1}]}), ROW, as_of=AS_OF, zone="UTC")
    assert (told.met, [part.met for part in told.parts]) == (False, [False, True])
    assert told.parts[0].value == 2
    assert told.parts[1].parts[0].path == "$.and[1].not"


@pytest.fixture(scope="module")
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    yield connection
    connection.close()


TEXTS = st.sampled_from(["web", "store", "微信", "w", "it's", '"', "%", "_", "\\"])
MOMENTS = st.integers(-3, 3).map(
    lambda us: AS_OF - timedelta(days=30) + timedelta(microseconds=us)
) | st.just(datetime(2026, 3, 1, tzinfo=UTC))
VALUES = {
    "orders": st.integers(-2, 3) | st.just(2**63 - 1),
    "sales_fen": st.integers(-2, 3),
    "gap": st.sampled_from([0.0, 0.1, 0.5, -1.5, 1e12]),
    "channel": TEXTS,
    "stage": st.sampled_from(["growth", "lost"]),
    "is_member": st.booleans(),
    "last_order_at": MOMENTS,
}
ROWS = st.fixed_dictionaries({name: st.none() | values for name, values in VALUES.items()})


@st.composite
def conditions(draw: st.DrawFn) -> dict:
    trait = CATALOGUE[draw(st.sampled_from(sorted(CATALOGUE)))]
    operator = draw(st.sampled_from(OPERATORS[trait.type]))
    one = VALUES[trait.name]
    if trait.type is TraitType.MOMENT:
        one = one.map(datetime.isoformat) | st.just("2026-02-27")
    value: Any = draw(one)
    if operator in (Operator.IS_KNOWN, Operator.IS_UNKNOWN):
        return {"trait": trait.name, "op": operator.value}
    if operator is Operator.WITHIN_DAYS:
        value = draw(st.sampled_from([1, 29, 30, 31]))
    if operator is Operator.BETWEEN and value == "2026-02-27":
        value = [value, value]
    elif operator is Operator.BETWEEN:
        value = sorted([value, draw(one.filter(lambda other: other != "2026-02-27"))])
    if operator in (Operator.IN, Operator.NOT_IN):
        value = [value, *draw(st.lists(one, max_size=3))]
    return {"trait": trait.name, "op": operator.value, "value": value}


DEFINITIONS = st.recursive(
    conditions(),
    lambda inner: (
        st.lists(inner, max_size=4).map(lambda parts: {"and": parts})
        | st.lists(inner, min_size=1, max_size=4).map(lambda parts: {"or": parts})
        | inner.map(lambda part: {"not": part})
    ),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ROWS, min_size=1, max_size=25), DEFINITIONS, st.sampled_from(["UTC", "America/New_York"]))
def test_the_set_based_and_the_plain_evaluator_agree(
    engine: duckdb.DuckDBPyConnection, rows: list[dict], definition: dict, zone: str
) -> None:
    node = read(definition, zone)
    numbered = [{"customer_id": number, **row} for number, row in enumerate(rows)]
    engine.register("trait_row", pa.Table.from_pylist(numbered, SCHEMA))
    traits = ibis.table(ibis.schema(SCHEMA), name="trait_row")
    found = run(engine, frames.members(traits, node, as_of=AS_OF))["customer_id"].to_pylist()
    wanted = [row["customer_id"] for row in numbered if is_met(node, row, as_of=AS_OF)]
    assert sorted(found) == wanted


def test_a_thousand_conditions_and_fifty_levels_compile(engine: duckdb.DuckDBPyConnection) -> None:
    engine.register("trait_row", pa.Table.from_pylist([{"customer_id": 1, "orders": 1}], SCHEMA))
    traits = ibis.table(ibis.schema(SCHEMA), name="trait_row")
    for definition, count in (({"or": [ORDERS_IS_1] * 1000}, 1), (deep(50), 0)):
        assert run(engine, frames.members(traits, read(definition), as_of=AS_OF)).num_rows == count
