"""Refreshes: whole or not at all, in order, with history; any other date is computed."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from siyu.insight.actions.refresh import refresh, refresh_if_stale, refresh_view
from siyu.insight.actions.settings import change_settings
from siyu.insight.contracts import BrandView, Refresh
from siyu.insight.errors import BadInsightSetting, NoSuchCustomer, RefreshInFuture, RefreshTooOld
from siyu.insight.queries.history import history_of, stage_reason
from siyu.insight.queries.stored import newest_refresh, refreshes
from siyu.insight.queries.summary import summary
from siyu.insight.queries.traits import catalogue, default_as_of, traits_as_of, traits_of
from siyu.insight.queries.view import brand_view
from siyu.insight.rules.naive import History
from siyu.kernel.app import App
from siyu.kernel.audit import SYSTEM
from siyu.kernel.lake import brand_schema, rows_of
from siyu.metrics.api import run
from tests.insight.makers import NOW, SHANGHAI, Known, at, bought, gave_back, write_facts

pytestmark = pytest.mark.slow
MARCH = at("2026-03-31 12:00")
JUNE = at("2026-06-30 12:00")

HISTORIES: dict[int | None, History] = {
    1: History(
        [bought(f"1-{day}", at(f"2026-03-{day:02}")) for day in (1, 8, 15, 22, 29)]
    ),  # regular, then silent
    2: History([bought("2-1", at("2026-03-30 23:30"), 500)]),
    3: History(
        [bought("3-1", at("2026-03-01"), 800)], refunds=[gave_back("R", at("2026-03-02"), 800, "3-1")]
    ),
    None: History([bought("anonymous", at("2026-03-03"), 99_999)]),
}


def everyone(app: App, brand_id: int) -> BrandView:
    return BrandView(brand_id, SHANGHAI, Known({}))


def refreshed(app: App, brand: BrandView, as_of: object) -> Refresh:
    return refresh_view(app.lake, brand=brand, as_of=as_of, now=NOW, progress=lambda _: None)  # type: ignore[arg-type]


def lake_rows(app: App, brand_id: int, query: str) -> list[dict]:
    with app.lake.reading() as cursor:
        return rows_of(cursor, query.replace("{brand}", brand_schema(brand_id)))


def test_a_refresh_stores_traits_thresholds_and_history(app: App, brand_id: int) -> None:
    write_facts(app.lake, brand_id, HISTORIES)
    done = refreshed(app, everyone(app, brand_id), MARCH)
    assert (done.refresh_id, done.customers, done.changed, done.thresholds.classed) == (1, 3, 3, 2)
    stages = {row["customer_id"]: row for row in lake_rows(app, brand_id, "SELECT * FROM {brand}.trait")}
    assert {number: row["stage"] for number, row in stages.items()} == {
        1: "maturity",
        2: "growth",
        3: "introduction",
    }
    assert stages[3]["orders"] == 0  # its only order was cancelled
    assert stages[3]["rfm_class"] is None
    assert stages[2]["orders"] == 1
    assert stages[1]["rfm_class"] == "011"
    assert (
        lake_rows(app, brand_id, "SELECT * FROM {brand}.lifecycle_changed") == []
    )  # nothing changed: we began to look


def test_the_same_refresh_again_changes_nothing(app: App, brand_id: int) -> None:
    write_facts(app.lake, brand_id, HISTORIES)
    view = everyone(app, brand_id)
    assert refreshed(app, view, MARCH) == refreshed(app, view, MARCH)
    assert lake_rows(app, brand_id, "SELECT count(*) AS n FROM {brand}.trait_history") == [{"n": 3}]


def test_a_later_refresh_keeps_what_changed_and_why(app: App, brand_id: int) -> None:
    write_facts(app.lake, brand_id, HISTORIES)
    view = everyone(app, brand_id)
    refreshed(app, view, MARCH)
    write_facts(app.lake, brand_id, {4: History([bought("4-1", at("2026-06-29"))])})
    refreshed(app, view, JUNE)
    moved = lake_rows(app, brand_id, "SELECT * FROM {brand}.lifecycle_changed ORDER BY customer_id")
    assert [(row["customer_id"], row["from_stage"], row["to_stage"]) for row in moved] == [
        (1, "maturity", "lost"),  # beyond its own P90 gap of seven days
        (2, "growth", "lost"),
        (3, "introduction", "dormant"),
        (4, None, "growth"),  # new
    ]
    with app.lake.transaction() as cursor:
        story = history_of(cursor, brand_id=brand_id, customer_id=1)
        reason = stage_reason(cursor, view, customer_id=1, as_of=JUNE)
    assert [entry["stage"] for entry in story] == ["lost", "maturity"]
    assert story[0]["reason"]["en"] == reason.en
    assert reason.rule.value == "lost_gap" or reason.number > 90


def test_customers_whose_facts_were_undone_leave_with_a_line_in_the_history(app: App, brand_id: int) -> None:
    batch = write_facts(app.lake, brand_id, HISTORIES)
    view = everyone(app, brand_id)
    refreshed(app, view, MARCH)
    with app.lake.transaction() as cursor:
        for table in ("order", "refund", "batch"):
            cursor.execute(f'DELETE FROM {brand_schema(brand_id)}."{table}" WHERE batch_id = {batch}')
    assert refreshed(app, view, MARCH).customers == 0
    gone = lake_rows(
        app, brand_id, "SELECT customer_id, stage FROM {brand}.trait_history WHERE refresh_id = 2"
    )
    assert sorted(row["customer_id"] for row in gone) == [1, 2, 3]
    assert {row["stage"] for row in gone} == {None}


def test_an_older_or_a_future_moment_is_refused_and_can_still_be_asked_for(app: App, brand_id: int) -> None:
    write_facts(app.lake, brand_id, HISTORIES)
    view = everyone(app, brand_id)
    refreshed(app, view, JUNE)
    with pytest.raises(RefreshTooOld):
        refreshed(app, view, MARCH)
    with pytest.raises(RefreshInFuture):
        refreshed(app, view, NOW + timedelta(seconds=1))
    with app.lake.transaction() as cursor:
        assert traits_of(cursor, view, customer_id=1, as_of=MARCH)["stage"] == "maturity"
        assert traits_of(cursor, view, customer_id=1, as_of=JUNE)["stage"] == "lost"
        with pytest.raises(NoSuchCustomer):
            traits_of(cursor, view, customer_id=99, as_of=JUNE)


def test_stored_and_computed_traits_are_the_same(app: App, brand_id: int) -> None:
    write_facts(app.lake, brand_id, HISTORIES)
    view = everyone(app, brand_id)
    with app.lake.transaction() as cursor:
        computed = run(cursor, traits_as_of(cursor, view, MARCH).order_by("customer_id")).to_pylist()
    refreshed(app, view, MARCH)
    with app.lake.transaction() as cursor:
        table = traits_as_of(cursor, view, MARCH)
        stored = run(cursor, table.order_by("customer_id")).to_pylist()
    assert stored == computed
    assert set(catalogue()) <= set(table.columns)


def test_a_batch_that_came_later_is_seen_by_the_next_refresh_and_as_of_any_other_moment_at_once(
    app: App, brand_id: int
) -> None:
    write_facts(app.lake, brand_id, HISTORIES)
    view = everyone(app, brand_id)
    refreshed(app, view, MARCH)
    write_facts(app.lake, brand_id, {5: History([bought("5-1", at("2026-03-20"))])})
    with app.lake.transaction() as cursor:
        assert summary(cursor, view, MARCH).customers == 3
        assert summary(cursor, view, MARCH + timedelta(seconds=1)).customers == 4
    refreshed(app, view, MARCH)
    with app.lake.transaction() as cursor:
        assert summary(cursor, view, MARCH).customers == 4


@pytest.mark.parametrize("step", ["traits", "changes", "commit"])
def test_a_refresh_that_dies_leaves_the_old_traits_and_the_next_completes(
    app: App, brand_id: int, step: str
) -> None:
    write_facts(app.lake, brand_id, HISTORIES)
    view = everyone(app, brand_id)
    refreshed(app, view, MARCH)

    def die(at_step: str) -> None:
        if at_step == step:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        refresh_view(app.lake, brand=view, as_of=JUNE, now=NOW, progress=die)
    with app.lake.reading() as cursor:
        newest = newest_refresh(cursor, brand_id=brand_id)
    assert newest is not None
    assert newest.as_of == MARCH
    assert lake_rows(app, brand_id, "SELECT count(*) AS n FROM {brand}.trait_history") == [{"n": 3}]
    assert refreshed(app, view, JUNE).refresh_id == 2


def test_many_batches_are_seen_by_one_refresh(app: App, brand_id: int) -> None:
    for number in range(3):
        write_facts(app.lake, brand_id, {number: History([bought(f"{number}", at("2026-03-20"))])})
    assert refresh_if_stale(app, brand_id=brand_id, now=NOW) is not None
    assert refresh_if_stale(app, brand_id=brand_id, now=NOW + timedelta(hours=1)) is None
    write_facts(app.lake, brand_id, {9: History([bought("9", at("2026-03-20"))])})
    assert refresh_if_stale(app, brand_id=brand_id, now=NOW + timedelta(hours=1)) is not None


def test_two_refreshes_at_once_wait_for_one_another(app: App, brand_id: int) -> None:
    write_facts(app.lake, brand_id, HISTORIES)
    failures: list[BaseException] = []

    def work() -> None:
        try:
            refresh(app, brand_id=brand_id, as_of=MARCH, now=NOW)
        except BaseException as failure:  # noqa: BLE001 -- told by the test
            failures.append(failure)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with app.lake.reading() as cursor:
        assert len(refreshes(cursor, brand_id=brand_id, limit=10)) == 1
    assert lake_rows(app, brand_id, "SELECT count(*) AS n FROM {brand}.trait") == [{"n": 3}]


def test_known_customers_count_before_their_first_order(app: App, brand_id: int) -> None:
    days_known: dict[str, Callable[[], int]] = {
        "introduction": lambda: 10,
        "dormant": lambda: 120,
        "lost": lambda: 200,
    }
    with app.db.transaction(brand_id=brand_id) as session:
        for days in days_known.values():
            session.execute(
                text("INSERT INTO customer (brand_id, known_at, updated_at) VALUES (:b, :k, :k)"),
                {"b": brand_id, "k": MARCH - timedelta(days=days())},
            )
        with app.lake.transaction() as cursor:
            found = summary(cursor, brand_view(session), MARCH)
        counts = {row["stage"]: row["customers"] for row in found.stages}
    assert counts == {"introduction": 1, "growth": 0, "maturity": 0, "dormant": 1, "lost": 1}


def test_stored_traits_are_read_without_reading_everybody(app: App, brand_id: int) -> None:
    write_facts(app.lake, brand_id, HISTORIES)
    done = refreshed(app, everyone(app, brand_id), MARCH)
    known = Known({})
    view = BrandView(brand_id, SHANGHAI, known)
    with app.lake.transaction() as cursor:
        assert default_as_of(cursor, view, now=NOW) == done.as_of
        assert traits_of(cursor, view, customer_id=1, as_of=MARCH)["stage"]
        assert known.reads == 0
        assert traits_of(cursor, view, customer_id=1, as_of=JUNE)["stage"]
    assert known.reads == 1


@pytest.mark.parametrize(
    "change",
    [
        "INSERT INTO customer (brand_id, known_at, updated_at) VALUES (:b, :k, :k)",  # somebody new
        "UPDATE customer SET joined_at = :k WHERE brand_id = :b",  # a member now
        "UPDATE customer SET known_at = known_at - interval '1 microsecond' WHERE brand_id = :b",
        "DELETE FROM customer WHERE brand_id = :b",  # an undone import
    ],
)
def test_whoever_is_known_otherwise_makes_stored_traits_old(app: App, brand_id: int, change: str) -> None:
    with app.db.engine.begin() as owner:
        new = "INSERT INTO customer (brand_id, known_at, updated_at) VALUES (:b, :k, :k)"
        owner.execute(text(new), {"b": brand_id, "k": MARCH})
    assert refresh_if_stale(app, brand_id=brand_id, now=NOW) is not None
    with app.db.engine.begin() as owner:
        owner.execute(text("UPDATE customer SET updated_at = now() WHERE brand_id = :b"), {"b": brand_id})
    assert refresh_if_stale(app, brand_id=brand_id, now=NOW) is None
    with app.db.engine.begin() as owner:
        owner.execute(text(change), {"b": brand_id, "k": MARCH} if ":k" in change else {"b": brand_id})
    assert refresh_if_stale(app, brand_id=brand_id, now=NOW) is not None


def test_changed_settings_are_audited_and_used_at_once(app: App, brand_id: int) -> None:
    write_facts(app.lake, brand_id, HISTORIES)
    with app.db.transaction(brand_id=brand_id) as session:
        change_settings(session, settings={"lifecycle": {"gap_rules": False}}, actor=SYSTEM, now=NOW)
        change_settings(session, settings={"lifecycle": {"gap_rules": False}}, actor=SYSTEM, now=NOW)
        entries = session.execute(
            text("SELECT count(*) FROM audit_entry WHERE action LIKE 'insight.%'")
        ).scalar()
        view = brand_view(session)
        with pytest.raises(BadInsightSetting):
            change_settings(session, settings={"lifecycle": {"lost_days_over": 5}}, actor=SYSTEM, now=NOW)
    assert entries == 1
    assert replace(view.settings.lifecycle, gap_rules=True) != view.settings.lifecycle
    with app.db.transaction(brand_id=brand_id) as session, app.lake.transaction() as cursor:
        view = brand_view(session)
        assert traits_of(cursor, view, customer_id=1, as_of=JUNE)["stage_rule"] == "dormant_days"


def test_a_batch_of_messages_leaves_the_stored_traits_current(app: App, brand_id: int) -> None:
    write_facts(app.lake, brand_id, {1: History([bought("a", at("2026-03-20"))])})
    assert refresh_if_stale(app, brand_id=brand_id, now=NOW) is not None
    schema = brand_schema(brand_id)
    with app.lake.transaction() as cursor:
        cursor.execute(
            f"INSERT INTO {schema}.message_event (customer_id, occurred_at, batch_id) VALUES (1, now(), 900)"
        )
        cursor.execute(f"INSERT INTO {schema}.batch VALUES (900, now(), 1)")
    assert refresh_if_stale(app, brand_id=brand_id, now=NOW + timedelta(hours=1)) is None
