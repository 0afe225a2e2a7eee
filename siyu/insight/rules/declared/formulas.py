"""A formula, as JSON brings it, becomes a typed expression; money is whole fen as far as it goes."""

import math
from collections.abc import Mapping
from typing import Any

from siyu.insight.contracts import Misread, TraitInfo, TraitType, UnknownName
from siyu.insight.rules.conditions.parse import NAME_SHOWN_MAX, kind_said, nearest
from siyu.insight.rules.declared.tree import WHOLE_MAX, Arithmetic, Computed, Expression, Literal, Named

DEPTH_MAX = 20
PARTS_MAX = 200
DIGITS_MAX = 6
_A = Arithmetic
_T = TraitType
_AMOUNTS = (_T.INTEGER, _T.MONEY, _T.NUMBER)
_TWO = (_A.SUBTRACT, _A.DIVIDE)
_SHAPE = (
    (
        'Write a number, {"trait": …} or one of {"+": […]} {"-": [a, b]} {"*": […]} {"/": [a, b]} {"min": […]} '
        '{"max": […]} {"coalesce": […]} {"round": …, "digits": 0}.'
    ),
    (
        '请写一个数、{"trait": …}，或 {"+": […]} {"-": [a, b]} {"*": […]} {"/": [a, b]} {"min": […]} '
        '{"max": […]} {"coalesce": […]} {"round": …, "digits": 0} 之一。'
    ),
)


def read_formula(found: Any, *, known: Mapping[str, TraitInfo], path: str) -> Expression:
    """The typed expression of a formula over the `known` traits.

    raises  Misread, UnknownName
    limits  20 levels, 200 parts

    >>> sales = TraitInfo("sales_fen", TraitType.MONEY, "fen", {}, {})
    >>> half = read_formula({"/": [{"trait": "sales_fen"}, 2]}, known={"sales_fen": sales}, path="$")
    >>> half.type.value
    'money'
    """
    return _Reader(known).expression(found, path, 1)


class _Reader:
    """Walks a formula once, counting its parts."""

    def __init__(self, known: Mapping[str, TraitInfo]) -> None:
        self._known = known
        self._parts = 0

    def expression(self, found: Any, path: str, depth: int) -> Expression:
        self._parts += 1
        if depth > DEPTH_MAX or self._parts > PARTS_MAX:
            raise Misread(
                path,
                (
                    f"the formula has more than {DEPTH_MAX} levels or {PARTS_MAX} parts",
                    f"公式超过 {DEPTH_MAX} 层或 {PARTS_MAX} 个部分",
                ),
                ("Declare a part of it as a trait of its own.", "请把其中一部分定义为单独的指标。"),
            )
        if isinstance(found, int | float) and not isinstance(found, bool):
            return _literal(found, path)
        if not isinstance(found, Mapping):
            raise Misread(path, (f"it is {kind_said(found)}", "这里的内容无法计算"), _SHAPE)
        if set(found) == {"trait"}:
            return Named(self._trait(found["trait"], f"{path}.trait"))
        operation = _operation(found, path)
        listed = found[operation.value]
        place = f"{path}.{operation.value}"
        if operation is _A.ROUND:
            part = self.expression(listed, place, depth + 1)
            return _rounded(part, found.get("digits", 0), path)
        parts = tuple(
            self.expression(one, f"{place}[{i}]", depth + 1)
            for i, one in enumerate(_list(listed, operation, place))
        )
        return Computed(operation, parts, _type_of(operation, [part.type for part in parts], parts, place))

    def _trait(self, name: Any, path: str) -> TraitInfo:
        if not isinstance(name, str) or name not in self._known:
            amounts = [one.name for one in self._known.values() if one.type in _AMOUNTS]
            raise UnknownName(path, str(name)[:NAME_SHOWN_MAX], nearest(name, amounts))
        trait = self._known[name]
        if trait.type not in _AMOUNTS:
            raise Misread(
                path,
                (f"{name} ({trait.type}) is no number", f"{name}（{trait.type}）不是数值"),
                ("Name a trait that is a number or money.", "请使用数值或金额类的指标。"),
            )
        return trait


def _literal(found: float, path: str) -> Literal:
    if not math.isfinite(found) or abs(found) > WHOLE_MAX:
        raise Misread(
            path, ("the number is too large", "这个数过大"), ("Write a smaller one.", "请写小一些的数。")
        )
    return Literal(found)


def _operation(found: Mapping[str, Any], path: str) -> Arithmetic:
    keys = list(found)
    if _A.ROUND.value in keys and set(keys) <= {_A.ROUND.value, "digits"}:
        return _A.ROUND
    if len(keys) != 1 or keys[0] not in [one.value for one in Arithmetic]:
        said = ", ".join(str(key)[:40] for key in keys[:5]) or "nothing"
        raise Misread(path, (f"it holds {said}", f"这里的内容是 {said}"), _SHAPE)
    return Arithmetic(keys[0])


def _list(listed: Any, operation: Arithmetic, path: str) -> list[Any]:
    fits = isinstance(listed, list) and (
        len(listed) == 2 if operation in _TWO else len(listed) >= 1  # noqa: PLR2004 -- left and right
    )
    if not fits:
        wanted = ("two parts", "两个部分") if operation in _TWO else ("at least one part", "至少一个部分")
        raise Misread(
            path,
            (f'"{operation}" needs a list of {wanted[0]}', f'"{operation}" 需要含{wanted[1]}的列表'),
            (f'Write {{"{operation}": [ … ]}}.', f'请写 {{"{operation}": [ … ]}}。'),
        )
    return list(listed)


def _rounded(part: Expression, digits: Any, path: str) -> Computed:
    if isinstance(digits, bool) or not isinstance(digits, int) or not 0 <= digits <= DIGITS_MAX:
        raise Misread(
            f"{path}.digits",
            (f"a whole number from 0 to {DIGITS_MAX} is needed", f"需要 0 到 {DIGITS_MAX} 的整数"),
            ("Correct the number.", "请更正这个数字。"),
        )
    if part.type is _T.MONEY:
        raise Misread(
            f"{path}.round",
            ("money is whole fen already", "金额已是整数分"),
            ("Leave the rounding out.", "请去掉取整。"),
        )
    kind = _T.NUMBER if digits and part.type is _T.NUMBER else _T.INTEGER
    return Computed(_A.ROUND, (part,), kind, digits)


def _type_of(
    operation: Arithmetic, types: list[TraitType], parts: tuple[Expression, ...], path: str
) -> TraitType:
    """What comes of parts of these types; fen and pieces are not added, fen are not multiplied with fen."""
    money = types.count(_T.MONEY)
    plain = _T.NUMBER if _T.NUMBER in types else _T.INTEGER
    match operation:
        case _A.MULTIPLY if money > 1:
            raise Misread(path, ("money times money is nothing", "金额不能乘以金额"), _MONEY_REMEDY)
        case _A.MULTIPLY:
            return _T.MONEY if money else plain
        case _A.DIVIDE if types[1] is _T.MONEY and types[0] is not _T.MONEY:
            raise Misread(path, ("a number divided by money is nothing", "数值不能除以金额"), _MONEY_REMEDY)
        case _A.DIVIDE:
            return _T.MONEY if types == [_T.MONEY, types[1]] and types[1] is not _T.MONEY else _T.NUMBER
    if not money:
        return plain
    fits = all(
        part.type is _T.MONEY or (isinstance(part, Literal) and isinstance(part.value, int)) for part in parts
    )
    if not fits:
        raise Misread(
            path,
            ("money meets what is no money", "金额与非金额不能放在一起"),
            ("Divide it first, or write whole fen.", "请先相除，或写整数分。"),
        )
    return _T.MONEY


_MONEY_REMEDY = (
    "Multiply or divide money by a plain number, or money by money.",
    "金额可乘除普通数值，或除以金额。",
)
