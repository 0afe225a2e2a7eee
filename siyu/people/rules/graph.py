"""Which identities are one customer: a function of the set of links, whatever the order in which they came."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from siyu.people.contracts import IDENTITIES_MAX, NEIGHBOURS_MAX, NamespacePolicy, Refusal

Pair = tuple[int, int]
TIE_BYTES = 5


@dataclass(frozen=True, slots=True)
class Node:
    """An identity. `key` orders links that nothing else does; `quarantined`: known to be, its links left out."""

    key: bytes
    namespace: str
    quarantined: bool = False


@dataclass(frozen=True, slots=True)
class Edge:
    """A link that stands: somebody said that two identities are one person; `left` has the smaller number.

    `tie` orders it among links said at the same moment, where the keys that did so were replaced; see `tie_of`.
    """

    left: int
    right: int
    source: str
    authenticated: bool
    said_at: datetime
    overrides: bool = False
    tie: bytes = b""


@dataclass(frozen=True, slots=True)
class Decision:
    """Each identity's group (named by one of its identities), who is quarantined, and which pairs were refused."""

    group: Mapping[int, int]
    quarantined: frozenset[int]
    refused: Mapping[Pair, Refusal]


def may_assert(edge: Edge, left: NamespacePolicy, right: NamespacePolicy) -> bool:
    """Whether the source may link identities of these namespaces; a person's word that overrides always may.

    >>> from datetime import datetime
    >>> from siyu.people.contracts import Normaliser
    >>> only_crm = NamespacePolicy("member_no", Normaliser.TRIMMED, True, True, False, frozenset({"crm"}))
    >>> phone = NamespacePolicy("phone", Normaliser.PHONE, False, True, True)
    >>> [may_assert(Edge(1, 2, said, True, datetime(2026, 1, 1)), only_crm, phone) for said in ("crm", "web")]
    [True, False]
    """
    return edge.overrides or all(
        policy.sources is None or edge.source in policy.sources for policy in (left, right)
    )


def tie_of(one: bytes, other: bytes) -> bytes:
    """What orders a link among those said at the same moment: a function of the two values, whatever their numbers.

    Forty bits of both together: it is kept when the keys are replaced, and tells nobody either value.

    >>> tie_of(b"a", b"b") == tie_of(b"b", b"a"), len(tie_of(b"a", b"b"))
    (True, 5)
    """
    return hashlib.sha256(b"".join(sorted((one, other)))).digest()[:TIE_BYTES]


def decide(
    nodes: Mapping[int, Node],
    edges: Iterable[Edge],
    policies: Mapping[str, NamespacePolicy],
    *,
    identities_max: int = IDENTITIES_MAX,
    neighbours_max: int = NEIGHBOURS_MAX,
) -> Decision:
    """The customers that these identities and links make.

    A shareable identity with more than `neighbours_max` people is quarantined: its links join nothing. The others are
    taken in an order of their own (a person's word, authenticated, strong, said first) and refused where they would
    join two values of which a person has one, more than `identities_max`, or, unauthenticated, two identified people.

    source  docs/decisions/0021-oneid.md; Kruskal's walk with guards that never loosen as groups grow
    """
    usable = [
        edge
        for edge in edges
        if may_assert(edge, policies[nodes[edge.left].namespace], policies[nodes[edge.right].namespace])
    ]
    quarantined = shared(nodes, usable, policies, neighbours_max=neighbours_max)
    groups = _Groups(nodes, policies, identities_max)
    refused: dict[Pair, Refusal] = {}
    for edge in sorted(usable, key=lambda edge: _place(edge, nodes, policies)):
        left, right = groups.of(edge.left), groups.of(edge.right)
        if left == right:
            continue
        in_quarantine = edge.left in quarantined or edge.right in quarantined
        reason = None if edge.overrides else groups.objection(left, right, edge, in_quarantine=in_quarantine)
        if reason is None:
            groups.join(left, right)
        else:
            refused.setdefault((edge.left, edge.right), reason)
    return Decision({one: groups.of(one) for one in nodes}, quarantined, refused)


def shared(
    nodes: Mapping[int, Node],
    edges: Iterable[Edge],
    policies: Mapping[str, NamespacePolicy],
    *,
    neighbours_max: int = NEIGHBOURS_MAX,
) -> frozenset[int]:
    """Identities that too many people use: a shop's phone, a tablet on a counter.

    Only authenticated links count for a strong identity, so that nobody unlinks a customer's phone by claiming it.
    """
    people: dict[int, set[int]] = {}
    for edge in edges:
        for one, other in ((edge.left, edge.right), (edge.right, edge.left)):
            mine, theirs = policies[nodes[one].namespace], policies[nodes[other].namespace]
            counts = edge.authenticated or not mine.strong
            if mine.shareable and theirs.one_per_customer and theirs.strong and counts:
                people.setdefault(one, set()).add(other)
    crowded = {one for one, theirs in people.items() if len(theirs) > neighbours_max}
    return frozenset(crowded | {one for one, node in nodes.items() if node.quarantined})


def _place(
    edge: Edge, nodes: Mapping[int, Node], policies: Mapping[str, NamespacePolicy]
) -> tuple[object, ...]:
    left, right = nodes[edge.left], nodes[edge.right]
    strong = policies[left.namespace].strong and policies[right.namespace].strong
    tie = edge.tie or tie_of(left.key, right.key)
    return (not edge.overrides, not edge.authenticated, not strong, edge.said_at, tie)


class _Groups:
    """Disjoint sets that know how many they are, whether a person is among them, and what a person has one of."""

    def __init__(
        self, nodes: Mapping[int, Node], policies: Mapping[str, NamespacePolicy], identities_max: int
    ) -> None:
        self._parent = {one: one for one in nodes}
        self._size = dict.fromkeys(nodes, 1)
        self._strong = {one: policies[node.namespace].strong for one, node in nodes.items()}
        self._ones = {
            one: {node.namespace} if policies[node.namespace].one_per_customer else set()
            for one, node in nodes.items()
        }
        self._identities_max = identities_max

    def of(self, one: int) -> int:
        while self._parent[one] != one:
            self._parent[one] = one = self._parent[self._parent[one]]
        return one

    def objection(self, left: int, right: int, edge: Edge, *, in_quarantine: bool) -> Refusal | None:
        if in_quarantine:
            return Refusal.QUARANTINED
        if not edge.authenticated and self._strong[left] and self._strong[right]:
            return Refusal.UNAUTHENTICATED
        if not self._ones[left].isdisjoint(self._ones[right]):
            return Refusal.UNIQUE_CONFLICT
        if self._size[left] + self._size[right] > self._identities_max:
            return Refusal.TOO_MANY
        return None

    def join(self, left: int, right: int) -> None:
        if self._size[left] < self._size[right]:
            left, right = right, left
        self._parent[right] = left
        self._size[left] += self._size[right]
        self._strong[left] |= self._strong[right]
        self._ones[left] |= self._ones[right]
