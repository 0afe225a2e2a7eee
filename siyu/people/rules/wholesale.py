"""The same decision for hundreds of thousands of identities at once: groups that break no guard are taken whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from siyu.people.contracts import IDENTITIES_MAX, NEIGHBOURS_MAX, NamespacePolicy, Refusal
from siyu.people.rules.graph import Decision, Edge, Node, Pair, decide, may_assert

Positions = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Wholesale:
    """For each identity the position that names its group, and whether it is quarantined; refused pairs of ids."""

    group: Positions
    quarantined: Flags
    refused: Mapping[Pair, Refusal]


@dataclass(frozen=True, slots=True)
class _Arrays:
    """Identities and usable links as columns."""

    space: Positions
    left: Positions
    right: Positions
    authenticated: Flags
    overrides: Flags
    one: Flags
    strong: Flags
    shareable: Flags


def components(count: int, left: Positions, right: Positions) -> Positions:
    """For each of `count` nodes the smallest node it is connected with.

    >>> components(5, np.array([3, 1]), np.array([1, 4])).tolist()
    [0, 1, 2, 1, 1]
    """
    label = np.arange(count, dtype=np.int64)
    while True:
        one, other = label[left], label[right]
        if np.array_equal(one, other):
            return label
        np.minimum.at(label, np.maximum(one, other), np.minimum(one, other))
        while not np.array_equal(label, jumped := label[label]):
            label = jumped


def decide_wholesale(
    ids: Sequence[int],
    nodes: Mapping[int, Node],
    edges: Sequence[Edge],
    policies: Mapping[str, NamespacePolicy],
    *,
    identities_max: int = IDENTITIES_MAX,
    neighbours_max: int = NEIGHBOURS_MAX,
) -> Wholesale:
    """What `decide` says, for many: only groups that break a guard are walked link by link.

    `ids`: the identities of `nodes`, in the order of the answer.
    """
    usable = [
        edge
        for edge in edges
        if may_assert(edge, policies[nodes[edge.left].namespace], policies[nodes[edge.right].namespace])
    ]
    arrays = _columns(ids, nodes, usable, policies)
    known = np.fromiter((nodes[one].quarantined for one in ids), np.bool_, len(ids))
    quarantined = known | _crowded(arrays, len(ids), neighbours_max)
    joining = arrays.overrides | ~(quarantined[arrays.left] | quarantined[arrays.right])
    group = components(len(ids), arrays.left[joining], arrays.right[joining])
    hard = _hard(arrays, group, joining, identities_max)
    refused: dict[Pair, Refusal] = {}
    if hard.any():
        decision = _walked(
            ids, nodes, usable, policies, np.flatnonzero(hard), joining & hard[arrays.left], quarantined,
            {"identities_max": identities_max, "neighbours_max": neighbours_max},
        )  # fmt: skip
        place = {one: position for position, one in enumerate(ids)}
        for one, named in decision.group.items():
            group[place[one]] = place[named]
        refused.update(decision.refused)
    return Wholesale(group, quarantined, refused)


def _columns(
    ids: Sequence[int],
    nodes: Mapping[int, Node],
    edges: Sequence[Edge],
    policies: Mapping[str, NamespacePolicy],
) -> _Arrays:
    place = {one: position for position, one in enumerate(ids)}
    names = sorted(policies)
    code = {name: number for number, name in enumerate(names)}
    space = np.fromiter((code[nodes[one].namespace] for one in ids), np.int64, len(ids))

    def of_edges(values: Any, kind: Any) -> Any:
        return np.fromiter(values, kind, len(edges))

    def of_policies(values: Any) -> Flags:
        return np.fromiter(values, np.bool_, len(names))

    return _Arrays(
        space=space,
        left=of_edges((place[edge.left] for edge in edges), np.int64),
        right=of_edges((place[edge.right] for edge in edges), np.int64),
        authenticated=of_edges((edge.authenticated for edge in edges), np.bool_),
        overrides=of_edges((edge.overrides for edge in edges), np.bool_),
        one=of_policies(policies[name].one_per_customer for name in names)[space],
        strong=of_policies(policies[name].strong for name in names)[space],
        shareable=of_policies(policies[name].shareable for name in names)[space],
    )


def _crowded(arrays: _Arrays, count: int, neighbours_max: int) -> Flags:
    """Which identities have more people than they may."""
    pairs = []
    for one, other in ((arrays.left, arrays.right), (arrays.right, arrays.left)):
        counts = arrays.authenticated | ~arrays.strong[one]
        kept = arrays.shareable[one] & arrays.one[other] & arrays.strong[other] & counts
        pairs.append(one[kept] * count + other[kept])
    distinct = np.unique(np.concatenate(pairs))
    if not len(distinct):
        return np.zeros(count, np.bool_)
    crowded: Flags = np.bincount(distinct // count, minlength=count) > neighbours_max
    return crowded


def _hard(arrays: _Arrays, group: Positions, joining: Flags, identities_max: int) -> Flags:
    """Identities of groups in which some link might be refused."""
    count = len(group)
    hard = np.bincount(group, minlength=count) > identities_max
    twice, often = np.unique(
        group[arrays.one] * (arrays.space.max(initial=0) + 1) + arrays.space[arrays.one], return_counts=True
    )
    hard[twice[often > 1] // (arrays.space.max(initial=0) + 1)] = True
    doubtful = np.zeros(count, np.bool_)
    doubtful[group[arrays.left[joining & ~arrays.authenticated & ~arrays.overrides]]] = True
    identified = np.bincount(group[arrays.strong], minlength=count) > 1
    wanted: Flags = (hard | (doubtful & identified))[group]
    return wanted


def _walked(
    ids: Sequence[int],
    nodes: Mapping[int, Node],
    edges: Sequence[Edge],
    policies: Mapping[str, NamespacePolicy],
    positions: Positions,
    links: Flags,
    quarantined: Flags,
    limits: dict[str, int],
) -> Decision:
    part = {}
    for position in positions.tolist():
        node = nodes[ids[position]]
        part[ids[position]] = Node(node.key, node.namespace, bool(quarantined[position]))
    kept = [edges[number] for number in np.flatnonzero(links).tolist()]
    return decide(part, kept, policies, **limits)
