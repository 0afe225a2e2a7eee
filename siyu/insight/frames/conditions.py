"""Conditions on the rows of a table as one Ibis expression; never unknown, always true or false."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import ibis
import ibis.expr.types as ir

from siyu.insight.contracts import AllOf, AnyOf, Condition, Node, Not, Operator

_O = Operator
_COMPARISONS: Mapping[Operator, Callable[[ir.Value, Any], ir.Value]] = {
    _O.EQ: lambda found, wanted: found == wanted,
    _O.LT: lambda found, wanted: found < wanted,
    _O.LE: lambda found, wanted: found <= wanted,
    _O.GT: lambda found, wanted: found > wanted,
    _O.GE: lambda found, wanted: found >= wanted,
    _O.BETWEEN: lambda found, wanted: found.between(*wanted),
    _O.IN: lambda found, wanted: found.isin(wanted),
    _O.CONTAINS: lambda found, wanted: found.contains(wanted),
    _O.BEFORE: lambda found, wanted: found < wanted,
    _O.AFTER: lambda found, wanted: found > wanted,
}


def condition(table: ir.Table | Mapping[str, ir.Value], node: Node, *, as_of: datetime) -> ir.BooleanValue:
    """Whether each row meets the conditions.

    source  the reading of missing values: rules.conditions.evaluate
    """
    match node:
        case AllOf():
            return folded([condition(table, part, as_of=as_of) for part in node.parts], every=True)
        case AnyOf():
            return folded([condition(table, part, as_of=as_of) for part in node.parts], every=False)
        case Not():
            return ~condition(table, node.part, as_of=as_of)
        case Condition():
            return column_answered(node, table[node.trait.name], as_of=as_of)


def folded(parts: Sequence[ir.BooleanValue], *, every: bool) -> ir.BooleanValue:
    """All joined by and/or as a balanced tree: a thousand in a row would be a thousand levels deep."""
    if not parts:
        return ibis.literal(every)
    if len(parts) == 1:
        return parts[0]
    half = len(parts) // 2
    left, right = folded(parts[:half], every=every), folded(parts[half:], every=every)
    return left & right if every else left | right


def column_answered(asked: Condition, found: ir.Value, *, as_of: datetime) -> ir.BooleanValue:
    """Whether each value of a column is what a condition asks for; never NULL."""
    wanted = asked.value
    match asked.operator:
        case _O.IS_KNOWN:
            return found.notnull()
        case _O.IS_UNKNOWN:
            return found.isnull()
        case _O.NE:
            return (found != wanted).fill_null(True)
        case _O.NOT_IN:
            return found.notin(wanted).fill_null(True)
        case _O.WITHIN_DAYS:
            begin = ibis.literal(as_of - timedelta(days=wanted))
            return ((found > begin) & (found <= ibis.literal(as_of))).fill_null(False)
        case _:
            return _COMPARISONS[asked.operator](found, wanted).fill_null(False)
