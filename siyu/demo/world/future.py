"""What happens after the data ends: the weeks of a campaign, with an effect that is known because we made it."""

from collections.abc import Collection
from datetime import datetime, timedelta

import numpy as np

from siyu.demo.contracts import NOTHING, DemoBrand, Floats, FutureOrders, Ints, Orders
from siyu.demo.world.history import strangers
from siyu.demo.world.seasons import season_of
from siyu.demo.world.till import Counter, joined, kept, local_day, ring_up, seen_at
from siyu.kernel.errors import BadInput

DAYS_MAX = 180
RETURN_RATE = 0.0011  # orders per day of those who had left: now and then somebody comes back by themselves
USUAL_SERIES, WALK_IN_SERIES, EXTRA_SERIES = "3", "4", "5"
ANONYMOUS_SHARE = 0.12


def future_orders(
    brand: DemoBrand,
    *,
    treated: Collection[str],
    holdout: Collection[str],
    starts_at: datetime,
    days: int,
    lift: float,
) -> FutureOrders:
    """The orders of the following days: what all buy anyway, and from the treated `lift` times that on top.

    What people would have done anyway depends on the seed and the day alone: it is the same whoever is treated, so
    that overlapping periods agree order by order, and the extra orders are the truth, not an estimate.

    units   treated and holdout are external keys (会员号); lift is relative, 0.5 means half as many orders again
    raises  BadInput: a key nobody has, a customer on both sides, a start before the end of the data, too many days
    limits  180 days; orders that are not yet paid at the end are left out, refunds after it are not yet known
    """
    rows = _rows_of(brand, treated)
    _refuse_nonsense(brand, rows, _rows_of(brand, holdout), starts_at=starts_at, days=days, lift=lift)
    is_treated = np.zeros(len(brand.customers.key), dtype=np.bool_)
    is_treated[rows] = True
    until = starts_at + timedelta(days=days)
    first = local_day(starts_at)
    season = season_of(first, (local_day(until) - first).days + 1)
    counter = Counter(brand.products, brand.stores, season, local_day(brand.as_of))
    rate = np.where(brand.tempers.active, brand.tempers.rate, 0.0) + RETURN_RATE
    usual: list[Orders] = []
    extra: list[Orders] = []
    campaign = int(starts_at.timestamp())
    for day in range(len(season.total)):
        ordinal = (first + timedelta(days=day)).toordinal()
        busy = rate * season.total[day]
        rng = np.random.default_rng([brand.seed, 1, ordinal])
        usual.append(_one_day(rng, brand, counter, day=day, mean=busy, series=USUAL_SERIES))
        usual.append(_walk_ins(rng, counter, day, float(busy.sum())))
        rng = np.random.default_rng([brand.seed, 2, ordinal, campaign])
        series = f"{EXTRA_SERIES}{campaign // 60 % 10_000:04d}"
        made = _one_day(rng, brand, counter, day=day, mean=busy * lift, series=series)
        extra.append(kept(made, is_treated[made.customer]))
    caused = seen_at(joined(extra), starts_at, until)
    return FutureOrders(
        orders=joined([seen_at(joined(usual), starts_at, until), caused]),
        treated=len(rows),
        holdout=len(set(holdout)),
        lift=lift,
        extra_orders=len(caused.number),
        extra_sales_fen=int(caused.line_paid_fen.sum() - caused.line_refund_fen.sum()),
    )


def _rows_of(brand: DemoBrand, keys: Collection[str]) -> Ints:
    """The rows of the customers with these keys."""
    row_of = {key: row for row, key in enumerate(brand.customers.key)}
    unknown = sorted(set(keys) - row_of.keys())
    if unknown:
        raise BadInput(
            what=f"customer key {unknown[0]}",
            why="the simulated brand has no such customer",
            remedy="Use the keys of customers.csv.",
        )
    return np.array(sorted(row_of[key] for key in set(keys)), dtype=np.int64)


def _refuse_nonsense(
    brand: DemoBrand, treated: Ints, holdout: Ints, *, starts_at: datetime, days: int, lift: float
) -> None:
    """A period and two groups that make sense, or BadInput."""
    faults: tuple[tuple[bool, str, str], ...] = (
        (bool(len(np.intersect1d(treated, holdout))), "groups", "somebody is both treated and held out"),
        (starts_at < brand.as_of, "starts_at", f"the data ends later, at {brand.as_of.isoformat()}"),
        (not 1 <= days <= DAYS_MAX, "days", f"{days} is not between 1 and {DAYS_MAX}"),
        (lift < 0, "lift", "a campaign cannot take orders away here"),
    )
    for wrong, what, why in faults:
        if wrong:
            raise BadInput(what=what, why=why, remedy="Change the argument.")


def _one_day(
    rng: np.random.Generator, brand: DemoBrand, counter: Counter, *, day: int, mean: Floats, series: str
) -> Orders:
    """The orders of known customers on one day, so many per customer on average."""
    who = np.repeat(np.arange(len(mean)), rng.poisson(mean))
    return ring_up(
        rng,
        counter,
        customer=who,
        day=np.full(len(who), day, dtype=np.int64),
        shoppers=brand.tempers.rows(who),
        series=series,
    )


def _walk_ins(rng: np.random.Generator, counter: Counter, day: int, known_orders: float) -> Orders:
    """The sales without a customer on one day."""
    count = int(rng.poisson(known_orders * ANONYMOUS_SHARE / (1 - ANONYMOUS_SHARE)))
    return ring_up(
        rng,
        counter,
        customer=np.full(count, NOTHING, dtype=np.int64),
        day=np.full(count, day, dtype=np.int64),
        shoppers=strangers(rng, count),
        series=WALK_IN_SERIES,
    )
