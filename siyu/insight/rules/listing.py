"""What a list of traits says of each beside its definition: where it comes from and its unit in words."""

from collections.abc import Collection, Mapping
from enum import StrEnum

from siyu.insight.contracts import TraitInfo, TraitType

_T = TraitType


class Origin(StrEnum):
    """Who says what a trait is: Siyu, the brand, or a module that keeps it (fields and tags among them)."""

    BUILT_IN = "built_in"
    OWN = "own"
    OFFERED = "offered"


_UNITS: Mapping[str, Mapping[str, str]] = {
    "fen": {"zh": "分（金额）", "en": "fen (money)"},
    "orders": {"zh": "单", "en": "orders"},
    "days": {"zh": "天", "en": "days"},
    "refunds": {"zh": "笔", "en": "refunds"},
    "score": {"zh": "分（1–5）", "en": "score, 1 to 5"},
}
_KINDS: Mapping[TraitType, Mapping[str, str]] = {
    _T.INTEGER: {"zh": "个", "en": "number"},
    _T.NUMBER: {"zh": "数值", "en": "number"},
    _T.MONEY: {"zh": "分（金额）", "en": "fen (money)"},
    _T.TEXT: {"zh": "文字", "en": "text"},
    _T.CHOICE: {"zh": "类别", "en": "category"},
    _T.MOMENT: {"zh": "时间", "en": "moment"},
    _T.BOOLEAN: {"zh": "是 / 否", "en": "yes / no"},
}


def unit_said(info: TraitInfo) -> Mapping[str, str]:
    """The unit in both languages; without one, what kind of value it is.

    >>> unit_said(TraitInfo("x", TraitType.BOOLEAN, "", {}, {}))["en"]
    'yes / no'
    """
    return _UNITS.get(info.unit) or _KINDS[info.type]


def origin_of(name: str, *, built_in: Collection[str], own: Collection[str]) -> Origin:
    """Who says what the trait of this name is."""
    if name in own:
        return Origin.OWN
    return Origin.BUILT_IN if name in built_in else Origin.OFFERED
