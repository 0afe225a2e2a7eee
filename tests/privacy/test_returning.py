"""Who was erased is not brought back by an old file, and may come back in person."""

from datetime import timedelta

import pytest

from siyu.kernel.app import App
from siyu.people.api import find_customers, resolve_claims, resolve_customers, save_customers
from siyu.people.contracts import IdentityClaim, SaveOutcome
from tests.privacy.makers import EARLIER, NOW, OTHER_PHONE, PHONE, erase, member, people

LATER = NOW + timedelta(days=1)
OLD = [
    member("CARD-0001", phone=PHONE, joined_at=EARLIER),
    member("CARD-0003", phone=OTHER_PHONE, joined_at=EARLIER),
    member("CARD-0009"),
]


def bring(app: App, brand_id: int, records: list[object]) -> SaveOutcome:
    with app.db.transaction(brand_id=brand_id) as session:
        return save_customers(
            session,
            cipher=app.cipher,
            records=records,
            source="crm",
            batch_id=None,
            now=LATER,  # type: ignore[arg-type]
        )


def found(app: App, brand_id: int, wanted: str) -> list[int]:
    with app.db.transaction(brand_id=brand_id) as session:
        return find_customers(session, cipher=app.cipher, wanted=wanted)


def test_the_same_old_file_leaves_the_erased_out_and_counts_them(app: App, brand_id: int) -> None:
    two = people(app, brand_id)
    erase(app, brand_id, two.fang)
    outcome = bring(app, brand_id, OLD)
    assert (outcome.added, outcome.erased) == (1, 1)
    assert found(app, brand_id, PHONE) == found(app, brand_id, "CARD-0001") == []
    assert found(app, brand_id, OTHER_PHONE) == [two.other]


def test_a_new_card_with_the_erased_phone_and_no_date_is_left_out(app: App, brand_id: int) -> None:
    erase(app, brand_id, people(app, brand_id).fang)
    assert bring(app, brand_id, [member("CARD-0010", phone=PHONE)]).erased == 1
    assert found(app, brand_id, "CARD-0010") == []


def test_who_joins_again_is_a_new_customer(app: App, brand_id: int) -> None:
    two = people(app, brand_id)
    erase(app, brand_id, two.fang)
    outcome = bring(app, brand_id, [member("CARD-0001", phone=PHONE, joined_at=LATER)])
    (again,) = found(app, brand_id, PHONE)
    assert (outcome.added, outcome.erased) == (1, 0)
    assert again not in (two.fang, two.card)
    assert found(app, brand_id, MAIL_GONE) == []


MAIL_GONE = "fang.wang@example.com"


@pytest.mark.parametrize(
    ("said_at", "authenticated", "is_back"),
    [
        (EARLIER, True, False),  # an event of before
        (LATER, False, False),  # anybody may say so
        (LATER, True, True),  # signed in afterwards
    ],
)
def test_an_event_brings_back_only_who_did_something_since(
    app: App, brand_id: int, said_at: object, *, authenticated: bool, is_back: bool
) -> None:
    erase(app, brand_id, people(app, brand_id).fang)
    claim = IdentityClaim((("phone", PHONE),), "shop", authenticated, said_at, "e1")  # type: ignore[arg-type]
    other = IdentityClaim(
        (("phone", OTHER_PHONE),), "shop", authenticated=True, said_at=EARLIER, event_id="e2"
    )
    with app.db.transaction(brand_id=brand_id) as session:
        who, somebody = resolve_claims(
            session, cipher=app.cipher, claims=[claim, other], batch_id=None, now=LATER
        )
    assert (who is not None) is is_back
    assert somebody is not None


def test_old_orders_of_an_erased_key_are_anonymous(app: App, brand_id: int) -> None:
    erase(app, brand_id, people(app, brand_id).fang)
    with app.db.transaction(brand_id=brand_id) as session:
        found = resolve_customers(
            session, cipher=app.cipher, namespace="member_no", source="till", batch_id=None, now=LATER,
            first_seen={"CARD-0001": EARLIER, "CARD-0003": EARLIER},
        )  # fmt: skip
    assert set(found) == {"CARD-0003"}
