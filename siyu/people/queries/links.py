"""The part of the identity graph that a change can reach, and the policies that decide on it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from siyu.kernel.db import brand_of
from siyu.people.contracts import IDENTITIES_MAX, NamespacePolicy, Normaliser
from siyu.people.models import IdentityLimit, IdentityNamespace
from siyu.people.rules.assign import Rooted
from siyu.people.rules.graph import Edge, Node
from siyu.people.rules.namespaces import policy_of

REGION_STEPS_MAX = 100_000

LIVE = "NOT EXISTS (SELECT FROM identity_edge_retraction x WHERE x.edge_id = e.edge_id)"

# A quarantined identity joins nothing but what a person joined, so its thousand neighbours are not of the region.
FARTHER = f"""
    INSERT INTO identity_region (identity_id, step)
    SELECT DISTINCT far.identity_id, CAST(:step AS bigint)
    FROM identity_region a
    JOIN customer_identity near ON near.identity_id = a.identity_id
    CROSS JOIN LATERAL (
        SELECT e.edge_id, e.right_id AS other, e.overrides FROM identity_edge e WHERE e.left_id = a.identity_id
        UNION ALL
        SELECT e.edge_id, e.left_id, e.overrides FROM identity_edge e
        WHERE e.right_id = a.identity_id
    ) e
    JOIN customer_identity far ON far.identity_id = e.other
    WHERE a.step = :step - 1 AND (e.overrides OR NOT (near.quarantined OR far.quarantined)) AND {LIVE}
    ON CONFLICT (identity_id) DO NOTHING
"""

NODES = """
    SELECT i.identity_id, i.value_index, i.namespace, i.quarantined, i.customer_id, i.created_at
    FROM identity_region a JOIN customer_identity i ON i.identity_id = a.identity_id
"""

EDGES = f"""
    SELECT e.left_id, e.right_id, e.source, e.authenticated, e.said_at, e.overrides,
           CASE WHEN e.tie IS NULL THEN ''::bytea ELSE e.tie END, e.edge_id
    FROM identity_region a
    JOIN identity_edge e ON e.left_id = a.identity_id
    JOIN identity_region b ON b.identity_id = e.right_id
    WHERE {LIVE}
"""

ROOTED = """
    SELECT c.customer_id, c.root_identity_id, c.merged_into, c.merged_at, c.visitor
    FROM identity_region a JOIN customer c ON c.root_identity_id = a.identity_id ORDER BY c.customer_id
"""

# Undoing an import may take away the identity a customer was founded on while facts still speak of the customer.
ROOTLESS = """
    SELECT DISTINCT c.customer_id, i.identity_id
    FROM identity_region a
    JOIN customer_identity i ON i.identity_id = a.identity_id
    JOIN customer c ON c.customer_id = i.customer_id
    WHERE NOT EXISTS (SELECT FROM customer_identity r WHERE r.identity_id = c.root_identity_id)
"""

CROWD = f"""
    SELECT e.left_id, e.right_id, e.source, e.authenticated, e.said_at, e.overrides,
           l.namespace, l.value_index, r.namespace, r.value_index
    FROM customer_identity i
    JOIN identity_edge e ON e.left_id = i.identity_id OR e.right_id = i.identity_id
    JOIN customer_identity l ON l.identity_id = e.left_id
    JOIN customer_identity r ON r.identity_id = e.right_id
    WHERE i.identity_id = ANY(CAST(:touched AS bigint[])) AND i.quarantined AND {LIVE}
"""


@dataclass(frozen=True, slots=True)
class Region:
    """All identities and standing links whose grouping a change can alter, and the customers on them."""

    nodes: dict[int, Node]
    holder: dict[int, int]
    created: dict[int, datetime]
    edges: list[Edge]
    rooted: list[Rooted]
    rootless: dict[int, int]


def policies_for(session: Session, namespaces: Iterable[str]) -> dict[str, NamespacePolicy]:
    """The policy of each namespace, the brand's own word first."""
    rows = session.scalars(select(IdentityNamespace).where(IdentityNamespace.brand_id == brand_of(session)))
    overrides = {
        row.namespace: NamespacePolicy(
            row.namespace, Normaliser(row.normaliser), row.one_per_customer, row.strong, row.shareable,
            None if row.sources is None else frozenset(row.sources),
        )
        for row in rows
    }  # fmt: skip
    return {namespace: policy_of(namespace, overrides) for namespace in set(namespaces)}


def limit_of(session: Session) -> int:
    """How many identities one customer of the brand may have."""
    query = select(IdentityLimit.identities_max).where(IdentityLimit.brand_id == brand_of(session))
    return session.scalar(query) or IDENTITIES_MAX


def region_of(
    session: Session, touched: Iterable[int], *, without: frozenset[int] = frozenset(), rootless: bool = False
) -> Region:
    """What a change at these identities can reach: everything linked with them, however often refused.

    `without`: links that are left out, as if they had been retracted. `rootless`: look for customers who lost theirs.

    effects  the temporary table identity_region, until the transaction ends
    """
    session.execute(text("DROP TABLE IF EXISTS pg_temp.identity_region"))
    session.execute(
        text("""CREATE TEMPORARY TABLE identity_region (identity_id bigint PRIMARY KEY, step bigint NOT NULL)
                ON COMMIT DROP""")
    )
    start = sorted(set(touched))
    session.execute(
        text("INSERT INTO identity_region SELECT one, 0 FROM unnest(CAST(:start AS bigint[])) one"),
        {"start": start},
    )
    session.execute(text("ANALYZE identity_region"))
    if start:
        _widen(session)
    nodes, holder, created = {}, {}, {}
    for identity_id, key, namespace, quarantined, customer_id, moment in session.execute(text(NODES)):
        nodes[identity_id] = Node(bytes(key), namespace, quarantined)
        holder[identity_id] = customer_id
        created[identity_id] = moment
    edges = [
        edge
        for *said, edge_id in session.execute(text(EDGES))
        if edge_id not in without and counts(edge := Edge(*said), nodes)
    ]
    rooted = [Rooted(*row) for row in session.execute(text(ROOTED))]
    lost: dict[int, int] = {}
    if rootless:
        lost = {identity_id: customer_id for customer_id, identity_id in session.execute(text(ROOTLESS))}
    return Region(nodes, holder, created, edges, rooted, lost)


def counts(edge: Edge, nodes: dict[int, Node]) -> bool:
    """Whether a link can join at all: a quarantined identity's cannot, unless a person said so."""
    return edge.overrides or not (nodes[edge.left].quarantined or nodes[edge.right].quarantined)


def crowd_of(session: Session, touched: Iterable[int]) -> tuple[dict[int, Node], list[Edge]]:
    """The quarantined among these identities with all they are linked to, as if nobody were quarantined."""
    nodes: dict[int, Node] = {}
    edges: dict[tuple[object, ...], Edge] = {}
    for *said, left_space, left_key, right_space, right_key in session.execute(
        text(CROWD), {"touched": sorted(set(touched))}
    ):
        edge = Edge(*said)
        nodes[edge.left] = Node(bytes(left_key), left_space)
        nodes[edge.right] = Node(bytes(right_key), right_space)
        edges[tuple(said)] = edge
    return nodes, list(edges.values())


def _widen(session: Session) -> None:
    for step in range(1, REGION_STEPS_MAX):
        found = session.execute(text(FARTHER), {"step": step})
        if not found.rowcount:  # type: ignore[attr-defined]  # a CursorResult, which an INSERT returns
            return
