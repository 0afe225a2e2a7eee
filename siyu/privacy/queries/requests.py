"""Requests as people see them, page by page, and their proofs."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from siyu.kernel.db import brand_of
from siyu.kernel.errors import NotFound
from siyu.privacy.contracts import RequestInfo, RequestKind, RequestState
from siyu.privacy.models import PrivacyRequest

PAGE_MAX = 200


def requests_page(
    session: Session, *, before_id: int | None = None, limit: int = 50, customer_id: int | None = None
) -> tuple[tuple[RequestInfo, ...], int | None]:
    """The brand's requests, newest first, and what continues the page. limits: 200."""
    size = min(limit, PAGE_MAX)
    query = select(PrivacyRequest).where(PrivacyRequest.brand_id == brand_of(session))
    if customer_id is not None:
        query = query.where(PrivacyRequest.customer_id == customer_id)
    if before_id is not None:
        query = query.where(PrivacyRequest.request_id < before_id)
    rows = session.scalars(query.order_by(PrivacyRequest.request_id.desc()).limit(size + 1)).all()
    following = rows[size - 1].request_id if len(rows) > size else None
    return tuple(info_of(row) for row in rows[:size]), following


def request_info(session: Session, *, request_id: int) -> RequestInfo:
    """One request of the brand.

    raises  NotFound
    """
    return info_of(_row(session, request_id))


def proof_of(session: Session, *, request_id: int) -> dict[str, Any]:
    """The proof of a finished erasure.

    raises  NotFound where there is none yet
    """
    row = _row(session, request_id)
    if row.outcome is None or row.kind != RequestKind.ERASURE:
        raise NotFound(what="proof", key=request_id)
    return row.outcome


def info_of(row: PrivacyRequest) -> RequestInfo:
    """The request without what is sealed."""
    return RequestInfo(
        request_id=row.request_id, kind=RequestKind(row.kind), customer_id=row.customer_id,
        state=RequestState(row.state), reason=row.reason, asked_by=row.asked_by, asked_at=row.asked_at,
        due_on=row.due_on, decided_by=row.decided_by, decided_at=row.decided_at, note=row.note, task_id=row.task_id,
        steps=tuple(row.steps), outcome_sha256=row.outcome_sha256, failure=row.failure, finished_at=row.finished_at,
    )  # fmt: skip


def _row(session: Session, request_id: int) -> PrivacyRequest:
    row = session.get(PrivacyRequest, request_id)
    if row is None:
        raise NotFound(what="request", key=request_id)
    return row
