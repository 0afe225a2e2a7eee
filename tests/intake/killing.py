"""Programs at work that are killed the n-th time they enter or leave a transaction of PostgreSQL or of the lake.

Each is a process of its own, forked from one that has imported everything and opened nothing: that takes seconds.
"""

import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from siyu.commerce.actions import orders
from siyu.entrypoints.app import opened
from siyu.intake.actions import events_pump
from siyu.intake.actions.compacting import compact_lake
from siyu.intake.actions.events_pump import pump_events
from siyu.intake.actions.imports import run_import
from siyu.kernel import lake, lake_compaction
from siyu.kernel.app import App
from siyu.kernel.db import Database
from siyu.kernel.settings import Settings
from tests.intake.importing import NOW, clock

ROOT = Path(__file__).parents[2]
_steps = 0


@dataclass
class Programs:
    """Starts programs that do their work until they are killed."""

    _parent: "subprocess.Popen[str]"

    def killed(self, work: str, *numbers: int, step: int) -> int:
        """The exit code of the program that did this work and was killed at the step, if it got so far."""
        assert self._parent.stdin is not None
        assert self._parent.stdout is not None
        self._parent.stdin.write(f"{work} {step} {' '.join(map(str, numbers))}\n")
        self._parent.stdin.flush()
        return int(self._parent.stdout.readline())


@contextmanager
def programs(app: App) -> Iterator[Programs]:
    """Programs of this application can be started while the block runs."""
    environ = {**os.environ, "SIYU_HOME": str(app.settings.home), "SIYU_DATABASE_URL": app.db.url}
    with subprocess.Popen(
        [sys.executable, "-m", "tests.intake.killing"], cwd=ROOT, env=environ, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as parent:  # fmt: skip
        yield Programs(parent)


def _import(app: App, brand_id: int, import_id: int) -> None:
    run_import(app, brand_id=brand_id, import_id=import_id, clock=clock)


def _pump(app: App) -> None:
    while pump_events(app, now=NOW):
        pass


def _compact(app: App, brand_id: int) -> None:
    compact_lake(app, brand_id=brand_id)


WORK: Mapping[str, Callable[..., None]] = {"import": _import, "pump": _pump, "compact": _compact}


def _step(last: int) -> None:
    global _steps  # noqa: PLW0603 -- the program's only state
    _steps += 1
    if _steps == last:
        os.kill(os.getpid(), signal.SIGKILL)


def _do(work: str, last: int, *numbers: int) -> None:
    whole, atomic = Database.transaction, lake.atomic

    @contextmanager
    def transaction(self: Database, **named: Any) -> Iterator[Any]:
        _step(last)
        with whole(self, **named) as session:
            yield session
            _step(last)
        _step(last)

    @contextmanager
    def written(cursor: Any, *held: Any) -> Iterator[None]:
        with atomic(cursor, *held):
            yield
            _step(last)
        _step(last)

    with opened(Settings.from_environment(os.environ)) as app:
        Database.transaction = transaction  # type: ignore[assignment,method-assign]
        orders.atomic = written  # type: ignore[attr-defined]
        events_pump.atomic = written  # type: ignore[attr-defined]
        lake_compaction.atomic = written  # type: ignore[attr-defined]
        WORK[work](app, *numbers)


def main() -> None:
    """Each line of the input is a work, a step and numbers; the exit code of a child that does it is the answer."""
    for line in sys.stdin:
        work, *numbers = line.split()
        child = os.fork()
        if child == 0:
            try:
                _do(work, *map(int, numbers))
            except BaseException:  # noqa: BLE001 -- whatever it is, the child may not go on as its parent
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
