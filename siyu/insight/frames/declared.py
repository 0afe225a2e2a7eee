"""Declared traits as Ibis expressions: all that are over the same facts in one grouping of their table."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache, reduce
from typing import Any

import ibis
import ibis.expr.types as ir

from siyu.insight.contracts import AllOf, AnyOf, Condition, Node, Not, TraitInfo, TraitType
from siyu.insight.frames.conditions import condition
from siyu.insight.frames.formulas import half_even
from siyu.insight.rules.declared.facts import CANCELLED, CANCELLED_OF, COMMON_TABLE
from siyu.insight.rules.declared.tree import (
    WHOLE_MAX,
    Aggregated,
    DeclaredTrait,
    FactInfo,
    Measure,
    Since,
)
from siyu.insight.rules.declared.windows import bounds_of
from siyu.metrics.api import SalesTables, brand_table, counted_orders, day_in, sales_tables

_M = Measure
_MOMENT = "timestamp('UTC')"
COLUMN_TYPES: Mapping[TraitType, str] = {
    TraitType.INTEGER: "int64",
    TraitType.MONEY: "int64",
    TraitType.NUMBER: "float64",
    TraitType.TEXT: "string",
    TraitType.CHOICE: "string",
    TraitType.MOMENT: _MOMENT,
    TraitType.BOOLEAN: "boolean",
}
_KEYS = {"customer_id": "int64", "occurred_at": _MOMENT, "source": "string"}
_ORDER_KEYS = {"order_key": "string", "paid_fen": "int64"}
_JSON_KINDS: Mapping[TraitType, tuple[str, ...]] = {
    TraitType.INTEGER: ("BIGINT", "UBIGINT"),
    TraitType.MONEY: ("BIGINT", "UBIGINT"),
    TraitType.NUMBER: ("BIGINT", "UBIGINT", "DOUBLE"),
    TraitType.TEXT: ("VARCHAR",),
    TraitType.BOOLEAN: ("BOOLEAN",),
}


@ibis.udf.scalar.builtin(name="json_type", signature=(("string", "string"), "string"))
def _json_type(_text, _path):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """What stands at a place of a JSON text (the engine's own function)."""


@ibis.udf.scalar.builtin(name="json_extract_string", signature=(("string", "string"), "string"))
def _json_text(_text, _path):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """The same as a text (the engine's own function)."""


@dataclass(frozen=True, slots=True)
class When:
    """The moment and the zone that declared traits are computed for; `customers`: of these numbers alone."""

    as_of: datetime
    zone: str
    customers: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """Where windows begin that begin with a fact of the customer, and what its column is called."""

    since: Since
    column: str


@dataclass(frozen=True, slots=True)
class Asked:
    """Declared aggregates over one table of the lake, and the marks that are looked for in it."""

    table: str
    traits: tuple[DeclaredTrait, ...]
    marks: tuple[Mark, ...]


def asked_of(traits: Sequence[DeclaredTrait]) -> tuple[Asked, ...]:
    """The aggregates among the traits by the table they read; each table, and each mark, once."""
    wanted = [one for one in traits if isinstance(one.tree, Aggregated)]
    marks: list[Mark] = []
    for one in wanted:
        window = _tree(one).window
        if isinstance(window, Since) and window not in [mark.since for mark in marks]:
            marks.append(Mark(window, f"mark_{len(marks)}"))
    tables = [*(_tree(one).fact.table for one in wanted), *(mark.since.fact.table for mark in marks)]
    return tuple(
        Asked(
            table,
            tuple(one for one in wanted if _tree(one).fact.table == table),
            tuple(mark for mark in marks if mark.since.fact.table == table),
        )
        for table in dict.fromkeys(tables)
    )


def marked(brand_id: int, asked: Asked, when: When) -> ir.Table:
    """When each customer's windows begin.

    shape  customer_id and a moment for each mark of the table
    """
    parts = [(mark.since.fact, mark.since.where, None) for mark in asked.marks]
    rows = fact_rows(brand_id, asked.table, parts, when)
    found = {}
    for mark in asked.marks:
        is_it = meets(rows, mark.since.fact, mark.since.where, when)
        moment = ibis.ifelse(is_it, rows.occurred_at, ibis.null(_MOMENT))
        found[mark.column] = moment.max() if mark.since.last else moment.min()
    return rows.group_by("customer_id").aggregate(**found)


def measured(brand_id: int, asked: Asked, begun: Sequence[tuple[Mark, ir.Table]], when: When) -> ir.Table:
    """All aggregates over one table, in one grouping of it; `begun`: the marks, each with the table it is in.

    shape  customer_id and a column for each trait; customers without such a fact are missing
    """
    trees = [_tree(one) for one in asked.traits]
    rows = fact_rows(brand_id, asked.table, [(tree.fact, tree.where, tree.of) for tree in trees], when)
    rows = _recent(rows, trees, when)
    windows = [tree.window for tree in trees]
    for mark, table in begun:
        if mark.since in windows:
            pairs = rows.left_join(table, "customer_id")
            rows = pairs.select(rows, table[mark.column])
    columns = [(mark.since, mark.column) for mark, _ in begun]
    values = {}
    for one, tree in zip(asked.traits, trees, strict=True):
        counts = meets(rows, tree.fact, tree.where, when) & _inside(rows, tree, columns, when)
        values[one.info.name] = _measure(rows, tree, counts, when)
    return rows.group_by("customer_id").aggregate(**values)


def side_by_side(tables: Sequence[ir.Table]) -> ir.Table:
    """Every customer of any of the tables with the columns of all."""
    if len(tables) == 1:
        return tables[0]
    joined = reduce(
        lambda left, right: left.union(right, distinct=True), [t.select("customer_id") for t in tables]
    )
    for table in tables:
        pairs = joined.left_join(table, "customer_id")
        joined = pairs.select(joined, *(table[name] for name in table.columns if name != "customer_id"))
    return joined


def property_facts(brand_id: int, fact: FactInfo, of: TraitInfo, when: When, *, days: int) -> ir.Table:
    """The facts of a kind of the last so many days with one property of theirs. shape: customer_id, value."""
    rows = fact_rows(brand_id, fact.table, [(fact, None, of)], when)
    recent = rows.filter(rows.occurred_at > ibis.literal(when.as_of - timedelta(days=days)))
    is_it = recent.filter(meets(recent, fact, None, when))
    return is_it.select("customer_id", value=is_it[f"{fact.name}:{of.name}"])


def _tree(trait: DeclaredTrait) -> Aggregated:
    assert isinstance(trait.tree, Aggregated), "formulas read no facts"
    return trait.tree


def fact_rows(
    brand_id: int, table: str, parts: Iterable[tuple[FactInfo, Node | None, TraitInfo | None]], when: When
) -> ir.Table:
    """The facts of a table up to as_of with what is asked of them.

    shape  customer_id, occurred_at, a column "fact:property" for each; "fact:" says of the brand's own which it is
    """
    needed: dict[str, dict[str, TraitInfo]] = {}
    for fact, where, of in parts:
        asked = _properties_in(where) | ({} if of is None else {of.name: of})
        needed.setdefault(fact.name, {}).update(asked)
    if table == COMMON_TABLE:
        return _own_rows(brand_id, needed, when)
    asked = needed[table]
    past = _past(_typed(brand_id, table, asked, when), when)
    columns = {f"{table}:{name}": past[name] for name in asked}
    return past.select("customer_id", "occurred_at", **columns)


def _own_rows(brand_id: int, needed: Mapping[str, Mapping[str, TraitInfo]], when: When) -> ir.Table:
    texts = {"name": "string", "properties": "string"}
    past = _past(brand_table(brand_id, COMMON_TABLE, _KEYS | texts), when)
    past = past.filter(past.name.isin(sorted(needed)))
    columns: dict[str, ir.Value] = {}
    for fact, asked in needed.items():
        columns[f"{fact}:"] = past.name == fact
        for name, info in asked.items():
            columns[f"{fact}:{name}"] = past[name] if name in _KEYS else _from_json(past, info)
    return past.select("customer_id", "occurred_at", **columns)


def _from_json(past: ir.Table, info: TraitInfo) -> ir.Value:
    """A property of the brand's own event: what is not of its type is unknown."""
    path = ibis.literal(f'$."{info.name}"')
    fits = _json_type(past.properties, path).isin(_JSON_KINDS[info.type])
    kind = COLUMN_TYPES[info.type]
    return ibis.ifelse(fits, _json_text(past.properties, path).try_cast(kind), ibis.null(kind))


def _past(table: ir.Table, when: When) -> ir.Table:
    past = table.filter(table.customer_id.notnull() & (table.occurred_at <= ibis.literal(when.as_of)))
    return past if when.customers is None else past.filter(past.customer_id.between(*when.customers))


def _typed(brand_id: int, table: str, asked: Mapping[str, TraitInfo], when: When) -> ir.Table:
    """A table of the lake with the columns that are asked for, and for facts of orders whether it was cancelled."""
    schema = {name: COLUMN_TYPES[info.type] for name, info in asked.items()}
    if CANCELLED not in asked or table not in CANCELLED_OF:
        return brand_table(brand_id, table, _KEYS | schema)
    del schema[CANCELLED]
    sales = sales_tables(brand_id)
    orders = brand_table(brand_id, "order", _KEYS | _ORDER_KEYS | (schema if table == "order" else {}))
    known = counted_orders(SalesTables(orders, sales.lines, sales.refunds).until(when.as_of))
    if table == "order":
        return known
    lines = brand_table(brand_id, table, _KEYS | {"order_key": "string"} | schema)
    gone = known.filter(known.cancelled).select(gone_source=known.source, gone_key=known.order_key).distinct()
    pairs = lines.left_join(gone, (lines.source == gone.gone_source) & (lines.order_key == gone.gone_key))
    return pairs.select(lines, cancelled=pairs.gone_key.notnull())


def _recent(rows: ir.Table, trees: Sequence[Aggregated], when: When) -> ir.Table:
    """Without the facts that lie before every window: their files are not opened."""
    beginnings = [_bounds(tree, when)[0] for tree in trees]
    known = [one for one in beginnings if one is not None]
    if len(known) < len(beginnings):
        return rows
    return rows.filter(rows.occurred_at > ibis.literal(min(known)))


def _bounds(tree: Aggregated, when: When) -> tuple[datetime | None, datetime | None]:
    if isinstance(tree.window, Since):
        return None, None
    return bounds_of(tree.window, as_of=when.as_of, zone=when.zone)


def meets(rows: ir.Table, fact: FactInfo, where: Node | None, when: When) -> ir.BooleanValue:
    """Whether a row is such a fact and meets the conditions."""
    is_it = rows[f"{fact.name}:"] if fact.own else rows.customer_id.notnull()  # of whoever, all rows are
    if where is None:
        return is_it
    values = {name: rows[f"{fact.name}:{name}"] for name in _properties_in(where)}
    return is_it & condition(values, where, as_of=when.as_of)


def _inside(
    rows: ir.Table, tree: Aggregated, marks: Iterable[tuple[Since, str]], when: When
) -> ir.BooleanValue:
    if isinstance(tree.window, Since):
        column = next(column for since, column in marks if since == tree.window)
        return (rows.occurred_at > rows[column]).fill_null(False)
    before, after = _bounds(tree, when)
    sides = [] if before is None else [rows.occurred_at > ibis.literal(before)]
    sides += [] if after is None else [rows.occurred_at < ibis.literal(after)]
    return reduce(lambda left, right: left & right, sides, ibis.literal(True))


def _measure(rows: ir.Table, tree: Aggregated, counts: ir.BooleanValue, when: When) -> ir.Value:
    if tree.of is None:
        return _of_facts(rows, tree.measure, counts, when)
    value = rows[f"{tree.fact.name}:{tree.of.name}"]
    known = counts & value.notnull()
    if tree.measure in (_M.FIRST, _M.LAST):
        dated = ibis.struct({"at": rows.occurred_at, "value": value})
        found = dated.min(where=known) if tree.measure is _M.FIRST else dated.max(where=known)
        return found["value"]
    chosen = ibis.ifelse(known, value, ibis.null(value.type()))
    if tree.measure in _OF_VALUES:
        return _OF_VALUES[tree.measure](chosen)
    return _of_amounts(chosen, tree)


def _of_facts(rows: ir.Table, measure: Measure, counts: ir.BooleanValue, when: When) -> ir.Value:
    if measure is _M.COUNT:
        return rows.count(where=counts)
    if measure is _M.EXISTS:
        return counts.any()
    day = ibis.ifelse(counts, day_in(when.zone, rows.occurred_at), ibis.null("date"))
    if measure is _M.DAYS:
        return day.nunique()
    span = day.max().delta(day.min(), unit="day").cast("float64")
    return span / (day.nunique() - 1).nullif(0).cast("float64")


def _of_amounts(chosen: ir.Value, tree: Aggregated) -> ir.Value:
    """A sum, which of nothing is zero, or a mean."""
    assert tree.of is not None, "amounts are of a property"
    if tree.of.type is TraitType.NUMBER or tree.type is TraitType.NUMBER:
        return chosen.sum().fill_null(0) if tree.measure is _M.SUM else chosen.mean()
    total = ibis.greatest(ibis.least(chosen.sum().fill_null(0), WHOLE_MAX), -WHOLE_MAX)
    return total if tree.measure is _M.SUM else half_even(total, chosen.count().nullif(0))


def _most_frequent(chosen: ir.Value) -> ir.Value:
    """The engine's histogram stands in the order of its values, so the first of the largest counts is the smallest."""
    kind = str(chosen.type().copy(nullable=True))
    histogram = _histogram(kind)(chosen)
    often = histogram.values()
    return histogram.keys()[often.index(often.maxs())]


@lru_cache
def _histogram(kind: str) -> Any:
    @ibis.udf.agg.builtin(name="histogram", signature=((kind,), f"map<{kind}, int64>"))
    def histogram(_value):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        """How often each value occurs (the engine's own function)."""

    return histogram


_OF_VALUES: Mapping[Measure, Callable[[ir.Value], ir.Value]] = {
    _M.MIN: lambda chosen: chosen.min(),
    _M.MAX: lambda chosen: chosen.max(),
    _M.DISTINCT: lambda chosen: chosen.nunique(),
    _M.MOST_FREQUENT: _most_frequent,
}


def _properties_in(where: Node | None) -> dict[str, TraitInfo]:
    """The properties that conditions ask about."""
    match where:
        case None:
            return {}
        case Condition():
            return {where.trait.name: where.trait}
        case Not():
            return _properties_in(where.part)
        case AllOf() | AnyOf():
            return {name: info for part in where.parts for name, info in _properties_in(part).items()}
