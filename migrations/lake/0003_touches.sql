-- What Siyu did to customers and what came of it.
CREATE TABLE {brand}.message_event (
    customer_id BIGINT, identity_id BIGINT, occurred_at TIMESTAMPTZ, source VARCHAR, batch_id BIGINT,
    message_id BIGINT, campaign_id BIGINT, channel VARCHAR, state VARCHAR, reason VARCHAR, segments BIGINT,
    cost_fen BIGINT
);
ALTER TABLE {brand}.message_event SET PARTITIONED BY (year(occurred_at), month(occurred_at));
ALTER TABLE {brand}.message_event SET SORTED BY (customer_id, occurred_at);
CREATE TABLE {brand}.experiment_assigned (
    customer_id BIGINT, identity_id BIGINT, occurred_at TIMESTAMPTZ, source VARCHAR, batch_id BIGINT,
    experiment_key VARCHAR, arm VARCHAR
);
ALTER TABLE {brand}.experiment_assigned SET PARTITIONED BY (year(occurred_at), month(occurred_at));
ALTER TABLE {brand}.experiment_assigned SET SORTED BY (customer_id, occurred_at);
CREATE TABLE {brand}.consent_changed (
    customer_id BIGINT, identity_id BIGINT, occurred_at TIMESTAMPTZ, source VARCHAR, batch_id BIGINT,
    channel VARCHAR, purpose VARCHAR, granted BOOLEAN, reason VARCHAR
);
ALTER TABLE {brand}.consent_changed SET PARTITIONED BY (year(occurred_at), month(occurred_at));
ALTER TABLE {brand}.consent_changed SET SORTED BY (customer_id, occurred_at);
