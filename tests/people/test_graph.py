"""The pure decision: which identities are one customer, whatever the order of the links."""

import random
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from siyu.people.contracts import NamespacePolicy, Normaliser, Refusal
from siyu.people.rules.graph import Decision, Edge, Node, decide
from siyu.people.rules.namespaces import policy_of
from siyu.people.rules.wholesale import components, decide_wholesale

FIRST = datetime(2026, 1, 1, tzinfo=UTC)
SPACES = ("member_no", "unionid", "phone", "email", "taobao_id", "device")
POLICIES = {name: policy_of(name) for name in SPACES}
ONLY_CRM = NamespacePolicy("phone", Normaliser.PHONE, False, True, True, frozenset({"crm"}))


def nodes_of(*spaces: str) -> dict[int, Node]:
    return {number: Node(bytes([number]), space) for number, space in enumerate(spaces)}


def link(
    left: int, right: int, *, day: int = 0, said: bool = True, staff: bool = False, tie: bytes = b""
) -> Edge:
    return Edge(left, right, "staff" if staff else "crm", said, FIRST + timedelta(days=day), staff, tie)


def sets(decision: Decision) -> set[frozenset[int]]:
    groups: dict[int, set[int]] = {}
    for one, named in decision.group.items():
        groups.setdefault(named, set()).add(one)
    return {frozenset(group) for group in groups.values()}


M, U, P, D = "member_no", "unionid", "phone", "device"
CASES = [
    # a member and a phone are one person
    ((M, P), [link(0, 1)], [{0, 1}], {}),
    # two member numbers are two people: the phone stays with whom it was said of first
    ((M, M, P), [link(0, 2, day=1), link(1, 2)], [{0}, {1, 2}], {(0, 2): Refusal.UNIQUE_CONFLICT}),
    # of two said at the same moment a digest of the values decides, not which came first
    ((M, M, P), [link(0, 2), link(1, 2)], [{0}, {1, 2}], {(0, 2): Refusal.UNIQUE_CONFLICT}),
    # a tie that was kept from before the keys changed decides instead
    ((M, M, P), [link(0, 2, tie=b"a"), link(1, 2, tie=b"b")], [{0, 2}, {1}], {(1, 2): Refusal.UNIQUE_CONFLICT}),
    # what was checked goes before what was said earlier by a browser
    ((M, M, P), [link(1, 2, said=False), link(0, 2, day=9)], [{0, 2}, {1}], {(1, 2): Refusal.UNAUTHENTICATED}),
    # a browser may bring a device, not join two identified people
    ((M, U, D), [link(0, 2, said=False), link(1, 2, said=False)], [{0}, {1, 2}], {(0, 2): Refusal.UNAUTHENTICATED}),
    # a checked link joins them through the same device
    ((M, U, D), [link(0, 2), link(1, 2)], [{0, 1, 2}], {}),
    # a person's word passes every guard
    ((M, M, P), [link(0, 2), link(1, 2), link(0, 1, staff=True)], [{0, 1, 2}], {}),
    # a phone of six members is a shop's: it joins nobody
    ((M, M, M, M, M, M, P), [link(one, 6) for one in range(6)], [{one} for one in range(7)],
     {(one, 6): Refusal.QUARANTINED for one in range(6)}),
    # a browser that claims a phone six times does not take it from its member
    ((M, M, M, M, M, M, P), [link(one, 6, said=one == 0) for one in range(6)], [{0, 6}, {1}, {2}, {3}, {4}, {5}],
     {(one, 6): Refusal.UNAUTHENTICATED for one in range(1, 6)}),
    # two phones and a member: a person has several phones
    ((M, P, P), [link(0, 1), link(0, 2)], [{0, 1, 2}], {}),
]  # fmt: skip


@pytest.mark.parametrize(("spaces", "edges", "groups", "refused"), CASES)
def test_who_is_one_customer(
    spaces: tuple[str, ...], edges: list[Edge], groups: list[set[int]], refused: dict[object, Refusal]
) -> None:
    decision = decide(nodes_of(*spaces), edges, POLICIES)
    assert sets(decision) == {frozenset(group) for group in groups}
    assert decision.refused == refused


def test_a_customer_has_at_most_fifty_identities() -> None:
    nodes = nodes_of(M, *[P] * 60)
    decision = decide(nodes, [link(0, one) for one in range(1, 61)], POLICIES)
    assert sorted(len(group) for group in sets(decision))[-2:] == [1, 50]
    assert set(decision.refused.values()) == {Refusal.TOO_MANY}


def test_a_source_says_only_what_it_may() -> None:
    policies = POLICIES | {P: ONLY_CRM}
    crm, web = link(0, 1), Edge(0, 1, "web", authenticated=True, said_at=FIRST)
    assert sets(decide(nodes_of(M, P), [web], policies)) == {frozenset({0}), frozenset({1})}
    assert sets(decide(nodes_of(M, P), [web, crm], policies)) == {frozenset({0, 1})}


@st.composite
def graphs(draw: st.DrawFn) -> tuple[dict[int, Node], list[Edge]]:
    spaces = draw(st.lists(st.sampled_from(SPACES), min_size=2, max_size=14))
    ends = st.tuples(st.integers(0, len(spaces) - 1), st.integers(0, len(spaces) - 1))
    edges = []
    for left, right in draw(st.lists(ends.filter(lambda pair: pair[0] != pair[1]), max_size=30)):
        low, high = sorted((left, right))
        said, staff = draw(st.booleans()), draw(st.integers(0, 19)) == 0
        edges.append(link(low, high, day=draw(st.integers(0, 3)), said=said, staff=staff))
    return nodes_of(*spaces), edges


@given(graphs(), st.randoms())
def test_order_and_repetition_change_nothing(
    graph: tuple[dict[int, Node], list[Edge]], chance: random.Random
) -> None:
    nodes, edges = graph
    shuffled = edges + edges[:3]
    chance.shuffle(shuffled)
    first, second = (decide(nodes, said, POLICIES, identities_max=6) for said in (edges, shuffled))
    assert (sets(first), first.refused, first.quarantined) == (
        sets(second),
        second.refused,
        second.quarantined,
    )


@given(graphs())
def test_wholesale_decides_as_link_by_link(graph: tuple[dict[int, Node], list[Edge]]) -> None:
    nodes, edges = graph
    ids = sorted(nodes)
    one = decide(nodes, edges, POLICIES, identities_max=6, neighbours_max=2)
    many = decide_wholesale(ids, nodes, edges, POLICIES, identities_max=6, neighbours_max=2)
    whole = Decision(dict(zip(ids, many.group.tolist(), strict=True)), frozenset(), {})
    assert sets(one) == sets(whole)
    assert one.quarantined == {who for who, flag in zip(ids, many.quarantined.tolist(), strict=True) if flag}
    kept = {pair: why for pair, why in one.refused.items() if why is not Refusal.QUARANTINED}
    assert {pair: why for pair, why in many.refused.items() if why is not Refusal.QUARANTINED} == kept


@given(st.integers(1, 40), st.data())
def test_components_are_those_of_scipy(count: int, data: st.DataObject) -> None:
    ends = data.draw(st.lists(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), max_size=60))
    left, right = (np.array([pair[side] for pair in ends], dtype=np.int64) for side in (0, 1))
    label = components(count, left, right)
    _, theirs = connected_components(
        coo_matrix((np.ones(len(ends)), (left, right)), (count, count)), directed=False
    )
    assert len({*zip(label.tolist(), theirs.tolist(), strict=True)}) == len(set(theirs.tolist()))
    assert len(set(label.tolist())) == len(set(theirs.tolist()))
