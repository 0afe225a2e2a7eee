"""The database stands at the newest migration; what every table needs (brand fence, grants) in one place."""

from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, make_url, text

from siyu.kernel.db_rights import prepare_to_migrate
from siyu.kernel.errors import SiyuError
from siyu.kernel.resources import migrations_folder

MIGRATION_LOCK = 7_495_001
LOCK_TIMEOUT = "4s"
POSTGRES_VERSION_MIN = 150_000


class PostgresTooOld(SiyuError):
    """This is PostgreSQL {found}; Siyu needs 15 or newer."""

    code = "postgres_too_old"
    status = 500
    zh = "当前是 PostgreSQL {found}；Siyu 需要 15 或更新版本。"


def upgrade_database(url: str, *, revision: str = "head") -> None:
    """Every migration has been applied; two processes at once wait for each other.

    At the newest migration already, nothing is asked of the login; else it must own the tables (kernel.db_rights).

    raises  PostgresTooOld, RightsMissing, TablesOfAnother
    """
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
    try:
        with engine.connect() as connection:
            found = int(connection.execute(text("SHOW server_version_num")).scalar_one())
            if found < POSTGRES_VERSION_MIN:
                raise PostgresTooOld(found=found // 10_000)
            connection.execute(text(f"SELECT pg_advisory_lock({MIGRATION_LOCK})"))
            connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
            connection.commit()
            config = _config()
            if _stands_at(connection) == _head(config):
                return
            prepare_to_migrate(url)
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
            connection.execute(text("GRANT SELECT ON siyu_migration TO siyu_app"))
            connection.commit()
    finally:
        engine.dispose()


def database_revision(url: str) -> tuple[str | None, str]:
    """The revision the database stands at, and the one this program wants."""
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
    try:
        with engine.connect() as connection:
            return _stands_at(connection), _head(_config())
    finally:
        engine.dispose()


def _stands_at(connection: Connection) -> str | None:
    context = MigrationContext.configure(connection, opts={"version_table": "siyu_migration"})
    return context.get_current_revision()


def _head(config: Config) -> str:
    return str(ScriptDirectory.from_config(config).get_current_head())


def known_revisions() -> frozenset[str]:
    """The revisions that this program can bring to its own."""
    return frozenset(script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions())


def fence_by_brand(op: Any, table: str, *, rights: str = "SELECT, INSERT, UPDATE, DELETE") -> None:
    """The application sees and writes only rows of the brand its transaction was opened in.

    Used by migrations: `op` is Alembic's. The pump sees all brands' rows.
    """
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY one_brand ON {table} TO siyu_app "
        "USING (brand_id = nullif(current_setting('siyu.brand_id', true), '')::bigint)"
    )
    op.execute(f"CREATE POLICY all_brands ON {table} TO siyu_pump USING (true)")
    op.execute(f"GRANT {rights} ON {table} TO siyu_app")
    op.execute(f"GRANT SELECT ON {table} TO siyu_pump")


def fence_by_scope(op: Any, table: str, *, seen_if: str = "siyu_sees(customer_id)") -> None:
    """Whoever sees some stores' customers alone sees only rows of theirs in this table.

    Used by migrations for every table that keeps something of one customer; `seen_if` is SQL over its columns.
    """
    op.execute(f"CREATE POLICY within_scope ON {table} AS RESTRICTIVE TO siyu_scoped USING ({seen_if})")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrations_folder()))
    return config
