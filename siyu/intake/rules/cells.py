"""One cell of text: trimmed, told from nothing, and read as a number, in Python; rules/sql.py says the same in SQL."""

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal

from siyu.intake.contracts import TRIMMED_CHARACTERS, Transform
from siyu.kernel.money import minor_digits

KEY_LENGTH_MAX = 128
TEXT_LENGTH_MAX = 1_000
SHOWN_LENGTH_MAX = 200
QUANTITY_MAX = Decimal(10) ** 9
MONEY_MAX = Decimal(10) ** 12
BEYOND_ANY = MONEY_MAX * 10
MINOR_UNITS_MAX = Decimal(10) ** 15
EXACT = Context(prec=60)
QUANTITY_DIGITS = 4
MONEY_DIGITS = 6

PLAIN_NUMBER = r"[+-]?([0-9]{1,15}(\.[0-9]{0,20})?|\.[0-9]{1,20})"
# What a zero looks like after binary fractions were summed: 2.8421709e-14. Other exponents are refused: a number
# that a spreadsheet wrote as 1.23E+08 has lost its digits.
TINY_NUMBER = r"[+-]?[0-9](\.[0-9]{0,20})?[eE]-(0?[7-9]|[1-9][0-9]{1,2})"
_PREFIX = r"([+-]?[¥￥$£€]? ?|[¥￥$£€] ?[+-])"
DRESSED_NUMBER = rf"{_PREFIX}([0-9]{{1,3}}([,，][0-9]{{3}}){{1,4}}|[0-9]{{1,15}})(\.[0-9]{{0,20}})? ?元?"
DRESSED_NUMBER_COMMA = (
    rf"{_PREFIX}([0-9]{{1,3}}([. ][0-9]{{3}}){{1,4}}|[0-9]{{1,15}})(,[0-9]{{0,20}})? ?[€元]?"
)
INTEGER_WITH_POINT = r"([0-9]+)\.0*"
CURRENCY_CODE = "[A-Z]{3}"

_GENDERS = {
    "female": ("女", "F", "f", "female", "Female", "FEMALE", "女性"),
    "male": ("男", "M", "m", "male", "Male", "MALE", "男性"),
    "unknown": ("未知", "保密", "U", "unknown", "Unknown", "UNKNOWN"),
}
_FLAGS = {
    "yes": ("yes", "Yes", "YES", "Y", "y", "true", "True", "TRUE", "1", "是", "同意", "已授权"),
    "no": ("no", "No", "NO", "N", "n", "false", "False", "FALSE", "0", "否", "拒绝", "不同意", "未授权"),
}
_MEANINGS = {"gender": _GENDERS, "consent_sms": _FLAGS}


def trimmed(text: str | None) -> str:
    """The text without the blanks around it, Chinese and non-breaking ones too; nothing is an empty text.

    >>> trimmed("\u3000上海 ")
    '上海'
    """
    return "" if text is None else text.strip(TRIMMED_CHARACTERS)


def transformed(text: str, transform: Transform | None) -> str:
    """The text after its repair; `integer_text` undoes the point a spreadsheet put into a number's name.

    >>> transformed("17850.0", Transform.INTEGER_TEXT), transformed("138-0013 8000", Transform.DIGITS)
    ('17850', '13800138000')
    """
    if transform is Transform.INTEGER_TEXT:
        match = re.fullmatch(INTEGER_WITH_POINT, text, re.ASCII)
        return text if match is None else match.group(1)
    if transform is Transform.DIGITS:
        return re.sub(r"[^0-9]", "", text)
    return text


def number_of(text: str, *, digits: int, decimal_comma: bool = False) -> Decimal | None:
    """The number a trimmed text writes, held to `digits` behind the point; None if it is none.

    Currency signs, 元 and separators of thousands are allowed. Digits beyond those held are the noise of binary
    fractions and are rounded half away from zero; the rounding of money to minor units comes later, half to even.

    >>> number_of("¥1,234.50", digits=6), number_of("0.30000000000000004", digits=6), number_of("12a", digits=6)
    (Decimal('1234.500000'), Decimal('0.300000'), None)
    >>> number_of("1.234,5", digits=2, decimal_comma=True)
    Decimal('1234.50')
    """
    if decimal_comma:
        if re.fullmatch(DRESSED_NUMBER_COMMA, text) is None:
            return None
        plain = re.sub("[^0-9,+-]", "", text).replace(",", ".")
    elif re.fullmatch(PLAIN_NUMBER, text):
        plain = text
    elif re.fullmatch(TINY_NUMBER, text):
        plain = "0"
    elif re.fullmatch(DRESSED_NUMBER, text):
        plain = re.sub("[^0-9.+-]", "", text)
    else:
        return None
    value = Decimal(plain)
    if abs(value) >= BEYOND_ANY:
        return BEYOND_ANY
    return value.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP, context=EXACT)


def minor_units(amount: Decimal, currency: str) -> int:
    """The amount in minor units of its currency, rounded half to even.

    >>> minor_units(Decimal("0.125"), "GBP"), minor_units(Decimal("0.135"), "GBP"), minor_units(Decimal("2.5"), "JPY")
    (12, 14, 2)
    """
    shifted = amount.scaleb(minor_digits(currency), context=EXACT)
    return int(shifted.quantize(Decimal(1), rounding=ROUND_HALF_EVEN, context=EXACT))


def meanings_of(target: str, own: Mapping[str, str] | None) -> dict[str, str]:
    """What each word of a choice or a yes/no field means; a map's own words come first.

    >>> meanings_of("gender", {"1": "male"})["1"], meanings_of("gender", None)["女"]
    ('male', 'female')
    """
    known = {word: meaning for meaning, words in _MEANINGS[target].items() for word in words}
    return known | dict(own or {})


def allowed_meanings(target: str) -> tuple[str, ...]:
    """The meanings that a map's own words for this field may have; empty if the field has no choices.

    >>> allowed_meanings("consent_sms")
    ('yes', 'no')
    """
    return tuple(_MEANINGS.get(target, ()))
