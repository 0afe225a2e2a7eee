"""The two years of the simulated brand, up to a moment that is given."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import numpy as np

from siyu.demo.contracts import NOTHING, DemoBrand, Ints, Orders, Tempers
from siyu.demo.world.people import draw_people
from siyu.demo.world.places import all_stores
from siyu.demo.world.seasons import Season, season_of
from siyu.demo.world.shelf import CATEGORIES, CHANNELS, all_products
from siyu.demo.world.tempers import GROWTH, Arrivals, draw_arrivals, draw_tempers, purchases
from siyu.demo.world.till import ZONE, Counter, day_start, joined, local_day, ring_up, seen_at

NAME, NAME_EN = "溪栀茶点", "Xizhi Tea & Pastry"
HISTORY_DAYS = 730
ANONYMOUS_SHARE = 0.12
HISTORY_SERIES, WALK_IN_SERIES = "1", "2"


def generate(*, seed: int, customers: int, as_of: datetime) -> DemoBrand:
    """The brand as it stands at `as_of`: the same arguments give the same brand to the last byte.

    limits  customers from 1 to 200,000, the telephone numbers there are; about 3 orders each
    """
    rng = np.random.default_rng(seed)
    today = local_day(as_of)
    first = today - timedelta(days=HISTORY_DAYS)
    season = season_of(first, HISTORY_DAYS + 1)
    counter = Counter(all_products(), all_stores(), season, today)
    tempers = draw_tempers(rng, customers)
    arrivals = draw_arrivals(rng, customers, season)
    who, day, active = purchases(rng, tempers, arrivals, season)
    bought = ring_up(rng, counter, customer=who, day=day, shoppers=tempers.rows(who), series=HISTORY_SERIES)
    walk_ins = _walk_ins(rng, counter, round(len(who) * ANONYMOUS_SHARE / (1 - ANONYMOUS_SHARE)))
    since = datetime.fromtimestamp(day_start(first), as_of.tzinfo)
    orders = seen_at(joined([bought, walk_ins]), since, as_of)
    until = int(as_of.timestamp())
    people = draw_people(
        rng,
        tempers,
        counter.stores,
        first_seen=_first_seen(orders, arrivals, first=first, until=until),
        old=arrivals.old,
        today=today,
        until=until,
    )
    return DemoBrand(
        name=NAME,
        name_en=NAME_EN,
        zone=ZONE,
        currency="CNY",
        seed=seed,
        as_of=as_of,
        channels=CHANNELS,
        categories=CATEGORIES,
        products=counter.goods,
        stores=counter.stores,
        customers=people,
        orders=orders,
        tempers=replace(tempers, active=active),
    )


def strangers(rng: np.random.Generator, count: int) -> Tempers:
    """People who pay and go: mostly in a store, and nobody asks who they are."""
    tempers = draw_tempers(rng, count)
    return replace(tempers, level_fen=tempers.level_fen * 0.7, online_share=np.full(count, 0.04))


def _walk_ins(rng: np.random.Generator, counter: Counter, count: int) -> Orders:
    """So many sales without a customer, spread over the two years as trade was."""
    season: Season = counter.season
    weight = season.store * np.linspace(1.0, GROWTH, len(season.store))
    day = rng.choice(len(weight), size=count, p=weight / weight.sum()).astype(np.int64)
    nobody = np.full(count, NOTHING, dtype=np.int64)
    shoppers = strangers(rng, count)
    return ring_up(rng, counter, customer=nobody, day=day, shoppers=shoppers, series=WALK_IN_SERIES)


def _first_seen(orders: Orders, arrivals: Arrivals, *, first: date, until: int) -> Ints:
    """For each customer the moment of the first order, or of the visit that led to none."""
    visit = (day_start(first) + arrivals.day * 86_400).astype(np.int64)
    seen = np.full(len(visit), np.iinfo(np.int64).max)
    known = orders.customer != NOTHING
    np.minimum.at(seen, orders.customer[known], orders.ordered_at[known])
    return np.minimum(np.where(seen == np.iinfo(np.int64).max, visit, seen), until)
