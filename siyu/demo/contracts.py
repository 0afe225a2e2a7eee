"""The simulated brand as columns: what `generate` returns and the files are written from."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

NOTHING = -1  # stands for "no store", "no customer", "no moment" in columns of whole numbers


@dataclass(frozen=True, slots=True)
class Product:
    """One thing on the shelf. Freshly made goods are not posted to anybody: `shipped` is false."""

    code: str
    name: str
    category: str
    price_fen: int
    shipped: bool


@dataclass(frozen=True, slots=True)
class Store:
    """One shop in a real city. It opened `opened_days_before` days before the end of the data."""

    code: str
    name: str
    region: str
    province: str
    city: str
    opened_days_before: int


@dataclass(frozen=True, slots=True)
class Tempers:
    """What nobody sees: how each customer is inclined to buy. One row per customer.

    units  rate in orders per ordinary day while active; level in fen per order
    """

    rate: Floats
    level_fen: Floats
    active: Flags
    online_share: Floats
    online_channel: Ints
    favourite_category: Ints
    home_store: Ints

    def rows(self, chosen: Ints) -> "Tempers":
        """The same columns for the chosen rows, in the chosen order; a row may repeat."""
        return Tempers(
            self.rate[chosen],
            self.level_fen[chosen],
            self.active[chosen],
            self.online_share[chosen],
            self.online_channel[chosen],
            self.favourite_category[chosen],
            self.home_store[chosen],
        )


@dataclass(frozen=True, slots=True)
class Customers:
    """Who is known to the brand. One row per customer.

    units  moments in seconds since 1970 UTC, NOTHING where there is none; texts empty where unknown
    """

    key: list[str]
    name: list[str]
    phone: list[str]
    gender: list[str]
    birthday: list[str]
    province: list[str]
    city: list[str]
    home_store: Ints
    known_at: Ints
    joined_at: Ints
    consent: list[str]
    consent_source: list[str]
    consent_at: Ints


@dataclass(frozen=True, slots=True)
class Orders:
    """Orders in the sequence they were placed, and beside them their lines.

    units  money in fen; moments in seconds since 1970 UTC, NOTHING where there is none
    shape  one row per order: number, customer (row in Customers or NOTHING), channel, store, ordered_at, paid_at;
           one row per line: line_order (row of its order), product, quantity, price, discount, paid, refund
    """

    number: list[str]
    customer: Ints
    channel: Ints
    store: Ints
    ordered_at: Ints
    paid_at: Ints
    line_order: Ints
    line_product: Ints
    line_quantity: Ints
    line_price_fen: Ints
    line_discount_fen: Ints
    line_paid_fen: Ints
    line_refund_fen: Ints
    line_refunded_at: Ints


@dataclass(frozen=True, slots=True)
class DemoBrand:
    """One brand, two years of it up to `as_of`."""

    name: str
    name_en: str
    zone: str
    currency: str
    seed: int
    as_of: datetime
    channels: tuple[str, ...]
    categories: tuple[str, ...]
    products: tuple[Product, ...]
    stores: tuple[Store, ...]
    customers: Customers
    orders: Orders
    tempers: Tempers


@dataclass(frozen=True, slots=True)
class FutureOrders:
    """What happened after a campaign, and the truth that its result page has to find.

    units  extra_* are the orders and fen (net of refunds) that would not exist without the campaign, before the
           sampling error of the holdout; treated and holdout count customers
    """

    orders: Orders
    treated: int
    holdout: int
    lift: float
    extra_orders: int
    extra_sales_fen: int
