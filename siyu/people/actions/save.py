"""A customer file is written down: who they are, where they are reached, what they agreed to."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from siyu.kernel.crypto import Cipher
from siyu.people.actions.addresses import link_addresses
from siyu.people.actions.consents import write_consents
from siyu.people.actions.profiles import write_profiles
from siyu.people.actions.resolve import resolve_customers
from siyu.people.contracts import CustomerRecord, SaveOutcome


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
    changed, added = write_profiles(session, cipher, records, ids, batch_id, now)
    conflicts = link_addresses(session, cipher, records, ids, source=source, batch_id=batch_id, now=now)
    write_consents(session, records, ids, source=source, batch_id=batch_id, now=now)
    people = len(set(ids))
    return SaveOutcome(
        added=added, changed=changed - added, unchanged=people - changed, phone_conflicts=conflicts
    )


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
