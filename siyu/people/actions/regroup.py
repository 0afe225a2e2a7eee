"""Customers follow the links between identities: whoever changes a link has the part it reaches decided anew."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.kernel.binary_copy import next_numbers
from siyu.kernel.db import brand_of
from siyu.kernel.facts import publish
from siyu.people.actions import standing
from siyu.people.actions.follow import ask_to_follow
from siyu.people.actions.stage import stage
from siyu.people.contracts import MergePart, Refusal, Regrouped
from siyu.people.queries.links import Region, counts, crowd_of, limit_of, policies_for, region_of
from siyu.people.rules.assign import Assignment, Founding, assign
from siyu.people.rules.graph import Edge, Node, Pair, may_assert, shared
from siyu.people.rules.wholesale import decide_wholesale

ADD_IDENTITIES = """
    INSERT INTO customer_identity (identity_id, brand_id, customer_id, namespace, value_index, value_sealed, source,
                                   added_by_batch, created_at, quarantined)
    SELECT identity_id, :brand, customer_id, namespace, value_index, value_sealed, source, CAST(:batch AS bigint),
           :now, false
    FROM staged_identity ORDER BY identity_id
"""

ADD_EDGES = """
    INSERT INTO identity_edge (brand_id, left_id, right_id, source, event_id, said_at, recorded_at, authenticated,
                               overrides, added_by_batch, said_by, because)
    SELECT :brand, left_id, right_id, source, event_id, said_at, :now, authenticated, overrides, CAST(:batch AS bigint),
           said_by, because
    FROM staged_edge ORDER BY left_id, right_id ON CONFLICT (left_id, right_id, source, event_id) DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class FreshIdentity:
    """An identity nobody knew, with the number it will have and the earliest moment it was seen."""

    identity_id: int
    namespace: str
    key: bytes
    sealed: bytes
    source: str
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class FreshEdge:
    """A link nobody had said. `said_by`, `because`: of a link by hand, who says it and why."""

    edge: Edge
    event_id: str
    said_by: str | None = None
    because: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What is said anew, and around which known identities; `without`: links treated as retracted.

    `noted`: links between known identities that stand after others of the same two, and so decide nothing.
    """

    touched: frozenset[int] = frozenset()
    identities: Sequence[FreshIdentity] = ()
    edges: Sequence[FreshEdge] = ()
    without: frozenset[int] = frozenset()
    rootless: bool = False
    noted: Sequence[FreshEdge] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that a change does, decided and not yet written."""

    region: Region
    assignment: Assignment
    quarantined: frozenset[int]
    refused: Mapping[Pair, Refusal]
    fresh: Mapping[int, FreshIdentity] = field(default_factory=dict)


def lock_links(session: Session) -> None:
    """Nobody else changes this brand's identities until the transaction ends; what others committed is visible."""
    session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 11))"),
        {"name": f"people.links/{brand_of(session)}"},
    )


def plan_change(session: Session, change: Change) -> Plan:
    """What the change would do to whom; nothing is written."""
    region = region_of(session, change.touched, without=change.without, rootless=change.rootless)
    fresh = {one.identity_id: one for one in change.identities}
    nodes = region.nodes | {one.identity_id: Node(one.key, one.namespace) for one in change.identities}
    edges = region.edges + [one.edge for one in change.edges if counts(one.edge, nodes)]
    policies = policies_for(session, {node.namespace for node in nodes.values()})
    ids = sorted(nodes)
    found = decide_wholesale(ids, nodes, edges, policies, identities_max=limit_of(session))
    quarantined = frozenset(one for one, flag in zip(ids, found.quarantined.tolist(), strict=True) if flag)
    assignment = assign(
        ids, nodes, policies, found.group.tolist(), rooted=region.rooted,
        rootless=region.rootless, before=region.holder, quarantined=quarantined,
    )  # fmt: skip
    return Plan(region, assignment, quarantined, found.refused, fresh)


def regroup(
    session: Session,
    change: Change,
    *,
    batch_id: int | None,
    now: datetime,
    parts: Iterable[MergePart] = (),
) -> Regrouped:
    """Identities and links stand as said, and every customer they reach is who the links make them.

    The caller holds `lock_links`. `parts`: modules that own state per customer, asked in this transaction.

    effects  customer, customer_identity, identity_edge, identity_review; refusals said while merged, on both sides;
             facts customers_merged, customers_unmerged; jobs by which facts follow the identities that moved
    """
    plan = _numbered(session, plan_change(session, change))
    brand: dict[str, object] = {"brand": brand_of(session), "batch": batch_id, "now": now}
    standing.write_founded(session, plan.assignment.founded, _known_at(plan, now), brand)
    moved = _write_identities(session, plan, brand)
    _write_edges(session, [*change.edges, *change.noted], brand)
    standing.write_standing(session, plan.assignment.standing, now=now)
    standing.write_quarantine(session, plan.region.nodes, plan.quarantined)
    standing.write_reviews(
        session, plan.refused, plan.quarantined, [*plan.region.nodes, *plan.fresh], now=now
    )
    standing.carry_refusals(session, plan.assignment.pieces, now=now)
    moves = plan.assignment.moves
    if moves:
        for part in parts:
            part.customers_moved(session, moves=moves, now=now)
        publish(session, *standing.news_of(moves, now=now), now=now)
    ask_to_follow(session, moved, now=now)
    assigned = plan.assignment
    return Regrouped(moves, len(moved), len(assigned.founded), len(plan.refused), assigned.holder)


def free_quarantined(session: Session, touched: Iterable[int]) -> None:
    """Those of the identities that few enough people use again are quarantined no more."""
    nodes, edges = crowd_of(session, touched)
    policies = policies_for(session, {node.namespace for node in nodes.values()})
    usable = [
        edge
        for edge in edges
        if may_assert(edge, policies[nodes[edge.left].namespace], policies[nodes[edge.right].namespace])
    ]
    crowded = shared(nodes, usable, policies)
    session.execute(
        text("""UPDATE customer_identity SET quarantined = false
                WHERE identity_id = ANY(CAST(:touched AS bigint[])) AND quarantined
                  AND identity_id <> ALL(CAST(:crowded AS bigint[]))"""),
        {"touched": sorted(set(touched)), "crowded": sorted(crowded)},
    )


def _numbered(session: Session, plan: Plan) -> Plan:
    """The plan, in which new customers have numbers of their own."""
    founded = plan.assignment.founded
    if not founded:
        return plan
    numbers = next_numbers(session, table="customer", column="customer_id", count=len(founded))
    real = dict(zip((one.customer_id for one in founded), numbers.tolist(), strict=True))
    numbered = replace(
        plan.assignment,
        holder={one: real.get(who, who) for one, who in plan.assignment.holder.items()},
        founded=tuple(Founding(real[one.customer_id], one.root, one.visitor, one.left) for one in founded),
        pieces=tuple(
            replace(
                piece,
                customer_id=real.get(piece.customer_id, piece.customer_id),
                after=real.get(piece.after, piece.after),
            )
            for piece in plan.assignment.pieces
        ),
    )
    return replace(plan, assignment=numbered)


def _known_at(plan: Plan, now: datetime) -> dict[int, datetime]:
    """Since when each new customer is known: the earliest of their identities."""
    since: dict[int, datetime] = {}
    new = {one.customer_id for one in plan.assignment.founded}
    for identity_id, customer_id in plan.assignment.holder.items():
        if customer_id in new:
            fresh = plan.fresh.get(identity_id)
            seen = fresh.seen_at if fresh else plan.region.created.get(identity_id, now)
            since[customer_id] = min(seen, since.get(customer_id, seen))
    return since


def _write_identities(session: Session, plan: Plan, brand: dict[str, object]) -> list[int]:
    """New identities stand with their customer, known ones follow theirs.

    returns  the known ones that moved
    """
    holder = plan.assignment.holder
    moved = [(one, holder[one]) for one, before in plan.region.holder.items() if holder[one] != before]
    if moved:
        stage(session, "staged_move", "identity_id bigint, customer_id bigint", moved)
        session.execute(
            text("""UPDATE customer_identity i SET customer_id = m.customer_id FROM staged_move m
                    WHERE m.identity_id = i.identity_id""")
        )
    if plan.fresh:
        stage(
            session,
            "staged_identity",
            "identity_id bigint, customer_id bigint, namespace text, value_index bytea, value_sealed bytea, "
            "source text",
            (
                (one.identity_id, holder[one.identity_id], one.namespace, one.key, one.sealed, one.source)
                for one in plan.fresh.values()
            ),
        )
        session.execute(text(ADD_IDENTITIES), brand)
    return [one for one, _ in moved]


def _write_edges(session: Session, edges: Sequence[FreshEdge], brand: dict[str, object]) -> None:
    if not edges:
        return
    stage(
        session,
        "staged_edge",
        "left_id bigint, right_id bigint, source text, event_id text, said_at timestamptz, authenticated boolean, "
        "overrides boolean, said_by text, because text",
        (
            (one.edge.left, one.edge.right, one.edge.source, one.event_id, one.edge.said_at, one.edge.authenticated,
             one.edge.overrides, one.said_by, one.because)
            for one in edges
        ),
    )  # fmt: skip
    session.execute(text(ADD_EDGES), brand)
