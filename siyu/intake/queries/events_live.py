"""Reads of what arrives: the last events, and each source with what it sent and what was wrong with it."""

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from siyu.intake.models import EventRecent, EventReject, EventSourceDay
from siyu.kernel.crypto import Cipher
from siyu.kernel.db import brand_of

SHOWN_MAX = 200
SOURCES_MAX = 1_000
GROUPS_MAX = 500
DAYS = 30


def recent_context(brand_id: int) -> str:
    """What the shown events of a brand are sealed for."""
    return f"intake/recent/{brand_id}"


@dataclass(frozen=True, slots=True)
class RecentEvent:
    """One of the last events, with what became of it: taken, rejected or repeated."""

    recent_id: int
    source: str
    event: str
    outcome: str
    reason: str
    field: str
    occurred_at: datetime
    received_at: datetime
    customer_id: int | None
    identities: list[dict[str, str]]
    properties: dict[str, Any]
    version: int | None


@dataclass(frozen=True, slots=True)
class SourceView:
    """A source of events: what came of it today (UTC) and in 30 days, and the last thing that was wrong."""

    source: str
    events_today: int
    events: int
    rejected: int
    refused: int
    last_received_at: datetime | None
    last_rejected_at: datetime | None
    last_rejected_event: str
    last_rejected_reason: str
    last_refused_at: datetime | None
    last_refused_code: str


@dataclass(frozen=True, slots=True)
class RejectGroup:
    """Waiting rejects that have the same name, reason and field."""

    event: str
    reason: str
    field: str
    events: int
    last_received_at: datetime


def recent_events(
    session: Session,
    *,
    cipher: Cipher,
    after_id: int,
    source: str | None,
    event: str | None,
    outcome: str | None,
) -> list[RecentEvent]:
    """The events that came after `after_id`, the newest first.

    limits  200
    """
    brand_id = brand_of(session)
    query = select(EventRecent).where(EventRecent.brand_id == brand_id, EventRecent.recent_id > after_id)
    for column, wanted in (
        (EventRecent.source, source), (EventRecent.event, event), (EventRecent.outcome, outcome)
    ):  # fmt: skip
        query = query if wanted is None else query.where(column == wanted)
    rows = session.scalars(query.order_by(EventRecent.recent_id.desc()).limit(SHOWN_MAX))
    return [_shown(row, cipher, brand_id) for row in rows]


def sources(session: Session, *, today: date) -> list[SourceView]:
    """Every source of which anything came in 30 days, the busiest first.

    limits  1,000
    """
    since = EventSourceDay.day > today - timedelta(days=DAYS)
    mine = EventSourceDay.brand_id == brand_of(session)
    totals = session.execute(
        select(
            EventSourceDay.source,
            func.coalesce(func.sum(EventSourceDay.events).filter(EventSourceDay.day == today), 0).label(
                "today"
            ),
            func.sum(EventSourceDay.events).label("events"),
            func.sum(EventSourceDay.rejected).label("rejected"),
            func.sum(EventSourceDay.refused).label("refused"),
            func.max(EventSourceDay.last_received_at).label("received"),
        )
        .where(mine, since)
        .group_by(EventSourceDay.source)
        .order_by(func.sum(EventSourceDay.events).desc(), EventSourceDay.source)
        .limit(SOURCES_MAX)
    ).all()
    rejected, refused = (
        {  # of each source the last one stays
            row.source: row
            for row in session.scalars(
                select(EventSourceDay).where(mine, since, moment.is_not(None)).order_by(moment)
            )
        }
        for moment in (EventSourceDay.last_rejected_at, EventSourceDay.last_refused_at)
    )
    return [
        SourceView(
            row.source, int(row.today), int(row.events), int(row.rejected), int(row.refused), row.received,
            *_last_rejected(rejected.get(row.source)), *_last_refused(refused.get(row.source)),
        )
        for row in totals
    ]  # fmt: skip


def reject_groups(session: Session, *, source: str | None) -> list[RejectGroup]:
    """Waiting rejects by event, reason and field, the most first.

    limits  500 groups
    """
    query = select(
        EventReject.event, EventReject.reason, EventReject.field, func.count().label("events"),
        func.max(EventReject.received_at).label("last"),
    ).where(EventReject.brand_id == brand_of(session), EventReject.state == "waiting")  # fmt: skip
    if source is not None:
        query = query.where(EventReject.source == source)
    rows = session.execute(
        query.group_by(EventReject.event, EventReject.reason, EventReject.field)
        .order_by(func.count().desc(), EventReject.event)
        .limit(GROUPS_MAX)
    )
    return [RejectGroup(row.event, row.reason, row.field, row.events, row.last) for row in rows]


def _shown(row: EventRecent, cipher: Cipher, brand_id: int) -> RecentEvent:
    detail = json.loads(cipher.decrypt_bytes(bytes(row.detail_sealed), context=recent_context(brand_id)))
    return RecentEvent(
        row.recent_id, row.source, row.event, row.outcome, row.reason, row.field, row.occurred_at, row.received_at,
        row.customer_id, **detail,
    )  # fmt: skip


def _last_rejected(row: EventSourceDay | None) -> tuple[datetime | None, str, str]:
    return (None, "", "") if row is None else (
        row.last_rejected_at, row.last_rejected_event, row.last_rejected_reason
    )  # fmt: skip


def _last_refused(row: EventSourceDay | None) -> tuple[datetime | None, str]:
    return (None, "") if row is None else (row.last_refused_at, row.last_refused_code)
