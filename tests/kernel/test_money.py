"""Money is whole minor units, rounded once, half to even."""

from decimal import Decimal, InvalidOperation

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siyu.kernel.money import Fen, fen_of, yuan_of

ROUNDED = [
    ("2.55", "CNY", 255),
    ("0.125", "CNY", 12),  # half goes to the even neighbour
    ("0.135", "CNY", 14),
    ("-0.125", "CNY", -12),
    ("1.1e3", "CNY", 110_000),
    ("1500", "JPY", 1500),  # yen have no smaller unit
    ("99999999999999.99", "GBP", 9_999_999_999_999_999),
]


@pytest.mark.parametrize(("text", "currency", "fen"), ROUNDED)
def test_an_amount_is_rounded_half_to_even(text: str, currency: str, fen: int) -> None:
    assert fen_of(text, currency) == fen


@pytest.mark.parametrize("text", ["", "abc", "1,5", "NaN", "Infinity"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises((InvalidOperation, ValueError, OverflowError)):
        fen_of(text)


@given(st.integers(-(10**16), 10**16), st.sampled_from(["CNY", "JPY", "GBP"]))
def test_an_amount_survives_the_way_out_and_back(fen: int, currency: str) -> None:
    assert fen_of(yuan_of(Fen(fen), currency), currency) == fen


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=6))
def test_rounding_moves_by_half_a_fen_at_most(amount: Decimal) -> None:
    assert abs(Decimal(fen_of(amount)) - amount * 100) <= Decimal("0.5")
