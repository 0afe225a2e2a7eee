"""A COMMIT whose answer nobody heard may stand: its files are there."""

import os
import time
from pathlib import Path
from typing import Any

import duckdb
import pytest

from siyu.kernel.app import App
from siyu.kernel.lake import LakeCursor, atomic, brand_schema
from siyu.kernel.lake_files import KEPT, Folders, fresh_files, kept_while_in_doubt, put_back_kept


class Unheard:
    """A cursor whose COMMIT stands although it fails, after which the files are deleted as DuckLake does."""

    def __init__(self, cursor: LakeCursor, root: Path) -> None:
        self._cursor, self._root = cursor, root
        self._before = set(root.rglob("*.parquet"))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)

    def execute(self, query: str) -> LakeCursor:
        done = self._cursor.execute(query)
        if query == "COMMIT":
            for file in set(self._root.rglob("*.parquet")) - self._before:
                if KEPT not in file.parts:
                    file.unlink()
            raise duckdb.IOException("server closed the connection unexpectedly")
        return done


def test_a_commit_that_stands_unheard_loses_no_file(app: App, brand_id: int) -> None:
    table = f"{brand_schema(brand_id)}.page_view"
    root = app.lake.path
    with app.lake.reading() as cursor:
        unheard = Unheard(cursor, root)
        with pytest.raises(duckdb.IOException), atomic(unheard):  # type: ignore[arg-type]
            unheard.execute(
                f"INSERT INTO {table} BY NAME SELECT range AS customer_id, now() AS occurred_at, 'x' AS source, "
                "7 AS batch_id FROM range(50000)"
            )
        assert cursor.execute(f"SELECT count(*), sum(customer_id) FROM {table}").fetchone() == (
            50_000,
            1_249_975_000,
        )
    assert list((root / KEPT).iterdir()) == []


def test_what_succeeds_or_fails_leaves_no_second_names(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    begun = time.time()
    (tmp_path / "a/one.parquet").write_text("1")
    with kept_while_in_doubt(tmp_path, since=begun):
        assert [one.name for one in (tmp_path / KEPT).rglob("*.parquet")] == ["one.parquet"]
    assert list((tmp_path / KEPT).iterdir()) == []
    with pytest.raises(OSError, match="gone"), kept_while_in_doubt(tmp_path, since=begun):
        (tmp_path / "a/one.parquet").unlink()
        raise OSError("gone")
    assert (tmp_path / "a/one.parquet").read_text() == "1"
    assert list((tmp_path / KEPT).iterdir()) == []


def test_what_a_killed_program_kept_is_put_back(tmp_path: Path) -> None:
    kept = tmp_path / KEPT / "f00" / "a/b"
    kept.mkdir(parents=True)
    (kept / "one.parquet").write_text("1")
    put_back_kept(tmp_path, now=time.time())
    assert (tmp_path / "a/b/one.parquet").read_text() == "1"
    put_back_kept(tmp_path, now=time.time() + 7200)
    assert list((tmp_path / KEPT).iterdir()) == []
    assert (tmp_path / "a/b/one.parquet").read_text() == "1"


def test_old_files_are_not_named_again(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/old.parquet").write_text("1")
    with kept_while_in_doubt(tmp_path, since=time.time() + 60):
        assert list((tmp_path / KEPT).rglob("*.parquet")) == []


def test_a_file_of_another_that_goes_meanwhile_leaves_ours_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").mkdir()
    begun = time.time()
    for name in ("one", "another", "two"):
        (tmp_path / f"a/{name}.parquet").write_text(name)
    link = os.link

    def gone_for_another(source: str, target: Path) -> None:
        if Path(source).name == "another.parquet":
            raise FileNotFoundError(source)
        link(source, target)

    monkeypatch.setattr(os, "link", gone_for_another)
    with kept_while_in_doubt(tmp_path, since=begun):
        kept = sorted(one.name for one in (tmp_path / KEPT).rglob("*.parquet"))
        assert kept == ["one.parquet", "two.parquet"]


def test_folders_that_nothing_was_added_to_are_not_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for month in range(1, 13):
        (tmp_path / f"t/month={month}").mkdir(parents=True)
        (tmp_path / f"t/month={month}/old.parquet").write_text("1")
    long_ago = time.time() - 3600
    for folder in [*(tmp_path / "t").rglob("*"), tmp_path / "t"]:
        os.utime(folder, (long_ago, long_ago))
    folders, read = Folders(), []
    whole = os.scandir
    monkeypatch.setattr(os, "scandir", lambda place: (read.append(str(place)), whole(place))[1])
    begun = time.time()
    assert fresh_files(folders, [tmp_path / "t"], since=begun) == []
    assert len(read) == 13
    read.clear()
    new = tmp_path / "t/month=7" / f"ducklake-{_uuid7_at(begun)}.parquet"
    new.write_text("2")
    (tmp_path / "t/month=7" / f"ducklake-{_uuid7_at(begun - 60)}.parquet").write_text("of another, before")
    assert fresh_files(folders, [tmp_path / "t"], since=begun) == [str(new)]
    assert {Path(one).name for one in read} == {"month=7"}
    (tmp_path / "t/month=13").mkdir()
    (tmp_path / "t/month=13/x.parquet").write_text("3")
    assert len(fresh_files(folders, [tmp_path / "t"], since=begun)) == 2, "a new folder is seen"


def _uuid7_at(moment: float) -> str:
    told = f"{int(moment * 1000):012x}"
    return f"{told[:8]}-{told[8:]}-7000-8000-000000000000"


def test_a_transaction_looks_only_where_it_wrote(app: App, brand_id: int) -> None:
    schema = brand_schema(brand_id)
    root = app.lake.path / schema.removeprefix("lake.")
    with app.lake.reading() as cursor:
        cursor.begin()
        cursor.execute("CREATE OR REPLACE TEMP TABLE mine AS SELECT 1 AS a")
        cursor.execute("INSERT INTO mine SELECT 2")
        cursor.execute(f"SELECT count(*) FROM {schema}.page_view").fetchall()
        assert cursor.places_written() == []
        cursor.execute(f'INSERT INTO {schema}."order" BY NAME SELECT range AS customer_id FROM range(50)')
        cursor.execute(f"DELETE FROM {schema}.refund WHERE customer_id = 3")
        assert cursor.places_written() == [root / "order", root / "refund"]
        written = fresh_files(cursor.folders, [root / "order"], since=time.time())
        assert len(written) == 1
        cursor.execute(f"CALL ducklake_list_files('lake', 'refund', schema => '{root.name}')").fetchall()
        assert cursor.places_written() == [app.lake.path], "a call may write who knows where"
        cursor.execute("ROLLBACK")
