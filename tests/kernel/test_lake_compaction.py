"""Files of the lake become few; every row is there once, under the number that others know it by."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from siyu.destinations.queries.deliveries import parts_of_batch, rows_of_deliveries
from siyu.intake.actions.compacting import ask_to_compact, clean_lake, compact_lake
from siyu.intake.rules.standard_events import FACT_TYPES
from siyu.kernel import lake_compaction
from siyu.kernel.app import App
from siyu.kernel.clock import utcnow
from siyu.kernel.db import Held
from siyu.kernel.facts import COMMON_COLUMNS, rows_lock
from siyu.kernel.lake import LakeCursor, atomic, brand_schema
from siyu.kernel.lake_compaction import flush_table, inlined_rows, live_files
from siyu.kernel.lake_point import facts_of_customer
from tests.intake.killing import programs
from tests.intake.test_events_pump import fresh_brand

MAY = datetime(2026, 5, 3, tzinfo=UTC)
PAGE_VIEW = next(one for one in FACT_TYPES if one.name == "page_view")
COLUMNS = (*COMMON_COLUMNS, *PAGE_VIEW.columns)
Rows = dict[int, tuple[Any, ...]]


def add(app: App, brand_id: int, batch: int, rows: int, at: datetime = MAY, table: str = "page_view") -> None:
    """A batch as the pump adds one: sorted by customer, who come in no order."""
    with app.lake.transaction() as cursor:
        cursor.execute(
            f"INSERT INTO {brand_schema(brand_id)}.{table} BY NAME SELECT CAST(hash(range + ?) % 1000 AS BIGINT) "
            "AS customer_id, CAST(range AS BIGINT) AS identity_id, CAST(? AS TIMESTAMPTZ) + to_minutes(CAST(range AS "
            "INTEGER)) AS occurred_at, 'shop' AS source, CAST(? AS BIGINT) AS batch_id FROM range(?) "
            "ORDER BY customer_id, occurred_at",
            [batch * 7919, at, batch, rows],
        )


def rows(app: App, brand_id: int, table: str = "page_view") -> Rows:
    """Each row by its number."""
    with app.lake.reading() as cursor:
        found = cursor.execute(
            f"SELECT rowid, customer_id, identity_id, batch_id, occurred_at FROM {brand_schema(brand_id)}.{table}"
        ).fetchall()
    by_number = {number: tuple(row) for number, *row in found}
    assert len(by_number) == len(found), "no number is given twice"
    return by_number


def by_customer(app: App, brand_id: int, customer_id: int) -> tuple[list[Any], list[Any], bool]:
    """The customer's rows as the files that may hold them say, as the engine says, and whether it was asked by both."""
    [source] = facts_of_customer(
        app.lake, brand_id=brand_id, customer_id=customer_id, fact_types={"page_view": PAGE_VIEW}
    ).sources.values()
    place = f'{brand_schema(brand_id)}."page_view"'
    with app.lake.reading() as cursor:
        found, asked = (
            cursor.execute(
                f"SELECT {', '.join(COLUMNS)} FROM {one} WHERE customer_id = ? ORDER BY ALL",
                [customer_id],
            ).fetchall()
            for one in (source, place)
        )
    return found, asked, source == place


def files(app: App, brand_id: int, table: str = "page_view") -> int:
    return len(live_files(app.lake, brand_id=brand_id).get(table, []))


def test_many_small_files_become_one_sorted_by_customer(app: App, brand_id: int) -> None:
    for batch in range(1, 13):
        add(app, brand_id, batch, 40)
    before = rows(app, brand_id)
    assert (len(before), files(app, brand_id)) == (480, 12)
    assert compact_lake(app, brand_id=brand_id) == 1
    assert rows(app, brand_id) == before
    assert files(app, brand_id) <= 2
    with app.lake.reading() as cursor:
        found = cursor.execute(
            f"SELECT filename, customer_id FROM {brand_schema(brand_id)}.page_view ORDER BY filename, file_row_number"
        ).fetchall()
    assert found == sorted(found)
    assert compact_lake(app, brand_id=brand_id) == 0, "nothing is left to do"


def test_who_changes_rows_has_no_files_merged_meanwhile_so_each_row_is_there_once(
    app: App, brand_id: int
) -> None:
    for batch in range(1, 13):
        add(app, brand_id, batch, 40)
    place = f"{brand_schema(brand_id)}.page_view"
    merging = threading.Thread(target=compact_lake, args=(app,), kwargs={"brand_id": brand_id})
    with app.db.alone(rows_lock(brand_id)), app.lake.transaction() as cursor:
        cursor.execute(f"UPDATE {place} SET customer_id = -1 WHERE identity_id IN (3, 4)")
        merging.start()
        merging.join(timeout=2)
        assert merging.is_alive(), "it waits"
    merging.join()
    with app.lake.reading() as cursor:
        found = cursor.execute(
            f"SELECT count(*), count(*) FILTER (WHERE customer_id = -1) FROM {place}"
        ).fetchone()
    assert found == (480, 24)


def test_a_flush_that_another_commit_comes_before_brings_nothing_back(
    app: App, brand_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine on its own repeats such a commit and forgets the removals that lay in the catalogue."""
    add(app, brand_id, 1, 40)
    add(app, brand_id, 2, 30)
    with app.lake.transaction() as cursor:
        cursor.execute(
            f"UPDATE {brand_schema(brand_id)}.page_view SET customer_id = -1 WHERE identity_id IN (3, 4)"
        )
    expected, first = rows(app, brand_id), iter([True])

    @contextmanager
    def overtaken(cursor: LakeCursor, *held: Held) -> Iterator[None]:
        with atomic(cursor, *held):
            yield
            if next(first, False):
                add(app, brand_id, 3, 20, table="search")

    monkeypatch.setattr(lake_compaction, "atomic", overtaken)
    with app.db.alone(rows_lock(brand_id)) as held:
        flush_table(app.lake, held, brand_id=brand_id, table="page_view")
    assert rows(app, brand_id) == expected
    assert inlined_rows(app.lake, brand_id=brand_id)["page_view"] == 0


def test_the_facts_that_a_delivery_points_at_are_the_same_afterwards(app: App, brand_id: int) -> None:
    """The `event_id` of a webhook is the number of a row, and a delivery is a range of numbers."""
    for batch in range(1, 11):
        add(app, brand_id, batch, 60 + batch)
    told = {}
    for again in (False, True):
        with app.lake.reading() as cursor:
            for batch in range(1, 11):
                parts = parts_of_batch(
                    cursor, brand_id=brand_id, batch_id=batch, tables={"page_view": "page_view"}
                )
                sent = [
                    rows_of_deliveries(
                        cursor, brand_id=brand_id, table="page_view", fact="page_view", batch_id=batch,
                        spans=[(part.first_row, part.last_row)],
                    )
                    for part in parts
                ]  # fmt: skip
                assert told.setdefault(batch, sent) == sent
        if not again:
            assert compact_lake(app, brand_id=brand_id) == 1
    assert files(app, brand_id) <= 2


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_happens_to_a_table_every_row_keeps_its_number(app: App, brand_id: int, data: Any) -> None:
    brand, expected = fresh_brand(app, brand_id), {}
    happenings = st.sampled_from(
        ("add", "add", "add", "late", "few", "change", "remove", "flush", "compact", "compact")
    )
    for batch, what in enumerate(data.draw(st.lists(happenings, min_size=6, max_size=10)), start=1):
        if what in {"add", "late", "few"}:
            at = MAY - timedelta(days=40) if what == "late" else MAY
            for more in range(4):
                add(app, brand, batch * 10 + more, 3 if what == "few" else 20 + more % 2, at)
            now = rows(app, brand)
            assert {number: now[number] for number in expected} == expected
            expected = now
        elif what == "compact":
            compact_lake(app, brand_id=brand)
        elif what == "flush":
            flush_table(app.lake, brand_id=brand, table="page_view")
        else:
            chosen = data.draw(st.integers(1, batch)) * 10
            with app.lake.transaction() as cursor:
                place = f"{brand_schema(brand)}.page_view"
                if what == "change":
                    cursor.execute(f"UPDATE {place} SET customer_id = 5 WHERE batch_id = {chosen}")
                else:
                    cursor.execute(f"DELETE FROM {place} WHERE batch_id = {chosen} AND customer_id > 500")
            now = rows(app, brand)
            assert now.keys() <= expected.keys()
            assert {number: row[1:] for number, row in now.items()} == {
                number: row[1:] for number, row in expected.items() if number in now
            }
            expected = now
        assert rows(app, brand) == expected
        for customer_id in {5, *(row[0] for row in list(expected.values())[::97])}:
            found, asked, _ = by_customer(app, brand, customer_id)
            assert found == asked


def test_a_customers_rows_are_read_from_the_files_that_may_hold_them(app: App, brand_id: int) -> None:
    for batch in range(1, 10):
        add(app, brand_id, batch, 30 + batch % 2)
    compact_lake(app, brand_id=brand_id)
    somebody = next(iter(rows(app, brand_id).values()))[0]
    found, asked, by_engine = by_customer(app, brand_id, somebody)
    assert found == asked != []
    assert not by_engine
    nobody = facts_of_customer(
        app.lake, brand_id=brand_id, customer_id=10**9, fact_types={"page_view": PAGE_VIEW}
    )
    assert "read_parquet" not in nobody.sources["page_view"], "no file is opened for who cannot be in any"


def test_who_adds_while_files_are_merged_neither_waits_nor_fails(
    app: App, brand_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for batch in range(1, 11):
        add(app, brand_id, batch, 30 + batch % 2)
    whole = lake_compaction.fresh_files

    def meanwhile(*arguments: Any, **named: Any) -> list[str]:
        add(app, brand_id, 99, 50)  # the merge has written its file and has not committed
        return whole(*arguments, **named)

    with monkeypatch.context() as patch:
        patch.setattr(lake_compaction, "fresh_files", meanwhile)
        assert compact_lake(app, brand_id=brand_id) == 1
    found = rows(app, brand_id)
    assert len(found) == 10 * 30 + 5 + 50
    assert sum(row[2] == 99 for row in found.values()) == 50


def test_a_merge_that_would_number_rows_anew_is_not_committed(
    app: App, brand_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if the rules were wrong about what the engine does."""
    for batch in range(1, 11):
        add(app, brand_id, batch, 40)
    before = rows(app, brand_id)
    monkeypatch.setattr(lake_compaction, "sizes_to_merge", lambda _files: [10**8])
    found = live_files(app.lake, brand_id=brand_id)["page_view"]
    assert not lake_compaction.merge_table(app.lake, brand_id=brand_id, table="page_view", files=found)
    assert (rows(app, brand_id), files(app, brand_id)) == (before, 10)


@pytest.fixture
def crowded(app: App, brand_id: int) -> Iterator[Rows]:
    for batch in range(1, 10):
        add(app, brand_id, batch, 40)
        add(app, brand_id, batch, 20 + batch, table="search")
    before = rows(app, brand_id)
    yield before
    assert rows(app, brand_id) == before


@pytest.mark.slow
@pytest.mark.parametrize("step", [1, 2, 3, 4])
def test_killed_in_the_midst_of_a_merge_every_fact_is_there_once(
    app: App, brand_id: int, crowded: Rows, step: int
) -> None:
    """Files written and not committed, committed and nothing after, of each of two lake transactions."""
    with programs(app) as begun:
        assert begun.killed("compact", brand_id, step=step) == -signal.SIGKILL
    assert rows(app, brand_id) == crowded
    compact_lake(app, brand_id=brand_id)
    assert max(files(app, brand_id), files(app, brand_id, "search")) <= 3


def test_replaced_files_go_after_an_hour_but_not_while_a_backup_copies(app: App, brand_id: int) -> None:
    for batch in range(1, 10):
        add(app, brand_id, batch, 30 + batch % 2)
    ask_to_compact(app)
    compact_lake(app, brand_id=brand_id)
    folder = app.lake.path / f"brand_{brand_id}" / "page_view"
    clean_lake(app, now=utcnow())
    assert len(list(folder.rglob("*.parquet"))) >= 10
    later = utcnow() + timedelta(hours=2)
    with app.db.exclusive("lake_files"):
        clean_lake(app, now=later)
    assert len(list(folder.rglob("*.parquet"))) >= 10
    clean_lake(app, now=later)
    assert len(list(folder.rglob("*.parquet"))) == files(app, brand_id)
    assert len(rows(app, brand_id)) == 9 * 30 + 5
