"""The people of a batch of events, found or made known in one pass."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from siyu.intake.rules.events_people import Said, distinct_claims
from siyu.kernel.crypto import Cipher
from siyu.people.api import resolve_claims
from siyu.people.contracts import MergePart, Resolved


def identify(
    session: Session, *, cipher: Cipher, said: Iterable[Said], batch_id: int, now: datetime,
    parts: Iterable[MergePart] = (),
) -> list[Resolved | None]:  # fmt: skip
    """Each event is of a customer or, by a device alone, of a visitor; None where it names nobody.

    returns  as many as there are events, in their order
    effects  customers, identities and links that nobody knew; what they link is one customer
    """
    claims, places = distinct_claims(said)
    found = resolve_claims(session, cipher=cipher, claims=claims, batch_id=batch_id, now=now, parts=parts)
    return [None if place is None else found[place] for place in places]
