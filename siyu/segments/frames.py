"""A definition as an Ibis condition on the table of traits; never unknown, always true or false."""

from collections.abc import Iterator, Sequence
from datetime import datetime

import ibis
import ibis.expr.types as ir

from siyu.insight.api import column_answered, folded
from siyu.insight.contracts import Condition
from siyu.segments.contracts import (
    AllOf,
    AnyOf,
    Edge,
    Edges,
    EditionPlace,
    Happened,
    InSegment,
    ListOrder,
    ListPlace,
    Members,
    Node,
    Not,
    Share,
    Top,
)
from siyu.segments.rules.evaluate import NO_EDGES
from siyu.segments.rules.members import member_column

FORMULA = r"^[=+\-@\t\r]"
SIGNED_NUMBER = r"(?s)\A.[*\p{Nd}]*\p{Nd}[*\p{Nd}]*\z"  # a telephone number keeps its plus, masked or not


def members(traits: ir.Table, node: Node, *, as_of: datetime, edges: Edges = NO_EDGES) -> ir.Table:
    """The rows of the customers in the segment.

    source  the reading of missing values: rules.evaluate
    """
    return traits.filter(condition(traits, node, as_of=as_of, edges=edges))


def condition(traits: ir.Table, node: Node, *, as_of: datetime, edges: Edges = NO_EDGES) -> ir.BooleanValue:
    """Whether each customer is in the segment.

    `traits` has a column `mark_of` for each segment that the definition names, `member_column` for each edition whose
    members it asks for; `edges` an entry for each of its tops.
    """

    def each(node: Node) -> ir.BooleanValue:
        match node:
            case AllOf():
                return folded([each(part) for part in node.parts], every=True)
            case AnyOf():
                return folded([each(part) for part in node.parts], every=False)
            case Not():
                return ~each(node.part)
            case _:
                return _leaf(traits, node, as_of, edges)

    return each(node)


def _leaf(
    traits: ir.Table,
    node: Condition | Happened | InSegment | Share | Top | Members,
    as_of: datetime,
    edges: Edges,
) -> ir.BooleanValue:
    match node:
        case InSegment():
            inside = traits[mark_of(node)]
            return inside if node.inside else ~inside
        case Members():
            return traits[member_column(node.place)].notnull()
        case Share():
            return _share(traits.customer_id, node.seed) < node.of
        case Top():
            return _within(traits, node, edges[node])
        case Happened():
            return traits[node.trait.name].notnull()
        case Condition():
            return column_answered(node, traits[node.trait.name], as_of=as_of)


def mark_of(asked: InSegment) -> str:
    """The column that says who is in a named segment."""
    return f"in_segment_{asked.segment_id}"


def marked(traits: ir.Table, asked: InSegment, inside: ir.Table) -> ir.Table:
    """The traits with a column that says who is in a segment: those of `inside`, which has member_id."""
    pairs = traits.left_join(inside, traits.customer_id == inside.member_id)
    return pairs.select(traits, **{mark_of(asked): inside.member_id.notnull()})


def with_members(traits: ir.Table, place: EditionPlace, stored: ir.Table) -> ir.Table:
    """The traits with a column that says who is a stored member. `stored` has member_id and from_edition."""
    pairs = traits.left_join(stored, traits.customer_id == stored.member_id)
    return pairs.select(traits, **{member_column(place): stored.from_edition})


def last_of_top(traits: ir.Table, top: Top, *, as_of: datetime, edges: Edges) -> ir.Table:
    """The last customer that a top takes; no row if it takes all whose value is known.

    shape  value, customer_id
    """
    rest = traits if top.rest is None else members(traits, top.rest, as_of=as_of, edges=edges)
    known = rest.select("customer_id", value=rest[top.trait.name])
    known = known.filter(known.value.notnull())
    key = known.value.desc() if top.highest else known.value.asc()
    return known.order_by([key, known.customer_id.asc()]).limit(1, offset=top.n - 1)


def _within(traits: ir.Table, top: Top, edge: Edge | None) -> ir.BooleanValue:
    """Whether each customer is at or before the edge; whoever the rest of the group leaves out is left out by it."""
    value = traits[top.trait.name]
    if edge is None:
        return value.notnull()
    end = ibis.literal(edge.value)
    beyond = value > end if top.highest else value < end
    return (beyond | ((value == end) & (traits.customer_id <= edge.customer_id))).fill_null(False)


def _share(customer_id: ir.Value, seed: str) -> ir.Value:
    """source: kernel.shares.unit_share, of each customer."""
    hashed = (ibis.literal(f"{seed}:") + customer_id.cast("string")).hexdigest("md5")
    return (ibis.literal("0x") + hashed.substr(0, 8)).cast("int64") / 2**32


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
    return folded(conditions, every=False)


def listed(found: ir.Table, *, only: Sequence[int] | None) -> ir.Table:
    """The customers of a list; `only`, where given, are the ones that a search found."""
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
