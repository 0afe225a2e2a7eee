-- One row a customer as of the newest refresh; what changed from refresh to refresh is kept in trait_history.
CREATE TABLE {brand}.trait (
    customer_id BIGINT, first_order_at TIMESTAMPTZ, last_order_at TIMESTAMPTZ,
    orders BIGINT, orders_30d BIGINT, orders_90d BIGINT, orders_365d BIGINT,
    sales_fen BIGINT, sales_30d_fen BIGINT, sales_90d_fen BIGINT, sales_365d_fen BIGINT,
    average_order_fen BIGINT, purchase_days BIGINT, purchase_days_365d BIGINT,
    gap_days_mean DOUBLE, gap_days_p80 DOUBLE, gap_days_p90 DOUBLE,
    refunds BIGINT, refunded_fen BIGINT, favourite_category VARCHAR, first_channel VARCHAR,
    known_at TIMESTAMPTZ, joined_at TIMESTAMPTZ,
    rfm_class VARCHAR, rfm_r INTEGER, rfm_f INTEGER, rfm_m INTEGER,
    stage VARCHAR, stage_rule VARCHAR, stage_number DOUBLE, stage_limit DOUBLE
);
ALTER TABLE {brand}.trait SET SORTED BY (customer_id);
-- facts_mark names the facts and customers that a refresh has seen: equal marks, nothing new since.
CREATE TABLE {brand}.trait_refresh (
    refresh_id BIGINT, as_of TIMESTAMPTZ, computed_at TIMESTAMPTZ, customers BIGINT, changed BIGINT,
    facts_mark VARCHAR, settings VARCHAR, thresholds VARCHAR
);
-- Where a customer stood from this refresh on; stage NULL: no longer a customer (an import was undone).
CREATE TABLE {brand}.trait_history (
    refresh_id BIGINT, as_of TIMESTAMPTZ, customer_id BIGINT, stage VARCHAR, rfm_class VARCHAR,
    rfm_r INTEGER, rfm_f INTEGER, rfm_m INTEGER
);
ALTER TABLE {brand}.trait_history SET SORTED BY (customer_id);
CREATE TABLE {brand}.lifecycle_changed (
    customer_id BIGINT, identity_id BIGINT, occurred_at TIMESTAMPTZ, source VARCHAR, batch_id BIGINT,
    from_stage VARCHAR, to_stage VARCHAR, reason VARCHAR
);
ALTER TABLE {brand}.lifecycle_changed SET PARTITIONED BY (year(occurred_at), month(occurred_at));
ALTER TABLE {brand}.lifecycle_changed SET SORTED BY (customer_id, occurred_at);
