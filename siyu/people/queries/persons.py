"""Whose numbers are one person's: what others keep by customer is read through this alias and never moved."""

from collections.abc import Iterable

from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.kernel.db import brand_of

# A CASE and a plain comparison, for both to be found in indexes below row-level security.
PERSONS = """
    SELECT c.customer_id AS asked, m.customer_id
    FROM unnest(CAST(:customers AS bigint[])) one (customer_id)
    JOIN customer c ON c.customer_id = one.customer_id AND c.brand_id = :brand
    CROSS JOIN LATERAL (
        SELECT CASE WHEN c.merged_into IS NULL THEN c.customer_id ELSE c.merged_into END AS customer_id
    ) who
    CROSS JOIN LATERAL (
        SELECT who.customer_id, 0 AS place
        UNION ALL
        SELECT o.customer_id, 1 FROM customer o WHERE o.merged_into = who.customer_id
    ) m
    ORDER BY one.customer_id, m.place, m.customer_id
"""

ALIASES = "SELECT customer_id, merged_into AS person_id FROM customer WHERE merged_into IS NOT NULL"


def persons_of(session: Session, *, customer_ids: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """Of each number all numbers of the same person, whom it counts as first; of one nobody knows, itself alone."""
    asked = sorted(set(customer_ids))
    found: dict[int, list[int]] = {}
    if asked:
        for one, number in session.execute(text(PERSONS), {"brand": brand_of(session), "customers": asked}):
            found.setdefault(one, []).append(number)
    return {one: tuple(found.get(one, (one,))) for one in asked}


def aliases() -> str:
    """A SQL query of the numbers that count as another's, to be joined in set-based statements; few in a brand.

    shape  customer_id, person_id: whom the number counts as, never itself an alias
    """
    return ALIASES
