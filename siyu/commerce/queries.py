"""Reads: what one customer bought, and the names of products and stores."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from siyu.commerce.contracts import ORDER, ORDER_PLACED, REFUND
from siyu.commerce.models import Product, Store
from siyu.kernel.db import brand_of
from siyu.kernel.lake import LakeCursor, brand_schema, rows_of

TIMELINE_MAX = 500
PURCHASES = {one.name: one for one in (ORDER, REFUND, ORDER_PLACED)}
NAMES_MAX = 1_000


def timeline_of(
    cursor: LakeCursor,
    *,
    brand_id: int,
    customer_id: int,
    before: datetime,
    limit: int,
    sources: Mapping[str, str] | None = None,
    since: datetime | None = None,
) -> list[dict[str, Any]]:
    """Orders, unpaid orders and refunds of one customer before a moment and after another, newest first.

    An order that was first seen unpaid and is paid by now appears once. What shares the last moment of a full page
    is on the page too, so that the next page can begin before it. `sources`: what is read instead of the three tables
    (`kernel.lake_point`), and as `paid` instead of the orders by which unpaid ones are known to be paid.

    shape  fact, occurred_at, key, source, channel, store_key, amount_fen, lines
    limits 500 moments
    """
    read = sources or {name: f'{brand_schema(brand_id)}."{name}"' for name in PURCHASES}
    paid = read.get("paid", read["order"])
    return rows_of(
        cursor,
        f"""
        WITH happened AS (
            SELECT 'order' AS fact, occurred_at, order_key AS key, source, channel, store_key,
                   paid_fen AS amount_fen, lines
            FROM {read["order"]} WHERE customer_id = $1 AND occurred_at < $2
            UNION ALL
            SELECT 'refund', occurred_at, document_key, source, any_value(channel), any_value(store_key),
                   sum(amount_fen)::BIGINT, count(*)
            FROM {read["refund"]} WHERE customer_id = $1 AND occurred_at < $2 GROUP BY occurred_at, document_key, source
            UNION ALL
            SELECT 'order_placed', min(p.occurred_at), p.order_key, p.source, any_value(p.channel),
                   any_value(p.store_key), sum(p.amount_fen)::BIGINT, NULL
            FROM {read["order_placed"]} p
            ANTI JOIN (SELECT source, order_key FROM {paid} WHERE customer_id = $1) o
                   ON o.source = p.source AND o.order_key = p.order_key
            WHERE p.customer_id = $1 AND p.occurred_at < $2 GROUP BY p.order_key, p.source
        ), ranked AS (SELECT *, rank() OVER (ORDER BY occurred_at DESC) AS place FROM happened
                     WHERE $3 IS NULL OR occurred_at > $3)
        SELECT * EXCLUDE (place) FROM ranked WHERE place <= {min(limit, TIMELINE_MAX)}
        ORDER BY occurred_at DESC, fact, key
        """,
        [customer_id, before, since],
    )


def lines_of_order(
    cursor: LakeCursor, *, brand_id: int, customer_id: int, order_key: str, source: str | None = None
) -> list[dict[str, Any]]:
    """The product lines of one order of a customer; `source` tells orders of different systems apart.

    shape  product_key, category, quantity, price_fen, amount_fen
    """
    return rows_of(
        cursor,
        f"SELECT product_key, category, quantity, price_fen, amount_fen FROM {brand_schema(brand_id)}.order_line "
        "WHERE customer_id = $1 AND order_key = $2 AND ($3 IS NULL OR source = $3) ORDER BY line_key LIMIT 500",
        [customer_id, order_key, source],
    )


def stores_page(
    session: Session, *, after: str | None, limit: int
) -> tuple[Sequence[Store], str | None, int]:
    """A page of the brand's stores by key, the cursor that continues it, and how many there are."""
    mine = Store.brand_id == brand_of(session)
    query = select(Store).where(mine).order_by(Store.store_key).limit(limit + 1)
    rows = session.scalars(query if after is None else query.where(Store.store_key > after)).all()
    total = session.scalar(select(func.count()).select_from(Store).where(mine)) or 0
    return rows[:limit], rows[limit - 1].store_key if len(rows) > limit else None, total


def products_page(
    session: Session, *, after: str | None, limit: int
) -> tuple[Sequence[Product], str | None, int]:
    """A page of the brand's products by key, the cursor that continues it, and how many there are."""
    mine = Product.brand_id == brand_of(session)
    query = select(Product).where(mine).order_by(Product.product_key).limit(limit + 1)
    rows = session.scalars(query if after is None else query.where(Product.product_key > after)).all()
    total = session.scalar(select(func.count()).select_from(Product).where(mine)) or 0
    return rows[:limit], rows[limit - 1].product_key if len(rows) > limit else None, total


def product_names(session: Session, *, product_keys: Sequence[str]) -> dict[str, str]:
    """The names of up to 1,000 products that have one."""
    wanted = list(product_keys)[:NAMES_MAX]
    rows = session.execute(select(Product.product_key, Product.name).where(Product.product_key.in_(wanted)))
    return {key: name for key, name in rows if name}


def store_names(session: Session) -> dict[str, str]:
    """The name of each store of the brand by its key."""
    rows = session.execute(select(Store.store_key, Store.name).order_by(Store.store_key).limit(10_000))
    return {key: name or key for key, name in rows}
