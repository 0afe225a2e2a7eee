"""What a database login must be allowed so that Siyu can migrate or serve, and the SQL that allows it."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from siyu.kernel.db import Role
from siyu.kernel.errors import SiyuError
from siyu.kernel.lake import CATALOGUE_SCHEMA

Connection = psycopg.Connection[tuple[Any, ...]]
ROLES = ", ".join(role.value for role in Role)

# From PostgreSQL 16 on, whoever made a role is its member and yet may not act as it before it is granted to him.
MAY_ACT_AS = """
SELECT pg_has_role(current_user, oid,
    CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END)
FROM pg_roles WHERE rolname = %s
"""
HAS_CATALOGUE = "SELECT to_regnamespace(%s) IS NOT NULL"
OTHERS_TABLES = """
SELECT pg_get_userbyid(c.relowner), count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = %s AND c.relkind = 'r' AND NOT pg_has_role(current_user, c.relowner, 'USAGE')
GROUP BY 1 ORDER BY 2 DESC LIMIT 1
"""


class RightsMissing(SiyuError):
    """The database login {login} lacks {what}. As a superuser of that PostgreSQL, in the database {database}:
    {remedy}
    """

    code = "database_rights_missing"
    status = 503
    zh = "数据库登录角色 {login} 缺少权限：{what}。请以该 PostgreSQL 的超级用户在数据库 {database} 中执行：{remedy}"


class TablesOfAnother(SiyuError):
    """The tables of the database {database} belong to the login {owner}, not to {login}, and only who owns them can do
    this. Set SIYU_MIGRATION_DATABASE_URL to the address with that login, for this command alone: `siyu init` brings a
    database up to date, `siyu backup` and `siyu restore` need it as well.
    """

    code = "tables_of_another"
    status = 503
    zh = (
        "数据库 {database} 的表属于登录角色 {owner} 而不是 {login}，只有所有者可以执行此操作。"
        "请仅为本次命令将 SIYU_MIGRATION_DATABASE_URL 设为该角色的地址："
        "升级数据库用 `siyu init`，`siyu backup` 与 `siyu restore` 也需要它。"
    )


@dataclass(frozen=True, slots=True)
class Lack:
    """One right that is missing, and the SQL that gives it."""

    what: str
    remedy: str


def prepare_to_migrate(url: str) -> None:
    """The login may make and change Siyu's tables, and the roles exist that it may act as.

    raises   RightsMissing, TablesOfAnother
    effects  makes the roles and grants them where the login may do so itself
    """
    with psycopg.connect(url, autocommit=True) as connection:
        login, _ = _who(connection)
        _require_own(connection, "public")
        _require(connection, [*_lacking_to_create(connection), *_lacking_roles(connection, login)])


def require_own_tables(connection: Connection) -> None:
    """Every table of ours belongs to this login, or to a role whose rights it has.

    raises  TablesOfAnother
    """
    _require_own(connection, "public")
    _require_own(connection, CATALOGUE_SCHEMA)


def let_serve(url: str, *, serving_url: str) -> None:
    """The login of `serving_url` may serve what the login of `url` owns, and the lake's catalogue is its own.

    DuckLake makes tables whenever it likes, so the catalogue belongs to whoever serves; all else is out of its reach.

    raises   RightsMissing
    effects  the catalogue's schema; grants; nothing but the schema where both are one login
    """
    with psycopg.connect(serving_url) as connection:
        serving, _ = _who(connection)
    with psycopg.connect(url, autocommit=True) as connection:
        login, _ = _who(connection)
        if not _true(
            connection, HAS_CATALOGUE, CATALOGUE_SCHEMA
        ):  # IF NOT EXISTS asks for the right all the same
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {CATALOGUE_SCHEMA}")
        if serving == login:
            return
        if not _true(connection, "SELECT pg_has_role(current_user, %s, 'USAGE')", serving):
            what = f"the rights of {serving}, whose lake catalogue it backs up"
            _require(connection, [Lack(what, f"GRANT {_name(serving)} TO {_name(login)};")])
        with suppress(
            psycopg.errors.InsufficientPrivilege
        ):  # then somebody else has to; what lacks is told later
            connection.execute(f"GRANT {ROLES} TO {_name(serving)}")
        connection.execute(f"GRANT USAGE, CREATE ON SCHEMA {CATALOGUE_SCHEMA} TO {_name(serving)}")
        _give_catalogue(connection, serving)


def require_rights_to_serve(url: str) -> None:
    """The login may serve this database. A database that was never migrated is passed over.

    raises  RightsMissing, TablesOfAnother (the lake's catalogue, where DuckLake makes tables as it goes)
    """
    with psycopg.connect(url, autocommit=True) as connection:
        _require(connection, list(_lacking_to_serve(connection)))
        _require_own(connection, CATALOGUE_SCHEMA)


def _lacking_to_serve(connection: Connection) -> Iterator[Lack]:
    """What keeps the login from serving this database."""
    if not _true(connection, "SELECT to_regclass('public.siyu_migration') IS NOT NULL"):
        return
    login, database = _who(connection)
    lacking = [role.value for role in Role if not _true(connection, MAY_ACT_AS, role.value)]
    for role in lacking:
        yield Lack(f"the role {role}", f"GRANT {role} TO {_name(login)};")
    if lacking:
        return
    if not _true(connection, "SELECT has_table_privilege('procrastinate_jobs', 'UPDATE')"):
        yield Lack("the inheritance of what is granted to it", f"ALTER ROLE {_name(login)} INHERIT;")
    if not _true(connection, "SELECT has_database_privilege(%s, current_database(), 'TEMP')", Role.APP):
        yield Lack("temporary tables", f"GRANT TEMPORARY ON DATABASE {_name(database)} TO {Role.APP};")
    for role in Role:
        if not _true(connection, "SELECT has_schema_privilege(%s, 'public', 'USAGE')", role):
            yield Lack(f"the schema public as {role}", f"GRANT USAGE ON SCHEMA public TO {role};")
    if not _true(connection, HAS_CATALOGUE, CATALOGUE_SCHEMA):
        return
    if not _true(connection, "SELECT has_schema_privilege(%s, 'CREATE')", CATALOGUE_SCHEMA):
        yield Lack(
            "the lake's schema", f"GRANT USAGE, CREATE ON SCHEMA {CATALOGUE_SCHEMA} TO {_name(login)};"
        )


def _lacking_to_create(connection: Connection) -> Iterator[Lack]:
    login, database = _who(connection)
    if not _true(connection, "SELECT has_schema_privilege('public', 'CREATE')"):
        yield Lack("the right to make tables", f"ALTER DATABASE {_name(database)} OWNER TO {_name(login)};")
    elif not _true(
        connection,
        "SELECT to_regnamespace(%s) IS NOT NULL OR has_database_privilege(current_database(), 'CREATE')",
        CATALOGUE_SCHEMA,
    ):
        yield Lack(
            "the right to make schemas", f"GRANT CREATE ON DATABASE {_name(database)} TO {_name(login)};"
        )


def _lacking_roles(connection: Connection, login: str) -> Iterator[Lack]:
    """The roles that are missing or may not be acted as, after making and granting what this login can."""
    for role in Role:
        remedy = f"GRANT {role} TO {_name(login)};"
        try:
            if not _true(connection, "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = %s)", role):
                remedy = f"CREATE ROLE {role} NOLOGIN; {remedy}"
                connection.execute(f"CREATE ROLE {role} NOLOGIN")
            if not _true(connection, MAY_ACT_AS, role):
                connection.execute(f"GRANT {role} TO {_name(login)}")
        except psycopg.errors.InsufficientPrivilege:
            yield Lack(f"the role {role}", remedy)
    grant = f"GRANT {Role.APP} TO {Role.SCOPED}"
    try:
        if not _true(connection, "SELECT pg_has_role(%s, %s, 'USAGE')", Role.SCOPED, Role.APP):
            connection.execute(grant)
    except (psycopg.errors.InsufficientPrivilege, psycopg.errors.UndefinedObject):
        yield Lack(f"{Role.SCOPED} as a member of {Role.APP}", f"{grant};")


def _give_catalogue(connection: Connection, serving: str) -> None:
    """Whatever the catalogue holds belongs to the login that serves."""
    rows = connection.execute(
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE n.nspname = %s AND c.relkind = 'r' AND pg_get_userbyid(c.relowner) <> %s",
        [CATALOGUE_SCHEMA, serving],
    ).fetchall()
    for (table,) in rows:
        connection.execute(f"ALTER TABLE {CATALOGUE_SCHEMA}.{_name(table)} OWNER TO {_name(serving)}")


def _require_own(connection: Connection, schema: str) -> None:
    login, database = _who(connection)
    owner = connection.execute(OTHERS_TABLES, [schema]).fetchone()
    if owner is not None:
        raise TablesOfAnother(database=database, owner=owner[0], login=login)


def _require(connection: Connection, lacks: list[Lack]) -> None:
    if not lacks:
        return
    login, database = _who(connection)
    what, remedy = ", ".join(lack.what for lack in lacks), " ".join(lack.remedy for lack in lacks)
    raise RightsMissing(login=login, database=database, what=what, remedy=remedy)


def _who(connection: Connection) -> tuple[str, str]:
    """The login and the database of a connection."""
    found = connection.execute("SELECT current_user::text, current_database()::text").fetchone()
    assert found is not None, "current_user is always known"
    return str(found[0]), str(found[1])


def _true(connection: Connection, query: str, *parameters: str) -> bool:
    found = connection.execute(query, parameters).fetchone()
    return found is not None and bool(found[0])


def _name(identifier: str) -> str:
    """An identifier as SQL, quoted where it needs to be."""
    return (
        identifier
        if identifier.isidentifier() and identifier.islower()
        else sql.Identifier(identifier).as_string()
    )
