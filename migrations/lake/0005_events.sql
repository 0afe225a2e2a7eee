-- What customers did, as programs of the brand report it (POST /api/v1/events). Properties that a type does not declare
-- are kept as JSON in `more`.
CREATE TABLE {brand}.page_view (
    customer_id BIGINT, identity_id BIGINT, occurred_at TIMESTAMPTZ, source VARCHAR, batch_id BIGINT,
    title VARCHAR, path VARCHAR, referrer VARCHAR, campaign_key VARCHAR, device_kind VARCHAR, seconds DOUBLE, channel VARCHAR, more VARCHAR
);
ALTER TABLE {brand}.page_view SET PARTITIONED BY (year(occurred_at), month(occurred_at));
ALTER TABLE {brand}.page_view SET SORTED BY (customer_id, occurred_at);
CREATE TABLE {brand}.product_view (
    customer_id BIGINT, identity_id BIGINT, occurred_at TIMESTAMPTZ, source VARCHAR, batch_id BIGINT,
    product_key VARCHAR, category VARCHAR, price_fen BIGINT, store_key VARCHAR, channel VARCHAR, more VARCHAR
);
ALTER TABLE {brand}.product_view SET PARTITIONED BY (year(occurred_at), month(occurred_at));
ALTER TABLE {brand}.product_view SET SORTED BY (customer_id, occurred_at);
CREATE TABLE {brand}.search (
    customer_id BIGINT, identity_id BIGINT, occurred_at TIMESTAMPTZ, source VARCHAR, batch_id BIGINT,
    query VARCHAR, results BIGINT, channel VARCHAR, more VARCHAR
);
ALTER TABLE {brand}.search SET PARTITIONED BY (year(occurred_at), month(occurred_at));
ALTER TABLE {brand}.search SET SORTED BY (customer_id, occurred_at);
CREATE TABLE {brand}.cart_changed (
    customer_id BIGINT, identity_id BIGINT, occurred_at TIMESTAMPTZ, source VARCHAR, batch_id BIGINT,
    action VARCHAR, product_key VARCHAR, category VARCHAR, quantity DOUBLE, amount_fen BIGINT, currency VARCHAR, channel VARCHAR, more VARCHAR
);
ALTER TABLE {brand}.cart_changed SET PARTITIONED BY (year(occurred_at), month(occurred_at));
ALTER TABLE {brand}.cart_changed SET SORTED BY (customer_id, occurred_at);
CREATE TABLE {brand}.favourite_changed (
    customer_id BIGINT, identity_id BIGINT, occurred_at TIMESTAMPTZ, source VARCHAR, batch_id BIGINT,
    product_key VARCHAR, category VARCHAR, added BOOLEAN, channel VARCHAR, more VARCHAR
);
ALTER TABLE {brand}.favourite_changed SET PARTITIONED BY (year(occurred_at), month(occurred_at));
ALTER TABLE {brand}.favourite_changed SET SORTED BY (customer_id, occurred_at);
CREATE TABLE {brand}.store_visit (
    customer_id BIGINT, identity_id BIGINT, occurred_at TIMESTAMPTZ, source VARCHAR, batch_id BIGINT,
    store_key VARCHAR, staff_key VARCHAR, purpose VARCHAR, seconds DOUBLE, channel VARCHAR, more VARCHAR
);
ALTER TABLE {brand}.store_visit SET PARTITIONED BY (year(occurred_at), month(occurred_at));
ALTER TABLE {brand}.store_visit SET SORTED BY (customer_id, occurred_at);
CREATE TABLE {brand}.wecom_added (
    customer_id BIGINT, identity_id BIGINT, occurred_at TIMESTAMPTZ, source VARCHAR, batch_id BIGINT,
    staff_key VARCHAR, way VARCHAR, state VARCHAR, channel VARCHAR, more VARCHAR
);
ALTER TABLE {brand}.wecom_added SET PARTITIONED BY (year(occurred_at), month(occurred_at));
ALTER TABLE {brand}.wecom_added SET SORTED BY (customer_id, occurred_at);
CREATE TABLE {brand}.wecom_deleted (
    customer_id BIGINT, identity_id BIGINT, occurred_at TIMESTAMPTZ, source VARCHAR, batch_id BIGINT,
    staff_key VARCHAR, by_customer BOOLEAN, channel VARCHAR, more VARCHAR
);
ALTER TABLE {brand}.wecom_deleted SET PARTITIONED BY (year(occurred_at), month(occurred_at));
ALTER TABLE {brand}.wecom_deleted SET SORTED BY (customer_id, occurred_at);
CREATE TABLE {brand}.group_joined (
    customer_id BIGINT, identity_id BIGINT, occurred_at TIMESTAMPTZ, source VARCHAR, batch_id BIGINT,
    group_key VARCHAR, staff_key VARCHAR, way VARCHAR, channel VARCHAR, more VARCHAR
);
ALTER TABLE {brand}.group_joined SET PARTITIONED BY (year(occurred_at), month(occurred_at));
ALTER TABLE {brand}.group_joined SET SORTED BY (customer_id, occurred_at);
CREATE TABLE {brand}.group_left (
    customer_id BIGINT, identity_id BIGINT, occurred_at TIMESTAMPTZ, source VARCHAR, batch_id BIGINT,
    group_key VARCHAR, staff_key VARCHAR, way VARCHAR, channel VARCHAR, more VARCHAR
);
ALTER TABLE {brand}.group_left SET PARTITIONED BY (year(occurred_at), month(occurred_at));
ALTER TABLE {brand}.group_left SET SORTED BY (customer_id, occurred_at);
CREATE TABLE {brand}.call_ended (
    customer_id BIGINT, identity_id BIGINT, occurred_at TIMESTAMPTZ, source VARCHAR, batch_id BIGINT,
    call_key VARCHAR, direction VARCHAR, staff_key VARCHAR, result VARCHAR, seconds DOUBLE, channel VARCHAR, more VARCHAR
);
ALTER TABLE {brand}.call_ended SET PARTITIONED BY (year(occurred_at), month(occurred_at));
ALTER TABLE {brand}.call_ended SET SORTED BY (customer_id, occurred_at);
CREATE TABLE {brand}.message_said (
    customer_id BIGINT, identity_id BIGINT, occurred_at TIMESTAMPTZ, source VARCHAR, batch_id BIGINT,
    conversation_key VARCHAR, direction VARCHAR, kind VARCHAR, staff_key VARCHAR, channel VARCHAR, more VARCHAR
);
ALTER TABLE {brand}.message_said SET PARTITIONED BY (year(occurred_at), month(occurred_at));
ALTER TABLE {brand}.message_said SET SORTED BY (customer_id, occurred_at);
CREATE TABLE {brand}.service_changed (
    customer_id BIGINT, identity_id BIGINT, occurred_at TIMESTAMPTZ, source VARCHAR, batch_id BIGINT,
    service_key VARCHAR, kind VARCHAR, state VARCHAR, staff_key VARCHAR, seconds DOUBLE, channel VARCHAR, more VARCHAR
);
ALTER TABLE {brand}.service_changed SET PARTITIONED BY (year(occurred_at), month(occurred_at));
ALTER TABLE {brand}.service_changed SET SORTED BY (customer_id, occurred_at);
CREATE TABLE {brand}.survey_answered (
    customer_id BIGINT, identity_id BIGINT, occurred_at TIMESTAMPTZ, source VARCHAR, batch_id BIGINT,
    survey_key VARCHAR, question_key VARCHAR, score DOUBLE, choice VARCHAR, channel VARCHAR, more VARCHAR
);
ALTER TABLE {brand}.survey_answered SET PARTITIONED BY (year(occurred_at), month(occurred_at));
ALTER TABLE {brand}.survey_answered SET SORTED BY (customer_id, occurred_at);
CREATE TABLE {brand}.check_in (
    customer_id BIGINT, identity_id BIGINT, occurred_at TIMESTAMPTZ, source VARCHAR, batch_id BIGINT,
    place_key VARCHAR, kind VARCHAR, points BIGINT, channel VARCHAR, more VARCHAR
);
ALTER TABLE {brand}.check_in SET PARTITIONED BY (year(occurred_at), month(occurred_at));
ALTER TABLE {brand}.check_in SET SORTED BY (customer_id, occurred_at);
-- The brand's own events and those nobody defined (version 0): one table, because their names come and go while the
-- program runs. See docs/decisions/0022.
CREATE TABLE {brand}.event (
    customer_id BIGINT, identity_id BIGINT, occurred_at TIMESTAMPTZ, source VARCHAR, batch_id BIGINT,
    name VARCHAR, version BIGINT, properties VARCHAR
);
ALTER TABLE {brand}.event SET PARTITIONED BY (year(occurred_at), month(occurred_at));
ALTER TABLE {brand}.event SET SORTED BY (customer_id, occurred_at);
-- The digests of facts that are older than those PostgreSQL knows (fact_seen), in two halves: a late repetition finds them.
CREATE TABLE {brand}.fact_id (
    key_high BIGINT, key_low BIGINT, batch_id BIGINT
);
ALTER TABLE {brand}.fact_id SET SORTED BY (key_high);
