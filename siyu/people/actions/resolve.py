"""A key from a file stands for a customer, who is known from then on."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from siyu.kernel.crypto import Cipher
from siyu.people.actions.claims import resolve_claims
from siyu.people.contracts import IdentityClaim, Resolved


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

    returns  each key of `first_seen` with its customer, but for those of people who were erased since
    effects  rows in customer and customer_identity for keys that were new; asking again adds nothing
    """
    claims = [
        IdentityClaim(((namespace, key),), source, authenticated=True, said_at=seen)
        for key, seen in first_seen.items()
    ]
    found = resolve_claims(session, cipher=cipher, claims=claims, batch_id=batch_id, now=now)
    return {key: who for key, who in zip(first_seen, found, strict=True) if who is not None}
