"""How long things are kept, what tonight would remove, and what the last nights did."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from siyu.kernel.app import App
from siyu.kernel.db import brand_of
from siyu.privacy.contracts import Keeping, Said
from siyu.privacy.models import RetentionPolicy, RetentionRun
from siyu.privacy.rules.retention import before_of

RUNS_SHOWN = 14


@dataclass(frozen=True, slots=True)
class KeptKind:
    """A kind of thing: for how long, how long by default, and how many are due tonight."""

    kind: str
    what: Said
    days: int
    days_default: int
    due: int


@dataclass(frozen=True, slots=True)
class NightRun:
    """What one night removed, by kind."""

    ran_at: datetime
    removed: Mapping[str, int]


def days_by_kind(session: Session, keepings: Sequence[Keeping]) -> dict[str, int]:
    """For how many days the session's brand keeps each kind."""
    own = select(RetentionPolicy.kind, RetentionPolicy.days).where(
        RetentionPolicy.brand_id == brand_of(session)
    )
    said = {kind: days for kind, days in session.execute(own)}  # noqa: C416 -- rows are no pairs to mypy
    return {one.kind: said.get(one.kind, one.days) for one in keepings}


def kept_kinds(app: App, *, brand_id: int, now: datetime) -> tuple[KeptKind, ...]:
    """Every kind, with how many tonight would remove."""
    keepings = app.wiring.of(Keeping)
    with app.db.transaction(brand_id=brand_id) as session:
        days = days_by_kind(session, keepings)
    return tuple(
        KeptKind(
            one.kind, one.what, days[one.kind], one.days,
            one.due(app, brand_id=brand_id, before=before_of(now, days[one.kind])),
        )
        for one in keepings
    )  # fmt: skip


def night_runs(session: Session) -> tuple[NightRun, ...]:
    """The last fortnight's, newest first."""
    query = select(RetentionRun).where(RetentionRun.brand_id == brand_of(session))
    rows = session.scalars(query.order_by(RetentionRun.retention_run_id.desc()).limit(RUNS_SHOWN))
    return tuple(NightRun(row.ran_at, row.removed) for row in rows)
