"""kill -9 of server, worker and PostgreSQL under load: nothing acknowledged is lost, nothing counts twice."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.failure.house import VICTIMS
from tests.failure.rounds import run_round
from tests.failure.summary import said_of

SEED = 7
KILLS = 20


@pytest.mark.slow
@pytest.mark.timeout(900)  # a minute on a quiet machine; on a busy one each process takes long to come back
def test_twenty_kills_under_load_lose_and_double_nothing(tmp_path: Path, tell: Callable[[str], None]) -> None:
    outcome = run_round(tmp_path / "home", seed=SEED, kills=KILLS, seconds_max=500)
    assert outcome.faults == ()
    assert outcome.kills.total() == KILLS
    assert set(outcome.kills) == set(VICTIMS)
    assert outcome.found.acknowledged > 1_000
    found = outcome.found
    assert (
        min(found.merges, found.parted, found.consents, found.withdrawals, found.erased, found.delivered) > 0
    ), "something was not tried"
    tell(said_of([outcome]))
