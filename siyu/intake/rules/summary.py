"""The counts of an import as people read them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from siyu.kernel.money import minor_digits

_LINES = (
    ("rows in the file", "rows"),
    ("rows turned away", "rejected"),
    ("rows known before", "known_rows"),
    ("order lines", "order_line"),
    ("orders", "order"),
    ("orders extended", "orders_extended"),
    ("refunds", "refund"),
    ("cancelled orders", "cancellations"),
    ("orders never paid", "order_placed"),
    ("lines without a customer", "anonymous_lines"),
    ("orders without a customer", "anonymous_orders"),
    ("customers in the file", "customers"),
    ("customers new", "customers_added"),
    ("customers changed", "customers_changed"),
    ("customers unchanged", "customers_unchanged"),
    ("phones of others", "phone_conflicts"),
    ("erased, left out", "customers_erased"),
    ("products new", "products_added"),
    ("products changed", "products_changed"),
    ("products unchanged", "products_unchanged"),
    ("stores new", "stores_added"),
    ("stores changed", "stores_changed"),
    ("stores unchanged", "stores_unchanged"),
)
_MONEY = (("sales", "paid_fen"), ("refunded", "refunded_fen"))


def summary_lines(counts: Mapping[str, Any], *, currency: str) -> list[tuple[str, str]]:
    """What an import brought, a line a number; kinds have different numbers.

    >>> summary_lines({"rows": 1200, "rejected": 0, "paid_fen": 123450, "refunded_fen": 50}, currency="CNY")[-1]
    ('sales less refunds', '1,234.00 CNY')
    """
    lines = [(said, f"{counts[name]:,}") for said, name in _LINES if name in counts]
    if "paid_fen" in counts:
        worth = {said: int(counts.get(name, 0)) for said, name in _MONEY}
        worth["sales less refunds"] = worth["sales"] - worth["refunded"]
        digits = minor_digits(currency)
        lines += [
            (said, f"{Decimal(fen).scaleb(-digits):,.{digits}f} {currency}") for said, fen in worth.items()
        ]
    return lines + [
        (f"turned away for {one['column'] or 'the row'}: {one['code']}", f"{one['count']:,}")
        for one in counts.get("reasons", [])
    ]
