"""Facts: published with their transaction, and one job per batch and subscriber."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.kernel.app import App
from siyu.kernel.db import Role
from siyu.kernel.facts import (
    Fact,
    FactType,
    Subscription,
    UnknownFactColumn,
    finish_batch,
    open_batch,
    publish,
)

NOW = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
PAID = FactType("order_paid", {"order_key": "VARCHAR", "paid_fen": "BIGINT"})
SUBSCRIPTIONS = (
    Subscription("refresh-traits", frozenset({"order_paid", "order_refunded"})),
    Subscription("count-conversions", frozenset({"order_paid"})),
    Subscription("hear-receipts", frozenset({"message_event"})),
)


def paid(event_id: str, **properties: Any) -> Fact:
    return Fact(PAID, "till", event_id, NOW, customer_id=7, properties=properties)


def inbox(app: App, brand_id: int) -> list[Any]:
    with app.db.transaction(brand_id=None, role=Role.PUMP) as session:
        query = (
            "SELECT event_id, customer_id, properties FROM inbox WHERE brand_id = :brand ORDER BY inbox_id"
        )
        return list(session.execute(text(query), {"brand": brand_id}).all())


def jobs(session: Session, batch_id: int) -> list[str]:
    query = "SELECT task_name FROM procrastinate_jobs WHERE args ->> 'batch_id' = :batch ORDER BY 1"
    return list(session.execute(text(query), {"batch": str(batch_id)}).scalars())


@pytest.fixture
def overseer(app: App) -> Iterator[Session]:
    """A session that sees the queue."""
    with app.db.transaction(brand_id=None, role=Role.PUMP) as session:
        yield session


def test_facts_reach_the_inbox_with_their_transaction(app: App, brand_id: int) -> None:
    with app.db.transaction(brand_id=brand_id) as session:
        publish(session, paid("1", order_key='A,"1"\n%s 中文 \\N', paid_fen=1999), paid("2"), now=NOW)
        assert inbox(app, brand_id) == []
    found = inbox(app, brand_id)
    assert [row.event_id for row in found] == ["1", "2"]
    assert found[0].properties == {"order_key": 'A,"1"\n%s 中文 \\N', "paid_fen": 1999}


def test_facts_of_a_failed_transaction_never_happened(app: App, brand_id: int) -> None:
    with pytest.raises(ZeroDivisionError), app.db.transaction(brand_id=brand_id) as session:
        publish(session, paid("1"), now=NOW)
        _ = 1 / 0
    assert inbox(app, brand_id) == []


def test_publishing_nothing_is_nothing(session: Session) -> None:
    publish(session, now=NOW)


def test_a_property_nobody_catalogued_is_refused() -> None:
    with pytest.raises(UnknownFactColumn, match="no property phone"):
        paid("1", phone="13800138000")


def test_a_type_the_lake_cannot_hold_fails_at_import() -> None:
    with pytest.raises(AssertionError, match="HUGEINT"):
        FactType("strange", {"x": "HUGEINT"})


def test_a_finished_batch_has_one_job_per_subscriber_that_cares(
    app: App, brand_id: int, overseer: Session
) -> None:
    with app.db.transaction(brand_id=brand_id) as session:
        batch = open_batch(session, origin="file", now=NOW)
        counts = {"order_paid": 50_000, "order_refunded": 10, "message_event": 0}
        assert finish_batch(session, batch_id=batch, counts=counts, subscriptions=SUBSCRIPTIONS, now=NOW)
    assert jobs(overseer, batch) == ["count-conversions", "refresh-traits"]


def test_finishing_twice_changes_nothing(app: App, brand_id: int, overseer: Session) -> None:
    with app.db.transaction(brand_id=brand_id) as session:
        batch = open_batch(session, origin="file", now=NOW)
        done = [
            finish_batch(
                session, batch_id=batch, counts={"order_paid": n}, subscriptions=SUBSCRIPTIONS, now=NOW
            )
            for n in (5, 6)
        ]
    assert done == [True, False]
    assert len(jobs(overseer, batch)) == 2
    facts = overseer.execute(
        text("SELECT facts FROM fact_batch WHERE batch_id = :b"), {"b": batch}
    ).scalar_one()
    assert facts == 5


def test_a_batch_that_is_rolled_back_wakes_nobody(app: App, brand_id: int, overseer: Session) -> None:
    with app.db.transaction(brand_id=brand_id) as session:
        batch = open_batch(session, origin="file", now=NOW)
        session.commit()
    with pytest.raises(ZeroDivisionError), app.db.transaction(brand_id=brand_id) as session:
        finish_batch(session, batch_id=batch, counts={"order_paid": 1}, subscriptions=SUBSCRIPTIONS, now=NOW)
        _ = 1 / 0
    assert jobs(overseer, batch) == []


def test_another_brand_cannot_finish_a_batch(app: App, brand_id: int) -> None:
    with app.db.transaction(brand_id=brand_id) as session:
        batch = open_batch(session, origin="file", now=NOW)
    with app.db.transaction(brand_id=brand_id + 1_000_000) as other:
        assert not finish_batch(other, batch_id=batch, counts={}, subscriptions=SUBSCRIPTIONS, now=NOW)
