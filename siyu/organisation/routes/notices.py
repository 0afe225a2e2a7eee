"""One's own news: what ended, what waits, what is wrong."""

from typing import Annotated

from fastapi import APIRouter, Depends

from siyu.organisation import queries
from siyu.organisation.access import BrandSession, current_caller
from siyu.organisation.actions import notices
from siyu.organisation.contracts import Caller, Reader
from siyu.organisation.errors import PeopleOnly
from siyu.organisation.routes.parameters import BeforeId, PageLimit
from siyu.organisation.schemas.notices import NoticeItem, NoticePage, NoticesRead, UnreadNotices

router = APIRouter(prefix="/me/notices", tags=["own account"])


def _reader(caller: Annotated[Caller, Depends(current_caller)]) -> Reader:
    """The person who asks; programs have no news.

    raises  PeopleOnly
    """
    if caller.user_id is None:
        raise PeopleOnly
    return Reader(caller.user_id, caller.actor.label, caller.permissions)


Asking = Annotated[Reader, Depends(_reader)]


@router.get("")
def list_notices(
    session: BrandSession,
    reader: Asking,
    *,
    unread: bool = False,
    before_id: BeforeId = None,
    limit: PageLimit = 20,
) -> NoticePage:
    """A page of one's news, newest first."""
    page = queries.notices_page(session, reader=reader, unread=unread, before_id=before_id, limit=limit)
    items = [NoticeItem.model_validate(one) for one in page.items]
    return NoticePage(items=items, next_cursor=page.next_cursor)


@router.get("/unread")
def count_unread_notices(session: BrandSession, reader: Asking) -> UnreadNotices:
    """How much of it one has not seen; counted up to 100."""
    return UnreadNotices(unread=queries.unread_notices(session, reader=reader))


@router.post("/read", status_code=204)
def read_notices(body: NoticesRead, session: BrandSession, reader: Asking) -> None:
    """One has seen these; where none are named, everything."""
    if body.notice_ids is None:
        notices.read_all_notices(session, reader=reader)
    else:
        notices.read_notices(session, reader=reader, notice_ids=body.notice_ids)
