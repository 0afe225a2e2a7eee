"""Customers who were joined and parted again: each side has what it had."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import text

from siyu.kernel.app import App
from siyu.kernel.audit import SYSTEM
from siyu.kernel.clock import utcnow
from siyu.people.api import merge_customers, retract_edge
from siyu.people.queries.consents import standings_of
from tests.failure.truth import rows_of_events

PAIRS = 2  # each costs a look through every table of the lake
HOLDERS = "SELECT identity_id, customer_id FROM customer_identity ORDER BY 1"
CUSTOMERS = "SELECT customer_id, merged_into, visitor, root_identity_id FROM customer ORDER BY 1"
HEADS = """
    SELECT customer_id FROM customer WHERE merged_into IS NULL AND NOT visitor AND root_identity_id IS NOT NULL
    ORDER BY customer_id LIMIT :most
"""
NEWEST_EDGE = "SELECT max(edge_id) FROM identity_edge"


def join_and_part(app: App, brand_id: int, work: Any) -> tuple[int, list[str]]:
    """Pairs of customers were joined by hand and parted, jobs and all; how many, and what is not as it was.

    `work`: does what waits.
    """
    with app.db.transaction(brand_id=brand_id) as session:
        heads = list(session.scalars(text(HEADS), {"most": 2 * PAIRS}))
    pairs = list(zip(heads[::2], heads[1::2], strict=False))
    before, edges = _state(app, brand_id, heads), []
    for one, other in pairs:
        with app.db.transaction(brand_id=brand_id) as session:
            merge_customers(session, one, other, actor=SYSTEM, reason="soak", now=utcnow())
            edges.append(int(session.scalar(text(NEWEST_EDGE)) or 0))
    work()
    joined = _state(app, brand_id, heads)
    faults = [
        f"{one} and {other} were not joined" for one, other in pairs if not _are_one(joined, one, other)
    ]
    for edge_id in reversed(edges):
        with app.db.transaction(brand_id=brand_id) as session:
            retract_edge(session, edge_id, actor=SYSTEM, reason="soak", now=utcnow())
    work()
    after = _state(app, brand_id, heads)
    after["customers"] = {one: after["customers"].get(one) for one in before["customers"]}
    faults += [f"parted again, {name} are not as before" for name in before if before[name] != after[name]]
    return len(pairs), faults


def _state(app: App, brand_id: int, customer_ids: Sequence[int]) -> dict[str, Any]:
    """What each customer has: identities, standing, what they agreed to, what they did."""
    with app.db.transaction(brand_id=brand_id) as session:
        return {
            "identities": {row.identity_id: row.customer_id for row in session.execute(text(HOLDERS))},
            "customers": {row.customer_id: row for row in session.execute(text(CUSTOMERS))},
            "consents": [standings_of(session, customer_id=one, now=utcnow()) for one in customer_ids],
            "timelines": Counter(row.customer_id for row in rows_of_events(app, brand_id)),
        }


def _are_one(state: dict[str, Any], one: int, other: int) -> bool:
    """Whether two numbers count as one customer."""
    heads = [state["customers"][number].merged_into or number for number in (one, other)]
    return heads[0] == heads[1]
