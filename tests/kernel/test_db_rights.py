"""The login that serves owns no table, and a right that is missing is named with the SQL that gives it."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from sqlalchemy import text

from siyu.entrypoints.app import opened, set_up
from siyu.kernel.db_rights import RightsMissing, TablesOfAnother, prepare_to_migrate, require_rights_to_serve
from siyu.kernel.home import HomeUnusable, make_home
from siyu.kernel.postgres import EmbeddedPostgres
from siyu.kernel.settings import BadSetting, Settings

ROLES = "siyu_app, siyu_pump, siyu_login, siyu_scoped"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL with logins that are no superusers; who lacks rights in a test is of that test alone."""
    postgres = EmbeddedPostgres(tmp_path_factory.mktemp("rights"))
    with postgres.in_use() as url:
        ask(
            url,
            "CREATE ROLE owner_t LOGIN CREATEROLE",
            "CREATE ROLE server_t LOGIN",
            "CREATE ROLE poor_t LOGIN",
            "CREATE ROLE bare_t LOGIN",
        )
        yield url


def ask(url: str, *statements: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def as_login(url: str, login: str, database: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=f"{login}@", path=f"/{database}"))


@pytest.fixture(scope="module")
def split(server: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home whose tables one login owns and another serves."""
    ask(server, "CREATE DATABASE split OWNER owner_t", "GRANT server_t TO owner_t")
    settings = Settings.from_environment(
        {
            "SIYU_HOME": str(tmp_path_factory.mktemp("split")),
            "SIYU_DATABASE_URL": as_login(server, "server_t", "split"),
            "SIYU_MIGRATION_DATABASE_URL": as_login(server, "owner_t", "split"),
        }
    )
    set_up(settings)
    return settings


FORBIDDEN = [
    "ALTER TABLE customer ADD COLUMN mine text",
    "DROP TABLE customer",
    "ALTER TABLE customer DISABLE ROW LEVEL SECURITY",
    "DROP POLICY one_brand ON customer",
    "CREATE POLICY mine ON customer USING (true)",
    "TRUNCATE audit_entry",
    "CREATE TABLE public.mine (a int)",
    "SET ROLE owner_t",
]


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_whoever_serves_can_change_no_table_and_no_policy(split: Settings, statement: str) -> None:
    assert split.database_url
    with (
        psycopg.connect(split.database_url) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(statement)


def test_whoever_serves_works_as_before(split: Settings) -> None:
    served = Settings.from_environment(
        {"SIYU_HOME": str(split.home), "SIYU_DATABASE_URL": str(split.database_url)}
    )
    set_up(served)  # at the newest migration already: the owner is not needed
    with opened(served) as app:
        with app.lake.transaction() as cursor:
            cursor.execute("CREATE TABLE lake.main.mine AS SELECT 1 AS a")
            cursor.execute("DROP TABLE lake.main.mine")
        app.db.analyze(["customer"])
        with app.db.transaction(brand_id=None) as session:
            assert session.scalar(text("SELECT count(*) FROM customer")) == 0
    with psycopg.connect(str(split.migration_database_url)) as connection:
        found = connection.execute(
            "SELECT last_analyze IS NOT NULL FROM pg_stat_user_tables WHERE relname = 'customer'"
        ).fetchone()
    assert found == (True,), "statistics are fresh though the login owns no table"


def test_what_the_owner_has_to_do_is_said_to_whoever_is_not(split: Settings, server: str) -> None:
    with pytest.raises(TablesOfAnother, match="belong to the login owner_t, not to server_t"):
        prepare_to_migrate(str(split.database_url))


def test_a_missing_role_is_named_with_its_sql_and_the_sql_helps(split: Settings, server: str) -> None:
    ask(server, "GRANT CONNECT ON DATABASE split TO poor_t")
    poor = as_login(server, "poor_t", "split")
    with pytest.raises(RightsMissing) as refused:
        require_rights_to_serve(poor)
    assert "poor_t lacks the role siyu_app" in refused.value.message
    superuser = as_login(server, "siyu", "split")
    for _ in range(3):  # the lake's catalogue is looked at last, and stays the server's
        with suppress(TablesOfAnother):
            try:
                require_rights_to_serve(poor)
            except RightsMissing as lacking:
                ask(superuser, *str(lacking.details["remedy"]).split("; "))
    with pytest.raises(TablesOfAnother, match="belong to the login server_t"):
        require_rights_to_serve(poor)


def test_an_empty_database_asks_for_what_migrations_need(split: Settings, server: str) -> None:
    assert split.database_url, (
        "the roles are the whole server's, and there since the other database was migrated"
    )
    ask(server, "CREATE DATABASE bare")
    poor = as_login(server, "bare_t", "bare")
    require_rights_to_serve(poor)  # nothing was migrated, so nothing is missed yet
    with pytest.raises(RightsMissing) as refused:
        prepare_to_migrate(poor)
    assert "ALTER DATABASE bare OWNER TO bare_t;" in refused.value.message
    ask(as_login(server, "siyu", "bare"), "ALTER DATABASE bare OWNER TO bare_t", f"GRANT {ROLES} TO bare_t")
    prepare_to_migrate(poor)


def test_the_owners_address_alone_is_no_setting() -> None:
    with pytest.raises(BadSetting, match="SIYU_DATABASE_URL"):
        Settings.from_environment({"SIYU_MIGRATION_DATABASE_URL": "postgresql://x"})


def test_addresses_with_passwords_show_in_no_log() -> None:
    settings = Settings.from_environment({"SIYU_DATABASE_URL": make_conninfo("", password="hunter2")})
    assert "hunter2" not in repr(settings)


def test_a_home_that_cannot_be_one_is_said_plainly(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for home in (tmp_path / "file", tmp_path / "file" / "home", Path("/proc/siyu")):
        with pytest.raises(HomeUnusable, match="SIYU_HOME"):
            make_home(home)
    make_home(tmp_path / "new" / "home")
    assert list((tmp_path / "new" / "home").iterdir()) == [], "looking leaves nothing"
