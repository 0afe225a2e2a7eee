-- What customers bought and gave back; one row a fact, never edited. Money in fen of the brand's currency,
-- beside it (original_*) the amount in minor units of the currency it was paid in.
CREATE TABLE {brand}.batch (
    batch_id BIGINT, committed_at TIMESTAMPTZ, facts BIGINT
);
CREATE TABLE {brand}."order" (
    customer_id BIGINT, identity_id BIGINT, occurred_at TIMESTAMPTZ, source VARCHAR, batch_id BIGINT,
    order_key VARCHAR, ordered_at TIMESTAMPTZ, channel VARCHAR, store_key VARCHAR, province VARCHAR,
    lines BIGINT, items DOUBLE, discount_fen BIGINT, paid_fen BIGINT, currency VARCHAR, original_paid_fen BIGINT
);
ALTER TABLE {brand}."order" SET PARTITIONED BY (year(occurred_at), month(occurred_at));
ALTER TABLE {brand}."order" SET SORTED BY (customer_id, occurred_at);
-- An order row is the summary of its lines. Where a later file brought more lines of a known order, the summary was
-- replaced; what it was before is kept here, so that the later import can be undone.
CREATE TABLE {brand}.order_replaced (
    customer_id BIGINT, identity_id BIGINT, occurred_at TIMESTAMPTZ, source VARCHAR, batch_id BIGINT,
    order_key VARCHAR, ordered_at TIMESTAMPTZ, channel VARCHAR, store_key VARCHAR, province VARCHAR,
    lines BIGINT, items DOUBLE, discount_fen BIGINT, paid_fen BIGINT, currency VARCHAR, original_paid_fen BIGINT,
    replaced_by_batch BIGINT
);
CREATE TABLE {brand}.order_line (
    customer_id BIGINT, identity_id BIGINT, occurred_at TIMESTAMPTZ, source VARCHAR, batch_id BIGINT,
    order_key VARCHAR, line_key BIGINT, product_key VARCHAR, category VARCHAR, quantity DOUBLE,
    price_fen BIGINT, amount_fen BIGINT, currency VARCHAR, original_amount_fen BIGINT
);
ALTER TABLE {brand}.order_line SET PARTITIONED BY (year(occurred_at), month(occurred_at));
ALTER TABLE {brand}.order_line SET SORTED BY (customer_id, occurred_at);
-- order_key is the order the money came back from, where the file says so; refund_key names the refund itself.
CREATE TABLE {brand}.refund (
    customer_id BIGINT, identity_id BIGINT, occurred_at TIMESTAMPTZ, source VARCHAR, batch_id BIGINT,
    refund_key VARCHAR, order_key VARCHAR, document_key VARCHAR, product_key VARCHAR, category VARCHAR,
    channel VARCHAR, store_key VARCHAR, quantity DOUBLE, amount_fen BIGINT, currency VARCHAR, original_amount_fen BIGINT
);
ALTER TABLE {brand}.refund SET PARTITIONED BY (year(occurred_at), month(occurred_at));
ALTER TABLE {brand}.refund SET SORTED BY (customer_id, occurred_at);
-- Orders that were never paid, as far as the file knew: no sale, but somebody wanted something.
CREATE TABLE {brand}.order_placed (
    customer_id BIGINT, identity_id BIGINT, occurred_at TIMESTAMPTZ, source VARCHAR, batch_id BIGINT,
    order_key VARCHAR, channel VARCHAR, store_key VARCHAR, province VARCHAR, amount_fen BIGINT, currency VARCHAR,
    cancelled BOOLEAN
);
ALTER TABLE {brand}.order_placed SET PARTITIONED BY (year(occurred_at), month(occurred_at));
ALTER TABLE {brand}.order_placed SET SORTED BY (customer_id, occurred_at);
