"""The weeks after a campaign: the effect that was put in is the effect that is there."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from siyu.demo.api import future_orders, generate
from siyu.demo.contracts import NOTHING, DemoBrand, Orders
from siyu.kernel.errors import BadInput

AS_OF = datetime(2026, 9, 1, 3, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def brand() -> DemoBrand:
    return generate(seed=11, customers=20_000, as_of=AS_OF)


def halves(brand: DemoBrand) -> tuple[list[str], list[str]]:
    return brand.customers.key[::2], brand.customers.key[1::2]


def orders_each(brand: DemoBrand, orders: Orders, keys: list[str]) -> float:
    row_of = {key: row for row, key in enumerate(brand.customers.key)}
    counts = np.bincount(orders.customer[orders.customer != NOTHING], minlength=len(row_of))
    return float(counts[[row_of[key] for key in keys]].mean())


def content(orders: Orders) -> dict[str, tuple[int, int, int]]:
    """What each order number stands for: customer, moment, fen."""
    paid = np.bincount(orders.line_order, orders.line_paid_fen, minlength=len(orders.number)).astype(int)
    return dict(
        zip(
            orders.number,
            zip(orders.customer.tolist(), orders.ordered_at.tolist(), paid.tolist(), strict=True),
            strict=True,
        )
    )


def test_treated_customers_buy_more_by_the_lift_and_the_difference_is_told(brand: DemoBrand) -> None:
    treated, holdout = halves(brand)
    future = future_orders(brand, treated=treated, holdout=holdout, starts_at=AS_OF, days=28, lift=0.4)
    ratio = orders_each(brand, future.orders, treated) / orders_each(brand, future.orders, holdout)
    assert 1.25 < ratio < 1.55
    assert (future.treated, future.holdout) == (10_000, 10_000)
    nobody = future_orders(brand, treated=[], holdout=[], starts_at=AS_OF, days=28, lift=0.4)
    assert len(future.orders.number) - len(nobody.orders.number) == future.extra_orders
    net = [int((each.orders.line_paid_fen - each.orders.line_refund_fen).sum()) for each in (future, nobody)]
    assert net[0] - net[1] == future.extra_sales_fen


def test_without_lift_there_is_no_effect(brand: DemoBrand) -> None:
    treated, holdout = halves(brand)
    future = future_orders(brand, treated=treated, holdout=holdout, starts_at=AS_OF, days=14, lift=0.0)
    assert (future.extra_orders, future.extra_sales_fen) == (0, 0)
    nobody = future_orders(brand, treated=[], holdout=[], starts_at=AS_OF, days=14, lift=0.0)
    assert content(future.orders) == content(nobody.orders)


def test_the_same_arguments_give_the_same_future(brand: DemoBrand) -> None:
    treated, holdout = halves(brand)
    one, two = (
        future_orders(brand, treated=treated, holdout=holdout, starts_at=AS_OF, days=7, lift=0.5)
        for _ in range(2)
    )
    assert content(one.orders) == content(two.orders)


def test_overlapping_futures_agree_order_by_order(brand: DemoBrand) -> None:
    treated, _ = halves(brand)
    early = future_orders(brand, treated=treated, holdout=[], starts_at=AS_OF, days=10, lift=0.5)
    later = AS_OF + timedelta(days=5, hours=7)
    late = future_orders(brand, treated=treated[:50], holdout=[], starts_at=later, days=10, lift=0.2)
    one, two = content(early.orders), content(late.orders)
    both = one.keys() & two.keys()
    assert len(both) > 500
    assert all(one[number] == two[number] for number in both)


def test_the_future_stays_in_its_period_and_repeats_no_order_number(brand: DemoBrand) -> None:
    treated, holdout = halves(brand)
    future = future_orders(brand, treated=treated, holdout=holdout, starts_at=AS_OF, days=21, lift=0.5)
    orders = future.orders
    start, end = int(AS_OF.timestamp()), int((AS_OF + timedelta(days=21)).timestamp())
    assert orders.ordered_at.min() >= start
    assert orders.paid_at.max() <= end
    assert orders.line_refunded_at.max() <= end
    assert not set(orders.number) & set(brand.orders.number)
    assert len(set(orders.number)) == len(orders.number)


def test_trade_goes_on_where_the_history_ends(brand: DemoBrand) -> None:
    future = future_orders(brand, treated=[], holdout=[], starts_at=AS_OF, days=14, lift=0.0)
    fortnight = brand.orders.ordered_at > int(AS_OF.timestamp()) - 14 * 86_400
    assert 0.7 < len(future.orders.number) / fortnight.sum() < 1.4


@pytest.mark.parametrize(
    "changes",
    [
        {"treated": ["XZ99999999"]},  # a key nobody has
        {"treated": ["XZ00000001"], "holdout": ["XZ00000001"]},  # on both sides
        {"starts_at": AS_OF - timedelta(seconds=1)},  # before the history ends
        {"days": 0},  # no period
        {"days": 181},  # longer than the limit
        {"lift": -0.1},  # takes orders away
    ],
)
def test_nonsense_is_refused(brand: DemoBrand, changes: dict[str, object]) -> None:
    usual = {"treated": [], "holdout": [], "starts_at": AS_OF, "days": 7, "lift": 0.1}
    with pytest.raises(BadInput):
        future_orders(brand, **(usual | changes))
