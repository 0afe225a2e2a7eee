"""Tables of privacy: requests with their steps and proofs, how long things are kept, what the night removed."""

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from siyu.kernel.db import Base, identity_key


class PrivacyRequest(Base):
    """Somebody asks in a person's name for everything about them, or to be forgotten.

    `person_sealed`: the values an erasure looks for, sealed, only while it runs. `steps`: what was found where before
    it was removed, and which parts are through. `outcome`: the proof; no personal data is in it.
    """

    __tablename__ = "privacy_request"

    request_id: Mapped[int] = identity_key()
    brand_id: Mapped[int]
    kind: Mapped[str]
    customer_id: Mapped[int]
    state: Mapped[str]
    reason: Mapped[str]
    asked_by: Mapped[str]
    asked_by_key: Mapped[str]
    asked_at: Mapped[datetime]
    due_on: Mapped[date]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    note: Mapped[str]
    task_id: Mapped[int | None]
    person_sealed: Mapped[bytes | None]
    steps: Mapped[list[Any]]
    outcome: Mapped[dict[str, Any] | None]
    outcome_sha256: Mapped[str | None]
    failure: Mapped[dict[str, Any] | None]
    finished_at: Mapped[datetime | None]


class RetentionPolicy(Base):
    """How many days a brand keeps things of a kind, where it says other than the default."""

    __tablename__ = "retention_policy"

    brand_id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    days: Mapped[int]
    updated_by: Mapped[str]
    updated_at: Mapped[datetime]


class RetentionRun(Base):
    """What one night removed, by kind."""

    __tablename__ = "retention_run"

    retention_run_id: Mapped[int] = identity_key()
    brand_id: Mapped[int]
    ran_at: Mapped[datetime]
    removed: Mapped[dict[str, Any]]
