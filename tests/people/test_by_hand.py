"""Customers by hand: written down, corrected, with fields of the brand's own."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from siyu.kernel.audit import SYSTEM
from siyu.kernel.errors import NotFound
from siyu.people.actions.by_hand import Written, create_customer, edit_customer, revision_of
from siyu.people.actions.fields import change_field, define_field
from siyu.people.api import find_customers, merge_customers, profiles_of, retract_edge
from siyu.people.contracts import Namespace
from siyu.people.errors import (
    BadField,
    BadFieldValue,
    BadPhone,
    CustomerChanged,
    FieldNeeded,
    FieldTaken,
    NothingToKnowThemBy,
    ValueHeld,
)
from siyu.people.queries.fields import held_fields
from siyu.people.rules.fields import Choice, FieldDefinition, FieldKind
from tests.people.makers import NOW, customer_of, record, save

PHONE = {Namespace.PHONE: "13800138000"}
SKIN = FieldDefinition(
    "skin",
    FieldKind.CHOICE,
    "肤质",
    "Skin",
    choices=(Choice("dry", "干性", "Dry"), Choice("oily", "油性", "Oily")),
)
CARD = FieldDefinition(
    "card", FieldKind.TEXT, "身份证", "Identity card", personal=True, searchable=True, one_holder=True
)


def create(app, session, now=NOW, **said):
    return create_customer(session, cipher=app.cipher, written=Written(**said), actor=SYSTEM, now=now)


def edit(app, session, customer_id, *, revision=None, now=NOW + timedelta(hours=1), **said):
    edit_customer(
        session, cipher=app.cipher, customer_id=customer_id, written=Written(**said), actor=SYSTEM, now=now,
        revision=revision or revision_of(session, customer_id=customer_id),
    )  # fmt: skip


def known(app, session, customer_id):
    return profiles_of(session, cipher=app.cipher, customer_ids=[customer_id], reveal=True)[customer_id]


def define(session, *fields):
    for field in fields:
        define_field(session, field=field, actor=SYSTEM, now=NOW)


def test_a_customer_is_written_down_and_found(app, session):
    who = create(
        app, session, identities=PHONE | {Namespace.MEMBER_NO: "V1"},
        profile={"name": "王芳", "gender": "female", "birthday": date(1990, 2, 9), "province": "上海"},
    )  # fmt: skip
    found = known(app, session, who)
    assert (found.name, found.phone, found.birthday, found.province) == (
        "王芳",
        "+8613800138000",
        "1990-02-09",
        "上海",
    )
    for wanted in ("138 0013 8000", "V1", "王芳"):
        assert find_customers(session, cipher=app.cipher, wanted=wanted) == [who]
    assert {one.source for one in found.identities} == {"console"}


def test_who_is_known_already_is_not_written_down_twice(app, session):
    who = customer_of(session, app.cipher, "A1", phone="13800138000")
    with pytest.raises(ValueHeld) as refused:
        create(app, session, identities={Namespace.PHONE: "+86 138-0013-8000"})
    assert refused.value.details["customer_id"] == who
    with pytest.raises(NothingToKnowThemBy):
        create(app, session, profile={"name": "王芳"})
    with pytest.raises(BadPhone):
        create(app, session, identities={Namespace.PHONE: "12"})


def test_an_edit_changes_what_was_sent_and_null_clears(app, session):
    who = create(
        app, session, identities=PHONE, profile={"name": "王芳", "province": "上海", "gender": "female"}
    )
    edit(app, session, who, profile={"name": "王小芳", "province": None})
    found = known(app, session, who)
    assert (found.name, found.province, found.gender) == ("王小芳", "", "female")
    assert find_customers(session, cipher=app.cipher, wanted="王芳") == []


def test_an_edit_of_what_somebody_changed_meanwhile_is_refused(app, session):
    who = create(app, session, identities=PHONE)
    read = revision_of(session, customer_id=who)
    edit(app, session, who, revision=read, profile={"name": "甲"})
    with pytest.raises(CustomerChanged):
        edit(app, session, who, revision=read, profile={"name": "乙"}, now=NOW + timedelta(hours=2))
    assert known(app, session, who).name == "甲"


def test_a_new_phone_is_a_claim_like_any_other(app, session):
    who = create(app, session, identities=PHONE)
    other = customer_of(session, app.cipher, "A1", phone="13900139000")
    edit(app, session, who, identities={Namespace.PHONE: "13700137000"})
    assert known(app, session, who).phone == "+8613700137000"
    with pytest.raises(ValueHeld) as refused:
        edit(app, session, who, identities={Namespace.PHONE: "13900139000"})
    assert refused.value.details["customer_id"] == other
    said = session.scalars(
        text("SELECT DISTINCT source FROM identity_edge WHERE event_id LIKE 'edit@%'")
    ).all()
    assert said == ["console"]


def test_a_file_that_says_the_same_again_does_not_take_a_correction_back(app, session):
    save(session, app.cipher, [record("A1", name="王芳")])
    who = customer_of(session, app.cipher, "A1", name="王芳")
    edit(app, session, who, profile={"name": "王小芳"})
    save(session, app.cipher, [record("A1", name="王芳")])
    assert known(app, session, who).name == "王小芳"


def test_the_audit_log_names_fields_and_no_values(app, session):
    define(session, CARD)
    who = create(
        app, session, identities=PHONE, profile={"name": "王芳"}, fields={"card": "310101199002090011"}
    )
    edit(app, session, who, profile={"name": "王小芳"})
    told = session.execute(text("SELECT action, CAST(after AS text) FROM audit_entry ORDER BY 1")).all()
    actions = {action: after for action, after in told if action.startswith("customer.")}
    assert "card" in actions["customer.created"]
    assert "name" in actions["customer.edited"]
    assert not any("王" in after or "3101" in after or "1380" in after for after in actions.values())


def test_fields_are_typed_masked_found_and_had_by_one(app, session):
    define(session, SKIN, CARD)
    who = create(app, session, identities=PHONE, fields={"skin": "干性", "card": "310101199002090011"})
    held = held_fields(session, cipher=app.cipher, customer_id=who)
    assert (held["skin"].value, held["card"].value) == ("dry", "310****0011")
    clear = held_fields(session, cipher=app.cipher, customer_id=who, reveal=True)
    assert clear["card"].value == "310101199002090011"
    assert find_customers(session, cipher=app.cipher, wanted="310101199002090011") == [who]
    with pytest.raises(ValueHeld):
        create(app, session, identities={Namespace.MEMBER_NO: "V2"}, fields={"card": " 310101199002090011 "})
    with pytest.raises(BadFieldValue):
        edit(app, session, who, fields={"skin": "lizard"})
    with pytest.raises(NotFound):
        edit(app, session, who, fields={"nothing": "1"})
    stored = session.execute(
        text("SELECT value, value_sealed FROM customer_field WHERE field = 'card'")
    ).one()
    assert stored.value is None
    assert b"310101" not in bytes(stored.value_sealed)


def test_a_needed_field_is_asked_for_and_never_emptied(app, session):
    define(session, replace(SKIN, required=True))
    with pytest.raises(FieldNeeded):
        create(app, session, identities=PHONE)
    who = create(app, session, identities=PHONE, fields={"skin": "dry"})
    with pytest.raises(FieldNeeded):
        edit(app, session, who, fields={"skin": None})


def test_a_definition_has_versions_and_keeps_its_kind(session):
    define(session, SKIN)
    more = replace(SKIN, choices=(*SKIN.choices, Choice("mixed", "混合", "Mixed")))
    assert change_field(session, field=more, actor=SYSTEM, now=NOW).version == 2
    assert change_field(session, field=more, actor=SYSTEM, now=NOW).version == 2
    with pytest.raises(BadField):
        change_field(session, field=replace(more, personal=True), actor=SYSTEM, now=NOW)
    with pytest.raises(FieldTaken):
        define(session, SKIN)


def test_merged_customers_have_the_newest_word_and_each_their_own_again(app, session):
    define(session, SKIN)
    ann = create(app, session, identities=PHONE, fields={"skin": "dry"})
    ana = create(
        app,
        session,
        now=NOW + timedelta(hours=1),
        identities={Namespace.MEMBER_NO: "V2"},
        fields={"skin": "oily"},
    )
    merge_customers(session, ann, ana, actor=SYSTEM, reason="a test", now=NOW + timedelta(hours=2))
    assert held_fields(session, cipher=app.cipher, customer_id=ann)["skin"].value == "oily"
    edge = session.scalar(text("SELECT edge_id FROM identity_edge WHERE source = 'staff'"))
    retract_edge(session, edge, actor=SYSTEM, reason="a test", now=NOW + timedelta(hours=3))
    held = [held_fields(session, cipher=app.cipher, customer_id=who)["skin"].value for who in (ann, ana)]
    assert held == ["dry", "oily"]
