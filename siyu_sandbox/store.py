"""What the vendor remembers: one SQLite file, written in transactions, so that a restart forgets nothing."""

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_SCHEMA = """
CREATE TABLE IF NOT EXISTS message (
  seq INTEGER PRIMARY KEY, out_id TEXT NOT NULL UNIQUE, message_id TEXT, phone TEXT NOT NULL,
  sign TEXT NOT NULL, text TEXT NOT NULL, kind TEXT NOT NULL, callback_url TEXT, segments INTEGER NOT NULL,
  state TEXT NOT NULL, error_code TEXT, fate_state TEXT, fate_code TEXT, due_at REAL,
  submitted_at REAL NOT NULL, done_at REAL, day TEXT NOT NULL, submissions INTEGER NOT NULL DEFAULT 1);
CREATE INDEX IF NOT EXISTS message_due ON message (due_at) WHERE state = 'accepted' AND due_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS message_of_phone ON message (phone, day);
CREATE TABLE IF NOT EXISTS outbox (
  seq INTEGER PRIMARY KEY, callback_url TEXT NOT NULL, kind TEXT NOT NULL, payload TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0, next_try_at REAL NOT NULL, state TEXT NOT NULL DEFAULT 'waiting');
CREATE INDEX IF NOT EXISTS outbox_waiting ON outbox (seq) WHERE state = 'waiting';
CREATE TABLE IF NOT EXISTS blacklist (phone TEXT, sign TEXT, PRIMARY KEY (phone, sign));
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""

Row = dict[str, Any]


class Store:
    """One connection behind one lock: SQLite writes one at a time anyway, and a batch takes milliseconds."""

    def __init__(self, home: Path | None) -> None:
        if home is not None:
            home.mkdir(parents=True, exist_ok=True)
        place = ":memory:" if home is None else str(home / "sandbox.sqlite3")
        self._db = sqlite3.connect(place, check_same_thread=False, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._lock = threading.RLock()
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.executescript(_SCHEMA)

    def close(self) -> None:
        """The file is whole and nobody holds it."""
        with self._lock:
            self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that happens inside is kept, or none of it."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def rows(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> list[Row]:
        """The rows of a query, each as a dictionary."""
        with self._lock:
            return [dict(row) for row in self._db.execute(sql, parameters)]

    def rows_in(self, sql: str, values: Iterable[Any], *more: Any) -> list[Row]:
        """The rows of a query whose `IN (SELECT value FROM json_each(?))` takes these values first."""
        return self.rows(sql, (json.dumps(list(values)), *more))

    def run(self, sql: str, parameters: Sequence[Any] = ()) -> None:
        """The statement has been carried out."""
        with self._lock:
            self._db.execute(sql, parameters)

    def run_many(self, sql: str, parameters: Iterable[Sequence[Any] | Mapping[str, Any]]) -> None:
        """The statement has been carried out once for each set of parameters."""
        with self._lock:
            self._db.executemany(sql, parameters)

    def setting(self, name: str) -> str | None:
        """A remembered setting; None if never set."""
        found = self.rows("SELECT value FROM setting WHERE name = ?", (name,))
        return found[0]["value"] if found else None

    def remember(self, name: str, value: str) -> None:
        """The setting survives a restart."""
        self.run(
            "INSERT INTO setting VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
            (name, value),
        )

    def forget_everything(self) -> None:
        """No message, callback, refusal or setting is left: the vendor is as on its first day."""
        with self.transaction():
            for table in ("message", "outbox", "blacklist", "setting"):
                self.run(f"DELETE FROM {table}")
