"""Segments to begin with: definitions that are of use as they stand, and whose numbers a brand then changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_ADDED_TO_CART: Mapping[str, Any] = {
    "fact": "cart_changed",
    "where": {"property": "action", "op": "=", "value": "add"},
}
_COUNTED_ORDER: Mapping[str, Any] = {
    "fact": "order",
    "where": {"property": "cancelled", "op": "=", "value": False},
}


@dataclass(frozen=True, slots=True)
class SegmentTemplate:
    """A definition with what people call it and when it serves."""

    name: str
    label: Mapping[str, str]
    description: Mapping[str, str]
    definition: Mapping[str, Any]


TEMPLATES = (
    SegmentTemplate(
        "left_carts",
        {"zh": "加购未下单", "en": "Left carts"},
        {
            "zh": "最近 30 天内最近一次加购之后 3 天内没有下单；3 天未满的不算。",
            "en": "No order within 3 days after the last time in 30 days that a product was put into the cart; "
            "those whose 3 days are not over are left out.",
        },
        {
            "sequence": {
                "first": _ADDED_TO_CART,
                "not_then": {"fact": "order"},
                "within": {"days": 3},
                "which": "last",
                "window": {"days": 30},
            }
        },
    ),
    SegmentTemplate(
        "no_second_order",
        {"zh": "首单后未复购", "en": "No second order"},
        {
            "zh": "首单在最近 90 天内，之后 30 天内没有再下单；30 天未满的不算。",
            "en": "A first order in the last 90 days, and no other within 30 days; those whose 30 days are not over "
            "are left out.",
        },
        {
            "and": [
                {"first_time": {**_COUNTED_ORDER, "window": {"days": 90}}},
                {
                    "sequence": {
                        "first": _COUNTED_ORDER,
                        "not_then": {"fact": "order"},
                        "within": {"days": 30},
                        "which": "first",
                    }
                },
            ]
        },
    ),
    SegmentTemplate(
        "looked_not_ordered",
        {"zh": "多次浏览未购", "en": "Looked, did not order"},
        {
            "zh": "最近 7 天浏览商品 3 次以上，而最近 7 天没有下单。",
            "en": "Looked at products three times or more in 7 days, and did not order in them.",
        },
        {
            "and": [
                {
                    "event": {"aggregate": "count", "fact": "product_view", "window": {"days": 7}},
                    "op": ">=",
                    "value": 3,
                },
                {
                    "event": {"aggregate": "count", "fact": "order", "window": {"days": 7}},
                    "op": "=",
                    "value": 0,
                },
            ]
        },
    ),
)
