"""The database is what the models say, and every brand's rows are behind the fence."""

import re

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from siyu.entrypoints.tables import METADATA
from siyu.entrypoints.wiring import FACT_TYPES
from siyu.kernel.app import App
from siyu.kernel.db import Role
from siyu.kernel.facts import COMMON_COLUMNS
from siyu.kernel.lake import brand_schema
from siyu.kernel.lake_migrations import lake_migrations

OTHERS = re.compile(r"^(?:procrastinate_|siyu_migration$)")
# The two inboxes have no policy, so that COPY works: the application may only insert into them.
UNFENCED = {"inbox", "fact_seen", "event_envelope"}
DIRECTIONS = {"add_table", "remove_table", "add_column", "remove_column", "modify_nullable", "modify_type"}


def test_models_match_the_migrations(app: App) -> None:
    with app.db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        flat = [
            one
            for found in compare_metadata(context, METADATA)
            for one in (found if isinstance(found, list) else [found])
        ]
    ours = [
        one
        for one in flat
        if one[0] in DIRECTIONS and not OTHERS.match(getattr(one[1], "name", None) or str(one[2]))
    ]
    named_only_in_migrations = [one for one in ours if one[0] == "remove_table" and one[1].name in UNFENCED]
    assert [one for one in ours if one not in named_only_in_migrations] == []


def test_every_table_of_a_brand_is_fenced(app: App) -> None:
    query = """
        SELECT c.relname, c.relrowsecurity,
               EXISTS (SELECT FROM pg_policies p WHERE p.tablename = c.relname AND p.policyname = 'one_brand'
                       AND 'siyu_app' = ANY(p.roles)) AS fenced
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'brand_id'
        WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
    """
    with app.db.engine.connect() as connection:
        tables = connection.execute(text(query)).all()
    assert {table.relname for table in tables if not (table.relrowsecurity and table.fenced)} == UNFENCED


def test_the_application_reads_nothing_that_is_not_fenced(app: App) -> None:
    query = """
        SELECT c.relname FROM pg_class c
        WHERE c.relkind IN ('r', 'p', 'v') AND c.relnamespace = 'public'::regnamespace AND NOT c.relrowsecurity
          AND has_table_privilege('siyu_app', c.oid, 'SELECT')
    """
    with app.db.engine.connect() as connection:
        readable = set(connection.execute(text(query)).scalars())
    assert {name for name in readable if not OTHERS.match(name)} == set()


def test_our_roles_own_nothing_and_are_no_superusers(app: App) -> None:
    query = """
        SELECT rolname, rolsuper OR rolbypassrls OR rolcreaterole OR rolcanlogin AS mighty,
               EXISTS (SELECT FROM pg_class c WHERE c.relowner = r.oid) AS owns
        FROM pg_roles r WHERE rolname = ANY(:roles)
    """
    with app.db.engine.connect() as connection:
        found = connection.execute(text(query), {"roles": [role.value for role in Role]}).all()
    assert {(row.rolname, row.mighty, row.owns) for row in found} == {
        (role.value, False, False) for role in Role
    }


@pytest.mark.parametrize("fact", FACT_TYPES, ids=lambda fact: fact.name)
def test_a_catalogued_fact_has_the_columns_of_its_lake_table(app: App, brand_id: int, fact: object) -> None:
    with app.lake.reading() as cursor:
        rows = cursor.execute(f'DESCRIBE {brand_schema(brand_id)}."{fact.name}"').fetchall()  # type: ignore[attr-defined]
    stored = {row[0]: row[1].replace("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ") for row in rows}
    assert stored == {**COMMON_COLUMNS, **fact.columns}  # type: ignore[attr-defined]


def test_every_fact_table_of_the_lake_is_catalogued() -> None:
    sql = "\n".join(migration.sql for migration in lake_migrations())
    tables = re.findall(r'CREATE TABLE \{brand\}\."?(\w+)"? \(([^;]*?)\n\);', sql)
    facts = {
        name
        for name, columns in tables
        if "identity_id BIGINT" in columns and "replaced_by_batch" not in columns
    }
    assert facts == {fact.name for fact in FACT_TYPES}


def test_lake_migrations_count_up_without_a_gap() -> None:
    assert [migration.version for migration in lake_migrations()] == list(
        range(1, len(lake_migrations()) + 1)
    )
