"""Conditions on events: the set-based way against one customer asked alone, and both against what the README says."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb
import ibis
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from siyu.insight.contracts import OPERATORS, BrandView, Operator, TraitType
from siyu.insight.rules.declared.evaluate import until
from siyu.insight.rules.events.evaluate import answer_of
from siyu.insight.rules.events.parse import read_question
from siyu.metrics.api import run
from siyu.segments.contracts import Node
from siyu.segments.queries import question
from siyu.segments.rules.book import bound
from siyu.segments.rules.evaluate import is_member
from siyu.segments.rules.parse import parse
from siyu.segments.rules.tree import facts_asked
from tests.insight.declared_makers import AS_OF, FACTS, fill, lake_in_memory
from tests.insight.makers import Known
from tests.insight.test_declared_frames import ASKED, FACTS_OF, ZONES, aggregates, trees

COUNTED = {"cases": 0, "answers": 0, "inside": 0, "disagreements": 0}
TRAITS = ibis.table({"customer_id": "int64"}, name="customer_row")
DAY = timedelta(days=1)
US = timedelta(microseconds=1)


@pytest.fixture(scope="module")
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = lake_in_memory()
    yield connection
    connection.close()


@st.composite
def event_conditions(draw: st.DrawFn) -> dict[str, Any]:
    asked = draw(aggregates())
    info = read_question("event", asked, facts=FACTS, zone="UTC", path="$")
    operator = draw(st.sampled_from(OPERATORS[info.type]))
    condition: dict[str, Any] = {"event": asked, "op": operator.value}
    if operator in (Operator.IS_KNOWN, Operator.IS_UNKNOWN):
        return condition
    if operator is Operator.WITHIN_DAYS:
        return condition | {"value": draw(st.sampled_from([1, 30, 90]))}
    one = {
        TraitType.INTEGER: st.integers(-1, 3),
        TraitType.MONEY: st.sampled_from([0, 1, 500, 999]),
        TraitType.NUMBER: st.sampled_from([0, 0.5, 1, 2.25]),
        TraitType.TEXT: st.sampled_from(["store", "web", "茶", "pos"]),
        TraitType.BOOLEAN: st.booleans(),
        TraitType.MOMENT: st.sampled_from(["2026-02-27", "2026-03-29", "2025-12-29T01:30:00Z"]),
    }[info.type]
    if operator is Operator.BETWEEN:
        pair = sorted(draw(st.tuples(one, one)))
        return condition | {"value": [pair[0], pair[0]] if info.type is TraitType.MOMENT else pair}
    if operator in (Operator.IN, Operator.NOT_IN):
        return condition | {"value": draw(st.lists(one, min_size=1, max_size=3))}
    return condition | {"value": draw(one)}


WINDOWS = st.none() | st.sampled_from(
    [{"days": 1}, {"days": 30}, {"days": 90}, {"calendar": "month"}, {"calendar": "month", "offset": -1},
     {"calendar": "day"}, {"calendar": "week", "offset": -4}, {"calendar": "quarter", "offset": -1}]
)  # fmt: skip
GAPS = st.none() | st.sampled_from(
    [{"hours": 1}, {"hours": 25}, *({"days": days} for days in (1, 2, 3, 6, 7, 30, 61))]
)


@st.composite
def steps(draw: st.DrawFn) -> dict[str, Any]:
    fact = draw(st.sampled_from(ASKED))
    return {"fact": fact} | ({"where": draw(trees(fact))} if draw(st.integers(0, 3)) == 0 else {})


@st.composite
def sequences(draw: st.DrawFn) -> dict[str, Any]:
    following = draw(st.sampled_from(["then", "not_then"]))
    optional = {"within": draw(GAPS), "window": draw(WINDOWS)}
    return {
        "sequence": {"first": draw(steps()), following: draw(steps())}
        | {key: one for key, one in optional.items() if one is not None}
        | draw(st.sampled_from([{}, {"which": "any"}, {"which": "first"}, {"which": "last"}]))
    }


FIRST_TIMES = st.builds(
    lambda step, window: {"first_time": {**step, "window": window}}, steps(), WINDOWS.filter(bool)
)


def definitions(*, named: Sequence[int] = ()) -> st.SearchStrategy[Any]:
    leaves = event_conditions() | sequences() | FIRST_TIMES
    if named:
        leaves |= st.sampled_from(named).map(lambda one: {"segment": one})
    return st.recursive(
        leaves,
        lambda inner: (
            st.lists(inner, max_size=3).map(lambda parts: {"and": parts})
            | st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"or": parts})
            | inner.map(lambda part: {"not": part})
        ),
        max_leaves=4,
    )


def read(definition: Any, zone: str) -> Node:
    return parse(definition, catalogue={}, zone=zone, kinds=lambda: FACTS)


def naively(node: Node, customers: dict[int, Any], zone: str) -> list[int]:
    """Who is inside, each customer asked alone."""
    found = []
    for who, facts in customers.items():
        past = until(facts, AS_OF)
        answers = {one.name: answer_of(one.tree, past, as_of=AS_OF, zone=zone) for one in facts_asked(node)}
        COUNTED["answers"] += len(answers)
        if is_member(node, {"customer_id": who, **answers}, as_of=AS_OF):
            found.append(who)
    return found


def as_sets(
    engine: Any, monkeypatch: pytest.MonkeyPatch, node: Node, customers: dict[int, Any], zone: str
) -> list[int]:
    fill(engine, {**customers, None: next(iter(customers.values()))})
    engine.register("customer_row", pa.table({"customer_id": pa.array(list(customers), pa.int64())}))
    with monkeypatch.context() as patched:
        patched.setattr(question, "traits_as_of", lambda *_, **__: TRAITS)
        asked = question.question_of(engine, BrandView(1, zone, Known({})), [node], AS_OF)
        found = run(engine, asked.members())
    assert found.column_names == ["customer_id"]  # what a question asks of facts is no column of its answer
    return sorted(found["customer_id"].to_pylist())


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    definitions(),
    definitions(named=[1]),
    st.lists(FACTS_OF, min_size=1, max_size=6),
    st.sampled_from(ZONES),
)
def test_the_two_evaluators_agree(
    engine: Any, monkeypatch: pytest.MonkeyPatch, inner: Any, outer: Any, found: list[Any], zone: str
) -> None:
    node = read(bound(outer, {1: ("inner", inner)}), zone)
    customers = {
        number: {
            kind: [
                row | ({"order_key": f"{row['order_key']}-{number}"} if row.get("order_key") else {})
                for row in rows
            ]
            for kind, rows in facts.items()
        }
        for number, facts in enumerate(found)
    }
    expected = naively(node, customers, zone)
    given = as_sets(engine, monkeypatch, node, customers, zone)
    COUNTED["cases"] += 1
    COUNTED["inside"] += len(expected)
    COUNTED["disagreements"] += given != expected
    assert given == expected, (outer, inner, zone)


def test_how_many_cases_the_evaluators_agreed_on(tell: Any) -> None:
    tell(
        f"event conditions, set against plain: {COUNTED['cases']} cases, {COUNTED['answers']:,} answers, "
        f"{COUNTED['inside']:,} customers inside, disagreements {COUNTED['disagreements']}"
    )


A, B = "favourite_changed", "tea_tasting"


def case(first: Sequence[timedelta], then: Sequence[timedelta]) -> dict[str, Any]:
    """One customer's facts, so long before as_of."""
    row = {"source": "pos", "product_key": "p", "added": True}
    return {
        A: [{**row, "occurred_at": AS_OF - ago} for ago in first],
        B: [{"source": "pos", "occurred_at": AS_OF - ago} for ago in then],
    }


THEN = {"first": {"fact": A}, "then": {"fact": B}, "within": {"days": 3}}
NOT_THEN = {"first": {"fact": A}, "not_then": {"fact": B}, "within": {"days": 3}}


@pytest.mark.parametrize(
    ("definition", "first", "then", "inside"),
    [
        (THEN, [9 * DAY], [8 * DAY], True),
        (THEN, [9 * DAY], [6 * DAY], True),  # three days to the microsecond are within three days
        (THEN, [9 * DAY], [6 * DAY - US], False),
        (THEN, [9 * DAY], [9 * DAY], False),  # at the same moment is not after
        (THEN, [9 * DAY], [9 * DAY - US], True),
        (THEN, [8 * DAY], [9 * DAY], False),  # before is not after
        (THEN, [], [9 * DAY], False),
        (THEN, [20 * DAY, 9 * DAY], [8 * DAY], True),  # one of them is enough
        (THEN | {"which": "first"}, [20 * DAY, 9 * DAY], [8 * DAY], False),
        (THEN | {"which": "last"}, [20 * DAY, 9 * DAY], [8 * DAY], True),
        (THEN | {"window": {"days": 5}}, [6 * DAY], [4 * DAY], False),  # the window is the first's
        (THEN | {"window": {"days": 9}}, [9 * DAY], [8 * DAY], False),  # and open where it begins
        (NOT_THEN, [9 * DAY], [], True),
        (NOT_THEN, [9 * DAY], [9 * DAY], True),
        (NOT_THEN, [9 * DAY], [8 * DAY], False),
        (NOT_THEN, [3 * DAY], [], True),  # the three days are over at as_of
        (NOT_THEN, [3 * DAY - US], [], False),  # not yet
        (NOT_THEN, [9 * DAY], [5 * DAY], True),  # too late
        (NOT_THEN, [], [], False),  # who never did the first did not leave it
        (NOT_THEN | {"which": "last"}, [9 * DAY, 1 * DAY], [], False),  # of the last nobody knows yet
        (NOT_THEN | {"which": "any"}, [9 * DAY, 1 * DAY], [], True),
        ({"first": {"fact": A}, "not_then": {"fact": B}}, [US], [], True),  # without a length: none since
        ({"first": {"fact": A}, "not_then": {"fact": B}}, [9 * DAY], [0 * DAY], False),
        ({"first": {"fact": A}, "then": {"fact": A}, "within": {"days": 3}}, [9 * DAY], [], False),
        ({"first": {"fact": A}, "then": {"fact": A}, "within": {"days": 3}}, [9 * DAY, 8 * DAY], [], True),
    ],
)
def test_what_a_sequence_means(
    engine: Any, monkeypatch: pytest.MonkeyPatch, definition: Any, first: Any, then: Any, inside: bool
) -> None:
    node = read({"sequence": definition}, "Asia/Shanghai")
    customers = {7: case(first, then)}
    assert naively(node, customers, "Asia/Shanghai") == ([7] if inside else [])
    assert as_sets(engine, monkeypatch, node, customers, "Asia/Shanghai") == ([7] if inside else [])


@pytest.mark.parametrize(
    ("window", "first", "inside"),
    [
        ({"days": 30}, [30 * DAY], False),  # open where it begins
        ({"days": 30}, [30 * DAY - US], True),
        ({"days": 30}, [40 * DAY, DAY], False),  # the second is no first time
        ({"days": 30}, [], False),
        ({"calendar": "month"}, [AS_OF - datetime(2026, 2, 28, 16, tzinfo=UTC)], True),  # 1 March in Shanghai
        ({"calendar": "month"}, [AS_OF - datetime(2026, 2, 28, 16, tzinfo=UTC) + US], False),
    ],
)
def test_what_a_first_time_means(
    engine: Any, monkeypatch: pytest.MonkeyPatch, window: Any, first: Any, inside: bool
) -> None:
    node = read({"first_time": {"fact": A, "window": window}}, "Asia/Shanghai")
    customers = {7: case(first, [])}
    assert naively(node, customers, "Asia/Shanghai") == ([7] if inside else [])
    assert as_sets(engine, monkeypatch, node, customers, "Asia/Shanghai") == ([7] if inside else [])


def test_three_days_are_72_hours_when_the_clocks_change(engine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Berlin puts its clocks forward on 29 March 2026, half an hour before as_of."""
    late = {"first": {"fact": A}, "then": {"fact": B}, "within": {"days": 1}}
    node = read({"sequence": late}, "Europe/Berlin")
    customers = {1: case([DAY], [0 * DAY]), 2: case([DAY + US], [0 * DAY])}
    assert (
        as_sets(engine, monkeypatch, node, customers, "Europe/Berlin")
        == naively(node, customers, "Europe/Berlin")
        == [1]
    )
