"""The audit log: every change in the brand."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from siyu.organisation import queries
from siyu.organisation.access import BrandSession, require
from siyu.organisation.routes.parameters import BeforeId, PageLimit
from siyu.organisation.schemas import AuditLine, AuditPage, Line

router = APIRouter(prefix="/audit", tags=["audit"], dependencies=[Depends(require("audit.read"))])


@router.get("")
def list_audit_entries(
    session: BrandSession,
    before_id: BeforeId = None,
    limit: PageLimit = 50,
    subject_type: Annotated[Line | None, Query(description="user, brand, api_key, …")] = None,
    actor: Annotated[Line | None, Query(description="login or key that made the change")] = None,
) -> AuditPage:
    """A page of changes, newest first."""
    page = queries.audit_page(
        session, before_id=before_id, limit=limit, subject_type=subject_type, actor=actor
    )
    lines = [AuditLine.model_validate(entry) for entry in page.items]
    return AuditPage(items=lines, next_cursor=page.next_cursor)
