"""Where the facts of one customer lie: the few files that may hold some, found by one look at the catalogue.

Asking the engine costs some 25 questions to the catalogue a table, whatever the table holds: tenths of a second for a
page that reads a dozen tables. A table none of whose files may hold the customer is not read at all here, and one whose
files are as they were written is read by name. Where rows were removed or lie in the catalogue the engine is asked.
"""

from collections.abc import Mapping
from typing import Any

import psycopg
from psycopg import sql

from siyu.kernel.facts import COMMON_COLUMNS, FactType
from siyu.kernel.lake import CATALOGUE_SCHEMA, Lake, brand_schema

TABLES = f"""
    SELECT t.table_name, t.table_id, k.column_id,
           to_regclass('{CATALOGUE_SCHEMA}.ducklake_inlined_delete_' || t.table_id) IS NOT NULL,
           ARRAY(SELECT d.table_name::text FROM {CATALOGUE_SCHEMA}.ducklake_inlined_data_tables d
                 WHERE d.table_id = t.table_id)
    FROM {CATALOGUE_SCHEMA}.ducklake_table t
    JOIN {CATALOGUE_SCHEMA}.ducklake_schema s ON s.schema_id = t.schema_id AND s.end_snapshot IS NULL
    JOIN {CATALOGUE_SCHEMA}.ducklake_column k
      ON k.table_id = t.table_id AND k.column_name = 'customer_id' AND k.end_snapshot IS NULL
    WHERE s.schema_name = %s AND t.table_name = ANY(%s) AND t.end_snapshot IS NULL
"""
# A file may hold the customer unless its least and greatest number say otherwise.
CANDIDATES = sql.SQL("""
    WITH wanted (table_name, table_id, column_id) AS (SELECT * FROM unnest(%(names)s::text[], %(ids)s::bigint[],
        %(columns)s::bigint[])),
    candidate AS (
        SELECT w.table_name, w.table_id, f.data_file_id, f.path FROM wanted w
        JOIN {schema}.ducklake_data_file f ON f.table_id = w.table_id AND f.end_snapshot IS NULL
        LEFT JOIN {schema}.ducklake_file_column_stats c
          ON c.table_id = w.table_id AND c.column_id = w.column_id AND c.data_file_id = f.data_file_id
        WHERE coalesce(c.min_value::bigint <= %(customer)s AND c.max_value::bigint >= %(customer)s, true)
    )
    SELECT table_name, path, EXISTS (SELECT FROM {schema}.ducklake_delete_file d
        WHERE d.data_file_id = candidate.data_file_id AND d.end_snapshot IS NULL) FROM candidate
""")
INLINED = sql.SQL("""
    UNION ALL SELECT {name}, NULL, true WHERE EXISTS (
        SELECT FROM {schema}.{place} WHERE customer_id = %(customer)s AND end_snapshot IS NULL)
""")
REMOVED = sql.SQL("""
    UNION ALL SELECT {name}, NULL, true WHERE EXISTS (
        SELECT FROM {schema}.{place} r JOIN candidate c ON c.data_file_id = r.file_id)
""")


def sources_of_customer(
    lake: Lake, *, brand_id: int, customer_id: int, fact_types: Mapping[str, FactType]
) -> dict[str, str]:
    """Of each of these tables what a statement may read instead of it, if it asks for facts of this customer alone.

    Files stay for an hour after they were replaced, so what is named here can be read for that long.

    shape    table name → SQL that stands after FROM, with the table's columns
    """
    schema = brand_schema(brand_id)
    folder = lake.path / schema.removeprefix("lake.")
    paths: dict[str, list[str]] = {}
    by_engine: set[str] = set()
    for table, path, asked in _looked_up(lake, schema.removeprefix("lake."), sorted(fact_types), customer_id):
        paths.setdefault(table, []).append(f"{folder}/{table}/{path}")
        if asked:
            by_engine.add(table)
    return {
        name: f'{schema}."{name}"' if name in by_engine else _read(fact_type, paths.get(name, []))
        for name, fact_type in fact_types.items()
    }


def _looked_up(lake: Lake, schema: str, names: list[str], customer_id: int) -> list[tuple[str, str, bool]]:
    """Files that may hold the customer, as of one moment: table, path, whether the engine must be asked."""
    with psycopg.connect(lake.database_url) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        tables = connection.execute(TABLES, [schema, names]).fetchall()
        if not tables:
            return []
        catalogue = sql.Identifier(CATALOGUE_SCHEMA)
        parts: list[sql.Composable] = [CANDIDATES.format(schema=catalogue)]
        for name, number, _, has_removed, inlined in tables:
            known: dict[str, Any] = {"schema": catalogue, "name": sql.Literal(name)}
            parts += [INLINED.format(**known, place=sql.Identifier(one)) for one in inlined]
            if has_removed:
                parts.append(REMOVED.format(**known, place=_removed(number)))
        given = {
            "names": [row[0] for row in tables], "ids": [row[1] for row in tables],
            "columns": [row[2] for row in tables], "customer": customer_id,
        }  # fmt: skip
        return connection.execute(sql.SQL("").join(parts), given).fetchall()


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
