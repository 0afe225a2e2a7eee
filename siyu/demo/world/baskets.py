"""What lies in each basket: goods near the amount a customer meant to spend, coupons, and what came back."""

from dataclasses import dataclass

import numpy as np

from siyu.demo.contracts import NOTHING, Flags, Floats, Ints, Product
from siyu.demo.world.luck import some
from siyu.demo.world.shelf import CATEGORIES, GIFT_BOX

LINES_MAX = 4
QUANTITY_MAX = 6
ANY_CATEGORY = -1
DAY_SECONDS = 86_400

# A coupon takes off so much from so much: fen of the basket, fen off.
COUPONS = ((40_000, 6_000), (20_000, 3_000), (10_000, 1_200), (5_000, 500))


@dataclass(frozen=True, slots=True)
class Baskets:
    """Lines of many orders, sorted by order: row of the order, row of the product, and the amounts in fen."""

    order: Ints
    product: Ints
    quantity: Ints
    price_fen: Ints
    discount_fen: Ints
    paid_fen: Ints


def pick_goods(
    rng: np.random.Generator, goods: tuple[Product, ...], *, near_fen: Floats, category: Ints, posted: Flags
) -> Ints:
    """For each wish a product of that category whose price is near it; what is posted must survive the post."""
    price = np.array([product.price_fen for product in goods])
    shipped = np.array([product.shipped for product in goods])
    shelf_of = np.array([CATEGORIES.index(product.category) for product in goods])
    jitter = rng.integers(-2, 3, len(near_fen))
    chosen = np.empty(len(near_fen), dtype=np.int64)
    for by_post in (False, True):
        for row in range(ANY_CATEGORY, len(CATEGORIES)):
            wished = np.flatnonzero((posted == by_post) & (category == row))
            offered = (shelf_of == row if row != ANY_CATEGORY else True) & (shipped if by_post else True)
            shelf = np.flatnonzero(offered & np.ones(len(goods), dtype=np.bool_))
            if not len(shelf):
                shelf = np.flatnonzero(shipped)
            shelf = shelf[np.argsort(price[shelf], kind="stable")]
            place = np.searchsorted(price[shelf], near_fen[wished]) + jitter[wished]
            chosen[wished] = shelf[np.clip(place, 0, len(shelf) - 1)]
    return chosen


def fill_baskets(
    rng: np.random.Generator,
    goods: tuple[Product, ...],
    *,
    meant_fen: Floats,
    favourite: Ints,
    posted: Flags,
    gift_chance: Floats,
    coupon_chance: Floats,
) -> Baskets:
    """Every order has one to four lines of different products, adding up to roughly the amount that was meant."""
    count = len(meant_fen)
    lines = 1 + rng.binomial(LINES_MAX - 1, np.clip(meant_fen / 45_000, 0.12, 0.6))
    order = np.repeat(np.arange(count), lines)
    share = rng.gamma(2.0, 1.0, len(order))
    share /= np.bincount(order, share, minlength=count)[order]
    near = meant_fen[order] * share
    category = np.where(some(rng, len(order), 0.55), favourite[order], ANY_CATEGORY)
    gift = some(rng, count, gift_chance)[order] & (np.diff(order, prepend=-1) > 0)
    category = np.where(gift, CATEGORIES.index(GIFT_BOX), category)
    product = pick_goods(rng, goods, near_fen=near, category=category, posted=posted[order])
    prices = np.array([each.price_fen for each in goods], dtype=np.int64)
    pieces = np.clip(np.rint(near / prices[product]), 1, QUANTITY_MAX)
    lines_of, same = np.unique(order * len(goods) + product, return_inverse=True)
    quantity = np.bincount(same, pieces).astype(np.int64)  # a till writes each product of an order once
    order, product = lines_of // len(goods), lines_of % len(goods)
    price = prices[product]
    discount = _coupon_shares(order, price * quantity, some(rng, count, coupon_chance))
    return Baskets(order, product, quantity, price, discount, price * quantity - discount)


def _coupon_shares(order: Ints, gross_fen: Ints, has_coupon: Flags) -> Ints:
    """What the coupon takes off each line; the shares of an order add up to its coupon to the fen."""
    running = np.cumsum(gross_fen)
    ends = np.searchsorted(order, np.arange(len(has_coupon)), side="right") - 1
    before = np.concatenate([[0], running[ends][:-1]])
    whole = running[ends] - before
    coupon = np.zeros(len(has_coupon), dtype=np.int64)
    for least, off in reversed(COUPONS):
        coupon[has_coupon & (whole >= least)] = off
    taken = coupon[order] * (running - before[order]) // whole[order]
    first = np.diff(order, prepend=-1) > 0
    shares: Ints = np.where(first, taken, np.diff(taken, prepend=0))
    return shares


def draw_refunds(
    rng: np.random.Generator, baskets: Baskets, *, paid_at: Ints, posted: Flags
) -> tuple[Ints, Ints]:
    """What is given back on each line and when: about 4% of orders, half of them whole, hours to two weeks later.

    returns  refunded fen and the moment in seconds, zero and NOTHING for most lines
    """
    count = len(paid_at)
    chance = np.where(posted, 0.062, 0.030)
    back = some(rng, count, chance)
    whole = some(rng, count, 0.5)
    moment = paid_at + (DAY_SECONDS * rng.uniform(0.1, 14.0, count)).astype(np.int64)
    order = baskets.order
    first = np.diff(order, prepend=-1) > 0
    several = np.bincount(order, minlength=count) > 1
    entire_line = several & some(rng, count, 0.7)
    some_fen = np.where(entire_line[order], baskets.paid_fen, baskets.paid_fen // 2)
    part_fen = np.where(first, some_fen, 0)
    refund = np.where(back[order], np.where(whole[order], baskets.paid_fen, part_fen), 0)
    return refund, np.where(refund > 0, moment[order], NOTHING)
