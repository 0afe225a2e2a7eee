"""A database restored beside the one in use, and the change of names that puts it in its place."""

import secrets
import time
from contextlib import suppress
from pathlib import Path
from typing import Self

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from siyu.kernel.backup.errors import RestoreFailed
from siyu.kernel.backup.manifest import Manifest, RoleNeeded
from siyu.kernel.backup.tools import Connection, client_programs, major_of, run_client
from siyu.kernel.db_rights import RightsMissing

RESTORE_JOBS = 2
SWAP_ATTEMPTS_MAX = 20
SWAP_PAUSE_SECONDS = 0.25
# pg_restore 17 and newer set a parameter that older servers do not know; they say so and go on.
FIRST_MAJOR_WITH_TRANSACTION_TIMEOUT = 17

TABLES = """
SELECT EXISTS (
  SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'
)
"""


def holds_tables(connection: Connection) -> bool:
    """Whether anybody made a table in this database."""
    found = connection.execute(TABLES).fetchone()
    return found is not None and bool(found[0])


def server_of(url: str) -> Connection:
    """A connection to the same server that is not in the way when the database changes its name.

    raises  psycopg.OperationalError
    """
    try:
        return psycopg.connect(make_conninfo(url, dbname="postgres"), autocommit=True)
    except psycopg.OperationalError:
        return psycopg.connect(make_conninfo(url, dbname="template1"), autocommit=True)


class NewDatabase:
    """A database with a name of its own until it is swapped in; left without that, it is gone again."""

    def __init__(self, server: Connection, *, url: str, name: str) -> None:
        token = secrets.token_hex(4)
        self._server = server
        self._name = name
        self._new = f"{name}_restoring_{token}"
        self._old = f"{name}_replaced_{token}"
        self.url = make_conninfo(url, dbname=self._new)

    def __enter__(self) -> Self:
        create = sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'")
        try:
            self._server.execute(create.format(sql.Identifier(self._new)))
        except psycopg.errors.InsufficientPrivilege as refusal:
            login = self._user()
            remedy = sql.SQL("ALTER ROLE {} CREATEDB;").format(sql.Identifier(login)).as_string()
            raise RightsMissing(
                login=login, what="the right to make databases", database=self._name, remedy=remedy
            ) from refusal
        return self

    def __exit__(self, *_: object) -> None:
        """Whichever of the two lost is dropped. If that fails it only takes room: the outcome stands."""
        for name in (self._new, self._old):
            with suppress(psycopg.Error):
                self._server.execute(
                    sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
                )

    def load(self, dump: Path, manifest: Manifest) -> None:
        """The new database holds what the dump holds, with the rights it had.

        raises  RestoreFailed, BackupToolUnfit
        """
        for role in manifest.roles:
            self._ensure_role(role)
        for role in manifest.roles:
            for group in role.member_of:
                self._ensure_member(role.name, group)
        major = major_of(self._server)
        folder = client_programs("pg_restore", server_major=manifest.postgres_version)
        tolerant = major < FIRST_MAJOR_WITH_TRANSACTION_TIMEOUT
        # All is ours then; what belongs to the login that serves is handed over when the home is set up.
        arguments: list[str | Path] = ["--no-password", "--no-owner", f"--jobs={RESTORE_JOBS}"]
        arguments += [] if tolerant else ["--exit-on-error"]
        code, said = run_client(folder, "pg_restore", [*arguments, dump], url=self.url)
        if code != 0 and not (tolerant and _only_unknown_timeout(said)):
            raise RestoreFailed(why=said)

    def swap_in(self) -> None:
        """The new database carries the name, in one transaction; whoever used the old one has to connect again.

        raises  RestoreFailed if others keep reconnecting
        """
        for _ in range(SWAP_ATTEMPTS_MAX):
            self._server.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname IN (%s, %s)",
                [self._name, self._new],
            )
            try:
                with self._server.transaction():
                    if self._exists(self._name):
                        self._rename(self._name, self._old)
                    self._rename(self._new, self._name)
            except psycopg.errors.ObjectInUse:
                time.sleep(SWAP_PAUSE_SECONDS)
            else:
                return
        raise RestoreFailed(why=f"other programs keep using the database {self._name}; stop them first")

    def _ensure_role(self, role: RoleNeeded) -> None:
        """The role exists, and we may act as it. Its password, if it needs one, is for the caller to set."""
        if self._server.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role.name]).fetchone():
            return
        options = [("LOGIN", role.can_login), ("BYPASSRLS", role.bypasses_policies)]
        self._server.execute(
            sql.SQL("CREATE ROLE {} {}").format(
                sql.Identifier(role.name), sql.SQL(" ".join(word for word, wanted in options if wanted))
            )
        )
        self._server.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(role.name)))

    def _ensure_member(self, name: str, group: str) -> None:
        """The role is in the group; who may not grant that need not, where it is so already."""
        found = self._server.execute("SELECT pg_has_role(%s, %s, 'MEMBER')", [name, group]).fetchone()
        if found is None or not found[0]:
            self._server.execute(
                sql.SQL("GRANT {} TO {}").format(sql.Identifier(group), sql.Identifier(name))
            )

    def _user(self) -> str:
        found = self._server.execute("SELECT current_user::text").fetchone()
        assert found is not None, "current_user is always known"
        return str(found[0])

    def _exists(self, name: str) -> bool:
        found = self._server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        return found is not None

    def _rename(self, name: str, to: str) -> None:
        self._server.execute(
            sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(name), sql.Identifier(to))
        )


def _only_unknown_timeout(said: str) -> bool:
    """Whether all that pg_restore complained of is a parameter that came with PostgreSQL 17.

    >>> _only_unknown_timeout('pg_restore: error: ... unrecognized configuration parameter "transaction_timeout"')
    True
    >>> _only_unknown_timeout("pg_restore: error: no room")
    False
    """
    complaints = [line for line in said.splitlines() if "error:" in line]
    return bool(complaints) and all('parameter "transaction_timeout"' in line for line in complaints)
