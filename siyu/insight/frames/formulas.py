"""A formula as an Ibis expression over the table of traits: whole numbers stay whole, money is never a float."""

from collections.abc import Callable, Mapping, Sequence
from functools import reduce

import ibis
import ibis.expr.types as ir

from siyu.insight.contracts import TraitType
from siyu.insight.rules.declared.tree import WHOLE_MAX, Arithmetic, Computed, Expression, Literal, Named

_A = Arithmetic
_T = TraitType
_LEAST = -WHOLE_MAX - 1
_EXACT = "decimal(38, 0)"  # products of two whole numbers of 64 bits fit
_PAIRS: Mapping[Arithmetic, Callable[[ir.Value, ir.Value], ir.Value]] = {
    _A.ADD: lambda left, right: left + right,
    _A.SUBTRACT: lambda left, right: left - right,
    _A.MIN: ibis.least,
    _A.MAX: ibis.greatest,
}


@ibis.udf.scalar.builtin(name="divide", signature=(("int64", "int64"), "int64"))
def _whole_quotient(_above, _below):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """How often one whole number is in the other, cut off towards zero (the engine's own function)."""


def formula_value(table: ir.Table, formula: Expression) -> ir.Value:
    """What a formula comes to for each row; NULL where it is unknown.

    source  rules.declared.arithmetic says the same of one customer
    """
    match formula:
        case Literal():
            return _written(formula.value, formula.type)
        case Named():
            found = table[formula.trait.name].cast(_column_type(formula.type))
            return found if formula.type is _T.NUMBER else found.nullif(_LEAST)
        case Computed():
            found = _computed(formula, [formula_value(table, part) for part in formula.parts])
            return _finite(found) if formula.type is _T.NUMBER else found


def half_even(above: ir.Value, below: ir.Value) -> ir.Value:
    """The quotient of two whole numbers, halves to the even one, without floats; `below` is positive.

    source  rules.naive.half_even
    """
    cut = _whole_quotient(above, below)
    rest = above - cut * below
    down = rest < 0
    whole = ibis.ifelse(down, cut - 1, cut)
    rest = ibis.ifelse(down, rest + below, rest)
    up = (rest > below - rest) | ((rest == below - rest) & (whole % 2 != 0))
    return whole + up.cast("int64")


def _written(value: float, kind: TraitType) -> ir.Value:
    """A number as a column of its type: written plainly, the engine takes 0.1 for a decimal and 7 for 32 bits."""
    return ibis.literal(repr(value)).cast(_column_type(kind))


def _computed(formula: Computed, parts: Sequence[ir.Value]) -> ir.Value:
    types = [part.type for part in formula.parts]
    match formula.operation:
        case _A.COALESCE:
            return ibis.coalesce(*(part.cast(_column_type(formula.type)) for part in parts))
        case _A.MULTIPLY:
            return _product(parts, types, formula.type)
        case _A.DIVIDE:
            return _quotient(parts[0], parts[1], types, formula.type)
        case _A.ROUND:
            return _rounded(parts[0], formula)
        case _:
            return _folded(parts, formula)


def _folded(parts: Sequence[ir.Value], formula: Computed) -> ir.Value:
    """Sums and extremes; the engine's least and greatest pass over NULL, ours do not."""
    whole = formula.type is not _T.NUMBER
    same = [part.cast(_EXACT if whole else "float64") for part in parts]
    found = reduce(_PAIRS[formula.operation], same)
    if formula.operation in (_A.MIN, _A.MAX):
        unknown = reduce(lambda left, right: left | right, [part.isnull() for part in parts])
        found = ibis.ifelse(unknown, ibis.null(found.type()), found)
    return _whole(found) if whole else found


def _product(parts: Sequence[ir.Value], types: Sequence[TraitType], kind: TraitType) -> ir.Value:
    if _T.NUMBER not in types:
        return reduce(lambda left, right: _whole(left.cast(_EXACT) * right.cast(_EXACT)), parts)
    product = reduce(lambda left, right: left * right, [part.cast("float64") for part in parts])
    return _whole_of(product) if kind is _T.MONEY else product


def _quotient(above: ir.Value, below: ir.Value, types: Sequence[TraitType], kind: TraitType) -> ir.Value:
    below = below.nullif(0)
    if kind is _T.MONEY and types[1] is _T.INTEGER:
        sign = ibis.ifelse(below < 0, _written(-1, _T.INTEGER), _written(1, _T.INTEGER))
        return half_even(above * sign, below * sign)
    quotient = above.cast("float64") / below.cast("float64")
    return _whole_of(quotient) if kind is _T.MONEY else quotient


def _rounded(part: ir.Value, formula: Computed) -> ir.Value:
    if formula.parts[0].type is _T.INTEGER:
        return part
    scale = _written(float(10**formula.digits), _T.NUMBER)
    scaled = _finite(part * scale)
    if formula.type is _T.INTEGER:
        return _whole_of(scaled)
    rounded = (
        scaled.try_cast("int64").cast("float64").coalesce(scaled)
    )  # what is larger has no digits to round
    return rounded / scale


def _whole_of(number: ir.Value) -> ir.Value:
    """Halves to the even one: the engine's cast does that, its round_even errs beyond 10^15."""
    return _whole(_finite(number))


def _whole(number: ir.Value) -> ir.Value:
    """The number where a whole one of 64 bits holds it and its opposite, else unknown."""
    return number.try_cast("int64").nullif(_LEAST)


def _finite(number: ir.Value) -> ir.Value:
    return ibis.ifelse(number.isinf() | number.isnan(), ibis.null("float64"), number)


def _column_type(kind: TraitType) -> str:
    return "float64" if kind is _T.NUMBER else "int64"
