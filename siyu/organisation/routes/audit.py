"""The audit log: every change in the brand."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from siyu.kernel.clock import utcnow
from siyu.organisation import queries
from siyu.organisation.access import BrandSession, require
from siyu.organisation.actions.auditing import export_audit
from siyu.organisation.contracts import AuditQuestion, Caller
from siyu.organisation.routes.parameters import BeforeId, PageLimit
from siyu.organisation.rules.days import day_after, day_begins
from siyu.organisation.schemas.audit import AuditLine, AuditPage, AuditWords
from siyu.organisation.schemas.shared import Line

router = APIRouter(prefix="/audit", tags=["audit"])
Reader = Annotated[Caller, Depends(require("audit.read"))]


def _question(
    caller: Reader,
    subject_type: Annotated[Line | None, Query(description="user, brand, api_key, …")] = None,
    subject_id: Annotated[Line | None, Query(description="number of the thing that was changed")] = None,
    actor: Annotated[Line | None, Query(description="login or key that made the change")] = None,
    action: Annotated[Line | None, Query(description="user.created, campaign.stopped, …")] = None,
    since: Annotated[date | None, Query(description="first day, by the brand's zone")] = None,
    until: Annotated[date | None, Query(description="last day, by the brand's zone")] = None,
) -> AuditQuestion:
    zone = caller.brand.time_zone
    return AuditQuestion(
        actor=actor,
        action=action,
        subject_type=subject_type,
        subject_id=subject_id,
        since=None if since is None else day_begins(since, zone),
        until=None if until is None else day_after(until, zone),
    )


Question = Annotated[AuditQuestion, Depends(_question)]


@router.get("")
def list_audit_entries(
    session: BrandSession, asked: Question, before_id: BeforeId = None, limit: PageLimit = 50
) -> AuditPage:
    """A page of changes, newest first."""
    page = queries.audit_page(session, asked=asked, before_id=before_id, limit=limit)
    lines = [AuditLine.model_validate(entry) for entry in page.items]
    return AuditPage(items=lines, next_cursor=page.next_cursor)


@router.get("/choices", dependencies=[Depends(require("audit.read"))])
def list_audit_choices(session: BrandSession) -> AuditWords:
    """Whom and what the log can be filtered by."""
    return AuditWords.model_validate(queries.audit_choices(session))


@router.get("/export", response_class=Response)
def export_audit_entries(caller: Reader, session: BrandSession, asked: Question) -> Response:
    """The changes that are asked for as CSV, a row for each value that changed."""
    now, zone = utcnow(), caller.brand.time_zone
    content = export_audit(session, asked=asked, zone=zone, actor=caller.actor, now=now)
    headers = {"Content-Disposition": f'attachment; filename="audit-{now:%Y-%m-%d}.csv"'}
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)
