"""Metrics on hand-counted facts: what counts, when, and for whom."""

import pyarrow as pa
import pytest

from siyu.insight.rules.naive import History
from siyu.kernel.app import App
from siyu.metrics.api import daily_series, measure, metric_catalogue
from siyu.metrics.contracts import Period
from siyu.metrics.errors import EmptyPeriod, UnknownMetric
from tests.insight.makers import SHANGHAI, at, bought, gave_back, write_facts

pytestmark = pytest.mark.slow
MEMBERS = pa.table({"customer_id": pa.array([1, 99], pa.int64())})
MARCH = Period(at("2026-03-01"), at("2026-04-01"))

HISTORIES: dict[int | None, History] = {
    1: History(  # a member with two purchase days; late on the 4th by UTC is the 5th in Shanghai
        [
            bought("a", at("2026-03-05 00:30"), 1000),
            bought("b", at("2026-03-05 20:00"), 2000),
            bought("c", at("2026-03-06"), 500),
        ],
        refunds=[gave_back("r1", at("2026-03-10"), 300, "b")],  # part of it: the order stays
    ),
    2: History(
        [bought("d", at("2026-03-07"), 400)], refunds=[gave_back("r2", at("2026-03-08"), 400, "d")]
    ),  # cancelled
    3: History(
        [bought("e", at("2026-02-20"), 700)], refunds=[gave_back("r3", at("2026-03-09"), 100)]
    ),  # the month before
    None: History([bought("f", at("2026-03-31 23:59"), 6000)]),  # nobody knows who
}


def test_each_metric_counts_what_its_definition_says(app: App, brand_id: int) -> None:
    write_facts(app.lake, brand_id, HISTORIES)
    with app.lake.reading() as cursor:
        found = measure(cursor, brand_id, SHANGHAI, MARCH, members=MEMBERS)
    values = {one.metric.name: (one.value, one.previous) for one in found}
    sales = 1000 + 2000 + 500 + 400 + 6000 - 300 - 400 - 100
    assert values["sales"] == (sales, 700)
    assert values["orders"] == (4, 1)  # a, b, c, f; d was cancelled
    assert values["buyers"] == (1, 1)
    assert values["average_order_value"] == (sales / 4, 700)
    assert values["member_share"] == (3200 / sales, 0)
    assert values["repurchase_rate"] == (1.0, 0.0)
    assert values["refund_rate"] == (800 / 9900, 0)
    assert {one.metric.name for one in found} == {info.name for info in metric_catalogue()}
    assert next(one.change for one in found if one.metric.name == "sales") == (sales - 700) / 700


def test_a_rate_of_nothing_is_unknown(app: App, brand_id: int) -> None:
    with app.lake.reading() as cursor:
        found = measure(
            cursor, brand_id, SHANGHAI, MARCH, members=MEMBERS, names=["repurchase_rate", "sales"]
        )
    assert [(one.value, one.change) for one in found] == [(None, None), (0, None)]


def test_the_series_has_every_day_of_the_brand_and_adds_up(app: App, brand_id: int) -> None:
    write_facts(app.lake, brand_id, HISTORIES)
    with app.lake.reading() as cursor:
        days = {day.day.day: day for day in daily_series(cursor, brand_id, SHANGHAI, MARCH)[:31]}
        total = measure(cursor, brand_id, SHANGHAI, MARCH, members=MEMBERS, names=["sales"])[0].value
    assert sum(day.sales_fen for day in days.values()) == total
    assert (days[5].orders, days[5].buyers, days[5].sales_fen) == (2, 1, 3000)
    assert (days[7].orders, days[7].buyers, days[7].sales_fen) == (0, 0, 400)
    assert days[2].sales_fen == 0


def test_what_does_not_exist_is_refused(app: App, brand_id: int) -> None:
    with app.lake.reading() as cursor, pytest.raises(UnknownMetric):
        measure(cursor, brand_id, SHANGHAI, MARCH, members=MEMBERS, names=["sale"])
    with pytest.raises(EmptyPeriod):
        Period(MARCH.end, MARCH.start)
