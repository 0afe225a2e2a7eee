"""Stored segments."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped

from siyu.kernel.db import Base, identity_key
from siyu.segments.contracts import SegmentInfo


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
        )
