"""Events reach the lake once, typed, with their customer; what cannot be believed lies among the rejects."""

import itertools
import json
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from siyu.intake.actions import events_pump
from siyu.intake.actions.events_catalogue import define_event, set_unknown_events
from siyu.intake.actions.events_ids_moving import RECENT, move_old_ids
from siyu.intake.actions.events_pump import pump_events
from siyu.intake.actions.events_rejects import drop_rejects, mend_reject, replay_rejects
from siyu.intake.errors.events import RejectNotWaiting
from siyu.intake.queries.events import rejects_page
from siyu.intake.rules.events_typing import Property
from siyu.kernel.app import App
from siyu.kernel.audit import SYSTEM
from siyu.kernel.db import Role
from siyu.kernel.facts import FactType
from siyu.kernel.lake import brand_schema
from siyu.kernel.lake_migrations import migrate_brand
from siyu.organisation.api import create_brand
from siyu.people.api import known_customers
from tests.intake.eventing import (
    carry,
    customers,
    event,
    in_lake,
    jobs_per_batch,
    put,
    rejected,
    volume,
    waiting,
)
from tests.intake.importing import NOW

CUPS = (Property("cups", "BIGINT", required=True), Property("guest", "VARCHAR", personal=True))


class StruckDown(Exception):
    pass


_numbers = itertools.count()


def fresh_brand(app: App, brand_id: int) -> int:
    """Examples of one test share its brand; where that is in the way, each has one of its own."""
    with app.db.transaction(brand_id=None) as session:
        code = f"fresh-{brand_id}-{next(_numbers)}"
        made = create_brand(session, code=code, name="新", actor=SYSTEM, now=NOW)
    migrate_brand(app.lake, brand_id=made.brand_id, now=NOW)
    return made.brand_id


def define(app: App, brand_id: int, name: str = "tea_tasting", properties: Any = CUPS) -> int:
    with app.db.transaction(brand_id=brand_id) as session:
        return define_event(
            session, fact_types=app.wiring.of(FactType), name=name, title_zh="品茶", title_en="Tea tasting",
            properties=properties, actor=SYSTEM, now=NOW,
        )  # fmt: skip


def quarantine(app: App, brand_id: int) -> None:
    with app.db.transaction(brand_id=brand_id) as session:
        set_unknown_events(session, policy="quarantine", actor=SYSTEM, now=NOW)


def replay(app: App, brand_id: int) -> int:
    with app.db.transaction(brand_id=brand_id) as session:
        return replay_rejects(
            session, cipher=app.cipher, event_reject_ids=(), event=None, reason=None, actor=SYSTEM, now=NOW
        )


def first_reject(app: App, brand_id: int) -> int:
    with app.db.transaction(brand_id=brand_id) as session:
        page = rejects_page(session, after_id=None, limit=1, state="waiting", event=None, reason=None)
        return page.items[0].event_reject_id


def test_an_event_said_again_is_one_fact_of_its_source(app: App, brand_id: int) -> None:
    put(app, brand_id, event("1"), event("1"), event("2"))
    put(app, brand_id, event("1"), source="till")
    carry(app)
    put(app, brand_id, event("1"), event("3"))
    carry(app)
    assert in_lake(app, brand_id) == [("shop", 5), ("shop", 5), ("shop", 5), ("till", 5)]
    assert volume(app, brand_id) == {"check_in": 4}
    assert waiting(app) == 0


def test_a_late_repetition_is_found_when_its_id_has_moved_to_the_lake(app: App, brand_id: int) -> None:
    put(app, brand_id, event("1"), event("2"))
    carry(app)
    much_later = NOW + RECENT + timedelta(days=1)
    assert move_old_ids(app, brand_id=brand_id, now=NOW) == 0
    assert move_old_ids(app, brand_id=brand_id, now=much_later) == 2
    assert move_old_ids(app, brand_id=brand_id, now=much_later) == 0
    with app.db.transaction(brand_id=None, role=Role.PUMP) as session:
        kept = session.scalar(text("SELECT count(*) FROM fact_seen WHERE brand_id = :b"), {"b": brand_id})
    assert kept == 0
    put(app, brand_id, event("2"), event("3"))
    put(app, brand_id, event("1", "page_view", properties={"seconds": "long"}))  # bad, but known
    carry(app)
    assert len(in_lake(app, brand_id)) == 3
    assert rejected(app, brand_id) == []
    move_old_ids(app, brand_id=brand_id, now=much_later)  # the repeated id once more
    assert in_lake(app, brand_id, "fact_id", "count(*)") == [(3,)]


def test_ids_of_a_batch_that_is_not_done_stay(
    app: App, brand_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(app, brand_id, event("1"))
    with monkeypatch.context() as patch:
        patch.setattr(events_pump, "append_events", struck_down)
        with pytest.raises(StruckDown):
            pump_events(app, now=NOW)
    assert move_old_ids(app, brand_id=brand_id, now=NOW + 2 * RECENT) == 0
    carry(app)
    assert len(in_lake(app, brand_id)) == 1


def struck_down(*arguments: Any, **named: Any) -> Any:
    raise StruckDown


@pytest.mark.parametrize(
    "place", ["arrived_events", "note_ids", "keep_rejects", "identify", "append_events", "finish_batch"]
)
@pytest.mark.parametrize("moment", ["before", "after"])
def test_struck_down_anywhere_each_event_arrives_once(
    app: App, brand_id: int, monkeypatch: pytest.MonkeyPatch, place: str, moment: str
) -> None:
    put(app, brand_id, event("1"), event("2"), event("9", "order"), event("8", "tea", properties={"x": 1}))
    whole = getattr(events_pump, place)

    def struck(*arguments: Any, **named: Any) -> Any:
        if moment == "after":
            whole(*arguments, **named)
        raise StruckDown

    with monkeypatch.context() as patch:
        patch.setattr(events_pump, place, struck)
        with pytest.raises(StruckDown):
            pump_events(app, now=NOW)
    put(app, brand_id, event("2"), event("3"))
    carry(app)
    assert len(in_lake(app, brand_id)) == 3
    assert in_lake(app, brand_id, "event", "name, version, properties") == [("tea", 0, '{"x":1}')]
    assert rejected(app, brand_id) == [("order", "not_open", "event")]
    assert customers(app, brand_id) == 4
    assert volume(app, brand_id) == {"check_in": 3, "tea": 1}
    assert jobs_per_batch(app, brand_id) <= {1}
    assert waiting(app) == 0


def test_a_definition_that_comes_between_two_tries_of_a_batch_loses_and_doubles_nothing(
    app: App, brand_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(app, brand_id, event("1", "tea_tasting", properties={"cups": "many"}), event("2"))
    with monkeypatch.context() as patch:
        patch.setattr(events_pump, "append_events", struck_down)
        with pytest.raises(StruckDown):
            pump_events(app, now=NOW)
    define(app, brand_id)
    carry(app)
    assert rejected(app, brand_id) == [("tea_tasting", "property_mistyped", "cups")]
    define(app, brand_id, properties=())
    assert replay(app, brand_id) == 1
    carry(app)
    assert in_lake(app, brand_id, "event", "version, properties") == [(2, '{"cups":"many"}')]
    assert volume(app, brand_id) == {"check_in": 1, "tea_tasting": 1}


def test_a_poisonous_event_holds_up_nobody(app: App, brand_id: int) -> None:
    bad = [
        event("b1", "page_view", properties={"seconds": "long"}),
        event("b2", "product_view"),
        event("b3", identities=[{"namespace": "phone", "value": "12"}]),
        event("b4", identities=[{"namespace": "member_no", "value": "  "}]),
        event("b5", "check_in", properties={"points": 1e300}),
        event("b6", "check_in", version=7, properties={"points": True}),
        event("b7", "lifecycle_changed"),
    ]
    put(app, brand_id, event("1"), *bad, event("2"))
    carry(app)
    assert len(in_lake(app, brand_id)) == 2
    assert rejected(app, brand_id) == [
        ("check_in", "identity_malformed", "member_no"),
        ("check_in", "identity_malformed", "phone"),
        ("check_in", "property_mistyped", "points"),
        ("check_in", "property_mistyped", "points"),
        ("lifecycle_changed", "not_open", "event"),
        ("page_view", "property_mistyped", "seconds"),
        ("product_view", "property_missing", "product_key"),
    ]


def test_an_event_sent_again_in_good_form_settles_its_reject(app: App, brand_id: int) -> None:
    put(app, brand_id, event("1", properties={"points": "five"}))
    carry(app)
    assert rejected(app, brand_id) == [("check_in", "property_mistyped", "points")]
    put(app, brand_id, event("1"))
    carry(app)
    assert rejected(app, brand_id) == []
    assert in_lake(app, brand_id) == [("shop", 5)]
    assert replay(app, brand_id) == 0


def test_a_reject_is_mended_and_replayed_once(app: App, brand_id: int) -> None:
    put(app, brand_id, event("1", properties={"points": "five"}))
    carry(app)
    reject_id = first_reject(app, brand_id)
    with app.db.transaction(brand_id=brand_id) as session:
        mend_reject(
            session, cipher=app.cipher, event_reject_id=reject_id, changes={"properties": {"points": 7}},
            actor=SYSTEM, now=NOW,
        )  # fmt: skip
    assert replay(app, brand_id) == 1
    assert replay(app, brand_id) == 0
    carry(app)
    assert in_lake(app, brand_id) == [("shop", 7)]
    with (
        app.db.transaction(brand_id=brand_id) as session,
        pytest.raises(RejectNotWaiting),
    ):
        mend_reject(session, cipher=app.cipher, event_reject_id=reject_id, changes={}, actor=SYSTEM, now=NOW)


def test_a_reject_that_is_replayed_unmended_waits_again(app: App, brand_id: int) -> None:
    put(app, brand_id, event("1", properties={"points": "five"}))
    carry(app)
    assert replay(app, brand_id) == 1
    carry(app)
    assert rejected(app, brand_id) == [("check_in", "property_mistyped", "points")]
    with app.db.transaction(brand_id=brand_id) as session:
        assert drop_rejects(
            session, event_reject_ids=(), event="check_in", reason=None, actor=SYSTEM, now=NOW
        ) == 1  # fmt: skip
    assert rejected(app, brand_id, "dropped") == [("check_in", "property_mistyped", "points")]
    assert replay(app, brand_id) == 0


def test_unknown_events_are_kept_or_set_aside_as_the_brand_says(app: App, brand_id: int) -> None:
    put(app, brand_id, event("1", "tea_tasting", properties={"cups": 2}))
    carry(app)
    quarantine(app, brand_id)
    put(app, brand_id, event("2", "tea_tasting", properties={"cups": 3, "guest": "王芳"}))
    carry(app)
    assert rejected(app, brand_id) == [("tea_tasting", "unknown_event", "event")]
    assert define(app, brand_id) == 1
    assert replay(app, brand_id) == 1
    carry(app)
    found = in_lake(app, brand_id, "event", "name, version, properties")
    assert found == [("tea_tasting", 0, '{"cups":2}'), ("tea_tasting", 1, '{"cups":3}')]


def test_versions_live_side_by_side(app: App, brand_id: int) -> None:
    assert define(app, brand_id) == 1
    assert define(app, brand_id) == 1  # the same again
    assert define(app, brand_id, properties=(Property("cups", "DOUBLE"),)) == 2
    put(
        app, brand_id,
        event("1", "tea_tasting", properties={"cups": 2.5}),
        event("2", "tea_tasting", properties={"cups": 2.5}, version=1),
        event("3", "tea_tasting", properties={"cups": 2}, version=1),
        event("4", "tea_tasting", version=9),
    )  # fmt: skip
    carry(app)
    assert in_lake(app, brand_id, "event", "version, properties") == [
        (1, '{"cups":2}'),
        (2, '{"cups":2.5}'),
    ]
    assert rejected(app, brand_id) == [
        ("tea_tasting", "property_mistyped", "cups"),
        ("tea_tasting", "version_unknown", "version"),
    ]


def test_what_a_type_does_not_declare_is_kept_beside_it(app: App, brand_id: int) -> None:
    put(app, brand_id, event("1", "page_view", properties={"path": "/tea", "colour": "green", "more": 1}))
    carry(app)
    assert in_lake(app, brand_id, "page_view", "path, more") == [("/tea", '{"colour":"green","more":1}')]


def test_a_device_is_whoever_it_was_linked_to_and_an_unlinked_one_a_visitor(app: App, brand_id: int) -> None:
    device = {"namespace": "device", "value": "D"}
    put(
        app, brand_id,
        event("1", identities=[device, {"namespace": "phone", "value": "138 0013 8000"}]),
        event("2", identities=[{"namespace": "phone", "value": "+8613800138000"}]),
        event("3", identities=[device]),
        event("4", identities=[]),
        event("5", identities=[{"namespace": "device", "value": "E"}]),
    )  # fmt: skip
    carry(app)
    found = Counter(one for (one,) in in_lake(app, brand_id, columns="customer_id"))
    (person, of_person), *others = found.most_common()
    assert (of_person, found[None], sorted(count for _, count in others)) == (3, 1, [1, 1])
    with app.db.transaction(brand_id=brand_id) as session:
        assert known_customers(session)["customer_id"].to_pylist() == [person]


def test_brands_do_not_see_each_other(app: App, brand_id: int) -> None:
    other = fresh_brand(app, brand_id)
    define(app, brand_id)
    quarantine(app, other)
    put(app, brand_id, event("1", "tea_tasting", properties={"cups": 1}), event("2"))
    put(app, other, event("1", "tea_tasting", properties={"cups": 1}), event("2"))
    carry(app)
    assert len(in_lake(app, brand_id)) == len(in_lake(app, other)) == 1
    assert rejected(app, brand_id) == []
    assert rejected(app, other) == [("tea_tasting", "unknown_event", "event")]
    assert customers(app, brand_id) == 2
    assert customers(app, other) == 1
    assert replay(app, brand_id) == 0


def test_a_batch_that_cannot_be_written_holds_up_its_own_brand_alone(
    app: App, brand_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = fresh_brand(app, brand_id)
    put(app, brand_id, event("1"))
    whole = events_pump.append_events

    def struck(*arguments: Any, **named: Any) -> None:
        if named["brand_id"] == brand_id:
            raise StruckDown
        whole(*arguments, **named)

    with monkeypatch.context() as patch:
        patch.setattr(events_pump, "append_events", struck)
        with pytest.raises(StruckDown):
            pump_events(app, now=NOW)
        put(app, other, event("2"))
        assert pump_events(app, now=NOW) == 1
    assert len(in_lake(app, other)) == 1
    carry(app)
    assert len(in_lake(app, brand_id)) == 1


def test_no_personal_data_reaches_the_lake_the_inbox_or_the_rejects_in_clear(app: App, brand_id: int) -> None:
    phone, mail, name = "13712345678", "wang.fang@example.com", "王小芳"
    define(app, brand_id)
    secrets = {"note": f"call {phone}", "contact": {"mail": mail}, "phone": int(phone)}
    who = [{"namespace": "phone", "value": phone}, {"namespace": "email", "value": mail}]
    put(
        app, brand_id,
        event("1", "tea_tasting", properties={"cups": 1, "guest": name, **secrets}, identities=who),
        event("2", "search", properties={"query": phone, **secrets}, identities=who),
        event("3", properties={"points": phone}, identities=who),  # rejected
    )  # fmt: skip
    with app.db.transaction(brand_id=None, role=Role.PUMP) as session:
        held = str(session.execute(text("SELECT * FROM event_envelope")).all())
    carry(app)
    with app.db.transaction(brand_id=brand_id) as session:
        held += str(session.execute(text("SELECT * FROM event_reject")).all())
    with app.lake.reading() as cursor:
        for table in ("event", "search"):
            held += str(cursor.execute(f"SELECT * FROM {brand_schema(brand_id)}.{table}").fetchall())
    for secret in (phone, mail, name):
        assert secret not in held
        assert json.dumps(secret) not in held


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_order_batching_and_repetition_gives_the_same_lake(app: App, brand_id: int, data: Any) -> None:
    brand = fresh_brand(app, brand_id)
    pool = [event(str(n), identities=[{"namespace": "member_no", "value": f"M{n % 3}"}]) for n in range(6)]
    sent = data.draw(
        st.lists(st.lists(st.sampled_from(pool), min_size=1, max_size=6), min_size=1, max_size=4)
    )
    for batch in sent:
        put(app, brand, *batch)
        if data.draw(st.booleans()):
            carry(app)
    carry(app)
    distinct = {one["event_id"] for batch in sent for one in batch}
    people = {one["identities"][0]["value"] for batch in sent for one in batch}
    assert len(in_lake(app, brand)) == len(distinct)
    assert len(set(in_lake(app, brand, columns="customer_id"))) == len(people) == customers(app, brand)
