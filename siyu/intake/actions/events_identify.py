"""The people of a batch of events, found or made known in one pass."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from siyu.kernel.crypto import Cipher
from siyu.people.api import resolve_claims
from siyu.people.contracts import IdentityClaim, MergePart, Resolved


def identify(
    session: Session,
    *,
    cipher: Cipher,
    claims: Sequence[IdentityClaim],
    batch_id: int,
    now: datetime,
    parts: Iterable[MergePart] = (),
) -> list[Resolved | None]:
    """Each claim stands for a customer or, by a device alone, for a visitor; None where it names nobody.

    returns  as many as there are claims, in their order
    effects  customers, identities and links that nobody knew; what they link is one customer
    """
    named = [claim for claim in claims if claim.identities]
    found = iter(
        resolve_claims(session, cipher=cipher, claims=named, batch_id=batch_id, now=now, parts=parts)
    )
    return [next(found) if claim.identities else None for claim in claims]
