"""A customer file is written down: who they are, where they are reached, what they agreed to."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.kernel.crypto import Cipher
from siyu.people.actions.addresses import link_addresses
from siyu.people.actions.consents import write_consents
from siyu.people.actions.profiles import write_profiles
from siyu.people.actions.resolve import resolve_customers
from siyu.people.actions.returning import turned_away
from siyu.people.contracts import CustomerRecord, MergePart, SaveOutcome


def save_customers(
    session: Session,
    *,
    cipher: Cipher,
    records: Sequence[CustomerRecord],
    source: str,
    batch_id: int | None,
    now: datetime,
    parts: Iterable[MergePart] = (),
) -> SaveOutcome:
    """What the records say is known of their customers; the same records again change nothing.

    A later record of the same customer wins; what a record leaves open stays as it was. A phone number
    that another member holds is not taken away: the record's other fields are kept, the conflict is told and waits
    for a person. A phone number of a customer of another channel joins the two. `parts`: modules that own state per
    customer (`app.wiring.of(MergePart)`), asked in this transaction. Records of people who were erased are left out,
    unless they tell of something since: who joined or agreed again is a new customer.

    effects  customer, customer_identity (key, phone, e-mail), consent_entry where consent differs; what links do
    """
    away = turned_away(session, cipher, records)
    places = [place for place in range(len(records)) if place not in away]
    heard = [records[place] for place in places]
    outcome = _save(session, cipher, heard, source, batch_id=batch_id, now=now, parts=parts)
    told = tuple(places[place] for place in outcome.phone_conflicts)
    return replace(outcome, phone_conflicts=told, erased=len(away))


def _save(
    session: Session,
    cipher: Cipher,
    records: Sequence[CustomerRecord],
    source: str,
    *,
    batch_id: int | None,
    now: datetime,
    parts: Iterable[MergePart],
) -> SaveOutcome:
    keys = _resolve_all(session, cipher, records, source, batch_id, now)
    conflicts = link_addresses(
        session, cipher, records, source=source, batch_id=batch_id, now=now, parts=parts
    )
    ids = _own_customers(session, keys)
    changed, added = write_profiles(session, cipher, records, ids, batch_id, now)
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
    """The identity of each record's key, in order."""
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
        found |= {(namespace, key): who.identity_id for key, who in resolved.items()}
    return [found[record.namespace, record.external_key] for record in records]


def _own_customers(session: Session, identity_ids: Sequence[int]) -> list[int]:
    """The customer whose row says what is said of each identity: founded on it, merged or not, else its customer.

    What a file says of a key thus stays with the key, and an un-merge gives each side its own.
    """
    rows = session.execute(
        text("""
            SELECT i.identity_id, coalesce(c.customer_id, i.customer_id) AS customer_id FROM customer_identity i
            LEFT JOIN customer c ON c.root_identity_id = i.identity_id
            WHERE i.identity_id = ANY(CAST(:wanted AS bigint[]))
        """),
        {"wanted": sorted(set(identity_ids))},
    )
    own = {row.identity_id: row.customer_id for row in rows}
    return [own[one] for one in identity_ids]
