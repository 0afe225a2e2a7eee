"""The embedded PostgreSQL starts from anything a crash leaves behind, and ends when nobody needs it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from siyu.kernel.postgres import EmbeddedPostgres
from siyu.kernel.postgres import programs as postgres_programs
from siyu.kernel.postgres import server as postgres_server
from siyu.kernel.postgres.errors import (
    DiskFull,
    PostgresDidNotStart,
    PostgresNotIncluded,
    PostgresOtherVersion,
)
from siyu.kernel.postgres.pidfile import postmaster_of

USER = """
import sys, time
from pathlib import Path
from siyu.kernel.postgres import EmbeddedPostgres
with EmbeddedPostgres(Path(sys.argv[1])).in_use():
    print("in", flush=True)
    sys.stdin.readline()
print("out", flush=True)
"""


@pytest.fixture(name="postgres")
def _postgres(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(tmp_path / "home")
    yield server
    server.stop()


def ask(server: EmbeddedPostgres, question: str) -> object:
    with psycopg.connect(server.url, autocommit=True) as connection:
        cursor = connection.execute(question)
        return cursor.fetchone()[0] if cursor.description else None  # type: ignore[index]


def kill_postmaster(server: EmbeddedPostgres) -> int:
    found = postmaster_of(server.data)
    assert found is not None
    os.kill(found.pid, signal.SIGKILL)
    return found.pid


def wait_for(condition: Callable[[], bool], seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


@pytest.mark.slow
def test_it_starts_stops_and_starts_again_with_what_it_held(postgres: EmbeddedPostgres) -> None:
    postgres.start()
    first = postmaster_of(postgres.data)
    postgres.start()
    assert postmaster_of(postgres.data) == first, "starting twice changes nothing"
    ask(postgres, "CREATE TABLE kept AS SELECT 42 AS answer")
    assert ask(postgres, "SHOW data_checksums") == "on"
    assert ask(postgres, "SHOW server_encoding") == "UTF8"
    assert ask(postgres, "SELECT current_user || current_database()") == "siyusiyu"
    postgres.stop()
    postgres.stop()
    assert not postgres.is_running()
    postgres.start()
    assert ask(postgres, "SELECT answer FROM kept") == 42


@pytest.mark.slow
def test_it_recovers_from_kill_9_of_the_postmaster(postgres: EmbeddedPostgres) -> None:
    postgres.start()
    ask(postgres, "CREATE TABLE kept AS SELECT 42 AS answer")
    with psycopg.connect(postgres.url):  # a backend that outlives its postmaster for a moment
        old = kill_postmaster(postgres)
        postgres.start()
    found = postmaster_of(postgres.data)
    assert found is not None
    assert found.pid != old
    assert ask(postgres, "SELECT answer FROM kept") == 42


@pytest.mark.slow
def test_a_stale_pid_file_with_the_number_of_another_process_is_no_obstacle(
    postgres: EmbeddedPostgres,
) -> None:
    postgres.start()
    account = postgres_programs.account_for(postgres.data)
    kill_postmaster(postgres)
    assert wait_for(lambda: not postgres.is_running())
    # The stranger runs as the server's own user: PostgreSQL itself would take it for the old server.
    with subprocess.Popen(["/bin/sleep", "60"], user=account.uid if account else None, cwd="/") as stranger:
        try:
            path = postgres.data / "postmaster.pid"
            path.write_text("\n".join([str(stranger.pid), *path.read_text().splitlines()[1:], ""]))
            lock = postgres.socket_dir / ".s.PGSQL.5432.lock"
            lock.write_text(lock.read_text().replace(lock.read_text().split()[0], str(stranger.pid), 1))
            assert not postgres.is_running()
            postgres.start()
            assert ask(postgres, "SELECT 1") == 1
            assert stranger.poll() is None, "the stranger lives on"
        finally:
            stranger.kill()


@pytest.mark.slow
def test_an_empty_pid_file_is_no_obstacle(postgres: EmbeddedPostgres) -> None:
    postgres.start()
    kill_postmaster(postgres)
    assert wait_for(lambda: not postgres.is_running())
    time.sleep(0.5)
    (postgres.data / "postmaster.pid").write_text("")
    postgres.start()
    assert ask(postgres, "SELECT 1") == 1


@pytest.mark.slow
def test_two_processes_share_it_and_the_last_one_out_stops_it(postgres: EmbeddedPostgres) -> None:
    users = [
        subprocess.Popen(
            [sys.executable, "-c", USER, str(postgres.home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        for _ in range(2)
    ]
    try:
        for user in users:
            assert user.stdout is not None
            assert user.stdout.readline() == b"in\n"
        users[0].communicate(b"\n", timeout=30)
        assert ask(postgres, "SELECT 1") == 1
        users[1].communicate(b"\n", timeout=30)
        assert not postgres.is_running()
    finally:
        for user in users:
            user.kill()
            user.communicate()


@pytest.mark.slow
def test_a_user_that_is_killed_does_not_keep_the_server_alive(postgres: EmbeddedPostgres) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", USER, str(postgres.home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as user:
        assert user.stdout is not None
        assert user.stdout.readline() == b"in\n"
        user.kill()
    assert postgres.is_running(), "nobody was there to stop it"
    before = postmaster_of(postgres.data)
    with postgres.in_use():
        assert postmaster_of(postgres.data) == before, "it is reused"
    assert not postgres.is_running()


@pytest.mark.slow
def test_the_log_keeps_no_statement_and_no_value(postgres: EmbeddedPostgres) -> None:
    postgres.start()
    ask(postgres, "CREATE TABLE person (phone text PRIMARY KEY)")
    ask(postgres, "INSERT INTO person VALUES ('13800138000')")
    for wrong in ("INSERT INTO person VALUES ('13800138000')", "SELECT '13800138000'::date"):
        with pytest.raises(psycopg.Error):
            ask(postgres, wrong)
    assert "ready to accept connections" in postgres.log.read_text()
    assert "13800138000" not in postgres.log.read_text()


@pytest.mark.slow
def test_a_log_that_grew_too_long_is_cut_while_the_server_runs(
    postgres: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    postgres.start()
    monkeypatch.setattr(postgres_server, "LOG_BYTES_MAX", 10)
    postgres.limit_log()
    assert postgres.log.stat().st_size == 0
    postgres.stop()
    assert "shut down" in postgres.log.read_text()
    assert "ready to accept" in postgres.log.with_suffix(".log.1").read_text()


@pytest.mark.slow
def test_a_home_with_a_long_odd_name_works(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / ("我的 home, it's " + "x" * 60) / "siyu")
    with server.in_use():
        assert ask(server, "SELECT 1") == 1
        assert not server.socket_dir.is_relative_to(server.home)
        assert server.socket_dir.stat().st_mode & 0o077 == 0
    assert not server.socket_dir.exists()


def test_a_short_odd_home_keeps_its_socket_and_its_url_is_quoted() -> None:
    server = EmbeddedPostgres(Path("/srv/it's 100%"))
    assert server.socket_dir == Path("/srv/it's 100%/run/socket")
    assert psycopg.conninfo.conninfo_to_dict(server.url)["host"] == "/srv/it's 100%/run/socket"


@pytest.mark.slow
def test_a_setting_that_postgresql_refuses_is_shown_with_the_log(postgres: EmbeddedPostgres) -> None:
    postgres.start()
    postgres.stop()
    (postgres.data / "custom.conf").write_text("shared_bufers = 1GB\n")
    with pytest.raises(PostgresDidNotStart, match="shared_bufers"):
        postgres.start()
    (postgres.data / "custom.conf").write_text("work_mem = 7MB\n")
    postgres.start()
    assert ask(postgres, "SHOW work_mem") == "7MB"


@pytest.mark.slow
def test_a_database_of_another_major_version_is_refused(postgres: EmbeddedPostgres) -> None:
    postgres.start()
    postgres.stop()
    (postgres.data / "PG_VERSION").write_text("15\n")
    with pytest.raises(PostgresOtherVersion, match="made by PostgreSQL 15"):
        postgres.start()


def test_files_that_are_no_database_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "letter.txt").write_text("dear")
    with pytest.raises(PostgresDidNotStart, match="no PostgreSQL database"):
        EmbeddedPostgres(tmp_path).start()
    assert (tmp_path / "postgres" / "letter.txt").read_text() == "dear"


def test_a_full_disk_is_said_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_server, "FREE_BYTES_MIN", 1 << 62)
    with pytest.raises(DiskFull, match="is full"):
        EmbeddedPostgres(tmp_path).start()
    assert not (tmp_path / "postgres").exists()


def test_without_the_wheel_people_are_told_to_name_a_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_programs, "find_spec", lambda name: None)
    with pytest.raises(PostgresNotIncluded, match="SIYU_DATABASE_URL"):
        EmbeddedPostgres(tmp_path).start()
