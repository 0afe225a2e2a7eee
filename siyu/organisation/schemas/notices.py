"""What the routes of one's own news take and give."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field

from siyu.kernel.parameters import Id
from siyu.organisation.schemas.shared import Input, Output

NOTICES_A_REQUEST_MAX = 100


class NoticeItem(Output):
    """One piece of news; `kind` says what happened, to `subject_type` and `subject_id`, and `facts` what to say of it.

    level is done, info, warning or error.
    """

    notice_id: int
    at: datetime
    kind: str
    level: str
    subject_type: str
    subject_id: str
    facts: dict[str, Any]
    read: bool


class NoticePage(BaseModel):
    """A page of one's news, newest first; `next_cursor` is the `before_id` of the next page."""

    items: list[NoticeItem]
    next_cursor: str | None


class UnreadNotices(BaseModel):
    """How much of one's news one has not seen; 100 stands for 100 and more."""

    unread: int


class NoticesRead(Input):
    """What one has seen; absent: everything up to now."""

    notice_ids: Annotated[list[Id], Field(max_length=NOTICES_A_REQUEST_MAX)] | None = None
