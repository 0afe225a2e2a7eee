"""All declared traits of a brand read together: formulas after what they name, and those that cannot be read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from siyu.insight.contracts import Misread, TraitInfo, TraitType, UnknownName
from siyu.insight.rules.declared.order import Circle, in_order, names_in
from siyu.insight.rules.declared.parse import read_definition
from siyu.insight.rules.declared.topics import topic_of
from siyu.insight.rules.declared.tree import (
    NOTHING,
    Aggregated,
    DeclaredTrait,
    FactInfo,
    Measure,
    Tree,
    traits_used,
)
from siyu.insight.rules.declared.words import definition_said

_TAKEN = Misread(
    "name",
    ("a trait that comes with Siyu has this name by now", "Siyu 自带的指标现在用了这个名称"),
    ("Declare it again under another name.", "请用另一个名称重新定义。"),
)
_UNITS = {"order": "orders", "refund": "refunds"}


@dataclass(frozen=True, slots=True)
class Written:
    """A stored definition as it was written."""

    name: str
    version: int
    label: Mapping[str, str]
    definition: Any


@dataclass(frozen=True, slots=True)
class Resolved:
    """The traits that can be read, in dependency order, and of the others what is wrong with them.

    `zone`: whose days and dates the definitions mean.
    """

    traits: tuple[DeclaredTrait, ...] = ()
    broken: Mapping[str, Misread | UnknownName | Circle] = field(default_factory=dict)
    zone: str = "UTC"

    @property
    def uses(self) -> dict[str, frozenset[str]]:
        """What each trait uses directly."""
        return {one.info.name: one.uses for one in self.traits}


def resolve(
    written: Iterable[Written], *, facts: Mapping[str, FactInfo], known: Mapping[str, TraitInfo], zone: str
) -> Resolved:
    """Every definition that can be read, typed; `known` are the traits that are not declared.

    A trait whose name `known` has as well is left out: what comes with Siyu keeps its name.
    """
    by_name: dict[str, Written] = {}
    taken: dict[str, Written] = {}
    for one in written:
        (taken if one.name in known else by_name)[one.name] = one
    uses = {name: names_in(one.definition) for name, one in by_name.items()}
    order, circles = _order_of(uses)
    available, found = dict(known), []
    broken: dict[str, Misread | UnknownName | Circle] = {**circles, **dict.fromkeys(taken, _TAKEN)}
    for name in order:
        try:
            trait = declared(by_name[name], facts=facts, known=available, zone=zone)
        except (Misread, UnknownName) as wrong:
            broken[name] = wrong
        else:
            available[name] = trait.info
            found.append(trait)
    return Resolved(tuple(found), broken, zone)


def declared(
    one: Written, *, facts: Mapping[str, FactInfo], known: Mapping[str, TraitInfo], zone: str
) -> DeclaredTrait:
    """The trait that a definition means.

    raises  Misread, UnknownName
    """
    tree = read_definition(one.definition, facts=facts, known=known, zone=zone)
    info = TraitInfo(
        one.name,
        tree.type,
        unit_of(tree),
        one.label,
        {language: definition_said(tree, language, zone=zone) for language in ("zh", "en")},
        otherwise=NOTHING.get(tree.measure) if isinstance(tree, Aggregated) else None,
        topic=topic_of(tree),
    )
    return DeclaredTrait(info, one.version, tree, traits_used(tree))


def _order_of(uses: Mapping[str, frozenset[str]]) -> tuple[tuple[str, ...], dict[str, Circle]]:
    """The order; names of a circle are taken out until none is left."""
    left, circles = dict(uses), dict[str, Circle]()
    while True:
        try:
            return in_order(left), circles
        except Circle as found:
            for name in found.path:
                circles[name] = found
                left.pop(name, None)


def unit_of(tree: Tree) -> str:
    """What the values are counted in; empty: nothing."""
    if tree.type is TraitType.MONEY:
        return "fen"
    if not isinstance(tree, Aggregated):
        return ""
    if tree.measure in (Measure.DAYS, Measure.GAP):
        return "days"
    return _UNITS.get(tree.fact.name, "") if tree.measure is Measure.COUNT else ""
