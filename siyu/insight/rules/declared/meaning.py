"""What a declared trait means, as a short mark: equal marks, equal values of equal facts."""

import hashlib
from collections.abc import Iterable
from typing import Any

from siyu.insight.contracts import AllOf, AnyOf, Condition, Node, Not, TraitInfo
from siyu.insight.rules.declared.tree import (
    Aggregated,
    Calendar,
    Computed,
    DeclaredTrait,
    FactInfo,
    Literal,
    Named,
    Rolling,
    Since,
    Tree,
    Window,
)

READING = 1
"""How definitions are read; a release that reads one otherwise counts on, and what was stored is old."""


def marks_of(traits: Iterable[DeclaredTrait], *, lasting: Iterable[str], zone: str) -> dict[str, str]:
    """The mark of each trait whose value is settled by the facts and the moment.

    `lasting`: the traits that are not declared and stand as of the moment, too; a formula over any other has no mark,
    for its value changes while no fact does. The traits come in dependency order. Names, words and versions are no
    part of a mark; what the trait stands on is.
    """
    known: dict[str, Any] = dict.fromkeys(lasting, "built in")
    found: dict[str, str] = {}
    for one in traits:
        if one.uses <= known.keys():
            beneath = sorted((name, known[name]) for name in one.uses)
            said = repr((READING, zone, _tree(one.tree), beneath))
            found[one.info.name] = known[one.info.name] = hashlib.sha256(said.encode()).hexdigest()[:16]
    return found


def _tree(tree: Tree) -> Any:
    match tree:
        case Aggregated():
            return (
                tree.measure.value,
                _fact(tree.fact),
                _asked(tree.of),
                _node(tree.where),
                _window(tree.window),
            )
        case Literal():
            return tree.value
        case Named():
            return _asked(tree.trait)
        case Computed():
            return (tree.operation.value, tree.type.value, tree.digits, [_tree(part) for part in tree.parts])


def _window(window: Window) -> Any:
    match window:
        case None:
            return None
        case Rolling():
            return window.days
        case Calendar():
            return (window.period.value, window.offset)
        case Since():
            return (_fact(window.fact), window.last, _node(window.where))


def _node(node: Node | None) -> Any:
    match node:
        case None:
            return None
        case Condition():
            return (_asked(node.trait), node.operator.value, node.value)
        case Not():
            return ("not", _node(node.part))
        case AllOf():
            return ("and", [_node(part) for part in node.parts])
        case AnyOf():
            return ("or", [_node(part) for part in node.parts])


def _asked(info: TraitInfo | None) -> Any:
    return None if info is None else (info.name, info.type.value)


def _fact(fact: FactInfo) -> tuple[str, bool]:
    return fact.name, fact.own
