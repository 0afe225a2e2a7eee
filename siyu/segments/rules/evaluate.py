"""Whether one customer is in a segment, and which part of it says so: the plain second writing of the frames.

Missing values: a comparison with an unknown value is false; `!=` and `not_in` ask "is it not this?" and include
the unknown; `not` turns false into true, so it includes the unknown too. `is_known` and `is_unknown` ask for it.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from siyu.insight.api import answered
from siyu.insight.contracts import Condition, FactTrait, TraitType
from siyu.kernel.shares import unit_share
from siyu.segments.contracts import (
    AllOf,
    AnyOf,
    Bringing,
    Brought,
    Edges,
    Explained,
    Happened,
    InSegment,
    Members,
    Node,
    Not,
    Share,
    Top,
)
from siyu.segments.rules.members import because, member_column
from siyu.segments.rules.words import edge_said, sentence

NO_EDGES: Edges = {}
NOTHING_BROUGHT: Brought = {}


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
    brought: Brought = NOTHING_BROUGHT,
) -> Explained:
    """Every part of the segment with whether it holds for this customer and the value it saw.

    Of a segment that is named more than once the parts stand at the first place.
    """
    return _Explaining(_Customer(traits, as_of, edges), zone, brought).of(node)


def explained_lines(found: Explained, depth: int = 0) -> Iterator[tuple[int, Explained]]:
    """Every part with how deep it stands, outermost first."""
    yield depth, found
    for part in found.parts:
        yield from explained_lines(part, depth + 1)


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

    def _meets(self, node: Condition | Happened | InSegment | Share | Top | Members) -> bool:
        match node:
            case InSegment():
                if node.segment_id not in self._inside:
                    self._inside[node.segment_id] = self.holds(node.part)
                return self._inside[node.segment_id] is node.inside
            case Members():
                return self.brought_by(node) is not None
            case Share():
                return self.share(node) < node.of
            case Top():
                return (node.rest is None or self.holds(node.rest)) and self._within(node)
            case Happened():
                return self.traits[node.trait.name] is not None
            case Condition():
                return answered(node, self.traits[node.trait.name], as_of=self._as_of)

    def share(self, asked: Share) -> float:
        return unit_share(asked.seed, self.traits["customer_id"])

    def brought_by(self, asked: Members) -> int | None:
        """The edition since which the customer is a member; None: is none."""
        found: int | None = self.traits[member_column(asked.place)]
        return found

    def _within(self, top: Top) -> bool:
        found, edge = self.traits[top.trait.name], self.edges[top]
        if found is None or edge is None:
            return found is not None
        if found == edge.value:
            return bool(self.traits["customer_id"] <= edge.customer_id)
        return bool(found > edge.value if top.highest else found < edge.value)


class _Explaining:
    """Walks a definition for one customer; the parts of a named segment are told once."""

    def __init__(self, customer: _Customer, zone: str, brought: Brought) -> None:
        self._customer = customer
        self._zone = zone
        self._brought = brought
        self._told: set[int] = set()

    def of(self, node: Node) -> Explained:
        return Explained(
            path=node.path,
            zh=self._said(node, "zh"),
            en=self._said(node, "en"),
            met=self._customer.holds(node),
            trait=self._trait(node),
            type=self._type(node),
            value=self._value(node),
            parts=tuple(self.of(part) for part in self._parts(node)),
        )

    def _said(self, node: Node, language: str) -> str:
        said = sentence(node, language, zone=self._zone)
        if isinstance(node, Members):
            return said + because(self._bringing(node), language, zone=self._zone)
        if not isinstance(node, Top):
            return said
        return said + edge_said(node, self._customer.edges[node], language, zone=self._zone)

    def _trait(self, node: Node) -> str | None:
        """A value that a condition asks of facts has no name to people."""
        if not isinstance(node, Condition | Top) or isinstance(node.trait, FactTrait):
            return None
        return node.trait.name

    def _type(self, node: Node) -> TraitType | None:
        match node:
            case Condition() | Happened() | Top():
                return node.trait.type
            case Share():
                return TraitType.NUMBER
            case _:
                return None

    def _bringing(self, node: Members) -> Bringing | None:
        edition = self._customer.brought_by(node)
        return None if edition is None else self._brought.get((node.segment_id, edition))

    def _value(self, node: Node) -> Any:
        match node:
            case Condition() | Happened() | Top():
                return self._customer.traits[node.trait.name]
            case Share():
                return self._customer.share(node)
            case Members():
                found = self._bringing(node)
                return None if found is None else found.made_at
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
