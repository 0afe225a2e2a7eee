"""Who changed what, from what to what, when, and from where: one row a change, never edited."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Mapped, Session

from siyu.kernel.db import Base, brand_of, identity_key


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person, an API key, the command line or Siyu itself.

    kind is user | api_key | cli | system; `label` is what people read; `address` is the client's IP.
    """

    kind: str
    actor_id: int | None
    label: str
    address: str = ""
    request_id: str = ""

    @property
    def key(self) -> str:
        """What tells a second person, or program, from the first, whatever they are called.

        >>> Actor("user", 7, "fang").key, Actor("cli", None, "command line").key
        ('user:7', 'cli:command line')
        """
        return f"{self.kind}:{self.label if self.actor_id is None else self.actor_id}"


SYSTEM = Actor("system", None, "Siyu")
COMMAND_LINE = Actor("cli", None, "command line")


class AuditEntry(Base):
    """One change. The application may add rows, not change or remove them."""

    __tablename__ = "audit_entry"

    audit_entry_id: Mapped[int] = identity_key()
    brand_id: Mapped[int]
    at: Mapped[datetime]
    actor_kind: Mapped[str]
    actor_id: Mapped[int | None]
    actor_label: Mapped[str]
    address: Mapped[str]
    request_id: Mapped[str]
    action: Mapped[str]
    subject_type: Mapped[str]
    subject_id: Mapped[str]
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]


def record(
    session: Session,
    *,
    actor: Actor,
    action: str,
    subject: tuple[str, object],
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    now: datetime,
) -> None:
    """The change stands in the audit log of the session's brand, in the same transaction.

    `before` and `after` hold only what differs, and no personal data.
    """
    session.add(
        AuditEntry(
            brand_id=brand_of(session),
            at=now,
            actor_kind=actor.kind,
            actor_id=actor.actor_id,
            actor_label=actor.label,
            address=actor.address,
            request_id=actor.request_id,
            action=action,
            subject_type=subject[0],
            subject_id=str(subject[1]),
            before=before,
            after=after,
        )
    )


def audit_entries(*, before_id: int | None, subject_type: str | None, limit: int) -> Select[Any]:
    """Entries of the brand, newest first; `before_id` continues a page."""
    query = select(AuditEntry).order_by(AuditEntry.audit_entry_id.desc()).limit(limit)
    if before_id is not None:
        query = query.where(AuditEntry.audit_entry_id < before_id)
    if subject_type is not None:
        query = query.where(AuditEntry.subject_type == subject_type)
    return query
