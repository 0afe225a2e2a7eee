"""People become known: by a key in an order file, or by a row of a customer file. Whole sets at a time."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.kernel.crypto import Cipher
from siyu.kernel.db import brand_of, copy_rows, raw
from siyu.people.contracts import (
    MARKETING,
    Channel,
    CustomerId,
    CustomerRecord,
    IdentityId,
    Namespace,
    Resolved,
    SaveOutcome,
    SuppressionKind,
)
from siyu.people.rules import month_day, normal_value


def resolve_customers(
    session: Session,
    *,
    cipher: Cipher,
    namespace: str,
    first_seen: Mapping[str, datetime],
    source: str,
    batch_id: int | None,
    now: datetime,
) -> dict[str, Resolved]:
    """Every external key stands for a customer; those nobody knew are known from now on.

    `first_seen`: external key → the earliest moment it was seen, which becomes `known_at` of a new customer.

    returns  each key of `first_seen` with its customer
    effects  rows in customer and customer_identity for keys that were new; asking again adds nothing
    """
    brand_id = brand_of(session)
    index_of = {key: value_index(cipher, brand_id, namespace, key) for key in first_seen}
    _stage(
        session,
        "staged_key",
        "value_index bytea, value_sealed bytea, known_at timestamptz",
        (
            (
                index_of[key],
                cipher.encrypt(normal_value(namespace, key), context=seal_context(brand_id)),
                seen,
            )
            for key, seen in first_seen.items()
        ),
    )
    session.execute(
        text("""
            WITH fresh AS (
                SELECT DISTINCT ON (k.value_index) k.*,
                       nextval(pg_get_serial_sequence('customer', 'customer_id')) AS customer_id
                FROM staged_key k
                WHERE NOT EXISTS (SELECT FROM customer_identity i WHERE i.namespace = :namespace
                                  AND i.value_index = k.value_index AND i.brand_id = :brand)
            ), people AS (
                INSERT INTO customer (customer_id, brand_id, known_at, added_by_batch, updated_at)
                SELECT customer_id, :brand, known_at, :batch, :now FROM fresh
            )
            INSERT INTO customer_identity
                (brand_id, customer_id, namespace, value_index, value_sealed, source, added_by_batch, created_at)
            SELECT :brand, customer_id, :namespace, value_index, value_sealed, :source, :batch, :now FROM fresh
        """),
        {"namespace": namespace, "brand": brand_id, "batch": batch_id, "source": source, "now": now},
    )
    found = session.execute(
        text("""
            SELECT k.value_index, i.customer_id, i.identity_id FROM staged_key k
            JOIN customer_identity i ON i.brand_id = :brand AND i.namespace = :namespace
                 AND i.value_index = k.value_index
        """),
        {"namespace": namespace, "brand": brand_id},
    )
    by_index = {
        bytes(index): Resolved(CustomerId(customer), IdentityId(identity))
        for index, customer, identity in found
    }
    return {key: by_index[index] for key, index in index_of.items()}


def save_customers(
    session: Session,
    *,
    cipher: Cipher,
    records: Sequence[CustomerRecord],
    source: str,
    batch_id: int | None,
    now: datetime,
) -> SaveOutcome:
    """What the records say is known of their customers; the same records again change nothing.

    A later record of the same customer wins; what a record leaves open stays as it was. A phone number
    that another customer holds is not taken away: the record's other fields are kept, the conflict is told.

    effects  customer, customer_identity (key, phone, e-mail), consent_entry where consent differs
    """
    ids = _resolve_all(session, cipher, records, source, batch_id, now)
    changed, added = _write_profiles(session, cipher, records, ids, batch_id, now)
    conflicts = _link_addresses(session, cipher, records, ids, source=source, batch_id=batch_id, now=now)
    _write_consents(session, records, ids, source=source, batch_id=batch_id, now=now)
    people = len(set(ids))
    return SaveOutcome(
        added=added, changed=changed - added, unchanged=people - changed, phone_conflicts=conflicts
    )


def suppress(
    session: Session,
    *,
    channel: Channel,
    address_indexes: Iterable[bytes],
    kind: SuppressionKind,
    source: str,
    now: datetime,
) -> int:
    """The addresses are not written to any more. Saying it twice changes nothing.

    returns  how many were not suppressed for this reason before
    """
    rows = session.execute(
        text("""
            INSERT INTO suppression (brand_id, channel, address_index, kind, source, since)
            SELECT :brand, :channel, address, :kind, :source, :now FROM unnest(CAST(:addresses AS bytea[])) address
            ON CONFLICT (brand_id, channel, address_index, kind) WHERE lifted_at IS NULL DO NOTHING
            RETURNING suppression_id
        """),
        {"brand": brand_of(session), "channel": channel.value, "kind": kind.value, "source": source, "now": now,
         "addresses": list(address_indexes)},
    )  # fmt: skip
    return len(rows.all())


def forget_import(session: Session, *, batch_id: int, keep: set[int]) -> int:
    """Customers and identities that only this import knew are gone, except those in `keep`.

    Profiles that it changed are as before, unless a later change was made on top.

    returns  how many customers were removed
    """
    session.execute(text(RESTORE_BEFORE), {"batch": batch_id})
    for table in ("customer_before_import WHERE batch_id", "consent_entry WHERE added_by_batch"):
        session.execute(text(f"DELETE FROM {table} = :batch"), {"batch": batch_id})
    rows = session.execute(
        text("""
            DELETE FROM customer c WHERE c.added_by_batch = :batch AND NOT c.customer_id = ANY(:keep)
            AND NOT EXISTS (SELECT FROM customer_identity i WHERE i.customer_id = c.customer_id
                            AND i.added_by_batch IS DISTINCT FROM :batch)
            RETURNING customer_id
        """),
        {"batch": batch_id, "keep": list(keep)},
    )
    removed = len(rows.all())
    session.execute(
        text("DELETE FROM customer_identity WHERE added_by_batch = :batch AND NOT customer_id = ANY(:keep)"),
        {"batch": batch_id, "keep": list(keep)},
    )
    return removed


def value_index(cipher: Cipher, brand_id: int, namespace: str, value: str) -> bytes:
    """The blind index of an identity: equal for equal values of one brand and namespace.

    raises  BadPhone
    """
    return cipher.blind_index(normal_value(namespace, value), context=f"{brand_id}/{namespace}")


def seal_context(brand_id: int) -> str:
    """What personal data of a brand is sealed for."""
    return f"people/{brand_id}"


def _stage(session: Session, table: str, columns: str, rows: Iterable[tuple[object, ...]]) -> None:
    """A temporary table holds the rows until the transaction ends."""
    session.execute(text(f"DROP TABLE IF EXISTS pg_temp.{table}"))
    session.execute(text(f"CREATE TEMPORARY TABLE {table} ({columns}) ON COMMIT DROP"))
    names = tuple(column.split()[0] for column in columns.split(", "))
    copy_rows(session, table=table, columns=names, rows=rows)
    raw(session).execute(f"ANALYZE {table}".encode())


def _resolve_all(
    session: Session,
    cipher: Cipher,
    records: Sequence[CustomerRecord],
    source: str,
    batch_id: int | None,
    now: datetime,
) -> list[int]:
    """The customer of each record, in order."""
    found: dict[tuple[str, str], int] = {}
    for namespace in sorted({record.namespace for record in records}):
        first_seen: dict[str, datetime] = {}
        for record in records:
            if record.namespace == namespace:
                seen = first_seen.get(record.external_key, record.known_at)
                first_seen[record.external_key] = min(seen, record.known_at)
        resolved = resolve_customers(
            session, cipher=cipher, namespace=namespace, first_seen=first_seen, source=source,
            batch_id=batch_id, now=now,
        )  # fmt: skip
        found |= {(namespace, key): who.customer_id for key, who in resolved.items()}
    return [found[record.namespace, record.external_key] for record in records]


PROFILE_COLUMNS = (
    "ord bigint, customer_id bigint, content_hash bytea, name_sealed bytea, name_index bytea, gender text, "
    "birthday_sealed bytea, birth_month_day bigint, province text, store_key text, joined_at timestamptz"
)


CHANGED_PROFILES = """
    (SELECT DISTINCT ON (customer_id) * FROM staged_profile ORDER BY customer_id, ord DESC) n
    JOIN customer o ON o.customer_id = n.customer_id AND o.content_hash IS DISTINCT FROM n.content_hash
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

RESTORE_BEFORE = """
    UPDATE customer c SET (content_hash, name_sealed, name_index, gender, birthday_sealed, birth_month_day,
                           province, store_key, joined_at, known_at) =
        (b.content_hash, b.name_sealed, b.name_index, b.gender, b.birthday_sealed, b.birth_month_day,
         b.province, b.store_key, b.joined_at, b.known_at)
    FROM customer_before_import b
    WHERE b.batch_id = :batch AND b.customer_id = c.customer_id AND c.content_hash = b.written_hash
"""


def _write_profiles(
    session: Session,
    cipher: Cipher,
    records: Sequence[CustomerRecord],
    ids: Sequence[int],
    batch_id: int | None,
    now: datetime,
) -> tuple[int, int]:
    brand_id = brand_of(session)
    context = seal_context(brand_id)

    def row(position: int, record: CustomerRecord) -> tuple[object, ...]:
        birthday = record.birthday.isoformat() if record.birthday else None
        return (
            position,
            ids[position],
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

    _stage(session, "staged_profile", PROFILE_COLUMNS, (row(i, record) for i, record in enumerate(records)))
    parameters = {"now": now, "batch": batch_id, "brand": brand_id}
    if batch_id is not None:
        session.execute(text(REMEMBER_BEFORE), parameters)
    changed = session.execute(text(UPDATE_PROFILES), parameters).scalars().all()
    return len(changed), sum(1 for added in changed if added)


def _content_hash(cipher: Cipher, record: CustomerRecord) -> bytes:
    """Tells whether a record says anything new; keyed, so that it reveals nothing."""
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
    return cipher.blind_index(hashlib.sha256(said.encode()).hexdigest(), context="content")


def _link_addresses(
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

    _stage(
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


def _write_consents(
    session: Session,
    records: Sequence[CustomerRecord],
    ids: Sequence[int],
    *,
    source: str,
    batch_id: int | None,
    now: datetime,
) -> None:
    """A consent entry stands wherever a record says something else than the newest entry does."""
    _stage(
        session,
        "staged_consent",
        "customer_id bigint, granted boolean, source text, said_at timestamptz",
        (
            (
                ids[i],
                record.sms_consent,
                record.consent_source or source,
                record.consent_at or record.joined_at or now,
            )
            for i, record in enumerate(records)
            if record.sms_consent is not None
        ),
    )
    session.execute(
        text("""
            INSERT INTO consent_entry
                (brand_id, customer_id, channel, purpose, granted, source, said_at, recorded_at, added_by_batch)
            SELECT DISTINCT ON (s.customer_id) :brand, s.customer_id, :channel, :purpose, s.granted, s.source,
                   s.said_at, :now, CAST(:batch AS bigint)
            FROM staged_consent s
            LEFT JOIN LATERAL (
                SELECT e.granted, e.said_at FROM consent_entry e
                WHERE e.customer_id = s.customer_id AND e.channel = :channel AND e.purpose = :purpose
                  AND e.brand_id = :brand
                ORDER BY e.said_at DESC, e.consent_entry_id DESC LIMIT 1
            ) newest ON true
            WHERE newest.granted IS DISTINCT FROM s.granted AND (newest.said_at IS NULL OR newest.said_at <= s.said_at)
            ORDER BY s.customer_id, s.said_at DESC
        """),
        {
            "brand": brand_of(session),
            "channel": Channel.SMS.value,
            "purpose": MARKETING,
            "now": now,
            "batch": batch_id,
        },
    )
