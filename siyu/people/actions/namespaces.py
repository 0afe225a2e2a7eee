"""A brand says what identities of a namespace mean, and its customers are grouped by that from then on."""

import re
from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.kernel.app import App
from siyu.kernel.audit import Actor, record
from siyu.kernel.db import brand_of
from siyu.kernel.jobs import defer
from siyu.kernel.longwork import Progress, announce_task
from siyu.people.actions.regroup import Change, free_quarantined, lock_links, plan_change, regroup
from siyu.people.contracts import MergePart, NamespacePolicy, Normaliser, Regrouped
from siyu.people.errors import BadNamespace
from siyu.people.models import IdentityNamespace
from siyu.people.queries.customers import brand_namespaces
from siyu.people.queries.links import policies_for
from siyu.people.rules.namespaces import KNOWN

CHANGE_JOB, CHANGE_KIND = "people.change_namespace", "namespace_change"
NAME = re.compile(r"[a-z][a-z0-9_]{1,39}")
SOURCE = re.compile(r"[^\x00-\x1f\x7f]{1,100}")
PREVIEW_MAX = 300_000


@dataclass(frozen=True, slots=True)
class NamespacePreview:
    """How many identities are concerned, and how many customers would count as others, be new, or links be refused.

    None where that takes too long to tell.
    """

    identities: int
    customers: int | None
    founded: int | None
    refused: int | None


def change_namespace(
    session: Session,
    policy: NamespacePolicy,
    *,
    actor: Actor,
    now: datetime,
    parts: Iterable[MergePart] = (),
) -> Regrouped:
    """The namespace means this for the brand, and every customer with such an identity is who the links make them.

    How values are written cannot change once there are any: those that are stored could not be found any more.

    raises   BadNamespace
    effects  identity_namespace; what links do; audit identity_namespace.changed
    limits   reads every identity that is linked with one of the namespace, in one transaction
    """
    lock_links(session)
    before = policies_for(session, [policy.namespace])[policy.namespace]
    wanted = _allowed(session, policy, before)
    touched = _write(session, wanted)
    record(
        session, actor=actor, action="identity_namespace.changed", subject=("identity_namespace", policy.namespace),
        before=_told(before), after=_told(wanted), now=now,
    )  # fmt: skip
    return regroup(session, Change(touched=touched), batch_id=None, now=now, parts=parts)


def preview_change(session: Session, policy: NamespacePolicy) -> NamespacePreview:
    """What `change_namespace` would do; nothing is written.

    raises  BadNamespace
    limits  reads every identity that is linked with one of the namespace; above 300,000 only says how many they are
    """
    before = policies_for(session, [policy.namespace])[policy.namespace]
    wanted = _allowed(session, policy, before)
    trial = session.begin_nested()
    try:
        around = frozenset(_around(session, policy.namespace))
        if len(around) > PREVIEW_MAX:
            return NamespacePreview(len(around), None, None, None)
        _write(session, wanted)
        plan = plan_change(session, Change(touched=around))
        return NamespacePreview(
            len(around), len(plan.assignment.moves), len(plan.assignment.founded), len(plan.refused)
        )
    finally:
        trial.rollback()
        session.expire_all()


def request_change(session: Session, policy: NamespacePolicy, *, actor: Actor, now: datetime) -> int:
    """A task will change the namespace; who sends events meanwhile waits for it no longer than it regroups.

    returns  the task's number
    raises   BadNamespace
    effects  a task and its job
    """
    _allowed(session, policy, policies_for(session, [policy.namespace])[policy.namespace])
    task_id = announce_task(session, kind=CHANGE_KIND, title=policy.namespace, actor=actor, now=now)
    defer(
        session,
        CHANGE_JOB,
        brand_id=brand_of(session),
        task_id=task_id,
        policy=_told(policy),
        actor=asdict(actor),
    )
    return task_id


def run_change(
    app: App, *, brand_id: int, task_id: int, policy: NamespacePolicy, actor: Actor, now: datetime
) -> None:
    """The namespace means this; run again it changes nothing.

    raises   BadNamespace
    effects  as change_namespace; the task ended
    """
    progress = Progress(lambda: app.db.transaction(brand_id=brand_id), task_id)
    if not progress.start(now=now):
        return
    progress.at("regrouping")
    with app.db.transaction(brand_id=brand_id) as session:
        done = change_namespace(session, policy, actor=actor, now=now, parts=app.wiring.of(MergePart))
        result = {"namespace": policy.namespace, "customers": len(done.moves), "founded": done.founded,
                  "refused": done.refused}  # fmt: skip
        Progress(lambda: nullcontext(session), task_id).end("done", now=now, result=result)


def policy_from(told: Mapping[str, Any]) -> NamespacePolicy:
    """The policy as a job or the console brings it."""
    sources = told["sources"]
    return NamespacePolicy(
        **{**told, "normaliser": Normaliser(told["normaliser"]),
           "sources": None if sources is None else frozenset(sources)}
    )  # fmt: skip


def _allowed(session: Session, policy: NamespacePolicy, before: NamespacePolicy) -> NamespacePolicy:
    """The policy, as far as it may be had.

    raises  BadNamespace
    """
    name = policy.namespace
    if not NAME.fullmatch(name):
        raise BadNamespace(
            namespace=name[:40], why="small letters, digits and _ only, beginning with a letter",
            why_zh="只能用小写字母、数字和下划线，并以字母开头",
        )  # fmt: skip
    if policy.sources is not None and not all(SOURCE.fullmatch(one) for one in policy.sources):
        raise BadNamespace(
            namespace=name, why="name its sources on one line each, of at most 100 characters",
            why_zh="来源名称最多 100 个字，不含换行",
        )  # fmt: skip
    if policy.shareable and policy.one_per_customer:
        raise BadNamespace(
            namespace=name, why="what many people share cannot be what a person has one of",
            why_zh="多人可共用的身份不能同时要求每人唯一",
        )  # fmt: skip
    if policy.normaliser is not before.normaliser and (name in KNOWN or name in brand_namespaces(session)):
        raise BadNamespace(
            namespace=name, why="how its values are written cannot change, for some are kept already",
            why_zh="已有数据，写法（规范化）不能再改",
        )  # fmt: skip
    return policy


def _write(session: Session, policy: NamespacePolicy) -> frozenset[int]:
    """The policy stands.

    returns  the identities whose grouping it can change
    """
    columns = {name: value for name, value in _told(policy).items() if name != "namespace"}
    row = session.get(IdentityNamespace, (brand_of(session), policy.namespace))
    if row is None:
        session.add(IdentityNamespace(brand_id=brand_of(session), namespace=policy.namespace, **columns))
    else:
        for name, value in columns.items():
            setattr(row, name, value)
    session.flush()
    touched = frozenset(_around(session, policy.namespace))
    free_quarantined(session, touched)
    return touched


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
