"""The value of a condition, checked and typed."""

import math
import unicodedata
from datetime import UTC, datetime, timedelta
from typing import Any

from siyu.insight.contracts import TEXT_MAX, VALUES_MAX, Misread, Operator, TraitInfo, TraitType
from siyu.kernel.clock import parse_moment

NO_VALUE: Any = object()
WHOLE_MAX = 2**63 - 1
DAYS_MAX = 36_500
_DATE_LENGTH = len("2026-01-31")
_O = Operator
_MICROSECOND = timedelta(microseconds=1)


def value_of(found: Any, operator: Operator, trait: TraitInfo, path: str, zone: str) -> Any:
    """The typed value: a scalar, a tuple for lists and ranges, None where the operator takes none.

    raises  Misread
    """
    if operator in (_O.IS_KNOWN, _O.IS_UNKNOWN):
        if found is not NO_VALUE and found is not None:
            raise Misread(
                path, (f"{operator} takes no value", f"{operator} 不需要值"), ("Remove it.", "请删除。")
            )
        return None
    if found is NO_VALUE or found is None:
        raise Misread(
            path,
            ("the value is missing", "缺少值"),
            ("To ask for missing values use is_unknown.", "要筛选缺失值请用 is_unknown。"),
        )
    if operator is _O.WITHIN_DAYS:
        return _days(found, path)
    if operator is _O.BETWEEN:
        return _range(found, trait, path, zone)
    if operator in (_O.IN, _O.NOT_IN):
        return _list(found, trait, path)
    if trait.type is TraitType.MOMENT:
        first, last = _moments(found, path, zone)
        return first if operator is _O.BEFORE else last
    return _scalar(found, trait, path)


def _days(found: Any, path: str) -> int:
    if isinstance(found, bool) or not isinstance(found, int) or not 1 <= found <= DAYS_MAX:
        raise Misread(
            path,
            (
                f"a whole number of days from 1 to {DAYS_MAX:,} is needed",
                f"需要 1 到 {DAYS_MAX:,} 的整数天数",
            ),
            ('Write "value": 30.', '请写 "value": 30。'),
        )
    return found


def _range(found: Any, trait: TraitInfo, path: str, zone: str) -> tuple[Any, Any]:
    if not isinstance(found, list) or len(found) != 2:  # noqa: PLR2004 -- a range has two ends
        raise Misread(
            path,
            ("between needs two values", "between 需要两个值"),
            ('Write "value": [low, high].', '请写 "value": [下限, 上限]。'),
        )
    if trait.type is TraitType.MOMENT:
        low, high = _moments(found[0], f"{path}[0]", zone)[0], _moments(found[1], f"{path}[1]", zone)[1]
    else:
        low, high = (_scalar(end, trait, f"{path}[{i}]") for i, end in enumerate(found))
    if low > high:
        raise Misread(
            path,
            ("the range ends before it begins", "区间的上限小于下限"),
            ("Swap the two values.", "请交换两个值。"),
        )
    return low, high


def _list(found: Any, trait: TraitInfo, path: str) -> tuple[Any, ...]:
    if not isinstance(found, list) or not found:
        raise Misread(
            path,
            ("a list with at least one value is needed", "需要至少一个值的列表"),
            ('Write "value": [ … ].', '请写 "value": [ … ]。'),
        )
    if len(found) > VALUES_MAX:
        raise Misread(
            path,
            (f"the list holds more than {VALUES_MAX:,} values", f"列表超过 {VALUES_MAX:,} 个值"),
            ("Shorten it.", "请缩短列表。"),
        )
    return tuple(_scalar(one, trait, f"{path}[{i}]") for i, one in enumerate(found))


def _scalar(found: Any, trait: TraitInfo, path: str) -> Any:
    checks = {
        TraitType.INTEGER: _whole,
        TraitType.MONEY: _whole,
        TraitType.NUMBER: _number,
        TraitType.TEXT: _text,
        TraitType.CHOICE: _text,
        TraitType.BOOLEAN: _flag,
    }
    value = checks[trait.type](found, path)
    if trait.type is TraitType.CHOICE and value not in trait.choices:
        listed = ", ".join(trait.choices)
        raise Misread(
            path,
            (f"{value!r} is not a value of {trait.name}", f"{value!r} 不是 {trait.name} 的取值"),
            (f"Use one of: {listed}.", f"可用的有：{listed}。"),
        )
    return value


def _whole(found: Any, path: str) -> int:
    if isinstance(found, bool) or not isinstance(found, int) or abs(found) > WHOLE_MAX:
        raise Misread(
            path,
            ("a whole number is needed", "需要整数"),
            ("Money is written in fen: 19900 for 199 yuan.", "金额以分为单位：199 元写 19900。"),
        )
    return found


def _number(found: Any, path: str) -> float:
    fits = isinstance(found, int | float) and not isinstance(found, bool) and abs(found) <= WHOLE_MAX
    if not fits or not math.isfinite(found):
        raise Misread(
            path, ("a number is needed", "需要数字"), ('Write "value": 12.5.', '请写 "value": 12.5。')
        )
    return float(found)


def _text(found: Any, path: str) -> str:
    usable = isinstance(found, str) and 0 < len(found) <= TEXT_MAX
    if not usable or any(unicodedata.category(letter) in ("Cc", "Cs") for letter in found):
        raise Misread(
            path,
            (f"a text of 1 to {TEXT_MAX} characters is needed", f"需要 1 到 {TEXT_MAX} 个字符的文字"),
            ('Write "value": "…".', '请写 "value": "…"。'),
        )
    return str(found)


def _flag(found: Any, path: str) -> bool:
    if not isinstance(found, bool):
        raise Misread(path, ("true or false is needed", "需要 true 或 false"), ("", ""))
    return found


def _moments(found: Any, path: str, zone: str) -> tuple[datetime, datetime]:
    """The first and last moment of what was written: a whole day for a bare date, else the moment twice."""
    try:
        last = parse_moment(found, zone)
        if len(found) > _DATE_LENGTH:
            return last, last
        eve = datetime.fromisoformat(found).date() - timedelta(days=1)
        return (parse_moment(eve.isoformat(), zone) + _MICROSECOND).astimezone(UTC), last
    except (ValueError, TypeError, OverflowError):
        raise Misread(
            path,
            ("an ISO date or moment is needed", "需要 ISO 格式的日期或时间"),
            (
                "Write 2026-01-31 or 2026-01-31T18:00:00+08:00.",
                "请写 2026-01-31 或 2026-01-31T18:00:00+08:00。",
            ),
        ) from None
