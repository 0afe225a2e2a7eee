"""Small files of the lake become few large ones, sorted; each row keeps its number, and nobody waits for it."""

import time
from collections.abc import Sequence
from datetime import datetime

import psycopg
import pyarrow as pa
import pyarrow.parquet as pq

from siyu.kernel.db import Held
from siyu.kernel.lake import CATALOGUE_SCHEMA, Lake, LakeCursor, LakeFailure, atomic, brand_schema
from siyu.kernel.lake_files import fresh_files
from siyu.kernel.lake_runs import LakeFile, sizes_to_merge
from siyu.kernel.logs import logger

log = logger(__name__)

ROW_NUMBER, SNAPSHOT = "_ducklake_internal_row_id", "_ducklake_internal_snapshot_id"
# A file in which rows were removed is left to the night, which writes it anew.
LIVE_FILES = f"""
    SELECT t.table_name, f.path, f.file_size_bytes, f.record_count, f.row_id_start, f.begin_snapshot,
           (SELECT max(v.begin_snapshot) FROM {CATALOGUE_SCHEMA}.ducklake_schema_versions v
            WHERE v.table_id = f.table_id AND v.begin_snapshot <= f.begin_snapshot)
    FROM {CATALOGUE_SCHEMA}.ducklake_data_file f
    JOIN {CATALOGUE_SCHEMA}.ducklake_table t ON t.table_id = f.table_id AND t.end_snapshot IS NULL
    JOIN {CATALOGUE_SCHEMA}.ducklake_schema s ON s.schema_id = t.schema_id AND s.end_snapshot IS NULL
    WHERE s.schema_name = %s AND f.end_snapshot IS NULL
    AND NOT EXISTS (SELECT FROM {CATALOGUE_SCHEMA}.ducklake_delete_file d WHERE d.data_file_id = f.data_file_id)
"""
CROWDED = f"""
    WITH tables AS (
        SELECT s.schema_name, t.table_id FROM {CATALOGUE_SCHEMA}.ducklake_table t
        JOIN {CATALOGUE_SCHEMA}.ducklake_schema s ON s.schema_id = t.schema_id AND s.end_snapshot IS NULL
        WHERE t.end_snapshot IS NULL
    )
    SELECT schema_name FROM {CATALOGUE_SCHEMA}.ducklake_data_file f JOIN tables USING (table_id)
    WHERE f.end_snapshot IS NULL AND f.file_size_bytes < %(bytes)s
    GROUP BY schema_name, table_id, regexp_replace(f.path, '[^/]*$', '') HAVING count(*) >= %(files)s
    UNION
    SELECT schema_name FROM {CATALOGUE_SCHEMA}.ducklake_inlined_data_tables d JOIN tables USING (table_id)
    JOIN pg_stat_all_tables p ON p.schemaname = '{CATALOGUE_SCHEMA}' AND p.relname = d.table_name
    WHERE p.n_live_tup >= %(inlined)s
"""
FULLEST = f"""
    SELECT s.schema_name || '.' || t.table_name, count(*), (
        SELECT count(*) FROM {CATALOGUE_SCHEMA}.ducklake_data_file WHERE end_snapshot IS NULL)
    FROM {CATALOGUE_SCHEMA}.ducklake_data_file f
    JOIN {CATALOGUE_SCHEMA}.ducklake_table t ON t.table_id = f.table_id AND t.end_snapshot IS NULL
    JOIN {CATALOGUE_SCHEMA}.ducklake_schema s ON s.schema_id = t.schema_id AND s.end_snapshot IS NULL
    WHERE f.end_snapshot IS NULL
    GROUP BY 1, regexp_replace(f.path, '[^/]*$', '') ORDER BY 2 DESC LIMIT 1
"""
INLINED_TABLES = f"""
    SELECT t.table_name, d.table_name FROM {CATALOGUE_SCHEMA}.ducklake_inlined_data_tables d
    JOIN {CATALOGUE_SCHEMA}.ducklake_table t ON t.table_id = d.table_id AND t.end_snapshot IS NULL
    JOIN {CATALOGUE_SCHEMA}.ducklake_schema s ON s.schema_id = t.schema_id AND s.end_snapshot IS NULL
    WHERE s.schema_name = %(schema)s
    UNION ALL
    SELECT t.table_name, p.tablename FROM {CATALOGUE_SCHEMA}.ducklake_table t
    JOIN {CATALOGUE_SCHEMA}.ducklake_schema s ON s.schema_id = t.schema_id AND s.end_snapshot IS NULL
    JOIN pg_tables p ON p.schemaname = '{CATALOGUE_SCHEMA}' AND p.tablename = 'ducklake_inlined_delete_' || t.table_id
    WHERE s.schema_name = %(schema)s AND t.end_snapshot IS NULL
"""
FLUSH_TRIES, FLUSH_PAUSE_SECONDS = 10, 0.05
COMMITTED_FIRST = "(snapshot_id)="  # in what PostgreSQL says to the second who takes a snapshot's number


class NumbersLost(Exception):
    """A merged file does not hold its rows' numbers: what points at a row by its number would find another."""


def live_files(lake: Lake, *, brand_id: int) -> dict[str, list[LakeFile]]:
    """The files of each table of the brand, but for those in which rows were removed."""
    found: dict[str, list[LakeFile]] = {}
    with psycopg.connect(lake.database_url, autocommit=True) as connection:
        rows = connection.execute(LIVE_FILES, [_schema(brand_id)]).fetchall()
    for table, path, size, count, row_from, since, version in rows:
        place = f"{version}/{path.rpartition('/')[0]}"  # a partition has a folder of its own
        found.setdefault(table, []).append(LakeFile(place, path, size, count, row_from, since))
    return found


def merge_table(lake: Lake, *held: Held, brand_id: int, table: str, files: Sequence[LakeFile]) -> bool:
    """Small files of the table are fewer, if it was worth it and safe; every row is there once, under its number.

    One lake transaction, which additions to the table neither disturb nor wait for. The caller sees to it that nobody
    changes or removes rows meanwhile (`facts.rows_lock`): the engine would bring back those it notes in the catalogue,
    beside what they became. Its merge numbers rows anew where files follow one another without a gap (and sorts them
    nevertheless), so a merge is only committed after a look at what it wrote.

    returns  whether files were merged
    raises   LakeFailure if somebody changed rows meanwhile, LockLost
    effects  the merged files wait for `remove_replaced_files`
    """
    for size in sizes_to_merge(files):
        try:
            with lake.reading() as cursor:
                _merge(cursor, held, _schema(brand_id), table, size)
        except NumbersLost:
            log.warning("a merge of lake files was not safe", brand_id=brand_id, table=table, size=size)
        else:
            return True
    return False


def number_files(lake: Lake, *held: Held, brand_id: int, table: str, files: Sequence[LakeFile]) -> None:
    """These files are written anew and hold the numbers of their rows, which leaves a gap where they were.

    Whoever adds to the table meanwhile fails, so the caller holds what they hold.

    raises  LakeFailure if somebody changed the table meanwhile, LockLost
    """
    folder = lake.path / _schema(brand_id) / table
    named = ", ".join("'" + str(folder / one.path).replace("'", "''") + "'" for one in files)
    with lake.reading() as cursor:
        # Rows that go from a file entirely take it along, unless they are few enough to be noted in PostgreSQL.
        cursor.execute("SET SESSION ducklake_default_data_inlining_row_limit = 0")
        with atomic(cursor, *held):
            cursor.execute(
                f'UPDATE {brand_schema(brand_id)}."{table}" SET batch_id = batch_id WHERE filename IN ({named})'
            )


def inlined_rows(lake: Lake, *, brand_id: int) -> dict[str, int]:
    """How much of each table lies in the catalogue itself: rows that came by few at a time, and removals of a few."""
    counts: dict[str, int] = {}
    with psycopg.connect(lake.database_url, autocommit=True) as connection:
        for table, place in connection.execute(INLINED_TABLES, {"schema": _schema(brand_id)}).fetchall():
            row = connection.execute(f'SELECT count(*) FROM {CATALOGUE_SCHEMA}."{place}"').fetchone()
            counts[table] = counts.get(table, 0) + (int(row[0]) if row else 0)
    return counts


def flush_table(lake: Lake, *held: Held, brand_id: int, table: str) -> None:
    """What lay in the catalogue lies in files: the table's rows, and the removals of some of its rows.

    The engine repeats a commit that another came before, and forgets the removals then: rows would be back, beside what
    they became. So it may not, and all is begun anew. The caller holds the `rows_lock` alone.

    raises  LakeFailure if somebody changed the table meanwhile, or ten commits of others came first; LockLost
    """
    for tries_left in reversed(range(FLUSH_TRIES)):
        try:
            with lake.reading() as cursor:
                cursor.execute("SET SESSION ducklake_max_retry_count = 0")
                with atomic(cursor, *held):
                    cursor.execute(
                        "CALL ducklake_flush_inlined_data('lake', "
                        f"schema_name => '{_schema(brand_id)}', table_name => '{table}')"
                    )
        except LakeFailure as failure:
            if not tries_left or COMMITTED_FIRST not in str(failure):
                raise
            time.sleep(FLUSH_PAUSE_SECONDS)
        else:
            return


def crowded_brands(lake: Lake, *, files: int, bytes_below: int, inlined: int) -> set[int]:
    """The brands with a table of which so many files smaller than this lie in one place, or so many rows in PostgreSQL.

    limits  reads the catalogue's list of files once; rows are counted as PostgreSQL believes
    """
    asked = {"files": files, "bytes": bytes_below, "inlined": inlined}
    with psycopg.connect(lake.database_url, autocommit=True) as connection:
        rows = connection.execute(CROWDED, asked).fetchall()
    return {int(name.removeprefix("brand_")) for (name,) in rows if name.removeprefix("brand_").isdigit()}


def fullest_place(lake: Lake) -> tuple[str, int, int]:
    """The table with most files in one place, how many those are, and how many files the lake has altogether."""
    with psycopg.connect(lake.database_url, autocommit=True) as connection:
        row = connection.execute(FULLEST).fetchone()
    return row or ("", 0, 0)


def remove_replaced_files(lake: Lake, *, before: datetime) -> None:
    """Files that were replaced before this moment are gone."""
    with lake.reading() as cursor:
        cursor.execute(
            "CALL ducklake_cleanup_old_files('lake', older_than => CAST(? AS TIMESTAMPTZ))", [before]
        )


def _merge(cursor: LakeCursor, held: Sequence[Held], schema: str, table: str, size: int) -> None:
    begun = time.time()
    with atomic(cursor, *held):
        done = cursor.execute(
            f"CALL ducklake_merge_adjacent_files('lake', '{table}', schema => '{schema}', max_file_size => {size:d})"
        ).fetchall()
        merged = [
            columns
            for path in fresh_files(cursor.folders, cursor.places_written(), since=begun)
            if SNAPSHOT in (columns := _columns_of(path))
        ]
        if len(merged) < sum(created for *_, created in done) or not all(ROW_NUMBER in one for one in merged):
            raise NumbersLost


def _columns_of(path: str) -> list[str]:
    """The columns of a Parquet file; none of one that somebody else is just writing or has removed."""
    try:
        return list(pq.read_schema(path).names)
    except (pa.ArrowInvalid, OSError):
        return []


def _schema(brand_id: int) -> str:
    return brand_schema(brand_id).removeprefix("lake.")
