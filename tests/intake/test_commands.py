"""`siyu import …` as somebody at a terminal uses it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from sqlalchemy import text
from typer.testing import CliRunner

from siyu.entrypoints.worker import work
from siyu.intake.commands.imports import app as commands
from siyu.intake.errors.files import ColumnsMissing, FileMissing, MapNeeded, TooManyBadRows
from siyu.kernel.app import App
from siyu.kernel.errors import BadInput
from tests.intake.importing import COLUMNS, MAP, line, totals, write_csv


class Terminal:
    def __init__(self, app: App, brand_code: str) -> None:
        self._app, self.settings, self.brand_code = app, app.settings, brand_code

    @contextmanager
    def app(self) -> Iterator[App]:
        yield self._app

    def finish(self, app: App) -> None:
        work(app, once=True)


@pytest.fixture
def terminal(app: App, brand_id: int) -> Terminal:
    with app.db.engine.connect() as connection:
        code = connection.scalar(text("SELECT code FROM brand WHERE brand_id = :brand"), {"brand": brand_id})
    return Terminal(app, str(code))


@pytest.fixture
def map_file(tmp_path: Path) -> Path:
    path = tmp_path / "till.yaml"
    path.write_text(MAP.format(source="till"))
    return path


def run(terminal: Terminal, *words: object) -> Result:
    return CliRunner().invoke(commands, [str(word) for word in words], obj=terminal, catch_exceptions=False)


def answer(terminal: Terminal, *words: object) -> Any:
    return json.loads(run(terminal, *words, "--json").stdout)


def test_a_file_is_imported_listed_and_undone(
    app: App, brand_id: int, terminal: Terminal, tmp_path: Path, map_file: Path
) -> None:
    path = write_csv(tmp_path / "f.csv", [line("A1", who="7"), line("C1", who="7", qty="-1", price="2")])
    said = run(terminal, "orders", path, "--map", map_file)
    assert said.exit_code == 0
    shown = dict(row.rsplit("  ", 1) for row in map(str.strip, said.stdout.splitlines()) if "  " in row)
    assert {name.strip(): value.strip() for name, value in shown.items()}["sales less refunds"] == "7.90 CNY"
    (first,) = answer(terminal, "list")
    assert (first["state"], first["counts"]["cancellations"]) == ("done", 1)
    removed = answer(terminal, "undo", first["import_id"])
    assert (removed["state"], removed["removed"]["customers"]) == ("undone", 1)
    assert totals(app, brand_id)["orders"] == {}


def test_bad_rows_are_written_where_they_can_be_mended_and_imported_again(
    app: App, brand_id: int, terminal: Terminal, tmp_path: Path, map_file: Path
) -> None:
    path = write_csv(tmp_path / "f.csv", [line("A1"), line("A2", qty="many")])
    with pytest.raises(TooManyBadRows):
        run(terminal, "orders", path, "--map", map_file)
    said = answer(terminal, "orders", path, "--map", map_file, "--max-bad", "0.5")
    rejects = tmp_path / "f.csv.rejects.csv"
    assert (said["rejects"], rejects.stat().st_mode & 0o777) == (str(rejects), 0o600)
    text = rejects.read_text(encoding="utf-8-sig")
    assert text.splitlines()[0] == ",".join((*COLUMNS, "_file", "_line", "_column", "_value", "_reason"))
    rejects.write_text(text.replace(",many,", ",3,", 1))
    again = answer(terminal, "orders", rejects, "--map", map_file)
    assert again["counts"]["order"] == 1
    assert sorted(totals(app, brand_id)["orders"]) == ["A1", "A2"]


def test_without_a_map_the_preset_that_fits_is_taken_or_the_guess_is_shown(
    terminal: Terminal, tmp_path: Path
) -> None:
    header = (
        "InvoiceNo",
        "StockCode",
        "Description",
        "Quantity",
        "InvoiceDate",
        "UnitPrice",
        "CustomerID",
        "Country",
    )
    row = dict(
        zip(
            header,
            ("536365", "85123A", "HOLDER", "6", "2010-12-01 08:26:00", "2.55", "17850.0", "UK"),
            strict=True,
        )
    )
    path = write_csv(tmp_path / "retail.csv", [row], header)
    assert answer(terminal, "orders", path, "--rate", "9.1", "--dry-run")["counts"]["order"] == 1
    other = write_csv(tmp_path / "x.csv", [{"单号": "1", "金额": "2"}], ("单号", "金额"))
    with pytest.raises(MapNeeded, match="No preset fits"):
        run(terminal, "orders", other)
    shown = run(terminal, "preview", other, "--kind", "orders").stdout
    assert "order_key: 单号" in shown
    assert "Missing, add under columns: ordered_at" in shown


def test_what_preview_prints_can_be_saved_and_used(terminal: Terminal, tmp_path: Path) -> None:
    rows = [{"订单编号": "A1", "下单时间": "2026/5/1 10:00", "金额": "9.90", "会员号": "7"}]
    path = write_csv(tmp_path / "f.csv", rows, tuple(rows[0]))
    saved = tmp_path / "saved.yaml"
    saved.write_text(run(terminal, "preview", path).stdout)
    assert answer(terminal, "orders", path, "--map", saved)["counts"]["paid_fen"] == 990


def test_a_dry_run_says_the_source_and_another_can_be_named(
    app: App, brand_id: int, terminal: Terminal, tmp_path: Path, map_file: Path
) -> None:
    path = write_csv(tmp_path / "f.csv", [line("A1")])
    said = CliRunner().invoke(
        commands, ["orders", str(path), "--map", str(map_file), "--dry-run"], obj=terminal
    )
    assert said.exit_code == 0
    assert answer(terminal, "orders", path, "--map", map_file, "--dry-run")["source"] == "till"
    assert answer(terminal, "orders", path, "--map", map_file, "--source", "店 2")["source"] == "店 2"
    assert sorted(totals(app, brand_id, "店 2")["orders"]) == ["A1"]
    assert answer(terminal, "orders", path, "--map", map_file, "--source", "店 2")["counts"]["order"] == 0


def test_overlapping_exports_under_other_names_count_their_overlap_once(
    terminal: Terminal, tmp_path: Path
) -> None:
    rows = [{"订单编号": f"A{n}", "下单时间": "2026/5/1 10:00", "金额": "9.90"} for n in range(4)]
    added = []
    for name, part in (("orders-2026-04.csv", rows[:3]), ("orders-2026-05 (1).csv", rows[1:])):
        path, saved = write_csv(tmp_path / name, part, tuple(rows[0])), tmp_path / f"{name}.yaml"
        saved.write_text(run(terminal, "preview", path).stdout)
        added.append(answer(terminal, "orders", path, "--map", saved)["counts"]["order"])
    assert added == [3, 1]


def test_presets_are_listed_and_shown(terminal: Terminal) -> None:
    assert "cdnow" in {one["name"] for one in answer(terminal, "presets")}
    assert run(terminal, "show-preset", "cdnow").stdout.startswith("# CDNOW")


def test_what_cannot_be_read_or_understood_is_refused(
    terminal: Terminal, tmp_path: Path, map_file: Path
) -> None:
    path = write_csv(tmp_path / "f.csv", [line("A1")])
    with pytest.raises(FileMissing):
        run(terminal, "orders", tmp_path / "nothing.csv", "--map", map_file)
    with pytest.raises(ColumnsMissing):
        run(terminal, "orders", path, "--preset", "online_retail", "--rate", "1")
    with pytest.raises(BadInput, match="--max-bad"):
        run(terminal, "orders", path, "--map", map_file, "--max-bad", "much")
    with pytest.raises(BadInput, match="--rate"):
        run(terminal, "orders", path, "--map", map_file, "--rate", "NaN")
