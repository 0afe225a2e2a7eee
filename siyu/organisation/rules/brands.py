"""Pure decisions about a brand: its code, its time zone, its currency."""

import re
from zoneinfo import ZoneInfo

from siyu.organisation.errors import BadBrandCode, UnknownCurrency, UnknownTimeZone

_BRAND_CODE = re.compile(r"[a-z][a-z0-9-]{1,31}")
_CURRENCY = re.compile(r"[A-Z]{3}")


def check_brand_code(code: str) -> None:
    """Returns if the code may name a brand.

    raises  BadBrandCode

    >>> check_brand_code("tea-house-2")
    """
    if not _BRAND_CODE.fullmatch(code):
        raise BadBrandCode(value=code)


def check_time_zone(name: str) -> None:
    """Returns if the zone is in the IANA list.

    raises  UnknownTimeZone

    >>> check_time_zone("Asia/Shanghai")
    """
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError) as unknown:
        raise UnknownTimeZone(value=name) from unknown


def check_currency(code: str) -> None:
    """Returns if the code has the shape of a currency's.

    raises  UnknownCurrency
    source  ISO 4217

    >>> check_currency("CNY")
    """
    if not _CURRENCY.fullmatch(code):
        raise UnknownCurrency(value=code)
