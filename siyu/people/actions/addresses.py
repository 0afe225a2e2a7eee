"""Phones and e-mails belong to the customer who was first seen with them."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.kernel.crypto import Cipher
from siyu.kernel.db import brand_of
from siyu.people.actions.stage import stage
from siyu.people.contracts import CustomerRecord, Namespace
from siyu.people.rules.identities import normal_value, seal_context, value_index


def link_addresses(
    session: Session,
    cipher: Cipher,
    records: Sequence[CustomerRecord],
    ids: Sequence[int],
    *,
    source: str,
    batch_id: int | None,
    now: datetime,
) -> tuple[int, ...]:
    """Phones and e-mails belong to their customers; positions whose phone is somebody else's come back."""
    brand_id = brand_of(session)

    def rows() -> Iterable[tuple[object, ...]]:
        for position, record in enumerate(records):
            for namespace, value in ((Namespace.PHONE, record.phone), (Namespace.EMAIL, record.email)):
                if value:
                    index = value_index(cipher, brand_id, namespace, value)
                    sealed = cipher.encrypt(normal_value(namespace, value), context=seal_context(brand_id))
                    yield position, ids[position], namespace.value, index, sealed

    stage(
        session,
        "staged_address",
        "ord bigint, customer_id bigint, namespace text, value_index bytea, value_sealed bytea",
        rows(),
    )
    session.execute(
        text("""
            INSERT INTO customer_identity
                (brand_id, customer_id, namespace, value_index, value_sealed, source, added_by_batch, created_at)
            SELECT DISTINCT ON (namespace, value_index)
                   :brand, customer_id, namespace, value_index, value_sealed, :source, :batch, :now
            FROM staged_address ORDER BY namespace, value_index, ord
            ON CONFLICT (brand_id, namespace, value_index) DO NOTHING
        """),
        {"brand": brand_id, "source": source, "batch": batch_id, "now": now},
    )
    conflicts = session.execute(
        text("""
            SELECT s.ord FROM staged_address s
            JOIN customer_identity i ON i.brand_id = :brand AND i.namespace = s.namespace
                 AND i.value_index = s.value_index
            WHERE i.customer_id <> s.customer_id AND s.namespace = 'phone' ORDER BY s.ord
        """),
        {"brand": brand_id},
    )
    return tuple(conflicts.scalars().all())
