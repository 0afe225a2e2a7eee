"""Whether one row meets conditions: the plain second writing of the frames.

Missing values: a comparison with an unknown value is false; `!=` and `not_in` ask "is it not this?" and include
the unknown; `not` turns false into true, so it includes the unknown too. `is_known` and `is_unknown` ask for it.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from siyu.insight.contracts import AllOf, AnyOf, Condition, Node, Not, Operator

_O = Operator

HOLD_FOR_UNKNOWN = frozenset({_O.IS_UNKNOWN, _O.NE, _O.NOT_IN})
_COMPARISONS: Mapping[Operator, Callable[[Any, Any], bool]] = {
    _O.EQ: lambda found, wanted: bool(found == wanted),
    _O.LT: lambda found, wanted: bool(found < wanted),
    _O.LE: lambda found, wanted: bool(found <= wanted),
    _O.GT: lambda found, wanted: bool(found > wanted),
    _O.GE: lambda found, wanted: bool(found >= wanted),
    _O.BETWEEN: lambda found, wanted: bool(wanted[0] <= found <= wanted[1]),
    _O.IN: lambda found, wanted: found in wanted,
    _O.CONTAINS: lambda found, wanted: wanted in found,
    _O.BEFORE: lambda found, wanted: bool(found < wanted),
    _O.AFTER: lambda found, wanted: bool(found > wanted),
}


def is_met(node: Node, values: Mapping[str, Any], *, as_of: datetime) -> bool:
    """Whether a row of these values, a customer's traits or a fact's properties, meets the conditions."""
    match node:
        case AllOf():
            return all(is_met(part, values, as_of=as_of) for part in node.parts)
        case AnyOf():
            return any(is_met(part, values, as_of=as_of) for part in node.parts)
        case Not():
            return not is_met(node.part, values, as_of=as_of)
        case Condition():
            return answered(node, values[node.trait.name], as_of=as_of)


def answered(condition: Condition, found: Any, *, as_of: datetime) -> bool:
    """Whether the value found is what a condition asks for; None: unknown."""
    operator, wanted = condition.operator, condition.value
    if found is None:
        return operator in HOLD_FOR_UNKNOWN
    match operator:
        case _O.IS_KNOWN | _O.IS_UNKNOWN:
            return operator is _O.IS_KNOWN
        case _O.NE | _O.NOT_IN:
            return bool(found != wanted) if operator is _O.NE else found not in wanted
        case _O.WITHIN_DAYS:
            return bool(as_of - timedelta(days=wanted) < found <= as_of)
        case _:
            return _COMPARISONS[operator](found, wanted)
