"""What our processes and PostgreSQL take together: memory at its peak, seconds of processor."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from siyu.kernel.postgres.pidfile import postmaster_of

LOOK_EVERY_SECONDS = 0.5


@dataclass(slots=True)
class Peak:
    """The largest sum seen so far."""

    bytes: int = 0

    def __str__(self) -> str:
        return f"{self.bytes / 2**30:.2f} GB"


@contextmanager
def memory_watched(home: Path) -> Iterator[Peak]:
    """The peak of this process, of all that it started and of PostgreSQL while the block runs."""
    peak, ended = Peak(), threading.Event()

    def watch() -> None:
        while not ended.wait(LOOK_EVERY_SECONDS):
            peak.bytes = max(peak.bytes, sum(_memory_of(one) for one in [*ours(), *postgres_of(home)]))

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield peak
    finally:
        ended.set()
        watcher.join()


@dataclass(slots=True)
class Cost:
    """What a block took, known when it has ended."""

    seconds: float = 0.0
    processor: float = 0.0
    memory: Peak = field(default_factory=Peak)


@contextmanager
def cost_watched(home: Path) -> Iterator[Cost]:
    """The seconds, the seconds of processor and the peak of memory of all of Siyu while the block runs."""
    cost, begun = Cost(), time.perf_counter()
    spent = processor_seconds([*ours(), *postgres_of(home)])
    with memory_watched(home) as cost.memory:
        yield cost
        cost.seconds = time.perf_counter() - begun
        cost.processor = processor_seconds([*ours(), *postgres_of(home)]) - spent


def ours() -> list[psutil.Process]:
    """This process and all that it started."""
    mine = psutil.Process()
    return [mine, *mine.children(recursive=True)]


def postgres_of(home: Path) -> list[psutil.Process]:
    """The embedded PostgreSQL of a home, with its backends; none while it does not run."""
    found = postmaster_of(home / "postgres")
    if found is None:
        return []
    with suppress(psutil.NoSuchProcess):
        whole = psutil.Process(found.pid)
        return [whole, *whole.children(recursive=True)]
    return []


def processor_seconds(processes: list[psutil.Process]) -> float:
    """What the processes spent so far, with those that ended below them."""
    spent = 0.0
    for one in processes:
        with suppress(psutil.NoSuchProcess):
            spent += sum(one.cpu_times()[:4])
    return spent


def _memory_of(process: psutil.Process) -> int:
    """Its proportional set size: what processes share, as PostgreSQL's do, is counted once over all of them."""
    with suppress(OSError):
        for line in Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0
