"""A definition of a trait, as JSON brings it, becomes a typed tree, or a finding that names the place."""

from collections.abc import Mapping
from typing import Any

from siyu.insight.contracts import Misread, Node, TraitInfo, UnknownName
from siyu.insight.rules.conditions.parse import NAME_SHOWN_MAX, kind_said, nearest, read_conditions
from siyu.insight.rules.declared.formulas import read_formula
from siyu.insight.rules.declared.tree import (
    MEASURED_TYPES,
    MEASURES_OF_FACTS,
    Aggregated,
    Calendar,
    CalendarPeriod,
    FactInfo,
    Measure,
    Rolling,
    Since,
    Tree,
    Window,
)

DAYS_MAX = 36_500
PERIODS_MAX = 1_200
_KEYS = ("aggregate", "of", "fact", "where", "window")
_SHAPE = (
    'Write {"aggregate": "count", "fact": "order"} or {"formula": {"/": [{"trait": …}, …]}}.',
    '请写 {"aggregate": "count", "fact": "order"} 或 {"formula": {"/": [{"trait": …}, …]}}。',
)
_WINDOW_SHAPE = (
    'Write {"days": 90}, {"calendar": "month", "offset": -1} or {"since": {"first": "order"}}; nothing for ever.',
    '请写 {"days": 90}、{"calendar": "month", "offset": -1} 或 {"since": {"first": "order"}}；不限时间则不写。',
)


def read_definition(
    found: Any, *, facts: Mapping[str, FactInfo], known: Mapping[str, TraitInfo], zone: str
) -> Tree:
    """The typed tree of a definition; `known` are the traits that a formula may name.

    raises  Misread, UnknownName
    limits  conditions as in segments; windows of 36,500 days or 1,200 periods; formulas 20 levels, 200 parts

    >>> from siyu.insight.rules.declared.facts import facts_offered
    >>> tea = facts_offered((), {"tea_tasting": ("品茶", "Tea", {"cups": "BIGINT"})})
    >>> cups = {"aggregate": "sum", "fact": "tea_tasting", "of": "cups"}
    >>> read_definition(cups, facts=tea, known={}, zone="UTC").type.value
    'integer'
    """
    if not isinstance(found, Mapping):
        raise Misread(
            "$", (f"a JSON object is needed, not {kind_said(found)}", "这里需要一个 JSON 对象"), _SHAPE
        )
    if "formula" in found:
        refuse_others(found, ("formula",))
        return read_formula(found["formula"], known=known, path="$.formula")
    if "aggregate" not in found:
        raise Misread("$", ("it is neither an aggregate nor a formula", "既不是聚合也不是公式"), _SHAPE)
    refuse_others(found, _KEYS)
    measure = _measure(found["aggregate"])
    fact = fact_of(found.get("fact"), facts, "$.fact")
    return Aggregated(
        measure,
        fact,
        _property(found, measure, fact),
        where_of(found.get("where"), fact, zone, "$.where"),
        window_of(found.get("window"), facts, zone),
    )


def refuse_others(found: Mapping[str, Any], keys: tuple[str, ...]) -> None:
    """Returns if the object has these keys only.

    raises  Misread
    """
    other = next((key for key in found if key not in keys), None)
    if other is not None:
        listed = ", ".join(keys)
        raise Misread(
            f"$.{str(other)[:NAME_SHOWN_MAX]}",
            (f"a definition of this kind has {listed} only", f"这类定义只有 {listed}"),
            ("Remove it.", "请删除这一项。"),
        )


def _measure(found: Any) -> Measure:
    listed = [one.value for one in Measure]
    if not isinstance(found, str) or found not in listed:
        said = ", ".join(listed)
        raise Misread(
            "$.aggregate",
            (f"there is no aggregate {str(found)[:40]!r}", f"没有名为 {str(found)[:40]} 的聚合"),
            (f"Use one of: {said}.", f"可用的有：{said}。"),
        )
    return Measure(found)


def fact_of(name: Any, facts: Mapping[str, FactInfo], path: str) -> FactInfo:
    """The kind of fact of this name.

    raises  Misread, UnknownName
    """
    if name is None:
        raise Misread(
            path,
            ("the kind of fact is missing", "缺少事实的种类"),
            ('Write "fact": "order".', '请写 "fact": "order"。'),
        )
    if not isinstance(name, str) or name not in facts:
        raise UnknownName(path, str(name)[:NAME_SHOWN_MAX], nearest(name, facts))
    return facts[name]


def _property(found: Mapping[str, Any], measure: Measure, fact: FactInfo) -> TraitInfo | None:
    """The property that is measured, where the measure is of one."""
    name = found.get("of")
    if measure in MEASURES_OF_FACTS:
        if name is not None:
            raise Misread(
                "$.of",
                (f"{measure} is of the facts themselves", f"{measure} 统计的是事实本身"),
                ("Remove it.", "请删除这一项。"),
            )
        return None
    if name is None:
        raise Misread(
            "$.of",
            (f"{measure} needs a property", f"{measure} 需要一个属性"),
            ('Write "of": "…".', '请写 "of": "…"。'),
        )
    if not isinstance(name, str) or name not in fact.properties:
        raise UnknownName("$.of", str(name)[:NAME_SHOWN_MAX], nearest(name, fact.properties))
    of = fact.properties[name]
    allowed = MEASURED_TYPES[measure]
    if of.type not in allowed:
        fit = [one.name for one in fact.properties.values() if one.type in allowed]
        listed = ", ".join(fit) or "–"
        raise Misread(
            "$.of",
            (f"{name} ({of.type}) has no {measure}", f"{name}（{of.type}）不能做 {measure}"),
            (f"Of {fact.name} it can be: {listed}.", f"{fact.name} 可用的有：{listed}。"),
        )
    return of


def where_of(found: Any, fact: FactInfo, zone: str, path: str) -> Node | None:
    """The conditions on the fact's properties; None: all such facts.

    raises  Misread, UnknownName
    """
    if found is None:
        return None
    return read_conditions(found, key="property", known=fact.properties, zone=zone, path=path)


def window_of(found: Any, facts: Mapping[str, FactInfo], zone: str) -> Window:
    """The window at `$.window`; None: ever.

    raises  Misread, UnknownName
    """
    if found is None:
        return None
    keys = set(found) if isinstance(found, Mapping) else set()
    if keys == {"days"}:
        return Rolling(whole_of(found["days"], "$.window.days", 1, DAYS_MAX))
    if "calendar" in keys and keys <= {"calendar", "offset"}:
        offset = whole_of(found.get("offset", 0), "$.window.offset", -PERIODS_MAX, 0)
        return Calendar(_period(found["calendar"]), offset)
    if keys == {"since"}:
        return _since(found["since"], facts, zone)
    raise Misread(
        "$.window",
        ("it is no window", "这不是一个时间窗"),
        _WINDOW_SHAPE,
    )


def whole_of(found: Any, path: str, least: int, most: int) -> int:
    """The whole number in these bounds.

    raises  Misread
    """
    if isinstance(found, bool) or not isinstance(found, int) or not least <= found <= most:
        raise Misread(
            path,
            (
                f"a whole number from {least:,} to {most:,} is needed",
                f"需要 {least:,} 到 {most:,} 的整数",
            ),
            ("Correct the number.", "请更正这个数字。"),
        )
    return found


def _period(found: Any) -> CalendarPeriod:
    listed = [one.value for one in CalendarPeriod]
    if not isinstance(found, str) or found not in listed:
        said = ", ".join(listed)
        raise Misread(
            "$.window.calendar",
            (f"there is no period {str(found)[:40]!r}", f"没有名为 {str(found)[:40]} 的日历周期"),
            (f"Use one of: {said}.", f"可用的有：{said}。"),
        )
    return CalendarPeriod(found)


def _since(found: Any, facts: Mapping[str, FactInfo], zone: str) -> Since:
    keys = set(found) - {"where"} if isinstance(found, Mapping) else set()
    if keys not in ({"first"}, {"last"}):
        raise Misread(
            "$.window.since",
            ("it names neither the first nor the last fact of a kind", "没有写明某种事实的首次或最近一次"),
            ('Write {"since": {"first": "wecom_added"}}.', '请写 {"since": {"first": "wecom_added"}}。'),
        )
    which = keys.pop()
    fact = fact_of(found[which], facts, f"$.window.since.{which}")
    where = where_of(found.get("where"), fact, zone, "$.window.since.where")
    return Since(fact, which == "last", where)
