"""Money is a whole number of minor units: fen for CNY, pence for GBP; never a float."""

from decimal import ROUND_HALF_EVEN, Decimal
from typing import NewType

Fen = NewType("Fen", int)

MINOR_DIGITS: dict[str, int] = {"JPY": 0, "KRW": 0, "VND": 0}


def minor_digits(currency: str) -> int:
    """How many digits stand behind the point of a currency.

    source  ISO 4217

    >>> minor_digits("CNY"), minor_digits("JPY")
    (2, 0)
    """
    return MINOR_DIGITS.get(currency, 2)


def fen_of(amount: Decimal | str, currency: str = "CNY") -> Fen:
    """The amount in minor units, rounded half to even once.

    raises  decimal.InvalidOperation if the text is no number

    >>> fen_of("2.55"), fen_of("0.125"), fen_of("0.135")
    (255, 12, 14)
    """
    shifted = Decimal(amount).scaleb(minor_digits(currency))
    return Fen(int(shifted.quantize(Decimal(1), rounding=ROUND_HALF_EVEN)))


def yuan_of(fen: int, currency: str = "CNY") -> Decimal:
    """The amount in major units, exact.

    >>> yuan_of(1999)
    Decimal('19.99')
    """
    return Decimal(fen).scaleb(-minor_digits(currency))
