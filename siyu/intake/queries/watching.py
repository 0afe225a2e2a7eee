"""What intake is to be told of: a source of which suddenly many events are rejected."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from siyu.intake.models import EventSourceDay
from siyu.intake.rules.watching import DAYS_BEFORE, is_rising
from siyu.kernel.db import brand_of
from siyu.kernel.notices import News, Watch
from siyu.organisation.api import brand_day


def rejects_rising(session: Session, *, now: datetime) -> Iterator[News]:
    """Sources with far more rejected events today than in the week before; each is told once a day."""
    today = brand_day(session, now=now)
    rows = session.execute(
        select(
            EventSourceDay.source,
            EventSourceDay.day,
            EventSourceDay.rejected,
            EventSourceDay.last_rejected_event,
        )
        .where(
            EventSourceDay.brand_id == brand_of(session),
            EventSourceDay.day >= today - timedelta(days=DAYS_BEFORE),
            EventSourceDay.rejected > 0,
        )
        .order_by(EventSourceDay.source)
    )
    rejected, before, event = dict[str, int](), defaultdict[str, list[int]](list), dict[str, str]()
    for row in rows:
        if row.day == today:
            rejected[row.source], event[row.source] = row.rejected, row.last_rejected_event
        else:
            before[row.source].append(row.rejected)
    for source, count in rejected.items():
        if is_rising(count, before[source]):
            yield News(
                "rejects_rising", f"rejects/{source}/{today}", "warning", ("event_source", source),
                {"source": source, "rejected": count, "event": event[source]}, permission="events.edit",
            )  # fmt: skip


WATCHES = (Watch("intake.rejects", rejects_rising),)
