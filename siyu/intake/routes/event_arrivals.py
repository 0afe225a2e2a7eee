"""What arrives, over HTTP: the last events as they come, and each source with what was wrong with it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from siyu.intake.queries.events_live import recent_events, sources
from siyu.intake.rules.events_typing import said_reason
from siyu.intake.schemas.events import EventSourceList, EventSourceOut, RecentEventList, RecentEventOut
from siyu.kernel.clock import utcnow
from siyu.kernel.http import AppDep, language_of
from siyu.kernel.parameters import LARGEST_ID
from siyu.organisation.access import BrandSession, require
from siyu.organisation.api import brand_day
from siyu.organisation.contracts import Caller

router = APIRouter(prefix="/events", tags=["events"])
Reader = Annotated[Caller, Depends(require("events.read"))]
Wanted = Annotated[str | None, Query(max_length=100, pattern=r"^[^\x00]*$")]


@router.get("/live")
def list_recent_events(
    request: Request,
    _caller: Reader,
    app: AppDep,
    session: BrandSession,
    after_id: Annotated[int, Query(ge=0, le=LARGEST_ID)] = 0,
    source: Wanted = None,
    event: Wanted = None,
    outcome: Annotated[str | None, Query(pattern="^(taken|rejected|repeated)$")] = None,
) -> RecentEventList:
    """The last events that came, the newest first, each with what became of it; a busy batch shows a few of a kind."""
    language = language_of(request)
    found = recent_events(
        session, cipher=app.cipher, after_id=after_id, source=source, event=event, outcome=outcome
    )
    return RecentEventList(
        items=[
            RecentEventOut(
                recent_id=one.recent_id, source=one.source, event=one.event, outcome=one.outcome, reason=one.reason,
                reason_text=said_reason(one.reason, language), field=one.field, occurred_at=one.occurred_at,
                received_at=one.received_at, customer_id=one.customer_id, identities=one.identities,
                properties=one.properties, version=one.version,
            )
            for one in found
        ]
    )  # fmt: skip


@router.get("/sources")
def list_event_sources(request: Request, _caller: Reader, session: BrandSession) -> EventSourceList:
    """Each source of events with what it sent in 30 days, and what was last rejected or refused of it."""
    language = language_of(request)
    found = [
        EventSourceOut(
            source=one.source, events_today=one.events_today, events=one.events, rejected=one.rejected,
            refused=one.refused, last_received_at=one.last_received_at, last_rejected_at=one.last_rejected_at,
            last_rejected_event=one.last_rejected_event, last_rejected_reason=one.last_rejected_reason,
            last_rejected_text=said_reason(one.last_rejected_reason, language), last_refused_at=one.last_refused_at,
            last_refused_code=one.last_refused_code,
        )
        for one in sources(session, today=brand_day(session, now=utcnow()))
    ]  # fmt: skip
    return EventSourceList(items=found, total=len(found))
