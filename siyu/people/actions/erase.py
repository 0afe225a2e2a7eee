"""A person is forgotten: the number stays, for what was bought under it; nothing says any more whose it was."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.kernel.db import brand_of
from siyu.people.actions.consents import forget_evidence
from siyu.people.actions.regroup import lock_links
from siyu.people.actions.suppress import suppress
from siyu.people.contracts import Channel, SuppressionKind

SOURCE = "erasure"

REMEMBER_ERASED = """
    INSERT INTO erased_identity (brand_id, namespace, value_index, erased_at)
    SELECT brand_id, namespace, value_index, :now FROM customer_identity
    WHERE customer_id = ANY(CAST(:customers AS bigint[]))
    ON CONFLICT (brand_id, namespace, value_index) DO UPDATE SET erased_at = excluded.erased_at
"""
PHONES = """
    SELECT value_index FROM customer_identity
    WHERE customer_id = ANY(CAST(:customers AS bigint[])) AND namespace = 'phone' AND NOT quarantined
"""
# Links and reviews go with their identities. What others said of these values goes too: it was refused, so that it
# joined nobody, and nobody else's customer changes.
FORGET_IDENTITIES = "DELETE FROM customer_identity WHERE customer_id = ANY(CAST(:customers AS bigint[]))"
FORGET_EARLIER = "DELETE FROM customer_before_import WHERE customer_id = ANY(CAST(:customers AS bigint[]))"
FORGET_FIELDS = "DELETE FROM customer_field WHERE customer_id = ANY(CAST(:customers AS bigint[]))"
FORGET_TAGS = "DELETE FROM customer_tag WHERE customer_id = ANY(CAST(:customers AS bigint[]))"
FORGET_TAG_CHANGES = "DELETE FROM customer_tag_change WHERE customer_id = ANY(CAST(:customers AS bigint[]))"
FORGET_PROFILES = """
    UPDATE customer SET name_sealed = NULL, name_index = NULL, gender = NULL, birthday_sealed = NULL,
        birth_month_day = NULL, province = NULL, store_key = NULL, joined_at = NULL, content_hash = NULL,
        root_identity_id = NULL, added_by_batch = NULL, updated_at = :now,
        erased_at = CASE WHEN erased_at IS NULL THEN :now ELSE erased_at END
    WHERE customer_id = ANY(CAST(:customers AS bigint[])) AND brand_id = :brand
"""


def hold_people(session: Session) -> None:
    """Until the transaction ends nobody joins, parts or makes known customers of the brand."""
    lock_links(session)


def erase_person(session: Session, *, customer_ids: Sequence[int], now: datetime) -> None:
    """Nothing tells any more who these customers, all of one person, were; their numbers stay, and count as before.

    Their phones are never written to again. An old file does not bring them back: of each value a blind index stays,
    without a customer. Doing it again changes nothing.

    effects  customer_identity with links and reviews, consent_evidence, customer_before_import, customer_field,
             customer_tag with its history, customer, erased_identity, suppression
    """
    lock_links(session)
    given = {"customers": list(customer_ids), "brand": brand_of(session), "now": now}
    phones = session.scalars(text(PHONES), given).all()
    suppress(
        session,
        channel=Channel.SMS,
        address_indexes=phones,
        kind=SuppressionKind.OPT_OUT,
        source=SOURCE,
        now=now,
    )
    forget_evidence(session, customer_ids=customer_ids)
    for statement in (
        REMEMBER_ERASED, FORGET_IDENTITIES, FORGET_EARLIER, FORGET_FIELDS, FORGET_TAGS, FORGET_TAG_CHANGES,
        FORGET_PROFILES,
    ):  # fmt: skip
        session.execute(text(statement), given)
