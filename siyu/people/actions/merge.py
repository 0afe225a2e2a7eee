"""A person joins two customers, or takes a link back; each can be looked at before it is done."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.kernel.audit import Actor, record
from siyu.kernel.db import brand_of
from siyu.kernel.errors import NotFound
from siyu.people.actions.regroup import (
    Change,
    FreshEdge,
    Plan,
    free_quarantined,
    lock_links,
    plan_change,
    regroup,
)
from siyu.people.contracts import STAFF, MergeEffect, MergePart, MergePreview, Move, Regrouped
from siyu.people.errors import NothingToLink
from siyu.people.models import Customer, CustomerIdentity, IdentityEdge, IdentityEdgeRetraction
from siyu.people.queries.persons import persons_of
from siyu.people.rules.graph import Edge
from siyu.people.rules.persons import persons_after

UNCHANGED = Regrouped((), 0, 0, 0)


def merge_customers(
    session: Session,
    left: int,
    right: int,
    *,
    actor: Actor,
    reason: str,
    now: datetime,
    parts: Iterable[MergePart] = (),
) -> Regrouped:
    """Two customers are one person, because somebody says so. Saying it again changes nothing.

    raises   NotFound, NothingToLink
    effects  a link by staff that no guard refuses; what links do; audit customer.merged
    """
    lock_links(session)
    roots = _roots(session, left, right)
    if _current(session, left) == _current(session, right):
        return UNCHANGED
    change = _said_by_staff(
        roots, event_id=f"merge@{now.isoformat()}", now=now, said_by=actor.label, because=reason
    )
    done = regroup(session, change, batch_id=None, now=now, parts=parts)
    record(
        session, actor=actor, action="customer.merged", subject=("customer", _current(session, left)),
        after={"customer_ids": sorted((left, right)), "reason": reason, "moves": _told(done.moves)}, now=now,
    )  # fmt: skip
    return done


def preview_merge(
    session: Session, left: int, right: int, *, now: datetime, parts: Iterable[MergePart] = ()
) -> MergePreview:
    """What `merge_customers` would do, here and in the modules that take part; nothing is written.

    raises  NotFound, NothingToLink
    """
    roots = _roots(session, left, right)
    if _current(session, left) == _current(session, right):
        return MergePreview((), (), ())
    told = _said_by_staff(roots, event_id="", now=now)
    unsaid = [FreshEdge(_checked(one.edge), one.event_id) for one in told.edges]
    without_word = plan_change(session, Change(touched=told.touched, edges=unsaid))
    overruled = {reason.value for reason in without_word.refused.values()} - {
        reason.value for reason in plan_change(session, Change(touched=told.touched)).refused.values()
    }
    return _preview(session, plan_change(session, told), tuple(sorted(overruled)), parts)


def retract_edge(
    session: Session,
    edge_id: int,
    *,
    actor: Actor,
    reason: str,
    now: datetime,
    parts: Iterable[MergePart] = (),
) -> Regrouped:
    """The link counts no more, and each side has exactly what it had. Taking it back again changes nothing.

    raises   NotFound
    effects  identity_edge_retraction; what links do; audit customer.unmerged
    """
    edge = _edge(session, edge_id)
    lock_links(session)
    if session.get(IdentityEdgeRetraction, edge_id) is not None:
        return UNCHANGED
    session.add(
        IdentityEdgeRetraction(
            edge_id=edge_id, brand_id=brand_of(session), retracted_by=actor.label, reason=reason, at=now
        )
    )
    session.flush()
    ends = frozenset({edge.left_id, edge.right_id})
    free_quarantined(session, ends)
    done = regroup(session, Change(touched=ends), batch_id=None, now=now, parts=parts)
    record(
        session, actor=actor, action="customer.unmerged", subject=("identity_edge", edge_id),
        after={"reason": reason, "moves": _told(done.moves), "founded": done.founded}, now=now,
    )  # fmt: skip
    return done


def preview_retraction(session: Session, edge_id: int, *, parts: Iterable[MergePart] = ()) -> MergePreview:
    """What `retract_edge` would do, here and in the modules that take part; nothing is written.

    raises  NotFound
    """
    edge = _edge(session, edge_id)
    change = Change(touched=frozenset({edge.left_id, edge.right_id}), without=frozenset({edge_id}))
    return _preview(session, plan_change(session, change), (), parts)


def link_by_staff(
    session: Session,
    ends: Sequence[int],
    *,
    event_id: str,
    actor: Actor,
    reason: str,
    now: datetime,
    parts: Iterable[MergePart],
) -> Regrouped:
    """Two identities are one person's, because somebody says so; no guard refuses it. The caller holds the lock."""
    change = _said_by_staff(ends, event_id=event_id, now=now, said_by=actor.label, because=reason)
    return regroup(session, change, batch_id=None, now=now, parts=parts)


def roots_of(session: Session, identity_ids: Sequence[int]) -> list[int]:
    """The identities on which the customers of these identities were founded.

    raises  NothingToLink
    """
    return _roots(session, *(_identity(session, one).customer_id for one in identity_ids))


def _said_by_staff(
    ends: Sequence[int],
    *,
    event_id: str,
    now: datetime,
    said_by: str | None = None,
    because: str | None = None,
) -> Change:
    low, high = sorted(ends)
    edge = Edge(low, high, STAFF, authenticated=True, said_at=now, overrides=True)
    return Change(touched=frozenset(ends), edges=[FreshEdge(edge, event_id, said_by, because or None)])


def _checked(edge: Edge) -> Edge:
    """The same link, as a source would say it."""
    return Edge(edge.left, edge.right, edge.source, authenticated=True, said_at=edge.said_at)


def _preview(
    session: Session, plan: Plan, overruled: tuple[str, ...], parts: Iterable[MergePart]
) -> MergePreview:
    holder = plan.assignment.holder
    moved = tuple(sorted(one for one, before in plan.region.holder.items() if holder[one] != before))
    moves = plan.assignment.moves
    return MergePreview(moves, moved, overruled, _effects(session, moves, parts) if moves else ())


def _effects(session: Session, moves: Sequence[Move], parts: Iterable[MergePart]) -> tuple[MergeEffect, ...]:
    touched = {
        number for move in moves for number in (move.customer_id, move.before, move.after) if number > 0
    }
    before = sorted(set(persons_of(session, customer_ids=touched).values()))
    after = persons_after(before, moves)
    effects = []
    for part in parts:
        now, then = part.weigh(session, persons=before), part.weigh(session, persons=after)
        effects += [MergeEffect(name, now[name], then[name]) for name in now]
    return tuple(effects)


def _roots(session: Session, *customers: int) -> list[int]:
    roots = []
    for customer_id in customers:
        customer = session.get(Customer, customer_id, populate_existing=True)
        if customer is None:
            raise NotFound(what="customer", key=customer_id)
        if customer.root_identity_id is None:
            raise NothingToLink(customer_id=customer_id)
        roots.append(customer.root_identity_id)
    return roots


def _current(session: Session, customer_id: int) -> int:
    query = text("SELECT coalesce(merged_into, customer_id) FROM customer WHERE customer_id = :customer")
    return int(session.execute(query, {"customer": customer_id}).scalar_one())


def _identity(session: Session, identity_id: int) -> CustomerIdentity:
    identity = session.get(CustomerIdentity, identity_id, populate_existing=True)
    if identity is None:
        raise NotFound(what="identity", key=identity_id)
    return identity


def _edge(session: Session, edge_id: int) -> IdentityEdge:
    edge = session.get(IdentityEdge, edge_id)
    if edge is None:
        raise NotFound(what="link", key=edge_id)
    return edge


def _told(moves: Iterable[Move]) -> list[str]:
    return [f"{move.customer_id}: {move.before} → {move.after}" for move in moves][:100]
