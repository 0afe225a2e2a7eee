"""A program at work that is killed the n-th time it enters or leaves a transaction of PostgreSQL or of the lake."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from siyu.commerce.actions import orders
from siyu.entrypoints.app import opened
from siyu.intake.actions import events_append
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


def killed(app: App, work: str, *numbers: int, step: int) -> int:
    """The exit code of the program that did this work and was killed at the step, if it got so far."""
    environ = {**os.environ, "SIYU_HOME": str(app.settings.home), "SIYU_DATABASE_URL": app.db.url}
    words = [sys.executable, "-m", "tests.intake.killing", work, str(step), *map(str, numbers)]
    return subprocess.run(
        words, cwd=ROOT, env=environ, check=False, timeout=120, capture_output=True
    ).returncode


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


def main(work: str, last: int, *numbers: int) -> None:
    whole, atomic = Database.transaction, lake.atomic

    @contextmanager
    def transaction(self: Database, **named: Any) -> Iterator[Any]:
        _step(last)
        with whole(self, **named) as session:
            yield session
            _step(last)
        _step(last)

    @contextmanager
    def written(cursor: Any) -> Iterator[None]:
        with atomic(cursor):
            yield
            _step(last)
        _step(last)

    with opened(Settings.from_environment(os.environ)) as app:
        Database.transaction = transaction  # type: ignore[assignment,method-assign]
        orders.atomic = written  # type: ignore[attr-defined]
        events_append.atomic = written  # type: ignore[attr-defined]
        lake_compaction.atomic = written  # type: ignore[attr-defined]
        WORK[work](app, *numbers)


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
