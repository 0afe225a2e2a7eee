"""Other people's databases: rows past a cursor, read through dlt as they come; nothing of them is written here."""

import os
from collections.abc import Generator, Iterator
from contextlib import ExitStack
from typing import Any

# dlt reads these when it is imported: it sends nothing of its own anywhere, and speaks up only if it fails.
os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
os.environ["RUNTIME__LOG_LEVEL"] = "CRITICAL"

import dlt  # after what it reads
import pyarrow as pa
import sqlalchemy as sa
from dlt.sources.sql_database import TableLoader, sql_table
from sqlalchemy.exc import DBAPIError, NoSuchModuleError, NoSuchTableError, OperationalError, SQLAlchemyError

from siyu.intake.contracts import CursorValue, WantedRows
from siyu.intake.errors.pulls import (
    CursorUnfit,
    DatabaseDriverMissing,
    DatabaseRefused,
    DatabaseTooSlow,
    DatabaseUnreachable,
)
from siyu.intake.rules.pulls import DRIVERS, shown_address
from siyu.kernel.errors import SiyuError

PAGE_ROWS = 5_000
CONNECT_SECONDS, LOOK_SECONDS = 10, 30
QUERIED = "pulled"
TOO_LONG_SQLSTATE = "57014"
REFUSALS = ("28", "3D")  # SQLSTATE classes of a wrong password and of a database that is not there


class SqlDatabases:
    """What reads PostgreSQL, and MySQL where its driver is installed. Every connection is read-only."""

    def pages(
        self, wanted: WantedRows, *, start: CursorValue | None, rows_max: int | None = None
    ) -> Generator[pa.Table]:
        """Arrow tables of the rows at and past `start`, in the order of the cursor; at most `rows_max`, for a look.

        raises  DatabaseUnreachable, DatabaseRefused, DatabaseDriverMissing, DatabaseTooSlow, CursorUnfit
        """
        engine = _engine(wanted.url, is_look=rows_max is not None)
        try:
            with engine.connect() as connection, ExitStack() as ours:
                for page in _resource(connection, ours, wanted, start, rows_max):
                    if isinstance(page, pa.Table):  # a page of hints alone is a list
                        yield page
        except SiyuError:
            raise
        except Exception as error:
            raise _refusal(error, wanted) from error
        finally:
            engine.dispose()


def _loader(connection: sa.Connection, ours: ExitStack) -> type[TableLoader]:
    """How dlt reads: on a connection and by a result that we close, for it leaves them to the garbage collector."""

    class HeldLoader(TableLoader):
        def _load_rows(self, query: Any, backend_kwargs: dict[str, Any]) -> Iterator[Any]:
            result = connection.execution_options(yield_per=self.chunk_size).execute(query)
            ours.callback(result.close)
            yield from self._convert_result(result, backend_kwargs)

    return HeldLoader


def _engine(url: str, *, is_look: bool) -> sa.Engine:
    scheme, _, rest = url.partition("://")
    driver = DRIVERS[scheme]
    arguments: dict[str, Any] = {"connect_timeout": CONNECT_SECONDS}
    if driver.startswith("postgresql"):
        limit = f" -c statement_timeout={LOOK_SECONDS}s" if is_look else ""
        arguments |= {"options": f"-c default_transaction_read_only=on{limit}", "application_name": "siyu"}
    else:
        arguments |= {"init_command": "SET SESSION TRANSACTION READ ONLY"}
    try:
        return sa.create_engine(
            f"{driver}://{rest}", poolclass=sa.NullPool, connect_args=arguments, hide_parameters=True
        )
    except (ModuleNotFoundError, NoSuchModuleError) as missing:
        raise DatabaseDriverMissing(package=driver.rpartition("+")[2]) from missing


def _resource(
    connection: sa.Connection,
    ours: ExitStack,
    wanted: WantedRows,
    start: CursorValue | None,
    rows_max: int | None,
) -> Any:
    """The rows as dlt's resource: without a pipeline it keeps no state and writes no file."""
    table = _queried(connection, wanted) if wanted.query else _table(connection, wanted)
    if wanted.cursor_column and wanted.cursor_column not in table.c:
        raise CursorUnfit(column=wanted.cursor_column, why=f"it is none of {', '.join(table.c.keys())}")
    cte = _cte(wanted.query, table) if wanted.query else None
    resource = sql_table(
        credentials=connection.engine, table=table.name, schema=table.schema, metadata=table.metadata,
        backend="pyarrow", chunk_size=min(rows_max or PAGE_ROWS, PAGE_ROWS), reflection_level="full_with_precision",
        incremental=_incremental(wanted.cursor_column, start), table_loader_class=_loader(connection, ours),
        query_adapter_callback=None if cte is None else lambda select, _table: select.add_cte(cte),
    )  # fmt: skip
    return resource if rows_max is None else resource.add_limit(1)


def _incremental(column: str, start: CursorValue | None) -> Any:
    """Rows at and past the start, oldest first, equal ones too: what is known already the import leaves out."""
    if not column:
        return None
    return dlt.sources.incremental(
        column, initial_value=start, row_order="asc", range_start="closed", on_cursor_value_missing="exclude",
        primary_key=(),
    )  # fmt: skip


def _table(connection: sa.Connection, wanted: WantedRows) -> sa.Table:
    schema, _, name = wanted.table.rpartition(".")
    return sa.Table(name, sa.MetaData(schema=schema or None), autoload_with=connection, resolve_fks=False)


def _queried(connection: sa.Connection, wanted: WantedRows) -> sa.Table:
    """The query as a table: its columns are asked for, their types are seen in the rows."""
    asked = sa.text(f"SELECT * FROM ({_escaped(wanted.query)}) AS {QUERIED} WHERE 1 = 0")
    names = list(connection.execute(asked).keys())
    return sa.Table(QUERIED, sa.MetaData(), *(sa.Column(name) for name in names))


def _cte(query: str, table: sa.Table) -> sa.CTE:
    return sa.text(_escaped(query)).columns(*(sa.column(one.name) for one in table.columns)).cte(QUERIED)


def _escaped(query: str) -> str:
    """The query as SQLAlchemy takes it for text: a colon is a colon."""
    return query.strip().replace(":", "\\:")


def _refusal(error: Exception, wanted: WantedRows) -> SiyuError:
    """What went wrong, in one line of the database's own words, without statement or values."""
    database = shown_address(wanted.url)
    found = next((cause for cause in _causes(error) if isinstance(cause, SQLAlchemyError)), None)
    if isinstance(found, NoSuchTableError):
        return DatabaseRefused(database=database, why=f"there is no table {wanted.table}")
    if not isinstance(found, DBAPIError) or found.orig is None:
        return DatabaseRefused(database=database, why=type(found or error).__name__)
    why = (str(found.orig).strip().splitlines() or [type(found.orig).__name__])[0][:300]
    state = getattr(found.orig, "sqlstate", None) or ""
    if state == TOO_LONG_SQLSTATE:
        return DatabaseTooSlow(database=database, seconds=LOOK_SECONDS)
    if isinstance(found, OperationalError) and not state.startswith(REFUSALS):
        return DatabaseUnreachable(database=database, why=why)
    return DatabaseRefused(database=database, why=why)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


READERS = (SqlDatabases(),)
