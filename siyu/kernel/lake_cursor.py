"""A cursor of the lake, which knows the tables that were written by it."""

import re
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from siyu.kernel.lake_files import Folders

QUIET = re.compile(
    r"\s*(SELECT|FROM|DESCRIBE|EXPLAIN|SET|BEGIN|COMMIT|ROLLBACK|CREATE (OR REPLACE )?TEMP"
    r"|WITH(?!.*\b(INSERT|UPDATE|DELETE|MERGE)\b))\b",
    re.IGNORECASE | re.DOTALL,
)
WRITES = re.compile(
    r'\s*(?:INSERT INTO|UPDATE|DELETE FROM|DROP TABLE)\s+(?:lake\.(\w+)\.)?"?(\w+)', re.IGNORECASE
)
MERGES = re.compile(
    r"\s*CALL ducklake_merge_adjacent_files\('lake', '(\w+)', schema => '(\w+)'", re.IGNORECASE
)


def written_by(query: str) -> tuple[str, str] | None:
    """The lake's schema and table that a statement may write files of: empty names for none, None for who knows where.

    >>> written_by('INSERT INTO lake.brand_7."order" SELECT 1'), written_by("UPDATE lake.brand_7.search SET a = 1")
    (('brand_7', 'order'), ('brand_7', 'search'))
    >>> written_by("INSERT INTO moved_rows SELECT 1"), written_by("SELECT 'UPDATE'"), written_by("CALL f('lake')")
    (('', ''), ('', ''), None)
    """
    if QUIET.match(query):
        return "", ""
    if found := WRITES.match(query):
        return (found[1], found[2]) if found[1] else ("", "")
    if found := MERGES.match(query):
        return found[2], found[1]
    return None


class LakeCursor:
    """One cursor of a process's lake; it belongs to one thread."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, *, root: Path, folders: Folders) -> None:
        self._connection = connection
        self.root, self.folders = root, folders
        self._written: set[tuple[str, str]] | None = set()

    def execute(self, query: str, parameters: object = None) -> "LakeCursor":
        """The statement has run; its rows wait to be fetched."""
        if self._written is not None:
            place = written_by(query)
            self._written = None if place is None else self._written | {place}
        self._connection.execute(query, parameters)
        return self

    def begin(self) -> None:
        """A transaction has begun; nothing was written in it."""
        self._connection.execute("BEGIN")
        self._written = set()

    def places_written(self) -> list[Path]:
        """The folders in which files of the transaction may lie, and no other."""
        if self._written is None:
            return [self.root]
        return [self.root / schema / table for schema, table in sorted(self._written) if schema]

    def executemany(self, query: str, parameters: object) -> "LakeCursor":
        """The statement has run for each of the parameters."""
        self._written = None
        self._connection.executemany(query, parameters)
        return self

    @property
    def description(self) -> list[Any]:
        """A row a column of the answer, its name first."""
        return self._connection.description or []

    def fetchone(self) -> tuple[Any, ...] | None:
        """The next row of the answer, if there is one."""
        found: tuple[Any, ...] | None = self._connection.fetchone()
        return found

    def fetchmany(self, size: int) -> list[Any]:
        """So many of the next rows of the answer, or as many as there are."""
        return self._connection.fetchmany(size)

    def fetchall(self) -> list[Any]:
        """The rows of the answer that were not fetched yet."""
        return self._connection.fetchall()

    def to_arrow_table(self) -> pa.Table:
        """The whole answer by column."""
        return self._connection.to_arrow_table()

    def to_arrow_reader(self, rows: int) -> pa.RecordBatchReader:
        """The answer by column, so many rows at a time."""
        return self._connection.to_arrow_reader(rows)

    def register(self, name: str, table: object) -> None:
        """A table in memory has a name on this cursor."""
        self._connection.register(name, table)

    def unregister(self, name: str) -> None:
        """It has no more."""
        self._connection.unregister(name)

    def close(self) -> None:
        """Nothing can be asked any more."""
        self._connection.close()
