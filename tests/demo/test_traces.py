"""The demo's events are the same at every load, lie in the past, and hold the faults that a page is there for."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from siyu.demo.api import generate
from siyu.demo.contracts import DemoBrand
from siyu.demo.world.traces import DAYS, SHOP_PHONE, TASTING, Trace, traces_of
from siyu.intake.rules.standard_events import FACT_TYPES

AS_OF = datetime(2026, 10, 20, 2, tzinfo=UTC)
UNTIL = AS_OF + timedelta(days=28)
REQUIRED = {one.name: one.required for one in FACT_TYPES}


@pytest.fixture(scope="module")
def brand() -> DemoBrand:
    return generate(seed=7, customers=2_000, as_of=AS_OF)


@pytest.fixture(scope="module")
def traces(brand: DemoBrand) -> list[Trace]:
    return traces_of(brand, until=UNTIL)


def test_the_same_brand_gives_the_same_traces(brand: DemoBrand, traces: list[Trace]) -> None:
    assert traces_of(brand, until=UNTIL) == traces


def test_they_happened_in_the_last_weeks_in_this_order(traces: list[Trace]) -> None:
    moments = [one.at for one in traces]
    assert moments == sorted(moments)
    assert UNTIL - timedelta(days=DAYS + 2) < moments[0] < moments[-1] <= UNTIL


def test_they_name_customers_of_the_brand_and_some_strangers(brand: DemoBrand, traces: list[Trace]) -> None:
    cards = {value for one in traces for namespace, value in one.who if namespace == "member_no"}
    assert cards <= set(brand.customers.key)
    assert len(cards) > 100
    assert any(one.who[0][0] == "device" and len(one.who) == 1 for one in traces)


def test_every_page_has_something_to_show(traces: list[Trace]) -> None:
    counts = Counter(one.event for one in traces)
    assert {"page_view", "product_view", "cart_changed", "wecom_added", "check_in", "call_ended"} <= set(
        counts
    )
    wanting = [one for one in traces if not REQUIRED.get(one.event, frozenset()) <= one.properties.keys()]
    assert {one.event for one in wanting} == {"product_view", "store_visit"}
    assert any(one.version == 9 for one in traces if one.event == TASTING)
    shared = [one for one in traces if ("phone", SHOP_PHONE) in one.who]
    assert len({one.who for one in shared}) == len(shared) > 5  # more people than one telephone may have
