"""News that people should hear without asking: any module tells it once, and whoever may know it sees it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Index, Select, UniqueConstraint, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session

from siyu.kernel.audit import COMMAND_LINE, SYSTEM
from siyu.kernel.db import Base, brand_of, identity_key

Level = Literal["done", "info", "warning", "error"]
HEARD_BY_NOBODY = frozenset({SYSTEM.label, COMMAND_LINE.label})


class Notice(Base):
    """One piece of news, kept for 90 days. The application adds and removes rows, and changes none."""

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("brand_id", "notice_key", name="uq_notice_notice_key"),
        Index(None, "brand_id", "notice_id"),
    )

    notice_id: Mapped[int] = identity_key()
    brand_id: Mapped[int]
    at: Mapped[datetime]
    kind: Mapped[str]
    level: Mapped[str]
    notice_key: Mapped[str]
    permission: Mapped[str | None]
    login: Mapped[str | None]
    subject_type: Mapped[str]
    subject_id: Mapped[str]
    facts: Mapped[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class News:
    """Something to be told: to the person with this login, and to everybody who holds the permission.

    `key`: news of the same key is told once, so it names the day or the thing it is about. `facts`: what the words of
    `kind` need (docs/vocabulary.md), no personal data.
    """

    kind: str
    key: str
    level: Level
    subject: tuple[str, object]
    facts: dict[str, Any] = field(default_factory=dict)
    permission: str | None = None
    login: str | None = None


@dataclass(frozen=True, slots=True)
class Watch:
    """Something a module keeps an eye on; offered in the wiring and asked for each brand every five minutes.

    `look(session, now=)` returns the news there is; what was told before may be returned again.
    """

    name: str
    look: Callable[..., Iterable[News]]


def notify(session: Session, *, news: News, now: datetime) -> bool:
    """Those whom the news is for will see it, in the same transaction; news that was told before is not told again.

    returns  whether it was new
    effects  a row in notice
    """
    assert news.permission or news.login, f"{news.kind} is told to nobody"
    row = {
        "brand_id": brand_of(session), "at": now, "kind": news.kind, "level": news.level, "notice_key": news.key,
        "permission": news.permission, "login": news.login, "subject_type": news.subject[0],
        "subject_id": str(news.subject[1]), "facts": news.facts,
    }  # fmt: skip
    added = insert(Notice).values(row).on_conflict_do_nothing().returning(Notice.notice_id)
    return session.scalar(added) is not None


def task_ended(
    *, task_id: int, kind: str, title: str, state: str, started_by: str, cancelled_by: str | None
) -> News | None:
    """What is told of a task's end: to who started it, and of a failure to all who may cancel tasks as well.

    returns  None where nobody has to hear it: nobody's work that succeeded, or what one cancelled oneself

    >>> said = dict(task_id=7, kind="import", title="orders.csv", cancelled_by=None)
    >>> task_ended(**said, state="done", started_by="chen").login
    'chen'
    >>> task_ended(**said, state="done", started_by="Siyu") is None
    True
    >>> task_ended(**said, state="failed", started_by="Siyu").permission
    'tasks.cancel'
    """
    login = None if started_by in HEARD_BY_NOBODY else started_by
    failed = state == "failed"
    if (login is None and not failed) or (state == "cancelled" and cancelled_by == login):
        return None
    level: Level = "error" if failed else "done" if state == "done" else "info"
    facts = {"kind": kind, "title": title, "state": state}
    permission = "tasks.cancel" if failed else None
    return News(
        f"task_{state}", f"task/{task_id}/{state}", level, ("task", task_id), facts, permission, login
    )


def notices(*, login: str, permissions: Iterable[str]) -> Select[Notice]:
    """The news for one person, newest first."""
    return select(Notice).where(heard_by(login, permissions)).order_by(Notice.notice_id.desc())


def heard_by(login: str, permissions: Iterable[str]) -> ColumnElement[bool]:
    """Whom a piece of news is for."""
    return or_(Notice.login == login, Notice.permission.in_(sorted(permissions)))
