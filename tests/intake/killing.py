"""A program that imports a file and is killed the n-th time it enters or leaves a transaction."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from siyu.commerce.actions import orders
from siyu.entrypoints.app import opened
from siyu.intake.actions.imports import run_import
from siyu.kernel import lake
from siyu.kernel.db import Database
from siyu.kernel.settings import Settings
from tests.intake.importing import clock

_steps = 0


def _step(last: int) -> None:
    global _steps  # noqa: PLW0603 -- the program's only state
    _steps += 1
    if _steps == last:
        os.kill(os.getpid(), signal.SIGKILL)


def main(brand_id: int, import_id: int, last: int) -> None:
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
        run_import(app, brand_id=brand_id, import_id=import_id, clock=clock)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
