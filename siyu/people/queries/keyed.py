"""What the key of people is needed for: values found by an index alone, values that do not open."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.kernel.crypto import Cipher, WrongKey
from siyu.kernel.db import brand_of
from siyu.people.rules.identities import seal_context

# Of these nothing is stored but the index, so that it cannot be written anew: the key file keeps the old index key.
ORPHANS = """
    SELECT (SELECT count(*) FROM suppression s WHERE s.brand_id = :brand AND NOT EXISTS (
                SELECT FROM customer_identity i WHERE i.brand_id = :brand AND i.namespace = 'phone'
                  AND i.value_index = s.address_index))
         + (SELECT count(*) FROM erased_identity WHERE brand_id = :brand)
"""
NEWEST_AND_OLDEST = """
    (SELECT value_sealed FROM customer_identity WHERE brand_id = :brand ORDER BY identity_id LIMIT :half)
    UNION ALL
    (SELECT value_sealed FROM customer_identity WHERE brand_id = :brand ORDER BY identity_id DESC LIMIT :half)
"""


def found_by_index_alone(session: Session, *, brand_id: int) -> int:
    """How many suppressed addresses and erased values there are of which only an index is stored."""
    return session.scalar(text(ORPHANS), {"brand": brand_id}) or 0


def unreadable_identities(session: Session, *, cipher: Cipher, sample: int) -> int:
    """How many of the first and last identities do not open with any key of the file."""
    brand_id = brand_of(session)
    wrong = 0
    for sealed in session.scalars(text(NEWEST_AND_OLDEST), {"brand": brand_id, "half": sample // 2}):
        try:
            cipher.decrypt(bytes(sealed), context=seal_context(brand_id))
        except WrongKey:
            wrong += 1
    return wrong
