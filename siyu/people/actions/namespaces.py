"""A brand says what identities of a namespace mean, and its customers are grouped by that from then on."""

from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.kernel.audit import Actor, record
from siyu.kernel.db import brand_of
from siyu.people.actions.regroup import Change, free_quarantined, lock_links, regroup
from siyu.people.contracts import MergePart, NamespacePolicy, Regrouped
from siyu.people.models import IdentityNamespace
from siyu.people.queries.links import policies_for
from siyu.people.rules.namespaces import policy_of


def change_namespace(
    session: Session,
    policy: NamespacePolicy,
    *,
    actor: Actor,
    now: datetime,
    parts: Iterable[MergePart] = (),
) -> Regrouped:
    """The namespace means this for the brand, and every customer with such an identity is who the links make them.

    How values are written is not for a brand to change: those that are stored could not be found any more.

    effects  identity_namespace; what links do; audit identity_namespace.changed
    limits   reads every identity that is linked with one of the namespace, in one transaction
    """
    lock_links(session)
    wanted = replace(policy, normaliser=policy_of(policy.namespace).normaliser)
    before = policies_for(session, [policy.namespace])[policy.namespace]
    told = _told(wanted)
    columns = {name: value for name, value in told.items() if name != "namespace"}
    row = session.get(IdentityNamespace, (brand_of(session), policy.namespace))
    if row is None:
        session.add(IdentityNamespace(brand_id=brand_of(session), namespace=policy.namespace, **columns))
    else:
        for name, value in columns.items():
            setattr(row, name, value)
    session.flush()
    record(
        session, actor=actor, action="identity_namespace.changed", subject=("identity_namespace", policy.namespace),
        before=_told(before), after=told, now=now,
    )  # fmt: skip
    touched = frozenset(_around(session, policy.namespace))
    free_quarantined(session, touched)
    return regroup(session, Change(touched=touched), batch_id=None, now=now, parts=parts)


def _around(session: Session, namespace: str) -> list[int]:
    """Identities of the namespace, and those linked with one, which may be quarantined because of it."""
    query = text("""
        WITH theirs AS (
            SELECT identity_id FROM customer_identity
            WHERE brand_id = :brand AND (namespace = :namespace OR namespace LIKE :family)
        )
        SELECT identity_id FROM theirs
        UNION SELECT e.right_id FROM theirs JOIN identity_edge e ON e.left_id = identity_id
        UNION SELECT e.left_id FROM theirs JOIN identity_edge e ON e.right_id = identity_id
    """)
    escaped = namespace.replace("\\", "\\\\").replace("_", "\\_").replace("%", "\\%")
    found = {"brand": brand_of(session), "namespace": namespace, "family": f"{escaped}:%"}
    return list(session.scalars(query, found))


def _told(policy: NamespacePolicy) -> dict[str, Any]:
    sources = None if policy.sources is None else sorted(policy.sources)
    return asdict(policy) | {"normaliser": policy.normaliser.value, "sources": sources}
