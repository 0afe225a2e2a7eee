"""PostgreSQL: one engine a process, one transaction a piece of work, every row fenced by its brand."""

import io
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from typing import Any, cast

import psycopg
import pyarrow as pa
from pyarrow import csv
from sqlalchemy import (
    BigInteger,
    Connection,
    DateTime,
    Identity,
    MetaData,
    Text,
    create_engine,
    make_url,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

LOCK_POLL_SECONDS = 0.5
IN_LINE_SECONDS, OUT_OF_LINE_SECONDS = 1, 4
CHUNK_BYTES = 8 * 2**20


class Role(StrEnum):
    """The database roles Siyu works as; none owns a table, none is a superuser.

    APP serves requests and jobs inside one brand; PUMP empties the inbox; LOGIN finds out who is asking. SCOPED is APP
    for somebody who sees the customers of some stores alone: a member of it, fenced further.
    """

    APP = "siyu_app"
    PUMP = "siyu_pump"
    LOGIN = "siyu_login"
    SCOPED = "siyu_scoped"


class LockLost(Exception):
    """The session that held a lock has ended, so that somebody else may be inside."""


class Held:
    """A lock that is held for as long as its session lives: PostgreSQL may fall and rise again while a block runs."""

    def __init__(self, connection: Connection) -> None:
        self._session: Any = (
            connection.connection.driver_connection
        )  # SQLAlchemy would replace one that broke

    def check(self) -> None:
        """The lock is held still.

        raises  LockLost; what was done under the lock must not be committed
        """
        try:
            self._session.execute("SELECT 1")
        except psycopg.Error as gone:
            raise LockLost from gone


class Base(DeclarativeBase):
    """All tables; names of constraints are fixed so that migrations can drop them."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 -- SQLAlchemy reads this class attribute
        int: BigInteger,
        str: Text,
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB,
        list[Any]: JSONB,
    }


def identity_key() -> Any:
    """A BIGINT primary key that the database counts."""
    return mapped_column(BigInteger, Identity(always=False), primary_key=True)


class Database:
    """Opens transactions as one of our roles, inside one brand.

    limits  15 connections a process, made when needed
    """

    def __init__(self, url: str) -> None:
        self.url = url
        driver_url = make_url(url).set(drivername="postgresql+psycopg")
        self.engine = create_engine(
            driver_url,
            pool_size=5,
            max_overflow=10,
            pool_pre_ping=True,
            pool_timeout=20,
            hide_parameters=True,  # they may be personal data, and errors are logged
        )

    @contextmanager
    def transaction(self, *, brand_id: int | None, role: Role = Role.APP) -> Iterator[Session]:
        """One transaction: committed when the block ends, rolled back if it raises.

        Without a brand a brand's rows are invisible: a forgotten filter finds nothing, not another's rows.
        """
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            enter_brand(session, brand_id=brand_id, role=role)
            yield session

    @contextmanager
    def exclusive(self, name: str, *, waiting: Callable[[], None] = lambda: None) -> Iterator[Held]:
        """Only one process at a time is inside a block of this name; the lock dies with its holder.

        `waiting` is called twice a second while somebody else is inside; it may raise to give up.
        """
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            key = {"name": name}
            while not connection.scalar(text("SELECT pg_try_advisory_lock(hashtextextended(:name, 7))"), key):
                waiting()
                time.sleep(LOCK_POLL_SECONDS)
            try:
                yield Held(connection)
            finally:
                _let_go(connection, "SELECT pg_advisory_unlock(hashtextextended(:name, 7))", key)

    @contextmanager
    def beside(self, *names: str) -> Iterator[Held]:
        """Many may be inside blocks of these names at a time, but nobody while somebody is `alone` in one of them."""
        every = "FROM unnest(CAST(:names AS text[])) name"
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            lock = text(f"SELECT pg_advisory_lock_shared(hashtextextended(name, 7)) {every}")
            connection.execute(lock, {"names": sorted(names)})
            try:
                yield Held(connection)
            finally:
                unlock = f"SELECT pg_advisory_unlock_shared(hashtextextended(name, 7)) {every}"
                _let_go(connection, unlock, {"names": sorted(names)})

    @contextmanager
    def alone(self, name: str) -> Iterator[Held]:
        """Nobody else is inside a block of this name. Who comes later waits behind, for a second in five at most: while
        somebody stays inside for long, others still get in beside.
        """
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            key = {"name": name}
            connection.execute(text(f"SET lock_timeout = '{IN_LINE_SECONDS}s'"))
            try:
                while not _locked(connection, key):
                    time.sleep(OUT_OF_LINE_SECONDS)
                try:
                    yield Held(connection)
                finally:
                    _let_go(connection, "SELECT pg_advisory_unlock(hashtextextended(:name, 7))", key)
            finally:
                _let_go(connection, "RESET lock_timeout", {})

    def analyze(self, tables: Iterable[str]) -> None:
        """The planner's statistics of these tables are fresh; autovacuum would get to it only minutes later."""
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for table in tables:  # by a function of the owner's: the login that serves need not own a table
                connection.execute(text("SELECT siyu_analyze(CAST(:table AS regclass))"), {"table": table})

    def close(self) -> None:
        """All connections are closed."""
        self.engine.dispose()


def _locked(connection: Connection, key: dict[str, str]) -> bool:
    """Whether the lock is ours; not if those who have it were not done in time."""
    try:
        connection.execute(text("SELECT pg_advisory_lock(hashtextextended(:name, 7))"), key)
    except OperationalError as failure:
        if isinstance(failure.orig, psycopg.errors.LockNotAvailable):
            return False
        raise
    return True


def _let_go(connection: Connection, statement: str, parameters: Mapping[str, object]) -> None:
    """The lock is free: given back, or gone with its session, which is no failure of what was done under it."""
    try:
        connection.execute(text(statement), parameters)
    except SQLAlchemyError:
        connection.invalidate()


def enter_brand(session: Session, *, brand_id: int | None, role: Role = Role.APP) -> None:
    """Until the transaction ends, the session works as `role` inside one brand."""
    session.execute(
        text("SELECT set_config('role', :role, true), set_config('siyu.brand_id', :brand, true)"),
        {"role": role.value, "brand": "" if brand_id is None else str(brand_id)},
    )
    session.info["brand_id"] = brand_id
    session.info.pop("store_keys", None)


@contextmanager
def as_owner(session: Session) -> Iterator[None]:
    """Inside the block the session works as the login itself, past the brand fence, which is the caller's to keep.

    For whole tables at a time, where the login owns them; afterwards it is what it was.
    """
    role = session.scalar(text("SELECT current_setting('role')"))
    session.execute(text("SELECT set_config('role', 'none', true)"))
    yield
    session.execute(text("SELECT set_config('role', :role, true)"), {"role": role})


def narrow_to_stores(session: Session, *, store_keys: Iterable[str]) -> None:
    """Until the transaction ends, the session sees the customers of these stores alone, of the brand it is in.

    Customers, and all that a table keeps of one, are hidden by policies for `siyu_scoped` (`fence_by_scope`).
    """
    keys = list(store_keys)
    session.execute(
        text(
            "SELECT set_config('role', :role, true), "
            "set_config('siyu.stores', CAST(CAST(:stores AS text[]) AS text), true)"
        ),
        {"role": Role.SCOPED.value, "stores": keys},
    )
    session.info["store_keys"] = tuple(keys)


def stores_of(session: Session) -> tuple[str, ...] | None:
    """The stores whose customers this session sees; None: everybody the brand knows."""
    found: tuple[str, ...] | None = session.info.get("store_keys")
    return found


def brand_of(session: Session) -> int:
    """The brand this session was opened in."""
    brand_id = session.info.get("brand_id")
    assert isinstance(brand_id, int), "this session was opened outside any brand"
    return brand_id


def raw(session: Session) -> "psycopg.Connection[tuple[Any, ...]]":
    """The psycopg connection of the session's transaction, for COPY."""
    return cast("psycopg.Connection[tuple[Any, ...]]", session.connection().connection.driver_connection)


def copy_rows(
    session: Session, *, table: str, columns: tuple[str, ...], rows: Iterable[tuple[Any, ...]]
) -> None:
    """The rows stand in the (temporary) table, by COPY. COPY FROM does not work under row-level security."""
    listed = ", ".join(columns)
    with raw(session).cursor() as cursor, cursor.copy(f"COPY {table} ({listed}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


_ARROW_TYPES = {
    "int64": pa.int64(),
    "text": pa.string(),
    "bool": pa.bool_(),
    "float64": pa.float64(),
    "moment": pa.timestamp("us", tz="UTC"),
}


def copy_arrow(session: Session, *, table: str, reader: pa.RecordBatchReader) -> int:
    """The rows of the batches stand in the (temporary) table, by COPY, one batch in memory at a time.

    returns  how many they were
    """
    rows = 0
    listed = ", ".join(reader.schema.names)
    with (
        raw(session).cursor() as cursor,
        cursor.copy(f"COPY {table} ({listed}) FROM STDIN (FORMAT csv)".encode()) as copy,
    ):
        for batch in reader:
            sink = io.BytesIO()
            csv.write_csv(batch, sink, csv.WriteOptions(include_header=False))
            copy.write(sink.getvalue())
            rows += batch.num_rows
    return rows


def arrow_of(session: Session, query: str, parameters: dict[str, Any], columns: dict[str, str]) -> pa.Table:
    """The rows of a query as an Arrow table, by COPY: millions of rows without a Python object each.

    `columns`: name → int64 | text | bool | float64 | moment, in the query's order. Row-level security applies.
    """
    parts = list(arrow_chunks(session, query, parameters, columns))
    return pa.concat_tables(parts) if parts else _schema_of(columns).empty_table()


def arrow_chunks(
    session: Session, query: str, parameters: dict[str, Any], columns: dict[str, str]
) -> Iterator[pa.Table]:
    """The same rows in Arrow tables of some megabytes each; use the session for nothing else before the last.

    limits  holds one chunk at a time
    """
    session.execute(text("SET LOCAL TimeZone = 'UTC'"))
    compiled = text(query).bindparams(**parameters).compile(dialect=session.get_bind().dialect)
    statement = f"COPY ({compiled}) TO STDOUT (FORMAT csv)"
    buffer = io.BytesIO()
    with raw(session).cursor() as cursor, cursor.copy(statement.encode(), compiled.params) as copy:
        for part in copy:  # whole rows, so that a chunk never ends inside one
            buffer.write(part)
            if buffer.tell() >= CHUNK_BYTES:
                yield _table_of(buffer, columns)
                buffer = io.BytesIO()
    if buffer.tell():
        yield _table_of(buffer, columns)


def _schema_of(columns: dict[str, str]) -> pa.Schema:
    return pa.schema([(name, _ARROW_TYPES[kind]) for name, kind in columns.items()])


def _table_of(buffer: io.BytesIO, columns: dict[str, str]) -> pa.Table:
    buffer.seek(0)
    return csv.read_csv(
        buffer,
        read_options=csv.ReadOptions(column_names=list(columns)),
        convert_options=csv.ConvertOptions(
            column_types=_schema_of(columns),
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
            true_values=["t"],
            false_values=["f"],
            timestamp_parsers=[csv.ISO8601, "%Y-%m-%d %H:%M:%S%z"],
        ),
    )
