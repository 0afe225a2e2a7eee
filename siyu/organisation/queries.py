"""Reads: brands to choose from, people, units, keys, and pages of the audit log and the task centre."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select, text
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import InstrumentedAttribute, Session

from siyu.kernel.audit import AuditEntry, audit_entries
from siyu.kernel.db import brand_of
from siyu.kernel.errors import NotFound
from siyu.kernel.longwork import LongTask, tasks
from siyu.kernel.notices import Notice, notices
from siyu.organisation.contracts import (
    ApiKeyInfo,
    AuditActor,
    AuditChoices,
    AuditQuestion,
    BrandInfo,
    Page,
    Reader,
    ReadNotice,
    SessionInfo,
    SignOnSettings,
    Unit,
    UnitChange,
    UserInfo,
)
from siyu.organisation.errors import NoBrandYet, SeveralBrands
from siyu.organisation.models import (
    ApiKey,
    AppUser,
    Brand,
    NoticeReader,
    OrgUnit,
    OrgUnitChange,
    SignOn,
    WebSession,
)
from siyu.organisation.rules.logins import folded
from siyu.organisation.rules.sessions import session_is_open
from siyu.organisation.rules.tree import UNITS_MAX

BRANDS_MAX = 1_000
USERS_MAX = 1_000
KEYS_MAX = 1_000
CHOICES_MAX = 1_000
CHANGES_MAX = 500
SESSIONS_MAX = 200
UNREAD_COUNTED_MAX = 100

# The one place that says whose customers somebody sees (rules.tree.stores_below); UNION drops what comes twice.
STORES_BELOW = """
    WITH RECURSIVE mine AS (
        SELECT unit_id, store_key FROM org_unit
        WHERE brand_id = :brand AND unit_id = ANY(:roots) AND closed_at IS NULL
        UNION
        SELECT u.unit_id, u.store_key FROM mine m JOIN org_unit u ON u.parent_id = m.unit_id AND u.brand_id = :brand
    ) SELECT DISTINCT store_key FROM mine WHERE store_key IS NOT NULL ORDER BY store_key
"""

Row = TypeVar("Row")


def all_brands(session: Session) -> tuple[BrandInfo, ...]:
    """Every brand by code. For a session outside any brand; inside one, only that brand is visible.

    limits  the first 1,000
    """
    rows = session.scalars(select(Brand).order_by(Brand.code).limit(BRANDS_MAX))
    return tuple(brand.info() for brand in rows)


def brand_by_code(session: Session, *, code: str) -> BrandInfo:
    """The brand with this code. For a session outside any brand.

    raises  NotFound
    """
    brand = session.scalar(select(Brand).where(Brand.code == code))
    if brand is None:
        raise NotFound(what="brand", key=code)
    return brand.info()


def only_brand(session: Session) -> BrandInfo:
    """The one brand there is. For a session outside any brand.

    raises  NoBrandYet, SeveralBrands
    """
    found = all_brands(session)
    if not found:
        raise NoBrandYet
    if len(found) > 1:
        raise SeveralBrands(codes=", ".join(brand.code for brand in found))
    return found[0]


def chosen_brand(session: Session, *, code: str | None) -> BrandInfo:
    """The brand a command means: the named one, or the only one. For a session outside any brand.

    raises  NotFound, NoBrandYet, SeveralBrands
    """
    return only_brand(session) if code is None else brand_by_code(session, code=code)


def brand_info(session: Session, *, brand_id: int) -> BrandInfo:
    """The brand with this number, seen from inside it or from outside any brand.

    raises  NotFound
    """
    brand = session.get(Brand, brand_id)
    if brand is None:
        raise NotFound(what="brand", key=brand_id)
    return brand.info()


def brand_day(session: Session, *, now: datetime) -> date:
    """The calendar day of the session's brand at this moment."""
    zone = brand_info(session, brand_id=brand_of(session)).time_zone
    return now.astimezone(ZoneInfo(zone)).date()


def users(session: Session) -> tuple[UserInfo, ...]:
    """The brand's people by login, the disabled ones too.

    limits  the first 1,000
    """
    rows = session.scalars(select(AppUser).order_by(AppUser.login).limit(USERS_MAX))
    return tuple(user.info() for user in rows)


def user_by_id(session: Session, *, user_id: int) -> UserInfo:
    """The brand's person with this number.

    raises  NotFound
    """
    user = session.get(AppUser, user_id)
    if user is None:
        raise NotFound(what="user", key=user_id)
    return user.info()


def user_by_login(session: Session, *, login: str) -> UserInfo:
    """The brand's person with this login, however it is capitalised.

    raises  NotFound
    """
    user = session.scalar(select(AppUser).where(AppUser.login == folded(login)))
    if user is None:
        raise NotFound(what="user", key=login)
    return user.info()


def sessions_of(session: Session, *, user_id: int, now: datetime) -> tuple[SessionInfo, ...]:
    """Where the person is signed in, the browser seen last first.

    limits  the latest 200
    """
    rows = session.scalars(
        select(WebSession)
        .where(WebSession.user_id == user_id, WebSession.expires_at > now)
        .order_by(WebSession.last_seen_at.desc(), WebSession.session_id.desc())
        .limit(SESSIONS_MAX)
    )
    found = tuple(web.info() for web in rows)
    return tuple(
        one
        for one in found
        if session_is_open(last_seen_at=one.last_seen_at, expires_at=one.expires_at, now=now)
    )


def sign_on_settings(session: Session) -> SignOnSettings | None:
    """The brand's OpenID provider, without its secret; None where none was set."""
    row = session.get(SignOn, brand_of(session))
    return None if row is None else row.info()


def units(session: Session) -> tuple[Unit, ...]:
    """The brand's units as they are now, the closed ones too.

    limits  the first 20,000
    """
    rows = session.scalars(select(OrgUnit).order_by(OrgUnit.unit_id).limit(UNITS_MAX))
    return tuple(unit.info() for unit in rows)


def units_as_of(session: Session, *, as_of: datetime) -> tuple[Unit, ...]:
    """The brand's units as they were at a moment.

    limits  the first 20,000
    """
    newest = (
        select(OrgUnitChange)
        .ext(distinct_on(OrgUnitChange.unit_id))
        .where(OrgUnitChange.at <= as_of)
        .order_by(OrgUnitChange.unit_id, OrgUnitChange.at.desc(), OrgUnitChange.org_unit_change_id.desc())
        .limit(UNITS_MAX)
    )
    return tuple(change.info().unit for change in session.scalars(newest))


def unit_history(session: Session, *, unit_id: int) -> tuple[UnitChange, ...]:
    """What a unit was, the latest change first.

    raises  NotFound
    limits  500 changes
    """
    rows = session.scalars(
        select(OrgUnitChange)
        .where(OrgUnitChange.unit_id == unit_id)
        .order_by(OrgUnitChange.at.desc(), OrgUnitChange.org_unit_change_id.desc())
        .limit(CHANGES_MAX)
    )
    found = tuple(change.info() for change in rows)
    if not found:
        raise NotFound(what="organisation unit", key=unit_id)
    return found


def store_keys_below(session: Session, *, brand_id: int, unit_ids: Sequence[int]) -> tuple[str, ...]:
    """The stores of these units and of all below them; closed units give nothing of their own.

    source  rules.tree.stores_below says the same of a list of units (fuzzed)
    """
    asked = {"brand": brand_id, "roots": list(unit_ids)}
    return tuple(session.scalars(text(STORES_BELOW), asked))


def api_keys(session: Session) -> tuple[ApiKeyInfo, ...]:
    """The brand's keys, newest first, the revoked ones too.

    limits  the latest 1,000
    """
    rows = session.scalars(select(ApiKey).order_by(ApiKey.api_key_id.desc()).limit(KEYS_MAX))
    return tuple(key.info() for key in rows)


def audit_page(
    session: Session, *, asked: AuditQuestion, before_id: int | None, limit: int
) -> Page[AuditEntry]:
    """What was changed in the brand and is asked for, newest first."""
    query = _asked(audit_entries(before_id=before_id, subject_type=None, limit=limit + 1), asked)
    return _page(session, query, key=AuditEntry.audit_entry_id, limit=limit)


def audit_count(session: Session, *, asked: AuditQuestion) -> int:
    """How many changes are asked for."""
    return session.scalar(_asked(select(func.count()).select_from(AuditEntry), asked)) or 0


def audit_choices(session: Session) -> AuditChoices:
    """Whom, what and which kinds of thing the brand's audit log names, each in order of the alphabet.

    limits  the first 1,000 of each
    """
    who = select(AuditEntry.actor_kind, AuditEntry.actor_label).distinct().order_by(AuditEntry.actor_label)
    return AuditChoices(
        actors=tuple(AuditActor(kind, label) for kind, label in session.execute(who.limit(CHOICES_MAX))),
        actions=_known(session, AuditEntry.action),
        subject_types=_known(session, AuditEntry.subject_type),
    )


def _known(session: Session, column: InstrumentedAttribute[str]) -> tuple[str, ...]:
    return tuple(session.scalars(select(column).distinct().order_by(column).limit(CHOICES_MAX)))


def _asked(query: Select[Any], asked: AuditQuestion) -> Select[Any]:
    """The query, narrowed to the entries that are asked for."""
    for column, wanted in (
        (AuditEntry.actor_label, asked.actor),
        (AuditEntry.action, asked.action),
        (AuditEntry.subject_type, asked.subject_type),
        (AuditEntry.subject_id, asked.subject_id),
    ):
        query = query if wanted is None else query.where(column == wanted)
    query = query if asked.since is None else query.where(AuditEntry.at >= asked.since)
    return query if asked.until is None else query.where(AuditEntry.at < asked.until)


def tasks_page(
    session: Session,
    *,
    before_id: int | None,
    limit: int,
    states: Sequence[str] = (),
    kinds: Sequence[str] = (),
) -> Page[LongTask]:
    """The brand's long tasks, newest first; of these states and kinds, where any are named."""
    query = tasks(before_id=before_id, limit=limit + 1, states=states, kinds=kinds)
    return _page(session, query, key=LongTask.task_id, limit=limit)


def task_by_id(session: Session, *, task_id: int) -> LongTask:
    """One long task of the brand.

    raises  NotFound
    """
    task = session.get(LongTask, task_id)
    if task is None:
        raise NotFound(what="task", key=task_id)
    return task


def notices_page(
    session: Session, *, reader: Reader, unread: bool, before_id: int | None, limit: int
) -> Page[ReadNotice]:
    """A person's news, newest first; with `unread`, what they have not seen."""
    read = session.get(NoticeReader, reader.user_id)
    query = _news_of(reader, read if unread else None).limit(limit + 1)
    page = _page(
        session, query if before_id is None else query.where(Notice.notice_id < before_id), key=Notice.notice_id,
        limit=limit,
    )  # fmt: skip
    return Page(tuple(_seen(notice, read) for notice in page.items), page.next_cursor)


def unread_notices(session: Session, *, reader: Reader) -> int:
    """How many pieces of news a person has not seen; counted up to 100."""
    found = _news_of(reader, session.get(NoticeReader, reader.user_id)).limit(UNREAD_COUNTED_MAX)
    return session.scalar(select(func.count()).select_from(found.subquery())) or 0


def _news_of(reader: Reader, read: NoticeReader | None) -> Select[Any]:
    """A person's news; without what they read, where it is given."""
    query = notices(login=reader.login, permissions=reader.permissions)
    if read is None:
        return query
    return query.where(Notice.notice_id > read.read_up_to, Notice.notice_id.not_in(read.also_read))


def _seen(notice: Notice, read: NoticeReader | None) -> ReadNotice:
    known = read is not None and (notice.notice_id <= read.read_up_to or notice.notice_id in read.also_read)
    return ReadNotice(
        notice.notice_id, notice.at, notice.kind, notice.level, notice.subject_type, notice.subject_id,
        notice.facts, known,
    )  # fmt: skip


def _page(session: Session, query: Select[Any], *, key: InstrumentedAttribute[int], limit: int) -> Page[Any]:
    """The query asks for one row more than a page, which tells whether another page follows."""
    rows = tuple(session.scalars(query))
    last = str(getattr(rows[limit - 1], key.key)) if len(rows) > limit else None
    return Page(items=rows[:limit], next_cursor=last)
