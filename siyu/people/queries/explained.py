"""Why identities are one customer, who said so, and what waits for a person."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.kernel.crypto import Cipher
from siyu.kernel.db import brand_of
from siyu.kernel.errors import NotFound
from siyu.people.rules.heard import event_told
from siyu.people.rules.identities import mask, seal_context

EDGES_MAX = 500
REVIEWS_MAX = 100

PERSON = "SELECT coalesce(merged_into, customer_id) FROM customer WHERE customer_id = :customer AND brand_id = :brand"

NODES = """
    SELECT i.identity_id, i.namespace, i.value_sealed, i.source, i.created_at, i.quarantined,
           c.customer_id AS founded, c.merged_at
    FROM customer_identity i LEFT JOIN customer c ON c.root_identity_id = i.identity_id
    WHERE i.customer_id = :person ORDER BY i.identity_id LIMIT :most
"""

# Links to other people are shown too: they are those that were refused.
EDGES = """
    SELECT e.edge_id, e.left_id, e.right_id, e.source, e.event_id, e.added_by_batch AS batch_id, e.authenticated,
           e.overrides, e.said_at, e.recorded_at, e.said_by, e.because,
           CASE WHEN l.customer_id = r.customer_id OR x.edge_id IS NOT NULL THEN NULL
                WHEN l.quarantined OR r.quarantined THEN 'quarantined'
                ELSE v.reason END AS refused_because,
           x.retracted_by, x.reason AS retracted_because, x.at AS retracted_at,
           l.customer_id = r.customer_id AND x.edge_id IS NULL AS joins,
           CASE WHEN l.customer_id = :person THEN r.customer_id ELSE l.customer_id END AS other_customer_id
    FROM identity_edge e
    JOIN customer_identity l ON l.identity_id = e.left_id
    JOIN customer_identity r ON r.identity_id = e.right_id
    LEFT JOIN identity_edge_retraction x ON x.edge_id = e.edge_id
    LEFT JOIN identity_review v ON v.left_id = e.left_id AND v.right_id = e.right_id
    WHERE e.edge_id IN (
        SELECT e.edge_id FROM customer_identity i JOIN identity_edge e ON e.left_id = i.identity_id
        WHERE i.customer_id = :person
        UNION
        SELECT e.edge_id FROM customer_identity i JOIN identity_edge e ON e.right_id = i.identity_id
        WHERE i.customer_id = :person)
    ORDER BY e.said_at, e.edge_id LIMIT :most
"""

# The far ends of links that lead to other people.
OTHERS = """
    SELECT identity_id, namespace, value_sealed, quarantined, customer_id
    FROM customer_identity WHERE identity_id = ANY(CAST(:ends AS bigint[])) ORDER BY identity_id
"""

REVIEWS = """
    SELECT v.review_id, v.reason, v.state, v.opened_at, v.decided_by, v.decided_at, v.note,
           l.customer_id AS left_customer_id, l.namespace AS left_namespace, l.value_sealed AS left_sealed,
           r.customer_id AS right_customer_id, r.namespace AS right_namespace, r.value_sealed AS right_sealed
    FROM identity_review v
    JOIN customer_identity l ON l.identity_id = v.left_id
    LEFT JOIN customer_identity r ON r.identity_id = v.right_id
    WHERE v.brand_id = :brand AND v.state = :state AND v.review_id > :after ORDER BY v.review_id LIMIT :most
"""


OPEN_REVIEWS = "SELECT count(*) FROM identity_review WHERE brand_id = :brand AND state = 'open'"


@dataclass(frozen=True, slots=True)
class IdentityGraph:
    """One person: the identities, masked, and every link with who said it and whether it joins.

    `founded`: the customer who was founded on an identity, `merged_at` since when that number counts as this one.
    `other_customer_id`: the customer of a link's other end; `others`: those ends, identities of other people.
    """

    customer_id: int
    nodes: tuple[dict[str, Any], ...]
    edges: tuple[dict[str, Any], ...]
    others: tuple[dict[str, Any], ...]


def graph_of(session: Session, *, cipher: Cipher, customer_id: int) -> IdentityGraph:
    """Why these identities are one customer.

    raises  NotFound
    limits  500 identities and 500 links
    """
    parameters = {"customer": customer_id, "brand": brand_of(session)}
    person = session.scalar(text(PERSON), parameters)
    if person is None:
        raise NotFound(what="customer", key=customer_id)
    wanted = {"person": person, "most": EDGES_MAX}
    nodes = _masked(session, cipher, NODES, wanted)
    edges = tuple(
        {**row, "event_id": event_told(row["event_id"])}
        for row in session.execute(text(EDGES), wanted).mappings()
    )
    ends = {edge[side] for edge in edges for side in ("left_id", "right_id")}
    far = sorted(ends - {node["identity_id"] for node in nodes})
    others = _masked(session, cipher, OTHERS, {"ends": far}) if far else ()
    return IdentityGraph(person, nodes, edges, others)


def _masked(
    session: Session, cipher: Cipher, query: str, wanted: dict[str, Any]
) -> tuple[dict[str, Any], ...]:
    context = seal_context(brand_of(session))
    rows = [dict(row) for row in session.execute(text(query), wanted).mappings()]
    for row in rows:
        row["value"] = mask(cipher.decrypt(bytes(row.pop("value_sealed")), context=context))
    return tuple(rows)


def reviews(session: Session, *, cipher: Cipher, state: str, after: int, limit: int) -> list[dict[str, Any]]:
    """What was refused and waits, or was decided: both sides, masked, with the reason. limits: 100 a page."""
    context = seal_context(brand_of(session))
    rows = session.execute(
        text(REVIEWS),
        {"brand": brand_of(session), "state": state, "after": after, "most": min(limit, REVIEWS_MAX)},
    )
    return [_review(dict(row), cipher, context) for row in rows.mappings()]


def open_reviews(session: Session) -> int:
    """How many refused links wait for a person."""
    return session.scalar(text(OPEN_REVIEWS), {"brand": brand_of(session)}) or 0


def _review(row: dict[str, Any], cipher: Cipher, context: str) -> dict[str, Any]:
    sides: dict[str, dict[str, Any] | None] = {}
    for side in ("left", "right"):
        customer, namespace = row.pop(f"{side}_customer_id"), row.pop(f"{side}_namespace")
        sealed = row.pop(f"{side}_sealed")
        sides[side] = None
        if sealed is not None:
            value = mask(cipher.decrypt(bytes(sealed), context=context))
            sides[side] = {"customer_id": customer, "namespace": namespace, "value": value}
    return row | sides
