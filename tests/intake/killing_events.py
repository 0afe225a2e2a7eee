"""A pump of events that is killed the n-th time it enters or leaves a transaction of PostgreSQL or of the lake."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from siyu.entrypoints.app import opened
from siyu.intake.actions import events_append
from siyu.intake.actions.events_pump import pump_events
from siyu.kernel import lake
from siyu.kernel.db import Database
from siyu.kernel.settings import Settings
from tests.intake.importing import NOW

_steps = 0


def _step(last: int) -> None:
    global _steps  # noqa: PLW0603 -- the program's only state
    _steps += 1
    if _steps == last:
        os.kill(os.getpid(), signal.SIGKILL)


def main(last: int) -> None:
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
        events_append.atomic = written  # type: ignore[attr-defined]
        while pump_events(app, now=NOW):
            pass


if __name__ == "__main__":
    main(int(sys.argv[1]))
