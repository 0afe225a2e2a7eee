"""Which customer each group of identities is: the oldest founded on one of them, else a new one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from siyu.people.contracts import Move, NamespacePolicy
from siyu.people.rules.graph import Node


@dataclass(frozen=True, slots=True)
class Rooted:
    """A customer founded on an identity, as they stand now."""

    customer_id: int
    root: int
    merged_into: int | None
    merged_at: datetime | None
    visitor: bool

    @property
    def current(self) -> int:
        """Who they count as."""
        return self.merged_into or self.customer_id


@dataclass(frozen=True, slots=True)
class Founding:
    """A customer who is new; `customer_id` is negative until one is counted. `left`: whose identity it was before."""

    customer_id: int
    root: int
    visitor: bool
    left: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    """What a known customer's row says from now on."""

    customer_id: int
    merged_into: int | None
    visitor: bool
    root: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A customer of a group that came apart: who they counted as, who they count as now, since when they belonged."""

    customer_id: int
    before: int
    after: int
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Assignment:
    """What changes: whose identities are whose, who is new, who counts as whom, what came apart."""

    holder: Mapping[int, int]
    founded: tuple[Founding, ...]
    standing: tuple[Standing, ...]
    moves: tuple[Move, ...]
    pieces: tuple[Piece, ...]


def strength(policy: NamespacePolicy) -> int:
    """Smaller is stronger: what a person has one of, what stands for a person, the rest.

    >>> from siyu.people.rules.namespaces import policy_of
    >>> [strength(policy_of(one)) for one in ("member_no", "phone", "device")]
    [0, 1, 2]
    """
    if not policy.strong:
        return 2
    return 0 if policy.one_per_customer else 1


def assign(
    ids: Sequence[int],
    nodes: Mapping[int, Node],
    policies: Mapping[str, NamespacePolicy],
    group: Sequence[int],
    *,
    rooted: Sequence[Rooted],
    rootless: Mapping[int, int],
    before: Mapping[int, int],
    quarantined: frozenset[int] = frozenset(),
) -> Assignment:
    """Each group is its oldest customer; a group without any founds one on its strongest, first identity.

    `group`: for each of `ids` the name of its group. `rootless`: customers who lost their root, by identities of
    theirs; they take a new one rather than vanish. `before`: the customer of each identity that is not new.
    `quarantined`: a shop's phone stands for nobody; alone it is a visitor.
    """
    in_group = dict(zip(ids, group, strict=True))
    rank = {name: strength(policy) for name, policy in policies.items()}
    identified = {
        in_group[one] for one in ids if policies[nodes[one].namespace].strong and one not in quarantined
    }
    heads: dict[int, int] = {}
    for customer in sorted(rooted, key=lambda one: one.customer_id):
        heads.setdefault(in_group[customer.root], customer.customer_id)
    order = sorted(
        (one for one in ids if in_group[one] not in heads), key=lambda one: (rank[nodes[one].namespace], one)
    )
    standing = _adopted(order, in_group, heads, rootless, identified)
    founded: list[Founding] = []
    for one in order:
        named = in_group[one]
        if named not in heads:
            heads[named] = -1 - len(founded)
            founded.append(Founding(heads[named], one, named not in identified, before.get(one)))
    after = {customer.customer_id: heads[in_group[customer.root]] for customer in rooted}
    standing += _changed(rooted, after, identified, in_group)
    moves = tuple(
        Move(one.customer_id, one.current, after[one.customer_id])
        for one in rooted
        if one.current != after[one.customer_id]
    )
    holder = {one: heads[named] for one, named in in_group.items()}
    return Assignment(holder, tuple(founded), tuple(standing), moves, _pieces(rooted, after, founded))


def _adopted(
    order: Sequence[int],
    in_group: Mapping[int, int],
    heads: dict[int, int],
    rootless: Mapping[int, int],
    identified: set[int],
) -> list[Standing]:
    """Customers without a root stand on an identity that was theirs; `heads` knows them from now on."""
    adopted: dict[int, Standing] = {}
    for one in order:
        customer_id, named = rootless.get(one), in_group[one]
        if customer_id is not None and customer_id not in adopted and named not in heads:
            heads[named] = customer_id
            adopted[customer_id] = Standing(customer_id, None, named not in identified, one)
    return list(adopted.values())


def _changed(
    rooted: Sequence[Rooted], after: Mapping[int, int], identified: set[int], in_group: Mapping[int, int]
) -> list[Standing]:
    changed = []
    for one in rooted:
        head = after[one.customer_id]
        merged_into = None if head == one.customer_id else head
        visitor = in_group[one.root] not in identified if merged_into is None else one.visitor
        if (merged_into, visitor) != (one.merged_into, one.visitor):
            changed.append(Standing(one.customer_id, merged_into, visitor, one.root))
    return changed


def _pieces(
    rooted: Sequence[Rooted], after: Mapping[int, int], founded: Sequence[Founding]
) -> tuple[Piece, ...]:
    """All customers of each group of before that is more than one group now; who lost every identity among them."""
    pieces = [Piece(one.customer_id, one.current, after[one.customer_id], one.merged_at) for one in rooted]
    pieces += [
        Piece(one.customer_id, one.left, one.customer_id, None) for one in founded if one.left is not None
    ]
    present = {piece.customer_id for piece in pieces}
    vanished = sorted({piece.before for piece in pieces} - present)
    pieces += [Piece(one, one, one, None) for one in vanished]
    heads: dict[int, set[int]] = {}
    for piece in pieces:
        heads.setdefault(piece.before, set()).add(piece.after)
    return tuple(piece for piece in pieces if len(heads[piece.before]) > 1)
