-- The move by which an id came from PostgreSQL (fact_id_move): what a filter of ids has seen ends at a move. NULL: before
-- moves were counted. See docs/decisions/0028.
ALTER TABLE {brand}.fact_id ADD COLUMN move_id BIGINT;
