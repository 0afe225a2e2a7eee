"""Tables of intake: one row an import, with its map, its counts and where its rejects lie."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped

from siyu.kernel.db import Base, identity_key


class ImportRun(Base):
    """One import of one file. state is of contracts.ImportState."""

    __tablename__ = "import_run"

    import_id: Mapped[int] = identity_key()
    brand_id: Mapped[int]
    kind: Mapped[str]
    source: Mapped[str]
    file_name: Mapped[str]
    file_path: Mapped[str]
    file_sha256: Mapped[str]
    file_is_upload: Mapped[bool]
    map_text: Mapped[str]
    rate: Mapped[str]
    dry_run: Mapped[bool]
    state: Mapped[str]
    batch_id: Mapped[int]
    task_id: Mapped[int]
    counts: Mapped[dict[str, Any]]
    needs_batches: Mapped[list[Any]]
    started_by: Mapped[str]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
