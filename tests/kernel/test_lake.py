"""The lake changes as a whole or not at all, even when the process dies."""

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import psutil
import psycopg
import pytest

from siyu.kernel.app import App
from siyu.kernel.db import LockLost
from siyu.kernel.lake import Lake, LakeFailure, LakeUnavailable, brand_schema, rows_of
from siyu.kernel.lake_migrations import lake_migrations, lake_version, migrate_brand
from siyu.kernel.memory import memory_of_machine

NOW = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)


def batches(lake: Lake, brand_id: int) -> list[int]:
    with lake.reading() as cursor:
        rows = cursor.execute(f"SELECT batch_id FROM {brand_schema(brand_id)}.batch ORDER BY 1").fetchall()
    return [row[0] for row in rows]


def test_a_failed_transaction_leaves_every_table_as_it_was(app: App, brand_id: int) -> None:
    schema = brand_schema(brand_id)
    with pytest.raises(ZeroDivisionError), app.lake.transaction() as cursor:
        cursor.execute(f"INSERT INTO {schema}.batch VALUES (1, now(), 1)")
        cursor.execute(f"CREATE TABLE {schema}.half (x INTEGER)")
        _ = 1 / 0
    assert batches(app.lake, brand_id) == []
    with app.lake.reading() as cursor, pytest.raises(LakeFailure):
        cursor.execute(f"SELECT * FROM {schema}.half")


def test_readers_see_the_past_until_the_commit(app: App, brand_id: int) -> None:
    with app.lake.transaction() as cursor:
        cursor.execute(f"INSERT INTO {brand_schema(brand_id)}.batch VALUES (1, now(), 1)")
        assert batches(app.lake, brand_id) == []
    assert batches(app.lake, brand_id) == [1]


KILLED = """
import os, sys, signal
from pathlib import Path
from siyu.kernel.lake import Lake
lake = Lake(database_url=sys.argv[1], path=Path(sys.argv[2]))
with lake.transaction() as cursor:
    cursor.execute(f"INSERT INTO {sys.argv[3]}.batch SELECT range, now(), 1 FROM range(100000)")
    print("written", flush=True)
    signal.pause()
"""


@pytest.mark.slow
def test_a_process_killed_in_mid_write_leaves_nothing(app: App, brand_id: int) -> None:
    arguments = [
        sys.executable,
        "-c",
        KILLED,
        app.db.url,
        str(app.settings.lake_path),
        brand_schema(brand_id),
    ]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "written\n"
        os.kill(process.pid, signal.SIGKILL)
    assert batches(app.lake, brand_id) == []
    with app.lake.transaction() as cursor:  # nothing is locked either
        cursor.execute(f"INSERT INTO {brand_schema(brand_id)}.batch VALUES (7, now(), 1)")
    assert batches(app.lake, brand_id) == [7]


def test_a_closed_lake_opens_anew_at_the_next_cursor(app: App, brand_id: int, tmp_path: Path) -> None:
    lake = Lake(database_url=app.db.url, path=app.settings.lake_path)
    old = lake.cursor()
    lake.close()
    with pytest.raises(LakeFailure):
        old.execute("SELECT 1")
    assert batches(lake, brand_id) == []
    lake.close()
    lake.close()


def test_who_is_at_work_finishes_when_the_lake_is_opened_anew_for_others(app: App, brand_id: int) -> None:
    schema = brand_schema(brand_id)
    with app.lake.transaction() as cursor:
        cursor.execute(f"INSERT INTO {schema}.batch VALUES (8, now(), 1)")
        app.lake.renew()
        assert 8 not in batches(app.lake, brand_id)
    assert 8 in batches(app.lake, brand_id)


def test_nothing_is_committed_once_the_lock_for_it_was_lost(app: App, brand_id: int) -> None:
    schema = brand_schema(brand_id)
    with pytest.raises(LockLost), app.db.alone("rows") as held, app.lake.transaction(held) as cursor:
        cursor.execute(f"INSERT INTO {schema}.batch VALUES (9, now(), 1)")
        with psycopg.connect(app.db.url) as owner:
            owner.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND "
                "((classid::bigint << 32) | objid::bigint) = hashtextextended('rows', 7)"
            )
        with app.db.alone("rows"):  # as somebody else may now
            pass
    assert 9 not in batches(app.lake, brand_id)


def test_a_lake_without_its_database_says_what_to_do(tmp_path: Path) -> None:
    lake = Lake(database_url="postgresql://nobody@127.0.0.1:1/none", path=tmp_path / "lake")
    started = time.monotonic()
    with pytest.raises(LakeUnavailable, match="siyu doctor"):
        lake.cursor()
    assert time.monotonic() - started < 10


def test_a_brands_lake_stands_at_the_newest_version_and_stays(app: App, brand_id: int) -> None:
    assert lake_version(app.lake, brand_id=brand_id) == len(lake_migrations())
    assert migrate_brand(app.lake, brand_id=brand_id, now=NOW) == 0


def test_a_gap_in_the_migrations_is_refused(tmp_path: Path) -> None:
    for name in ("0001_sales.sql", "0003_more.sql"):
        (tmp_path / name).write_text("SELECT 1")
    with pytest.raises(AssertionError, match="count 1, 2, 3"):
        lake_migrations(tmp_path)


def test_a_migration_that_fails_half_way_leaves_no_version_and_no_table(
    app: App, brand_id: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    count = len(lake_migrations())
    for migration in lake_migrations():
        (tmp_path / f"{migration.version:04}_{migration.title}.sql").write_text(migration.sql)
    broken = tmp_path / f"{count + 1:04}_broken.sql"
    broken.write_text("CREATE TABLE {brand}.fresh (x INTEGER);\nSELECT nonsense;\n")
    monkeypatch.setattr("siyu.kernel.lake_migrations.lake_migrations", lambda: lake_migrations(tmp_path))
    with pytest.raises(LakeFailure):
        migrate_brand(app.lake, brand_id=brand_id, now=NOW)
    assert lake_version(app.lake, brand_id=brand_id) == count
    broken.write_text("CREATE TABLE {brand}.fresh (x INTEGER);\n")
    assert migrate_brand(app.lake, brand_id=brand_id, now=NOW) == 1


def test_small_answers_come_as_dictionaries(app: App) -> None:
    with app.lake.reading() as cursor:
        assert rows_of(cursor, "SELECT ? AS a, 'b' AS c", [1]) == [{"a": 1, "c": "b"}]


def spilling(app: App) -> tuple[Lake, Path]:
    """A lake engine of little memory, and the folder it spills into."""
    lake = Lake(database_url=app.db.url, path=app.settings.lake_path, memory_limit="100MB")
    with lake.reading() as cursor:
        row = cursor.execute("SELECT current_setting('temp_directory')").fetchone()
    assert row is not None
    return lake, Path(row[0])


def test_what_does_not_fit_into_memory_is_spilled_and_read_back(app: App) -> None:
    lake, _ = spilling(app)
    with lake.reading() as cursor:
        cursor.execute("SET threads = 1")
        cursor.execute(
            "CREATE TEMP TABLE much AS SELECT i, repeat(md5(i::VARCHAR), 3) AS m FROM range(900000) s(i)"
        )
        found = cursor.execute("SELECT count(DISTINCT m) FROM much").fetchone()
    lake.close()
    assert found == (900_000,)


def test_no_two_engines_spill_into_one_folder_and_dead_ones_leave_nothing(app: App) -> None:
    first, its_folder = spilling(app)
    with subprocess.Popen([sys.executable, "-c", ""]) as dead:
        dead.wait()
    left = its_folder.with_name(its_folder.name.replace(f".{os.getpid()}.", f".{dead.pid}."))
    left.mkdir()
    second, another = spilling(app)
    assert its_folder != another
    assert its_folder.is_dir()
    assert not left.exists()
    assert another.stat().st_mode & 0o077 == 0
    assert app.settings.lake_path.stat().st_mode & 0o077 == 0
    first.close()
    second.close()


def test_a_path_with_an_apostrophe_is_a_path(app: App, tmp_path: Path) -> None:
    lake = Lake(database_url=app.db.url, path=tmp_path / "o'brien" / "lake")
    with pytest.raises(LakeUnavailable, match="does not match existing data path"):  # and no error of syntax
        lake.cursor()


@pytest.mark.parametrize(
    ("files", "allowed"),
    [
        ({}, None),  # no control groups: what the machine has
        ({"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "max\n"}, None),  # no limit
        ({"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "536870912\n"}, 536870912),  # a container
        (  # a service inside a slice: the smallest counts
            {
                "proc/self/cgroup": "0::/system.slice/siyu.service\n",
                "sys/fs/cgroup/system.slice/memory.max": "1000000",
                "sys/fs/cgroup/system.slice/siyu.service/memory.max": "2000000",
            },
            1_000_000,
        ),
        ({"sys/fs/cgroup/memory/memory.limit_in_bytes": "3000000"}, 3_000_000),  # the older kind
    ],
)
def test_the_engine_takes_a_share_of_what_the_machine_or_the_container_has(
    tmp_path: Path, files: dict[str, str], allowed: int | None
) -> None:
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    assert memory_of_machine(root=tmp_path) == (allowed or psutil.virtual_memory().total)
