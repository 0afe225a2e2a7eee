"""A person has seen some of their news, or all of it."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from siyu.kernel.db import brand_of
from siyu.kernel.notices import Notice, notices
from siyu.organisation.contracts import Reader
from siyu.organisation.models import NoticeReader

READ_APART_MAX = 1_000


def read_notices(session: Session, *, reader: Reader, notice_ids: Collection[int]) -> None:
    """The person has seen these of their news; others' are passed over. Again it changes nothing.

    limits   the newest 1,000 are kept one by one; older ones count as read with all before them
    effects  notice_reader
    """
    read = _own(session, reader)
    mine = notices(login=reader.login, permissions=reader.permissions).where(Notice.notice_id.in_(notice_ids))
    seen = {notice.notice_id for notice in session.scalars(mine)}
    apart = sorted({*read.also_read, *(one for one in seen if one > read.read_up_to)})
    if len(apart) > READ_APART_MAX:
        read.read_up_to = apart[-READ_APART_MAX - 1]
    read.also_read = apart[-READ_APART_MAX:]


def read_all_notices(session: Session, *, reader: Reader) -> None:
    """The person has seen all of their news up to now.

    effects  notice_reader
    """
    read = _own(session, reader)
    newest = session.scalar(
        select(Notice.notice_id).order_by(Notice.notice_id.desc()).limit(1)
    )  # of anybody's: what comes later has a greater number
    read.read_up_to, read.also_read = max(read.read_up_to, newest or 0), []


def _own(session: Session, reader: Reader) -> NoticeReader:
    row = {"user_id": reader.user_id, "brand_id": brand_of(session), "read_up_to": 0, "also_read": []}
    session.execute(insert(NoticeReader).values(row).on_conflict_do_nothing())
    return session.get_one(NoticeReader, reader.user_id, with_for_update=True)
