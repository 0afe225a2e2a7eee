"""What a refresh stored of declared traits is what a question would compute, and is read instead of it."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import pairwise
from threading import Thread
from typing import Any

import duckdb
import pytest
import typer
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from typer.testing import CliRunner

from siyu.entrypoints.wiring import SUBSCRIPTIONS
from siyu.insight.actions.persons import PERSON_PARTS
from siyu.insight.actions.refresh import refresh, refresh_if_stale, refresh_view
from siyu.insight.actions.refresh_task import refresh_for_declared
from siyu.insight.commands import trait_commands
from siyu.insight.contracts import BrandView
from siyu.insight.queries import aggregating, declared
from siyu.insight.queries.declared import sources_of
from siyu.insight.queries.stored import newest_refresh, storable, stored_in
from siyu.insight.queries.traits import traits_as_of
from siyu.insight.rules.declared import buckets
from siyu.insight.rules.naive import History
from siyu.kernel.app import App
from siyu.kernel.lake import brand_schema, rows_of
from siyu.metrics.api import run
from siyu.privacy.contracts import Person
from tests.insight.declared_makers import AS_OF, fill, lake_in_memory, resolved
from tests.insight.makers import NOW, Known, at, bought, write_facts
from tests.insight.test_declared_frames import FACTS_OF, ZONES, _close, _own_orders, aggregates
from tests.insight.test_declared_routes import OWN, WEB, declare, sold
from tests.segments.test_commands import Line

__all__ = ["sold"]
JUNE = at("2026-06-30 12:00")
COUNTED = {"cases": 0, "values": 0, "known": 0, "buckets": 0, "disagreements": 0}
KNOWN_SINCE = AS_OF - timedelta(days=600)


class InMemory:
    """A lake of one connection, without transactions: tables of the engine's own are not altered within one."""

    def __init__(self) -> None:
        self.engine = lake_in_memory()

    @contextmanager
    def transaction(self) -> Iterator[duckdb.DuckDBPyConnection]:
        yield self.engine


@pytest.fixture(scope="module")
def memory() -> Iterator[InMemory]:
    lake = InMemory()
    yield lake
    lake.engine.close()


@st.composite
def formulas(draw: st.DrawFn, numbers: list[str]) -> dict[str, Any]:
    """A formula over declared and built-in numbers."""
    part = st.sampled_from(
        [{"trait": name} for name in (*numbers, "orders", "days_known")]
    ) | st.sampled_from([2, 0.5])
    sign = draw(st.sampled_from(["+", "-", "*", "/", "coalesce"]))
    return {"formula": {sign: [draw(part), draw(part)]}}


@st.composite
def definitions(draw: st.DrawFn) -> dict[str, Any]:
    """Aggregates, and formulas over them and over the formulas before; those that cannot be read are left out."""
    found = {
        f"t{number}": one for number, one in enumerate(draw(st.lists(aggregates(), min_size=1, max_size=5)))
    }
    for number in range(draw(st.integers(0, 3))):
        found[f"f{number}"] = draw(formulas(list(found)))
    return found


def _view(named: dict[str, Any], customers: dict[int | None, Any], zone: str) -> BrandView:
    known = {who: History([], [], [], known_at=KNOWN_SINCE) for who in customers if who is not None}
    built_in = {info.name: info for info in declared.catalogue().values()}
    return BrandView(1, zone, Known(known), sources=sources_of(resolved(named, others=built_in, zone=zone)))


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(definitions(), min_size=1, max_size=2),
    st.lists(FACTS_OF, min_size=1, max_size=4),
    st.sampled_from(ZONES),
    st.sampled_from([2, 40_000_000]),
)
def test_what_is_stored_is_what_a_question_computes(
    memory: InMemory, changing: list[dict], found: list[dict], zone: str, at_once: int
) -> None:
    """Definitions change from refresh to refresh, so that columns come and go; customers come in buckets or at once."""
    customers: dict[int | None, Any] = {
        number: _own_orders(facts, number) for number, facts in enumerate(found, start=1)
    }
    fill(memory.engine, customers)
    for table in ("trait", "trait_refresh", "trait_history", "lifecycle_changed"):
        memory.engine.execute(f"DELETE FROM lake.brand_1.{table}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(buckets, "VALUES_AT_ONCE_MAX", at_once)
        for number, named in enumerate(changing):
            view = _view(named, customers, zone)
            as_of = AS_OF + timedelta(seconds=number)
            asked = _asked(memory, view, as_of)
            refresh_view(memory, brand=view, as_of=as_of, now=as_of, progress=lambda _: None)  # type: ignore[arg-type]
            patch.setattr(declared, "aggregated", _not_computed)
            kept = stored_in(newest_refresh(memory.engine, brand_id=1), view)
            stored = _asked(memory, view, as_of)
            patch.setattr(declared, "aggregated", aggregating.aggregated)
            assert kept.keys() == {info.name for source in view.sources for info in source.traits()}
            _compare(asked, stored)
    COUNTED["cases"] += 1
    COUNTED["buckets"] += at_once == 2
    for table in ("trait", "trait_refresh", "trait_history", "lifecycle_changed"):
        memory.engine.execute(f"DELETE FROM lake.brand_1.{table}")


def _asked(memory: InMemory, view: BrandView, as_of: Any) -> list[dict[str, Any]]:
    with memory.transaction() as cursor:
        table = traits_as_of(cursor, view, as_of)
        return run(cursor, table.order_by("customer_id")).to_pylist()


def _not_computed(*_: Any) -> Any:
    raise AssertionError("what is stored is not computed")


def _compare(asked: list[dict[str, Any]], stored: list[dict[str, Any]]) -> None:
    assert len(asked) == len(stored) > 0
    for computed, kept in zip(asked, stored, strict=True):
        assert set(computed) == set(kept)
        for name, value in computed.items():
            COUNTED["values"] += 1
            COUNTED["known"] += value is not None
            same = _close(kept[name], value)
            COUNTED["disagreements"] += not same
            assert same, (name, kept[name], value)


def test_how_many_stored_values_were_compared(tell: Callable[[str], None]) -> None:
    tell(
        f"declared traits, stored against computed: {COUNTED['cases']} cases ({COUNTED['buckets']} in buckets), "
        f"{COUNTED['values']:,} values ({COUNTED['known']:,} known), disagreements {COUNTED['disagreements']}"
    )
    assert COUNTED["known"] > COUNTED["cases"]


def test_a_mark_is_what_a_definition_means_and_stands_on() -> None:
    def marks(zone: str = "UTC", **named: Any) -> dict[str, str]:
        others = declared.catalogue()
        view = BrandView(1, zone, Known({}), sources=sources_of(resolved(named, others=others, zone=zone)))
        return {one.info.name: one.mark for one in storable(view)}

    twice = {"formula": {"*": [{"trait": "web"}, 2]}}
    before = marks(web=WEB, twice=twice)
    assert marks(web=WEB, twice=twice) == before
    wider = marks(web=WEB | {"window": {"days": 91}}, twice=twice)
    assert {name for name in before if before[name] != wider[name]} == {"web", "twice"}  # what it stands on
    assert marks("Asia/Tokyo", web=WEB, twice=twice).keys() == before.keys()
    assert marks("Asia/Tokyo", web=WEB)["web"] != before["web"]  # days of another zone


def test_what_people_keep_is_not_stored_nor_what_stands_on_it() -> None:
    others = declared.catalogue()
    field = {"field_score": others["orders"].__class__("field_score", others["orders"].type, "", {}, {})}
    named = {"mine": {"formula": {"trait": "field_score"}}, "own": {"formula": {"trait": "orders"}},
             "both": {"formula": {"+": [{"trait": "mine"}, {"trait": "own"}]}}}  # fmt: skip
    found = resolved(named, others=others | field, zone="UTC")
    view = BrandView(1, "UTC", Known({}), sources=sources_of(found))
    assert [one.info.name for one in storable(view)] == ["own"]


@pytest.mark.parametrize(("last", "traits"), [(1, 60), (1_000_000, 40), (18_000_000, 60), (10**12, 500)])
def test_buckets_are_all_customers_once(last: int, traits: int) -> None:
    found = buckets.buckets(1, last, traits=traits)
    if found == [None]:
        assert last * traits <= buckets.VALUES_AT_ONCE_MAX
        return
    ends = [one for one in found if one is not None]
    assert (ends[0][0], ends[-1][1]) == (1, last)
    assert all(after[0] == before[1] + 1 for before, after in pairwise(ends))
    assert len(ends) <= buckets.BUCKETS_MAX


def counted(client: TestClient, definition: Any) -> int:
    """As of the newest refresh."""
    answer = client.post("/api/v1/segments/preview", json={"definition": definition})
    assert answer.status_code == 200, answer.text
    return int(answer.json()["count"])


def own_columns(app: App, brand_id: int) -> set[str]:
    with app.lake.reading() as cursor:
        rows = rows_of(cursor, f"DESCRIBE {brand_schema(brand_id)}.trait")
    return {row["column_name"] for row in rows if row["column_name"].startswith("own_")}


def stored_as_of(client: TestClient) -> dict[str, bool]:
    return {one["name"]: one["stored_as_of"] is not None for one in client.get(OWN).json()}


@pytest.mark.slow
@pytest.mark.usefixtures("sold")
def test_questions_read_what_the_refresh_stored_until_the_definition_changes(
    app: App, brand_id: int, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    declare(client, "web_orders", WEB)
    declare(client, "web_share", {"formula": {"/": [{"trait": "web_orders"}, {"trait": "orders"}]}})
    refresh(app, brand_id=brand_id, as_of=None, now=at("2026-04-02"))
    assert stored_as_of(client) == {"web_orders": True, "web_share": True}
    half = {
        "and": [
            {"trait": "web_share", "op": "=", "value": 0.5},
            {"trait": "web_orders", "op": "=", "value": 1},
        ]
    }
    with monkeypatch.context() as patch:
        patch.setattr(declared, "aggregated", _not_computed)
        assert counted(client, half) == 1
        assert client.get("/api/v1/insight/customers/1").json()["traits"]["web_share"] == 0.5
        write_facts(app.lake, brand_id, {2: History([bought("late", at("2026-03-29"), 900, "web")])})
        assert counted(client, {"trait": "web_orders", "op": ">=", "value": 1}) == 1  # as of the refresh
    columns = own_columns(app, brand_id)
    wider = {"version": 1, "definition": {"aggregate": "count", "fact": "order"}}
    client.patch(f"{OWN}/web_orders", json=wider)
    assert stored_as_of(client) == {"web_orders": False, "web_share": False}  # nor what stands on it
    assert counted(client, {"trait": "web_orders", "op": ">=", "value": 2}) == 2
    assert refresh_if_stale(app, brand_id=brand_id, now=at("2026-04-03")) is not None
    assert stored_as_of(client) == {"web_orders": True, "web_share": True}
    assert len(own_columns(app, brand_id)) == 2
    assert not own_columns(app, brand_id) & columns
    client.delete(f"{OWN}/web_share")
    refresh(app, brand_id=brand_id, as_of=None, now=at("2026-04-04"))
    assert {one.split("_")[1] for one in own_columns(app, brand_id)} == {"web"}
    siyu = typer.Typer()
    siyu.add_typer(trait_commands, name="trait")
    with app.db.transaction(brand_id=None) as session:
        code = session.execute(
            text("SELECT code FROM brand WHERE brand_id = :b"), {"b": brand_id}
        ).scalar_one()
    told = CliRunner().invoke(siyu, ["trait", "list", "--json"], obj=Line(app.settings, code, app))
    assert json.loads(told.stdout)[0]["stored_as_of"].startswith("2026-04-03")


@pytest.mark.slow
@pytest.mark.usefixtures("sold")
@pytest.mark.parametrize("step", ["traits", "changes", "saving", "commit"])
def test_a_refresh_that_is_killed_leaves_the_declared_traits_of_the_one_before(
    app: App, brand_id: int, client: TestClient, step: str
) -> None:
    def killed(reached: str) -> None:
        if reached == step:
            raise KeyboardInterrupt

    declare(client, "web_orders", WEB)
    refresh(app, brand_id=brand_id, as_of=None, now=at("2026-04-02"))
    columns = own_columns(app, brand_id)
    client.patch(
        f"{OWN}/web_orders", json={"version": 1, "definition": {"aggregate": "exists", "fact": "order"}}
    )
    declare(client, "all_orders", {"aggregate": "count", "fact": "order"})
    with pytest.raises(KeyboardInterrupt):
        refresh(app, brand_id=brand_id, as_of=None, now=at("2026-04-03"), progress=killed)
    assert own_columns(app, brand_id) == columns
    assert counted(client, {"trait": "all_orders", "op": ">=", "value": 1}) == 2
    client.patch(f"{OWN}/web_orders", json={"version": 2, "definition": WEB})
    assert stored_as_of(client)["web_orders"]  # what it meant before stands still
    refresh(app, brand_id=brand_id, as_of=None, now=at("2026-04-03"))
    assert all(stored_as_of(client).values())


@pytest.mark.slow
def test_words_that_are_stored_go_with_the_person(app: App, brand_id: int, client: TestClient) -> None:
    write_facts(app.lake, brand_id, {n: History([bought(str(n), at("2026-03-01"))]) for n in (1, 2)})
    with app.lake.transaction() as cursor:
        cursor.execute(
            f"INSERT INTO {brand_schema(brand_id)}.search (customer_id, occurred_at, source, batch_id, query, channel) "
            "VALUES (1, $1, 'web', 1, '方芳的家', 'app'), (2, $1, 'web', 1, '茶', 'app')",
            [at("2026-03-02")],
        )
    declare(client, "searched", {"aggregate": "last", "fact": "search", "of": "query"})
    declare(client, "searched_by", {"aggregate": "last", "fact": "search", "of": "channel"})
    refresh(app, brand_id=brand_id, as_of=None, now=at("2026-04-02"))
    [part], person = PERSON_PARTS, Person(brand_id, (1,), (), (), ())
    assert [one.count for one in part.holdings(app, person)] == [1]
    for _ in range(2):
        part.forget(app, person, now=NOW)
        assert [one.count for one in part.holdings(app, person)] == [0]
    assert counted(client, {"trait": "searched", "op": "is_known"}) == 1
    assert counted(client, {"trait": "searched", "op": "=", "value": "茶"}) == 1
    assert counted(client, {"trait": "searched_by", "op": "=", "value": "app"}) == 2  # nobody wrote that


@pytest.mark.slow
def test_a_refresh_that_has_read_words_stores_them_before_they_go(
    app: App, brand_id: int, client: TestClient
) -> None:
    write_facts(app.lake, brand_id, {1: History([bought("1", at("2026-03-01"))])})
    with app.lake.transaction() as cursor:
        cursor.execute(
            f"INSERT INTO {brand_schema(brand_id)}.search (customer_id, occurred_at, source, batch_id, query) "
            "VALUES (1, ?, 'web', 1, '方芳的家')",
            [at("2026-03-02")],
        )
    declare(client, "searched", {"aggregate": "last", "fact": "search", "of": "query"})
    refresh(app, brand_id=brand_id, as_of=None, now=at("2026-04-02"))
    [part], person = PERSON_PARTS, Person(brand_id, (1,), (), (), ())
    forgetting = Thread(target=part.forget, args=(app, person), kwargs={"now": NOW})

    def meanwhile(step: str) -> None:
        if step == "commit":
            forgetting.start()
            forgetting.join(timeout=1)
            assert forgetting.is_alive()  # it waits

    refresh(app, brand_id=brand_id, as_of=None, now=at("2026-04-03"), progress=meanwhile)
    forgetting.join(timeout=60)
    assert counted(client, {"trait": "searched", "op": "is_known"}) == 0


@pytest.mark.slow
def test_facts_that_only_declared_traits_come_from_ask_for_a_refresh(
    app: App, brand_id: int, client: TestClient
) -> None:
    def viewed(when: str) -> None:
        with app.lake.transaction() as cursor:
            cursor.execute(
                f"INSERT INTO {brand_schema(brand_id)}.page_view (customer_id, occurred_at, source, batch_id) "
                "VALUES (1, ?, 'web', 1)",
                [at(when)],
            )

    asking = [one.job for one in SUBSCRIPTIONS if "page_view" in one.facts]
    assert "insight.refresh_declared" in asking
    write_facts(app.lake, brand_id, {1: History([bought("1", at("2026-03-01"))])})
    refresh_for_declared(app, brand_id=brand_id, clock=lambda: JUNE)
    with app.lake.transaction() as cursor:
        assert newest_refresh(cursor, brand_id=brand_id) is None  # nothing is declared over such facts
    viewed("2026-03-02")
    declare(client, "views", {"aggregate": "count", "fact": "page_view"})
    refresh_for_declared(app, brand_id=brand_id, clock=lambda: JUNE)
    assert counted(client, {"trait": "views", "op": "=", "value": 1}) == 1
    assert refresh_if_stale(app, brand_id=brand_id, now=NOW) is None
    viewed("2026-03-03")
    assert refresh_if_stale(app, brand_id=brand_id, now=NOW) is not None
    assert counted(client, {"trait": "views", "op": "=", "value": 2}) == 1


@pytest.mark.slow
def test_moves_of_a_refresh_are_seen_by_the_traits_that_it_stores(
    app: App, brand_id: int, client: TestClient
) -> None:
    write_facts(app.lake, brand_id, {1: History([bought("1", at("2026-03-01"))])})
    declare(client, "moves", {"aggregate": "count", "fact": "lifecycle_changed"})
    refresh(app, brand_id=brand_id, as_of=at("2026-03-02"), now=NOW)
    refresh(app, brand_id=brand_id, as_of=at("2026-10-02"), now=NOW)
    assert counted(client, {"trait": "moves", "op": "=", "value": 1}) == 1
    assert refresh_if_stale(app, brand_id=brand_id, now=at("2026-10-02")) is None
