"""Rejected events over HTTP: seen, mended, sent again, dropped."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi import Path as InPath

from siyu.intake.actions.events_reading import opened_event
from siyu.intake.actions.events_rejects import drop_rejects, mend_reject, replay_rejects
from siyu.intake.models import EventReject
from siyu.intake.queries import events as queries
from siyu.intake.rules.events_typing import EVENT_REASONS, event_reason_text, without_personal
from siyu.intake.schemas.events import (
    EventMending,
    EventRejectLine,
    EventRejectList,
    EventRejectOut,
    RejectChoice,
    RejectsMoved,
)
from siyu.kernel.app import App
from siyu.kernel.clock import utcnow
from siyu.kernel.http import AppDep, language_of
from siyu.organisation.access import BrandSession, require
from siyu.organisation.contracts import Caller
from siyu.people.api import mask

router = APIRouter(prefix="/events/rejects", tags=["events"])
Reader = Annotated[Caller, Depends(require("events.read"))]
Editor = Annotated[Caller, Depends(require("events.edit"))]
RejectId = Annotated[int, InPath(ge=1, le=2**63 - 1)]
Chosen = Annotated[str | None, Query(max_length=64, pattern=r"^[^\x00]*$")]


@router.get("")
def list_event_rejects(
    request: Request,
    _caller: Reader,
    session: BrandSession,
    cursor: Annotated[
        str | None, Query(pattern="^[0-9]{1,18}$", description="next_cursor of the page before")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=queries.PAGE_ROWS_MAX)] = 50,
    state: Literal["waiting", "replayed", "dropped"] = "waiting",
    event: Chosen = None,
    reason: Chosen = None,
) -> EventRejectList:
    """A page of events that were turned away, the newest first."""
    page = queries.rejects_page(
        session,
        after_id=None if cursor is None else int(cursor),
        limit=limit,
        state=state,
        event=event,
        reason=reason,
    )
    lines = [_line(one, language_of(request)) for one in page.items]
    return EventRejectList(items=lines, next_cursor=page.next_cursor, total=page.total)


@router.get("/{event_reject_id}")
def read_event_reject(
    event_reject_id: RejectId, request: Request, caller: Reader, app: AppDep, session: BrandSession
) -> EventRejectOut:
    """One rejected event; personal data is hidden."""
    reject = queries.reject_by_id(session, event_reject_id=event_reject_id)
    return _whole(reject, app, caller, language_of(request))


@router.patch("/{event_reject_id}")
def mend_event_reject(
    event_reject_id: RejectId,
    body: EventMending,
    request: Request,
    caller: Editor,
    app: AppDep,
    session: BrandSession,
) -> EventRejectOut:
    """The rejected event says something else from now on, and waits to be replayed."""
    mend_reject(
        session, cipher=app.cipher, event_reject_id=event_reject_id,
        changes=body.model_dump(exclude_none=True, mode="json"), actor=caller.actor, now=utcnow(),
    )  # fmt: skip
    reject = queries.reject_by_id(session, event_reject_id=event_reject_id)
    return _whole(reject, app, caller, language_of(request))


@router.post("/replay", status_code=202)
def replay_event_rejects(
    body: RejectChoice, caller: Editor, app: AppDep, session: BrandSession
) -> RejectsMoved:
    """The chosen rejects go the way of new events again; those that arrived meanwhile stay one fact."""
    events = replay_rejects(
        session, cipher=app.cipher, event_reject_ids=body.event_reject_ids, event=body.event, reason=body.reason,
        actor=caller.actor, now=utcnow(),
    )  # fmt: skip
    return RejectsMoved(events=events)


@router.post("/drop")
def drop_event_rejects(body: RejectChoice, caller: Editor, session: BrandSession) -> RejectsMoved:
    """The chosen rejects are given up."""
    events = drop_rejects(
        session, event_reject_ids=body.event_reject_ids, event=body.event, reason=body.reason, actor=caller.actor,
        now=utcnow(),
    )  # fmt: skip
    return RejectsMoved(events=events)


def _line(reject: EventReject, language: str) -> EventRejectLine:
    known = reject.reason in EVENT_REASONS
    return EventRejectLine(
        event_reject_id=reject.event_reject_id, source=reject.source, event=reject.event, reason=reject.reason,
        reason_text=event_reason_text(reject.reason, language) if known else reject.reason, field=reject.field,
        occurred_at=reject.occurred_at, received_at=reject.received_at, state=reject.state,
    )  # fmt: skip


def _whole(reject: EventReject, app: App, caller: Caller, language: str) -> EventRejectOut:
    event = opened_event(app.cipher, caller.brand.brand_id, reject.body_sealed)
    return EventRejectOut(
        **_line(reject, language).model_dump(),
        event_id=event.event_id,
        identities=[{"namespace": one.namespace, "value": mask(one.value)} for one in event.identities],
        properties=without_personal(event.properties),
        version=event.version,
    )
