"""A COMMIT whose answer nobody heard may stand: its files are there."""

import os
import time
from pathlib import Path

import duckdb
import pytest

from siyu.kernel.app import App
from siyu.kernel.lake import atomic, brand_schema
from siyu.kernel.lake_files import KEPT, kept_while_in_doubt, put_back_kept


class Unheard:
    """A cursor whose COMMIT stands although it fails, after which the files are deleted as DuckLake does."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection, root: Path) -> None:
        self._cursor, self._root = cursor, root
        self._before = set(root.rglob("*.parquet"))

    def execute(self, query: str) -> duckdb.DuckDBPyConnection:
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
