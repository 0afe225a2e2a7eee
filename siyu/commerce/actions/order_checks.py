"""What an order file must not say: each check moves the rows that say it to the rejects, with the reason."""

from siyu.commerce.actions.order_sql import in_brand_currency, known_refunds
from siyu.intake.api import literal, reject
from siyu.intake.contracts import Loading
from siyu.kernel.lake import brand_schema


def other_currencies(loading: Loading) -> None:
    """One rate holds for one currency: rows in another one than the map's are set apart."""
    if "currency" in loading.import_map.columns:
        currency = literal(loading.import_map.currency)
        loading.cursor.execute(
            f"CREATE OR REPLACE TEMP TABLE suspect AS SELECT DISTINCT order_key FROM typed WHERE currency <> {currency}"
        )
        _reject(
            loading, "currency_differs", "currency",
            "This order is in another currency than the map says. Import each currency from a file of its own.",
        )  # fmt: skip


def several_customers(loading: Loading) -> None:
    """An order belongs to one customer."""
    loading.cursor.execute("""
        CREATE OR REPLACE TEMP TABLE suspect AS
        SELECT order_key FROM typed WHERE customer_key IS NOT NULL
        GROUP BY order_key HAVING count(DISTINCT customer_key) > 1""")
    _reject(
        loading, "order_of_several_customers", "customer_key",
        "The lines of this order name different customers. Give each customer an order number of their own.",
    )  # fmt: skip


def repeated_rows(loading: Loading) -> None:
    """Where a row is an order, the same row twice is one order; the repetition is dropped, not rejected."""
    loading.cursor.execute("""
        DELETE FROM typed WHERE (_file, _line) IN (
            SELECT (_file, _line) FROM (
                SELECT _file, _line, row_number() OVER (PARTITION BY order_key, content_hash ORDER BY _file, _line) AS n
                FROM typed) WHERE n > 1)""")


def contradicting_rows(loading: Loading) -> None:
    """Where a row is an order, one order number cannot say two things."""
    loading.cursor.execute("""
        CREATE OR REPLACE TEMP TABLE suspect AS
        SELECT order_key FROM typed GROUP BY order_key HAVING count(*) > 1""")
    _reject(
        loading, "order_contradicts", "order_key",
        "This order number stands in several rows with different content. Keep the one that is right.",
    )  # fmt: skip


def changed_orders(loading: Loading) -> None:
    """An order that is in the lake already must still be paid, by the same amount; what was refunded since may grow."""
    paid = in_brand_currency("t.paid_fen", loading)
    loading.cursor.execute(f"""
        CREATE OR REPLACE TEMP TABLE suspect AS
        SELECT t.order_key FROM typed t
        JOIN {brand_schema(loading.brand_id)}."order" o ON o.order_key = t.order_key
         AND o.source = {literal(loading.import_map.source)}
        WHERE NOT t.is_refund AND (t.is_cancelled OR NOT t.is_paid OR o.paid_fen <> {paid})""")
    _reject(
        loading, "order_changed", "paid_fen",
        "This order was imported before as paid, with another amount. Undo that import, or correct the amount.",
    )  # fmt: skip


def shrunken_refunds(loading: Loading) -> None:
    """What was refunded of an order can grow from export to export, not shrink."""
    refunded = in_brand_currency("t.refund_fen", loading)
    known = known_refunds(brand_schema(loading.brand_id), literal(loading.import_map.source))
    loading.cursor.execute(f"""
        CREATE OR REPLACE TEMP TABLE suspect AS
        SELECT t.order_key FROM typed t
        JOIN (SELECT order_key, sum(known) AS known FROM ({known}) GROUP BY order_key) r ON r.order_key = t.order_key
        WHERE NOT t.is_refund AND {refunded} < r.known""")
    _reject(
        loading, "refund_shrank", "refund_fen",
        "More was refunded of this order by an earlier file. Undo that import, or correct the refund.",
    )  # fmt: skip


def _reject(loading: Loading, code: str, column: str, reason: str) -> None:
    mapped = loading.import_map.columns.get(
        {"paid_fen": "paid_amount", "refund_fen": "refund_amount"}.get(column, column)
    )
    shown = mapped.column if mapped and mapped.column else column
    reject(
        loading.cursor,
        where="order_key IN (SELECT order_key FROM suspect)",
        column=literal(shown),
        value=f"CAST({column} AS VARCHAR)",
        code=literal(code),
        reason=literal(reason),
    )
