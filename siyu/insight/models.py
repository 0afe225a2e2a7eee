"""What a brand has set of its insight; no row means the defaults."""

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
