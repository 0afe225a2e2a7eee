"""A brand says how many identities one customer may have, and whom that concerns is grouped by it from then on."""

from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.kernel.app import App
from siyu.kernel.audit import Actor, record
from siyu.kernel.db import brand_of
from siyu.kernel.jobs import defer
from siyu.kernel.longwork import Progress, announce_task
from siyu.people.actions.namespaces import PREVIEW_MAX, NamespacePreview
from siyu.people.actions.regroup import Change, lock_links, plan_change, regroup
from siyu.people.contracts import MergePart, Regrouped
from siyu.people.queries.links import limit_of

LIMIT_JOB, LIMIT_KIND = "people.change_identity_limit", "identity_limit_change"

WRITE = """
    INSERT INTO identity_limit (brand_id, identities_max) VALUES (:brand, :most)
    ON CONFLICT (brand_id) DO UPDATE SET identities_max = excluded.identities_max
"""
# A lower limit parts whoever has more. A higher one joins what the limit kept apart; the reason of a review that a
# person closed may be an old one.
TOUCHED = """
    SELECT i.identity_id FROM customer_identity i
    WHERE i.brand_id = :brand AND i.customer_id IN (
        SELECT customer_id FROM customer_identity WHERE brand_id = :brand
        GROUP BY customer_id HAVING count(*) > :least)
    UNION
    SELECT unnest(ARRAY[r.left_id, r.right_id]) FROM identity_review r
    WHERE r.brand_id = :brand AND r.right_id IS NOT NULL AND (r.reason = 'too_many' OR r.state <> 'open')
"""


def change_limit(
    session: Session, identities_max: int, *, actor: Actor, now: datetime, parts: Iterable[MergePart] = ()
) -> Regrouped:
    """One customer has at most so many identities, and whom that concerns is who the links make them.

    Links that were refused for the limit join what they may now; of who has too many, the links said last part.
    The same number again changes nothing.

    effects  identity_limit; what links do; audit identity_limit.changed
    limits   reads whoever has more than the lower of the two limits, in one transaction
    """
    lock_links(session)
    before = limit_of(session)
    touched = _touched(session, before, identities_max)
    _write(session, identities_max)
    if before != identities_max:
        record(
            session, actor=actor, action="identity_limit.changed", subject=("identity_limit", "brand"),
            before={"identities_max": before}, after={"identities_max": identities_max}, now=now,
        )  # fmt: skip
    return regroup(session, Change(touched=touched), batch_id=None, now=now, parts=parts)


def preview_limit(session: Session, identities_max: int) -> NamespacePreview:
    """What `change_limit` would do; nothing is written.

    limits  above 300,000 identities it only says how many they are
    """
    touched = _touched(session, limit_of(session), identities_max)
    if len(touched) > PREVIEW_MAX:
        return NamespacePreview(len(touched), None, None, None)
    trial = session.begin_nested()
    try:
        _write(session, identities_max)
        plan = plan_change(session, Change(touched=touched))
        moved, founded = len(plan.assignment.moves), len(plan.assignment.founded)
        return NamespacePreview(len(touched), moved, founded, len(plan.refused))
    finally:
        trial.rollback()
        session.expire_all()


def request_limit(session: Session, identities_max: int, *, actor: Actor, now: datetime) -> int:
    """A task will change the limit; who sends events meanwhile waits for it no longer than it regroups.

    returns  the task's number
    effects  a task and its job
    """
    task_id = announce_task(session, kind=LIMIT_KIND, title=str(identities_max), actor=actor, now=now)
    defer(
        session, LIMIT_JOB, brand_id=brand_of(session), task_id=task_id, identities_max=identities_max,
        actor=asdict(actor),
    )  # fmt: skip
    return task_id


def run_limit(
    app: App, *, brand_id: int, task_id: int, identities_max: int, actor: Actor, now: datetime
) -> None:
    """The limit is this; run again it changes nothing.

    effects  as change_limit; the task ended
    """
    progress = Progress(lambda: app.db.transaction(brand_id=brand_id), task_id)
    if not progress.start(now=now):
        return
    progress.at("regrouping")
    with app.db.transaction(brand_id=brand_id) as session:
        done = change_limit(session, identities_max, actor=actor, now=now, parts=app.wiring.of(MergePart))
        result = {"identities_max": identities_max, "customers": len(done.moves), "founded": done.founded,
                  "refused": done.refused}  # fmt: skip
        Progress(lambda: nullcontext(session), task_id).end("done", now=now, result=result)


def _touched(session: Session, before: int, after: int) -> frozenset[int]:
    given = {"brand": brand_of(session), "least": min(before, after)}
    return frozenset(session.scalars(text(TOUCHED), given))


def _write(session: Session, identities_max: int) -> None:
    session.execute(text(WRITE), {"brand": brand_of(session), "most": identities_max})
