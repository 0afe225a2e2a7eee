"""The set-based reading of rows says exactly what the reference reading says, on any text."""

# ruff: noqa: DTZ001 - wall clocks, before a zone is known, are what these tests are about

from dataclasses import asdict, fields
from datetime import UTC, datetime
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from siyu.intake.contracts import ImportMap, Reject
from siyu.intake.rules.mapping import parse_map
from siyu.intake.rules.row import interpret_row
from siyu.intake.rules.sql import typed_select
from tests.intake.makers import LATEST, make_map, make_row


@pytest.fixture(scope="module")
def duck():
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'Asia/Tokyo'")  # the session's zone must not matter
        yield connection


def by_sql(
    duck: duckdb.DuckDBPyConnection, import_map: ImportMap, rows: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    columns = [*import_map.source_columns, "_file", "_line"]
    schema = pa.schema([(name, pa.int64() if name == "_line" else pa.string()) for name in columns])
    duck.register("staged", pa.Table.from_pylist(rows, schema=schema))
    answer = duck.execute(typed_select(import_map, "staged", latest=LATEST) + " ORDER BY _file, _line")
    names = [column[0] for column in answer.description]
    return [dict(zip(names, values, strict=True)) for values in answer.fetchall()]


def in_utc(value: Any) -> Any:
    return value.astimezone(UTC) if isinstance(value, datetime) else value


def assert_same(import_map: ImportMap, row: dict[str, Any], typed: dict[str, Any]) -> None:
    expected = interpret_row(import_map, row, latest=LATEST)
    if isinstance(expected, Reject):
        found = (typed["_reject_column"], typed["_reject_value"], typed["_reject_reason"])
        assert found == (expected.column, expected.value, expected.reason_code), row
        return
    assert typed["_reject_reason"] is None, (row, typed)
    found = {field.name: in_utc(typed[field.name]) for field in fields(expected)}
    assert found == asdict(expected), row
    assert list(typed)[2:-3] == [field.name for field in fields(expected)]


ORDERS = make_map(
    dates=["%d/%m/%Y %H:%M", "%Y%m%d", "%m/%d/%y %I:%M %p", "%Y年%m月%d日"],
    time_zone="Europe/London",
    currency="GBP",
    paid_amount_is="net_of_refunds",
    refund_when={"order_key_prefix": "C", "negative_quantity": True, "negative_amount": True},
    cancelled_when={"column": "status", "values": ["交易关闭", "void"]},
)
NEW_YORK = make_map(
    {"ordered_at": "at", "amount": "price", "quantity": "qty", "customer_key": "who"},
    time_zone="America/New_York",
    decimal_comma=True,
)
CUSTOMERS = parse_map(
    {
        "kind": "customers",
        "source": "crm",
        "columns": {
            "customer_key": "id",
            "phone": {"column": "phone", "transform": "digits"},
            "gender": "sex",
            "birthday": "born",
            "joined_at": "since",
            "consent_sms": "sms",
        },
        "dates": ["%d.%m.%Y"],
        "choices": {"gender": {"0": "female", "1": "male"}},
    },
    name="crm.yaml",
)
PRODUCTS = parse_map(
    {
        "kind": "products",
        "source": "erp",
        "currency": "JPY",
        "columns": {"product_key": "id", "name": "name", "price": "price"},
    },
    name="erp.yaml",
)

BLANKS = st.sampled_from(["", "", "", " ", "\t", "\u3000", "\u00a0", "\ufeff", " \r\n"])
NOTHING = st.sampled_from(["", "NULL", "\\N", "nan", None])
ODD = st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=60)
DECIMALS = st.decimals(min_value=-(10**7), max_value=10**7, allow_nan=False, places=3).map(str)
HALVES = st.integers(-100_000, 100_000).map(lambda n: f"{n}.{'005' if n % 2 else '125'}")
NUMBERS = st.one_of(
    DECIMALS,
    HALVES,
    st.integers(-50, 50).map(str),
    st.floats(allow_nan=True, allow_infinity=True).map(repr),
    st.floats(-1e6, 1e6).map(repr),
    st.from_regex(
        r"\A[+-]?[¥$]? ?[0-9]{1,3}([,. ][0-9]{3}){0,4}([.,][0-9]{0,8})? ?元?\Z",
        alphabet="+-¥$ 0123456789,.元",
    ),
    st.from_regex(r"\A[+-]?[0-9]{0,17}\.?[0-9]{0,22}([eE][+-]?[0-9]{1,3})?\Z", alphabet="+-0123456789.eE"),
)
CLOCK_CHANGES = st.sampled_from(
    [datetime(2011, 3, 27), datetime(2011, 10, 30), datetime(2017, 3, 12), datetime(2017, 11, 5)]
)
LOCAL = st.one_of(
    st.datetimes(datetime(1, 1, 1), datetime(2100, 1, 1)),
    st.datetimes(datetime(1969, 12, 30), datetime(2028, 1, 1)),
    st.builds(
        lambda day, minute: day.replace(hour=minute // 60, minute=minute % 60),
        CLOCK_CHANGES,
        st.integers(0, 300),
    ),
)
WRITTEN = st.sampled_from(
    ["%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%d", "%d/%m/%Y %H:%M", "%Y%m%d", "%m/%d/%y %I:%M %p",
     "%Y年%m月%d日", "%Y-%m-%d %H:%M:%SZ", "%Y-%m-%d %H:%M:%S+08:00", "%Y-%m-%dT%H:%M:%S.%f-0330", "%d.%m.%Y",
     "%Y-%m-%d %H:%M"]
)  # fmt: skip
MOMENTS = st.one_of(
    st.builds(lambda moment, shape: moment.strftime(shape), LOCAL, WRITTEN),
    st.from_regex(r"\A[12][0-9]{3}-[0-3]?[0-9]-[0-3]?[0-9]([T ][0-2]?[0-9]:[0-6][0-9](:[0-6][0-9](\.[0-9]{1,9})?)?)?\Z",
                  alphabet="0123456789-T :."),
    st.from_regex(r"\A[0-3]?[0-9]/[01]?[0-9]/[12][0-9]{3} [0-2]?[0-9]:[0-5][0-9]\Z", alphabet="0123456789/ :"),
    st.from_regex(r"\A(19|20)[0-9]{6}\Z", alphabet="0123456789"),
    st.from_regex(r"\A[01]?[0-9]/[0-3]?[0-9]/[0-9]{2} [01]?[0-9]:[0-5][0-9] (AM|pm)\Z", alphabet="0123456789/ :AMpm"),
)  # fmt: skip
KEYS = st.one_of(
    st.integers(0, 99999).map(lambda n: f"{n}.0"),
    st.from_regex(r"\AC?[0-9]{1,6}\Z", alphabet="C0123456789"),
    ODD,
)


def cell(strategy: st.SearchStrategy[str]) -> st.SearchStrategy[str | None]:
    padded = st.builds(lambda before, text, after: before + text + after, BLANKS, strategy, BLANKS)
    return st.one_of(padded, padded, padded, NOTHING, ODD)


def rows_of(
    import_map: ImportMap, **cells: st.SearchStrategy[str | None]
) -> st.SearchStrategy[list[dict[str, Any]]]:
    row = st.fixed_dictionaries({name.replace("_", " "): strategy for name, strategy in cells.items()})
    return st.lists(row, min_size=1, max_size=40).map(
        lambda rows: [row | {"_file": "f", "_line": line} for line, row in enumerate(rows)]
    )


QUICK = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@QUICK
@given(
    rows_of(
        ORDERS, order=cell(KEYS), at=cell(MOMENTS), paid_at=cell(MOMENTS), back_at=cell(MOMENTS),
        sku=cell(KEYS), qty=cell(NUMBERS), price=cell(NUMBERS),
        paid=cell(NUMBERS), refund=cell(NUMBERS), coupon=cell(NUMBERS), who=cell(KEYS),
        cur=cell(st.sampled_from(["JPY", "GBP", "usd", "KRW", "EURO"])),
        status=cell(st.sampled_from(["交易关闭", "ok"])),
    )
)  # fmt: skip
@example([make_row(ORDERS, at="2011-03-27 01:30:00")])  # the hour London's clocks skipped
@example([make_row(ORDERS, at="2011-10-30 01:30:00")])  # the hour they showed twice
@example([make_row(ORDERS, qty="1", price="0.125"), make_row(ORDERS, qty="-3", price="0.005")])  # halves
@example([make_row(ORDERS, qty="999999999", price="999999999999.999999")])  # a product beyond all bounds
@example([make_row(ORDERS, qty="1", price="0.5", cur="JPY")])  # no minor unit, and a half
def test_a_set_of_order_rows_is_read_as_each_row_by_itself(duck, rows):
    for row, typed in zip(rows, by_sql(duck, ORDERS, rows), strict=True):
        assert_same(ORDERS, row, typed)


GOOD = {"at": MOMENTS, "amount": DECIMALS}


@QUICK
@given(st.lists(MOMENTS, min_size=1, max_size=60))
def test_every_way_of_writing_a_moment_means_the_same_moment(duck, texts):
    rows = [make_row(ORDERS, at=text) | {"_line": line, "status": ""} for line, text in enumerate(texts)]
    for row, typed in zip(rows, by_sql(duck, ORDERS, rows), strict=True):
        assert_same(ORDERS, row, typed)


@QUICK
@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=60))
def test_every_way_of_writing_a_number_means_the_same_number(duck, pairs):
    rows = [
        make_row(ORDERS, qty=a, price=b) | {"_line": line, "status": ""} for line, (a, b) in enumerate(pairs)
    ]
    for row, typed in zip(rows, by_sql(duck, ORDERS, rows), strict=True):
        assert_same(ORDERS, row, typed)


@QUICK
@given(rows_of(NEW_YORK, at=cell(MOMENTS), price=cell(NUMBERS), qty=cell(NUMBERS), who=cell(KEYS)))
def test_decimal_commas_and_made_order_keys_agree(duck, rows):
    seen: dict[str, int] = {}
    for row, typed in zip(rows, by_sql(duck, NEW_YORK, rows), strict=True):
        expected = interpret_row(NEW_YORK, row, latest=LATEST)
        if isinstance(expected, Reject):
            assert_same(NEW_YORK, row, typed)
            continue
        seen[expected.content_hash] = seen.get(expected.content_hash, 0) + 1
        again = interpret_row(NEW_YORK, row, latest=LATEST, occurrence=seen[expected.content_hash])
        assert {field.name: in_utc(typed[field.name]) for field in fields(again)} == asdict(again)


@QUICK
@given(
    rows_of(
        CUSTOMERS, id=cell(KEYS), phone=cell(st.from_regex(r"\A\+?86 ?1[0-9]{10}\Z", alphabet="+0123456789 ")),
        sex=cell(st.sampled_from(["0", "1", "女", "M", "?"])), born=cell(MOMENTS), since=cell(MOMENTS),
        sms=cell(st.sampled_from(["是", "no", "Y", "maybe"])),
    )
)  # fmt: skip
def test_a_set_of_customer_rows_is_read_as_each_row_by_itself(duck, rows):
    for row, typed in zip(rows, by_sql(duck, CUSTOMERS, rows), strict=True):
        assert_same(CUSTOMERS, row, typed)


@QUICK
@given(rows_of(PRODUCTS, id=cell(KEYS), name=cell(ODD), price=cell(NUMBERS)))
def test_a_set_of_product_rows_is_read_as_each_row_by_itself(duck, rows):
    for row, typed in zip(rows, by_sql(duck, PRODUCTS, rows), strict=True):
        assert_same(PRODUCTS, row, typed)


def test_equal_rows_without_order_keys_stay_orders_of_their_own(duck):
    row = make_row(NEW_YORK, at="1997-01-01", price="11,77", qty="1", who="00001")
    rows = [row | {"_line": 2}, row | {"_line": 5}]
    first, second = (typed["order_key"] for typed in by_sql(duck, NEW_YORK, rows))
    assert (first[:-2], first[-2:], second[-2:]) == (second[:-2], "-1", "-2")


def test_names_and_words_with_quotes_do_no_harm(duck):
    nasty = 'it\'s "x"; DROP TABLE staged; --'
    columns = {"ordered_at": "at", "amount": nasty, "customer_key": nasty, "channel": {"constant": nasty}}
    odd = make_map(
        columns, source=nasty, cancelled_when={"column": nasty, "values": [nasty]}, null_words=[nasty]
    )
    rows = [{"at": "2026-01-01", nasty: "1.5", "_file": nasty, "_line": 1}]
    assert_same(odd, rows[0], by_sql(duck, odd, rows)[0])
