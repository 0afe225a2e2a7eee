-- Customers who turned out to be one person, or two after all; `other_customer_id` is whom the customer went to or left.
CREATE TABLE {brand}.customers_merged (
    customer_id BIGINT, identity_id BIGINT, occurred_at TIMESTAMPTZ, source VARCHAR, batch_id BIGINT,
    other_customer_id BIGINT
);
CREATE TABLE {brand}.customers_unmerged (
    customer_id BIGINT, identity_id BIGINT, occurred_at TIMESTAMPTZ, source VARCHAR, batch_id BIGINT,
    other_customer_id BIGINT
);
