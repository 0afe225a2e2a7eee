"""The statements that turn typed rows into facts; each table is prepared first, then written in one transaction."""

from siyu.intake.api import literal
from siyu.intake.contracts import Loading
from siyu.kernel.lake import brand_schema
from siyu.kernel.money import minor_digits

COUNTS = """
    SELECT (SELECT count(*) FROM new_lines) AS order_line,
           (SELECT count(*) FROM new_orders) AS "order",
           (SELECT count(*) FROM new_orders WHERE replaces) AS orders_extended,
           (SELECT count(*) FROM new_refunds) AS refund,
           (SELECT count(*) FROM new_placed) AS order_placed,
           (SELECT count(DISTINCT document_key) FROM new_refunds WHERE order_key IS NULL) AS cancellations,
           (SELECT count(*) FROM new_orders WHERE customer_id IS NULL) AS anonymous_orders,
           (SELECT count(*) FROM new_lines WHERE customer_id IS NULL)
               + (SELECT count(*) FROM new_refunds WHERE customer_id IS NULL AND line) AS anonymous_lines,
           (SELECT count(*) FROM typed) - (SELECT count(*) FROM new_lines)
               - (SELECT count(*) FROM new_refunds WHERE line) - (SELECT count(*) FROM new_placed_rows) AS known_rows,
           (SELECT coalesce(sum(paid_fen), 0)::BIGINT FROM new_orders)
               - (SELECT coalesce(sum(paid_fen), 0)::BIGINT FROM met_orders WHERE replaced) AS paid_fen,
           (SELECT coalesce(sum(amount_fen), 0)::BIGINT FROM new_refunds) AS refunded_fen
"""


def in_brand_currency(amount: str, loading: Loading) -> str:
    """The SQL expression of an amount in fen of the brand's currency, rounded half to even.

    Where the file has the brand's currency the amount is untouched.
    """
    if loading.import_map.currency == loading.brand_currency and loading.rate == 1:
        return f"CAST({amount} AS BIGINT)"
    shift = minor_digits(loading.brand_currency) - minor_digits(loading.import_map.currency)
    factor = loading.rate.scaleb(shift)
    return f"CAST(round_even(CAST({amount} AS DECIMAL(18, 0)) * CAST({factor:f} AS DECIMAL(18, 9)), 0) AS BIGINT)"


def prepare(loading: Loading) -> list[str]:
    """Statements that leave `new_lines`, `new_orders`, `new_refunds`, `new_placed` on the cursor: what is not known yet."""
    schema, source = brand_schema(loading.brand_id), literal(loading.import_map.source)
    batch = f"{loading.batch_id}::BIGINT AS batch_id"
    return [
        _keyed(loading, source, batch),
        _met(schema, source),
        _new_lines(loading),
        _met_orders(schema, source),
        _new_orders(loading),
        _new_refunds(loading, schema, source),
        _new_placed_rows(schema, source),
        _new_placed(loading),
    ]


def _keyed(loading: Loading, source: str, batch: str) -> str:
    """Every typed row with its customer, the moment it occurred, and a key that survives a new export of the file."""
    return f"""
        CREATE OR REPLACE TEMP TABLE keyed AS
        SELECT t.*, w.customer_id, w.identity_id, {source} AS source, {batch},
               coalesce(t.paid_at, t.ordered_at) AS occurred_at,
               CAST(md5_number_lower(concat_ws('|', t.said, row_number() OVER (
                   PARTITION BY t.order_key, t.said ORDER BY t._file, t._line))) >> 1 AS BIGINT) AS line_key
        FROM (SELECT *, concat_ws('|', is_refund, order_key, ordered_at, product_key, quantity, unit_price_fen,
                                  amount_fen, customer_key) AS said FROM typed) t
        LEFT JOIN who w ON w.customer_key = t.customer_key AND w.customer_namespace = t.customer_namespace"""


def _met(schema: str, source: str) -> str:
    """Lines and refund rows of the file that the lake holds already, with the batch that brought them."""
    return f"""
        CREATE OR REPLACE TEMP TABLE met AS
        SELECT order_key, line_key, batch_id FROM {schema}.order_line
        WHERE source = {source} AND order_key IN (SELECT DISTINCT order_key FROM keyed)
        UNION ALL
        SELECT document_key, CAST(split_part(refund_key, '#', -1) AS BIGINT), batch_id FROM {schema}.refund
        WHERE source = {source} AND starts_with(refund_key, 'line:')
          AND document_key IN (SELECT DISTINCT order_key FROM keyed)"""


def _new_lines(loading: Loading) -> str:
    return f"""
        CREATE OR REPLACE TEMP TABLE new_lines AS
        SELECT k.*, {in_brand_currency("k.unit_price_fen", loading)} AS price_in_brand,
               {in_brand_currency("k.amount_fen", loading)} AS amount_in_brand,
               {in_brand_currency("k.paid_fen", loading)} AS paid_in_brand,
               {in_brand_currency("k.coupon_discount_fen", loading)} AS discount_in_brand
        FROM keyed k ANTI JOIN met m ON m.order_key = k.order_key AND m.line_key = k.line_key
        WHERE NOT k.is_refund AND k.is_paid AND NOT k.is_cancelled"""


def _met_orders(schema: str, source: str) -> str:
    """Orders of the file that the lake knows; `replaced` where the file brings more lines of them."""
    return f"""
        CREATE OR REPLACE TEMP TABLE met_orders AS
        SELECT o.*, o.order_key IN (SELECT order_key FROM new_lines) AS replaced FROM {schema}."order" o
        WHERE o.source = {source} AND o.order_key IN (SELECT DISTINCT order_key FROM keyed);
        CREATE OR REPLACE TEMP TABLE met_batches AS
        SELECT DISTINCT batch_id FROM met UNION SELECT batch_id FROM met_orders"""


def _new_orders(loading: Loading) -> str:
    """The summary of each order's new lines, added to what was known of it."""
    return f"""
        CREATE OR REPLACE TEMP TABLE new_orders AS
        SELECT coalesce(any_value(n.customer_id), any_value(m.customer_id)) AS customer_id,
               coalesce(any_value(n.identity_id), any_value(m.identity_id)) AS identity_id,
               coalesce(any_value(m.occurred_at), min(n.occurred_at)) AS occurred_at,
               any_value(n.source) AS source, any_value(n.batch_id) AS batch_id, n.order_key,
               least(min(n.ordered_at), any_value(m.ordered_at)) AS ordered_at,
               coalesce(any_value(n.channel), any_value(m.channel)) AS channel,
               coalesce(any_value(n.store_key), any_value(m.store_key)) AS store_key,
               coalesce(any_value(n.province), any_value(m.province)) AS province,
               count(*) + coalesce(any_value(m.lines), 0) AS lines,
               CAST(sum(n.quantity) AS DOUBLE) + coalesce(any_value(m.items), 0) AS items,
               CAST(sum(n.discount_in_brand) AS BIGINT) + coalesce(any_value(m.discount_fen), 0) AS discount_fen,
               CAST(sum(n.paid_in_brand) AS BIGINT) + coalesce(any_value(m.paid_fen), 0) AS paid_fen,
               coalesce(any_value(n.currency), {literal(loading.import_map.currency)}) AS currency,
               CAST(sum(n.paid_fen) AS BIGINT) + coalesce(any_value(m.original_paid_fen), 0) AS original_paid_fen,
               count(m.order_key) > 0 AS replaces
        FROM new_lines n LEFT JOIN met_orders m ON m.order_key = n.order_key
        GROUP BY n.order_key"""


def _new_refunds(loading: Loading, schema: str, source: str) -> str:
    """Refund rows not known yet, and what the file says was refunded of an order beyond what was known."""
    amount, stated = (
        in_brand_currency("k.refund_fen", loading),
        in_brand_currency("sum(k.refund_fen)", loading),
    )
    return f"""
        CREATE OR REPLACE TEMP TABLE sold AS
        SELECT DISTINCT order_key FROM keyed WHERE NOT is_refund AND is_paid AND NOT is_cancelled
        UNION SELECT order_key FROM met_orders;
        CREATE OR REPLACE TEMP TABLE new_refunds AS
        SELECT k.customer_id, k.identity_id, k.occurred_at, k.source, k.batch_id,
               'line:' || k.order_key || '#' || k.line_key AS refund_key, s.order_key, k.order_key AS document_key,
               k.product_key, k.category, k.channel, k.store_key, CAST(abs(k.quantity) AS DOUBLE) AS quantity,
               {amount} AS amount_fen, k.currency, k.refund_fen AS original_amount_fen, true AS line
        FROM keyed k ANTI JOIN met m ON m.order_key = k.order_key AND m.line_key = k.line_key
        LEFT JOIN sold s ON s.order_key = k.order_key
        WHERE k.is_refund
        UNION ALL
        SELECT t.customer_id, t.identity_id, t.occurred_at, t.source, t.batch_id,
               'stated:' || t.order_key || '#' || t.stated, t.order_key, t.order_key,
               NULL, NULL, t.channel, t.store_key, NULL,
               t.stated - coalesce(r.known, 0), t.currency, t.original - coalesce(r.original, 0), false
        FROM (SELECT any_value(k.customer_id) AS customer_id, any_value(k.identity_id) AS identity_id,
                     min(k.occurred_at) AS occurred_at, any_value(k.source) AS source, any_value(k.batch_id) AS batch_id,
                     k.order_key, any_value(k.channel) AS channel, any_value(k.store_key) AS store_key,
                     any_value(k.currency) AS currency, {stated} AS stated, CAST(sum(k.refund_fen) AS BIGINT) AS original
              FROM keyed k WHERE NOT k.is_refund AND k.refund_fen > 0 AND k.is_paid AND NOT k.is_cancelled
              GROUP BY k.order_key) t
        LEFT JOIN (SELECT order_key, sum(amount_fen) AS known, sum(original_amount_fen) AS original
                   FROM {schema}.refund WHERE source = {source} AND starts_with(refund_key, 'stated:')
                   GROUP BY order_key) r ON r.order_key = t.order_key
        WHERE t.stated > coalesce(r.known, 0)"""


def _new_placed_rows(schema: str, source: str) -> str:
    return f"""
        CREATE OR REPLACE TEMP TABLE new_placed_rows AS
        SELECT k.* FROM keyed k
        ANTI JOIN (SELECT order_key FROM {schema}.order_placed WHERE source = {source}) p ON p.order_key = k.order_key
        ANTI JOIN met_orders o ON o.order_key = k.order_key
        WHERE NOT k.is_refund AND (k.is_cancelled OR NOT k.is_paid)"""


def _new_placed(loading: Loading) -> str:
    return f"""
        CREATE OR REPLACE TEMP TABLE new_placed AS
        SELECT any_value(customer_id) AS customer_id, any_value(identity_id) AS identity_id,
               min(ordered_at) AS occurred_at, any_value(source) AS source, any_value(batch_id) AS batch_id, order_key,
               any_value(channel) AS channel, any_value(store_key) AS store_key, any_value(province) AS province,
               {in_brand_currency("sum(amount_fen)", loading)} AS amount_fen, any_value(currency) AS currency,
               bool_or(is_cancelled) AS cancelled
        FROM new_placed_rows GROUP BY order_key"""


def write(loading: Loading) -> list[str]:
    """Statements that bring what was prepared to the lake; they touch the lake alone."""
    schema, source = brand_schema(loading.brand_id), literal(loading.import_map.source)
    by_customer = "ORDER BY customer_id, occurred_at"
    return [
        f"""INSERT INTO {schema}.order_replaced BY NAME
            SELECT * EXCLUDE (replaced), {loading.batch_id}::BIGINT AS replaced_by_batch FROM met_orders WHERE replaced""",
        f"""DELETE FROM {schema}."order" WHERE source = {source}
            AND order_key IN (SELECT order_key FROM met_orders WHERE replaced)""",
        f"""INSERT INTO {schema}."order" BY NAME SELECT * EXCLUDE (replaces) FROM new_orders {by_customer}""",
        f"""INSERT INTO {schema}.order_line BY NAME
            SELECT customer_id, identity_id, occurred_at, source, batch_id, order_key, line_key, product_key, category,
                   CAST(quantity AS DOUBLE) AS quantity, price_in_brand AS price_fen, amount_in_brand AS amount_fen,
                   currency, amount_fen AS original_amount_fen
            FROM new_lines {by_customer}""",
        f"INSERT INTO {schema}.refund BY NAME SELECT * EXCLUDE (line) FROM new_refunds {by_customer}",
        f"INSERT INTO {schema}.order_placed BY NAME SELECT * FROM new_placed {by_customer}",
    ]


def remove(schema: str, batch_id: int) -> list[str]:
    """Statements that take a batch out of the lake and put back what it replaced."""
    batch = int(batch_id)
    return [
        *(
            f"DELETE FROM {schema}.{table} WHERE batch_id = {batch}"
            for table in ('"order"', "order_line", "refund", "order_placed", "batch")
        ),
        f"""INSERT INTO {schema}."order" BY NAME
            SELECT * EXCLUDE (replaced_by_batch) FROM {schema}.order_replaced WHERE replaced_by_batch = {batch}""",
        f"DELETE FROM {schema}.order_replaced WHERE replaced_by_batch = {batch}",
    ]
