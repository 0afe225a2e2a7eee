"""Tags: given and taken by hand, by list, by segment; one of an exclusive group; every change kept; runs undone."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from siyu.kernel.audit import SYSTEM
from siyu.people.actions.tag_groups import add_tag, add_tag_group, change_tag, change_tag_group
from siyu.people.actions.tag_runs import (
    listed_customers,
    request_tagging,
    request_undo,
    run_tagging,
    undo_tagging,
)
from siyu.people.actions.tagging import ByWhom, tag_by_hand, tag_customers
from siyu.people.api import merge_customers, wearer_chunks
from siyu.people.errors import TagArchived, TagNameTaken, TagRunNotUndoable
from siyu.people.queries.tags import tag_changes_of, tag_info, tags_of_brand, worn_by
from tests.people.makers import NOW, record, save

LATER = NOW + timedelta(hours=1)


def people(app, session, count=4):
    save(session, app.cipher, [record(f"A{one}", phone=f"1380013800{one}") for one in range(count)])
    return list(session.scalars(text("SELECT customer_id FROM customer ORDER BY customer_id")))


def make_tags(session):
    """An exclusive group of three and a free group of two."""
    made = []
    for group, exclusive, names in (("等级", True, ("金", "银", "铜")), ("兴趣", False, ("茶", "咖啡"))):
        group_id = add_tag_group(
            session, name=group, exclusive=exclusive, colour="plum", actor=SYSTEM, now=NOW
        )
        made += [add_tag(session, tag_group_id=group_id, name=name, actor=SYSTEM, now=NOW) for name in names]
    return made


def by_hand(session, who, add=(), remove=(), now=NOW):
    tag_by_hand(session, customer_id=who, add=add, remove=remove, actor=SYSTEM, now=now)


def worn(session, who):
    return {one.tag_id for one in worn_by(session, customer_id=who)}


def run_list(app, brand_id, tag_id, content, *, adds=True, known_by="phone", now=NOW):
    """The list is tagged to its end; what was answered when it was asked for."""
    with app.db.transaction(brand_id=brand_id) as session:
        asked = request_tagging(
            session, cipher=app.cipher, tag_id=tag_id, adds=adds, content=content, known_by=known_by, title="名单",
            actor=SYSTEM, now=now,
        )  # fmt: skip
    run_tagging(
        app, brand_id=brand_id, tag_run_id=asked.tag_run_id, now=now,
        customers=lambda session: listed_customers(session, tag_run_id=asked.tag_run_id),
    )  # fmt: skip
    return asked


def undo(app, brand_id, tag_run_id, now=LATER):
    with app.db.transaction(brand_id=brand_id) as session:
        task_id = request_undo(session, tag_run_id=tag_run_id, actor=SYSTEM, now=now)
    undo_tagging(app, brand_id=brand_id, task_id=task_id, tag_run_id=tag_run_id, now=now)


def test_an_exclusive_group_is_worn_once_and_every_change_is_kept(app, session):
    ann, *_ = people(app, session)
    gold, silver, _, tea, coffee = make_tags(session)
    by_hand(session, ann, add=[gold, tea])
    by_hand(session, ann, add=[silver, coffee], remove=[tea], now=LATER)
    assert worn(session, ann) == {silver, coffee}
    told = [(one.name, one.added) for one in tag_changes_of(session, customer_id=ann)]
    assert sorted(told[:4]) == [("咖啡", True), ("茶", False), ("金", False), ("银", True)]
    assert len(told) == 6


def test_merged_customers_wear_what_either_wears_and_of_an_exclusive_group_the_newest(app, session):
    ann, ana, *_ = people(app, session)
    gold, silver, _, tea, coffee = make_tags(session)
    by_hand(session, ann, add=[gold, tea])
    by_hand(session, ana, add=[silver, coffee], now=LATER)
    merge_customers(session, ann, ana, actor=SYSTEM, reason="a test", now=LATER)
    assert worn(session, ann) == {silver, tea, coffee}
    found = {tag: [one for part in wearer_chunks(session, tag_id=tag) for one in part["customer_id"].to_pylist()]
             for tag in (gold, silver, tea, coffee)}  # fmt: skip
    assert found == {gold: [], silver: [ann], tea: [ann], coffee: [ann]}
    by_hand(session, ann, remove=[coffee])
    assert worn(session, ana) == {silver, tea}


def test_a_list_is_tagged_by_a_task_and_taken_back_as_one(app, brand_id):
    with app.db.transaction(brand_id=brand_id) as session:
        ann, bob, *_ = people(app, session)
        gold, silver, *_ = make_tags(session)
        by_hand(session, ann, add=[silver])
    asked = run_list(
        app, brand_id, gold, "手机号,姓名\n13800138000,王芳\n138 0013 8001,李\n13900139000,\nx\n"
    )
    assert (asked.known, asked.unknown) == (2, 2)
    with app.db.transaction(brand_id=brand_id) as session:
        assert (worn(session, ann), worn(session, bob)) == ({gold}, {gold})
        assert {one.tag_id: one.customers for one in tags_of_brand(session)}[gold] == 2
        assert session.scalar(text("SELECT count(*) FROM tag_run_target")) == 0
        by_hand(session, bob, add=[silver], now=LATER)  # on top of the list: stays
    undo(app, brand_id, asked.tag_run_id)
    with app.db.transaction(brand_id=brand_id) as session:
        assert (worn(session, ann), worn(session, bob)) == ({silver}, {silver})
        with pytest.raises(TagRunNotUndoable):
            request_undo(session, tag_run_id=asked.tag_run_id, actor=SYSTEM, now=LATER)
        told = session.execute(text("SELECT state, result FROM long_task WHERE kind = 'tagging'")).one()
        assert (told.state, told.result["customers"], told.result["unknown"]) == ("done", 2, 2)


def test_a_tagging_runs_once_however_often_its_job_does(app, brand_id):
    with app.db.transaction(brand_id=brand_id) as session:
        ann, *_ = people(app, session)
        gold, *_ = make_tags(session)
    asked = run_list(app, brand_id, gold, f"{ann}\n", known_by="customer_id")
    run_tagging(
        app,
        brand_id=brand_id,
        tag_run_id=asked.tag_run_id,
        customers=lambda _: pytest.fail("again"),
        now=LATER,
    )
    with app.db.transaction(brand_id=brand_id) as session:
        assert len(tag_changes_of(session, customer_id=ann)) == 1


def test_names_are_free_again_once_archived_and_archived_tags_are_not_given(app, session):
    ann, *_ = people(app, session)
    gold, *_ = make_tags(session)
    group = tag_info(session, tag_id=gold).tag_group_id
    with pytest.raises(TagNameTaken):
        add_tag(session, tag_group_id=group, name="金", actor=SYSTEM, now=NOW)
    by_hand(session, ann, add=[gold])
    change_tag(session, tag_id=gold, changes={"archived": True}, actor=SYSTEM, now=LATER)
    add_tag(session, tag_group_id=group, name="金", actor=SYSTEM, now=LATER)
    assert worn(session, ann) == set()
    with pytest.raises(TagArchived):
        by_hand(session, ann, add=[gold])
    change_tag_group(session, tag_group_id=group, changes={"archived": True}, actor=SYSTEM, now=LATER)
    assert {one.group_name for one in tags_of_brand(session)} == {"兴趣"}


PEOPLE = 4
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["add", "remove", "merge"]),
        st.integers(0, 4),
        st.sets(st.integers(0, PEOPLE - 1), min_size=1),
    ),
    max_size=10,
)


class NaiveTags:
    """Each person is a set of numbers, and wears what was given last and not taken since."""

    def __init__(self, ids, levels, others):
        self.persons, self.levels, self.others = [{one} for one in ids], levels, others
        self.given = {}  # number, tag → when

    def merge(self, first, last):
        one, other = (next(person for person in self.persons if who in person) for who in (first, last))
        if one is not other:
            self.persons.remove(other)
            one |= other

    def change(self, chosen, tag_id, now, *, adds):
        instead = [one for one in self.levels if one != tag_id] if tag_id in self.levels else []
        for person in self.persons:
            if not person & chosen:
                continue
            gone = instead if adds else [tag_id]
            self.given = {
                place: at for place, at in self.given.items() if not (place[0] in person and place[1] in gone)
            }
            if adds and not any((number, tag_id) in self.given for number in person):
                self.given[min(person), tag_id] = now

    def worn(self, person):
        mine = [(at, -number, one) for (number, one), at in self.given.items() if number in person]
        levels = [given for given in mine if given[2] in self.levels]
        return {one for _, _, one in mine if one in self.others} | ({max(levels)[2]} if levels else set())


@pytest.mark.slow
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=STEPS)
def test_sets_tag_as_one_by_one(app, brand_id, steps):
    with app.db.transaction(brand_id=brand_id) as session:
        ids, tags, now = people(app, session, PEOPLE), make_tags(session), NOW
        naive = NaiveTags(ids, tags[:3], tags[3:])
        for kind, which, places in steps:
            now += timedelta(minutes=1)
            chosen = {ids[place] for place in places}
            if kind == "merge":
                merge_customers(session, min(chosen), max(chosen), actor=SYSTEM, reason="a test", now=now)
                naive.merge(min(chosen), max(chosen))
            else:
                tag, adds = tag_info(session, tag_id=tags[which]), kind == "add"
                tag_customers(
                    session, customer_ids=chosen, tag=tag, adds=adds, by=ByWhom("hand", "x"), now=now
                )
                naive.change(chosen, tag.tag_id, now, adds=adds)
        for person in naive.persons:
            assert {frozenset(worn(session, number)) for number in person} == {frozenset(naive.worn(person))}
        for tag_id in tags:
            found = [
                one
                for part in wearer_chunks(session, tag_id=tag_id)
                for one in part["customer_id"].to_pylist()
            ]
            assert sorted(found) == sorted(min(one) for one in naive.persons if tag_id in naive.worn(one))
        session.rollback()
