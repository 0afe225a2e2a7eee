"""What a piece of work costs all of Siyu: seconds, processor time and peak memory of this process and PostgreSQL."""

import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

EVERY_SECONDS = 0.5


class Watch:
    """Inside the block memory is looked at twice a second; afterwards `seconds`, `cpu` and `peak` (bytes) are known.

    Memory is counted as each process's share (PSS): what PostgreSQL's processes have in common is counted once.
    """

    def __init__(self, home: Path) -> None:
        self._home = home
        self._ended = threading.Event()
        self._looker = threading.Thread(target=self._look, daemon=True)
        self.seconds, self.cpu, self.peak = 0.0, 0.0, 0

    def __enter__(self) -> Self:
        self._begun, self._spent = time.perf_counter(), self._cpu()
        self._looker.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.seconds = time.perf_counter() - self._begun
        self.cpu = self._cpu() - self._spent
        self._ended.set()
        self._looker.join()

    def _look(self) -> None:
        while not self._ended.wait(EVERY_SECONDS):
            self.peak = max(self.peak, sum(_share(process) for process in self._processes()))

    def _processes(self) -> list[psutil.Process]:
        found = [psutil.Process()]
        pid_file = self._home / "postgres" / "postmaster.pid"
        if pid_file.exists():
            server = psutil.Process(int(pid_file.read_text().split()[0]))
            found += [server, *server.children(recursive=True)]
        return found

    def _cpu(self) -> float:
        """Of the processes there are, and of PostgreSQL's that have ended."""
        spent = 0.0
        for process in self._processes():
            try:
                times = process.cpu_times()
            except psutil.NoSuchProcess:
                continue
            spent += times.user + times.system
            if process.pid != psutil.Process().pid:
                spent += times.children_user + times.children_system
        return spent


def _share(process: psutil.Process) -> int:
    try:
        return int(process.memory_full_info().pss)
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return 0
