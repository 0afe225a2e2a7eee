"""What breaks in the middle of a batch costs time: nothing is lost, nothing counts twice, nobody else waits."""

import itertools
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from siyu.intake.actions import events_pump
from siyu.intake.actions.events_pump import pump_events
from siyu.intake.rules.events import check_events, read_events
from siyu.kernel.app import App
from siyu.kernel.errors import SiyuError
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
from tests.intake.importing import NOW

ROOT = Path(__file__).parents[2]
PLACES = ("arrived_events", "note_ids", "older_ids", "identify", "append_events", "finish_batch")
TEXTS = st.text(max_size=20) | st.sampled_from(
    ["\ud800", "\x00", "13800138000", "9" * 400, "\u202e", "null", ""]
)
NUMBERS = st.integers() | st.floats() | st.sampled_from([10**9, 2**63, -(2**63), 10**400, 1e308, -0.0])
DAYS = st.sampled_from(
    ["9999-12-31", "0001-01-01", "2026-02-30", "9999-12-31T23:59:59.999999+00:00", "2026-05-01T10:00:00"]
)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS | DAYS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from(["check_in", "page_view", "product_view", "store_visit", "tea", "order"]) | TEXTS
SPACES = st.sampled_from(["phone", "email", "openid:wx", "x"]) | TEXTS
PROPERTIES = st.sampled_from(
    ["points", "seconds", "product_key", "price_fen", "path", "store_key", "more", "customer_id"]
)
EVENTS = st.fixed_dictionaries(
    {
        "event": NAMES,
        "event_id": st.sampled_from(["1", "2", "3"]) | TEXTS,
        "occurred_at": st.just("2026-05-01T10:00:00+08:00") | DAYS,
        "properties": st.dictionaries(PROPERTIES | TEXTS, VALUES, max_size=5),
    },
    optional={
        "identities": st.lists(
            st.fixed_dictionaries(
                {"namespace": st.sampled_from(["phone", "email", "openid:wx", "x"]) | TEXTS, "value": TEXTS}
            ),
            max_size=3,
        ),
        "version": st.integers(-1, 3),
        "authenticated": st.booleans(),
    },
)


_examples = itertools.count()


def arrived(app: App, brand_id: int) -> int:
    """The events that are in the lake or among the rejects."""
    return sum(volume(app, brand_id).values()) + len(rejected(app, brand_id))


def cut_off(app: App) -> None:
    """Every session of the database ends, as when PostgreSQL is started again."""
    with app.db.engine.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )


@pytest.mark.parametrize("place", PLACES)
def test_postgres_that_is_started_again_in_the_middle_of_a_batch(
    app: App, brand_id: int, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    who = [{"namespace": "member_no", "value": "M1"}]
    put(app, brand_id, *(event(str(number), identities=who) for number in range(3)), event("bad", "order"))
    whole = getattr(events_pump, place)

    def interrupted(*arguments: Any, **named: Any) -> Any:
        cut_off(app)
        return whole(*arguments, **named)

    with monkeypatch.context() as patch:
        patch.setattr(events_pump, place, interrupted)
        with pytest.raises(Exception) as failure:
            pump_events(app, now=NOW)
        assert not isinstance(failure.value, AssertionError)
    app.lake.renew()  # as the worker does
    app.db.engine.dispose()
    put(app, brand_id, event("2", identities=who), event("3", identities=who))
    carry(app)
    assert len(in_lake(app, brand_id)) == 4
    assert volume(app, brand_id) == {"check_in": 4}
    assert rejected(app, brand_id) == [("order", "not_open", "event")]
    assert customers(app, brand_id) == 1
    assert jobs_per_batch(app, brand_id) <= {1}
    assert waiting(app) == 0


@pytest.mark.slow
def test_a_lake_whose_disk_is_full_in_the_middle_of_a_batch(app: App, brand_id: int) -> None:
    long = [{"namespace": "member_no", "value": "M1"}]
    put(app, brand_id, *(event(f"c{number}", identities=long) for number in range(5)))
    said = [{"said": os.urandom(200).hex()} for _ in range(400)]
    put(
        app, brand_id, *(event(f"e{n}", "tea", identities=long, properties=one) for n, one in enumerate(said))
    )
    environ = {**os.environ, "SIYU_HOME": str(app.settings.home), "SIYU_DATABASE_URL": app.db.url}
    child = subprocess.run(
        [sys.executable, "-m", "tests.intake.failing_events", "20000"],
        cwd=ROOT, env=environ, check=False, timeout=120, capture_output=True, text=True,
    )  # fmt: skip
    assert child.returncode == 1
    assert "too large" in child.stderr.lower(), child.stderr[-2000:]
    assert in_lake(app, brand_id) == []
    assert waiting(app) == 2
    carry(app)
    assert len(in_lake(app, brand_id)) == 5
    assert len(in_lake(app, brand_id, "event", "name")) == 400
    assert customers(app, brand_id) == 1


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_whatever_passes_the_door_is_carried(app: App, brand_id: int, data: Any) -> None:
    taken = []
    for one in data.draw(st.lists(EVENTS, min_size=1, max_size=6)):
        body = json.dumps({"events": [one]}).encode()
        try:
            check_events(read_events(body), body=body, now=NOW)
        except SiyuError:
            continue
        taken.append(msgspec.json.decode(body)["events"][0])
    before, example = arrived(app, brand_id), next(_examples)
    for one in taken:
        one["event_id"] = f"{example}/{one['event_id']}"
    if taken:
        put(app, brand_id, event(f"{example}/good"), *taken)
    carry(app)
    distinct = {one["event_id"] for one in taken} | ({f"{example}/good"} if taken else set())
    assert arrived(app, brand_id) - before == len(distinct)
