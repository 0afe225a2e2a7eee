"""An id is known for ever: in PostgreSQL, in the lake, and at every moment of its way from one to the other."""

from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import Mock
from uuid import UUID

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from siyu.intake.actions import compacting, events_id_filters, events_ids, events_ids_moving, pump
from siyu.intake.actions.compacting import compact_lake
from siyu.intake.actions.events_id_filters import filters_folder
from siyu.intake.actions.events_ids import fact_key, halves
from siyu.intake.actions.events_ids_moving import RECENT, move_old_ids
from siyu.intake.readers.id_filters import IdFilter, filters_in, read_filter, write_filter
from siyu.intake.rules.id_filter import WORDS, add_ids, blocks_for, may_hold, room_of
from siyu.kernel import lake_runs
from siyu.kernel.app import App
from siyu.kernel.db import Database, Role
from siyu.kernel.facts import publish
from siyu.kernel.lake import brand_schema
from tests.intake.eventing import carry, event, in_lake, put
from tests.intake.importing import NOW
from tests.intake.test_events_pump import fresh_brand
from tests.intake.test_pump import keys_in_lake, placed

LATER = NOW + RECENT + timedelta(days=1)
INT64 = st.integers(-(2**63), 2**63 - 1)


class StruckDown(Exception):
    pass


def forget_process(app: App) -> None:
    """As a new process: nothing is held in memory."""
    for key in [key for key in events_id_filters._opened if key[0] == filters_folder(app)]:
        del events_id_filters._opened[key]


def files(app: App, brand_id: int) -> list[Path]:
    return filters_in(filters_folder(app), brand_id=brand_id)


def spoil(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


def compact(app: App, brand_id: int) -> None:
    with app.lake.reading() as cursor:
        table = f"'lake', 'fact_id', schema => 'brand_{brand_id}'"
        cursor.execute(f"CALL ducklake_merge_adjacent_files({table})")
    compact_lake(app, brand_id=brand_id)


def known_rows(app: App, brand_id: int) -> int:
    with app.db.transaction(brand_id=None, role=Role.PUMP) as session:
        query = text("SELECT count(*) FROM fact_seen WHERE brand_id = :brand")
        return int(session.scalar(query, {"brand": brand_id}) or 0)


@given(
    added=st.lists(st.tuples(INT64, INT64), max_size=200),
    asked=st.lists(st.tuples(INT64, INT64), max_size=200),
    blocks=st.integers(1, 300),
)
def test_a_filter_never_denies_what_it_was_given(added: Any, asked: Any, blocks: int) -> None:
    held = np.zeros((blocks, WORDS), np.uint32)
    for part in (added[::2], added[1::2]):
        add_ids(held, np.array(part, np.int64).reshape(-1, 2))
    said = may_hold(held, np.array([*added, *asked], np.int64).reshape(-1, 2))
    assert said[: len(added)].all()
    assert len(said) == len(added) + len(asked)


def test_a_full_filter_is_seldom_wrong() -> None:
    chance = np.random.default_rng(7)
    ids = chance.integers(-(2**63), 2**63 - 1, (300_000, 2))
    for count, wrong_at_most in ((100_000, 1 / 10_000), (room_of(blocks_for(100_000)), 1 / 2_000)):
        held = np.zeros((blocks_for(100_000), WORDS), np.uint32)
        add_ids(held, ids[:count])
        assert may_hold(held, ids[150_100:]).mean() < wrong_at_most


def test_a_file_that_was_spoiled_is_not_believed(tmp_path: Path) -> None:
    blocks = np.arange(64 * WORDS, dtype=np.uint32).reshape(64, WORDS)
    written = write_filter(tmp_path, IdFilter(7, 3, UUID(int=9), 5, blocks))
    assert (written.blocks == blocks).all()
    [path] = filters_in(tmp_path, brand_id=7)
    whole = path.read_bytes()
    for bad in (whole[:-1], whole[:20], b"", b"x" + whole[1:], whole[:-1] + b"\xff"):
        path.write_bytes(bad)
        assert read_filter(path) is None
    assert read_filter(tmp_path / "none") is None


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_happens_to_filters_and_files_each_event_counts_once(
    app: App, brand_id: int, data: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compacting, "INLINED_MAX", 1)  # a handful of events makes files
    monkeypatch.setattr(lake_runs, "FILES_MIN", 2)
    happenings = st.sampled_from(("send", "send", "move", "restart", "lose", "spoil", "compact"))
    happened = data.draw(st.lists(happenings, min_size=3, max_size=8))
    brand, sent = fresh_brand(app, brand_id), set()
    for what in happened:
        if what == "send":
            ids = data.draw(st.sets(st.integers(0, 9), min_size=1, max_size=4))
            sent |= ids
            put(app, brand, *(event(str(number)) for number in ids))
            carry(app)
        elif what == "move":
            move_old_ids(app, brand_id=brand, now=LATER)
            assert known_rows(app, brand) == 0
        elif what == "compact":
            compact(app, brand)
        else:
            forget_process(app)
            for path in files(app, brand):
                if what == "lose":
                    path.unlink()
                elif what == "spoil":
                    spoil(path)
    assert len(in_lake(app, brand)) == len(sent)


@pytest.mark.parametrize("place", ["newest_move", "_write", "extended", "kept_filter", "confirmed_ids"])
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_move_that_is_struck_down_misses_no_id_then_or_later(
    app: App, brand_id: int, monkeypatch: pytest.MonkeyPatch, place: str, moment: str
) -> None:
    put(app, brand_id, *(event(str(number)) for number in range(4)))
    carry(app)
    move_old_ids(app, brand_id=brand_id, now=LATER)
    put(app, brand_id, *(event(str(number)) for number in range(3, 8)))
    carry(app)
    whole = getattr(events_ids_moving, place)

    def struck(*arguments: Any, **named: Any) -> Any:
        if moment == "after":
            whole(*arguments, **named)
        raise StruckDown

    with monkeypatch.context() as patch:
        patch.setattr(events_ids_moving, place, struck)
        with pytest.raises(StruckDown):
            move_old_ids(app, brand_id=brand_id, now=LATER)
    for again in ("other events", "moved", "moved and forgotten"):
        put(app, brand_id, *(event(str(number)) for number in range(9)))
        carry(app)
        assert len(in_lake(app, brand_id)) == 9, again
        move_old_ids(app, brand_id=brand_id, now=LATER)
        if again == "moved":
            forget_process(app)


def test_a_mover_that_lost_its_lock_takes_nothing_away(
    app: App, brand_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(app, brand_id, event("1"))
    carry(app)
    whole = events_ids_moving._write

    def overtaken(*arguments: Any, **named: Any) -> None:
        monkeypatch.setattr(events_ids_moving, "_write", whole)
        monkeypatch.setattr(Database, "exclusive", lambda *_a, **_n: nullcontext(Mock()))
        assert move_old_ids(app, brand_id=brand_id, now=LATER) == 1
        whole(*arguments, **named)

    monkeypatch.setattr(events_ids_moving, "_write", overtaken)
    with pytest.raises(IntegrityError):
        move_old_ids(app, brand_id=brand_id, now=LATER)
    put(app, brand_id, event("1"), event("2"))
    carry(app)
    assert len(in_lake(app, brand_id)) == 2


def test_files_of_many_moves_become_few_and_hold_the_same_ids(
    app: App, brand_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events_ids_moving, "FILES_MAX", 2)
    for start in range(0, 60, 15):
        put(app, brand_id, *(event(str(number)) for number in range(start, start + 15)))
        carry(app)
        assert move_old_ids(app, brand_id=brand_id, now=LATER) == 15
    with app.lake.reading() as cursor:
        row = cursor.execute(
            f"SELECT count(*) FROM ducklake_list_files('lake', 'fact_id', schema => 'brand_{brand_id}')"
        ).fetchone()
    assert row is not None
    assert row[0] in (1, 2)
    assert in_lake(app, brand_id, "fact_id", "count(*), count(DISTINCT move_id)") == [(60, 4)]
    forget_process(app)
    put(app, brand_id, *(event(str(number)) for number in range(61)))
    carry(app)
    assert len(in_lake(app, brand_id)) == 61


def test_a_filter_of_another_history_is_not_believed(app: App, brand_id: int) -> None:
    """As after a backup was put back: moves have the same numbers and brought other ids."""
    put(app, brand_id, event("1"))
    carry(app)
    move_old_ids(app, brand_id=brand_id, now=LATER)
    put(app, brand_id, event("2"))
    carry(app)
    assert len(files(app, brand_id)) == 1
    with app.db.engine.begin() as connection:
        connection.execute(
            text("UPDATE fact_id_move SET mark = gen_random_uuid() WHERE brand_id = :brand"),
            {"brand": brand_id},
        )
        connection.execute(text("DELETE FROM fact_seen WHERE brand_id = :brand"), {"brand": brand_id})
    with app.lake.transaction() as cursor:
        high, low = halves([fact_key("shop", "2")])[0].tolist()
        cursor.execute(f"DELETE FROM {brand_schema(brand_id)}.fact_id")
        cursor.execute(f"INSERT INTO {brand_schema(brand_id)}.fact_id VALUES (?, ?, 1, 1)", [high, low])
    put(app, brand_id, event("2"))
    carry(app)
    assert len(in_lake(app, brand_id)) == 2
    assert len(files(app, brand_id)) == 1


def test_a_filter_that_cannot_be_kept_serves_its_process(
    app: App, brand_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(events_id_filters, "write_filter", full)
    put(app, brand_id, event("1"))
    carry(app)
    move_old_ids(app, brand_id=brand_id, now=LATER)
    put(app, brand_id, event("1"), event("2"))
    carry(app)
    assert len(in_lake(app, brand_id)) == 2
    assert files(app, brand_id) == []


def test_new_ids_read_nothing_of_the_lake_and_facts_of_modules_are_known_too(
    app: App, brand_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.db.transaction(brand_id=brand_id) as session:
        publish(session, placed("1"), now=NOW)
    while pump.pump(app, now=NOW):
        pass
    move_old_ids(app, brand_id=brand_id, now=LATER)
    with app.db.transaction(brand_id=brand_id) as session:
        publish(session, placed("1"), placed("2"), now=NOW)
    while pump.pump(app, now=NOW):
        pass
    assert [key for _, key in keys_in_lake(app, brand_id)] == ["1", "2"]
    asked: list[int] = []
    whole = events_ids.confirmed_ids

    def counted(*arguments: Any, **named: Any) -> set[str]:
        asked.append(len(named["ids"]))
        return whole(*arguments, **named)

    monkeypatch.setattr(events_ids, "confirmed_ids", counted)
    put(app, brand_id, *(event(f"new-{number}") for number in range(50)))
    carry(app)
    assert sum(asked) <= 1
