"""Any order, any batches, any repetition, retractions anywhere: the set-based result is the one-by-one result."""

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.kernel.app import App
from siyu.kernel.audit import SYSTEM
from siyu.people.api import change_limit, resolve_claims, retract_edge, value_index
from siyu.people.contracts import IdentityClaim
from tests.people.makers import NOW
from tests.people.naive import Naive, Value

VALUES: list[Value] = [
    *(("member_no", f"M{number}") for number in range(8)),
    *(("unionid", f"U{number}") for number in range(2)),
    *(("phone", f"+861380013800{number}") for number in range(2)),
    ("email", "ann@example.com"),
    *(("taobao_id", f"T{number}") for number in range(2)),
    *(("device", f"D{number}") for number in range(2)),
]
SHARED: list[Value] = [VALUES[10], VALUES[15]]  # a phone and a device, said of many
MOMENTS = [datetime(2026, month, 1, tzinfo=UTC) for month in (1, 2, 3)]


@st.composite
def sayings(draw: st.DrawFn) -> list[IdentityClaim]:
    """Different claims, each an event of its own."""
    claims = []
    for number in range(draw(st.integers(1, 22))):
        values = draw(st.lists(st.sampled_from(VALUES), min_size=1, max_size=3, unique=True))
        if draw(st.booleans()):
            values = list(dict.fromkeys([*values, draw(st.sampled_from(SHARED))]))
        claims.append(
            IdentityClaim(
                tuple(values), draw(st.sampled_from(["crm", "web"])), draw(st.booleans()),
                draw(st.sampled_from(MOMENTS)), f"event-{number}",
            )
        )  # fmt: skip
    return claims


@st.composite
def histories(draw: st.DrawFn) -> list[list[IdentityClaim] | int]:
    """Batches of claims in any order, some twice; a number takes back one of the links said so far.

    A number below zero is another limit of identities a customer: two and up.
    """
    claims = draw(sayings())
    order = draw(
        st.permutations([*range(len(claims)), *draw(st.lists(st.integers(0, len(claims) - 1), max_size=4))])
    )
    steps: list[list[IdentityClaim] | int] = []
    rest = [claims[number] for number in order]
    while rest:
        size = draw(st.integers(1, len(rest)))
        steps.append(rest[:size])
        rest = rest[size:]
        if draw(st.integers(0, 2)) == 0:
            steps.append(draw(st.integers(0, 99)))
        if draw(st.integers(0, 2)) == 0:
            steps.append(-draw(st.integers(2, 9)))
    return steps


def take_back(session: Session, naive: Naive, which: int, plain: dict[bytes, Value]) -> None:
    """The same link is retracted here and there."""
    rows = session.execute(
        text("""SELECT e.edge_id, l.value_index, r.value_index, e.source, e.event_id FROM identity_edge e
                JOIN customer_identity l ON l.identity_id = e.left_id
                JOIN customer_identity r ON r.identity_id = e.right_id ORDER BY e.edge_id""")
    ).all()
    if rows:
        edge_id, left, right, source, event_id = rows[which % len(rows)]
        retract_edge(session, edge_id, actor=SYSTEM, reason="a test", now=NOW)
        naive.retract((frozenset({plain[bytes(left)], plain[bytes(right)]}), source, event_id))


def compare(session: Session, naive: Naive, plain: dict[bytes, Value]) -> None:
    """Groups, customers with their roots, and what waits for a person are the same."""
    holders = session.execute(
        text("SELECT value_index, customer_id, identity_id FROM customer_identity")
    ).all()
    value_of = {identity: plain[bytes(key)] for key, _, identity in holders}
    people = session.execute(
        text("SELECT customer_id, root_identity_id, merged_into, visitor FROM customer ORDER BY customer_id")
    ).all()
    roots = {row.customer_id: value_of[row.root_identity_id] for row in people}
    current = naive.current()
    assert [roots[row.customer_id] for row in people] == naive.roots
    assert {plain[bytes(key)]: roots[customer] for key, customer, _ in holders} == current
    for row in people:
        head = row.merged_into or row.customer_id
        assert roots[head] == current[roots[row.customer_id]]
        if row.merged_into is None:
            group = {value for value, root in current.items() if root == roots[head]} - naive.crowded()
            assert row.visitor == all(value[0] == "device" for value in group)
    waiting = session.execute(
        text("SELECT left_id, right_id, reason FROM identity_review WHERE state = 'open'")
    )
    assert {
        (frozenset({value_of[left], value_of[left if right is None else right]}), reason)
        for left, right, reason in waiting
    } == naive.reviews()


@pytest.mark.slow
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=histories())
def test_sets_decide_as_one_by_one(app: App, brand_id: int, steps: list[list[IdentityClaim] | int]) -> None:
    keys = {value: value_index(app.cipher, brand_id, *value) for value in VALUES}
    plain = {key: value for value, key in keys.items()}
    naive = Naive(keys)
    with app.db.transaction(brand_id=brand_id) as session:
        for step in steps:
            if isinstance(step, int) and step < 0:
                change_limit(session, -step, actor=SYSTEM, now=NOW)
                naive.limit(-step)
            elif isinstance(step, int):
                take_back(session, naive, step, plain)
            else:
                found = resolve_claims(session, cipher=app.cipher, claims=step, batch_id=None, now=NOW)
                naive.hear(step)
                assert len(found) == len(step)
            compare(session, naive, plain)
        session.rollback()


@pytest.mark.slow
@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(claims=sayings(), chance=st.randoms())
def test_one_by_one_and_all_at_once_end_the_same(
    app: App, brand_id: int, claims: list[IdentityClaim], chance: object
) -> None:
    def outcome(batches: list[list[IdentityClaim]]) -> object:
        with app.db.transaction(brand_id=brand_id) as session:
            for batch in batches:
                resolve_claims(session, cipher=app.cipher, claims=batch, batch_id=None, now=NOW)
            groups = session.execute(
                text(
                    "SELECT array_agg(value_index ORDER BY value_index) FROM customer_identity GROUP BY customer_id"
                )
            ).scalars()
            reviews = session.execute(
                text("""SELECT l.value_index, r.value_index, v.reason FROM identity_review v
                        JOIN customer_identity l ON l.identity_id = v.left_id
                        LEFT JOIN customer_identity r ON r.identity_id = v.right_id""")
            ).all()
            waiting = {(frozenset({left, right}), reason) for left, right, reason in reviews}
            found = {tuple(group) for group in groups}, waiting
            session.rollback()
            return found

    shuffled = list(claims)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert outcome([claims]) == outcome([[claim] for claim in shuffled])
