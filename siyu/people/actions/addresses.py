"""Phones and e-mails of a customer file are said of their customers: they join people, or are told as conflicts."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.kernel.crypto import Cipher
from siyu.kernel.db import brand_of
from siyu.people.actions.claims import resolve_claims
from siyu.people.actions.reindex import bring_up
from siyu.people.actions.stage import stage
from siyu.people.contracts import CustomerRecord, IdentityClaim, MergePart, Namespace
from siyu.people.rules.identities import value_index

# A phone stays with whom it was first said of: what contradicts that counts as said a moment later.
A_MOMENT = timedelta(microseconds=1)

HOLDERS = """
    SELECT s.ord, s.namespace, encode(s.value_index, 'hex'), a.customer_id IS NULL OR a.customer_id = k.customer_id
    FROM staged_address s
    JOIN customer_identity k ON k.brand_id = :brand AND k.namespace = s.key_namespace AND k.value_index = s.key_index
    LEFT JOIN customer_identity a ON a.brand_id = :brand AND a.namespace = s.namespace
         AND a.value_index = s.value_index
    ORDER BY s.ord
"""


def link_addresses(
    session: Session,
    cipher: Cipher,
    records: Sequence[CustomerRecord],
    *,
    source: str,
    batch_id: int | None,
    now: datetime,
    parts: Iterable[MergePart] = (),
) -> tuple[int, ...]:
    """Phones and e-mails belong to their customers; positions whose phone is somebody else's come back.

    A phone that stands for a customer of another channel joins the two; a phone of another member is a conflict.
    """
    bring_up(session, cipher, [value for record in records for value in _said(record)])
    _stage_addresses(session, cipher, records)
    taken: dict[tuple[str, str], tuple[str, str]] = {}
    claims = []
    for position, namespace, index, free in _holders(session):
        record = records[position]
        value = (record.phone if namespace == Namespace.PHONE else record.email) or ""
        key = (record.namespace, record.external_key)
        first = taken.setdefault((namespace, index), key) == key
        said_at = now if free and first else now + A_MOMENT
        claims.append(IdentityClaim((key, (namespace, value)), source, authenticated=True, said_at=said_at))
    if not claims:
        return ()
    resolve_claims(session, cipher=cipher, claims=claims, batch_id=batch_id, now=now, parts=parts)
    return tuple(
        position
        for position, namespace, _, theirs in _holders(session)
        if not theirs and namespace == Namespace.PHONE
    )


def _holders(session: Session) -> list[tuple[int, str, str, bool]]:
    """Position, namespace, index, and whether the address is nobody else's."""
    rows = session.execute(text(HOLDERS), {"brand": brand_of(session)})
    return [(position, namespace, index, theirs) for position, namespace, index, theirs in rows]


def _said(record: CustomerRecord) -> list[tuple[str, str]]:
    both = ((Namespace.PHONE.value, record.phone), (Namespace.EMAIL.value, record.email))
    return [(namespace, value) for namespace, value in both if value]


def _stage_addresses(session: Session, cipher: Cipher, records: Sequence[CustomerRecord]) -> None:
    brand_id = brand_of(session)

    def rows() -> Iterator[tuple[object, ...]]:
        for position, record in enumerate(records):
            for namespace, value in _said(record):
                key = value_index(cipher, brand_id, record.namespace, record.external_key)
                index = value_index(cipher, brand_id, namespace, value)
                yield position, record.namespace, key, namespace, index

    stage(
        session,
        "staged_address",
        "ord bigint, key_namespace text, key_index bytea, namespace text, value_index bytea",
        rows(),
    )
