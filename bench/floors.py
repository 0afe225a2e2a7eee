"""The bare work by hand: what nobody could do without, and nothing of what makes it safe."""

from datetime import datetime
from pathlib import Path

from siyu.kernel.app import App
from siyu.kernel.lake import brand_schema
from siyu.organisation.contracts import BrandInfo


def load(app: App, brand: BrandInfo, folder: Path) -> None:
    """The unpacked files stand in two lake tables, unchecked: orders summed, lines as they are."""
    with app.lake.transaction() as cursor:
        cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {_floor(brand)}")
        cursor.execute(f"DROP TABLE IF EXISTS {_floor(brand)}.line")
        cursor.execute(f"DROP TABLE IF EXISTS {_floor(brand)}.total")
        cursor.execute(
            f"""CREATE TABLE {_floor(brand)}.line AS
                SELECT TRY_CAST(CustomerID AS DOUBLE)::BIGINT AS customer_id,
                       CAST(InvoiceDate AS TIMESTAMPTZ) AS moment, InvoiceNo AS order_key,
                       StockCode AS product_key, CAST(Quantity AS BIGINT) AS quantity,
                       CAST(round(CAST(Quantity AS BIGINT) * CAST(UnitPrice AS DOUBLE) * 100) AS BIGINT) AS fen
                FROM read_csv('{folder}/**/*.csv', header = true, all_varchar = true) ORDER BY 1, 2"""
        )
        cursor.execute(
            f"""CREATE TABLE {_floor(brand)}.total AS
                SELECT order_key, any_value(customer_id) AS customer_id, min(moment) AS moment, sum(fen)::BIGINT AS fen
                FROM {_floor(brand)}.line GROUP BY 1 ORDER BY 2, 3"""
        )


def traits(app: App, brand: BrandInfo, as_of: datetime) -> None:
    """One pass by hand over the same facts for the same kind of columns, written to a lake table."""
    schema = brand_schema(brand.brand_id)
    with app.lake.transaction() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {_floor(brand)}.trait")
        cursor.execute(
            f"""CREATE TABLE {_floor(brand)}.trait AS
            WITH d AS (SELECT DISTINCT customer_id, CAST(occurred_at AS DATE) AS day FROM {schema}."order"
                       WHERE customer_id IS NOT NULL AND occurred_at <= $1),
                 g AS (SELECT customer_id, day - lag(day) OVER (PARTITION BY customer_id ORDER BY day) AS gap FROM d),
                 gg AS (SELECT customer_id, avg(gap) AS mean, quantile_cont(gap, 0.8) AS p80,
                               quantile_cont(gap, 0.9) AS p90 FROM g WHERE gap IS NOT NULL GROUP BY 1),
                 r AS (SELECT customer_id, count(*) AS refunds, sum(amount_fen) AS refunded FROM {schema}.refund
                       WHERE customer_id IS NOT NULL AND occurred_at <= $1 GROUP BY 1),
                 c AS (SELECT customer_id, arg_max(category, fen) AS category FROM (
                           SELECT customer_id, category, sum(amount_fen) AS fen FROM {schema}.order_line
                           WHERE customer_id IS NOT NULL AND occurred_at <= $1 GROUP BY 1, 2) GROUP BY 1)
            SELECT o.customer_id, min(occurred_at) AS first_at, max(occurred_at) AS last_at, count(*) AS orders,
                   count(*) FILTER (occurred_at > $1 - INTERVAL 30 DAY) AS orders_30d,
                   count(*) FILTER (occurred_at > $1 - INTERVAL 90 DAY) AS orders_90d,
                   count(*) FILTER (occurred_at > $1 - INTERVAL 365 DAY) AS orders_365d,
                   sum(paid_fen) AS sales, sum(paid_fen) FILTER (occurred_at > $1 - INTERVAL 365 DAY) AS sales_365d,
                   arg_min(channel, occurred_at) AS channel, any_value(mean) AS mean, any_value(p80) AS p80,
                   any_value(p90) AS p90, any_value(refunds) AS refunds, any_value(refunded) AS refunded,
                   any_value(category) AS category
            FROM {schema}."order" o LEFT JOIN gg USING (customer_id) LEFT JOIN r USING (customer_id)
            LEFT JOIN c USING (customer_id)
            WHERE o.customer_id IS NOT NULL AND occurred_at <= $1 GROUP BY 1 ORDER BY 1""",
            [as_of],
        )


def segment(app: App, brand: BrandInfo) -> None:
    """The five conditions by hand."""
    with app.lake.reading() as cursor:
        cursor.execute(
            f"""SELECT count(*) FROM {brand_schema(brand.brand_id)}.trait
                WHERE orders_365d >= 2 AND sales_365d_fen >= 50000
                  AND (stage IN ('dormant', 'lost') OR NOT coalesce(rfm_class = '111', false))"""
        ).fetchone()


def _floor(brand: BrandInfo) -> str:
    return f"lake.floor_{brand.brand_id}"
