"""A definition together with those of the segments it names: what it needs to be read anywhere, at any later time."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

ID_MAX = 2**63 - 1
WHERE, SEGMENTS = "where", "segments"


def references(definition: Any) -> Iterator[tuple[str, int]]:
    """Where a definition names which segments; what is no definition names none.

    >>> list(references({"and": [{"trait": "orders", "op": "=", "value": 1}, {"not": {"segment": 7, "op": "in"}}]}))
    [('$.and[1].not.segment', 7)]
    """
    waiting: list[tuple[str, Any]] = [("$", definition)]
    while waiting:
        path, found = waiting.pop()
        if not isinstance(found, Mapping):
            continue
        number = found.get("segment")
        if isinstance(number, int) and not isinstance(number, bool) and 0 < number <= ID_MAX:
            yield f"{path}.segment", number
        for key in ("and", "or"):
            if isinstance(found.get(key), list):
                waiting += reversed([(f"{path}.{key}[{i}]", part) for i, part in enumerate(found[key])])
        if "not" in found:
            waiting.append((f"{path}.not", found["not"]))


def bound(definition: Any, segments: Mapping[int, tuple[str, Any]]) -> Any:
    """The definition with the names and definitions of all segments it needs; one that names none stays as it is.

    >>> bound({"segment": 7, "op": "in"}, {7: ("Tea", {"and": []})})
    {'where': {'segment': 7, 'op': 'in'}, 'segments': {'7': {'name': 'Tea', 'definition': {'and': []}}}}
    """
    if not segments:
        return definition
    book = {str(key): {"name": name, "definition": part} for key, (name, part) in segments.items()}
    return {WHERE: definition, SEGMENTS: book}


def opened(definition: Any) -> tuple[Any, Mapping[str, Mapping[str, Any]]]:
    """What `bound` put together: the definition, and by number the segments it needs."""
    if isinstance(definition, Mapping) and set(definition) == {WHERE, SEGMENTS}:
        return definition[WHERE], definition[SEGMENTS]
    return definition, {}


def cycle_from(start: int, named: Mapping[int, Sequence[int]]) -> tuple[int, ...]:
    """A way from a segment over those it names back to itself, both ends included; empty if there is none.

    >>> cycle_from(1, {1: [2, 3], 2: [], 3: [4], 4: [1]}), cycle_from(1, {1: [2], 2: []})
    ((1, 3, 4, 1), ())
    """
    came_from: dict[int, int] = {}
    waiting = [start]
    while waiting:
        here = waiting.pop()
        for there in named.get(here, ()):
            if there == start:
                way = [start, here]
                while here != start:
                    here = came_from[here]
                    way.append(here)
                return tuple(reversed(way))
            if there not in came_from:
                came_from[there] = here
                waiting.append(there)
    return ()
