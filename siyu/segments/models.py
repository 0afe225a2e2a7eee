"""Stored segments."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from siyu.kernel.db import Base, identity_key
from siyu.segments.contracts import EditionInfo, EditionSource, SegmentForm, SegmentInfo


class Segment(Base):
    """A named definition. An archived one keeps its row and gives its name free."""

    __tablename__ = "segment"

    segment_id: Mapped[int] = identity_key()
    brand_id: Mapped[int]
    name: Mapped[str]
    description: Mapped[str]
    definition: Mapped[dict[str, Any]]
    version: Mapped[int]
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]
    form: Mapped[str]

    def info(self) -> SegmentInfo:
        """The segment as other modules see it."""
        return SegmentInfo(
            segment_id=self.segment_id,
            name=self.name,
            description=self.description,
            definition=self.definition,
            version=self.version,
            created_by=self.created_by,
            created_at=self.created_at,
            updated_at=self.updated_at,
            archived_at=self.archived_at,
            form=SegmentForm(self.form),
        )


class SegmentEdition(Base):
    """How the stored members of a segment came to be, never changed: the next edition takes its place.

    `definition`: of a snapshot, with those of the segments it names.
    """

    __tablename__ = "segment_edition"

    segment_id: Mapped[int] = mapped_column(ForeignKey("segment.segment_id"), primary_key=True)
    edition: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    brand_id: Mapped[int]
    source: Mapped[str]
    title: Mapped[str]
    known_by: Mapped[str | None]
    definition: Mapped[dict[str, Any] | None]
    as_of: Mapped[datetime]
    listed: Mapped[int]
    twice: Mapped[int]
    unknown: Mapped[int]
    customers: Mapped[int]
    entered: Mapped[int]
    departed: Mapped[int]
    task_id: Mapped[int | None]
    made_by: Mapped[str]
    made_at: Mapped[datetime]

    def info(self) -> EditionInfo:
        """The edition as other modules see it."""
        return EditionInfo(
            self.segment_id, self.edition, EditionSource(self.source), self.title, self.known_by, self.as_of,
            self.listed, self.twice, self.unknown, self.customers, self.entered, self.departed, self.task_id,
            self.made_by, self.made_at,
        )  # fmt: skip


class SegmentMember(Base):
    """A customer is a member from one edition up to, without, another; NULL: still. Millions of rows."""

    __tablename__ = "segment_member"

    segment_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    customer_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    from_edition: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    to_edition: Mapped[int | None]
    brand_id: Mapped[int]
