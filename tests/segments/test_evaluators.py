"""The set-based and the plain evaluator of definitions, held against each other."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import duckdb
import ibis
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from siyu.insight.contracts import OPERATORS, BrandView, Operator, TraitType
from siyu.metrics.api import run
from siyu.segments.contracts import RANKED, Edge, EditionSource, Node, Top
from siyu.segments.errors import BadSegment
from siyu.segments.queries import question
from siyu.segments.rules.book import bound
from siyu.segments.rules.evaluate import is_member
from siyu.segments.rules.members import member_column, members_leaf
from siyu.segments.rules.parse import parse
from siyu.segments.rules.tree import segments_in, tops_in
from tests.insight.makers import Known
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


STORED_SCHEMA = pa.schema([("member_id", pa.int64()), ("from_edition", pa.int64())])
TRAITS = ibis.table(ibis.schema(SCHEMA), name="trait_row")
CASES, DISAGREEMENTS = count(), count()


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
LISTED = members_leaf(9, 2, EditionSource.FILE, "vip.csv", AS_OF)
STORED = member_column((9, 2))
ROWS = st.fixed_dictionaries(
    {**{name: st.none() | values for name, values in VALUES.items()}, STORED: st.none() | st.integers(1, 2)}
)


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


@st.composite
def tops(draw: st.DrawFn) -> dict:
    trait = draw(st.sampled_from(sorted(name for name, one in CATALOGUE.items() if one.type in RANKED)))
    order = draw(st.sampled_from(["highest", "lowest"]))
    return {"top": {"n": draw(st.integers(1, 8)), "by": trait, "order": order}}


@st.composite
def ranked_groups(draw: st.DrawFn, inner: st.SearchStrategy[dict]) -> dict:
    parts = draw(st.lists(inner, max_size=3))
    top = draw(tops())
    top["top"]["within"] = "group"
    parts.insert(draw(st.integers(0, len(parts))), top)
    return {"and": parts}


SHARES = st.builds(
    lambda of, salt: {"share": {"of": of, "salt": salt}},
    st.sampled_from([0.1, 0.5, 1]),
    st.sampled_from(["a", "春'"]),
)


def definitions(named: list[int]) -> st.SearchStrategy[dict]:
    """Definitions that may name these segments."""
    leaves = conditions() | SHARES | tops() | st.just(LISTED)
    if named:
        operators = st.sampled_from(["in", "not_in"])
        leaves |= st.builds(lambda one, op: {"segment": one, "op": op}, st.sampled_from(named), operators)
    return st.recursive(
        leaves,
        lambda inner: (
            st.lists(inner, max_size=4).map(lambda parts: {"and": parts})
            | st.lists(inner, min_size=1, max_size=4).map(lambda parts: {"or": parts})
            | inner.map(lambda part: {"not": part})
            | ranked_groups(inner)
        ),
        max_leaves=6,
    )


@st.composite
def questions(draw: st.DrawFn) -> Any:
    """A definition with up to three segments, each of which may name those before it."""
    book: dict[int, tuple[str, Any]] = {}
    for number in range(1, draw(st.integers(0, 3)) + 1):
        book[number] = (f"s{number}", draw(definitions(list(book))))
    return bound(draw(definitions(list(book))), book)


def found_naively(node: Node, rows: list[dict]) -> list[int]:
    """The members, by asking each row; where a top ends is found by sorting them."""
    edges: dict[Top, Edge | None] = {}
    for tree in (*(one.part for one in segments_in(node)), node):
        for top in tops_in(tree):
            known = [
                (row[top.trait.name], row["customer_id"])
                for row in rows
                if row[top.trait.name] is not None
                and (top.rest is None or is_member(top.rest, row, as_of=AS_OF, edges=edges))
            ]
            known.sort(key=lambda pair: pair[1])
            known.sort(key=lambda pair: pair[0], reverse=top.highest)
            edges[top] = Edge(*known[top.n - 1]) if len(known) >= top.n else None
    return [row["customer_id"] for row in rows if is_member(node, row, as_of=AS_OF, edges=edges)]


def read(definition: Any, zone: str = "UTC") -> Node:
    return parse(definition, catalogue=CATALOGUE, zone=zone)


@pytest.fixture
def found(
    engine: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Node, list[dict]], list[int]]:
    """What the set-based way finds among some rows."""
    stored = ibis.table({"member_id": "int64", "from_edition": "int64"}, name="stored_row")
    monkeypatch.setattr(question, "traits_as_of", lambda *_, **__: TRAITS)
    monkeypatch.setattr(question, "hold_members", lambda *_: stored)
    monkeypatch.setattr(question, "bringings", lambda *_, **__: {})

    def ask(node: Node, rows: list[dict]) -> list[int]:
        engine.register("trait_row", pa.Table.from_pylist(rows, SCHEMA))
        listed = [
            {"member_id": row["customer_id"], "from_edition": row[STORED]} for row in rows if row.get(STORED)
        ]
        engine.register("stored_row", pa.Table.from_pylist(listed, STORED_SCHEMA))
        asked = question.question_of(engine, BrandView(0, "UTC", Known({})), [node], AS_OF)
        return sorted(run(engine, asked.members())["customer_id"].to_pylist())

    return ask


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(ROWS, min_size=1, max_size=25), questions(), st.sampled_from(["UTC", "America/New_York"]))
def check(
    found: Callable[[Node, list[dict]], list[int]], rows: list[dict], definition: Any, zone: str
) -> None:
    try:
        node = read(definition, zone)
    except BadSegment:  # more tops than one question may have
        assume(False)
    numbered = [{"customer_id": number, **row} for number, row in enumerate(rows)]
    next(CASES)
    same = found(node, numbered) == found_naively(node, numbered)
    next(DISAGREEMENTS) if not same else None
    assert same


def test_the_set_based_and_the_plain_evaluator_agree(
    found: Callable[[Node, list[dict]], list[int]], tell: Callable[[str], None]
) -> None:
    check(found)
    tell(f"segments: two evaluators asked the same {next(CASES)} times, disagreements: {next(DISAGREEMENTS)}")


def rows_of(*sales: int | None) -> list[dict]:
    empty = dict.fromkeys(SCHEMA.names)
    return [{**empty, "customer_id": number, "sales_fen": value} for number, value in enumerate(sales, 1)]


@pytest.mark.parametrize(
    ("definition", "members"),
    [
        ({"top": {"n": 2, "by": "sales_fen"}}, [3, 4]),  # the two with most
        ({"top": {"n": 3, "by": "sales_fen"}}, [1, 3, 4]),  # of equal ones the lower number
        ({"top": {"n": 9, "by": "sales_fen"}}, [1, 2, 3, 4]),  # unknown is never chosen
        ({"top": {"n": 1, "by": "sales_fen", "order": "lowest"}}, [1]),
        ({"not": {"top": {"n": 3, "by": "sales_fen"}}}, [2, 5]),  # the opposite is everybody else
        (
            {
                "and": [
                    {"not": {"top": {"n": 2, "by": "sales_fen"}}},
                    {"top": {"n": 1, "by": "sales_fen", "within": "group"}},
                ]
            },
            [1],
        ),  # the next after the first two
    ],
)
def test_a_top_ends_where_it_says(
    found: Callable[[Node, list[dict]], list[int]], definition: dict, members: list[int]
) -> None:
    rows = rows_of(100, 100, 300, 200, None)
    assert found(read(definition), rows) == found_naively(read(definition), rows) == members


def test_a_share_is_as_large_as_it_says_sticky_and_independent_of_another(
    found: Callable[[Node, list[dict]], list[int]],
) -> None:
    rows = rows_of(*[1] * 4_000)
    drawn = {
        (of, salt): set(found(read({"share": {"of": of, "salt": salt}}), rows))
        for of in (0.25, 0.5)
        for salt in "ab"
    }
    assert drawn[0.25, "a"] < drawn[0.5, "a"]  # a larger share adds, and takes nobody out
    both = drawn[0.5, "a"] & drawn[0.5, "b"]
    assert all(1_900 < len(drawn[0.5, salt]) < 2_100 for salt in "ab")
    assert 900 < len(both) < 1_100


def test_a_segment_is_found_once_however_often_it_is_named(
    found: Callable[[Node, list[dict]], list[int]], engine: duckdb.DuckDBPyConnection
) -> None:
    """Ten levels, each of which names the next twice: a thousand mentions of the last, and ten tables."""
    twice = {
        n: (f"s{n}", {"and": [{"segment": n + 1}, {"not": {"segment": n + 1, "op": "not_in"}}]})
        for n in range(1, 10)
    }
    book = {**twice, 10: ("s10", {"trait": "sales_fen", "op": ">", "value": 0})}
    assert found(read(bound({"segment": 1}, book)), rows_of(1, 0, 5)) == [1, 3]
    names = engine.execute(
        "SELECT table_name FROM duckdb_tables() WHERE table_name LIKE 'segment_member_%'"
    ).fetchall()
    assert len(names) >= 10


def test_a_thousand_conditions_and_fifty_levels_compile(
    found: Callable[[Node, list[dict]], list[int]],
) -> None:
    rows = [{**rows_of(1)[0], "orders": 1}]
    one: dict = {"trait": "orders", "op": "=", "value": 1}
    deep = one
    for _ in range(49):
        deep = {"not": deep}
    assert found(read({"or": [one] * 1000}), rows) == [1]
    assert found(read(deep), rows) == []
