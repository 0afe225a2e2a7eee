"""A definition as an Ibis condition on the table of traits; never unknown, always true or false."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import ibis
import ibis.expr.types as ir

from siyu.segments.contracts import AllOf, AnyOf, Condition, ListOrder, ListPlace, Node, Not, Operator

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

FORMULA = r"^[=+\-@\t\r]"
SIGNED_NUMBER = r"(?s)\A.[*\p{Nd}]*\p{Nd}[*\p{Nd}]*\z"  # a telephone number keeps its plus, masked or not


def members(traits: ir.Table, node: Node, *, as_of: datetime) -> ir.Table:
    """The rows of the customers in the segment.

    source  the reading of missing values: rules.evaluate
    """
    return traits.filter(condition(traits, node, as_of=as_of))


def condition(traits: ir.Table, node: Node, *, as_of: datetime) -> ir.BooleanValue:
    """Whether each customer is in the segment."""
    match node:
        case AllOf():
            return _folded([condition(traits, part, as_of=as_of) for part in node.parts], every=True)
        case AnyOf():
            return _folded([condition(traits, part, as_of=as_of) for part in node.parts], every=False)
        case Not():
            return ~condition(traits, node.part, as_of=as_of)
        case Condition():
            return _holds(traits[node.trait.name], node, as_of)


def as_text(table: ir.Table) -> ir.Table:
    """Every cell as a file has it: moments in UTC, no text that a spreadsheet takes for a formula; NULL stays NULL.

    source  kernel.csv_file.cell_of says the same of one value (fuzzed)
    """
    return table.select(**{name: _cell(table[name]) for name in table.columns})


def _cell(column: ir.Value) -> ir.StringValue:
    kind = column.type()
    if kind.is_timestamp():
        return column.strftime("%Y-%m-%dT%H:%M:%S.%f").re_replace(r"\.000000$", "") + "+00:00"
    if kind.is_string():
        risky = column.re_search(FORMULA) & ~column.re_search(SIGNED_NUMBER)
        return risky.ifelse(ibis.literal("'") + column, column)
    return column.cast("string")


def any_of(conditions: Sequence[ir.BooleanValue]) -> ir.BooleanValue:
    """Whether at least one of them holds; of none: no."""
    return _folded(conditions, every=False)


def listed(traits: ir.Table, node: Node, *, as_of: datetime, only: Sequence[int] | None) -> ir.Table:
    """The customers of a list; `only`, where given, are the ones that a search found."""
    found = members(traits, node, as_of=as_of)
    return found if only is None else found.filter(found.customer_id.isin(list(only)))


def with_unknown(traits: ir.Table, found: ir.Table) -> ir.Table:
    """Whom a search `found` (customer_id), with their traits; of who came after those were computed, none is known."""
    return found.left_join(traits, "customer_id").select(
        customer_id=found.customer_id,
        **{name: traits[name] for name in traits.columns if name != "customer_id"},
    )


def in_order(found: ir.Table, order: ListOrder) -> ir.Table:
    """All of them sorted: unknown values last, equal ones by customer_id."""
    return found.order_by([_key(found, order), found.customer_id.asc()])


def next_parts(found: ir.Table, order: ListOrder, *, after: ListPlace | None) -> Iterator[ir.Table]:
    """Who comes after a place, in parts that follow one another: equal values, further ones, unknown ones.

    All of them as one condition would be read whole; the engine answers each of these from the little it needs.
    """
    column, number = found[order.trait.name], found.customer_id
    if after is not None and (after.tied or after.value is None):
        same = column.isnull() if after.value is None else column == ibis.literal(after.value)
        yield found.filter(same & (number > after.customer_id)).order_by(number.asc())
    if after is not None and after.value is None:
        return
    further = column.notnull() if after is None else _further(column, order, after)
    yield in_order(found.filter(further), order)
    yield found.filter(column.isnull()).order_by(number.asc())


def _further(column: ir.Value, order: ListOrder, after: ListPlace) -> ir.BooleanValue:
    end = ibis.literal(after.value)
    return column < end if order.descending else column > end


def _key(found: ir.Table, order: ListOrder) -> ir.Value:
    column = found[order.trait.name]
    return column.desc(nulls_first=False) if order.descending else column.asc(nulls_first=False)


def _folded(parts: Sequence[ir.BooleanValue], *, every: bool) -> ir.BooleanValue:
    """All joined by and/or as a balanced tree: a thousand in a row would be a thousand levels deep."""
    if not parts:
        return ibis.literal(every)
    if len(parts) == 1:
        return parts[0]
    half = len(parts) // 2
    left, right = _folded(parts[:half], every=every), _folded(parts[half:], every=every)
    return left & right if every else left | right


def _holds(found: ir.Value, asked: Condition, as_of: datetime) -> ir.BooleanValue:
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
