"""A brand's first customers come in whole, and are the same as if they had come one by one."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from siyu.kernel.app import App
from siyu.kernel.db import Database, enter_brand
from siyu.people.api import load_customers, may_load, save_customers
from siyu.people.contracts import CustomerRecord
from siyu.people.models import IdentityNamespace
from siyu.people.rules.identities import seal_context
from tests.people.makers import NOW, record

BATCH = 7
COLUMNS = {
    "external_key": pa.string(), "name": pa.string(), "phone": pa.string(), "email": pa.string(),
    "gender": pa.string(), "birthday": pa.date32(), "province": pa.string(), "store_key": pa.string(),
    "joined_at": pa.timestamp("us", "UTC"), "sms_consent": pa.bool_(), "consent_source": pa.string(),
    "consent_at": pa.timestamp("us", "UTC"),
}  # fmt: skip
NAMES = {"external_key": "customer_key", "sms_consent": "consent_sms"}
TEXTS = st.none() | st.sampled_from(["王芳", "Ann Lee", "上海", "S1", "x" * 300])
PHONES = ("1380013800{}", "+86 139-0013-800{}", "+44207946000{}")
MOMENTS = st.none() | st.sampled_from(
    [datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC), datetime(2026, 3, 1, 0, 0, 0, 120_000, tzinfo=UTC)]
)


@st.composite
def files(draw: st.DrawFn) -> list[CustomerRecord]:
    """Records no two of which share a value."""
    count = draw(st.integers(1, 6))
    return [
        record(
            f"A{number}", known_at=NOW, name=draw(TEXTS), gender=draw(st.none() | st.just("female")),
            phone=draw(st.none() | st.sampled_from([one.format(number) for one in PHONES])),
            email=draw(st.none() | st.just(f"Ann{number}@Example.com")),
            birthday=draw(st.none() | st.dates(date(1900, 1, 1), date(2020, 1, 1))), province=draw(TEXTS),
            store_key=draw(TEXTS), joined_at=draw(MOMENTS), sms_consent=draw(st.none() | st.booleans()),
            consent_source=draw(st.none() | st.just("form")), consent_at=draw(MOMENTS),
        )
        for number in range(count)
    ]  # fmt: skip


def table_of(records: Sequence[CustomerRecord]) -> pa.Table:
    """The records as an import hands them over."""
    rows = [asdict(one) for one in records]
    return pa.table(
        {NAMES.get(name, name): pa.array([row[name] for row in rows], kind) for name, kind in COLUMNS.items()}
    )


def known_since(one: CustomerRecord) -> CustomerRecord:
    """As an import reads a row: who joined is known since then."""
    return replace(one, known_at=one.joined_at or NOW)


def load(
    session: Session, app: App, parts: Sequence[Sequence[CustomerRecord]], namespace: str = "member_no"
) -> int:
    """The records, loaded whole."""
    assert may_load(session, cipher=app.cipher, namespace=namespace, source="test")
    return load_customers(
        session, cipher=app.cipher, parts=map(table_of, parts), namespace=namespace, source="test", batch_id=BATCH,
        now=NOW,
    )  # fmt: skip


def known(session: Session, app: App, brand_id: int) -> list[Any]:
    """All that is stored, opened and told by value, for numbers and seals are never the same twice."""
    context = seal_context(brand_id)

    def opened(row: Any) -> tuple[Any, ...]:
        return tuple(
            app.cipher.decrypt(bytes(value), context=context)
            if name.endswith("_sealed") and value is not None
            else bytes(value) if isinstance(value, memoryview) else value
            for name, value in row._mapping.items()
        )  # fmt: skip

    statements = (
        """SELECT i.namespace, i.value_index, i.value_sealed, i.source, i.added_by_batch, i.created_at, i.quarantined,
                  c.brand_id, c.known_at, c.joined_at, c.name_sealed, c.name_index, c.gender, c.birthday_sealed,
                  c.birth_month_day, c.province, c.store_key, c.added_by_batch, c.content_hash, c.updated_at, c.visitor,
                  c.merged_into, c.root_identity_id = i.identity_id, r.value_index AS root
           FROM customer_identity i JOIN customer c USING (customer_id)
           JOIN customer_identity r ON r.identity_id = c.root_identity_id ORDER BY i.value_index""",
        """SELECT l.value_index AS left_value, r.value_index AS right_value, e.source, e.event_id, e.said_at,
                  e.recorded_at, e.authenticated, e.overrides, e.added_by_batch, e.said_by, e.because, e.tie
           FROM identity_edge e JOIN customer_identity l ON l.identity_id = e.left_id
           JOIN customer_identity r ON r.identity_id = e.right_id ORDER BY 1, 2""",
        """SELECT c.content_hash, b.batch_id, b.written_hash, b.content_hash, b.name_sealed, b.known_at, b.joined_at
           FROM customer_before_import b JOIN customer c USING (customer_id) ORDER BY c.root_identity_id""",
        """SELECT c.content_hash, e.channel, e.purpose, e.granted, e.source, e.said_at, e.recorded_at, e.added_by_batch
           FROM consent_entry e JOIN customer c USING (customer_id) ORDER BY c.root_identity_id""",
    )
    return [[opened(row) for row in session.execute(text(statement))] for statement in statements]


def indexes(session: Session) -> set[tuple[str, str]]:
    """The indexes of people's tables."""
    rows = session.execute(
        text(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename IN ('customer', 'customer_identity')"
        )
    )
    return {(name, definition) for name, definition in rows}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(records=files(), namespace=st.sampled_from(["member_no", "device", "shop"]), cut=st.integers(0, 6))
def test_a_file_loaded_whole_is_what_it_is_record_by_record(
    app: App, brand_id: int, records: list[CustomerRecord], namespace: str, cut: int
) -> None:
    records = [known_since(replace(one, namespace=namespace)) for one in records]
    with app.db.transaction(brand_id=brand_id) as session:
        before = indexes(session)
        parts = [part for part in (records[:cut], records[cut:]) if part]
        assert load(session, app, parts, namespace) == len(records)
        whole = known(session, app, brand_id)
        assert indexes(session) == before
        again = save_customers(
            session, cipher=app.cipher, records=records, source="test", batch_id=BATCH + 1, now=NOW
        )
        assert (again.added, again.changed, again.phone_conflicts) == (0, 0, ())
        session.rollback()
    with app.db.transaction(brand_id=brand_id) as session:
        save_customers(session, cipher=app.cipher, records=records, source="test", batch_id=BATCH, now=NOW)
        assert known(session, app, brand_id) == whole
        session.rollback()


def test_what_stops_a_load_leaves_nothing_of_it(app: App, brand_id: int) -> None:
    def parts() -> Any:
        yield table_of([record("A1", phone="13800138000", sms_consent=True)])
        yield table_of([record("A2", phone="13900139000")])
        raise KeyboardInterrupt

    def stopped(database: Database) -> None:
        with database.transaction(brand_id=brand_id) as session:
            load_customers(
                session, cipher=app.cipher, parts=parts(), namespace="member_no", source="test", batch_id=BATCH,
                now=NOW,
            )  # fmt: skip

    with app.db.transaction(brand_id=brand_id) as session:
        before = indexes(session)
    with pytest.raises(KeyboardInterrupt):
        stopped(app.db)
    with app.db.transaction(brand_id=brand_id) as session:
        assert indexes(session) == before
        assert known(session, app, brand_id) == [[], [], [], []]


def test_two_rows_of_one_value_are_refused_by_the_database(app: App, session: Session) -> None:
    twice = [record("A1", phone="13800138000"), record("A2", phone="13800138000")]
    with pytest.raises(Exception, match="uq_customer_identity_value"):
        load(session, app, [twice])


def test_a_brand_beside_others_comes_in_whole_too_and_nobody_of_theirs_is_touched(
    app: App, session: Session, brand_id: int
) -> None:
    save_customers(
        session, cipher=app.cipher, records=[record("B1", phone="13800138000")], source="test", batch_id=None,
        now=NOW,
    )  # fmt: skip
    theirs = known(session, app, brand_id)
    assert not may_load(session, cipher=app.cipher, namespace="member_no", source="test")  # somebody is known
    enter_brand(session, brand_id=brand_id + 1_000_000)
    assert not may_load(
        session, cipher=app.cipher, namespace="phone", source="test"
    )  # two phones of one person
    before = indexes(session)
    assert load(session, app, [[record("A1", phone="13800138000", name="王芳")]]) == 1
    assert indexes(session) == before
    assert session.scalar(text("SELECT current_user::text")) == "siyu_app"
    enter_brand(session, brand_id=brand_id)
    assert known(session, app, brand_id) == theirs


def test_nobody_becomes_known_between_the_question_and_the_loading(
    app: App, session: Session, brand_id: int
) -> None:
    assert may_load(session, cipher=app.cipher, namespace="member_no", source="test")
    with pytest.raises(DBAPIError, match="lock timeout"), app.db.transaction(brand_id=brand_id) as other:
        other.execute(text("SET LOCAL lock_timeout = '100ms'"))
        save_customers(
            other, cipher=app.cipher, records=[record("A1")], source="test", batch_id=None, now=NOW
        )


def test_a_source_that_may_not_say_phones_takes_the_other_road(
    app: App, session: Session, brand_id: int
) -> None:
    session.add(
        IdentityNamespace(
            brand_id=brand_id, namespace="phone", normaliser="phone", one_per_customer=False, strong=True,
            shareable=True, sources=["crm"],
        )
    )  # fmt: skip
    session.flush()
    assert not may_load(session, cipher=app.cipher, namespace="member_no", source="test")
    assert may_load(session, cipher=app.cipher, namespace="member_no", source="crm")
