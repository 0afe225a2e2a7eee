"""Rejected events over HTTP: seen, mended, sent again, dropped."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi import Path as InPath

from siyu.intake.actions.events_reading import opened_event
from siyu.intake.actions.events_rejects import drop_rejects, mend_reject, replay_rejects
from siyu.intake.actions.events_replay import Chosen, foresee_replay, request_replay
from siyu.intake.models import EventReject
from siyu.intake.queries import events as queries
from siyu.intake.queries.events_live import reject_groups
from siyu.intake.rules.events_mending import Step
from siyu.intake.rules.events_typing import said_reason, without_personal
from siyu.intake.schemas.events import (
    EventMending,
    EventRejectLine,
    EventRejectList,
    EventRejectOut,
    MendingForeseen,
    MendingRule,
    RejectChoice,
    RejectFilter,
    RejectGroupList,
    RejectGroupOut,
    RejectReasonCount,
    RejectsMoved,
    ReplayStarted,
)
from siyu.kernel.app import App
from siyu.kernel.clock import utcnow
from siyu.kernel.facts import FactType
from siyu.kernel.http import AppDep, language_of
from siyu.organisation.access import BrandSession, require
from siyu.organisation.contracts import Caller
from siyu.people.api import mask

router = APIRouter(prefix="/events/rejects", tags=["events"])
Reader = Annotated[Caller, Depends(require("events.read"))]
Editor = Annotated[Caller, Depends(require("events.edit"))]
RejectId = Annotated[int, InPath(ge=1, le=2**63 - 1)]
Wanted = Annotated[str | None, Query(max_length=64, pattern=r"^[^\x00]*$")]


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
    event: Wanted = None,
    reason: Wanted = None,
    field: Wanted = None,
    source: Wanted = None,
) -> EventRejectList:
    """A page of events that were turned away, the newest first."""
    page = queries.rejects_page(
        session, after_id=None if cursor is None else int(cursor), limit=limit, state=state, event=event,
        reason=reason, field=field, source=source,
    )  # fmt: skip
    lines = [_line(one, language_of(request)) for one in page.items]
    return EventRejectList(items=lines, next_cursor=page.next_cursor, total=page.total)


@router.get("/groups")
def list_event_reject_groups(
    request: Request, _caller: Reader, session: BrandSession, source: Wanted = None
) -> RejectGroupList:
    """What waits among the rejects by event, reason and field, the most first."""
    language = language_of(request)
    groups = [
        RejectGroupOut(
            event=one.event, reason=one.reason, reason_text=said_reason(one.reason, language), field=one.field,
            events=one.events, last_received_at=one.last_received_at,
        )
        for one in reject_groups(session, source=source)
    ]  # fmt: skip
    return RejectGroupList(items=groups, waiting=sum(one.events for one in groups))


@router.post("/foresee")
def foresee_event_replay(
    body: MendingRule, request: Request, _caller: Reader, app: AppDep, session: BrandSession
) -> MendingForeseen:
    """What mending the chosen rejects by these steps would come to; nothing is changed."""
    seen = foresee_replay(
        session, cipher=app.cipher, fact_types=app.wiring.of(FactType), chosen=_filter(body), steps=_steps(body),
        now=utcnow(),
    )  # fmt: skip
    language = language_of(request)
    reasons = [
        RejectReasonCount(reason=reason, reason_text=said_reason(reason, language), events=events)
        for reason, events in sorted(seen.reasons.items(), key=lambda one: -one[1])
    ]
    return MendingForeseen(
        waiting=seen.waiting, looked_at=seen.looked_at, good=seen.good, reasons=reasons, before=seen.before,
        after=seen.after,
    )  # fmt: skip


@router.post("/replay-all", status_code=202)
def replay_all_event_rejects(body: MendingRule, caller: Editor, session: BrandSession) -> ReplayStarted:
    """A task mends the chosen rejects by these steps and sends them the way of new events again."""
    task_id = request_replay(
        session, chosen=_filter(body), steps=_steps(body), actor=caller.actor, now=utcnow()
    )
    return ReplayStarted(task_id=task_id)


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
        session, event_reject_ids=body.event_reject_ids, event=body.event, reason=body.reason, field=body.field,
        source=body.source, because=body.because, actor=caller.actor, now=utcnow(),
    )  # fmt: skip
    return RejectsMoved(events=events)


def _filter(body: RejectFilter) -> Chosen:
    return Chosen(body.event, body.reason, body.field, body.source)


def _steps(body: MendingRule) -> list[Step]:
    return [Step(one.do, one.name, one.value) for one in body.steps]


def _line(reject: EventReject, language: str) -> EventRejectLine:
    return EventRejectLine(
        event_reject_id=reject.event_reject_id, source=reject.source, event=reject.event, reason=reject.reason,
        reason_text=said_reason(reject.reason, language), field=reject.field,
        occurred_at=reject.occurred_at, received_at=reject.received_at, state=reject.state,
        decided_at=reject.decided_at, decided_by=reject.decided_by, decided_because=reject.decided_because,
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
