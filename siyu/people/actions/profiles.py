"""Profiles take over what a file says, and remember what they were before it."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.kernel.crypto import Cipher
from siyu.kernel.db import brand_of
from siyu.people.actions.stage import stage
from siyu.people.contracts import CustomerRecord
from siyu.people.rules.identities import completed, month_day, seal_context

CONTENT_CONTEXT = "content"

PROFILE_COLUMNS = (
    "customer_id bigint, content_hash bytea, name_sealed bytea, name_index bytea, gender text, "
    "birthday_sealed bytea, birth_month_day bigint, province text, store_key text, joined_at timestamptz"
)

CHANGED_PROFILES = """
    staged_profile n JOIN customer o ON o.customer_id = n.customer_id AND o.content_hash IS DISTINCT FROM n.content_hash
"""

REMEMBER_BEFORE = f"""
    INSERT INTO customer_before_import (brand_id, batch_id, customer_id, written_hash, content_hash, name_sealed,
        name_index, gender, birthday_sealed, birth_month_day, province, store_key, joined_at, known_at)
    SELECT :brand, :batch, o.customer_id, n.content_hash, o.content_hash, o.name_sealed,
        o.name_index, o.gender, o.birthday_sealed, o.birth_month_day, o.province, o.store_key, o.joined_at, o.known_at
    FROM {CHANGED_PROFILES}
    ON CONFLICT (batch_id, customer_id) DO UPDATE SET written_hash = excluded.written_hash
"""

UPDATE_PROFILES = f"""
    UPDATE customer c SET
        content_hash = n.content_hash,
        name_sealed = coalesce(n.name_sealed, c.name_sealed),
        name_index = coalesce(n.name_index, c.name_index),
        gender = coalesce(n.gender, c.gender),
        birthday_sealed = coalesce(n.birthday_sealed, c.birthday_sealed),
        birth_month_day = coalesce(n.birth_month_day, c.birth_month_day),
        province = coalesce(n.province, c.province),
        store_key = coalesce(n.store_key, c.store_key),
        joined_at = coalesce(n.joined_at, c.joined_at),
        known_at = least(c.known_at, n.joined_at),
        updated_at = :now
    FROM {CHANGED_PROFILES}
    WHERE c.customer_id = n.customer_id
    RETURNING (o.content_hash IS NULL AND o.added_by_batch IS NOT DISTINCT FROM CAST(:batch AS bigint)) AS added
"""


def write_profiles(
    session: Session,
    cipher: Cipher,
    records: Sequence[CustomerRecord],
    ids: Sequence[int],
    batch_id: int | None,
    now: datetime,
) -> tuple[int, int]:
    """Each customer's profile says what the records say; what these leave open stays as it was.

    returns  how many profiles changed, and how many of those belong to customers this import added
    """
    brand_id = brand_of(session)
    context = seal_context(brand_id)

    def row(customer_id: int, record: CustomerRecord) -> tuple[object, ...]:
        birthday = record.birthday.isoformat() if record.birthday else None
        return (
            customer_id,
            _content_hash(cipher, record),
            cipher.encrypt(record.name, context=context) if record.name else None,
            cipher.blind_index(record.name, context=f"{brand_id}/name") if record.name else None,
            record.gender,
            cipher.encrypt(birthday, context=context) if birthday else None,
            month_day(record.birthday),
            record.province,
            record.store_key,
            record.joined_at,
        )

    said = _by_customer(records, ids)
    stage(session, "staged_profile", PROFILE_COLUMNS, (row(who, record) for who, record in said.items()))
    parameters = {"now": now, "batch": batch_id, "brand": brand_id}
    if batch_id is not None:
        session.execute(text(REMEMBER_BEFORE), parameters)
    changed = session.execute(text(UPDATE_PROFILES), parameters).scalars().all()
    return len(changed), sum(1 for added in changed if added)


def _by_customer(records: Sequence[CustomerRecord], ids: Sequence[int]) -> dict[int, CustomerRecord]:
    """One record a customer: of several, the later wins in each field where it is not silent."""
    said: dict[int, CustomerRecord] = {}
    for customer_id, record in zip(ids, records, strict=True):
        earlier = said.get(customer_id)
        said[customer_id] = record if earlier is None else completed(record, earlier)
    return said


def _content_hash(cipher: Cipher, record: CustomerRecord) -> bytes:
    """Tells whether a record says anything new; keyed, so that it reveals nothing, after the number of its key."""
    said = "\0".join(
        str(part)
        for part in (
            record.name,
            record.gender,
            record.birthday,
            record.province,
            record.store_key,
            record.joined_at,
        )
    )
    digest = cipher.blind_index(hashlib.sha256(said.encode()).hexdigest(), context=CONTENT_CONTEXT)
    return bytes((cipher.version,)) + digest
