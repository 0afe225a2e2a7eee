"""The people of a batch of events, found or made known in one pass."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from siyu.kernel.crypto import Cipher
from siyu.people.api import resolve_customers
from siyu.people.contracts import Resolved

ANONYMOUS = frozenset({"device"})  # a device alone is a visitor, not a customer


@dataclass(slots=True)
class Claim:
    """Whom one event is about, as its source says."""

    identities: tuple[tuple[str, str], ...]
    source: str
    authenticated: bool
    said_at: datetime
    event_id: str


def identify(
    session: Session, *, cipher: Cipher, claims: Sequence[Claim], batch_id: int, now: datetime
) -> list[Resolved | None]:
    """Each claim stands for a customer, by the first of its identities that names a person; None without one.

    returns  as many as there are claims, in their order
    effects  customers and identities that nobody knew
    """
    seen: dict[tuple[str, str], dict[str, datetime]] = {}
    chosen: list[tuple[str, str, str] | None] = []
    for claim in claims:
        named = next((one for one in claim.identities if one[0] not in ANONYMOUS), None)
        if named is None:
            chosen.append(None)
            continue
        namespace, value = named
        keys = seen.setdefault((claim.source, namespace), {})
        if value not in keys or claim.said_at < keys[value]:
            keys[value] = claim.said_at
        chosen.append((claim.source, namespace, value))
    found = {
        (source, namespace): resolve_customers(
            session, cipher=cipher, namespace=namespace, first_seen=first_seen, source=source,
            batch_id=batch_id, now=now,
        )
        for (source, namespace), first_seen in seen.items()
    }  # fmt: skip
    return [None if one is None else found[one[0], one[1]][one[2]] for one in chosen]
