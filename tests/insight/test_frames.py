"""The set-based frames give each customer exactly what the naive rules give: fuzzed against each other."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from siyu.insight.contracts import InsightSettings, LifecycleSettings, RfmSettings
from siyu.insight.frames.stored import TRAIT
from siyu.insight.queries.compute import Computed, compute
from siyu.insight.rules import naive
from siyu.insight.rules.lifecycle import StageInput, stage_of
from siyu.insight.rules.naive import History, LineFact, OrderFact, RefundFact
from siyu.insight.rules.rfm import mean, quantile_scores, rfm_class
from siyu.kernel.clock import business_day
from siyu.kernel.lake_migrations import lake_migrations
from siyu.metrics.api import run
from tests.insight.makers import FACT_SCHEMAS, fact_rows, view_of

AS_OF = datetime(2026, 3, 29, 1, 30, 0, 999_999, tzinfo=UTC)  # a night of the clocks going forward in Europe
ZONES = ("Asia/Shanghai", "Europe/London", "America/New_York", "Pacific/Kiritimati", "UTC")
EDGES = [timedelta(days=days) for days in (0, 1, 30, 31, 90, 91, 180, 181, 365, 366)]
DAY = 86_400_000_000


@pytest.fixture(scope="module")
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    """The lake's tables in memory, made by the lake's own migrations: a thousand times faster to fill."""
    connection = duckdb.connect(config={"autoinstall_known_extensions": "false"})
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("ATTACH ':memory:' AS lake")
    connection.execute("CREATE SCHEMA lake.brand_1")
    for migration in lake_migrations():
        for statement in migration.statements("lake.brand_1"):
            if " SET PARTITIONED BY " not in statement and " SET SORTED BY " not in statement:
                connection.execute(statement)
    yield connection
    connection.close()


@st.composite
def moments(draw: st.DrawFn) -> datetime:
    """Any time of two years before AS_OF or a day after it; often at the edge of a window."""
    edge = draw(st.sampled_from(EDGES))
    shift = draw(st.sampled_from([-DAY, -1, 0, 1, DAY]) | st.integers(-400 * DAY, DAY))
    return AS_OF - edge + timedelta(microseconds=shift)


AMOUNTS = st.sampled_from([0, 1, 500, 1000, 1000, 12_345]) | st.integers(0, 100_000_000)
KEYS = st.sampled_from(["A", "B", "C"])


@st.composite
def histories(draw: st.DrawFn) -> History:
    """Few or many facts of one customer; refunds of any order, of none, or of an order that is not there."""
    count = draw(st.integers(0, 9))
    orders = []
    for number in range(count):
        channel = draw(st.sampled_from([None, "store", "web"]))
        orders.append(OrderFact(draw(KEYS), f"o{number}", draw(moments()), draw(AMOUNTS), channel))
    lines = [
        LineFact(order.source, order.order_key, order.occurred_at, draw(KEYS | st.none()), draw(AMOUNTS))
        for order in orders
        for _ in range(draw(st.integers(0, 2)))
    ]
    refunds = []
    for number in range(draw(st.integers(0, 4))):
        order = draw(st.sampled_from(orders)) if orders and draw(st.booleans()) else None
        refunds.append(
            RefundFact(
                order.source if order else draw(KEYS),
                f"r{number}",
                draw(moments()),
                order.paid_fen if order and draw(st.booleans()) else draw(AMOUNTS),
                order.order_key if order else draw(st.none() | st.just("nowhere")),
                draw(st.none() | KEYS),
            )
        )
    known = draw(st.none() | moments())
    return History(orders, lines, refunds, known, draw(st.none() | moments()))


def _own_keys(found: list[History]) -> dict[int | None, History]:
    """Histories by customer; an order key belongs to one customer. The last one is anonymous."""
    return {number + 1: _renamed(history, str(number)) for number, history in enumerate(found)}


def _renamed(history: History, mark: str) -> History:
    def rename(fact: Any) -> Any:
        key = None if fact.order_key is None else fact.order_key + mark
        values = {name: getattr(fact, name) for name in fact.__slots__}
        return type(fact)(**values | {"order_key": key})

    parts = ([rename(fact) for fact in facts] for facts in (history.orders, history.lines, history.refunds))
    return History(*parts, history.known_at, history.joined_at)


def _computed(
    engine: duckdb.DuckDBPyConnection, found: Mapping[int, History], zone: str, chosen: InsightSettings
) -> tuple[Computed, dict[int, dict[str, Any]]]:
    for table, rows in fact_rows(found, 1).items():
        engine.execute(f'DELETE FROM lake.brand_1."{table}"')
        if rows:
            engine.register("made", _arrow(table, rows))
            engine.execute(f'INSERT INTO lake.brand_1."{table}" BY NAME SELECT * FROM made')
    view = view_of(1, found, zone=zone, settings=chosen)
    computed = compute(engine, view, AS_OF)
    return computed, {row["customer_id"]: row for row in run(engine, computed.table).to_pylist()}


def _arrow(table: str, rows: list[dict[str, Any]]) -> Any:
    return pa.Table.from_pylist(rows, FACT_SCHEMAS[table])


SETTINGS = st.sampled_from(
    [
        InsightSettings(),
        InsightSettings(LifecycleSettings(gap_rules=False)),
        InsightSettings(LifecycleSettings(gap_silence_days_min=30), RfmSettings(40, 2, 5_000)),
    ]
)


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(histories(), min_size=1, max_size=12), st.sampled_from(ZONES), SETTINGS)
def test_frames_and_naive_rules_agree(
    engine: duckdb.DuckDBPyConnection, found: list[History], zone: str, chosen: InsightSettings
) -> None:
    by_customer = _own_keys(found)
    computed, rows = _computed(engine, by_customer, zone, chosen)
    expected = {
        customer: traits
        for customer, history in by_customer.items()
        if (traits := naive.traits_of_history(history, as_of=AS_OF, zone=zone)) is not None
    }
    _add_classes(expected, chosen, zone)
    _add_stages(expected, by_customer, chosen, zone)
    assert rows.keys() == expected.keys()
    for customer, traits in expected.items():
        assert set(traits) == set(TRAIT) - {"customer_id"}
        found_row = {name: rows[customer][name] for name in traits}
        assert _rounded(found_row) == _rounded(traits), f"customer {customer}"
    assert computed.thresholds.classed == sum(t["rfm_class"] is not None for t in expected.values())


def _rounded(row: dict[str, Any]) -> dict[str, Any]:
    """Two ways to interpolate may differ in the last bit of a float."""
    return {name: round(value, 6) if isinstance(value, float) else value for name, value in row.items()}


def _days(moment: datetime | None, zone: str) -> int | None:
    if moment is None:
        return None
    day, today = (datetime.fromisoformat(business_day(m, zone)).date() for m in (moment, AS_OF))
    return (today - day).days


def _add_classes(expected: dict[int, dict[str, Any]], chosen: InsightSettings, zone: str) -> None:
    for traits in expected.values():
        traits.update(rfm_class=None, rfm_r=None, rfm_f=None, rfm_m=None)
    classed = [traits for traits in expected.values() if traits["purchase_days_365d"] > 0]
    recency = [_days(traits["last_order_at"], zone) for traits in classed]
    frequency = [traits["purchase_days_365d"] for traits in classed]
    money = [traits["sales_365d_fen"] for traits in classed]
    fixed = (chosen.rfm.recency_days, chosen.rfm.frequency_days, chosen.rfm.monetary_fen)
    means = [
        mean(values) if limit is None else limit
        for values, limit in zip((recency, frequency, money), fixed, strict=True)
    ]
    scores = quantile_scores(recency, low_is_good=True), quantile_scores(frequency), quantile_scores(money)
    for traits, r, f, m, rr, ff, mm in zip(classed, recency, frequency, money, *scores, strict=True):
        traits.update(rfm_class=rfm_class(r, f, m, at=tuple(means)), rfm_r=rr, rfm_f=ff, rfm_m=mm)


def _add_stages(
    expected: dict[int, dict[str, Any]], found: Mapping[int, History], chosen: InsightSettings, zone: str
) -> None:
    pooled = [
        gap
        for history in found.values()
        for gap in naive.gaps(naive.purchase_days(history.until(AS_OF), zone))
    ]
    for traits in expected.values():
        limits = [
            own if own is not None else (naive.percentile(pooled, share) if pooled else None)
            for own, share in ((traits["gap_days_p80"], 0.8), (traits["gap_days_p90"], 0.9))
        ]
        decision = stage_of(
            StageInput(
                traits["orders"],
                traits["orders_365d"],
                _days(traits["last_order_at"], zone),
                _days(traits["first_order_at"], zone),
                _days(traits["known_at"], zone),
                *limits,
            ),
            chosen.lifecycle,
        )
        traits.update(
            stage=decision.stage.value,
            stage_rule=decision.rule.value,
            stage_number=decision.number,
            stage_limit=decision.limit,
        )
