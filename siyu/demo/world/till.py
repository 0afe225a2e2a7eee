"""From "this customer bought on that day" to complete orders: channel, store, minute, basket, number."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from siyu.demo.contracts import NOTHING, Flags, Ints, Orders, Product, Store, Tempers
from siyu.demo.world.baskets import draw_refunds, fill_baskets
from siyu.demo.world.luck import some
from siyu.demo.world.places import elder_stores
from siyu.demo.world.seasons import Season
from siyu.demo.world.shelf import MALL, MINI_PROGRAM, STORE, TMALL

ZONE = "Asia/Shanghai"
COUPON_CHANCE = 0.26

# Orders per hour of the day, midnight first.
_STORE_HOURS = (0, 0, 0, 0, 0, 0, 0, 1, 3, 6, 8, 8, 7, 7, 9, 10, 9, 8, 9, 10, 8, 4, 0, 0)
_ONLINE_HOURS = (4, 2, 1, 0.5, 0.3, 0.4, 1, 2, 4, 6, 7, 7, 8, 7, 6, 6, 6, 6, 6, 8, 10, 12, 11, 8)


@dataclass(frozen=True, slots=True)
class Counter:
    """What every order needs to know: goods, stores, the season, and the day the stores' ages count back from."""

    goods: tuple[Product, ...]
    stores: tuple[Store, ...]
    season: Season
    today: date


def day_start(day: date) -> int:
    """The brand's midnight in seconds since 1970 UTC."""
    return int(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(ZONE)).timestamp())


def ring_up(
    rng: np.random.Generator, counter: Counter, *, customer: Ints, day: Ints, shoppers: Tempers, series: str
) -> Orders:
    """One complete order per purchase, in the sequence they were placed, numbered by day within the series.

    shape  customer, day (offset into the season) and shoppers have one row per purchase
    """
    season = counter.season
    online = season.online[day] * shoppers.online_share
    by_post_chance = online / (online + season.store[day] * (1 - shoppers.online_share))
    distant = some(rng, len(day), by_post_chance)
    channel = np.where(distant, shoppers.online_channel, STORE)
    strays = distant & some(rng, len(day), 0.18)
    channel = np.where(strays, rng.choice([MINI_PROGRAM, TMALL, MALL], size=len(day)), channel)
    channel = np.where((channel == MINI_PROGRAM) & (shoppers.home_store == NOTHING), TMALL, channel)
    midnight = np.array([day_start(season.first + timedelta(days=each)) for each in range(len(season.total))])
    ordered = midnight[day] + _second_of_day(rng, (channel == STORE) | (channel == MINI_PROGRAM))
    sequence = np.argsort(ordered, kind="stable")
    customer, day, channel, ordered = customer[sequence], day[sequence], channel[sequence], ordered[sequence]
    shoppers = shoppers.rows(sequence)
    wait = np.where(channel == STORE, 0, rng.integers(8, 1500, len(day)))
    posted = (channel == TMALL) | (channel == MALL)
    festive = 1 + 0.5 * season.deals[day] + 0.8 * (season.gifts[day] - 0.04)
    baskets = fill_baskets(
        rng,
        counter.goods,
        meant_fen=rng.gamma(4.0, shoppers.level_fen / 4.0) * festive,
        favourite=shoppers.favourite_category,
        posted=posted,
        gift_chance=season.gifts[day],
        coupon_chance=COUPON_CHANCE + season.deals[day],
    )
    refund, refunded_at = draw_refunds(rng, baskets, paid_at=ordered + wait, posted=posted)
    return Orders(
        number=_numbers(season.first, day, series),
        customer=customer,
        channel=channel.astype(np.int64),
        store=_stores_of(rng, counter, channel=channel, home=shoppers.home_store, day=day),
        ordered_at=ordered,
        paid_at=ordered + wait,
        line_order=baskets.order,
        line_product=baskets.product,
        line_quantity=baskets.quantity,
        line_price_fen=baskets.price_fen,
        line_discount_fen=baskets.discount_fen,
        line_paid_fen=baskets.paid_fen,
        line_refund_fen=refund,
        line_refunded_at=refunded_at,
    )


def _second_of_day(rng: np.random.Generator, from_store: Flags) -> Ints:
    """A second of the day: what a store makes is ordered from seven to ten, parcels at night too."""
    hour = np.empty(len(from_store), dtype=np.int64)
    for open_hours, rows in ((_STORE_HOURS, from_store), (_ONLINE_HOURS, ~from_store)):
        weights = np.array(open_hours, dtype=np.float64)
        hour[rows] = rng.choice(24, size=int(rows.sum()), p=weights / weights.sum())
    return hour * 3600 + rng.integers(0, 3600, len(from_store))


def _stores_of(rng: np.random.Generator, counter: Counter, *, channel: Ints, home: Ints, day: Ints) -> Ints:
    """The store that served the order, open on that day; none for parcels. Now and then it is not the home store."""
    away = some(rng, len(home), 0.07) | (home == NOTHING)
    store = np.where(away, rng.integers(0, len(counter.stores), len(home)), home)
    age = np.array([each.opened_days_before for each in counter.stores])
    days_before_today = (counter.today - counter.season.first).days - day
    elder = np.array(elder_stores(counter.stores))
    store = np.where(age[store] > days_before_today, store, elder[store])
    return np.where((channel == STORE) | (channel == MINI_PROGRAM), store, NOTHING).astype(np.int64)


def _numbers(first: date, day: Ints, series: str) -> list[str]:
    """XZ, the day, the series, and a running number within the day. `day` is sorted."""
    stamps = [
        f"XZ{first + timedelta(days=each):%y%m%d}{series}" for each in range(int(day.max(initial=0)) + 1)
    ]
    start = np.searchsorted(day, day, side="left")
    running = (np.arange(len(day)) - start + 1).tolist()
    return [f"{stamps[each]}{number:05d}" for each, number in zip(day.tolist(), running, strict=True)]


def kept(orders: Orders, keep: Flags) -> Orders:
    """The same orders without those not kept, lines included."""
    lines = keep[orders.line_order]
    new_row = np.cumsum(keep) - 1
    columns = {
        name: getattr(orders, name)[lines] for name in Orders.__slots__ if name.startswith("line_")
    } | {
        name: getattr(orders, name)[keep]
        for name in ("customer", "channel", "store", "ordered_at", "paid_at")
    }
    columns["line_order"] = new_row[columns["line_order"]]
    number = [each for each, stays in zip(orders.number, keep.tolist(), strict=True) if stays]
    return replace(orders, number=number, **columns)


def seen_at(orders: Orders, since: datetime, until: datetime) -> Orders:
    """What a till knows at `until`: orders placed from `since` and paid by then, refunds given back by then."""
    low, high = int(since.timestamp()), int(until.timestamp())
    orders = kept(orders, (orders.ordered_at >= low) & (orders.paid_at <= high))
    later = orders.line_refunded_at > high
    return replace(
        orders,
        line_refund_fen=np.where(later, 0, orders.line_refund_fen),
        line_refunded_at=np.where(later, NOTHING, orders.line_refunded_at),
    )


def joined(parts: list[Orders]) -> Orders:
    """Several sets of orders as one, in the sequence they were placed."""
    offsets = np.cumsum([0, *(len(part.number) for part in parts[:-1])])
    whole = {
        name: np.concatenate([getattr(part, name) for part in parts])
        for name in Orders.__slots__
        if name not in {"number", "line_order"}
    }
    line_order = np.concatenate(
        [part.line_order + offset for part, offset in zip(parts, offsets, strict=True)]
    )
    number = [each for part in parts for each in part.number]
    sequence = np.lexsort((np.array(number), whole["ordered_at"]))
    place = np.empty(len(number), dtype=np.int64)
    place[sequence] = np.arange(len(number))
    lines = np.argsort(place[line_order], kind="stable")
    for name in whole:
        whole[name] = whole[name][lines if name.startswith("line_") else sequence]
    return Orders(
        number=[number[row] for row in sequence.tolist()], line_order=place[line_order][lines], **whole
    )


def local_day(moment: datetime) -> date:
    """The brand's calendar day."""
    return moment.astimezone(ZoneInfo(ZONE)).date()
