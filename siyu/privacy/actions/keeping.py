"""What is kept for so long: rows by a moment, files by their age; older versions of the lake."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import ClassVar

from sqlalchemy import text

from siyu.kernel.app import App
from siyu.kernel.db import Held
from siyu.kernel.facts import rows_lock
from siyu.kernel.lake import FILES_LOCK, atomic
from siyu.kernel.lake_compaction import flush_table, inlined_rows
from siyu.kernel.logs import logger
from siyu.organisation.api import all_brands
from siyu.privacy.contracts import Said

log = logger(__name__)


@dataclass(frozen=True, slots=True)
class KeptRows:
    """Rows of one table, by the moment of a column; `condition` says which of them may go at all."""

    kind: str
    what: Said
    days: int
    table: str
    moment: str
    condition: str = "true"

    def due(self, app: App, *, brand_id: int, before: datetime) -> int:
        """Rows older than this."""
        with app.db.transaction(brand_id=brand_id) as session:
            query = text(f"SELECT count(*) FROM {self.table} WHERE {self._old()}")
            return session.scalar(query, {"before": before, "brand": brand_id}) or 0

    def remove(self, app: App, *, brand_id: int, before: datetime) -> int:
        """Those are gone."""
        with app.db.transaction(brand_id=brand_id) as session:
            query = text(f"DELETE FROM {self.table} WHERE {self._old()} RETURNING brand_id")
            return len(session.execute(query, {"before": before, "brand": brand_id}).all())

    def _old(self) -> str:
        return f"brand_id = :brand AND {self.moment} < :before AND {self.condition}"


@dataclass(frozen=True, slots=True)
class KeptFiles:
    """Files of a brand in a folder of the home, by the moment they were last written."""

    kind: str
    what: Said
    days: int
    folder: str
    pattern: str

    def due(self, app: App, *, brand_id: int, before: datetime) -> int:
        """Files older than this."""
        return len(self._old(app, brand_id, before))

    def remove(self, app: App, *, brand_id: int, before: datetime) -> int:
        """Those are gone."""
        old = self._old(app, brand_id, before)
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)

    def _old(self, app: App, brand_id: int, before: datetime) -> list[Path]:
        place = app.settings.home / self.folder / str(int(brand_id))
        found = place.glob(self.pattern) if place.is_dir() else ()
        return [path for path in found if path.is_file() and path.stat().st_mtime < before.timestamp()]


KEEPINGS = (
    KeptFiles("exports", Said("导出的文件", "Files of exports"), 1, "exports", "*"),
    KeptRows("sessions", Said("已结束的登录会话", "Sessions that have ended"), 30, "web_session", "expires_at"),
    KeptRows(
        "tasks", Said("已结束的任务", "Tasks that have ended"), 180, "long_task", "finished_at",
        "state IN ('done', 'failed', 'cancelled')",
    ),
    KeptRows("notices", Said("站内通知", "Notifications"), 90, "notice", "at"),
    KeptRows("night_runs", Said("夜间清理的记录", "What the nights removed"), 365, "retention_run", "ran_at"),
)  # fmt: skip


class LakeVersions:
    """Older versions of lake files: a change writes new files and leaves the old ones, with what was erased in them."""

    days = 7

    steps: ClassVar[Mapping[str, str]] = {
        "rewrite": "CALL ducklake_rewrite_data_files('lake', delete_threshold => 0.0)",
        "expire": "CALL ducklake_expire_snapshots('lake', older_than => CAST(? AS TIMESTAMPTZ))",
        "clean": "CALL ducklake_cleanup_old_files('lake', older_than => CAST(? AS TIMESTAMPTZ))",
        "orphans": "CALL ducklake_delete_orphaned_files('lake', older_than => CAST(? AS TIMESTAMPTZ))",
    }

    def tidy(self, app: App, *, now: datetime) -> None:
        """Nothing of the lake is older than a week but what it holds now; of all brands, for the lake is one.

        effects  files that hold removed rows are written anew, older versions are gone, and so are files that a killed
                 program had begun; reads are not held up; nothing while a backup copies files, for there is a next time
        """
        try:
            with app.db.transaction(brand_id=None) as session:
                brands = [brand.brand_id for brand in all_brands(session)]
            with app.db.exclusive(FILES_LOCK, waiting=_another_time):
                for brand_id in brands:
                    self._flush(app, brand_id)
                with app.db.beside(*map(rows_lock, brands)) as held:
                    self._tidy(app, held, now - timedelta(days=self.days))
        except _Copied:
            log.info("older versions of the lake stay until a backup has ended")

    def _flush(self, app: App, brand_id: int) -> None:
        for table, rows in inlined_rows(app.lake, brand_id=brand_id).items():
            if rows:
                with app.db.alone(rows_lock(brand_id)) as held:
                    flush_table(app.lake, held, brand_id=brand_id, table=table)

    def _tidy(self, app: App, held: Held, before: datetime) -> None:
        with app.lake.reading() as cursor:
            for statement in self.steps.values():
                with atomic(cursor, held):
                    cursor.execute(statement, [before] if "?" in statement else [])


class _Copied(Exception):
    """Somebody copies files of the lake."""


def _another_time() -> None:
    raise _Copied
