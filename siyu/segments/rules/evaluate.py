"""Which part of a segment holds for one customer, with the value it saw."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from siyu.insight.api import is_met, sentence
from siyu.insight.contracts import AllOf, AnyOf, Condition, Node, Not
from siyu.segments.contracts import Explained


def explain(node: Node, traits: Mapping[str, Any], *, as_of: datetime, zone: str) -> Explained:
    """Every part of the segment with whether it holds for this customer and the value it saw."""
    parts: tuple[Node, ...] = ()
    value = None
    match node:
        case AllOf() | AnyOf():
            parts = node.parts
        case Not():
            parts = (node.part,)
        case Condition():
            value = traits[node.trait.name]
    return Explained(
        path=node.path,
        zh=sentence(node, "zh", zone=zone),
        en=sentence(node, "en", zone=zone),
        met=is_met(node, traits, as_of=as_of),
        value=value,
        parts=tuple(explain(part, traits, as_of=as_of, zone=zone) for part in parts),
    )
