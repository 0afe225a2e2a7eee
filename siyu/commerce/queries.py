"""Reads: what one customer bought, and the names of products and stores."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from siyu.commerce.models import Product, Store
from siyu.kernel.lake import LakeCursor, brand_schema, rows_of

TIMELINE_MAX = 500
NAMES_MAX = 1_000


def timeline_of(
    cursor: LakeCursor, *, brand_id: int, customer_id: int, before: datetime, limit: int
) -> list[dict[str, Any]]:
    """Orders, unpaid orders and refunds of one customer before a moment, newest first.

    shape  fact, occurred_at, key, channel, store_key, amount_fen, lines
    """
    schema = brand_schema(brand_id)
    return rows_of(
        cursor,
        f"""
        SELECT 'order' AS fact, occurred_at, order_key AS key, channel, store_key, paid_fen AS amount_fen, lines
        FROM {schema}."order" WHERE customer_id = $1 AND occurred_at < $2
        UNION ALL
        SELECT 'refund', occurred_at, document_key, channel, store_key, sum(amount_fen)::BIGINT, count(*)
        FROM {schema}.refund WHERE customer_id = $1 AND occurred_at < $2
        GROUP BY occurred_at, document_key, channel, store_key
        UNION ALL
        SELECT 'order_placed', occurred_at, order_key, channel, store_key, amount_fen, NULL
        FROM {schema}.order_placed WHERE customer_id = $1 AND occurred_at < $2
        ORDER BY occurred_at DESC, key LIMIT {min(limit, TIMELINE_MAX)}
        """,
        [customer_id, before],
    )


def lines_of_order(
    cursor: LakeCursor, *, brand_id: int, customer_id: int, order_key: str
) -> list[dict[str, Any]]:
    """The product lines of one order of a customer.

    shape  product_key, category, quantity, price_fen, amount_fen
    """
    return rows_of(
        cursor,
        f"SELECT product_key, category, quantity, price_fen, amount_fen FROM {brand_schema(brand_id)}.order_line "
        "WHERE customer_id = ? AND order_key = ? ORDER BY line_key LIMIT 500",
        [customer_id, order_key],
    )


def product_names(session: Session, *, product_keys: Sequence[str]) -> dict[str, str]:
    """The names of up to 1,000 products that have one."""
    wanted = list(product_keys)[:NAMES_MAX]
    rows = session.execute(select(Product.product_key, Product.name).where(Product.product_key.in_(wanted)))
    return {key: name for key, name in rows if name}


def store_names(session: Session) -> dict[str, str]:
    """The name of each store of the brand by its key."""
    rows = session.execute(select(Store.store_key, Store.name).order_by(Store.store_key).limit(10_000))
    return {key: name or key for key, name in rows}
