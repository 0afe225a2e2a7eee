"""How people are inclined to buy, and on which days they therefore did."""

from dataclasses import dataclass

import numpy as np

from siyu.demo.contracts import NOTHING, Flags, Floats, Ints, Tempers
from siyu.demo.world.luck import some
from siyu.demo.world.places import STORE_TRADE
from siyu.demo.world.seasons import Season
from siyu.demo.world.shelf import CATEGORY_APPEAL, MALL, MINI_PROGRAM, TMALL

ROUNDS_MAX = 160  # orders of one customer in two years
OLD_SHARE = 0.24  # known before the data begins
NEVER_BOUGHT_SHARE = 0.07
GROWTH = 2.1  # newcomers per day at the end of the two years, against the beginning


@dataclass(frozen=True, slots=True)
class Arrivals:
    """When each customer came: `day` counts from the first day of the data; the old were known before it."""

    day: Floats
    old: Flags
    buys: Flags


def draw_tempers(rng: np.random.Generator, count: int) -> Tempers:
    """So many inclinations: Gamma purchase rates, inverse-Gamma spend levels, a home store or none.

    source  Fader, Hardie and Lee 2005 (BG/NBD); Fader and Hardie 2013 (Gamma-Gamma)
    """
    trade = np.array(STORE_TRADE, dtype=np.float64)
    online_only = some(rng, count, 0.16)
    home = rng.choice(len(trade), size=count, p=trade / trade.sum())
    channels = rng.choice([MINI_PROGRAM, TMALL, MALL], size=count, p=[0.45, 0.37, 0.18])
    return Tempers(
        rate=rng.gamma(1.5, 1 / 66.0, count),
        level_fen=25_500.0 / rng.gamma(3.6, 1.0, count),
        active=np.ones(count, dtype=np.bool_),
        online_share=np.where(online_only, 1.0, rng.beta(1.2, 3.2, count)),
        online_channel=np.where(online_only & (channels == MINI_PROGRAM), TMALL, channels).astype(np.int64),
        favourite_category=rng.choice(len(CATEGORY_APPEAL), size=count, p=CATEGORY_APPEAL).astype(np.int64),
        home_store=np.where(online_only, NOTHING, home).astype(np.int64),
    )


def draw_arrivals(rng: np.random.Generator, count: int, season: Season) -> Arrivals:
    """When everybody came: more on busy days, and more as the brand grows."""
    days = len(season.total)
    draw = season.total * np.linspace(1.0, GROWTH, days)
    day = rng.choice(days, size=count, p=draw / draw.sum()) + rng.random(count)
    old = some(rng, count, OLD_SHARE)
    day = np.where(old, 120 * rng.random(count) ** 2, day)
    return Arrivals(day, old, old | ~some(rng, count, NEVER_BOUGHT_SHARE))


def purchases(
    rng: np.random.Generator, tempers: Tempers, arrivals: Arrivals, season: Season
) -> tuple[Ints, Ints, Flags]:
    """Who bought on which day, and who is still a customer at the end.

    Time runs faster on busy days: gaps are exponential in busyness, not in hours. After each order a customer
    leaves for good with a probability of their own (Beta), and nobody is told.

    returns  customer rows, days counted from the first day, and one flag per customer
    """
    count = len(tempers.rate)
    busy = np.concatenate([[0.0], np.cumsum(season.total)])
    leaves = rng.beta(0.9, 6.0, count)
    clock = np.interp(arrivals.day, np.arange(len(busy)), busy)
    here = np.flatnonzero(arrivals.buys)
    active = np.ones(count, dtype=np.bool_)
    who: list[Ints] = []
    when: list[Floats] = []
    for _ in range(ROUNDS_MAX):
        who.append(here)
        when.append(clock[here])
        gone = some(rng, len(here), leaves[here])
        active[here[gone]] = False
        here = here[~gone]
        clock[here] += rng.exponential(1.0, len(here)) / tempers.rate[here]
        here = here[clock[here] < busy[-1]]
        if not len(here):
            break
    day = np.searchsorted(busy, np.concatenate(when), side="right") - 1
    return np.concatenate(who), day.astype(np.int64), active
