"""Editions of stored members by whole sets, held against one number at a time, while people merge and part."""

from itertools import count

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.kernel.app import App
from siyu.kernel.audit import SYSTEM
from siyu.people.api import save_customers
from siyu.people.contracts import CustomerRecord
from siyu.segments.actions.definitions import added_segment
from siyu.segments.actions.editions import Making, store_edition
from siyu.segments.contracts import EditionMode, EditionSource, SegmentForm
from siyu.segments.queries.holding import MEMBERS
from siyu.segments.rules.members import after_list
from tests.conftest import NOW

pytestmark = pytest.mark.slow
PEOPLE = 6
NUMBERS = count(1)
ONE = st.integers(0, PEOPLE - 1)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(list(EditionMode)),
        st.sets(ONE),
        st.lists(st.none() | ONE, min_size=PEOPLE, max_size=PEOPLE),
    ),
    min_size=1,
    max_size=6,
)


class RolledBack(Exception):
    """What an example did is not to stay."""


@pytest.fixture
def people(app: App, brand_id: int) -> list[int]:
    records = [CustomerRecord("member_no", f"A{n}", NOW) for n in range(PEOPLE)]
    with app.db.transaction(brand_id=brand_id) as session:
        save_customers(session, cipher=app.cipher, records=records, source="t", batch_id=None, now=NOW)
        return list(session.scalars(text("SELECT customer_id FROM customer ORDER BY 1")))


def merged(session: Session, people: list[int], into: list[int | None]) -> dict[int, int]:
    """Each counts as another of those who count as themselves; as a person of several numbers does."""
    heads = {n for n, head in enumerate(into) if head is None or into[head] is not None or head == n}
    persons = {people[n]: people[head] for n, head in enumerate(into) if n not in heads and head is not None}
    for one in people:
        session.execute(
            text("UPDATE customer SET merged_into = :head WHERE customer_id = :one"),
            {"one": one, "head": persons.get(one)},
        )
    return persons


@given(steps=STEPS)
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_sets_say_what_one_at_a_time_says(app: App, brand_id: int, people: list[int], steps: list) -> None:
    with pytest.raises(RolledBack), app.db.transaction(brand_id=brand_id) as session:
        segment = added_segment(
            session, name=f"n{next(NUMBERS)}", description="", definition={"and": []}, form=SegmentForm.LIST,
            actor=SYSTEM, now=NOW,
        )  # fmt: skip
        stored: list[int] = []
        every: list[list[int]] = []
        for mode, listed, into in steps:
            persons = merged(session, people, into)
            numbers = {people[one] for one in listed}
            before = {persons.get(one, one) for one in stored}
            edition = store_edition(
                session, segment=segment, customers=np.array(sorted(numbers), np.int64), mode=mode, actor=SYSTEM,
                making=Making(EditionSource.HAND, "t", NOW, len(numbers)), now=NOW,
            )  # fmt: skip
            stored = sorted(after_list(stored, numbers, persons, mode))
            after = {persons.get(one, one) for one in stored}
            assert (edition.customers, edition.entered, edition.departed) == (
                len(after), len(after - before), len(before - after)
            )  # fmt: skip
            every.append(stored)
        for number, members in enumerate(every, start=1):
            asked = {"segment": segment.segment_id, "edition": number}
            assert sorted(row.customer_id for row in session.execute(text(MEMBERS), asked)) == members
        raise RolledBack
