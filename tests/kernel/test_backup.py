"""A backup brings back the database and the lake as they were at one moment, or says why it cannot."""

import errno
import hashlib
import io
import json
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from siyu.kernel.backup import Manifest, backup, restore
from siyu.kernel.backup import write as backup_write
from siyu.kernel.backup.errors import (
    BackupDamaged,
    BackupFailed,
    BackupTargetExists,
    BackupToolUnfit,
    BackupTooNew,
    RestoreFailed,
    RestoreNeedsKey,
    RestoreTargetNotEmpty,
)
from siyu.kernel.backup.tools import client_programs
from siyu.kernel.db_rights import RightsMissing, TablesOfAnother
from siyu.kernel.lake import Lake, ensure_catalogue_schema
from siyu.kernel.postgres import EmbeddedPostgres
from siyu.kernel.postgres.errors import DiskFull, PostgresNotIncluded

pytestmark = pytest.mark.slow
NOW = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Place:
    """A database and a lake of its own on the shared server."""

    url: str
    lake_path: Path

    def ask(self, question: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.url, autocommit=True) as connection:
            cursor = connection.execute(question)
            return cursor.fetchall() if cursor.description else []

    def lake(self, *statements: str) -> list[tuple[Any, ...]]:
        lake = Lake(database_url=self.url, path=self.lake_path)
        try:
            answer: list[tuple[Any, ...]] = []
            for statement in statements:
                with lake.transaction() as cursor:
                    answer = cursor.execute(statement).fetchall()
            return answer
        finally:
            lake.close()

    def facts(self) -> tuple[Any, ...]:
        return self.lake("SELECT count(*), sum(customer_id), max(note) FROM lake.brand_1.fact")[0]


@pytest.fixture(scope="module", name="server")
def _server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(tmp_path_factory.mktemp("home"))
    with server.in_use():
        yield server


def place(server: EmbeddedPostgres, folder: Path, name: str) -> Place:
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')
    return Place(make_conninfo(server.url, dbname=name), folder / name)


@pytest.fixture(name="origin")
def _origin(server: EmbeddedPostgres, tmp_path: Path) -> Place:
    """State with rights and a policy; facts in several files, some deleted, some still inlined."""
    made = place(server, tmp_path, "origin")
    made.ask(
        "DO $$ BEGIN CREATE ROLE t_group; CREATE ROLE t_app BYPASSRLS; EXCEPTION WHEN OTHERS THEN END $$"
    )
    made.ask("GRANT t_group TO t_app")
    made.ask("CREATE TABLE entry AS SELECT g AS entry_id, g % 2 AS brand_id FROM generate_series(1, 1000) g")
    made.ask("ALTER TABLE entry ENABLE ROW LEVEL SECURITY")
    made.ask("GRANT SELECT ON entry TO t_app, t_group")
    made.ask("CREATE POLICY fence ON entry TO t_group USING (brand_id = 1)")
    ensure_catalogue_schema(made.url)
    made.lake(
        "CREATE SCHEMA lake.brand_1",
        "CREATE TABLE lake.brand_1.fact (customer_id BIGINT, note VARCHAR, day DATE)",
        "ALTER TABLE lake.brand_1.fact SET PARTITIONED BY (month(day))",
        "INSERT INTO lake.brand_1.fact SELECT i, 'n', DATE '2026-01-01' + (i % 90)::INT FROM range(3000) t(i)",
        "DELETE FROM lake.brand_1.fact WHERE customer_id < 1000",
        "INSERT INTO lake.brand_1.fact VALUES (5, 'z inlined', DATE '2026-05-01')",
    )
    return made


def save(origin: Place, target: Path, **changes: Any) -> Manifest:
    told: dict[str, Any] = {"version": "0.1.0", "schema_revision": "0007", "key_id": "key-a", "now": NOW}
    return backup(url=origin.url, lake_path=origin.lake_path, target=target, **{**told, **changes})


def bring_back(there: Place, source: Path, **changes: Any) -> Manifest:
    told: dict[str, Any] = {"key_id": "key-a", "known_revisions": frozenset({"0007"})}
    return restore(source=source, url=there.url, lake_path=there.lake_path, **{**told, **changes})


def test_a_backup_comes_back_elsewhere_with_state_rights_and_facts(
    server: EmbeddedPostgres, origin: Place, tmp_path: Path
) -> None:
    told: list[tuple[str, int, int]] = []
    before = origin.facts()
    (origin.lake_path.parent / "secret.key").write_text("key")
    (origin.lake_path / "orphan.parquet").write_text("of a killed write")
    manifest = save(origin, tmp_path / "b.tar", progress=lambda *step: told.append(step))
    assert manifest.made_at == "2026-11-02T04:00:00+00:00"
    assert [(role.name, role.member_of) for role in manifest.roles] == [
        ("t_app", ("t_group",)),
        ("t_group", ()),
    ]
    assert told[-1][1] == told[-1][2] > 0
    assert (tmp_path / "b.tar").stat().st_mode & 0o077 == 0
    with tarfile.open(tmp_path / "b.tar") as archive:
        names = archive.getnames()
    assert not [name for name in names if "key" in name or "orphan" in name]

    origin.ask("DROP TABLE entry")
    origin.ask("DROP OWNED BY t_app, t_group")
    origin.ask("DROP ROLE t_app")
    origin.ask("DROP ROLE t_group")
    there = place(server, tmp_path, "elsewhere")
    assert bring_back(there, tmp_path / "b.tar", progress=lambda *step: told.append(step)) == manifest
    assert there.facts() == before
    assert there.ask("SELECT count(*) FROM entry") == [(1000,)]
    with psycopg.connect(there.url) as connection:
        connection.execute("SET ROLE t_group")
        assert connection.execute("SELECT count(*) FROM entry").fetchone() == (500,), "the policy is back"
        connection.execute("SET ROLE t_app")
        assert connection.execute("SELECT count(*) FROM entry").fetchone() == (1000,)
    there.lake("INSERT INTO lake.brand_1.fact SELECT 1, 'n', DATE '2026-01-01' FROM range(2000)")
    assert there.facts()[0] == before[0] + 2000, "the lake goes on"
    leftovers = there.ask("SELECT datname FROM pg_database WHERE datname ~ 'restoring|replaced'")
    assert leftovers == []
    assert not list(there.lake_path.glob(".restore-*"))


def test_a_restore_over_data_needs_to_be_told_and_leaves_only_the_backup(
    origin: Place, tmp_path: Path
) -> None:
    before = origin.facts()
    save(origin, tmp_path / "b.tar")
    origin.lake("INSERT INTO lake.brand_1.fact SELECT i, 'later', DATE '2026-07-01' FROM range(2000) t(i)")
    origin.ask("DELETE FROM entry")
    later = set(origin.lake_path.rglob("*.parquet"))
    with pytest.raises(RestoreTargetNotEmpty, match="already holds data"):
        bring_back(origin, tmp_path / "b.tar")
    with psycopg.connect(origin.url):  # a program that was left running
        manifest = bring_back(origin, tmp_path / "b.tar", overwrite=True)
    assert origin.facts() == before
    assert origin.ask("SELECT count(*) FROM entry") == [(1000,)]
    left = {str(path.relative_to(origin.lake_path)) for path in origin.lake_path.rglob("*.parquet")}
    assert left == manifest.lake_files
    assert len(left) < len(later)


def test_a_lake_without_a_database_beside_it_counts_as_data(
    server: EmbeddedPostgres, origin: Place, tmp_path: Path
) -> None:
    save(origin, tmp_path / "b.tar")
    there = place(server, tmp_path, "half")
    there.lake_path.mkdir()
    (there.lake_path / "x.parquet").write_text("x")
    with pytest.raises(RestoreTargetNotEmpty, match="half already holds data"):
        bring_back(there, tmp_path / "b.tar")


def test_a_damaged_backup_changes_nothing(server: EmbeddedPostgres, origin: Place, tmp_path: Path) -> None:
    save(origin, tmp_path / "whole.tar")
    whole = (tmp_path / "whole.tar").read_bytes()
    with tarfile.open(tmp_path / "whole.tar") as archive:
        inside = archive.getmembers()[1]
    flipped = bytearray(whole)
    flipped[inside.offset_data + 50] ^= 1
    there = place(server, tmp_path, "untouched")
    for name, content in (
        ("one bit", bytes(flipped)),
        ("cut off", whole[: len(whole) // 2]),
        ("no tar", b"PK\x03\x04 not a tar at all"),
        ("empty", b""),
    ):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(BackupDamaged, match="Nothing was changed"):
            bring_back(there, tmp_path / name)
    with pytest.raises(BackupDamaged):
        bring_back(there, tmp_path / "absent.tar")
    assert not there.lake_path.exists()
    assert there.ask("SELECT count(*) FROM pg_namespace WHERE nspname = 'lake_catalog'") == [(0,)]


def test_a_file_that_wants_to_lie_outside_the_lake_is_refused(
    server: EmbeddedPostgres, origin: Place, tmp_path: Path
) -> None:
    save(origin, tmp_path / "b.tar")
    text = b"evil"
    with tarfile.open(tmp_path / "b.tar") as old, tarfile.open(tmp_path / "evil.tar", "w") as new:
        found = old.extractfile("manifest.json")
        dump = old.extractfile("postgres.dump")
        assert found
        assert dump
        manifest = json.loads(found.read())
        name = "lake/../../evil.parquet"
        manifest["members"] = [m for m in manifest["members"] if m["name"] == "postgres.dump"]
        manifest["members"].append({"name": name, "bytes": 4, "sha256": hashlib.sha256(text).hexdigest()})
        new.addfile(old.getmember("postgres.dump"), dump)
        for entry, content in ((name, text), ("manifest.json", json.dumps(manifest).encode())):
            info = tarfile.TarInfo(entry)
            info.size = len(content)
            new.addfile(info, io.BytesIO(content))
    with pytest.raises(BackupDamaged, match="no place in a backup"):
        bring_back(place(server, tmp_path, "untouched"), tmp_path / "evil.tar")
    assert not list(tmp_path.rglob("evil.parquet"))


def test_the_wrong_key_and_a_newer_schema_are_refused(
    server: EmbeddedPostgres, origin: Place, tmp_path: Path
) -> None:
    save(origin, tmp_path / "b.tar")
    there = place(server, tmp_path, "untouched")
    with pytest.raises(RestoreNeedsKey, match="key-a, but the key here is key-b"):
        bring_back(there, tmp_path / "b.tar", key_id="key-b")
    with pytest.raises(BackupTooNew, match="0007"):
        bring_back(there, tmp_path / "b.tar", known_revisions=frozenset({"0006"}))


def test_a_missing_lake_file_fails_the_backup_and_leaves_no_file(origin: Place, tmp_path: Path) -> None:
    next(origin.lake_path.rglob("*.parquet")).unlink()
    folder = tmp_path / "backups"
    folder.mkdir()
    with pytest.raises(BackupFailed, match="missing or not whole"):
        save(origin, folder / "b.tar")
    assert list(folder.iterdir()) == []


def test_compaction_during_a_backup_only_makes_it_start_again(
    origin: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, calls = origin.facts(), []
    dump = backup_write._dump

    def dump_and_compact(*args: Any, **kwargs: Any) -> None:
        dump(*args, **kwargs)
        calls.append(1)
        if len(calls) == 1:
            origin.lake(
                "CALL ducklake_rewrite_data_files('lake', delete_threshold => 0)",
                "CALL ducklake_expire_snapshots('lake', older_than => now() + INTERVAL 1 DAY)",
                "CALL ducklake_cleanup_old_files('lake', cleanup_all => true)",
            )

    monkeypatch.setattr(backup_write, "_dump", dump_and_compact)
    save(origin, tmp_path / "b.tar")
    assert len(calls) == 2
    bring_back(origin, tmp_path / "b.tar", overwrite=True)
    assert origin.facts() == before


def test_other_folders_come_back_as_they_were(
    server: EmbeddedPostgres, origin: Place, tmp_path: Path
) -> None:
    kept = tmp_path / "home" / "imports" / "1"
    kept.mkdir(parents=True)
    (kept / "6.rejects").write_bytes(b"sealed")
    manifest = save(origin, tmp_path / "b.tar", folders={"imports": kept.parent, "absent": tmp_path / "no"})
    assert not [name for name in manifest.lake_files if "rejects" in name]
    there = place(server, tmp_path, "elsewhere")
    folder = tmp_path / "new" / "imports"
    folder.mkdir(parents=True)
    (folder / "of another database").write_text("")
    bring_back(there, tmp_path / "b.tar", folders={"imports": folder})
    found = [path for path in folder.rglob("*") if path.is_file()]
    assert [str(path.relative_to(folder)) for path in found] == ["1/6.rejects"]
    assert found[0].read_bytes() == b"sealed"
    assert found[0].stat().st_mode & 0o077 == 0


def test_a_login_that_owns_nothing_or_may_make_no_database_is_told_what_it_needs(
    server: EmbeddedPostgres, origin: Place, tmp_path: Path
) -> None:
    save(origin, tmp_path / "b.tar")
    there = place(server, tmp_path, "elsewhere")
    origin.ask("CREATE ROLE t_poor LOGIN")
    poor = {"url": origin.url.replace("user=siyu", "user=t_poor").replace("//siyu@", "//t_poor@")}
    with pytest.raises(TablesOfAnother, match="not to t_poor"):
        save(Place(poor["url"], origin.lake_path), tmp_path / "c.tar")
    with pytest.raises(RightsMissing, match='ALTER ROLE "t_poor" CREATEDB'):
        bring_back(Place(there.url.replace("user=siyu", "user=t_poor"), there.lake_path), tmp_path / "b.tar")


def test_a_backup_never_replaces_a_file(origin: Place, tmp_path: Path) -> None:
    (tmp_path / "b.tar").write_text("last year's")
    with pytest.raises(BackupTargetExists):
        save(origin, tmp_path / "b.tar")
    assert (tmp_path / "b.tar").read_text() == "last year's"


def test_an_unreachable_database_is_said_plainly(origin: Place, tmp_path: Path) -> None:
    gone = Place(make_conninfo(origin.url, host=str(tmp_path)), origin.lake_path)
    with pytest.raises(BackupFailed, match="connection"):
        save(gone, tmp_path / "b.tar")


def test_a_restore_that_fails_half_way_leaves_all_as_it_was(
    origin: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(origin, tmp_path / "b.tar")
    origin.lake("INSERT INTO lake.brand_1.fact SELECT i, 'later', DATE '2026-07-01' FROM range(2000) t(i)")
    before, files = origin.facts(), set(origin.lake_path.rglob("*"))

    def refuse(*args: Any) -> None:
        raise OSError("the cable was pulled")

    monkeypatch.setattr("siyu.kernel.backup.database.NewDatabase.swap_in", refuse)
    with pytest.raises(RestoreFailed, match="the cable was pulled"):
        bring_back(origin, tmp_path / "b.tar", overwrite=True)
    assert origin.facts() == before
    assert set(origin.lake_path.rglob("*")) == files
    assert origin.ask("SELECT datname FROM pg_database WHERE datname ~ 'restoring|replaced'") == []


def test_programs_older_than_the_server_are_refused() -> None:
    with pytest.raises(BackupToolUnfit, match="too old for the server's 99"):
        client_programs("pg_dump", server_major=99)
    assert (client_programs("pg_dump", server_major=15) / "pg_dump").exists()


def test_without_any_client_programs_people_are_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent() -> Path:
        raise PostgresNotIncluded

    monkeypatch.setattr("siyu.kernel.backup.tools.programs_dir", absent)
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(BackupToolUnfit, match="PostgreSQL 16 or newer"):
        client_programs("pg_dump", server_major=16)


def test_a_full_disk_fails_the_backup_plainly_and_leaves_no_file(
    origin: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: Any, **kwargs: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    folder = tmp_path / "backups"
    folder.mkdir()
    monkeypatch.setattr(backup_write, "_add_lake", full)
    with pytest.raises(DiskFull, match="is full"):
        save(origin, folder / "b.tar")
    assert list(folder.iterdir()) == []
