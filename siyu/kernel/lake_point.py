"""Where the facts of one customer lie: the few files that may hold some, found by one look at the catalogue.

Asking the engine costs some 25 questions to the catalogue a table, whatever the table holds: tenths of a second for a
page that reads a dozen tables. A table none of whose files may hold the customer is not read at all here, and one whose
files are as they were written is read by name. Where rows were removed or lie in the catalogue the engine is asked.

A brand of years has hundreds of files that may hold a customer, each of them a millisecond. Who shows the newest facts
first reads the newest files first, and learns as of when nothing is left out.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from psycopg import sql

from siyu.kernel.facts import COMMON_COLUMNS, FactType
from siyu.kernel.lake import CATALOGUE_SCHEMA, Lake, brand_schema

TABLES = f"""
    SELECT t.table_name, t.table_id, k.column_id, o.column_id,
           to_regclass('{CATALOGUE_SCHEMA}.ducklake_inlined_delete_' || t.table_id) IS NOT NULL,
           ARRAY(SELECT d.table_name::text FROM {CATALOGUE_SCHEMA}.ducklake_inlined_data_tables d
                 WHERE d.table_id = t.table_id)
    FROM {CATALOGUE_SCHEMA}.ducklake_table t
    JOIN {CATALOGUE_SCHEMA}.ducklake_schema s ON s.schema_id = t.schema_id AND s.end_snapshot IS NULL
    JOIN {CATALOGUE_SCHEMA}.ducklake_column k
      ON k.table_id = t.table_id AND k.column_name = 'customer_id' AND k.end_snapshot IS NULL
    JOIN {CATALOGUE_SCHEMA}.ducklake_column o
      ON o.table_id = t.table_id AND o.column_name = 'occurred_at' AND o.end_snapshot IS NULL
    WHERE s.schema_name = %s AND t.table_name = ANY(%s) AND t.end_snapshot IS NULL
"""
# A file may hold the customer unless its least and greatest number say otherwise; so with the moments before one.
CANDIDATES = sql.SQL("""
    WITH wanted (table_name, table_id, customer_column, moment_column, whole) AS (
        SELECT * FROM unnest(%(names)s::text[], %(ids)s::bigint[], %(customers)s::bigint[], %(moments)s::bigint[],
                             %(whole)s::boolean[])),
    candidate AS (
        SELECT w.table_name, w.table_id, f.data_file_id, f.path,
               CASE WHEN NOT w.whole THEN m.max_value::timestamptz END AS newest
        FROM wanted w
        JOIN {schema}.ducklake_data_file f ON f.table_id = w.table_id AND f.end_snapshot IS NULL
        LEFT JOIN {schema}.ducklake_file_column_stats c
          ON c.table_id = w.table_id AND c.column_id = w.customer_column AND c.data_file_id = f.data_file_id
        LEFT JOIN {schema}.ducklake_file_column_stats m
          ON m.table_id = w.table_id AND m.column_id = w.moment_column AND m.data_file_id = f.data_file_id
        WHERE coalesce(c.min_value::bigint <= %(customer)s AND c.max_value::bigint >= %(customer)s, true)
          AND (w.whole OR coalesce(m.min_value::timestamptz < %(before)s, true))
    )
    SELECT table_name, path, newest, EXISTS (SELECT FROM {schema}.ducklake_delete_file d
        WHERE d.data_file_id = candidate.data_file_id AND d.end_snapshot IS NULL) FROM candidate
""")
INLINED = sql.SQL("""
    UNION ALL SELECT {name}, NULL, NULL, true WHERE EXISTS (
        SELECT FROM {schema}.{place} WHERE customer_id = %(customer)s AND end_snapshot IS NULL)
""")
REMOVED = sql.SQL("""
    UNION ALL SELECT {name}, NULL, NULL, true WHERE EXISTS (
        SELECT FROM {schema}.{place} r JOIN candidate c ON c.data_file_id = r.file_id)
""")


@dataclass(frozen=True, slots=True)
class _File:
    """A file that may hold the customer. `newest`: None if that is not known, or does not matter."""

    table: str
    path: str | None
    newest: datetime | None
    by_engine: bool


@dataclass(frozen=True, slots=True)
class FactsOfCustomer:
    """What a statement may read instead of each table, if it asks for facts of this customer after `since` alone.

    `sources`: table name → SQL that stands after FROM, with the table's columns. `since`: None if nothing is left out.
    `holding`: the tables that may hold facts of the customer at all.
    """

    sources: Mapping[str, str]
    since: datetime | None
    holding: frozenset[str]


def facts_of_customer(
    lake: Lake,
    *,
    brand_id: int,
    customer_id: int,
    fact_types: Mapping[str, FactType],
    before: datetime | None = None,
    files: int | None = None,
    whole: Collection[str] = (),
) -> FactsOfCustomer:
    """Where facts of the customer before a moment lie, the newest first.

    Files stay for an hour after they were replaced, so what is named here can be read for that long.

    `files`: about how many may be opened; None: all. `whole`: tables of which everything is read, whatever the moment.
    """
    schema = brand_schema(brand_id)
    name = schema.removeprefix("lake.")
    asked = [_Asked(table, table in whole) for table in sorted(fact_types)]
    before = before or datetime.max.replace(tzinfo=UTC)
    found = _looked_up(lake, name, asked, customer_id, before)
    since = None if files is None else left_out_until([one.newest for one in found], before, files)
    read = [one for one in found if since is None or one.newest is None or one.newest > since]
    by_engine = {one.table for one in read if one.by_engine}
    paths: dict[str, list[str]] = {}
    for one in read:
        paths.setdefault(one.table, []).append(f"{lake.path / name}/{one.table}/{one.path}")
    sources = {
        table: f'{schema}."{table}"' if table in by_engine else _read(fact_type, paths.get(table, []))
        for table, fact_type in fact_types.items()
    }
    return FactsOfCustomer(sources, since, frozenset(one.table for one in found))


def left_out_until(newest: Sequence[datetime | None], before: datetime, files: int) -> datetime | None:
    """The newest moment of the files that are too many, so that those with later ones hold all that came after it.

    It lies before all that is asked for, so that each page gets on: files that end at one moment, or after `before`,
    are read together, and those whose end is not known always. None: all may be read.

    >>> days = [datetime(2026, 1, day) for day in (3, 1, 2, 3)]
    >>> left_out_until(days, days[0], 1), left_out_until([None, *days], days[0], 4)
    (datetime.datetime(2026, 1, 2, 0, 0), None)
    >>> left_out_until(days, days[2], 1)
    datetime.datetime(2026, 1, 1, 0, 0)
    """
    last = before - timedelta(microseconds=1)
    known = sorted((min(one, last) for one in newest if one is not None), reverse=True)
    return next((one for one in known[files:] if one < known[0]), None)


@dataclass(frozen=True, slots=True)
class _Asked:
    table: str
    whole: bool


def _looked_up(
    lake: Lake, schema: str, asked: Sequence[_Asked], customer_id: int, before: datetime
) -> list[_File]:
    """Files that may hold the customer, as of one moment."""
    with psycopg.connect(lake.database_url) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        tables = connection.execute(TABLES, [schema, [one.table for one in asked]]).fetchall()
        if not tables:
            return []
        whole = {one.table: one.whole for one in asked}
        catalogue = sql.Identifier(CATALOGUE_SCHEMA)
        parts: list[sql.Composable] = [CANDIDATES.format(schema=catalogue)]
        for name, number, _, _, has_removed, inlined in tables:
            known: dict[str, Any] = {"schema": catalogue, "name": sql.Literal(name)}
            parts += [INLINED.format(**known, place=sql.Identifier(one)) for one in inlined]
            if has_removed:
                parts.append(REMOVED.format(**known, place=_removed(number)))
        given = {
            "names": [row[0] for row in tables], "ids": [row[1] for row in tables],
            "customers": [row[2] for row in tables], "moments": [row[3] for row in tables],
            "whole": [whole[row[0]] for row in tables], "customer": customer_id, "before": before,
        }  # fmt: skip
        return [_File(*row) for row in connection.execute(sql.SQL("").join(parts), given).fetchall()]


def _removed(table_id: int) -> sql.Composable:
    return sql.Identifier(f"ducklake_inlined_delete_{int(table_id)}")


def _read(fact_type: FactType, paths: list[str]) -> str:
    """The files, or no rows; in either case with every column the type has by now."""
    columns = {**COMMON_COLUMNS, **fact_type.columns}
    none = ", ".join(f'CAST(NULL AS {kind}) AS "{name}"' for name, kind in columns.items())
    empty = f"SELECT {none} WHERE false"
    if not paths:
        return f"({empty})"
    listed = ", ".join("'" + path.replace("'", "''") + "'" for path in paths)
    return (
        f"({empty} UNION ALL BY NAME SELECT * FROM "
        f"read_parquet([{listed}], union_by_name = true, hive_partitioning = false))"
    )
