"""Exports of one series have one source, whatever each is called, so that their overlap counts once."""

from pathlib import Path

import pytest

from siyu.intake.contracts import ImportKind
from siyu.intake.queries.files import look_at
from siyu.intake.readers.maps import load_preset, map_of_text, preset_names, with_source
from siyu.intake.rules.sources import stable_source

NAMES = [
    ("orders.csv", "orders"),
    ("orders-2026-10.csv", "orders"),  # a month
    ("Orders_20261101.csv", "orders"),  # a day, and another case
    ("orders.2026.10.01.csv.gz", "orders"),  # dots, packed
    ("orders from 2026-10-01 to 2026-10-31.csv", "orders"),  # a range in words
    ("orders_oct_2026.csv", "orders"),
    ("orders-2026-Q3.csv", "orders"),
    ("W42 orders.csv", "orders"),
    ("orders_2026-10-01T08-30-00Z.csv", "orders"),  # a moment
    ("orders (1).csv", "orders"),  # a browser's second download
    ("orders - Copy.csv", "orders"),  # Windows
    ("Copy of orders (2).xlsx", "orders"),
    ("订单 的副本 2.xlsx", "订单"),  # macOS
    ("订单 - 副本.xlsx", "订单"),  # Windows
    ("天猫订单2026年10月.xlsx", "天猫订单"),
    ("10月订单.csv", "订单"),
    ("十月订单.csv", "订单"),
    ("2026上半年销售.xlsx", "销售"),
    ("第3季度订单.csv", "订单"),
    ("订单导出_2026-10-01至2026-10-31.csv", "订单导出"),
    ("订单报表20261001-20261031（2）.csv", "订单报表"),  # full-width brackets
    ("ExportOrderList202610011234.csv", "exportorderlist"),  # as Taobao names them
    ("order_a8f3e2c19b.csv", "order"),  # a random ending
    ("Online Retail.xlsx", "online_retail"),
    ("3号店订单10月.csv", "3号店订单"),  # shops number their orders alike: whose they are stays
    ("store12-2026-10.csv", "store12"),
    ("旗舰店10月.csv", "旗舰店"),  # but here it is a month
    ("facade.csv", "facade"),  # letters a to f, and no number
    ("transfers to bank.csv", "transfers_to_bank"),
    ("订单到货表.csv", "订单到货表"),
    ("2026-10.csv", "otherwise"),  # nothing is left
    ("may.csv", "otherwise"),
    ("", "otherwise"),
    ("x" * 300 + ".csv", "x" * 64),
]


@pytest.mark.parametrize(("name", "source"), NAMES)
def test_a_name_says_the_same_source_for_every_export(name: str, source: str) -> None:
    assert stable_source(name, otherwise="otherwise") == source


def test_what_is_left_of_a_source_is_itself() -> None:
    for _, source in NAMES:
        assert stable_source(source, otherwise=source) == source


def test_a_file_that_is_only_a_date_is_called_by_what_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "2026-10-01.csv"
    path.write_text("订单编号,下单时间,金额\nA,2026-10-01,1\n")
    look = look_at(path, time_zone="Asia/Shanghai", currency="CNY")
    sources = {guess.kind: guess.guessed.map.source for guess in look.guesses}
    assert sources == {kind: kind.value for kind in ImportKind}


def test_presets_keep_their_sources_so_that_files_imported_before_add_nothing() -> None:
    assert {name: load_preset(name).source for name in preset_names()} == {
        "cdnow": "cdnow",
        "cdnow_sample": "cdnow_sample",
        "complete_journey_products": "complete_journey",
        "complete_journey_transactions": "complete_journey",
        "online_retail": "online_retail",
        "tmall_order_report": "tmall_order_report",
    }


def test_a_map_is_changed_to_another_source_and_in_nothing_else() -> None:
    block = "kind: stores  # ours\nsource: a\ncolumns: {store_key: nr}\n"
    flow = "{kind: stores, source: a, columns: {store_key: nr}}"
    for text in (block, flow):
        changed = map_of_text(with_source(text, "店 1: #2", name="m"), name="m")
        assert changed.source == "店 1: #2"
        assert changed.columns == map_of_text(text, name="m").columns
    assert "# ours" in with_source(block, "b", name="m")
