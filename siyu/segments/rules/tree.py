"""What a definition's tree holds: its parts, the traits and segments it names, its tops."""

from collections.abc import Iterator

from siyu.insight.contracts import Condition, FactTrait
from siyu.segments.contracts import AllOf, AnyOf, EditionPlace, Happened, InSegment, Members, Node, Not, Top


def walked(node: Node) -> Iterator[Node]:
    """Every part of the tree, outermost first; the segments it names are not gone into."""
    yield node
    match node:
        case AllOf() | AnyOf():
            for part in node.parts:
                yield from walked(part)
        case Not():
            yield from walked(node.part)
        case _:
            return


def segments_in(*nodes: Node) -> tuple[InSegment, ...]:
    """The segments that the trees name, and those that these name: each once, and before whoever names it."""
    found: dict[int, InSegment] = {}

    def look(node: Node) -> None:
        for part in walked(node):
            if isinstance(part, InSegment) and part.segment_id not in found:
                look(part.part)
                found[part.segment_id] = part

    for node in nodes:
        look(node)
    return tuple(found.values())


def traits_named(*nodes: Node) -> frozenset[str]:
    """The traits that the trees ask about, with those of the segments they name."""
    traits = (part.trait for part in _everywhere(nodes) if isinstance(part, Condition | Top))
    return frozenset(one.name for one in traits if not isinstance(one, FactTrait))


def facts_asked(*nodes: Node) -> tuple[FactTrait, ...]:
    """What the trees, and the segments they name, ask of facts themselves; each question once."""
    traits = (part.trait for part in _everywhere(nodes) if isinstance(part, Condition | Happened))
    return tuple({one.name: one for one in traits if isinstance(one, FactTrait)}.values())


def _everywhere(nodes: tuple[Node, ...]) -> Iterator[Node]:
    """Every part of the trees and of the segments that they name."""
    for tree in (*nodes, *(one.part for one in segments_in(*nodes))):
        yield from walked(tree)


def editions_in(*nodes: Node) -> tuple[EditionPlace, ...]:
    """The editions whose stored members the trees ask for, with those of the segments they name; each once."""
    found = (part.place for part in _everywhere(nodes) if isinstance(part, Members))
    return tuple(dict.fromkeys(found))


def tops_in(node: Node) -> tuple[Top, ...]:
    """The tops of the tree in the order in which they can be answered: those among the rest of a group last, from
    the innermost group outwards, for the rest may hold tops itself.
    """
    tops = [part for part in walked(node) if isinstance(part, Top)]
    return tuple(sorted(tops, key=lambda top: (top.rest is not None, -top.path.count(".and["))))
