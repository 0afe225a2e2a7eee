"""One PostgreSQL server for one SIYU_HOME, shared by the processes that need it."""

import fcntl
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import psycopg

from siyu.kernel.memory import memory_of_machine
from siyu.kernel.postgres.errors import (
    DiskFull,
    PostgresBusy,
    PostgresDidNotStart,
    PostgresNoAccess,
    PostgresOtherVersion,
)
from siyu.kernel.postgres.folders import (
    lock_file,
    locked,
    log_file,
    make_folders,
    make_socket_dir,
    name_of,
    socket_dir_of,
)
from siyu.kernel.postgres.pidfile import has_ended, postmaster_of, remove_stale_locks
from siyu.kernel.postgres.programs import (
    Account,
    account_for,
    let_run,
    let_through,
    major_version,
    programs_dir,
    run_program,
)
from siyu.kernel.postgres.settings_file import settings_text

ROLE = DATABASE = "siyu"
START_SECONDS_MAX = 30
STOP_SECONDS_MAX = 20
GATE_SECONDS_MAX = 90
LOG_BYTES_MAX = 10_000_000
LOG_TAIL_LINES = 12
FREE_BYTES_MIN = 100_000_000
TICK_SECONDS = 0.05


class EmbeddedPostgres:
    """The server under a home: start and stop it, or better, be one of its users for a while.

    shape  home/postgres (data), home/logs/postgres.log, home/run (locks and socket)
    """

    def __init__(self, home: Path) -> None:
        self.home = home.absolute()
        self.data = self.home / "postgres"
        self.log = self.home / "logs" / "postgres.log"
        self.run = self.home / "run"
        self.socket_dir = socket_dir_of(self.home)

    @property
    def url(self) -> str:
        """Where the server listens, for libpq and psycopg. The port is named so that PGPORT cannot mislead."""
        return f"postgresql://{ROLE}@/{DATABASE}?host={quote(str(self.socket_dir), safe='/')}&port=5432"

    def start(self) -> None:
        """The server runs and answers, with the database `siyu` in it. Calling it again changes nothing.

        raises  PostgresNotIncluded, PostgresDidNotStart, PostgresOtherVersion, PostgresNoAccess, DiskFull
        limits  30 s; one log file of 10 MB and its predecessor
        """
        with self._gate():
            self._start()

    def stop(self) -> None:
        """The server has ended: open transactions are rolled back; after 20 s it ends at once. Safe if stopped."""
        with self._gate():
            self._stop()

    def is_running(self) -> bool:
        """Whether a postmaster of ours is alive (a process that merely has its old number does not count)."""
        return postmaster_of(self.data) is not None

    @contextmanager
    def in_use(self) -> Iterator[str]:
        """The server runs while the block does; the first user starts it, the last one out stops it.

        A user that is killed lets go too, because the kernel drops its lock; a server that nobody stopped is reused.

        returns  the url
        """
        make_folders(self.home, self.run, self.log.parent)
        with lock_file(self.run / "postgres.users") as users:
            with self._gate():
                fcntl.flock(users, fcntl.LOCK_SH)
                self._start()
            try:
                yield self.url
            finally:
                with self._gate():
                    if locked(users, fcntl.LOCK_EX):
                        self._stop()

    @contextmanager
    def _gate(self) -> Iterator[None]:
        """Starting and stopping happen one at a time over all processes.

        raises  PostgresBusy
        """
        make_folders(self.home, self.run, self.log.parent)
        with lock_file(self.run / "postgres.gate") as gate:
            deadline = time.monotonic() + GATE_SECONDS_MAX
            while not locked(gate, fcntl.LOCK_EX):
                if time.monotonic() > deadline:
                    raise PostgresBusy(seconds=GATE_SECONDS_MAX, log=self.log)
                time.sleep(TICK_SECONDS)
            yield

    def _start(self) -> None:
        for attempts_left in (2, 1, 0):
            try:
                self._start_once()
            except PostgresDidNotStart:
                # A server that was just killed looks alive for a moment: once it is gone, start a new one.
                if self.is_running() or not attempts_left:
                    raise
                time.sleep(TICK_SECONDS)
            else:
                return

    def _start_once(self) -> None:
        if not self.is_running():
            account = self._account()
            if shutil.disk_usage(self.home).free < FREE_BYTES_MIN:
                raise self._disk_full()
            make_socket_dir(self.socket_dir, account)
            if not self.data.exists() or not any(self.data.iterdir()):
                self._initialise(account)
            self._require_our_version()
            remove_stale_locks(self.data, self.socket_dir)
            custom = (self.data / "custom.conf").exists()
            text = settings_text(self.socket_dir, memory=memory_of_machine(), with_custom=custom)
            (self.data / "postgresql.conf").write_text(text, encoding="utf-8")
            self._launch(account)
        self._wait_until_ready()
        self._ensure_database()

    def _account(self) -> Account | None:
        """Who runs the server; folders and programs are within that user's reach."""
        account = account_for(self.data)
        if account is None:
            if self.data.exists() and self.data.stat().st_uid != os.geteuid():
                raise PostgresNoAccess(path=self.data, owner=name_of(self.data.stat().st_uid))
            return None
        let_through(self.data, account)
        let_run(programs_dir(), account)
        return account

    def _initialise(self, account: Account | None) -> None:
        """The data directory exists, whole or not at all: it is made beside its place and renamed."""
        unfinished = self.home / "postgres.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        if account is not None:
            os.chown(unfinished, account.uid, account.gid)
        made = run_program(
            "initdb",
            [
                *(
                    "--pgdata",
                    unfinished,
                    "--username",
                    ROLE,
                    "--auth-local",
                    "trust",
                    "--auth-host",
                    "reject",
                ),
                *("--encoding", "UTF8", "--locale", "C", "--locale-provider", "builtin"),
                *("--builtin-locale", "C.UTF-8", "--data-checksums", "--no-instructions"),
            ],
            timeout_seconds=120,
            account=account,
        )
        if made.returncode != 0:
            tail = made.stdout.decode(errors="replace")
            shutil.rmtree(unfinished, ignore_errors=True)
            if "No space left" in tail:
                raise self._disk_full()
            raise PostgresDidNotStart(reason="its data directory could not be made", log=self.log, tail=tail)
        with suppress(FileNotFoundError):
            self.data.rmdir()
        unfinished.rename(self.data)

    def _require_our_version(self) -> None:
        named = self.data / "PG_VERSION"
        if not named.exists():
            raise PostgresDidNotStart(
                reason=f"{self.data} holds files but no PostgreSQL database", log=self.log, tail="-"
            )
        found, ours = named.read_text(encoding="ascii").strip(), str(major_version())
        if found != ours:
            raise PostgresOtherVersion(data=self.data, found=found, ours=ours)

    def _launch(self, account: Account | None) -> None:
        """The postmaster is on its way, in a session of its own, appending to our log file."""
        self.limit_log()
        deadline = time.monotonic() + START_SECONDS_MAX
        with log_file(self.log, account) as log:
            begin = os.fstat(log).st_size
            while True:
                started = run_program(
                    "pg_ctl",
                    ["start", "-s", "-w", "-t", str(START_SECONDS_MAX), "-D", self.data],
                    timeout_seconds=START_SECONDS_MAX + 10,
                    account=account,
                    output=log,
                )
                if started.returncode == 0:
                    return
                tail = self._log_tail(begin)
                # Backends of a killed postmaster take a moment to notice; PostgreSQL waits for nobody, we do.
                if "pre-existing shared memory block" not in tail or time.monotonic() > deadline:
                    break
                time.sleep(10 * TICK_SECONDS)
        if "No space left" in tail:
            raise self._disk_full()
        reason = "it is still recovering; try again in a minute" if self.is_running() else "it gave up"
        raise PostgresDidNotStart(reason=reason, log=self.log, tail=tail)

    def _wait_until_ready(self) -> None:
        """A server that somebody else launched may still be starting."""
        deadline = time.monotonic() + START_SECONDS_MAX
        while (found := postmaster_of(self.data)) is None or not found.ready:
            if found is None or time.monotonic() > deadline:
                reason = (
                    "it ended while starting" if found is None else "it is still recovering; try again later"
                )
                raise PostgresDidNotStart(reason=reason, log=self.log, tail=self._log_tail(0))
            time.sleep(TICK_SECONDS)

    def _ensure_database(self) -> None:
        try:
            with psycopg.connect(
                self.url, dbname="postgres", autocommit=True, connect_timeout=10
            ) as connection:
                found = connection.execute(
                    "SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]
                ).fetchone()
                if found is None:
                    connection.execute(f"CREATE DATABASE {DATABASE}")
        except psycopg.errors.DiskFull as failure:
            raise self._disk_full() from failure
        except psycopg.OperationalError as failure:
            raise PostgresDidNotStart(
                reason=f"it runs but does not answer ({failure})", log=self.log, tail=self._log_tail(0)
            ) from failure

    def _stop(self) -> None:
        found = postmaster_of(self.data)
        if found is None:
            return
        account = account_for(self.data)
        for mode, seconds in (("fast", STOP_SECONDS_MAX), ("immediate", STOP_SECONDS_MAX // 2)):
            with suppress(subprocess.TimeoutExpired):
                run_program(
                    "pg_ctl",
                    ["stop", "-s", "-w", "-m", mode, "-t", str(seconds), "-D", self.data],
                    timeout_seconds=seconds + 5,
                    account=account,
                )
            # The pid file goes a moment before the process does.
            if not self.is_running() and has_ended(found.pid, seconds_max=seconds):
                break
        if not self.socket_dir.is_relative_to(self.home):
            with suppress(OSError):
                self.socket_dir.rmdir()

    def limit_log(self) -> None:
        """The log holds at most its limit; what was in it is in postgres.log.1. Works while the server writes."""
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES_MAX:
            shutil.copyfile(self.log, self.log.with_suffix(".log.1"))
            os.truncate(self.log, 0)

    def _log_tail(self, begin: int) -> str:
        if not self.log.exists():
            return "-"
        with self.log.open("rb") as log:
            log.seek(max(begin, self.log.stat().st_size - 8192))
            lines = log.read().decode(errors="replace").splitlines()
        return "\n".join(lines[-LOG_TAIL_LINES:]) or "-"

    def _disk_full(self) -> DiskFull:
        return DiskFull(path=self.home, free_mb=shutil.disk_usage(self.home).free // 1_000_000)
