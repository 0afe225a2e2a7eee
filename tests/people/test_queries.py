"""Finding and showing people: masked unless revealed, and only those of the brand."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.kernel.app import App
from siyu.kernel.audit import SYSTEM
from siyu.organisation.api import create_brand
from siyu.people.actions.analyze import analyze_people
from siyu.people.api import (
    addresses_of,
    find_customers,
    known_customers,
    names_of,
    profiles_of,
    reach_by,
)
from siyu.people.contracts import Channel, CustomerRecord
from siyu.people.queries.customers import PROFILES_MAX
from tests.people.makers import NOW, customer_of, record, save

FANG = {"name": "王芳", "phone": "13800138000", "email": "Fang@Example.com", "birthday": date(1990, 2, 9)}


def test_a_profile_is_masked_unless_it_was_revealed(app: App, session: Session) -> None:
    who = customer_of(session, app.cipher, "A123456789", **FANG)
    shown = profiles_of(session, cipher=app.cipher, customer_ids=[who])[who]
    assert (shown.name, shown.phone, shown.birthday) == ("王**", "138****8000", "****-02-09")
    assert "A123456789" not in str(shown)
    revealed = profiles_of(session, cipher=app.cipher, customer_ids=[who], reveal=True)[who]
    assert (revealed.name, revealed.phone, revealed.birthday) == ("王芳", "+8613800138000", "1990-02-09")
    assert {one.value for one in revealed.identities} == {"A123456789", "+8613800138000", "fang@example.com"}


def test_who_is_unknown_has_no_profile(app: App, session: Session) -> None:
    assert profiles_of(session, cipher=app.cipher, customer_ids=[9_999_999]) == {}


def test_at_most_500_profiles_are_opened(app: App, session: Session) -> None:
    save(session, app.cipher, [record(f"A{number}") for number in range(PROFILES_MAX + 1)])
    everybody = known_customers(session)["customer_id"].to_pylist()
    assert len(profiles_of(session, cipher=app.cipher, customer_ids=everybody)) == PROFILES_MAX


WAYS = ["A17", " A17 ", "王芳", "13800138000", "+86 138 0013 8000", "fang@EXAMPLE.com"]


@pytest.mark.parametrize("wanted", WAYS)
def test_a_customer_is_found_by_anything_exact(app: App, session: Session, wanted: str) -> None:
    who = customer_of(session, app.cipher, "A17", **FANG)
    customer_of(session, app.cipher, "A18", name="王芳芳")
    assert find_customers(session, cipher=app.cipher, wanted=wanted) == [who]


def test_a_customer_is_found_by_number(app: App, session: Session) -> None:
    who = customer_of(session, app.cipher, "A17")
    assert find_customers(session, cipher=app.cipher, wanted=str(who)) == [who]


NOWHERE = ["", "   ", "王", "A1", "²", "٣", "9" * 40, "%", "'; DROP TABLE customer; --", "1380013800", "\0"]


@pytest.mark.parametrize("wanted", NOWHERE)
def test_what_matches_nobody_finds_nobody(app: App, session: Session, wanted: str) -> None:
    customer_of(session, app.cipher, "A17", **FANG)
    assert find_customers(session, cipher=app.cipher, wanted=wanted) == []


def test_a_customer_of_another_brand_is_not_found(app: App, session: Session, brand_id: int) -> None:
    who = customer_of(session, app.cipher, "A17", **FANG)
    session.commit()
    with app.db.transaction(brand_id=brand_id + 1_000_000) as other:
        for wanted in ("A17", "王芳", str(who)):
            assert find_customers(other, cipher=app.cipher, wanted=wanted) == []


def test_names_and_addresses_open_for_a_message(app: App, session: Session) -> None:
    who = customer_of(session, app.cipher, **FANG)
    query, parameters = reach_by(Channel.SMS)
    address = session.execute(text(query), {**parameters, "now": NOW}).one().address_id
    assert names_of(session, cipher=app.cipher, customer_ids=[who]) == {who: "王芳"}
    assert addresses_of(session, cipher=app.cipher, address_ids=[address]) == {address: "+8613800138000"}


@pytest.mark.parametrize("looked_at", [0, 2_000])
def test_whom_a_channel_reaches_is_found_by_index_for_each_customer(
    app: App, brand_id: int, looked_at: int
) -> None:
    """Below row-level security an expression that may leak is no index condition: the brand is read whole instead.

    Of a brand that came after the planner last looked it believes that nearly nothing is there.
    """
    if looked_at:
        with app.db.transaction(brand_id=brand_id) as session:
            save(session, app.cipher, agreed("137", looked_at))
    analyze_people(app.db)
    with app.db.transaction(brand_id=None) as session:
        later = create_brand(session, code=f"later-{brand_id}", name="后来", actor=SYSTEM, now=NOW).brand_id
    with app.db.transaction(brand_id=later) as session:
        save(session, app.cipher, agreed("138", 1_000))
        query, parameters = reach_by(Channel.SMS)
        plan = session.execute(
            text(f"EXPLAIN SELECT * FROM ({query}) r WHERE r.customer_id = ANY(:some)"),
            {**parameters, "now": NOW, "some": known_customers(session)["customer_id"].to_pylist()[:100]},
        ).scalars()
        inner = [step for step in plan if "Scan" in step and " on customer c " not in step]
    assert [step for step in inner if "Seq Scan" in step and " on suppression" not in step] == []
    assert [step for step in inner if "uq_customer_identity_value" in step] == []


def agreed(prefix: str, number: int) -> list[CustomerRecord]:
    """So many customers with a phone who agreed to be written to."""
    return [record(f"{prefix}-{one}", phone=f"{prefix}{one:08d}", sms_consent=True) for one in range(number)]
