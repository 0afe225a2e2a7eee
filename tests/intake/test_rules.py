"""What one row of text means: the reference reading, case by case."""

# ruff: noqa: DTZ001 - wall clocks, before a zone is known, are what these tests are about

from dataclasses import asdict
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siyu.intake.contracts import CustomerRow, OrderRow, ProductRow, Reject, StoreRow
from siyu.intake.rules.mapping import parse_map
from siyu.intake.rules.moments import WrittenMoment, moment_of
from siyu.intake.rules.row import interpret_row
from tests.intake.makers import LATEST, make_map, make_row

REFUNDS = {"order_key_prefix": "C", "negative_quantity": True, "negative_amount": True}
TILL = make_map(refund_when=REFUNDS, dates=["%Y/%m/%d %H:%M"])

READ = [
    ({}, {"order_key": "A1", "quantity": Decimal(2), "amount_fen": 1980, "paid_fen": 1980, "refund_fen": 0}),
    ({"who": "17850.0"}, {"customer_key": "17850", "customer_namespace": "till"}),  # the spreadsheet's point
    ({"who": " NULL "}, {"customer_key": None, "customer_namespace": None}),  # an anonymous sale
    ({"order": "\u3000A2\ufeff"}, {"order_key": "A2"}),  # Chinese blanks and a stray mark
    (
        {"at": "2026/5/1 9:05"},
        {"ordered_at": datetime(2026, 5, 1, 1, 5, tzinfo=UTC)},
    ),  # the map's format, Shanghai
    (
        {"at": "2026-05-01T09:05:00Z"},
        {"ordered_at": datetime(2026, 5, 1, 9, 5, tzinfo=UTC)},
    ),  # its own offset wins
    ({"qty": "1", "price": "0.125"}, {"amount_fen": 12}),  # half to even, down
    (
        {"qty": "3", "price": "0.045"},
        {"amount_fen": 14},
    ),  # 0.135: half to even, up; rounded once, after the product
    ({"qty": "1.5", "price": "¥1,234.50"}, {"amount_fen": 185_175, "unit_price_fen": 123_450}),
    ({"qty": "3", "price": "0.5", "cur": "JPY"}, {"amount_fen": 2, "currency": "JPY"}),  # no minor unit
    ({"qty": "0"}, {"amount_fen": 0, "is_refund": False}),
    (
        {"order": "C1", "qty": "-2"},
        {"is_refund": True, "amount_fen": -1980, "paid_fen": 0, "refund_fen": 1980},
    ),
    (
        {"order": "C1", "qty": "2"},
        {"is_refund": True, "quantity": Decimal(-2), "amount_fen": -1980},
    ),  # key decides
    ({"qty": "-2"}, {"is_refund": True, "refund_fen": 1980}),
    ({"qty": "1", "price": "-5"}, {"is_refund": True, "amount_fen": -500, "refund_fen": 500}),
    ({"paid": "15", "refund": "4.80"}, {"paid_fen": 1500, "refund_fen": 480, "is_refund": False}),
    ({"paid_at": ""}, {"paid_at": None, "is_paid": False, "paid_fen": 0}),  # ordered, never paid
    ({"paid_at": "", "paid": "3"}, {"is_paid": True, "paid_fen": 300}),  # money says it was
    ({"coupon": "-2.5"}, {"coupon_discount_fen": 250}),  # files write discounts with either sign
]


@pytest.mark.parametrize(("cells", "expected"), READ)
def test_an_order_row_means(cells, expected):
    found = interpret_row(TILL, make_row(TILL, **cells), latest=LATEST)
    assert isinstance(found, OrderRow), found
    assert {name: asdict(found)[name] for name in expected} == expected


REFUSED = [
    ({"order": ""}, "order", "", "missing"),
    ({"at": " "}, "at", "", "missing"),
    ({"at": "01.05.2026"}, "at", "01.05.2026", "not_a_moment"),  # a format the map does not have
    ({"at": "2026-02-30"}, "at", "2026-02-30", "not_a_moment"),  # no such day
    ({"at": "2026-05-01 24:00:00"}, "at", "2026-05-01 24:00:00", "not_a_moment"),
    ({"at": "1969-12-31"}, "at", "1969-12-31", "too_early"),
    ({"at": "2999-01-01"}, "at", "2999-01-01", "too_late"),
    ({"paid_at": "soon"}, "paid at", "soon", "not_a_moment"),
    ({"qty": "two"}, "qty", "two", "not_a_number"),
    ({"qty": ""}, "qty", "", "missing"),
    ({"qty": "1E+08"}, "qty", "1E+08", "not_a_number"),  # a spreadsheet swallowed its digits
    ({"qty": "1000000000"}, "qty", "1000000000", "too_large"),
    ({"price": "1,23"}, "price", "1,23", "not_a_number"),  # neither thousands nor, here, a decimal comma
    ({"price": "NULL"}, "price", "NULL", "missing"),
    ({"qty": "999999999", "price": "999999999"}, "price", "999999999", "too_large"),  # their product
    ({"cur": "rmb"}, "cur", "rmb", "not_a_currency"),
    ({"order": "x" * 129}, "order", "x" * 129, "too_long"),
    ({"order": "x" * 300}, "order", "x" * 200, "too_long"),  # shown in part
    ({"order": "", "qty": "two"}, "order", "", "missing"),  # the first trouble is named
]


@pytest.mark.parametrize(("cells", "column", "value", "code"), REFUSED)
def test_a_row_that_means_nothing_says_where_and_why(cells, column, value, code):
    found = interpret_row(TILL, make_row(TILL, **cells), latest=LATEST)
    assert isinstance(found, Reject), found
    assert (found.file, found.line, found.column, found.value, found.reason_code) == (
        "till.csv", 7, column, value, code
    )  # fmt: skip
    assert found.reason.endswith((".", "map."))


def test_a_paid_amount_net_of_refunds_is_made_whole():
    net = make_map(paid_amount_is="net_of_refunds")
    found = interpret_row(net, make_row(net, paid="15", refund="4.80"), latest=LATEST)
    assert isinstance(found, OrderRow)
    assert (found.paid_fen, found.refund_fen) == (1980, 480)


def test_a_status_may_say_that_an_order_was_cancelled():
    closed = make_map(cancelled_when={"column": "status", "values": ["交易关闭"]})
    for status, expected in (("交易关闭 ", True), ("交易成功", False), ("", False)):
        found = interpret_row(closed, make_row(closed, status=status), latest=LATEST)
        assert isinstance(found, OrderRow)
        assert found.is_cancelled is expected


def test_rows_without_order_keys_get_one_from_their_content():
    cdnow = make_map({"ordered_at": "at", "amount": "price"})
    row = make_row(cdnow)
    first, second = (interpret_row(cdnow, row, latest=LATEST, occurrence=n) for n in (1, 2))
    other = interpret_row(cdnow, row | {"price": "9.91"}, latest=LATEST)
    assert len({found.order_key for found in (first, second, other)}) == 3
    assert interpret_row(cdnow, row | {"_line": 99, "_file": "b"}, latest=LATEST) == first


def test_customers_products_and_stores_are_read_too():
    crm = parse_map(
        {
            "kind": "customers",
            "source": "crm",
            "customer_namespace": "pos",
            "columns": {
                "customer_key": "id",
                "gender": "sex",
                "birthday": "born",
                "consent_sms": "sms",
                "phone": "tel",
            },
            "choices": {"consent_sms": {"ja": True}},
        },
        name="crm",
    )
    row = {
        "id": "7",
        "sex": "女",
        "born": "1990-2-3",
        "sms": "ja",
        "tel": "138 0013 8000",
        "_file": "f",
        "_line": 1,
    }
    found = interpret_row(crm, row, latest=LATEST)
    assert isinstance(found, CustomerRow)
    assert (found.customer_namespace, found.gender, found.birthday) == ("pos", "female", date(1990, 2, 3))
    assert (found.consent_sms, found.phone, found.joined_at) == (True, "138 0013 8000", None)
    assert interpret_row(crm, row | {"sms": "?"}, latest=LATEST).reason_code == "not_a_choice"
    erp = parse_map(
        {"kind": "products", "source": "erp", "columns": {"product_key": "id", "price": "tel"}}, name="e"
    )
    product = interpret_row(erp, row | {"tel": "9.9"}, latest=LATEST)
    assert isinstance(product, ProductRow)
    assert (product.product_key, product.price_fen, product.currency) == ("7", 990, "CNY")
    shops = parse_map(
        {"kind": "stores", "source": "erp", "columns": {"store_key": "id", "city": "sex"}}, name="s"
    )
    store = interpret_row(shops, row, latest=LATEST)
    assert isinstance(store, StoreRow)
    assert (store.store_key, store.city) == ("7", "女")


@given(
    st.datetimes(datetime(1990, 1, 1), datetime(2030, 1, 1)),
    st.sampled_from(["Asia/Shanghai", "Europe/London"]),
)
def test_a_moment_written_in_its_zone_comes_back_unless_the_clocks_skipped_it(local, zone):
    moment = moment_of(WrittenMoment(local), zone)
    assert moment.tzinfo is UTC
    assert abs(moment.replace(tzinfo=None) - local).total_seconds() <= 9 * 3600
