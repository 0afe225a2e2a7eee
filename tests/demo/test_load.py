"""The demo is loaded once: cut short anywhere and started again it is whole, and its campaign tells the truth."""

import base64
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from siyu.campaigns.api import campaigns_page, results_of
from siyu.campaigns.contracts import CampaignResults, CampaignState
from siyu.demo.actions import load, story
from siyu.demo.api import load_demo
from siyu.demo.contracts import FutureOrders
from siyu.entrypoints.tables import METADATA
from siyu.kernel.app import App
from siyu.kernel.lake import brand_schema
from siyu.organisation.api import all_brands, brand_info
from tests.demo.makers import fresh_home, settings_of

pytestmark = pytest.mark.slow
NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
CUSTOMERS = 12_000  # enough to see the effect among so much chance
FEW = 300
# What is counted per attempt, not per row of the brand: an attempt that was cut short leaves its trace in these.
# So do the tallies of messages: a row for each state one statement moved messages into, and chance decides receipts.
TRACES = {
    "import_run", "fact_batch", "long_task", "audit_entry", "message_tally", "lake.batch", "lake.trait_refresh",
}  # fmt: skip
STEPS: tuple[tuple[Any, str], ...] = (
    (load, "_brand"),
    (load, "hire"),
    (load, "_import"),  # stores, products, customers, orders; later the orders since
    (load, "refresh"),  # before the story and after it
    (load, "send_traces"),
    (load, "write_labels"),
    (load, "furnish_desk"),
    (story, "_segments"),
    (story, "_campaign"),
    (story, "launch_campaign"),
    (story, "send_due"),
    (story, "_receipts"),
    (story, "settle_campaigns"),
)
STEPS_TAKEN = 17


class Struck(BaseException):
    """The power went."""


def start(app: App, customers: int) -> list[str]:
    """The demo is loaded; returns what it said."""
    said: list[str] = []
    load_demo(app, clock=lambda: NOW, say=said.append, customers=customers)
    return said


def the_brand(app: App) -> int:
    with app.db.transaction(brand_id=None) as session:
        (brand,) = all_brands(session)
    return brand.brand_id


def rows(app: App) -> dict[str, int]:
    """How many rows each table holds, in PostgreSQL and in the lake."""
    with app.db.engine.connect() as connection:
        found = {
            name: connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one()
            for name in METADATA.tables
        }
    schema = brand_schema(the_brand(app))
    with app.lake.reading() as cursor:
        tables = cursor.execute(
            "SELECT name FROM (SHOW ALL TABLES) WHERE schema = $1", [schema.split(".")[-1]]
        )
        for (name,) in tables.fetchall():
            (count,) = cursor.execute(f'SELECT count(*) FROM {schema}."{name}"').fetchone() or (0,)
            found[f"lake.{name}"] = count
    return {name: count for name, count in found.items() if name not in TRACES}


def messages_untold(app: App) -> list[tuple[str, str | None]]:
    """The states and reasons of which the tally says another number than the messages themselves."""
    with app.db.engine.connect() as connection:
        found = connection.execute(
            text("""
            SELECT state, reason FROM (
                SELECT state, reason, messages FROM message_tally
                UNION ALL SELECT state, reason, -1 FROM message
            ) AS told GROUP BY state, reason HAVING sum(messages) <> 0""")
        )
        return [(state, reason) for state, reason in found]


def results(app: App) -> CampaignResults:
    brand_id = the_brand(app)
    with app.db.transaction(brand_id=brand_id) as session, app.lake.reading() as cursor:
        (sent,) = campaigns_page(session, state=CampaignState.SENT, limit=10).items
        return results_of(
            session, cursor=cursor, campaign_id=sent.campaign_id, brand=brand_info(session, brand_id=brand_id),
            as_of=NOW,
        )  # fmt: skip


def after_each_step(monkeypatch: pytest.MonkeyPatch, then: Callable[[], None]) -> None:
    def wrapped(step: Callable[..., Any]) -> Callable[..., Any]:
        def called(*args: Any, **kwargs: Any) -> Any:
            outcome = step(*args, **kwargs)
            then()
            return outcome

        return called

    for module, name in STEPS:
        monkeypatch.setattr(module, name, wrapped(getattr(module, name)))


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """A small demo, loaded without disturbance."""
    with fresh_home(settings_of(tmp_path_factory.mktemp("calm"))) as app:
        assert len(start(app, FEW)) > 5
        yield app


def test_cut_short_after_every_step_it_becomes_whole(
    calm: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The key decides how customers are numbered, and with that who is held out: both homes have the same.
    shutil.copy(calm.settings.key_file, tmp_path)
    with fresh_home(settings_of(tmp_path)) as app:
        left = 0

        def strike() -> None:
            nonlocal left
            left -= 1
            if left == 0:
                raise Struck

        after_each_step(monkeypatch, strike)
        for step in range(1, STEPS_TAKEN + 1):
            left = step
            with pytest.raises(Struck):
                start(app, FEW)
        left = 0
        start(app, FEW)
        assert rows(app) == rows(calm)
        assert messages_untold(app) == messages_untold(calm) == []
        assert results(app).headcount == results(calm).headcount
        assert results(app).sales.arms == results(calm).sales.arms


def test_a_second_start_loads_nothing(calm: App) -> None:
    before = rows(calm)
    assert start(calm, FEW) == []
    assert rows(calm) == before


def test_a_restored_home_without_our_file_loads_nothing(calm: App) -> None:
    before = rows(calm)
    remembered = (calm.settings.home / "demo.json").read_text()
    (calm.settings.home / "demo.json").unlink()
    assert start(calm, FEW) == []
    assert rows(calm) == before
    assert (calm.settings.home / "demo.json").read_text() == remembered


def test_the_campaign_s_result_finds_the_effect_that_was_put_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[FutureOrders] = []
    simulate = story.future_orders
    monkeypatch.setattr(
        story, "future_orders", lambda *args, **kwargs: told.append(simulate(*args, **kwargs)) or told[-1]
    )
    key = tmp_path / "secret.key"
    key.touch(mode=0o600)
    key.write_text(base64.b64encode(bytes(range(32))).decode())
    with fresh_home(settings_of(tmp_path)) as app:
        start(app, CUSTOMERS)
        found = results(app)
    (truth,) = told
    assert (found.headcount.treated, found.headcount.holdout) == (truth.treated, truth.holdout)
    assert found.sample_ratio.passed
    assert found.sales.effect is not None
    assert found.buyers.effect is not None
    interval = found.sales.effect.absolute.interval
    assert interval.low < truth.extra_sales_fen / truth.treated < interval.high
    assert found.buyers.effect.absolute.value > 0
    assert found.buyers.effect.absolute.p_value < 0.05
