"""Files become facts once: twice the same, overlapping, cut anywhere, refused, cancelled, two at a time."""

import threading
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from siyu.commerce.actions import orders as order_target
from siyu.intake.actions.imports import ImportOrder, request_import, run_import
from siyu.intake.actions.undo import undo_import
from siyu.intake.contracts import ImportState
from siyu.intake.errors.files import CurrencyNeedsRate, FileChanged, ImportDiskFull, TooManyBadRows
from siyu.intake.queries.imports import import_by_id, rejects_path, why_failed
from siyu.intake.readers.maps import map_of_text
from siyu.kernel.app import App
from siyu.kernel.audit import SYSTEM
from siyu.kernel.errors import BadInput
from siyu.kernel.lake import LakeFailure
from siyu.kernel.longwork import Cancelled, LongTask, Progress, ask_to_cancel
from tests.intake.importing import (
    MAP,
    NOW,
    announce,
    bring,
    clock,
    expected,
    holdings,
    line,
    totals,
    write_csv,
)

FILE = [
    line("A1", who="7", channel="shop"),
    line("A1", who="7", sku="T", qty="2", channel="app"),
    line("A1", who="7", sku="T", qty="2"),  # the same line again is a second line
    line("A2", price="5"),  # nobody's
    line("A3", who="8", refund="2.50", back_at="2026-05-09 08:00:00"),  # part of it came back, later
    line("C4", who="7", qty="-1"),  # a document of its own that gives money back
    line("A5", who="9", paid_at=""),  # never paid
    line("A6", who="9", status="closed"),
]


def state_of(app: App, brand_id: int, import_id: int) -> str:
    with app.db.transaction(brand_id=brand_id) as session:
        return import_by_id(session, import_id=import_id).state


def code_of(app: App, brand_id: int, import_id: int) -> str | None:
    with app.db.transaction(brand_id=brand_id) as session:
        error = why_failed(session, run=import_by_id(session, import_id=import_id))
        return error and error["code"]


def test_a_file_is_what_its_rows_say_one_by_one(app: App, brand_id: int, tmp_path: Path) -> None:
    _, counts = bring(app, brand_id, write_csv(tmp_path / "f.csv", FILE))
    assert totals(app, brand_id) == expected(map_of_text(MAP.format(source="till"), name="m"), FILE)
    known = (
        "rows",
        "order",
        "order_line",
        "refund",
        "order_placed",
        "cancellations",
        "anonymous_lines",
        "customers",
    )
    assert [counts[name] for name in known] == [8, 3, 5, 2, 2, 1, 1, 3]
    assert (counts["paid_fen"], counts["refunded_fen"]) == (6440, 1240)


def test_the_same_file_again_changes_nothing(app: App, brand_id: int, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "f.csv", FILE)
    first, _ = bring(app, brand_id, path)
    before = totals(app, brand_id)
    _, counts = bring(app, brand_id, path)
    assert totals(app, brand_id) == before
    new = ("order", "order_line", "refund", "order_placed", "customers_added", "paid_fen")
    assert ([counts[name] for name in new], counts["known_rows"]) == ([0] * 6, 8)
    assert run_import(app, brand_id=brand_id, import_id=first, clock=clock)["rows"] == 8, (
        "a done import is done"
    )


CELLS = st.fixed_dictionaries(
    {
        "order": st.sampled_from(["A", "B", "C9"]),
        "sku": st.sampled_from(["S", "T"]),
        "qty": st.sampled_from(["1", "2", "-1"]),
        "price": st.sampled_from(["1", "2.5"]),
        "paid_at": st.sampled_from(["2026-05-01 10:00:00", "2026-05-02 11:00:00", ""]),
        "channel": st.sampled_from(["app", "shop", ""]),
        "status": st.sampled_from(["", "", "closed"]),
        "refund": st.sampled_from(["", "0.50"]),
        "back_at": st.sampled_from(["", "2026-05-20 00:00:00"]),
    }
)


@pytest.mark.slow
def test_a_file_cut_anywhere_and_then_whole_is_as_the_whole_and_the_undo_as_the_cut(
    app: App, brand_id: int, tmp_path: Path
) -> None:
    seen = iter(range(1_000_000))

    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(CELLS, min_size=2, max_size=9), st.data())
    def check(cells: list[dict[str, str]], data: st.DataObject) -> None:
        source = f"till{next(seen)}"
        rows = [line(who=f"{source}{one['order']}", **one) for one in cells]
        cut = data.draw(st.integers(1, len(rows) - 1), label="cut")
        import_map = map_of_text(MAP.format(source=source), name="m")
        head, rest = write_csv(tmp_path / "h.csv", rows[:cut]), write_csv(tmp_path / "w.csv", rows)
        first, _ = bring(app, brand_id, head, source=source)
        before = holdings(app, brand_id)
        second, _ = bring(app, brand_id, rest, source=source)
        assert totals(app, brand_id, source) == expected(import_map, rows)
        undo_import(app, brand_id=brand_id, import_id=second, actor=SYSTEM, now=NOW)
        assert holdings(app, brand_id) == before
        undo_import(app, brand_id=brand_id, import_id=first, actor=SYSTEM, now=NOW)

    empty = holdings(app, brand_id)
    check()
    assert holdings(app, brand_id) == empty


def test_too_many_bad_rows_leave_nothing_but_the_rejects(app: App, brand_id: int, tmp_path: Path) -> None:
    empty = holdings(app, brand_id)
    path = write_csv(tmp_path / "f.csv", [*FILE, line("A7", qty="many"), line("A8", at="soon")])
    import_id = announce(app, brand_id, path, MAP.format(source="till"))
    with pytest.raises(TooManyBadRows, match="2 of 10 rows"):
        run_import(app, brand_id=brand_id, import_id=import_id, clock=clock)
    assert holdings(app, brand_id) == empty
    assert (state_of(app, brand_id, import_id), code_of(app, brand_id, import_id)) == (
        "failed",
        "too_many_bad_rows",
    )
    assert rejects_path(app.settings.home, brand_id=brand_id, import_id=import_id).exists()


def test_an_order_of_the_lake_cannot_change_its_amount(app: App, brand_id: int, tmp_path: Path) -> None:
    by_order = MAP.format(source="till") + "grain: order\n"
    bring(app, brand_id, write_csv(tmp_path / "a.csv", [line("A1"), line("A2")]), map_text=by_order)
    before = totals(app, brand_id)
    again = write_csv(
        tmp_path / "b.csv", [line("A1", price="8"), line("A2", sku="other"), line("A3"), line("A3", qty="2")]
    )
    _, counts = bring(app, brand_id, again, map_text=by_order, max_bad_share=1)
    assert {one["code"]: one["count"] for one in counts["reasons"]} == {
        "order_contradicts": 2,
        "order_changed": 1,
    }
    assert totals(app, brand_id) == before


def test_a_refund_that_grew_adds_what_is_new_and_one_that_shrank_is_refused(
    app: App, brand_id: int, tmp_path: Path
) -> None:
    by_order = MAP.format(source="till") + "grain: order\n"
    for refund, worth in (("1", 100), ("3", 300), ("3", 300), ("2", 300)):
        bring(
            app,
            brand_id,
            write_csv(tmp_path / "f.csv", [line("A1", refund=refund)]),
            map_text=by_order,
            max_bad_share=1,
        )
        assert sum(amount for _, _, amount, _ in totals(app, brand_id)["refunds"]) == worth


def test_a_cancelled_import_leaves_nothing(app: App, brand_id: int, tmp_path: Path) -> None:
    empty = holdings(app, brand_id)
    for step in ("reading", "checking", "loading", "finishing"):
        import_id = announce(app, brand_id, write_csv(tmp_path / "f.csv", FILE), MAP.format(source="till"))

        def listen(now: str, _done: int, _total: int, step: str = step, import_id: int = import_id) -> None:
            if now == step:
                with app.db.transaction(brand_id=brand_id) as session:
                    task_id = import_by_id(session, import_id=import_id).task_id
                    ask_to_cancel(session, task_id=task_id, actor=SYSTEM)

        with pytest.raises(Cancelled):
            run_import(app, brand_id=brand_id, import_id=import_id, clock=clock, listener=listen)
        assert holdings(app, brand_id) == empty, step
        assert state_of(app, brand_id, import_id) == ImportState.CANCELLED


def test_a_full_disk_is_told_and_nothing_is_left(
    app: App, brand_id: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = holdings(app, brand_id)
    import_id = announce(app, brand_id, write_csv(tmp_path / "f.csv", FILE), MAP.format(source="till"))

    def full(_loading: object) -> list[str]:
        raise LakeFailure("IO Error: Could not write to file: No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(order_target.order_sql, "write", full)
        with pytest.raises(ImportDiskFull):
            run_import(app, brand_id=brand_id, import_id=import_id, clock=clock)
    assert holdings(app, brand_id) == empty
    assert code_of(app, brand_id, import_id) == "import_disk_full"


def test_two_imports_at_once_take_turns_and_double_nothing(app: App, brand_id: int, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "f.csv", FILE)
    numbers = [announce(app, brand_id, path, MAP.format(source="till")) for _ in range(2)]
    threads = [
        threading.Thread(
            target=run_import, args=(app,), kwargs={"brand_id": brand_id, "import_id": one, "clock": clock}
        )
        for one in (*numbers, numbers[0])
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert totals(app, brand_id) == expected(map_of_text(MAP.format(source="till"), name="m"), FILE)
    assert {state_of(app, brand_id, one) for one in numbers} == {"done"}


def test_a_batch_gives_each_subscriber_one_job(app: App, brand_id: int, tmp_path: Path) -> None:
    import_id, _ = bring(app, brand_id, write_csv(tmp_path / "f.csv", FILE))
    run_import(app, brand_id=brand_id, import_id=import_id, clock=clock)
    with app.db.transaction(brand_id=brand_id) as session:
        batch_id = import_by_id(session, import_id=import_id).batch_id
    with app.db.engine.connect() as connection:
        jobs = connection.execute(
            text("SELECT task_name, count(*) FROM procrastinate_jobs WHERE args @> jsonb_build_object('brand_id', "
                 "CAST(:brand AS bigint), 'batch_id', CAST(:batch AS bigint)) GROUP BY 1"),
            {"brand": brand_id, "batch": batch_id},
        ).all()  # fmt: skip
    assert jobs
    assert all(count == 1 for _, count in jobs)


def test_foreign_money_needs_a_rate_and_is_rounded_half_to_even(
    app: App, brand_id: int, tmp_path: Path
) -> None:
    path = write_csv(tmp_path / "f.csv", [line("A1", price="0.05"), line("A2", price="0.15")])
    pounds = MAP.format(source="till") + "currency: GBP\n"
    with pytest.raises(CurrencyNeedsRate):
        announce(app, brand_id, path, pounds)
    bring(app, brand_id, path, map_text=pounds, rate=Decimal("0.5"))
    assert [paid for _, _, paid, *_ in totals(app, brand_id)["orders"].values()] == [2, 8]


def test_a_file_that_changed_meanwhile_is_refused(app: App, brand_id: int, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "f.csv", FILE)
    import_id = announce(app, brand_id, path, MAP.format(source="till"))
    write_csv(path, FILE[:3])
    with pytest.raises(FileChanged):
        run_import(app, brand_id=brand_id, import_id=import_id, clock=clock)
    assert state_of(app, brand_id, import_id) == ImportState.FAILED


def test_a_dry_run_counts_and_stores_nothing(app: App, brand_id: int, tmp_path: Path) -> None:
    empty = holdings(app, brand_id)
    _, counts = bring(app, brand_id, write_csv(tmp_path / "f.csv", FILE), dry_run=True)
    assert holdings(app, brand_id) == empty
    names = ("rows", "order", "order_line", "refund", "order_placed", "customers", "paid_fen", "refunded_fen")
    assert [counts[name] for name in names] == [8, 3, 5, 2, 2, 3, 6440, 1240]


def test_nought_means_not_a_single_bad_row(app: App, brand_id: int, tmp_path: Path) -> None:
    rows = [line(f"A{n}") for n in range(200)] + [line("B", at="yesterday")]
    path = write_csv(tmp_path / "a.csv", rows)
    with pytest.raises(TooManyBadRows):
        bring(app, brand_id, path, max_bad_share=Decimal(0))
    assert bring(app, brand_id, path)[1]["rejected"] == 1


def test_a_rate_of_nought_is_refused_and_not_taken_for_one(app: App, brand_id: int, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [line("A1")])
    with pytest.raises(BadInput, match="rate"):
        announce(app, brand_id, path, MAP.format(source="till") + "currency: USD\n", rate=Decimal(0))


def test_an_import_and_its_task_end_in_one_transaction(
    app: App, brand_id: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_id = announce(
        app, brand_id, write_csv(tmp_path / "a.csv", [line("A1")]), MAP.format(source="till")
    )
    monkeypatch.setattr(Progress, "end", _died)
    with pytest.raises(RuntimeError):
        run_import(app, brand_id=brand_id, import_id=import_id, clock=clock)
    monkeypatch.undo()
    with app.db.transaction(brand_id=brand_id) as session:
        run = import_by_id(session, import_id=import_id)
        task = session.get(LongTask, run.task_id)
        assert task is not None
        assert (run.state, task.state) == ("failed", "failed"), "neither ended without the other"


def test_imports_of_a_brand_wait_for_each_other_in_the_queue(app: App, brand_id: int, tmp_path: Path) -> None:
    order = ImportOrder(write_csv(tmp_path / "a.csv", [line("A1")]), MAP.format(source="till"))
    with app.db.transaction(brand_id=brand_id) as session:
        request_import(session, order=order, sha256="0" * 64, actor=SYSTEM, now=NOW, in_background=True)
        locks = session.execute(
            text(
                "DELETE FROM procrastinate_jobs WHERE (args ->> 'brand_id')::bigint = :brand RETURNING lock"
            ),
            {"brand": brand_id},
        ).scalars()
        assert list(locks) == [f"import/{brand_id}"]


def _died(*_: object, **__: object) -> None:
    raise RuntimeError("killed")
