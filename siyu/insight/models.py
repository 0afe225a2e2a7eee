"""What a brand has set of its insight, and when its traits were refreshed last. No row: the defaults, and never."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from siyu.kernel.db import Base


class InsightSetting(Base):
    """One row a brand."""

    __tablename__ = "insight_setting"

    brand_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    settings: Mapped[dict[str, Any]]
    updated_by: Mapped[str]
    updated_at: Mapped[datetime]


class TraitPace(Base):
    """When the brand's last refresh began and ended, and for when a job waits that looks again. One row a brand."""

    __tablename__ = "trait_pace"

    brand_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    began_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    wake_at: Mapped[datetime | None]


class TraitDefinition(Base):
    """One version of a trait of the brand's own; never edited. A change is a new version, and so is being archived."""

    __tablename__ = "trait_definition"

    brand_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    label_zh: Mapped[str]
    label_en: Mapped[str]
    definition: Mapped[dict[str, Any]]
    archived: Mapped[bool]
    said_by: Mapped[str]
    said_at: Mapped[datetime]
