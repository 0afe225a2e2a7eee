"""The whole system in a home of its own: supervised as `siyu serve` does it, and struck down process by process."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from siyu.entrypoints.serving import children_of
from siyu.kernel.postgres import EmbeddedPostgres
from siyu.kernel.postgres.pidfile import postmaster_of
from siyu.kernel.processes import answers, supervise
from siyu.kernel.settings import Settings

ROOT = Path(__file__).parents[2]
START_SECONDS_MAX = 90
PAUSE_SECONDS = (
    0.2  # before a child comes back; a service that dies all day long would be given half a minute
)
VICTIMS = ("server", "worker", "postgres")
MODULES = {"server": "siyu.entrypoints.web", "worker": "siyu.entrypoints.worker"}


@dataclass
class House:
    """A home that is served. `kills`: how often each kind of process was struck down."""

    settings: Settings
    supervisor: psutil.Process
    kills: Counter[str] = field(default_factory=Counter)
    _turn: list[str] = field(default_factory=list)

    def strike(self, luck: random.Random) -> str | None:
        """One process is gone by kill -9, each in its turn and the turns by chance; PostgreSQL with every backend.

        returns  which; None if it was not there just now
        """
        if not self._turn:
            self._turn = luck.sample(VICTIMS, len(VICTIMS))
        victim = self._turn.pop()
        found = self._postgres() if victim == "postgres" else self._child(victim)
        if not found:
            return None
        for process in found:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        self.kills[victim] += 1
        return victim

    def wait_until_served(self) -> None:
        """The server answers that PostgreSQL and the lake do."""
        deadline = time.monotonic() + START_SECONDS_MAX
        while not answers("127.0.0.1", self.settings.port, "/readyz"):
            assert self.supervisor.is_running(), self.log()
            assert time.monotonic() < deadline, f"not served after {START_SECONDS_MAX} s\n{self.log()}"
            time.sleep(0.1)

    def log(self) -> str:
        """What the supervisor said last."""
        return self._whole_log()[-2000:]

    def log_of(self, request_id: str) -> str:
        """What the server wrote down of one request: its failure with the traceback."""
        return "\n".join(line for line in self._whole_log().splitlines() if request_id in line)

    def _whole_log(self) -> str:
        return (self.settings.home / "supervisor.log").read_text()

    def _child(self, name: str) -> list[psutil.Process]:
        with suppress(psutil.NoSuchProcess):
            return [one for one in self.supervisor.children() if MODULES[name] in _words_of(one)]
        return []

    def _postgres(self) -> list[psutil.Process]:
        found = postmaster_of(self.settings.home / "postgres")
        with suppress(psutil.NoSuchProcess):
            if found is not None:
                postmaster = psutil.Process(found.pid)
                return [postmaster, *postmaster.children(recursive=True)]
        return []


@contextmanager
def served(settings: Settings) -> Iterator[House]:
    """The home, which was set up before, is served while the block runs; at its end no process is left."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("SIYU_")},
        "SIYU_HOME": str(settings.home), "SIYU_PORT": str(settings.port), "SIYU_LOG_LEVEL": "WARNING",
        "SIYU_PRIVATE_DESTINATIONS": "yes" if settings.private_destinations else "no",
    }  # fmt: skip
    with (settings.home / "supervisor.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.failure.house"], cwd=ROOT, env=environment, stdout=log, stderr=log,
            start_new_session=True,
        )  # fmt: skip
    try:
        house = House(settings, psutil.Process(process.pid))
        house.wait_until_served()
        yield house
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def _words_of(process: psutil.Process) -> list[str]:
    with suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
        return process.cmdline()
    return []


def main() -> None:
    """The supervisor of a home, with shorter pauses than a service takes."""
    settings = Settings.from_environment(os.environ)
    children = children_of(settings, demo=False)
    for child in children:
        child.first_pause_seconds = child.longest_pause_seconds = PAUSE_SECONDS
        child.first_failures_max = 10
    supervise(children, EmbeddedPostgres(settings.home), lambda: None, say=_say)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
