"""Declared traits: the set-based evaluator gives each customer what the plain one gives, fuzzed against each other."""

import math
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import available_timezones

import duckdb
import ibis
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from siyu.insight.contracts import OPERATORS, BrandView, Operator, TraitType
from siyu.insight.frames.declared import When, asked_of, measured
from siyu.insight.frames.formulas import formula_value
from siyu.insight.queries.declared import sources_of
from siyu.insight.rules import naive
from siyu.insight.rules.declared.evaluate import values_of
from siyu.insight.rules.declared.tree import MEASURED_TYPES, MEASURES_OF_FACTS, CalendarPeriod, Measure
from siyu.metrics.api import run, sql_of
from tests.insight.declared_makers import AS_OF, FACTS, fill, known, lake_in_memory, resolved
from tests.insight.makers import Known

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ASKED = ("order", "order_line", "refund", "favourite_changed", "tea_tasting")
ZONES = sorted(
    zone
    for zone in available_timezones()
    if "/" in zone and zone.split("/")[0] not in ("Etc", "right", "posix")
)
COUNTED = {"cases": 0, "values": 0, "known": 0, "disagreements": 0}


@pytest.fixture(scope="module")
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = lake_in_memory()
    yield connection
    connection.close()


NEAR = st.sampled_from(
    [-DAY, -HOUR, timedelta(microseconds=-1), timedelta(0), timedelta(microseconds=1), HOUR, DAY]
)
EDGES = st.sampled_from([0, 1, 7, 28, 29, 30, 31, 89, 90, 91, 181, 365, 366])
MOMENTS = st.builds(lambda days, near: AS_OF - timedelta(days=days) + near, EDGES, NEAR) | st.builds(
    lambda hours: AS_OF - hours * HOUR, st.integers(-30, 24 * 500)
)
TEXTS = st.sampled_from(["store", "web", "茶", "", "it's", '"', "%"])
WHOLE = st.integers(-3, 3) | st.sampled_from([100, 999_999_999_999, 2**53 + 1])
NUMBERS = st.sampled_from([0.0, 0.25, -1.5, 3.0, 1e6])
OF_TYPE: dict[TraitType, st.SearchStrategy[Any]] = {
    TraitType.TEXT: TEXTS.filter(bool),
    TraitType.INTEGER: WHOLE,
    TraitType.MONEY: WHOLE,
    TraitType.NUMBER: NUMBERS,
    TraitType.BOOLEAN: st.booleans(),
}
KEYS = st.sampled_from(["o1", "o2", "o3"])
SOURCES = st.sampled_from(["pos", "tmall"])
BASE: dict[str, st.SearchStrategy[Any]] = {"occurred_at": MOMENTS, "source": SOURCES}
ORDERS = st.lists(
    st.fixed_dictionaries(
        BASE | {"order_key": KEYS, "channel": st.none() | TEXTS, "paid_fen": st.sampled_from([0, 1, 500, 999]),
                "lines": st.none() | WHOLE, "items": st.none() | NUMBERS, "ordered_at": st.none() | MOMENTS}
    ),
    max_size=6,
)  # fmt: skip
FACTS_OF = st.fixed_dictionaries(
    {
        "order": ORDERS,
        "order_line": st.lists(
            st.fixed_dictionaries(
                BASE | {"order_key": st.none() | KEYS, "category": st.none() | TEXTS, "amount_fen": WHOLE}
            ),
            max_size=4,
        ),
        "refund": st.lists(
            st.fixed_dictionaries(
                BASE | {"order_key": st.none() | KEYS, "amount_fen": st.sampled_from([0, 1, 499, 500]),
                        "refund_key": KEYS, "document_key": st.none() | KEYS}
            ),
            max_size=4,
        ),
        "favourite_changed": st.lists(
            st.fixed_dictionaries(BASE | {"product_key": KEYS, "added": st.none() | st.booleans()}), max_size=4
        ),
        "tea_tasting": st.lists(
            st.fixed_dictionaries(
                BASE, optional={"cups": st.none() | WHOLE, "kind": st.none() | TEXTS, "weight": st.none() | NUMBERS,
                                "liked": st.none() | st.booleans()}
            ),
            max_size=5,
        ),
    }
)  # fmt: skip
STORED = {
    "order": (
        "occurred_at",
        "source",
        "order_key",
        "channel",
        "paid_fen",
        "lines",
        "items",
        "ordered_at",
        "cancelled",
    ),
    "order_line": ("occurred_at", "source", "order_key", "category", "amount_fen", "cancelled"),
    "refund": ("occurred_at", "source", "order_key", "refund_key", "document_key", "amount_fen"),
    "favourite_changed": ("occurred_at", "source", "product_key", "added"),
    "tea_tasting": ("occurred_at", "source", "cups", "kind", "weight", "liked"),
}


@st.composite
def conditions(draw: st.DrawFn, fact: str) -> dict[str, Any]:
    info = FACTS[fact].properties[draw(st.sampled_from(STORED[fact]))]
    operator = draw(st.sampled_from(OPERATORS[info.type]))
    asked: dict[str, Any] = {"property": info.name, "op": operator.value}
    if operator in (Operator.IS_KNOWN, Operator.IS_UNKNOWN):
        return asked
    if operator is Operator.WITHIN_DAYS:
        return asked | {"value": draw(st.sampled_from([1, 30, 90]))}
    one = MOMENTS.map(datetime.isoformat) if info.type is TraitType.MOMENT else OF_TYPE[info.type]
    if operator is Operator.BETWEEN:
        low, high = draw(one), draw(one)
        return asked | {"value": sorted([low, high], key=str if isinstance(low, str) else None)}
    if operator in (Operator.IN, Operator.NOT_IN):
        return asked | {"value": draw(st.lists(one, min_size=1, max_size=3))}
    return asked | {"value": draw(one)}


def trees(fact: str) -> st.SearchStrategy[Any]:
    return st.recursive(
        conditions(fact),
        lambda inner: (
            st.lists(inner, max_size=3).map(lambda parts: {"and": parts})
            | st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"or": parts})
            | inner.map(lambda part: {"not": part})
        ),
        max_leaves=4,
    )


@st.composite
def windows(draw: st.DrawFn) -> dict[str, Any] | None:
    kind = draw(st.sampled_from(["ever", "days", "calendar", "since"]))
    if kind == "days":
        return {"days": draw(st.sampled_from([1, 30, 90, 365]))}
    if kind == "calendar":
        period = draw(st.sampled_from(list(CalendarPeriod)))
        return {"calendar": period.value, "offset": draw(st.sampled_from([0, -1, -2, -12]))}
    if kind == "since":
        fact = draw(st.sampled_from(ASKED))
        since = {draw(st.sampled_from(["first", "last"])): fact}
        return {"since": since | ({"where": draw(trees(fact))} if draw(st.booleans()) else {})}
    return None


@st.composite
def aggregates(draw: st.DrawFn) -> dict[str, Any]:
    fact = draw(st.sampled_from(ASKED))
    kinds = {FACTS[fact].properties[name].type for name in STORED[fact]}
    measure = draw(st.sampled_from([one for one in Measure if MEASURED_TYPES.get(one, kinds) & kinds]))
    found: dict[str, Any] = {"aggregate": measure.value, "fact": fact}
    if measure not in MEASURES_OF_FACTS:
        fit = [name for name in STORED[fact] if FACTS[fact].properties[name].type in MEASURED_TYPES[measure]]
        found["of"] = draw(st.sampled_from(fit))
    if draw(st.booleans()):
        found["where"] = draw(trees(fact))
    return found | {"window": draw(windows())}


def computed(engine: Any, definitions: dict[str, Any], customers: dict[int | None, Any], zone: str) -> Any:
    """What the set-based evaluator says: by customer, by trait, with what nothing gives for those it does not name."""
    found = resolved(definitions, zone=zone)
    assert not found.broken, found.broken
    source, _ = sources_of(found)
    fill(engine, customers)
    table = source.table(engine, brand=BrandView(1, zone, Known({})), as_of=AS_OF)
    rows = {row["customer_id"]: row for row in run(engine, table).to_pylist()}
    given = {
        who: {
            one.info.name: one.info.otherwise if value is None else value
            for one in found.traits
            for value in [rows.get(who, {}).get(one.info.name)]
        }
        for who in customers
        if who is not None
    }
    return found, given


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(aggregates(), min_size=1, max_size=8),
    st.lists(FACTS_OF, min_size=1, max_size=4),
    st.sampled_from(ZONES),
)
def test_the_two_evaluators_agree(
    engine: duckdb.DuckDBPyConnection, definitions: list[dict], found: list[dict], zone: str
) -> None:
    customers: dict[int | None, Any] = {
        number: _own_orders(facts, number) for number, facts in enumerate(found)
    }
    named = {f"t{number}": one for number, one in enumerate(definitions)}
    traits, given = computed(engine, named, customers, zone)
    for who, facts in customers.items():
        expected = values_of(traits.traits, facts, others={}, as_of=AS_OF, zone=zone)
        for name, value in expected.items():
            COUNTED["values"] += 1
            COUNTED["known"] += value is not None
            same = _close(given[who][name], value)
            COUNTED["disagreements"] += not same
            assert same, (named[name], given[who][name], value, zone)
    COUNTED["cases"] += 1


def _own_orders(facts: dict[str, Any], number: int) -> dict[str, Any]:
    """An order key belongs to one customer."""
    return {
        kind: [
            row | ({"order_key": f"{row['order_key']}-{number}"} if row.get("order_key") else {})
            for row in rows
        ]
        for kind, rows in facts.items()
    }


def _close(left: Any, right: Any) -> bool:
    """Equal, in kind too; means of floats may differ in the last bit."""
    if isinstance(left, float) and isinstance(right, float | int):
        return math.isclose(left, right, rel_tol=1e-12, abs_tol=1e-12)
    return left == right and (isinstance(left, bool) == isinstance(right, bool) or left is None)


def test_how_many_cases_the_evaluators_agreed_on(tell: Callable[[str], None]) -> None:
    tell(
        f"declared traits, set against plain: {COUNTED['cases']} cases, {COUNTED['values']:,} values "
        f"({COUNTED['known']:,} known), {len(ZONES)} zones to draw from, disagreements {COUNTED['disagreements']}"
    )
    assert COUNTED["known"] > COUNTED["cases"]


OTHERS = {
    "n": known("n", TraitType.INTEGER),
    "m": known("m", TraitType.INTEGER),
    "fen": known("fen", TraitType.MONEY),
    "back": known("back", TraitType.MONEY),
    "x": known("x", TraitType.NUMBER),
}
ROW = st.fixed_dictionaries(
    {
        name: st.none()
        | (
            st.sampled_from([0.0, 0.1, -2.5, 1e308, 0.125])
            if name == "x"
            else WHOLE | st.sampled_from([2**62, -(2**63), 2**63 - 1])
        )
        for name in OTHERS
    }
)


def formulas() -> st.SearchStrategy[Any]:
    leaf = st.sampled_from([{"trait": name} for name in OTHERS]) | st.sampled_from(
        [0, 1, -2, 3, 100, 0.5, 0.1]
    )
    many, two = st.sampled_from(["+", "*", "min", "max", "coalesce"]), st.sampled_from(["-", "/"])
    digits = st.sampled_from([0, 1, 2])
    return st.recursive(
        leaf,
        lambda inner: (
            st.builds(lambda sign, parts: {sign: parts}, many, st.lists(inner, min_size=1, max_size=3))
            | st.builds(lambda sign, left, right: {sign: [left, right]}, two, inner, inner)
            | st.builds(lambda part, number: {"round": part, "digits": number}, inner, digits)
        ),
        max_leaves=6,
    )


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@example(
    [{"*": [{"trait": "back"}, {"trait": "x"}, -2]}],  # the engine's own round_even errs here
    [{"n": None, "m": None, "fen": None, "back": 2**53 + 1, "x": 0.1}],
)
@given(st.lists(formulas(), min_size=1, max_size=12), st.lists(ROW, min_size=1, max_size=8))
def test_formulas_agree_and_never_break_the_question(
    engine: duckdb.DuckDBPyConnection, definitions: list[Any], rows: list[dict]
) -> None:
    named = {f"f{number}": {"formula": one} for number, one in enumerate(definitions)}
    traits = resolved(named, others=OTHERS).traits  # those of mixed money are refused and left out
    columns = [(name, pa.float64() if name == "x" else pa.int64()) for name in ("customer_id", *OTHERS)]
    numbered = [{"customer_id": number, **row} for number, row in enumerate(rows)]
    engine.register("traits", pa.Table.from_pylist(numbered, pa.schema(columns)))
    table = ibis.table(ibis.schema(pa.schema(columns)), name="traits")
    for one in traits:
        table = table.mutate(**{one.info.name: formula_value(table, one.tree)})
    found = run(engine, table.order_by("customer_id")).to_pylist()
    for row, given_row in zip(rows, found, strict=True):
        for name, value in values_of(traits, {}, others=row, as_of=AS_OF, zone="UTC").items():
            assert _close(given_row[name], value), (named[name], row, given_row[name], value)


def test_each_table_of_facts_is_read_once_however_many_traits_are_over_it() -> None:
    many = {
        f"{fact}_{days}": {"aggregate": "sum", "fact": fact, "of": of, "window": {"days": days}}
        for fact, of in (("order", "paid_fen"), ("refund", "amount_fen"), ("tea_tasting", "cups"))
        for days in range(1, 31)
    }
    asked = asked_of(resolved(many).traits)
    assert [(one.table, len(one.traits)) for one in asked] == [("order", 30), ("refund", 30), ("event", 30)]
    for one in asked:
        said = sql_of(measured(1, one, (), When(AS_OF, "Asia/Shanghai")))
        assert said.count('"lake"."brand_1"') == 1
        assert "MAKE_TIMESTAMPTZ(2026, 2, 27, 1, 30" in said  # what lies before every window is not read


BUILT_IN = {
    "orders": {"aggregate": "count", "fact": "order", "where": {"property": "cancelled", "op": "=", "value": False}},
    "orders_90d": {"aggregate": "count", "fact": "order", "window": {"days": 90},
                   "where": {"property": "cancelled", "op": "=", "value": False}},
    "first_order_at": {"aggregate": "min", "of": "occurred_at", "fact": "order",
                       "where": {"property": "cancelled", "op": "=", "value": False}},
    "purchase_days": {"aggregate": "days", "fact": "order",
                      "where": {"property": "cancelled", "op": "=", "value": False}},
    "gap_days_mean": {"aggregate": "gap", "fact": "order",
                      "where": {"property": "cancelled", "op": "=", "value": False}},
    "refunded_fen": {"aggregate": "sum", "of": "amount_fen", "fact": "refund"},
    "paid": {"aggregate": "sum", "of": "paid_fen", "fact": "order"},
    "sales_fen": {"formula": {"-": [{"trait": "paid"}, {"trait": "refunded_fen"}]}},
    "average_order_fen": {"formula": {"/": [{"trait": "sales_fen"}, {"trait": "orders"}]}},
}  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(FACTS_OF, st.sampled_from(["Asia/Shanghai", "Europe/London", "America/New_York"]))
def test_eight_of_the_built_in_traits_are_the_same_in_the_language(facts: dict, zone: str) -> None:
    """The coded rules of the built-in traits (fuzzed against their own frames) beside their definitions."""
    keys = {(row["source"], row["order_key"]): row for row in facts["order"]}
    facts = facts | {"order": list(keys.values()), "order_line": []}
    orders = [
        naive.OrderFact(o["source"], o["order_key"], o["occurred_at"], o["paid_fen"]) for o in facts["order"]
    ]
    back = [
        naive.RefundFact(r["source"], r["refund_key"], r["occurred_at"], r["amount_fen"], r["order_key"])
        for r in facts["refund"]
    ]
    history = naive.History(orders, [], back, known_at=AS_OF - timedelta(days=600))
    coded = naive.traits_of_history(history, as_of=AS_OF, zone=zone)
    assert coded is not None
    declared = values_of(resolved(BUILT_IN, zone=zone).traits, facts, others={}, as_of=AS_OF, zone=zone)
    for name in set(BUILT_IN) - {"paid"}:
        assert _close(declared[name], coded[name]), name
