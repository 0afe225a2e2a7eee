"""A pump that is struck down with its process leaves every event once, and no customer twice."""

import signal

import pytest

from siyu.intake.actions import events_pump
from siyu.kernel.app import App
from tests.intake.eventing import (
    carry,
    customers,
    event,
    in_lake,
    jobs_per_batch,
    put,
    rejected,
    volume,
    waiting,
)
from tests.intake.killing import Programs

POINTS = (
    2,
    3,
    5,
    6,
    7,
    8,
    9,
    10,
    14,
)  # claim, prepare, append and finish enter and leave; 14 is in the second round
WHO = [{"namespace": "member_no", "value": f"M{n}"} for n in range(5)]


@pytest.mark.slow
@pytest.mark.parametrize("step", POINTS)
def test_killed_anywhere_and_started_again_each_event_counts_once(
    app: App, programs: Programs, brand_id: int, step: int
) -> None:
    put(app, brand_id, *(event(str(n), identities=[WHO[n % 5]]) for n in range(20)), event("bad", "order"))
    put(app, brand_id, *(event(str(n), "tea", identities=[WHO[n % 5]]) for n in range(15, 30)))
    assert programs.killed("pump", step=step) in (-signal.SIGKILL, 0)
    put(app, brand_id, *(event(str(n), identities=[WHO[n % 5]]) for n in range(10, 25)))
    carry(app)
    assert len(in_lake(app, brand_id)) + len(in_lake(app, brand_id, "event", "name")) == 30
    assert sum(volume(app, brand_id).values()) == 30
    assert customers(app, brand_id) == 5
    assert rejected(app, brand_id) == [("order", "not_open", "event")]
    assert jobs_per_batch(app, brand_id) <= {1}
    assert waiting(app) == 0


@pytest.mark.slow
def test_many_small_batches_come_to_the_same(
    app: App, brand_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events_pump, "BATCH_EVENTS_MAX", 3)
    for start in range(0, 12, 2):
        put(app, brand_id, *(event(str(n), identities=[WHO[n % 5]]) for n in range(start, start + 3)))
    carry(app)
    assert len(in_lake(app, brand_id)) == 13
    assert customers(app, brand_id) == 5
