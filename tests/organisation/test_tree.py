"""The organisation's tree: where units may stand, what is kept of them, and whose customers somebody sees."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from siyu.kernel.app import App
from siyu.kernel.audit import SYSTEM, AuditEntry
from siyu.kernel.errors import NotFound, SiyuError
from siyu.organisation import queries
from siyu.organisation.actions.units import add_unit, change_unit, close_unit, move_unit, open_unit
from siyu.organisation.actions.users import set_units
from siyu.organisation.contracts import StaffRole, Unit, UnitKind
from siyu.organisation.errors import (
    StoreKeyMisplaced,
    StoreKeyTaken,
    UnitClosed,
    UnitInCircle,
    UnitNotEmpty,
    UnitTooDeep,
    UnitUnderStore,
)
from siyu.organisation.models import OrgUnit
from siyu.organisation.rules.tree import DEPTH_MAX, check_place, sees_whole_brand, stores_below
from tests.organisation.makers import NOW, make_brand, make_user

HOUR = timedelta(hours=1)


def unit(number: int, parent: int | None, store: str | None = None, *, closed: bool = False) -> Unit:
    kind = UnitKind.STORE if store else UnitKind.REGION
    return Unit(number, parent, kind, f"unit {number}", store, NOW if closed else None)


# 1 head office ─ 2 east ─ 3 store A, 4 store B (closed); 1 ─ 5 west (closed) ─ 6 store C
TREE = [unit(1, None), unit(2, 1), unit(3, 2, "A"), unit(4, 2, "B", closed=True), unit(5, 1, closed=True),
        unit(6, 5, "C")]  # fmt: skip


@pytest.mark.parametrize(
    ("roots", "stores"),
    [
        ([], ""),
        ([1], "ABC"),  # those above see the customers of what is closed
        ([2], "AB"),
        ([3], "A"),
        ([4], ""),  # a closed store is nobody's place of work
        ([5], ""),
        ([6], "C"),  # an open unit below a closed one, which actions do not let happen
        ([3, 6], "AC"),
        ([3, 2], "AB"),
        ([99], ""),  # nowhere
    ],
)
def test_somebody_sees_the_stores_of_their_units_and_below(roots: list[int], stores: str) -> None:
    assert stores_below(TREE, roots=roots) == frozenset(stores)


@pytest.mark.parametrize(
    ("roles", "whole"),
    [
        (["owner"], True),
        (["operator"], True),
        (["analyst"], True),
        (["developer"], True),
        (["store_manager"], False),
        (["guide", "agent"], False),
        (["guide", "operator"], True),  # another role never takes anything away
        ([], False),
    ],
)
def test_head_office_sees_everybody_and_stores_their_own(roles: list[str], whole: bool) -> None:
    assert sees_whole_brand([StaffRole(role) for role in roles]) is whole


@pytest.mark.parametrize(
    ("unit_id", "parent_id", "refusal"),
    [
        (2, 3, UnitUnderStore),  # below a store
        (None, 3, UnitUnderStore),
        (1, 2, UnitInCircle),  # below its own child
        (2, 2, UnitInCircle),  # below itself
        (None, 5, UnitClosed),
    ],
)
def test_a_unit_cannot_stand_there(unit_id: int | None, parent_id: int, refusal: type[SiyuError]) -> None:
    with pytest.raises(refusal):
        check_place(TREE, unit_id=unit_id, parent_id=parent_id)


def test_a_tree_has_an_end() -> None:
    chain = [unit(number, number - 1 or None) for number in range(1, DEPTH_MAX + 1)]
    with pytest.raises(UnitTooDeep):
        check_place(chain, unit_id=None, parent_id=DEPTH_MAX)
    check_place(chain, unit_id=None, parent_id=DEPTH_MAX - 1)
    with pytest.raises(UnitTooDeep):  # two levels do not fit where one does
        check_place([*chain, unit(20, None), unit(21, 20)], unit_id=20, parent_id=DEPTH_MAX - 1)


@pytest.fixture
def tree(session: Session) -> dict[str, int]:
    """Head office, two regions, a store in each."""
    made: dict[str, int] = {}
    for name, kind, parent, key in (
        ("总部", UnitKind.HEAD_OFFICE, None, None),
        ("华东", UnitKind.REGION, "总部", None),
        ("华北", UnitKind.REGION, "总部", None),
        ("外滩店", UnitKind.STORE, "华东", "S1"),
        ("国贸店", UnitKind.STORE, "华北", "S2"),
    ):
        parent_id = made.get(parent or "")
        made[name] = add_unit(
            session, name=name, kind=kind, parent_id=parent_id, store_key=key, actor=SYSTEM, now=NOW
        ).unit_id
    return made


def stores(session: Session, *unit_ids: int) -> tuple[str, ...]:
    return queries.store_keys_below(session, brand_id=session.info["brand_id"], unit_ids=unit_ids)


def test_a_move_takes_effect_at_once_and_the_old_tree_can_be_told(
    session: Session, tree: dict[str, int]
) -> None:
    move_unit(session, unit_id=tree["外滩店"], parent_id=tree["华北"], actor=SYSTEM, now=NOW + HOUR)
    session.flush()
    assert stores(session, tree["华东"]) == ()
    assert stores(session, tree["华北"]) == ("S1", "S2")
    then = {one.unit_id: one.parent_id for one in queries.units_as_of(session, as_of=NOW)}
    now = {one.unit_id: one.parent_id for one in queries.units(session)}
    assert then[tree["外滩店"]] == tree["华东"]
    assert now[tree["外滩店"]] == tree["华北"]
    history = queries.unit_history(session, unit_id=tree["外滩店"])
    assert [change.at for change in history] == [NOW + HOUR, NOW]
    moved = session.query(AuditEntry).filter_by(action="unit.moved").one()
    assert (moved.before, moved.after) == ({"parent_id": tree["华东"]}, {"parent_id": tree["华北"]})


def test_doing_it_twice_changes_nothing(session: Session, tree: dict[str, int]) -> None:
    for _ in range(2):
        close_unit(session, unit_id=tree["外滩店"], actor=SYSTEM, now=NOW)
        change_unit(session, unit_id=tree["华东"], name="华东", actor=SYSTEM, now=NOW)
        move_unit(session, unit_id=tree["华东"], parent_id=tree["总部"], actor=SYSTEM, now=NOW)
    session.flush()
    assert len(queries.unit_history(session, unit_id=tree["外滩店"])) == 2
    assert len(queries.unit_history(session, unit_id=tree["华东"])) == 1


def test_a_closed_store_keeps_its_customers_for_those_above_and_its_key_is_free(
    session: Session, tree: dict[str, int]
) -> None:
    close_unit(session, unit_id=tree["外滩店"], actor=SYSTEM, now=NOW + HOUR)
    session.flush()
    assert stores(session, tree["外滩店"]) == ()
    assert stores(session, tree["华东"]) == ("S1",)
    again = add_unit(
        session, name="外滩新店", kind=UnitKind.STORE, parent_id=tree["华北"], store_key="S1", actor=SYSTEM, now=NOW
    )  # fmt: skip
    with pytest.raises(StoreKeyTaken):
        open_unit(session, unit_id=tree["外滩店"], actor=SYSTEM, now=NOW)
    close_unit(session, unit_id=again.unit_id, actor=SYSTEM, now=NOW)
    assert open_unit(session, unit_id=tree["外滩店"], actor=SYSTEM, now=NOW).closed_at is None


def test_what_the_tree_refuses(session: Session, tree: dict[str, int]) -> None:
    with pytest.raises(UnitNotEmpty) as refused:
        close_unit(session, unit_id=tree["华东"], actor=SYSTEM, now=NOW)
    assert "外滩店" in refused.value.message
    with pytest.raises(StoreKeyTaken):
        change_unit(session, unit_id=tree["外滩店"], store_key="S2", actor=SYSTEM, now=NOW)
    with pytest.raises(StoreKeyMisplaced):
        change_unit(session, unit_id=tree["华东"], store_key="S9", actor=SYSTEM, now=NOW)
    with pytest.raises(StoreKeyMisplaced):
        add_unit(session, name="无码店", kind=UnitKind.STORE, parent_id=None, actor=SYSTEM, now=NOW)
    with pytest.raises(NotFound):
        move_unit(session, unit_id=tree["华东"], parent_id=9_999_999, actor=SYSTEM, now=NOW)


def test_people_are_put_into_open_units_of_their_brand(session: Session, tree: dict[str, int]) -> None:
    guide = make_user(session, roles=["guide"])
    wanted = [tree["外滩店"], tree["外滩店"]]
    assert set_units(session, user_id=guide.user_id, unit_ids=wanted, actor=SYSTEM, now=NOW).unit_ids == (
        tree["外滩店"],
    )
    close_unit(session, unit_id=tree["国贸店"], actor=SYSTEM, now=NOW)
    with pytest.raises(UnitClosed):
        set_units(session, user_id=guide.user_id, unit_ids=[tree["国贸店"]], actor=SYSTEM, now=NOW)
    with pytest.raises(NotFound):
        set_units(session, user_id=guide.user_id, unit_ids=[9_999_999], actor=SYSTEM, now=NOW)
    close_unit(session, unit_id=tree["外滩店"], actor=SYSTEM, now=NOW)  # somebody who is in it may stay
    both = [tree["外滩店"], tree["华北"]]
    assert set_units(session, user_id=guide.user_id, unit_ids=both, actor=SYSTEM, now=NOW).unit_ids == tuple(
        sorted(both)
    )


FORESTS = st.lists(
    st.tuples(st.integers(0, 12), st.booleans(), st.booleans()), min_size=1, max_size=12
)  # of each unit: its parent among those before it, whether it is a store, whether it is closed


@hypothesis_settings(max_examples=40)
@given(FORESTS, st.lists(st.integers(0, 12), max_size=4))
def test_the_statement_says_what_the_rule_says(
    app: App, scoped_brand: int, forest: list[tuple[int, bool, bool]], chosen: list[int]
) -> None:
    with app.db.transaction(brand_id=scoped_brand) as session:
        rows: list[OrgUnit] = []
        for place, (parent, is_store, closed) in enumerate(forest):
            above = rows[parent % place] if place and parent % (place + 1) else None
            row = OrgUnit(
                brand_id=scoped_brand, parent_id=above.unit_id if above else None, name="x", created_at=NOW,
                kind="store" if is_store else "region", store_key=f"S{place}" if is_store else None,
                closed_at=NOW if closed else None,
            )  # fmt: skip
            session.add(row)
            session.flush()
            rows.append(row)
        roots = [rows[number % len(rows)].unit_id for number in chosen]
        expected = stores_below([row.info() for row in rows], roots=roots)
        assert set(stores(session, *roots)) == expected
        session.rollback()


@pytest.fixture(scope="module")
def scoped_brand(app: App) -> int:
    with app.db.transaction(brand_id=None) as session:
        return make_brand(session).brand_id
