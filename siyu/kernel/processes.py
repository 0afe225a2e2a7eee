"""Running Siyu's processes together: one service a home, children that come back, and nothing left behind."""

import ctypes
import fcntl
import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO, Protocol, Self

import psutil

from siyu.kernel.errors import SiyuError
from siyu.kernel.home import make_home

LIFELINE = "SIYU_LIFELINE_FD"
TICK_SECONDS = 0.1
POSTGRES_CHECK_SECONDS = 1.0
ORPHAN_SECONDS_MAX = 10.0
LOCK_FILE_BYTES_MAX = 4096
PR_SET_PDEATHSIG = 1

Say = Callable[[str], None]


class AlreadyRunning(SiyuError):
    """Siyu already runs at {address} (process {pid}). Open that address, or stop that process first."""

    code = "already_running"
    status = 409
    zh = "Siyu 已在 {address} 运行（进程 {pid}）。请打开该地址，或先停止该进程。"


class ChildDidNotStart(SiyuError):
    """The {name} did not start: {why}.{log}"""

    code = "child_did_not_start"
    status = 503
    zh = "{name} 未能启动：{why}。{log}"


class Postgres(Protocol):
    """What the supervisor needs of the embedded PostgreSQL."""

    def in_use(self) -> AbstractContextManager[str]:
        """The server runs while the block does."""

    def is_running(self) -> bool:
        """Whether it is alive."""

    def start(self) -> None:
        """It runs and answers."""

    def limit_log(self) -> None:
        """Its log is within its limit."""


@dataclass(frozen=True, slots=True)
class Holder:
    """The service that runs in a home."""

    address: str
    pid: int


class ServiceLock:
    """At most one service a home; the kernel lets go of the lock when its holder dies, however it dies."""

    def __init__(self, home: Path) -> None:
        self.path = home / "run" / "serve.lock"

    @contextmanager
    def held(self, address: str) -> Iterator[None]:
        """The home is ours while the block runs, and whoever asks learns our address.

        raises  AlreadyRunning, HomeUnusable, DiskFull
        """
        make_home(self.path.parent.parent)
        make_home(self.path.parent)
        with self.path.open("a+", encoding="utf-8") as file:
            self._take(file)
            if os.geteuid() == 0:  # the owner of the home can start it again without root
                owner = self.path.parent.stat()
                os.fchown(file.fileno(), owner.st_uid, owner.st_gid)
            file.truncate(0)
            file.write(json.dumps({"address": address, "pid": os.getpid()}))
            file.flush()
            try:
                yield
            finally:
                file.truncate(0)

    def _take(self, file: IO[str]) -> None:
        """The lock is ours. One that just got it is given a moment to write who it is; one that only looks, to go."""
        for _ in range(20):
            if _locked(file, fcntl.LOCK_EX):
                return
            holder = self._read(file)
            if holder is not None and psutil.pid_exists(holder.pid):
                raise AlreadyRunning(address=holder.address, pid=holder.pid)
            time.sleep(TICK_SECONDS / 2)
        raise AlreadyRunning(address="?", pid="?")

    def holder(self) -> Holder | None:
        """The service that runs now, if one does."""
        if not self.path.exists():
            return None
        with self.path.open("r", encoding="utf-8") as file:
            return None if _locked(file, fcntl.LOCK_SH) else self._read(file)

    @staticmethod
    def _read(file: IO[str]) -> Holder | None:
        file.seek(0)
        with suppress(ValueError, KeyError):
            found = json.loads(file.read(LOCK_FILE_BYTES_MAX))
            return Holder(address=str(found["address"]), pid=int(found["pid"]))
        return None


@dataclass(slots=True)
class Child:
    """A process to keep alive.

    units  seconds; the pause before a restart doubles from the first to the longest, and a child that
           lived longer than `steady_seconds` starts again with the first pause
    """

    name: str
    argv: Sequence[str | Path]
    env: Mapping[str, str]
    ready_check: Callable[[], bool] | None = None
    log: Path | None = None
    ready_seconds_max: float = 60.0
    stop_seconds_max: float = 10.0
    first_pause_seconds: float = 0.5
    longest_pause_seconds: float = 30.0
    steady_seconds: float = 60.0
    first_failures_max: int = 3
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    was_ready: bool = field(default=False, init=False)
    failures: int = field(default=0, init=False)
    started_at: float = field(default=0.0, init=False)
    due_at: float = field(default=0.0, init=False)

    def start(self, lifeline: int) -> None:
        """The process runs in a session of its own and holds the lifeline's reading end."""
        with ExitStack() as stack:
            output = stack.enter_context(self.log.open("ab")) if self.log else None
            self.process = subprocess.Popen(
                self.argv,
                env={**self.env, LIFELINE: str(lifeline)},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                pass_fds=(lifeline,),
                preexec_fn=_die_with_parent(os.getpid()),  # noqa: PLW1509 -- the supervisor forks from one thread
            )
        self.started_at = time.monotonic()

    def is_ready(self) -> bool:
        """Whether it does its work. Once true it stays true until the process ends."""
        alive = self.process is not None and self.process.poll() is None
        if alive and not self.was_ready:
            self.was_ready = self.ready_check is None or self.ready_check()
        return alive and self.was_ready

    def reap(self) -> int | None:
        """The exit code of a process that ended since the last look; it is then due again after a pause."""
        if self.process is None or (code := self.process.poll()) is None:
            return None
        _signal_group(self.process.pid, signal.SIGKILL)
        now = time.monotonic()
        self.failures = 1 if now - self.started_at > self.steady_seconds else self.failures + 1
        pause = min(self.longest_pause_seconds, self.first_pause_seconds * 2.0 ** min(self.failures - 1, 16))
        self.due_at, self.process, self.was_ready = now + pause, None, False
        return code

    def stop(self, *, hurry: Callable[[], bool] = lambda: False) -> None:
        """The process and all it started have ended, by request or, after its time is up, by force."""
        if self.process is None:
            return
        _signal_group(self.process.pid, signal.SIGTERM)
        deadline = time.monotonic() + self.stop_seconds_max
        while self.process.poll() is None and time.monotonic() < deadline and not hurry():
            time.sleep(TICK_SECONDS / 2)
        _signal_group(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None


def supervise(
    children: Sequence[Child],
    postgres: Postgres | None,
    on_ready: Callable[[], None],
    *,
    say: Say = print,
) -> None:
    """All children ran until SIGINT, SIGTERM or SIGHUP came; now all have ended, in their order, PostgreSQL last.

    Those that die are started again after a pause, PostgreSQL too; a second signal stops without patience.
    Call it in the main thread. Without `postgres` the database is somebody else's.

    raises   ChildDidNotStart if one fails before all were ready the first time; everything is stopped then
    effects  on_ready is called once; say is told each restart in one line
    """
    with _Signals() as signals, postgres.in_use() if postgres else nullcontext():
        reading, writing = os.pipe()
        try:
            _run(children, postgres, on_ready, say=say, lifeline=reading, signals=signals)
        finally:
            for child in children:
                child.stop(hurry=lambda: signals.count > 1)
            os.close(writing)
            os.close(reading)


def exit_when_parent_dies(on_death: Callable[[], None] | None = None) -> None:
    """This process ends soon after its supervisor, even one killed by force. Children call it first of all.

    effects  a daemon thread that waits for the lifeline to break, then sends SIGTERM to this process, and
             10 s later ends its group by force; without a supervisor nothing happens
    """
    named = os.environ.pop(LIFELINE, "")
    if not named.isdigit():
        return
    lifeline = int(named)
    os.set_inheritable(
        lifeline, False
    )  # what this process starts has this process to watch, not the lifeline

    def watch() -> None:
        with suppress(OSError):
            while os.read(lifeline, 1):
                pass
        if on_death is not None:
            on_death()
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(ORPHAN_SECONDS_MAX)
        if os.getpgrp() == os.getpid():
            os.killpg(os.getpid(), signal.SIGKILL)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, name="lifeline", daemon=True).start()


def answers(host: str, port: int, path: str) -> bool:
    """Whether a web server there answers the path with a 2xx. For ready checks."""
    connection = http.client.HTTPConnection(host, port, timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status // 100 == 2  # noqa: PLR2004 -- 2xx
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


class _Signals:
    """Counts the requests to stop while the block runs."""

    def __init__(self) -> None:
        self.count = 0

    def __enter__(self) -> Self:
        wanted = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        self._before = {number: signal.signal(number, self._note) for number in wanted}
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _note(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 -- the signature of a handler
        self.count += 1


def _run(
    children: Sequence[Child],
    postgres: Postgres | None,
    on_ready: Callable[[], None],
    *,
    say: Say,
    lifeline: int,
    signals: _Signals,
) -> None:
    announced = False
    postgres_due = time.monotonic() + POSTGRES_CHECK_SECONDS
    while not signals.count:
        if postgres and time.monotonic() > postgres_due:
            _revive(postgres, say)
            postgres_due = time.monotonic() + POSTGRES_CHECK_SECONDS
        for child in children:
            _look_after(child, lifeline=lifeline, say=say, first_time=not announced)
        if not announced and all(child.is_ready() for child in children):
            announced = True
            on_ready()
        time.sleep(TICK_SECONDS)


def _revive(postgres: Postgres, say: Say) -> None:
    """PostgreSQL runs again if it had died; if it cannot, people are told and it is tried again later."""
    postgres.limit_log()
    if postgres.is_running():
        return
    say("PostgreSQL ended; starting it again")
    try:
        postgres.start()
    except SiyuError as refusal:
        say(refusal.message)
    else:
        say("PostgreSQL runs again")


def _look_after(child: Child, *, lifeline: int, say: Say, first_time: bool) -> None:
    """One look at one child: note its end, start it when due, give up if it never came up."""
    code = child.reap()
    if code is not None:
        if first_time and child.failures >= child.first_failures_max:
            raise ChildDidNotStart(name=child.name, why=_ending(code), log=_seen_in(child.log))
        pause = max(0.0, child.due_at - time.monotonic())
        say(f"{child.name} ended ({_ending(code)}); starting it again in {pause:.1f} s")
    if child.process is None and time.monotonic() >= child.due_at:
        child.start(lifeline)
    late = time.monotonic() - child.started_at > child.ready_seconds_max
    if first_time and late and child.process is not None and not child.is_ready():
        why = f"not ready after {child.ready_seconds_max:.0f} s"
        raise ChildDidNotStart(name=child.name, why=why, log=_seen_in(child.log))


def _ending(code: int) -> str:
    """How a process ended, in words.

    >>> _ending(1), _ending(-9)
    ('exit code 1', 'killed by SIGKILL')
    """
    return f"exit code {code}" if code >= 0 else f"killed by {signal.Signals(-code).name}"


def _seen_in(log: Path | None) -> str:
    """The last lines of a log, for a message."""
    if log is None or not log.exists():
        return ""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 4096))
        lines = file.read().decode(errors="replace").splitlines()[-10:]
    return f" {log} ends with: " + "\n".join(lines)


def _die_with_parent(parent: int) -> Callable[[], None] | None:
    """On Linux: what makes the kernel end a child with its parent, for programs that watch no lifeline."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl

    def arrange() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)

    return arrange


def _signal_group(leader: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, number)


def _locked(file: IO[str], kind: int) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
