"""The worker's pump outlives whatever goes wrong in one round."""

import threading
from typing import Any

import pytest

from siyu.entrypoints import worker
from siyu.kernel.app import App


def test_a_pump_that_fails_in_an_unforeseen_way_goes_on(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    stop, rounds = threading.Event(), []

    def pump(_app: App, **_: Any) -> int:
        rounds.append(1)
        if len(rounds) == 1:
            raise AssertionError("nobody catalogued the fact")
        stop.set()
        return 0

    monkeypatch.setattr(worker, "pump", pump)
    monkeypatch.setattr(worker, "PUMP_PAUSE_SECONDS", 0.01)
    thread = threading.Thread(target=worker._pump_until, args=(app, stop), daemon=True)
    thread.start()
    thread.join(timeout=10)
    assert len(rounds) == 2
