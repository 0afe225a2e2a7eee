"""A brand's first customers come in whole: sealed, numbered and linked by column, and indexed when all are there."""

from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime

import pyarrow as pa
from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.kernel.crypto import Cipher
from siyu.kernel.db import as_owner, brand_of
from siyu.kernel.sealing import require_newest_key
from siyu.people.actions.load_sealing import Said, SealedPart, sealed_part
from siyu.people.actions.load_writing import write_part
from siyu.people.actions.regroup import lock_links
from siyu.people.contracts import MARKETING, Channel, Namespace, Normaliser
from siyu.people.queries.links import policies_for

MEMORY = "1GB"
PARALLEL = 2

OWNED = """
    SELECT bool_and(pg_has_role(session_user, relowner, 'USAGE')) FROM pg_class
    WHERE oid = ANY(ARRAY['customer', 'customer_identity', 'identity_edge', 'customer_before_import']::regclass[])
"""
NOBODY = """
    SELECT NOT EXISTS (SELECT FROM customer WHERE brand_id = :brand)
       AND NOT EXISTS (SELECT FROM customer_identity WHERE brand_id = :brand)
       AND NOT EXISTS (SELECT FROM erased_identity WHERE brand_id = :brand)
"""
# What is ordered by the values themselves: kept up row by row, each row would touch a page of its own.
SCATTERED = {
    "uq_customer_identity_value": "customer_identity",
    "ix_customer_name_index": "customer",
}
DEFINED = """
    SELECT coalesce((SELECT format('ALTER TABLE %I ADD CONSTRAINT %I %s', CAST(:table AS text), conname,
                                   pg_get_constraintdef(oid))
                     FROM pg_constraint WHERE conname = :name AND conrelid = CAST(:table AS regclass)),
                    pg_get_indexdef(CAST(:name AS regclass)))
"""
LOADED = "customer, customer_identity, identity_edge, customer_before_import"
HELD_BY_IDENTITIES = "customer_identity, identity_edge, identity_edge_retraction, identity_review"

LOADED_CONSENT = """
    CREATE TEMPORARY TABLE loaded_consent
        (customer_id bigint, granted boolean, source text, said_at timestamptz) ON COMMIT DROP
"""
ADD_CONSENTS = """
    INSERT INTO consent_entry
        (brand_id, customer_id, channel, purpose, granted, source, said_at, recorded_at, added_by_batch)
    SELECT :brand, customer_id, :channel, :purpose, granted, source, said_at, :now, CAST(:batch AS bigint)
    FROM loaded_consent ORDER BY customer_id
"""


def may_load(session: Session, *, cipher: Cipher, namespace: str, source: str) -> bool:
    """Whether `load_customers` may be called: the brand knows nobody, and this login owns the tables.

    Nor is a key being replaced, and the source may say these identities, which are written as everywhere. Until the
    transaction ends nobody becomes known, so that the answer holds.
    """
    wanted = {Namespace.PHONE.value: Normaliser.PHONE, Namespace.EMAIL.value: Normaliser.EMAIL}
    if namespace in wanted or len(cipher.blind_indexes("", context="")) > 1:
        return False
    wanted[namespace] = Normaliser.TRIMMED
    lock_links(session)
    policies = policies_for(session, wanted)
    return (
        all(policies[one].normaliser == normaliser for one, normaliser in wanted.items())
        and all(one.sources is None or source in one.sources for one in policies.values())
        and bool(session.scalar(text(OWNED)))
        and bool(session.scalar(text(NOBODY), {"brand": brand_of(session)}))
    )


def load_customers(
    session: Session,
    *,
    cipher: Cipher,
    parts: Iterable[pa.Table],
    namespace: str,
    source: str,
    batch_id: int,
    now: datetime,
) -> int:
    """What the parts say is known, as `save_customers` would know it, of a brand that knows nobody yet.

    Ask `may_load` first. No two rows share a key, a phone or an e-mail, so that no two are one person. If no brand
    knows anybody, the tables are written without a log and their scattered indexes made at the end: until the
    transaction ends nobody else sees people. A crash leaves nothing.

    `parts`: customer_key, name, phone, email, gender, birthday, province, store_key, joined_at, consent_sms,
    consent_source, consent_at; some ten thousand rows each. What asking for the next one raises stops it all.

    returns  how many customers there are now
    raises   BadPhone, KeyBehind
    effects  as `save_customers`
    """
    require_newest_key(session, cipher)
    brand_id = brand_of(session)
    policies = policies_for(session, {namespace, Namespace.PHONE.value, Namespace.EMAIL.value})
    said = Said(brand_id, namespace, source, batch_id, now, policies)
    session.execute(text(LOADED_CONSENT))
    with as_owner(session), _scattered_later(session) as emptied:
        customers = _write_all(
            session, (sealed_part(cipher, said, one) for one in parts), said, emptied=emptied
        )
    with as_owner(session):
        session.execute(text(f"ANALYZE {LOADED}"))
    consents = {"channel": Channel.SMS.value, "purpose": MARKETING, "batch": batch_id}
    session.execute(text(ADD_CONSENTS), {**consents, "brand": brand_id, "now": now})
    return customers


def _write_all(session: Session, parts: Iterable[SealedPart], said: Said, *, emptied: bool) -> int:
    """Each part is written while the next one is being sealed."""
    customers = 0
    with ThreadPoolExecutor(1, "load") as writer, _unchecked(session):
        writing: Future[None] | None = None
        for part in parts:
            if writing is not None:
                writing.result()
            writing = writer.submit(write_part, session, said, part, frozen=emptied)
            customers += len(part)
        if writing is not None:
            writing.result()
    return customers


@contextmanager
def _unchecked(session: Session) -> Iterator[None]:
    """References are not looked up row by row, where the login may say so: every number is one of ours."""
    superuser = session.scalar(text("SELECT current_setting('is_superuser')")) == "on"
    if superuser:
        session.execute(text("SET LOCAL session_replication_role = replica"))
    yield
    if superuser:
        session.execute(text("SET LOCAL session_replication_role = origin"))


@contextmanager
def _scattered_later(session: Session) -> Iterator[bool]:
    """If nobody at all is known, indexes ordered by value are absent in the block, and the tables of identities fresh.

    yields  whether they are: then their rows may be frozen
    """
    session.execute(text("LOCK TABLE customer, customer_identity IN SHARE ROW EXCLUSIVE MODE"))
    known = session.scalar(
        text("SELECT EXISTS (SELECT FROM customer) OR EXISTS (SELECT FROM customer_identity)")
    )
    if known:
        yield False
        return
    made = [
        session.scalar(text(DEFINED), {"name": name, "table": table}) for name, table in SCATTERED.items()
    ]
    for (name, table), definition in zip(SCATTERED.items(), made, strict=True):
        is_constraint = str(definition).startswith("ALTER")
        session.execute(
            text(f"ALTER TABLE {table} DROP CONSTRAINT {name}" if is_constraint else f"DROP INDEX {name}")
        )
    session.execute(text(f"TRUNCATE {HELD_BY_IDENTITIES}"))
    yield True
    session.execute(text(f"SET LOCAL maintenance_work_mem = '{MEMORY}'"))
    session.execute(text(f"SET LOCAL max_parallel_maintenance_workers = {PARALLEL}"))
    for definition in made:
        session.execute(text(str(definition)))
