"""Whether one customer is in a segment, and which part of it says so: the plain second writing of the frames.

Missing values: a comparison with an unknown value is false; `!=` and `not_in` ask "is it not this?" and include
the unknown; `not` turns false into true, so it includes the unknown too. `is_known` and `is_unknown` ask for it.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from siyu.kernel.shares import unit_share
from siyu.segments.contracts import (
    AllOf,
    AnyOf,
    Condition,
    Edges,
    Explained,
    InSegment,
    Node,
    Not,
    Operator,
    Share,
    Top,
)
from siyu.segments.rules.words import edge_said, sentence

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


NO_EDGES: Edges = {}


def is_member(node: Node, traits: Mapping[str, Any], *, as_of: datetime, edges: Edges = NO_EDGES) -> bool:
    """Whether a customer with these traits (and its customer_id among them) is in the segment.

    `edges`: where each top of the definition ends, and of the segments it names; only the set can tell.
    """
    return _Customer(traits, as_of, edges).holds(node)


def explain(
    node: Node,
    traits: Mapping[str, Any],
    *,
    as_of: datetime,
    zone: str,
    edges: Edges = NO_EDGES,
) -> Explained:
    """Every part of the segment with whether it holds for this customer and the value it saw.

    Of a segment that is named more than once the parts stand at the first place.
    """
    return _Explaining(_Customer(traits, as_of, edges), zone).of(node)


class _Customer:
    """One customer who is asked; whether it is in a named segment is found out once."""

    def __init__(self, traits: Mapping[str, Any], as_of: datetime, edges: Edges) -> None:
        self.traits = traits
        self.edges = edges
        self._as_of = as_of
        self._inside: dict[int, bool] = {}

    def holds(self, node: Node) -> bool:
        match node:
            case AllOf():
                return all(self.holds(part) for part in node.parts)
            case AnyOf():
                return any(self.holds(part) for part in node.parts)
            case Not():
                return not self.holds(node.part)
            case _:
                return self._meets(node)

    def _meets(self, node: Condition | InSegment | Share | Top) -> bool:
        match node:
            case InSegment():
                if node.segment_id not in self._inside:
                    self._inside[node.segment_id] = self.holds(node.part)
                return self._inside[node.segment_id] is node.inside
            case Share():
                return self.share(node) < node.of
            case Top():
                return (node.rest is None or self.holds(node.rest)) and self._within(node)
            case Condition():
                return _holds(node, self.traits[node.trait.name], self._as_of)

    def share(self, asked: Share) -> float:
        return unit_share(asked.seed, self.traits["customer_id"])

    def _within(self, top: Top) -> bool:
        found, edge = self.traits[top.trait.name], self.edges[top]
        if found is None or edge is None:
            return found is not None
        if found == edge.value:
            return bool(self.traits["customer_id"] <= edge.customer_id)
        return bool(found > edge.value if top.highest else found < edge.value)


class _Explaining:
    """Walks a definition for one customer; the parts of a named segment are told once."""

    def __init__(self, customer: _Customer, zone: str) -> None:
        self._customer = customer
        self._zone = zone
        self._told: set[int] = set()

    def of(self, node: Node) -> Explained:
        return Explained(
            path=node.path,
            zh=self._said(node, "zh"),
            en=self._said(node, "en"),
            met=self._customer.holds(node),
            trait=node.trait.name if isinstance(node, Condition | Top) else None,
            value=self._value(node),
            parts=tuple(self.of(part) for part in self._parts(node)),
        )

    def _said(self, node: Node, language: str) -> str:
        said = sentence(node, language, zone=self._zone)
        if not isinstance(node, Top):
            return said
        return said + edge_said(node, self._customer.edges[node], language, zone=self._zone)

    def _value(self, node: Node) -> Any:
        match node:
            case Condition() | Top():
                return self._customer.traits[node.trait.name]
            case Share():
                return self._customer.share(node)
            case _:
                return None

    def _parts(self, node: Node) -> tuple[Node, ...]:
        match node:
            case AllOf() | AnyOf():
                return node.parts
            case Not():
                return (node.part,)
            case InSegment() if node.segment_id not in self._told:
                self._told.add(node.segment_id)
                return (node.part,)
            case _:
                return ()


def _holds(condition: Condition, found: Any, as_of: datetime) -> bool:
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
