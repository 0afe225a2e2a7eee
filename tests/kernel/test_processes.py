"""One service a home; children come back; nothing is left behind, whoever is killed."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from siyu.kernel.postgres import EmbeddedPostgres
from siyu.kernel.postgres.pidfile import postmaster_of
from siyu.kernel.processes import AlreadyRunning, Child, ChildDidNotStart, ServiceLock, answers, supervise

WATCHFUL = """
import os, sys, time
from siyu.kernel.processes import exit_when_parent_dies
exit_when_parent_dies()
open(sys.argv[1], "a").write(f"{os.getpid()}\\n")
time.sleep(60)
"""
HEEDLESS = """
import os, sys, time
open(sys.argv[1], "a").write(f"{os.getpid()}\\n")
time.sleep(60)
"""
SUPERVISOR = """
import os, sys
from pathlib import Path
from siyu.kernel.postgres import EmbeddedPostgres
from siyu.kernel.processes import Child, ServiceLock, supervise
home, watchful, heedless = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
postgres = EmbeddedPostgres(home) if sys.argv[4] == "with-postgres" else None
children = [
    Child(name, [sys.executable, "-c", program, str(home / name)], dict(os.environ), (home / name).exists)
    for name, program in (("watchful", watchful), ("heedless", heedless))
]
with ServiceLock(home).held("http://127.0.0.1:1"):
    supervise(children, postgres, lambda: print("ready", flush=True), say=lambda line: print(line, flush=True))
print("gone", flush=True)
"""


def wait_for(condition: Callable[[], bool], seconds: float = 15) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def is_alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def pids_in(path: Path) -> list[int]:
    return [int(line) for line in path.read_text().split()]


def start_supervisor(home: Path, *, postgres: bool = False) -> "subprocess.Popen[str]":
    home.mkdir(exist_ok=True)
    started = subprocess.Popen(
        [
            *(sys.executable, "-c", SUPERVISOR, str(home), WATCHFUL, HEEDLESS),
            "with-postgres" if postgres else "without",
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert started.stdout is not None
    assert started.stdout.readline() == "ready\n"
    return started


def test_a_second_service_is_refused_with_the_address_of_the_first(tmp_path: Path) -> None:
    lock = ServiceLock(tmp_path)
    assert lock.holder() is None
    with lock.held("http://127.0.0.1:8017"):
        with (
            pytest.raises(AlreadyRunning, match=f"http://127.0.0.1:8017 .process {os.getpid()}"),
            ServiceLock(tmp_path).held("http://127.0.0.1:9999"),
        ):
            pytest.fail("two services in one home")
        found = lock.holder()
        assert found is not None
        assert found.address == "http://127.0.0.1:8017"
    assert lock.holder() is None
    with lock.held("again"):
        pass


def test_a_lock_left_by_a_killed_service_counts_for_nothing(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "serve.lock").write_text(json.dumps({"address": "old", "pid": os.getpid()}))
    assert ServiceLock(tmp_path).holder() is None
    with ServiceLock(tmp_path).held("new"):
        found = ServiceLock(tmp_path).holder()
        assert found is not None
        assert found.address == "new"


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_polite_signal_ends_everything(tmp_path: Path, number: signal.Signals) -> None:
    with start_supervisor(tmp_path) as supervisor:
        children = pids_in(tmp_path / "watchful") + pids_in(tmp_path / "heedless")
        supervisor.send_signal(number)
        said, _ = supervisor.communicate(timeout=30)
    assert said.endswith("gone\n")
    assert supervisor.returncode == 0
    assert not any(is_alive(pid) for pid in children)


@pytest.mark.slow
def test_kill_9_of_the_supervisor_leaves_no_child(tmp_path: Path) -> None:
    with start_supervisor(tmp_path) as supervisor:
        children = pids_in(tmp_path / "watchful") + pids_in(tmp_path / "heedless")
        assert all(is_alive(pid) for pid in children)
        supervisor.kill()
        supervisor.communicate(timeout=30)
    assert wait_for(lambda: not any(is_alive(pid) for pid in children))
    assert ServiceLock(tmp_path).holder() is None


@pytest.mark.slow
def test_the_lifeline_alone_ends_a_child(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    environment = {**os.environ, "SIYU_LIFELINE_FD": str(reading)}
    with subprocess.Popen(
        [sys.executable, "-c", WATCHFUL, str(tmp_path / "pid")], env=environment, pass_fds=(reading,)
    ) as child:
        os.close(reading)
        assert wait_for((tmp_path / "pid").exists)
        os.close(writing)
        assert child.wait(timeout=15) == -signal.SIGTERM


@pytest.mark.slow
def test_a_child_and_postgresql_come_back_after_kill_9(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path)
    with start_supervisor(tmp_path, postgres=True) as supervisor:
        first = pids_in(tmp_path / "watchful")
        os.kill(first[0], signal.SIGKILL)
        assert wait_for(lambda: len(pids_in(tmp_path / "watchful")) == 2)
        before = postmaster_of(server.data)
        assert before is not None
        os.kill(before.pid, signal.SIGKILL)
        assert wait_for(lambda: (now := postmaster_of(server.data)) is not None and now.pid != before.pid)
        supervisor.terminate()
        said, _ = supervisor.communicate(timeout=30)
    assert "watchful ended (killed by SIGKILL); starting it again" in said
    assert "PostgreSQL runs again" in said
    assert not server.is_running()
    assert not any(is_alive(pid) for pid in pids_in(tmp_path / "watchful"))


@pytest.mark.slow
def test_postgresql_outlives_a_killed_supervisor_and_the_next_one_uses_it(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path)
    with start_supervisor(tmp_path, postgres=True) as supervisor:
        before = postmaster_of(server.data)
        supervisor.kill()
        supervisor.communicate(timeout=30)
    assert wait_for(lambda: not is_alive(pids_in(tmp_path / "heedless")[0]))
    (tmp_path / "watchful").unlink()
    (tmp_path / "heedless").unlink()
    with start_supervisor(tmp_path, postgres=True) as supervisor:
        assert postmaster_of(server.data) == before
        supervisor.terminate()
        supervisor.communicate(timeout=30)
    assert not server.is_running()


def test_a_child_that_never_comes_up_is_given_up_with_its_last_words(tmp_path: Path) -> None:
    broken = Child(
        name="web server",
        argv=[sys.executable, "-S", "-c", "raise SystemExit('the port is taken')"],
        env={},
        log=tmp_path / "web.log",
        ready_check=lambda: False,
        first_pause_seconds=0.01,
    )
    with pytest.raises(ChildDidNotStart, match=r"web server did not start: exit code 1.*the port is taken"):
        supervise([broken], None, lambda: pytest.fail("it was never ready"), say=lambda line: None)


def test_a_child_that_ignores_requests_is_ended_by_force_with_what_it_started(tmp_path: Path) -> None:
    stubborn = (
        "import os, signal, subprocess, sys, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "other = subprocess.Popen(['/bin/sleep', '60'])\n"
        "open(sys.argv[1], 'w').write(f'{os.getpid()} {other.pid}')\n"
        "time.sleep(60)\n"
    )
    path = tmp_path / "pids"
    child = Child(
        name="stubborn",
        argv=[sys.executable, "-S", "-c", stubborn, path],
        env={},
        ready_check=lambda: path.exists() and len(path.read_text().split()) == 2,
        stop_seconds_max=0.2,
    )
    supervise([child], None, lambda: os.kill(os.getpid(), signal.SIGTERM), say=lambda line: None)
    assert wait_for(lambda: not any(is_alive(pid) for pid in pids_in(path)))


def test_the_pause_before_a_restart_doubles_up_to_its_limit() -> None:
    child = Child(name="x", argv=["/bin/false"], env={}, first_pause_seconds=1.0, longest_pause_seconds=3.0)
    reading, writing = os.pipe()
    pauses = []
    for _ in range(4):
        child.start(reading)
        assert child.process is not None
        child.process.wait()
        ended = time.monotonic()
        assert child.reap() == 1
        pauses.append(int(child.due_at - ended))
    os.close(reading)
    os.close(writing)
    assert pauses == [1, 2, 3, 3]


def test_nothing_answers_on_a_closed_port() -> None:
    assert not answers("127.0.0.1", 1, "/healthz")


def test_without_a_supervisor_no_thread_watches() -> None:
    before = threading.active_count()
    program = (
        "from siyu.kernel.processes import exit_when_parent_dies\n"
        "import threading; exit_when_parent_dies(); print(threading.active_count())"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stdout == "1\n"
    assert threading.active_count() == before
