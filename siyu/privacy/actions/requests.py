"""Requests: somebody asks in a person's name, a second person agrees where the brand wants one, a worker does it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from siyu.kernel.audit import Actor, record
from siyu.kernel.db import brand_of
from siyu.kernel.errors import NotFound
from siyu.kernel.jobs import defer
from siyu.kernel.longwork import announce_task
from siyu.organisation.contracts import BrandInfo
from siyu.people.api import erased_since, require_customer
from siyu.privacy.contracts import OPEN_STATES, RequestInfo, RequestKind, RequestState
from siyu.privacy.errors import ErasedAlready, OtherPersonNeeded, RequestInOtherState, RequestOpen
from siyu.privacy.models import PrivacyRequest
from siyu.privacy.queries.requests import info_of
from siyu.privacy.rules.due import due_on

JOBS_OF = {RequestKind.ERASURE: "privacy.erase", RequestKind.EXPORT: "privacy.export"}
ERASURES_LOCK = "privacy/{brand_id}"


def ask_for(
    session: Session,
    *,
    kind: RequestKind,
    customer_id: int,
    reason: str,
    brand: BrandInfo,
    actor: Actor,
    now: datetime,
) -> RequestInfo:
    """The request stands, with the day by which it must be answered; what needs nobody's approval is begun.

    An export waits for nobody: what it shows, its asker may see.

    raises   NotFound, ErasedAlready, RequestOpen
    effects  privacy_request, perhaps a task and its job; audit privacy.requested, without the reason's words
    """
    require_customer(session, customer_id=customer_id)
    gone = erased_since(session, customer_id=customer_id)
    if gone is not None and kind is RequestKind.ERASURE:
        raise ErasedAlready(customer_id=customer_id, erased_on=gone.date().isoformat())
    _refuse_second(session, kind, customer_id)
    waits = kind is RequestKind.ERASURE and brand.needs_approval
    request = PrivacyRequest(
        brand_id=brand_of(session), kind=kind.value, customer_id=customer_id, reason=reason,
        state=(RequestState.AWAITING_APPROVAL if waits else RequestState.QUEUED).value,
        asked_by=actor.label, asked_by_key=actor.key, asked_at=now,
        due_on=due_on(now.astimezone(ZoneInfo(brand.time_zone)).date()), note="", steps=[],
    )  # fmt: skip
    session.add(request)
    session.flush()
    if not waits:
        _begin(session, request, actor=actor, now=now)
    record(
        session, actor=actor, action="privacy.requested", subject=("customer", customer_id),
        after={"request_id": request.request_id, "kind": kind.value, "due_on": request.due_on.isoformat()}, now=now,
    )  # fmt: skip
    return info_of(request)


def approve_request(session: Session, *, request_id: int, actor: Actor, now: datetime) -> RequestInfo:
    """The erasure is begun, because a second person agreed.

    raises   NotFound, RequestInOtherState, OtherPersonNeeded
    effects  a task and its job; audit privacy.approved
    """
    request = locked(session, request_id, wanted=(RequestState.AWAITING_APPROVAL,))
    if actor.key == request.asked_by_key:
        raise OtherPersonNeeded
    request.decided_by, request.decided_at = actor.label, now
    _begin(session, request, actor=actor, now=now)
    _note(session, request, "privacy.approved", actor, now)
    return info_of(request)


def refuse_request(
    session: Session, *, request_id: int, note: str, actor: Actor, now: datetime
) -> RequestInfo:
    """The erasure is not done, and the request says why.

    raises   NotFound, RequestInOtherState
    effects  audit privacy.refused
    """
    request = locked(session, request_id, wanted=(RequestState.AWAITING_APPROVAL,))
    request.state, request.note = RequestState.REFUSED.value, note
    request.decided_by, request.decided_at, request.finished_at = actor.label, now, now
    _note(session, request, "privacy.refused", actor, now)
    return info_of(request)


def resume_request(session: Session, *, request_id: int, actor: Actor, now: datetime) -> RequestInfo:
    """A request that failed goes on from where it stood.

    raises   NotFound, RequestInOtherState, RequestOpen
    effects  a task and its job; audit privacy.resumed
    """
    request = locked(session, request_id, wanted=(RequestState.FAILED,))
    _refuse_second(session, RequestKind(request.kind), request.customer_id)
    request.failure, request.finished_at = None, None
    _begin(session, request, actor=actor, now=now)
    _note(session, request, "privacy.resumed", actor, now)
    return info_of(request)


def locked(session: Session, request_id: int, *, wanted: tuple[RequestState, ...]) -> PrivacyRequest:
    """The request's row, held until the transaction ends.

    raises  NotFound, RequestInOtherState
    """
    request = session.get(PrivacyRequest, request_id, with_for_update=True, populate_existing=True)
    if request is None:
        raise NotFound(what="request", key=request_id)
    if RequestState(request.state) not in wanted:
        raise RequestInOtherState(request_id=request_id, state=request.state, wanted=", ".join(wanted))
    return request


def _refuse_second(session: Session, kind: RequestKind, customer_id: int) -> None:
    query = select(PrivacyRequest.request_id).where(
        PrivacyRequest.brand_id == brand_of(session), PrivacyRequest.kind == kind.value,
        PrivacyRequest.customer_id == customer_id,
        PrivacyRequest.state.in_([state.value for state in OPEN_STATES]),
    )  # fmt: skip
    found = session.scalar(query.limit(1))
    if found is not None:
        raise RequestOpen(request_id=found, customer_id=customer_id)


def _begin(session: Session, request: PrivacyRequest, *, actor: Actor, now: datetime) -> None:
    kind = RequestKind(request.kind)
    request.state = RequestState.QUEUED.value
    request.task_id = announce_task(
        session, kind=f"privacy_{kind.value}", title=f"#{request.request_id}", actor=actor, now=now
    )
    session.flush()
    defer(
        session, JOBS_OF[kind], lock=ERASURES_LOCK.format(brand_id=request.brand_id), brand_id=request.brand_id,
        request_id=request.request_id, task_id=request.task_id,
    )  # fmt: skip


def _note(session: Session, request: PrivacyRequest, action: str, actor: Actor, now: datetime) -> None:
    session.flush()
    record(
        session, actor=actor, action=action, subject=("customer", request.customer_id),
        after={"request_id": request.request_id, "kind": request.kind, "state": request.state}, now=now,
    )  # fmt: skip
