"""The lake: DuckLake tables of facts, catalogued in PostgreSQL, stored as Parquet; attached once a process."""

import importlib
import os
import re
import secrets
import shutil
import socket
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import duckdb
import psutil
import psycopg
import pyarrow as pa
from psycopg.conninfo import conninfo_to_dict

from siyu.kernel import lake_cursor
from siyu.kernel.db import Held
from siyu.kernel.errors import SiyuError
from siyu.kernel.lake_files import Folders, kept_while_in_doubt, put_back_kept
from siyu.kernel.memory import memory_of_machine

CATALOGUE_SCHEMA = "lake_catalog"
FILES_LOCK = "lake_files"  # held shared by who copies files, and alone by who removes some
MEMORY_MIN = 256 * 2**20
EXTENSIONS = ("duckdb_extension_postgres_scanner", "duckdb_extension_ducklake")

UNFINISHED = re.compile(r'Could not write file "([^"]*/ducklake-[0-9a-f-]+\.parquet)"')

LakeCursor = lake_cursor.LakeCursor
LakeFailure = duckdb.Error


class LakeUnavailable(SiyuError):
    """The lake cannot be opened: {why}. Run `siyu doctor`."""

    code = "lake_unavailable"
    status = 503
    zh = "数据湖无法打开：{why}。请运行 `siyu doctor`。"


class Lake:
    """One DuckDB instance with the lake attached as `lake`; every request or job takes a cursor of it.

    `memory_limit` is DuckDB's word for the most it holds before it spills, such as 4GB; a third of what the machine or
    the container has, if absent, because server, worker and PostgreSQL live side by side.

    limits  threads are DuckDB's own; a cursor belongs to one thread
    """

    def __init__(self, *, database_url: str, path: Path, memory_limit: str | None = None) -> None:
        self.path = path
        self.database_url = database_url
        self._memory_limit = memory_limit or f"{max(memory_of_machine() // 3, MEMORY_MIN) // 2**20}MiB"
        self._opening = threading.Lock()
        self._instance: duckdb.DuckDBPyConnection | None = None
        self._folders = Folders()

    def cursor(self) -> LakeCursor:
        """A cursor of the process's one instance; the lake is attached on first use."""
        with self._opening:
            if self._instance is None:
                self._instance = self._open()
            connection = self._instance.cursor()
        return LakeCursor(connection, root=self.path, folders=self._folders)

    @contextmanager
    def reading(self) -> Iterator[LakeCursor]:
        """A cursor for one request, closed at the end."""
        cursor = self.cursor()
        try:
            yield cursor
        finally:
            cursor.close()

    @contextmanager
    def transaction(self, *held: Held) -> Iterator[LakeCursor]:
        """One lake transaction: all tables change together when the block ends, or none does (`atomic`)."""
        with self.reading() as cursor, atomic(cursor, *held):
            yield cursor

    def renew(self) -> None:
        """The next cursor opens the lake anew, because connections to its catalogue broke. Who is at work goes on: the
        old instance ends with its last cursor.
        """
        with self._opening:
            self._instance = None

    def close(self) -> None:
        """The instance is gone, and whoever is at work with it fails."""
        with self._opening:
            if self._instance is not None:
                self._instance.close()
                self._instance = None

    def _open(self) -> duckdb.DuckDBPyConnection:
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        spill = _own_spill_folder(self.path.parent / "spill")
        instance = duckdb.connect(
            config={"allow_unsigned_extensions": "true", "autoinstall_known_extensions": "false"}
        )
        try:
            for package in EXTENSIONS:
                instance.execute(f"LOAD {_literal(_extension_file(package))}")
            instance.execute("SET TimeZone = 'UTC'")
            instance.execute(f"SET memory_limit = '{self._memory_limit}'")
            instance.execute(f"SET temp_directory = {_literal(spill)}")
            # What is spilled may be rows of a customer file. DuckDB calls its own cipher unsafe for its random numbers
            # and refuses to write with it unless told; the key lives as long as the process, the folder is 0700.
            instance.execute("SET force_mbedtls_unsafe = 'true'")
            instance.execute("SET temp_file_encryption = true")
            instance.execute(
                f"ATTACH 'ducklake:postgres:{_keywords(self.database_url)}' AS lake "
                f"(DATA_PATH {_literal(f'{self.path}/')}, META_SCHEMA '{CATALOGUE_SCHEMA}')"
            )
            put_back_kept(self.path, now=time.time())
        except duckdb.Error as failure:
            instance.close()
            raise LakeUnavailable(why=str(failure).splitlines()[0]) from failure
        return instance


@contextmanager
def atomic(cursor: LakeCursor, *held: Held) -> Iterator[None]:
    """What the block does to the lake on this cursor becomes visible together at its end, or not at all.

    `held`: the locks that the block needs, taken before it; nothing is committed once one of them is lost. One that is
    lost later took PostgreSQL with it, and the transaction's own connection to the catalogue.

    raises  LockLost
    """
    begun = time.time()
    cursor.begin()
    try:
        yield
        for lock in held:
            lock.check()
    except BaseException as failure:
        with suppress(duckdb.Error):  # a connection that was lost has nothing left to roll back
            cursor.execute("ROLLBACK")
        _remove_unfinished(failure)
        raise
    places = cursor.places_written()
    with kept_while_in_doubt(cursor.root, since=begun, folders=cursor.folders, places=places):
        cursor.execute("COMMIT")


def _remove_unfinished(failure: BaseException) -> None:
    """The file that could not be written to its end is gone; DuckLake removes those that it had finished.

    On a full disk each try would else leave one more.
    """
    named = UNFINISHED.search(str(failure)) if isinstance(failure, duckdb.IOException) else None
    if named:
        with suppress(OSError):
            Path(named.group(1)).unlink()


def brand_schema(brand_id: int) -> str:
    """The lake schema that holds one brand's facts.

    >>> brand_schema(7)
    'lake.brand_7'
    """
    return f"lake.brand_{int(brand_id)}"


def hold_chunks(
    cursor: LakeCursor, name: str, columns: str, chunks: Iterable[pa.Table], *, select: str = "*"
) -> None:
    """The rows stand in a temporary table of this cursor, brought there a chunk at a time.

    `columns`: what stands in its CREATE TABLE. `select`: what is taken of each chunk, in the order of the columns.
    """
    cursor.execute(f"CREATE OR REPLACE TEMP TABLE {name} ({columns})")
    for chunk in chunks:
        cursor.register("held_chunk", chunk)
        cursor.execute(f"INSERT INTO {name} SELECT {select} FROM held_chunk")
        cursor.unregister("held_chunk")


def rows_of(cursor: LakeCursor, query: str, parameters: list[Any] | None = None) -> list[dict[str, Any]]:
    """All rows of a query as dictionaries. For answers that are small."""
    answer = cursor.execute(query, parameters or [])
    names = [column[0] for column in answer.description or ()]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def ensure_catalogue_schema(database_url: str) -> None:
    """PostgreSQL has the schema that DuckLake keeps its catalogue in."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {CATALOGUE_SCHEMA}")


def point_catalogue(connection: "psycopg.Connection[Any]", *, lake_path: Path) -> None:
    """The catalogue names the lake's files below this folder; it must exist already."""
    connection.execute(
        f"UPDATE {CATALOGUE_SCHEMA}.ducklake_metadata SET value = %s WHERE key = 'data_path' AND scope IS NULL",
        [f"{lake_path}/"],
    )


def _extension_file(package: str) -> Path:
    root = Path(importlib.import_module(package).__file__ or "").parent
    files = sorted(root.glob(f"extensions/v{duckdb.__version__}/*.duckdb_extension"))
    if not files:
        raise LakeUnavailable(why=f"{package} holds no extension for DuckDB {duckdb.__version__}")
    return files[0]


def _own_spill_folder(root: Path) -> Path:
    """A folder for this process alone: two engines that spill into one overwrite each other's files.

    effects  folders of this machine's dead processes are gone
    """
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    host = socket.gethostname()
    for left in root.glob(f"{host}.*.*"):
        pid = left.name.split(".")[-2]
        if pid.isdigit() and not psutil.pid_exists(int(pid)):
            shutil.rmtree(left, ignore_errors=True)
    folder = root / f"{host}.{os.getpid()}.{secrets.token_hex(4)}"
    folder.mkdir(mode=0o700)
    return folder


def _literal(path: Path | str) -> str:
    """A path as SQL, whatever stands in it."""
    return "'" + str(path).replace("'", "''") + "'"


def _keywords(url: str) -> str:
    """The libpq keyword form of a database URL, quoted for the inside of a SQL string."""
    parts = conninfo_to_dict(url)
    pairs = (f"{key}={_quoted(str(value))}" for key, value in parts.items() if value is not None)
    return " ".join(pairs).replace("'", "''")


def _quoted(value: str) -> str:
    plain = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{plain}'" if not plain or " " in plain or "'" in plain else plain
