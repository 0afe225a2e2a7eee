"""The lake's tables have versions and migrations of their own, as PostgreSQL has Alembic's."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from siyu.kernel.lake import Lake, LakeCursor, brand_schema
from siyu.kernel.resources import migrations_folder


@dataclass(frozen=True, slots=True)
class LakeMigration:
    """One numbered SQL file; `{brand}` in it stands for the brand's lake schema."""

    version: int
    title: str
    sql: str

    def statements(self, schema: str) -> list[str]:
        """The file's statements for one brand's schema."""
        return [part for part in self.sql.replace("{brand}", schema).split(";\n") if part.strip()]


def lake_migrations(folder: Path | None = None) -> list[LakeMigration]:
    """All lake migrations in order; a gap or a double number is refused."""
    files = sorted((folder or migrations_folder() / "lake").glob("[0-9]*.sql"))
    found = [LakeMigration(int(file.name[:4]), file.stem[5:], file.read_text()) for file in files]
    assert [m.version for m in found] == list(range(1, len(found) + 1)), "lake migrations must count 1, 2, 3"
    return found


def migrate_brand(lake: Lake, *, brand_id: int, now: datetime) -> int:
    """The brand's lake schema stands at the newest version.

    returns  how many migrations were applied
    effects  one lake transaction: all that were due, or none
    """
    schema = brand_schema(brand_id)
    with lake.transaction() as cursor:
        cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        cursor.execute(
            f"CREATE TABLE IF NOT EXISTS {schema}.lake_version "
            "(version INTEGER, title VARCHAR, applied_at TIMESTAMPTZ)"
        )
        reached = _version(cursor, schema)
        due = [migration for migration in lake_migrations() if migration.version > reached]
        for migration in due:
            _apply(cursor, migration=migration, schema=schema, now=now)
    return len(due)


def lake_version(lake: Lake, *, brand_id: int) -> int:
    """The newest migration that the brand's lake schema has had; 0 for none, or for no schema at all."""
    with lake.reading() as cursor:
        try:
            return _version(cursor, brand_schema(brand_id))
        except duckdb.CatalogException:
            return 0


def _version(cursor: LakeCursor, schema: str) -> int:
    row = cursor.execute(f"SELECT coalesce(max(version), 0) FROM {schema}.lake_version").fetchone()
    assert row is not None
    return int(row[0])


def _apply(cursor: LakeCursor, *, migration: LakeMigration, schema: str, now: datetime) -> None:
    for statement in migration.statements(schema):
        cursor.execute(statement)
    cursor.execute(
        f"INSERT INTO {schema}.lake_version VALUES (?, ?, ?)", [migration.version, migration.title, now]
    )
