"""Whether the machine is idle enough to measure on, and medians of alternating runs."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import psutil

RUNS = 5
IDLE_BELOW_PERCENT = 25.0
WAIT_SECONDS_MAX = 30.0


@dataclass(frozen=True, slots=True)
class Figure:
    """Seconds of ours and of the floor: medians of runs that took turns, and whether the machine was quiet."""

    name: str
    work: str
    ours: float
    floor: float
    quiet: bool
    goal: str = ""

    @property
    def ratio(self) -> float:
        """How many times the floor ours takes: the median of the ratios run by run would hide drift, so of medians."""
        return self.ours / self.floor

    def line(self) -> str:
        """The figure as a row of the table."""
        state = "QUIET" if self.quiet else "BUSY"
        return (
            f"{self.name:<16} {self.work:<44} {self.ours:>9.3f} s {self.floor:>9.3f} s {self.ratio:>7.1f}×  {state:<6}"
            f" {self.goal}"
        )


HEAD = f"{'what':<16} {'work':<44} {'ours':>11} {'floor':>11} {'ratio':>8}  machine goal"


def side_by_side(
    name: str,
    work: str,
    *,
    ours: Callable[[], None],
    floor: Callable[[], None],
    goal: str = "",
    runs: int = RUNS,
) -> Figure:
    """Ours and the floor in turn, after one run of each that does not count."""
    ours()
    floor()
    quiet = wait_until_idle()
    seconds: tuple[list[float], list[float]] = ([], [])
    for _ in range(runs):
        for place, run in enumerate((ours, floor)):
            begun = time.perf_counter()
            run()
            seconds[place].append(time.perf_counter() - begun)
    return Figure(name, work, statistics.median(seconds[0]), statistics.median(seconds[1]), quiet, goal)


def wait_until_idle() -> bool:
    """True as soon as the machine is quiet for a second; False if it did not become so in 30 s."""
    deadline = time.monotonic() + WAIT_SECONDS_MAX
    while time.monotonic() < deadline:
        if psutil.cpu_percent(interval=1.0) < IDLE_BELOW_PERCENT:
            return True
    return False
