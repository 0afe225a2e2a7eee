-- `trait` has a column more for each declared trait that the newest refresh stored (own_NAME_MARK); refreshes add and drop
-- them. Which they are, and whether somebody may have written what is in them, as JSON; NULL: none. See
-- docs/decisions/0050.
ALTER TABLE {brand}.trait_refresh ADD COLUMN declared VARCHAR;
