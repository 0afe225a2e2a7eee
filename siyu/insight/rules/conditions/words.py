"""A definition as a sentence that its author can check, in Chinese and English."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from siyu.insight.contracts import AllOf, AnyOf, Condition, Node, Not, Operator, TraitInfo, TraitType
from siyu.kernel.money import yuan_of

VALUES_SHOWN_MAX = 5
_O = Operator
_PHRASES: Mapping[Operator, tuple[str, str]] = {
    _O.EQ: ("{t}为{v}", "{t} is {v}"),
    _O.NE: ("{t}不为{v}（含未知）", "{t} is not {v} (or unknown)"),
    _O.LT: ("{t}小于{v}", "{t} is below {v}"),
    _O.LE: ("{t}不超过{v}", "{t} is at most {v}"),
    _O.GT: ("{t}大于{v}", "{t} is above {v}"),
    _O.GE: ("{t}至少{v}", "{t} is at least {v}"),
    _O.BETWEEN: ("{t}在{v}之间", "{t} is between {v}"),
    _O.IN: ("{t}为{v}之一", "{t} is one of {v}"),
    _O.NOT_IN: ("{t}不是{v}中任何一个（含未知）", "{t} is none of {v} (or unknown)"),
    _O.CONTAINS: ("{t}包含{v}", "{t} contains {v}"),
    _O.BEFORE: ("{t}早于{v}", "{t} is before {v}"),
    _O.AFTER: ("{t}晚于{v}", "{t} is after {v}"),
    _O.WITHIN_DAYS: ("{t}在最近 {v} 天内", "{t} is within the last {v} days"),
    _O.IS_KNOWN: ("{t}已知", "{t} is known"),
    _O.IS_UNKNOWN: ("{t}未知", "{t} is unknown"),
}
_EVERYBODY = {"zh": "所有客户", "en": "everybody"}
_JOIN = {("zh", "and"): "，且", ("zh", "or"): "，或", ("en", "and"): " and ", ("en", "or"): " or "}


def sentence(node: Node, language: str, *, zone: str) -> str:
    """The part in words; groups inside groups stand in brackets."""
    match node:
        case Condition():
            return condition_said(node, language, zone=zone)
        case Not():
            inner = sentence(node.part, language, zone=zone)
            return f"非（{inner}）" if language == "zh" else f"not ({inner})"
        case AllOf():
            return _group(node.parts, "and", language, zone) or _EVERYBODY[language]
        case AnyOf():
            return _group(node.parts, "or", language, zone)


def _group(parts: tuple[Node, ...], word: str, language: str, zone: str) -> str:
    said = (_bracketed(part, language, zone, alone=len(parts) == 1) for part in parts)
    return _JOIN[language, word].join(said)


def _bracketed(part: Node, language: str, zone: str, *, alone: bool) -> str:
    said = sentence(part, language, zone=zone)
    if alone or not isinstance(part, AllOf | AnyOf) or len(part.parts) <= 1:
        return said
    return f"（{said}）" if language == "zh" else f"({said})"


def condition_said(condition: Condition, language: str, *, zone: str) -> str:
    """One question in words."""
    phrase = _PHRASES[condition.operator][0 if language == "zh" else 1]
    return phrase.format(t=condition.trait.label[language], v=_values(condition, language, zone))


def _values(condition: Condition, language: str, zone: str) -> str:
    value = condition.value
    if value is None:
        return ""
    if not isinstance(value, tuple):
        return value_said(condition.trait, value, language, zone=zone)
    shown = [value_said(condition.trait, one, language, zone=zone) for one in value[:VALUES_SHOWN_MAX]]
    if condition.operator is _O.BETWEEN:
        return (" 到 " if language == "zh" else " and ").join(shown)
    more = len(value) - len(shown)
    rest = (f" 等 {len(value)} 个" if language == "zh" else f" and {more:,} more") if more else ""
    return ("、" if language == "zh" else ", ").join(shown) + rest


def value_said(trait: TraitInfo, value: Any, language: str, *, zone: str) -> str:
    """A value of a trait in words; money in yuan, moments by the zone's clock."""
    kind = trait.type
    if kind is TraitType.MONEY:
        return f"{yuan_of(value):,}"
    if kind is TraitType.CHOICE:
        return str(trait.choices[value][language])
    if kind is TraitType.BOOLEAN:
        return {("zh", True): "是", ("zh", False): "否", ("en", True): "yes", ("en", False): "no"}[
            language, value
        ]
    if isinstance(value, datetime):
        return _moment(value, zone)
    return (
        f"{value:,g}"
        if isinstance(value, float)
        else f"“{value}”"
        if kind is TraitType.TEXT
        else f"{value:,}"
    )


def _moment(value: datetime, zone: str) -> str:
    """The zone's wall clock; a date alone where the moment begins or ends a day."""
    local = value.astimezone(ZoneInfo(zone))
    after = (value + timedelta(microseconds=1)).astimezone(ZoneInfo(zone))
    if (local.hour, local.minute, local.second, local.microsecond) == (
        0,
        0,
        0,
        0,
    ) or after.date() != local.date():
        return local.date().isoformat()
    return local.strftime("%Y-%m-%d %H:%M")
