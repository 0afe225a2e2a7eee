"""The rows of a segment as Ibis expressions, and lists of them."""

from collections.abc import Sequence
from datetime import datetime

import ibis
import ibis.expr.types as ir

from siyu.insight.api import condition
from siyu.insight.contracts import Node
from siyu.segments.contracts import ListOrder, ListPlace

FORMULA = r"^[=+\-@\t\r]"
SIGNED_NUMBER = r"(?s)\A.[*\p{Nd}]*\p{Nd}[*\p{Nd}]*\z"  # a telephone number keeps its plus, masked or not


def members(traits: ir.Table, node: Node, *, as_of: datetime) -> ir.Table:
    """The rows of the customers in the segment.

    source  the reading of missing values: insight.rules.conditions.evaluate
    """
    return traits.filter(condition(traits, node, as_of=as_of))


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


def next_rows(found: ir.Table, order: ListOrder, *, after: ListPlace | None, limit: int) -> ir.Table:
    """The first rows beyond a place: unknown values last, equal ones by customer_id."""
    column = found[order.trait.name]
    if after is not None:
        found = found.filter(_beyond(found, order, after))
        column = found[order.trait.name]
    key = column.desc(nulls_first=False) if order.descending else column.asc(nulls_first=False)
    return found.order_by([key, found.customer_id.asc()]).limit(limit)


def _beyond(found: ir.Table, order: ListOrder, after: ListPlace) -> ir.BooleanValue:
    column, later = found[order.trait.name], found.customer_id > after.customer_id
    if after.value is None:
        return column.isnull() & later
    end = ibis.literal(after.value)
    further = column < end if order.descending else column > end
    return further | column.isnull() | ((column == end) & later)
