"""Keys become customers once, whoever asks and however often."""

from datetime import UTC, datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.kernel.app import App
from siyu.people.api import known_customers, resolve_customers
from siyu.people.contracts import Resolved
from tests.people.makers import EARLIER, NOW


def resolve(session: Session, app: App, *keys: str, namespace: str = "member_no") -> dict[str, Resolved]:
    return resolve_customers(
        session, cipher=app.cipher, namespace=namespace, first_seen=dict.fromkeys(keys, EARLIER), source="test",
        batch_id=None, now=NOW,
    )  # fmt: skip


def test_resolving_twice_adds_nobody(app: App, session: Session) -> None:
    first = resolve(session, app, "A1", "A2")
    again = resolve(session, app, "A2", "A1", "A3")
    assert {key: again[key] for key in first} == first
    assert known_customers(session).num_rows == 3


def test_keys_that_differ_only_in_spaces_are_one_customer_since_the_earliest_moment(
    app: App, session: Session
) -> None:
    later = datetime(2025, 6, 1, tzinfo=UTC)
    found = resolve_customers(
        session, cipher=app.cipher, namespace="member_no", first_seen={" A1": later, "A1": EARLIER, "A1 ": later},
        source="test", batch_id=None, now=NOW,
    )  # fmt: skip
    assert len({one.customer_id for one in found.values()}) == 1
    assert known_customers(session)["known_at"].to_pylist() == [EARLIER]


def test_the_same_key_of_another_namespace_is_somebody_else(app: App, session: Session) -> None:
    members, shoppers = resolve(session, app, "17"), resolve(session, app, "17", namespace="taobao_id")
    assert members["17"].customer_id != shoppers["17"].customer_id


def test_a_phone_is_the_same_however_it_is_written(app: App, session: Session) -> None:
    found = resolve(session, app, "13800138000", "+86 138-0013-8000", namespace="phone")
    assert len({one.customer_id for one in found.values()}) == 1


def test_keys_are_found_by_others_of_the_brand_but_not_readable(app: App, session: Session) -> None:
    resolve(session, app, "王小明-secret")
    sealed = session.execute(text("SELECT value_sealed, value_index FROM customer_identity")).one()
    assert all("王小明".encode() not in bytes(part) and b"secret" not in bytes(part) for part in sealed)


def test_nothing_asked_is_nothing_done(app: App, session: Session) -> None:
    assert resolve(session, app) == {}


def test_another_brand_knows_another_customer_by_the_same_key(
    app: App, session: Session, brand_id: int
) -> None:
    here = resolve(session, app, "A1")["A1"]
    with app.db.transaction(brand_id=brand_id + 1_000_000) as other:
        there = resolve(other, app, "A1")["A1"]
        other.rollback()
    assert here.customer_id != there.customer_id
