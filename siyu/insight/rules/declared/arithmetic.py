"""A formula computed for one customer: the plain second writing of frames/formulas.py."""

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import Any

from siyu.insight.contracts import TraitType
from siyu.insight.rules.declared.tree import WHOLE_MAX, Arithmetic, Computed, Expression, Literal, Named
from siyu.insight.rules.naive import half_even

_A = Arithmetic
_T = TraitType
Amount = int | float | None
_PAIRS: Mapping[Arithmetic, Callable[[float, float], float]] = {
    _A.ADD: operator.add,
    _A.SUBTRACT: operator.sub,
    _A.MIN: min,
    _A.MAX: max,
}


def amount_of(formula: Expression, values: Mapping[str, Any]) -> Amount:
    """What the formula comes to for a customer with these traits; None: unknown.

    An unknown part makes the whole unknown, but for coalesce; so do a division by zero, and what no whole number of 64
    bits and no finite number holds. Halves are rounded to even.

    >>> amount_of(Computed(_A.DIVIDE, (Literal(5), Literal(0)), _T.NUMBER), {}) is None
    True
    >>> amount_of(Computed(_A.ROUND, (Literal(2.5),), _T.INTEGER), {})
    2
    """
    match formula:
        case Literal():
            return formula.value
        case Named():
            return _fit(values[formula.trait.name], formula.type)
        case Computed():
            return _fit(_computed(formula, values), formula.type)


def _computed(formula: Computed, values: Mapping[str, Any]) -> Amount:
    parts = [amount_of(part, values) for part in formula.parts]
    types = [part.type for part in formula.parts]
    if formula.operation is _A.COALESCE:
        return next((_as(part, formula.type) for part in parts if part is not None), None)
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    match formula.operation:
        case _A.MULTIPLY:
            return _product(known, types, formula.type)
        case _A.DIVIDE:
            return _quotient(known[0], known[1], types, formula.type)
        case _A.ROUND:
            return _rounded(known[0], formula)
        case _:
            return reduce(_PAIRS[formula.operation], [_as(part, formula.type) for part in known])


def _as(part: float, kind: TraitType) -> int | float:
    return float(part) if kind is _T.NUMBER else part


def _product(parts: Sequence[float], types: Sequence[TraitType], kind: TraitType) -> Amount:
    whole = _T.NUMBER not in types
    product: int | float = parts[0] if whole else float(parts[0])
    for part in parts[1:]:
        product = product * part if whole else product * float(part)
        if whole and abs(product) > WHOLE_MAX:
            return None
    if kind is _T.MONEY and not whole:
        return round(product) if math.isfinite(product) else None
    return product


def _quotient(above: float, below: float, types: Sequence[TraitType], kind: TraitType) -> Amount:
    if below == 0:
        return None
    if kind is _T.MONEY and types[1] is _T.INTEGER:
        sign = -1 if below < 0 else 1
        return half_even(int(above) * sign, int(below) * sign)
    quotient = float(above) / float(below)
    if kind is _T.MONEY:
        return round(quotient) if math.isfinite(quotient) else None
    return quotient


def _rounded(part: float, formula: Computed) -> Amount:
    if isinstance(part, int) and formula.parts[0].type is _T.INTEGER:
        return part
    scaled = float(part) * float(10**formula.digits)
    if not math.isfinite(scaled):
        return None
    return round(scaled) if formula.type is _T.INTEGER else float(round(scaled)) / float(10**formula.digits)


def _fit(found: Amount, kind: TraitType) -> Amount:
    if found is None or not math.isfinite(found):
        return None
    return None if kind is not _T.NUMBER and abs(found) > WHOLE_MAX else found
