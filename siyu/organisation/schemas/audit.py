"""What the routes of the audit log take and give."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel

from siyu.organisation.schemas.shared import Output


class AuditLine(Output):
    """Who changed what, from what to what, when and from where."""

    audit_entry_id: int
    at: datetime
    actor_kind: str
    actor_id: int | None
    actor_label: str
    address: str
    request_id: str
    action: str
    subject_type: str
    subject_id: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class AuditPage(BaseModel):
    """A page of the audit log, newest first; `next_cursor` is the `before_id` of the next page."""

    items: list[AuditLine]
    next_cursor: str | None


class AuditPerson(Output):
    """Somebody who stands in the audit log; kind is user, api_key, cli or system."""

    kind: str
    label: str


class AuditWords(Output):
    """Whom and what the audit log can be filtered by."""

    actors: list[AuditPerson]
    actions: list[str]
    subject_types: list[str]
