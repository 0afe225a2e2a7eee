"""The simulated brand keeps its promises; the numbers here are computed anew from the columns, not by Siyu."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from siyu.demo.api import generate, write_files
from siyu.demo.contracts import NOTHING, DemoBrand

AS_OF = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
END = int(AS_OF.timestamp())
DAY = 86_400
EAST_8 = 8 * 3600


@pytest.fixture(scope="module")
def brand() -> DemoBrand:
    return generate(seed=7, customers=20_000, as_of=AS_OF)


def orders_known(brand: DemoBrand) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Customer, moment and net fen of every order that has a customer."""
    orders = brand.orders
    kept = orders.line_paid_fen - orders.line_refund_fen
    net = np.bincount(orders.line_order, kept, minlength=len(orders.number))
    known = orders.customer != NOTHING
    return orders.customer[known], orders.ordered_at[known], net[known]


def share_of(labels: np.ndarray) -> dict[str, float]:
    names, counts = np.unique(labels, return_counts=True)
    return dict(zip(names.tolist(), (counts / len(labels)).tolist(), strict=True))


def test_the_same_arguments_give_the_same_bytes(tmp_path: Path) -> None:
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        write_files(generate(seed=3, customers=500, as_of=AS_OF), folder)
    names = sorted(path.name for path in folders[0].iterdir())
    assert [(folders[0] / name).read_bytes() for name in names] == [
        (folders[1] / name).read_bytes() for name in names
    ]
    other = generate(seed=4, customers=500, as_of=AS_OF)
    assert other.orders.number != generate(seed=3, customers=500, as_of=AS_OF).orders.number


@pytest.mark.parametrize(
    ("customers", "as_of"),
    [
        (1, AS_OF),  # one customer, hardly any order
        (300, datetime(2026, 2, 28, 16, 30, tzinfo=UTC)),  # just past midnight in Shanghai, end of a month
        (300, datetime(2028, 2, 29, 15, 59, 59, tzinfo=UTC)),  # last second of a leap day
        (300, datetime(2040, 5, 5, 4, 0, tzinfo=UTC)),  # after the table of festivals ends
    ],
)
def test_nothing_happens_after_the_moment_asked_for(customers: int, as_of: datetime) -> None:
    brand = generate(seed=1, customers=customers, as_of=as_of)
    end = int(as_of.timestamp())
    people, orders = brand.customers, brand.orders
    for moments in (people.known_at, people.joined_at, people.consent_at):
        assert moments.max() <= end
    for moments in (orders.ordered_at, orders.paid_at, orders.line_refunded_at):
        assert moments.max(initial=0) <= end
    assert orders.ordered_at.min(initial=end) >= end - 732 * DAY


def test_every_line_adds_up(brand: DemoBrand) -> None:
    orders = brand.orders
    gross = orders.line_price_fen * orders.line_quantity
    assert (gross - orders.line_discount_fen == orders.line_paid_fen).all()
    assert (orders.line_discount_fen >= 0).all()
    assert (orders.line_paid_fen > 0).all()
    assert (orders.line_refund_fen <= orders.line_paid_fen).all()
    assert ((orders.line_refund_fen > 0) == (orders.line_refunded_at != NOTHING)).all()
    prices = np.array([product.price_fen for product in brand.products])
    assert (prices[orders.line_product] == orders.line_price_fen).all()
    assert (np.bincount(orders.line_order, minlength=len(orders.number)) >= 1).all()
    assert (np.diff(orders.line_order) >= 0).all()
    pairs = np.stack([orders.line_order, orders.line_product])
    assert len(np.unique(pairs, axis=1).T) == len(orders.line_order)


def test_coupons_take_whole_yuan_off_an_order(brand: DemoBrand) -> None:
    orders = brand.orders
    off = np.bincount(orders.line_order, orders.line_discount_fen).astype(int)
    assert set(np.unique(off).tolist()) == {0, 500, 1200, 3000, 6000}


def test_order_numbers_are_unique_and_orders_are_in_sequence(brand: DemoBrand) -> None:
    orders = brand.orders
    assert len(set(orders.number)) == len(orders.number)
    assert (np.diff(orders.ordered_at) >= 0).all()
    assert (orders.paid_at >= orders.ordered_at).all()
    paid = orders.paid_at[orders.line_order]
    assert (orders.line_refunded_at[orders.line_refund_fen > 0] > paid[orders.line_refund_fen > 0]).all()


def test_walk_ins_and_refunds_are_as_frequent_as_promised(brand: DemoBrand) -> None:
    orders = brand.orders
    count = len(orders.number)
    assert 0.11 <= (orders.customer == NOTHING).mean() <= 0.13
    refunded = np.unique(orders.line_order[orders.line_refund_fen > 0])
    assert 0.033 <= len(refunded) / count <= 0.047
    back = np.bincount(orders.line_order, orders.line_refund_fen)[refunded]
    whole = np.bincount(orders.line_order, orders.line_paid_fen)[refunded]
    assert 0.35 <= (back == whole).mean() <= 0.65


def test_every_stage_of_life_is_populated(brand: DemoBrand) -> None:
    customer, moment, _ = orders_known(brand)
    size = len(brand.customers.key)
    count = np.bincount(customer, minlength=size)
    recent = np.bincount(customer[moment > END - 365 * DAY], minlength=size)
    last, first = np.zeros(size), np.full(size, np.inf)
    np.maximum.at(last, customer, moment)
    np.minimum.at(first, customer, moment)
    idle, age = (END - last) / DAY, (END - first) / DAY
    stage = np.select(
        [
            count == 0,
            idle > 180,
            idle > 90,
            (recent >= 4),
            ((count >= 2) & (count <= 3)) | ((age <= 90) & ~((count == 1) & (age <= 30))),
        ],
        ["introduction", "lost", "dormant", "maturity", "growth"],
        default="introduction",
    )
    shares = share_of(stage)
    assert shares["introduction"] > 0.05
    assert shares["growth"] > 0.05
    assert shares["maturity"] > 0.12
    assert shares["dormant"] > 0.06
    assert 0.2 < shares["lost"] < 0.5


def test_every_rfm_class_is_populated(brand: DemoBrand) -> None:
    customer, moment, net = orders_known(brand)
    size = len(brand.customers.key)
    inside = moment > END - 365 * DAY
    customer, moment, net = customer[inside], moment[inside], net[inside]
    buying_days = np.unique(np.stack([customer, (moment + EAST_8) // DAY]), axis=1)[0]
    frequency = np.bincount(buying_days, minlength=size)
    money = np.bincount(customer, net, minlength=size)
    last = np.zeros(size)
    np.maximum.at(last, customer, moment)
    buyers = frequency > 0
    idle = (END - last[buyers]) / DAY
    frequency, money = frequency[buyers], money[buyers]
    code = 100 * (idle <= idle.mean()) + 10 * (frequency >= frequency.mean()) + (money >= money.mean())
    shares = share_of(code.astype(str))
    assert len(shares) == 8
    assert min(shares.values()) > 0.01


def test_trade_follows_the_calendar_and_grows(brand: DemoBrand) -> None:
    orders = brand.orders
    day = (orders.ordered_at + EAST_8).astype("datetime64[s]").astype("datetime64[D]")
    weekday = (day.astype(int) + 3) % 7  # Monday is 0
    in_store = orders.channel == 0
    saturday, tuesday = (in_store & (weekday == 5)).sum(), (in_store & (weekday == 1)).sum()
    assert saturday > 1.3 * tuesday
    online = ~in_store
    eleventh = (online & (day == np.datetime64("2025-11-11"))).sum()
    usual = (online & (day >= np.datetime64("2025-10-13")) & (day < np.datetime64("2025-10-27"))).sum() / 14
    assert eleventh > 3 * usual
    before = (day >= np.datetime64("2026-01-25")) & (day < np.datetime64("2026-02-08"))
    feast = (day >= np.datetime64("2026-02-16")) & (day < np.datetime64("2026-02-24"))
    assert before.sum() / 14 > 1.3 * feast.sum() / 8
    spring, next_spring = (
        ((day >= np.datetime64(f"{year}-03-01")) & (day < np.datetime64(f"{year}-05-01"))).sum()
        for year in (2025, 2026)
    )
    assert next_spring > 1.15 * spring


def test_goods_that_do_not_keep_are_never_posted(brand: DemoBrand) -> None:
    orders = brand.orders
    posted = np.isin(orders.channel, [2, 3])[orders.line_order]
    shipped = np.array([product.shipped for product in brand.products])
    assert shipped[orders.line_product[posted]].all()
    assert (orders.store[np.isin(orders.channel, [2, 3])] == NOTHING).all()
    assert (orders.store[np.isin(orders.channel, [0, 1])] != NOTHING).all()


def test_no_store_sells_before_it_opened(brand: DemoBrand) -> None:
    orders = brand.orders
    served = orders.store != NOTHING
    age = np.array([store.opened_days_before for store in brand.stores])[orders.store[served]]
    assert (orders.ordered_at[served] >= END - (age + 1) * DAY).all()


def test_people_are_known_before_they_buy_and_consent_has_source_and_time(brand: DemoBrand) -> None:
    people = brand.customers
    customer, moment, _ = orders_known(brand)
    assert (people.known_at[customer] <= moment).all()
    member = people.joined_at != NOTHING
    assert 0.68 <= member.mean() <= 0.72
    assert (people.joined_at[member] >= people.known_at[member]).all()
    consent = np.array(people.consent)
    assert 0.78 <= (consent == "是").mean() <= 0.82
    sourced = np.array([bool(source) for source in people.consent_source])
    assert (sourced == (consent != "")).all()
    assert ((people.consent_at != NOTHING) == sourced).all()


def test_telephone_numbers_are_the_sandbox_s_own_and_nobody_shares_one(brand: DemoBrand) -> None:
    phones = [phone for phone in brand.customers.phone if phone]
    good = [phone for phone in phones if phone.isdigit() and phone.startswith("19900") and len(phone) == 11]
    assert len(set(good)) == len(good)
    assert {phone[:5] for phone in good} == {"19900"}
    assert 0.03 < 1 - len(phones) / len(brand.customers.phone) < 0.05
    assert 0.005 < 1 - len(good) / len(phones) < 0.02


def test_the_demo_is_always_fresh() -> None:
    for later in (timedelta(), timedelta(days=1), timedelta(days=200)):
        brand = generate(seed=7, customers=2_000, as_of=AS_OF + later)
        assert (AS_OF + later).timestamp() - brand.orders.ordered_at.max() < DAY
