"""Maps as people write them: presets load, mistakes are named with their remedy, and first guesses are good."""

import re
from pathlib import Path

import pytest

from siyu.intake.contracts import ImportKind, Transform
from siyu.intake.errors.files import FileMissing, MapInvalid, PresetUnknown
from siyu.intake.readers.maps import (
    best_preset,
    load_map,
    load_preset,
    map_of_text,
    preset_names,
    preset_text,
)
from siyu.intake.readers.source import check_columns, open_source, sample_rows
from siyu.intake.rules.guessing import guess_map
from tests.intake.makers import shared

GOOD = """
kind: orders
source: till
columns: {order_key: "单号 ", ordered_at: 时间, amount: 金额}
"""

MISTAKES = [
    ("kind: [orders", "the file", "YAML wants"),
    ("- a\n- b", "the map", "block of `name: value` lines"),
    (GOOD.replace("kind", "knd"), "knd", "Did you mean kind?"),
    (
        GOOD.replace("orders", "order"),
        "kind",
        "must be one of orders, customers, products, stores, not 'order'",
    ),
    (GOOD.replace("ordered_at", "orderd_at"), "orderd_at", "Did you mean ordered_at?"),
    (GOOD.replace("source: till", ""), "source", "a text that is not empty"),
    (GOOD.replace("ordered_at: 时间, ", ""), "columns.ordered_at", "is missing (when it was ordered)"),
    (GOOD.replace("amount: 金额", "quantity: 金额"), "columns", "Fill amount, or unit_price"),
    (GOOD.replace("金额}", "{colum: 金额}}"), "columns.amount.colum", "Did you mean column?"),
    (GOOD.replace("金额}", "{column: 金额, constant: 1}}"), "columns.amount", "either column or constant"),
    (GOOD.replace("金额}", "{constant: 5}}"), "columns.amount", "cannot be a constant"),
    (GOOD.replace("金额}", "{column: 金额, transform: upper}}"), "columns.amount.transform", "integer_text"),
    (GOOD + "time_zone: Asia/Peking", "time_zone", "Asia/Shanghai"),
    (GOOD + "currency: yuan", "currency", "three capital letters"),
    (GOOD + 'dates: ["YYYY-MM-DD"]', "dates", "is not a date format"),
    (GOOD + "max_bad_share: 3%", "max_bad_share", "from 0 to 1"),
    (GOOD + "decimal_comma: 'no'", "decimal_comma", "true or false"),
    (GOOD + "refund_when: {prefix: C}", "refund_when.prefix", "order_key_prefix"),
    (GOOD + "cancelled_when: {column: s, values: []}", "cancelled_when.values", "List the words"),
    (GOOD + "file: {encoding: utf8}", "file.utf8", "Did you mean utf-8"),
    (GOOD + "file: {delimiter: ';;'}", "file.delimiter", "not one character"),
    (GOOD + "file: {header: [单号, 时间]}", "file.header", "does not name 金额"),
]


@pytest.mark.parametrize(("text", "field", "words"), MISTAKES)
def test_a_mistake_in_a_map_is_named_with_its_remedy(text, field, words):
    with pytest.raises(MapInvalid) as caught:
        map_of_text(text, name="mine.yaml")
    assert caught.value.message.startswith(f"mine.yaml, field {field}: ")
    assert words in caught.value.message


def test_a_map_file_is_loaded(tmp_path):
    path = tmp_path / "till.yaml"
    path.write_text(GOOD, encoding="utf-8")
    assert load_map(path).source_columns == ("单号", "时间", "金额")
    with pytest.raises(FileMissing):
        load_map(tmp_path / "absent.yaml")


def test_every_preset_loads_and_explains_itself():
    assert preset_names() == (
        "cdnow", "cdnow_sample", "complete_journey_products", "complete_journey_transactions", "online_retail",
        "tmall_order_report",
    )  # fmt: skip
    for name in preset_names():
        assert load_preset(name).title
        assert preset_text(name).startswith("#")
    with pytest.raises(PresetUnknown, match="There are: cdnow, "):
        load_preset("amazon")


REAL = [
    ("online_retail/retail-data-by-day.tar.gz", "online_retail"),
    ("cdnow/CDNOW_master.txt", "cdnow"),
    ("chinese_retail_orders/tmall_order_report.csv", "tmall_order_report"),
    ("dunnhumby_completejourney/transactions.parquet", "complete_journey_transactions"),
    ("dunnhumby_completejourney/products.parquet", "complete_journey_products"),
]


@pytest.mark.parametrize(("path", "preset"), REAL)
def test_a_public_file_is_recognised_and_a_guess_comes_near_its_preset(path, preset):
    source = open_source(shared(path))
    assert best_preset(source.columns) == preset
    made = load_preset(preset)
    check_columns(source, made)
    guessed = guess_map(made.kind, source.columns, sample_rows(source))
    assert guessed.missing_fields == ()
    assert made.dates == guessed.map.dates
    right = [
        name for name, rule in made.columns.items() if rule.column and guessed.map.columns.get(name) == rule
    ]
    from_file = [name for name, rule in made.columns.items() if rule.column]
    assert len(right) >= len(from_file) - 1


def test_a_file_nobody_knows_has_no_preset():
    assert best_preset(["a", "b"]) is None
    assert best_preset(["订单编号", "总金额"]) is None
    assert best_preset(load_preset("cdnow").source_columns, ImportKind.PRODUCTS) is None


def test_a_chinese_member_list_is_guessed_by_headers_and_looks():
    header = [
        "会员卡号",
        "会员姓名",
        "联系号码",
        "性别",
        "出生日期",
        "所属门店",
        "是否同意短信营销授权",
        "备注",
    ]
    values = ["8001.0", "王芳", "13800138000", "女", "1990/2/3", "S01", "是", "好"]
    guessed = guess_map(ImportKind.CUSTOMERS, header, [dict(zip(header, values, strict=True))])
    found = {guess.target: guess.column for guess in guessed.guesses}
    assert found == {
        "customer_key": "会员卡号", "name": "会员姓名", "phone": "联系号码", "gender": "性别",
        "birthday": "出生日期", "store_key": "所属门店", "consent_sms": "是否同意短信营销授权",
    }  # fmt: skip
    assert guessed.unused_columns == ("备注",)
    assert guessed.map.dates == ("%Y/%m/%d",)
    assert guessed.map.columns["customer_key"].transform is Transform.INTEGER_TEXT
    assert all(0.4 <= guess.confidence <= 1 for guess in guessed.guesses)


def test_a_file_that_says_nothing_of_worth_or_time_is_reported_so():
    guessed = guess_map(ImportKind.ORDERS, ["order id", "note"], [{"order id": "1", "note": "x"}])
    assert guessed.missing_fields == ("ordered_at", "amount")


def test_every_map_in_the_documentation_is_one_that_loads():
    page = Path(__file__).parents[2] / "docs" / "import-maps.md"
    maps = re.findall(r"```yaml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    assert [map_of_text(text, name="docs").source for text in maps] == ["till", "crm_2026"]


def test_a_short_text_that_would_mean_gigabytes_is_refused_at_once() -> None:
    levels = "\n".join(f"x{n}: &x{n} [{', '.join([f'*x{n - 1}'] * 9)}]" for n in range(1, 12))
    bombs = {
        "aliases": f"x0: &x0 [a, b]\n{levels}\nsource: *x11\n{GOOD}",
        "levels": "source: " + "[" * 5_000,
        "characters": GOOD + "#" * 200_000,
    }
    for what, bomb in bombs.items():
        with pytest.raises(MapInvalid, match=what):
            map_of_text(bomb, name="bomb.yaml")
    few = "columns: {order_key: &nr 单号, ordered_at: 时间, amount: 金额, customer_key: *nr}"
    assert (
        map_of_text(f"kind: orders\nsource: till\n{few}", name="m").columns["customer_key"].column == "单号"
    )


@pytest.mark.parametrize("text", ["title: 2026-02-30", "source: " + "9" * 5_000])
def test_values_that_yaml_itself_cannot_read_are_refused(text: str) -> None:
    with pytest.raises(MapInvalid):
        map_of_text(text, name="m.yaml")


def test_a_cell_that_is_no_date_hides_not_how_dates_are_written() -> None:
    sample: list[dict[str, str | None]] = [{"下单时间": f"2026/8/{day} 9:30"} for day in range(1, 25)]
    guessed = guess_map(ImportKind.ORDERS, ["下单时间"], [*sample, {"下单时间": "昨天/8/3 9:30"}])
    assert guessed.map.dates == ("%Y/%m/%d %H:%M",)
    american: list[dict[str, str | None]] = [{"date": f"10/{day:02}/2026"} for day in range(1, 14)]
    assert guess_map(ImportKind.ORDERS, ["date"], american).map.dates == ("%m/%d/%Y",), (
        "the best, not the first"
    )
