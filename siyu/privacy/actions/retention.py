"""Things are kept as long as the brand says and no longer; each night says what it removed."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from siyu.kernel.app import App
from siyu.kernel.audit import SYSTEM, Actor, record
from siyu.kernel.db import brand_of
from siyu.kernel.errors import NotFound
from siyu.privacy.actions.keeping import LakeVersions
from siyu.privacy.contracts import Keeping
from siyu.privacy.models import RetentionPolicy, RetentionRun
from siyu.privacy.queries.retention import days_by_kind
from siyu.privacy.rules.retention import before_of

ONCE_IN = timedelta(hours=20)


def change_retention(
    session: Session, keepings: tuple[Keeping, ...], *, kind: str, days: int, actor: Actor, now: datetime
) -> None:
    """Things of the kind are kept for so many days from tonight on.

    raises   NotFound
    effects  retention_policy; audit retention.changed
    """
    known = {one.kind: one.days for one in keepings}
    if kind not in known:
        raise NotFound(what="kind of kept things", key=kind)
    row = session.get(RetentionPolicy, (brand_of(session), kind), with_for_update=True)
    before = row.days if row else known[kind]
    if row is None:
        session.add(
            RetentionPolicy(
                brand_id=brand_of(session), kind=kind, days=days, updated_by=actor.label, updated_at=now
            )
        )
    else:
        row.days, row.updated_by, row.updated_at = days, actor.label, now
    session.flush()
    record(
        session, actor=actor, action="retention.changed", subject=("retention", kind), before={"days": before},
        after={"days": days}, now=now,
    )  # fmt: skip


def run_night(app: App, *, brand_id: int, now: datetime) -> dict[str, int] | None:
    """Everything the brand keeps no longer is gone. A second call within 20 hours does nothing.

    returns  how many of each kind went, those that had any; None if it was done already
    effects  what the kinds remove; retention_run; audit retention.ran if anything went
    """
    with app.db.transaction(brand_id=brand_id) as session:
        last = session.scalar(
            select(RetentionRun.ran_at).order_by(RetentionRun.retention_run_id.desc()).limit(1)
        )
        if last is not None and now - last < ONCE_IN:
            return None
        days = days_by_kind(session, app.wiring.of(Keeping))
    removed = {
        one.kind: one.remove(app, brand_id=brand_id, before=before_of(now, days[one.kind]))
        for one in app.wiring.of(Keeping)
    }
    told = {kind: count for kind, count in removed.items() if count}
    with app.db.transaction(brand_id=brand_id) as session:
        session.add(RetentionRun(brand_id=brand_id, ran_at=now, removed=told))
        if told:
            record(
                session,
                actor=SYSTEM,
                action="retention.ran",
                subject=("retention", "night"),
                after=told,
                now=now,
            )
    return told


def tidy_lake(app: App, *, now: datetime) -> None:
    """Older versions of lake files are gone; one process at a time.

    effects  see LakeVersions
    """
    with app.db.exclusive("privacy.tidy_lake"):
        LakeVersions().tidy(app, now=now)
