"""Cells of a file as those see them who may not see personal data."""

import re
from collections.abc import Mapping

# Eleven digits of a mainland mobile number, however they are grouped, with or without +86.
_PHONE = re.compile(r"(?<![0-9])((?:\+?86)?[ -]?1[3-9][0-9])([ -]?)[0-9]{4}\2([0-9]{4})(?![0-9])")
_INTERNATIONAL = re.compile(r"(\+[0-9]{2})[0-9 -]{4,12}([0-9]{4})(?![0-9])")
_MAIL = re.compile(r"([A-Za-z0-9_.+-])[A-Za-z0-9_.+-]*@[A-Za-z0-9-]+(\.[A-Za-z0-9.-]+)")


def masked(text: str) -> str:
    """The text without the middle of telephone numbers and mail addresses that stand in it.

    >>> masked("13800138000"), masked("王 +8613800138000, ann@example.com"), masked("17850.0")
    ('138****8000', '王 +86138****8000, a****.com', '17850.0')
    """
    text = _PHONE.sub(r"\1****\3", text)
    return _MAIL.sub(r"\1****\2", _INTERNATIONAL.sub(r"\1****\2", text))


def masked_row(row: Mapping[str, str | None]) -> dict[str, str | None]:
    """The row with every cell masked.

    >>> masked_row({"手机": "138-0013-8000", "备注": None})
    {'手机': '138****8000', '备注': None}
    """
    return {column: None if cell is None else masked(cell) for column, cell in row.items()}
