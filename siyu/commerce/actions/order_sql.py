"""The statements that turn typed rows into facts; each table is prepared first, then written in one transaction."""

from siyu.intake.api import half_even_sql, literal
from siyu.intake.contracts import Grain, Loading
from siyu.kernel.lake import brand_schema
from siyu.kernel.money import minor_digits

COUNTS = """
    SELECT (SELECT count(*) FROM new_lines) AS order_line,
           (SELECT count(*) FROM new_orders) AS "order",
           (SELECT count(*) FROM new_orders WHERE replaces) AS orders_extended,
           (SELECT count(*) FROM new_refunds) AS refund,
           (SELECT count(*) FROM new_placed) AS order_placed,
           (SELECT count(DISTINCT document_key) FROM new_refunds WHERE {is_cancellation}) AS cancellations,
           (SELECT count(*) FROM new_orders WHERE customer_id IS NULL) AS anonymous_orders,
           (SELECT count(*) FROM new_lines WHERE customer_id IS NULL)
               + (SELECT count(*) FROM new_refunds WHERE customer_id IS NULL AND line) AS anonymous_lines,
           (SELECT count(*) FROM keyed) - (SELECT count(*) FROM new_lines)
               - (SELECT count(*) FROM new_refunds WHERE line)
               - (SELECT coalesce(sum(lines), 0)::BIGINT FROM new_placed) AS known_rows,
           (SELECT coalesce(sum(paid_fen), 0)::BIGINT FROM new_orders)
               - (SELECT coalesce(sum(paid_fen), 0)::BIGINT FROM met_orders WHERE replaced) AS paid_fen,
           (SELECT coalesce(sum(amount_fen), 0)::BIGINT FROM new_refunds) AS refunded_fen
"""


def counts(loading: Loading) -> str:
    """The query of what was prepared, in numbers.

    A cancellation is a refund document with the map's prefix; without one, a document that sells nothing.
    """
    prefix = loading.import_map.refund_when.order_key_prefix
    of_prefix = f"starts_with(document_key, {literal(prefix or '')})"
    lone = "document_key NOT IN (SELECT order_key FROM new_orders UNION SELECT order_key FROM met_orders)"
    return COUNTS.format(is_cancellation=f"line AND {of_prefix if prefix else lone}")


def in_brand_currency(amount: str, loading: Loading) -> str:
    """The SQL expression of an amount in fen of the brand's currency, rounded half to even.

    Where the file has the brand's currency the amount is untouched.
    """
    if loading.import_map.currency == loading.brand_currency and loading.rate == 1:
        return f"CAST({amount} AS BIGINT)"
    shift = minor_digits(loading.brand_currency) - minor_digits(loading.import_map.currency)
    factor = loading.rate.scaleb(shift)
    if factor == factor.to_integral_value():
        return f"CAST({amount} * {int(factor)} AS BIGINT)"
    return half_even_sql(f"(CAST({amount} AS DECIMAL(18, 0)) * CAST({factor:f} AS DECIMAL(18, 9)))")


def prepare(loading: Loading) -> list[str]:
    """Statements that leave what is not known yet in `new_lines`, `new_orders`, `new_refunds`, `new_placed`.

    `typed` is dropped on the way: what is needed of it stands in `keyed`.
    """
    schema, source = brand_schema(loading.brand_id), literal(loading.import_map.source)
    return [
        *_keyed(loading),
        _met(schema, source),
        _new_lines(loading),
        _met_orders(schema, source),
        _new_orders(loading),
        _new_refunds(loading, schema, source),
        _new_placed(loading, schema, source),
        "DROP TABLE met",
    ]


def _keyed(loading: Loading) -> list[str]:
    """Every typed row with its customer, the moment it occurred, and a key that survives a new export of the file.

    The key is made of what the row says; of equal rows of an order, each has its number. Where a row is an order its
    key is the order's: whatever else a new export says of it, it is no second order.
    """
    said = "is_refund, order_key"
    if loading.import_map.grain is Grain.LINE:
        said += ", epoch_us(ordered_at), coalesce(product_key, ''), quantity, coalesce(unit_price_fen, -1), amount_fen"
    return [
        f"""
        CREATE OR REPLACE TEMP TABLE marked AS
        SELECT _file, _line, md5_number_lower(concat_ws(chr(31), {said})) AS said FROM typed""",
        """
        CREATE OR REPLACE TEMP TABLE numbered AS
        SELECT _file, _line, said, row_number() OVER (PARTITION BY said ORDER BY _file, _line) AS n FROM marked
        WHERE said IN (SELECT said FROM marked GROUP BY said HAVING count(*) > 1)""",
        """
        CREATE OR REPLACE TEMP TABLE keyed AS
        SELECT w.customer_id, w.identity_id, coalesce(t.paid_at, t.ordered_at) AS occurred_at, t.ordered_at,
               t.refunded_at, t.order_key,
               CAST((CASE WHEN coalesce(r.n, 1) = 1 THEN m.said
                          ELSE md5_number_lower(concat_ws(chr(31), m.said, r.n)) END) >> 1 AS BIGINT) AS line_key,
               t.is_refund, t.is_paid, t.is_cancelled, t.product_key, t.category,
               CAST(t.quantity AS DOUBLE) AS quantity,
               t.unit_price_fen, t.amount_fen, t.paid_fen, t.refund_fen, t.coupon_discount_fen, t.currency,
               t.store_key, t.channel, t.province
        FROM typed t JOIN marked m USING (_file, _line)
        LEFT JOIN numbered r ON r._file = t._file AND r._line = t._line
        LEFT JOIN who w ON w.customer_key = t.customer_key AND w.customer_namespace = t.customer_namespace""",
        "DROP TABLE typed",
        "DROP TABLE marked",
        "DROP TABLE numbered",
    ]


def _met(schema: str, source: str) -> str:
    """Lines and refund rows of the file that the lake holds already, with the batch that brought them."""
    return f"""
        CREATE OR REPLACE TEMP TABLE met AS
        SELECT order_key, line_key, batch_id FROM {schema}.order_line
        WHERE source = {source} AND order_key IN (SELECT order_key FROM keyed)
        UNION ALL
        SELECT document_key, CAST(split_part(refund_key, '#', -1) AS BIGINT), batch_id FROM {schema}.refund
        WHERE source = {source} AND starts_with(refund_key, 'line:')
          AND document_key IN (SELECT order_key FROM keyed)"""


def _new_lines(loading: Loading) -> str:
    return f"""
        CREATE OR REPLACE TEMP TABLE new_lines AS
        SELECT k.customer_id, k.identity_id, k.occurred_at, k.order_key, k.line_key, k.product_key, k.category,
               k.quantity,
               {in_brand_currency("k.unit_price_fen", loading)} AS price_fen,
               {in_brand_currency("k.amount_fen", loading)} AS amount_fen,
               {in_brand_currency("k.paid_fen", loading)} AS paid_fen,
               {in_brand_currency("k.coupon_discount_fen", loading)} AS discount_fen,
               k.currency, k.amount_fen AS original_amount_fen, k.paid_fen AS original_paid_fen,
               k.ordered_at, k.store_key, k.channel, k.province
        FROM keyed k ANTI JOIN met m ON m.order_key = k.order_key AND m.line_key = k.line_key
        WHERE NOT k.is_refund AND k.is_paid AND NOT k.is_cancelled"""


def _met_orders(schema: str, source: str) -> str:
    """Orders of the file that the lake knows; `replaced` where the file brings more lines of them."""
    return f"""
        CREATE OR REPLACE TEMP TABLE met_orders AS
        SELECT o.*, o.order_key IN (SELECT order_key FROM new_lines) AS replaced FROM {schema}."order" o
        WHERE o.source = {source} AND o.order_key IN (SELECT order_key FROM keyed);
        CREATE OR REPLACE TEMP TABLE met_batches AS
        SELECT DISTINCT batch_id FROM met UNION SELECT batch_id FROM met_orders"""


def _new_orders(loading: Loading) -> str:
    """The summary of each order's new lines, added to what was known of it.

    Every column is summed or the least of all lines, so that it does not matter which file brought which line.
    """
    least = ", ".join(
        f"least(min(n.{name}), any_value(m.{name})) AS {name}"
        for name in ("occurred_at", "ordered_at", "channel", "store_key", "province")
    )
    added = ", ".join(
        f"CAST(sum(n.{name}) AS BIGINT) + coalesce(any_value(m.{name}), 0) AS {name}"
        for name in ("discount_fen", "paid_fen", "original_paid_fen")
    )
    return f"""
        CREATE OR REPLACE TEMP TABLE new_orders AS
        SELECT coalesce(any_value(m.customer_id), min(n.customer_id)) AS customer_id,
               coalesce(any_value(m.identity_id), min(n.identity_id)) AS identity_id,
               n.order_key, {least}, count(*) + coalesce(any_value(m.lines), 0) AS lines,
               sum(n.quantity) + coalesce(any_value(m.items), 0) AS items, {added},
               {literal(loading.import_map.currency)} AS currency, count(m.order_key) > 0 AS replaces
        FROM new_lines n LEFT JOIN met_orders m ON m.order_key = n.order_key
        GROUP BY n.order_key"""


def _new_refunds(loading: Loading, schema: str, source: str) -> str:
    """Refund rows not known yet, and what the file says was refunded of a line beyond what was known.

    A refund row belongs to the order it is written in; a document of its own (the map's prefix) names no order.
    """
    prefix = loading.import_map.refund_when.order_key_prefix
    order_key = (
        f"CASE WHEN NOT starts_with(k.order_key, {literal(prefix)}) THEN k.order_key END"
        if prefix
        else "k.order_key"
    )
    amount = in_brand_currency("k.refund_fen", loading)
    return f"""
        CREATE OR REPLACE TEMP TABLE new_refunds AS
        SELECT k.customer_id, k.identity_id, coalesce(k.refunded_at, k.occurred_at) AS occurred_at,
               'line:' || k.order_key || '#' || k.line_key AS refund_key, {order_key} AS order_key,
               k.order_key AS document_key, k.product_key, k.category, k.channel, k.store_key,
               abs(k.quantity) AS quantity, {amount} AS amount_fen, k.currency, k.refund_fen AS original_amount_fen,
               true AS line
        FROM keyed k ANTI JOIN met m ON m.order_key = k.order_key AND m.line_key = k.line_key
        WHERE k.is_refund
        UNION ALL
        SELECT t.customer_id, t.identity_id, coalesce(t.refunded_at, t.occurred_at),
               'stated:' || t.order_key || '#' || t.line_key || '#' || t.stated, t.order_key, t.order_key,
               t.product_key, t.category, t.channel, t.store_key, NULL,
               t.stated - coalesce(r.known, 0), t.currency, t.refund_fen - coalesce(r.original, 0), false
        FROM (SELECT k.*, {amount} AS stated FROM keyed k
              WHERE NOT k.is_refund AND k.refund_fen > 0 AND k.is_paid AND NOT k.is_cancelled) t
        LEFT JOIN ({known_refunds(schema, source)}) r ON r.order_key = t.order_key AND r.line_key = t.line_key
        WHERE t.stated > coalesce(r.known, 0)"""


def known_refunds(schema: str, source: str) -> str:
    """What files stated before as refunded of each line.

    shape  order_key, line_key, known, original
    """
    return f"""
        SELECT order_key, CAST(split_part(refund_key, '#', -2) AS BIGINT) AS line_key,
               CAST(sum(amount_fen) AS BIGINT) AS known, CAST(sum(original_amount_fen) AS BIGINT) AS original
        FROM {schema}.refund WHERE source = {source} AND starts_with(refund_key, 'stated:') GROUP BY ALL"""


def _new_placed(loading: Loading, schema: str, source: str) -> str:
    """Orders that were never paid, or what the file holds of them beyond what was known."""
    amount = in_brand_currency("t.amount_fen", loading)
    return f"""
        CREATE OR REPLACE TEMP TABLE new_placed AS
        SELECT t.customer_id, t.identity_id, t.occurred_at, t.order_key, t.channel, t.store_key, t.province,
               {amount} - coalesce(p.known, 0) AS amount_fen, t.currency, t.cancelled, t.lines
        FROM (SELECT min(customer_id) AS customer_id, min(identity_id) AS identity_id, min(ordered_at) AS occurred_at,
                     order_key, min(channel) AS channel, min(store_key) AS store_key, min(province) AS province,
                     sum(amount_fen) AS amount_fen, min(currency) AS currency, bool_or(is_cancelled) AS cancelled,
                     count(*) AS lines
              FROM keyed WHERE NOT is_refund AND (is_cancelled OR NOT is_paid) GROUP BY order_key) t
        LEFT JOIN (SELECT order_key, CAST(sum(amount_fen) AS BIGINT) AS known, bool_or(cancelled) AS cancelled
                   FROM {schema}.order_placed WHERE source = {source} GROUP BY order_key) p ON p.order_key = t.order_key
        WHERE p.order_key IS NULL OR {amount} > p.known OR (t.cancelled AND NOT p.cancelled)"""


def write(loading: Loading) -> list[str]:
    """Statements that bring what was prepared to the lake; they touch the lake alone."""
    schema, source = brand_schema(loading.brand_id), literal(loading.import_map.source)
    marks = f"{source} AS source, {loading.batch_id}::BIGINT AS batch_id"
    by_customer = "ORDER BY customer_id, occurred_at"
    return [
        f"""INSERT INTO {schema}.order_replaced BY NAME
            SELECT * EXCLUDE (replaced), {loading.batch_id}::BIGINT AS replaced_by_batch
            FROM met_orders WHERE replaced""",
        f"""DELETE FROM {schema}."order" WHERE source = {source}
            AND order_key IN (SELECT order_key FROM met_orders WHERE replaced)""",
        f"""INSERT INTO {schema}."order" BY NAME SELECT * EXCLUDE (replaces), {marks} FROM new_orders {by_customer}""",
        f"""INSERT INTO {schema}.order_line BY NAME
            SELECT * EXCLUDE (paid_fen, discount_fen, original_paid_fen, ordered_at, store_key, channel, province),
                   {marks}
            FROM new_lines {by_customer}""",
        f"INSERT INTO {schema}.refund BY NAME SELECT * EXCLUDE (line), {marks} FROM new_refunds {by_customer}",
        f"INSERT INTO {schema}.order_placed BY NAME SELECT * EXCLUDE (lines), {marks} FROM new_placed {by_customer}",
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
