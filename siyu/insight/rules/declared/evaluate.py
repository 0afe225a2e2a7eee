"""A declared trait computed for one customer from a list of facts: slow, obvious, and what the frames must equal."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from siyu.insight.contracts import TraitType
from siyu.insight.rules.conditions.evaluate import is_met
from siyu.insight.rules.declared.arithmetic import amount_of
from siyu.insight.rules.declared.facts import CANCELLED, CANCELLED_OF
from siyu.insight.rules.declared.tree import (
    NOTHING,
    WHOLE_MAX,
    Aggregated,
    DeclaredTrait,
    FactInfo,
    Measure,
    Since,
)
from siyu.insight.rules.declared.windows import bounds_of
from siyu.insight.rules.naive import half_even

Row = Mapping[str, Any]
FactsOf = Mapping[str, Sequence[Row]]
_M = Measure


def values_of(
    traits: Iterable[DeclaredTrait], facts: FactsOf, *, others: Mapping[str, Any], as_of: datetime, zone: str
) -> dict[str, Any]:
    """Every declared trait of one customer by name; `traits` stand in dependency order.

    `facts`: the customer's, by kind, each with its properties; `others`: the values of the traits that formulas name
    and that are not declared.
    """
    past = until(facts, as_of)
    found: dict[str, Any] = {}
    for one in traits:
        if isinstance(one.tree, Aggregated):
            found[one.info.name] = measured(one.tree, past, as_of=as_of, zone=zone)
        else:
            found[one.info.name] = amount_of(one.tree, {**others, **found})
    return found


def until(facts: FactsOf, as_of: datetime) -> FactsOf:
    """The facts as they stood at a moment; those of orders say whether the order was cancelled by then."""
    past = {kind: [row for row in rows if row["occurred_at"] <= as_of] for kind, rows in facts.items()}
    gone = _cancelled_orders(past)
    return {
        kind: [{**row, CANCELLED: _order(row) in gone} for row in rows] if kind in CANCELLED_OF else rows
        for kind, rows in past.items()
    }


def measured(tree: Aggregated, past: FactsOf, *, as_of: datetime, zone: str) -> Any:
    """The measure of the facts that count; of none at all what NOTHING says, else unknown.

    Values that are unknown are passed over. `first` and `last` go by time; among facts of the same moment first has
    the smallest value and last the largest. `most_frequent`: of values that occur equally often the smallest.
    """
    facts = _that_count(tree, past, as_of, zone)
    if tree.of is None:
        return _of_facts(tree.measure, facts, zone)
    dated = [(row["occurred_at"], row[tree.of.name]) for row in facts if row.get(tree.of.name) is not None]
    values = [value for _, value in dated]
    if not values:
        return NOTHING.get(tree.measure)
    if tree.measure in _OF_VALUES:
        return _OF_VALUES[tree.measure](values)
    if tree.measure in (_M.FIRST, _M.LAST):
        return (min if tree.measure is _M.FIRST else max)(dated)[1]
    total = sum(values) if tree.of.type is TraitType.NUMBER else max(min(sum(values), WHOLE_MAX), -WHOLE_MAX)
    if tree.measure is _M.SUM:
        return total
    return half_even(total, len(values)) if tree.type is TraitType.MONEY else total / len(values)


def _most_frequent(values: Sequence[Any]) -> Any:
    often = Counter(values)
    return min(often, key=lambda value: (-often[value], value))


_OF_VALUES: Mapping[Measure, Callable[[Sequence[Any]], Any]] = {
    _M.DISTINCT: lambda values: len(set(values)),
    _M.MOST_FREQUENT: _most_frequent,
    _M.MIN: min,
    _M.MAX: max,
}


def _of_facts(measure: Measure, facts: Sequence[Row], zone: str) -> Any:
    if measure is _M.COUNT:
        return len(facts)
    if measure is _M.EXISTS:
        return bool(facts)
    days = {_day(row["occurred_at"], zone) for row in facts}
    if measure is _M.DAYS:
        return len(days)
    return (max(days) - min(days)).days / (len(days) - 1) if len(days) > 1 else None


def _that_count(tree: Aggregated, past: FactsOf, as_of: datetime, zone: str) -> list[Row]:
    rows = that_meet(tree.fact, tree.where, past, as_of)
    if isinstance(tree.window, Since):
        marks = [row["occurred_at"] for row in that_meet(tree.window.fact, tree.window.where, past, as_of)]
        if not marks:
            return []
        mark = max(marks) if tree.window.last else min(marks)
        return [row for row in rows if row["occurred_at"] > mark]
    before, after = bounds_of(tree.window, as_of=as_of, zone=zone)
    return [
        row
        for row in rows
        if (before is None or row["occurred_at"] > before) and (after is None or row["occurred_at"] < after)
    ]


def that_meet(fact: FactInfo, where: Any, past: FactsOf, as_of: datetime) -> list[Row]:
    """The facts of a kind that meet conditions on their properties."""
    rows = past.get(fact.name, ())
    if where is None:
        return list(rows)
    empty = dict.fromkeys(fact.properties)
    return [row for row in rows if is_met(where, empty | dict(row), as_of=as_of)]


def _cancelled_orders(past: FactsOf) -> set[tuple[Any, Any]]:
    """Orders whose linked refunds have reached what was paid, if anything was."""
    back: Counter[tuple[Any, Any]] = Counter()
    for row in past.get("refund", ()):
        if row.get("order_key") is not None:
            back[_order(row)] += row["amount_fen"]
    return {_order(row) for row in past.get("order", ()) if row["paid_fen"] > 0 and _reached(row, back)}


def _reached(order: Row, back: Counter[tuple[Any, Any]]) -> bool:
    return _order(order) in back and back[_order(order)] >= order["paid_fen"]


def _order(row: Row) -> tuple[Any, Any]:
    return row["source"], row.get("order_key")


def _day(moment: datetime, zone: str) -> date:
    return moment.astimezone(ZoneInfo(zone)).date()
