"""In which order declared traits are computed, and what depends on what; a circle is found with its path."""

from collections.abc import Iterable, Mapping
from typing import Any

FORMULA_KEY = "trait"
RANKING_KEY = "top"


class Circle(Exception):
    """Traits that depend on themselves: the path, its first name at its end again."""

    def __init__(self, path: tuple[str, ...]) -> None:
        super().__init__(path)
        self.path = path


def names_in(definition: Any) -> frozenset[str]:
    """The traits that a definition names, of a trait or of a segment, without knowing any of them.

    >>> sorted(names_in({"formula": {"/": [{"trait": "b"}, {"trait": "a"}]}}))
    ['a', 'b']
    >>> sorted(names_in({"top": {"n": 5, "by": "c"}}))
    ['c']
    """
    found, waiting = set[str](), [definition]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Mapping):
            ranking = one.get(RANKING_KEY)
            named = (one.get(FORMULA_KEY), ranking.get("by") if isinstance(ranking, Mapping) else None)
            found.update(name for name in named if isinstance(name, str))
            waiting += list(one.values())
        elif isinstance(one, list):
            waiting += one
    return frozenset(found)


def in_order(uses: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """The names so that each comes after those it uses; what is not among them is left out.

    raises  Circle

    >>> in_order({"c": ["a", "b"], "b": ["a", "orders"], "a": []})
    ('a', 'b', 'c')
    """
    done: dict[str, None] = {}
    for name in uses:
        _visit(name, uses, done)
    return tuple(done)


def beneath(names: Iterable[str], uses: Mapping[str, Iterable[str]]) -> frozenset[str]:
    """The names and everything that they use, directly or through others.

    >>> sorted(beneath(["c"], {"c": ["b"], "b": ["orders"]}))
    ['b', 'c', 'orders']
    """
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += list(uses.get(name, ()))
    return frozenset(found)


def used_by(name: str, uses: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """Those that use a trait directly, by name.

    >>> used_by("a", {"c": ["a", "b"], "b": ["a"], "a": []})
    ('b', 'c')
    """
    return tuple(sorted(one for one, used in uses.items() if name in set(used)))


def _visit(first: str, uses: Mapping[str, Iterable[str]], done: dict[str, None]) -> None:
    """The name stands in `done` after everything beneath it; walked without recursion, however long the chain."""
    path: list[str] = [first]
    open_ends = [iter(sorted(uses[first]))] if first not in done else []
    while open_ends:
        following = next(open_ends[-1], None)
        if following is None:
            done[path.pop()] = None
            open_ends.pop()
        elif following in path:
            raise Circle((*path[path.index(following) :], following))
        elif following in uses and following not in done:
            path.append(following)
            open_ends.append(iter(sorted(uses[following])))
