"""Customers for tests, built through people's own door."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.kernel.crypto import Cipher
from siyu.people.api import reach_by, save_customers
from siyu.people.contracts import Channel, CustomerRecord, SaveOutcome

NOW = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
EARLIER = datetime(2025, 3, 1, tzinfo=UTC)
NOBODY = CustomerRecord("member_no", "A1", EARLIER)


def record(external_key: str = "A1", **changes: object) -> CustomerRecord:
    """A row of a customer file."""
    return replace(NOBODY, external_key=external_key, **changes)  # type: ignore[arg-type]


def save(
    session: Session, cipher: Cipher, records: Sequence[CustomerRecord], *, batch_id: int | None = None
) -> SaveOutcome:
    """The records, saved as one customer file."""
    return save_customers(session, cipher=cipher, records=records, source="test", batch_id=batch_id, now=NOW)


def customer_of(session: Session, cipher: Cipher, external_key: str = "A1", **changes: object) -> int:
    """A saved customer's number."""
    save(session, cipher, [record(external_key, **changes)])
    newest = session.execute(text("SELECT max(customer_id) FROM customer")).scalar_one()
    return int(newest)


def reach(session: Session, *, now: datetime = NOW) -> dict[int, tuple[bool, str | None, bool]]:
    """Customer → consented, why suppressed, has an address; by SMS."""
    query, parameters = reach_by(Channel.SMS)
    rows = session.execute(text(query), {**parameters, "now": now})
    return {row.customer_id: (row.consented, row.suppressed, row.address_id is not None) for row in rows}
