"""An import is undone: who it brought is gone, what it changed is as before."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.kernel.db import brand_of
from siyu.people.actions.claims import IMPORT_UNDONE
from siyu.people.actions.consents import retract_consents
from siyu.people.actions.regroup import Change, free_quarantined, lock_links, regroup
from siyu.people.actions.stage import stage
from siyu.people.contracts import MergePart
from siyu.people.queries.ledger import LIVE_ENTRY
from siyu.people.queries.links import LIVE

RESTORE_BEFORE = """
    UPDATE customer c SET (content_hash, name_sealed, name_index, gender, birthday_sealed, birth_month_day,
                           province, store_key, joined_at, known_at) =
        (b.content_hash, b.name_sealed, b.name_index, b.gender, b.birthday_sealed, b.birth_month_day,
         b.province, b.store_key, b.joined_at, b.known_at)
    FROM customer_before_import b
    WHERE b.batch_id = :batch AND b.customer_id = c.customer_id AND c.content_hash = b.written_hash
"""


# Who wrote on top of this import took its values for what was before; now that is what was before this one.
REMEMBER_EARLIER = """
    UPDATE customer_before_import n SET (content_hash, name_sealed, name_index, gender, birthday_sealed,
                                         birth_month_day, province, store_key, joined_at, known_at) =
        (b.content_hash, b.name_sealed, b.name_index, b.gender, b.birthday_sealed,
         b.birth_month_day, b.province, b.store_key, b.joined_at, b.known_at)
    FROM customer_before_import b
    WHERE b.batch_id = :batch AND n.batch_id <> :batch AND n.customer_id = b.customer_id
      AND n.content_hash = b.written_hash
"""

# Whom another customer file also speaks of stays, and goes when that one is undone: with the identity the customer was
# founded on, and those that stand for the customer now.
HAND_OVER = f"""
    WITH heir AS (
        SELECT customer_id, min(batch_id) AS batch_id FROM (
            SELECT customer_id, batch_id FROM customer_before_import WHERE batch_id <> :batch
            UNION ALL
            SELECT e.customer_id, e.added_by_batch FROM consent_entry e
            WHERE e.added_by_batch <> :batch AND {LIVE_ENTRY}
        ) spoken_of GROUP BY customer_id
    ), people AS (
        UPDATE customer c SET added_by_batch = heir.batch_id FROM heir
        WHERE c.customer_id = heir.customer_id AND c.added_by_batch = :batch
    ), theirs AS (
        SELECT identity_id, min(batch_id) AS batch_id FROM (
            SELECT i.identity_id, heir.batch_id FROM heir JOIN customer_identity i ON i.customer_id = heir.customer_id
            UNION ALL
            SELECT c.root_identity_id, heir.batch_id FROM heir JOIN customer c ON c.customer_id = heir.customer_id
        ) held GROUP BY identity_id
    )
    UPDATE customer_identity i SET added_by_batch = theirs.batch_id FROM theirs
    WHERE i.identity_id = theirs.identity_id AND i.added_by_batch = :batch
"""

# Whom facts of another import speak of stays with the identity these came by, and goes when that one is undone.
KEEP = """
    WITH people AS (
        UPDATE customer c SET added_by_batch = k.batch_id FROM staged_keep k
        WHERE c.customer_id = k.customer_id AND c.added_by_batch = :batch
    ), theirs AS (
        SELECT identity_id, min(batch_id) AS batch_id FROM (
            SELECT i.identity_id, k.batch_id FROM staged_keep k
            JOIN customer_identity i ON i.customer_id = k.customer_id
            UNION ALL
            SELECT c.root_identity_id, k.batch_id FROM staged_keep k JOIN customer c ON c.customer_id = k.customer_id
        ) held GROUP BY identity_id
    )
    UPDATE customer_identity i SET added_by_batch = theirs.batch_id FROM theirs
    WHERE i.identity_id = theirs.identity_id AND i.added_by_batch = :batch
      AND (:every_identity OR i.identity_id = ANY(CAST(:identities AS bigint[])))
"""

# A link of this import between identities that others brought is taken back; any other goes with its identity.
RETRACT = f"""
    INSERT INTO identity_edge_retraction (edge_id, brand_id, retracted_by, reason, at)
    SELECT e.edge_id, :brand, 'Siyu', :reason, :now
    FROM identity_edge e
    JOIN customer_identity l ON l.identity_id = e.left_id
    JOIN customer_identity r ON r.identity_id = e.right_id
    WHERE e.added_by_batch = :batch AND l.added_by_batch IS DISTINCT FROM :batch
      AND r.added_by_batch IS DISTINCT FROM :batch AND {LIVE}
"""

# Who stays and loses a link: the neighbours of what goes, and both ends of what is taken back.
TOUCHED = """
    SELECT e.right_id AS identity_id FROM customer_identity i JOIN identity_edge e ON e.left_id = i.identity_id
    WHERE i.added_by_batch = :batch
    UNION
    SELECT e.left_id FROM customer_identity i JOIN identity_edge e ON e.right_id = i.identity_id
    WHERE i.added_by_batch = :batch
    UNION
    SELECT unnest(ARRAY[e.left_id, e.right_id])
    FROM identity_edge e JOIN identity_edge_retraction x ON x.edge_id = e.edge_id AND x.reason = :reason
    WHERE e.added_by_batch = :batch
    EXCEPT
    SELECT identity_id FROM customer_identity WHERE added_by_batch = :batch
"""

REMOVE_IDENTITIES = "DELETE FROM customer_identity WHERE added_by_batch = :batch"

# EXCEPT is hashed or sorted whatever the planner believes of a table that was filled a moment ago, and however large
# it is: NOT EXISTS took a minute, and NOT IN compares all with all once the identities outgrow work_mem.
REMOVE_CUSTOMERS = """
    DELETE FROM customer WHERE customer_id IN (
        SELECT customer_id FROM customer WHERE added_by_batch = :batch
        EXCEPT
        SELECT i.customer_id FROM customer_identity i JOIN customer c ON c.customer_id = i.customer_id
        WHERE c.added_by_batch = :batch
        EXCEPT
        SELECT c.customer_id FROM customer c JOIN customer_identity i ON i.identity_id = c.root_identity_id
        WHERE c.added_by_batch = :batch
    ) RETURNING customer_id
"""


def forget_import(
    session: Session,
    *,
    batch_id: int,
    keep: Mapping[int, int | None],
    now: datetime,
    keep_identities: Collection[int] | None = None,
    parts: Iterable[MergePart] = (),
) -> int:
    """Customers, identities and links that only this import knew are gone, except those in `keep`.

    Profiles that it changed are as before, unless a later change was made on top. Customers whom it joined are two
    again. `keep`: customers that facts speak of, each with the import that brought those facts and that they belong to
    from now on. `keep_identities`: those of their identities by which the facts came; without it, all of them. A phone
    that only this import said goes. `parts`: modules that own state per customer, asked in this transaction.

    returns  how many customers were removed
    """
    lock_links(session)
    batch = {"batch": batch_id}
    undone = {**batch, "brand": brand_of(session), "reason": IMPORT_UNDONE, "now": now}
    session.execute(text(RETRACT), undone)
    for statement in (RESTORE_BEFORE, REMEMBER_EARLIER, HAND_OVER):
        session.execute(text(statement), batch)
    session.execute(text("DELETE FROM customer_before_import WHERE batch_id = :batch"), batch)
    retract_consents(session, batch_id=batch_id, reason=IMPORT_UNDONE, now=now)
    stage(session, "staged_keep", "customer_id bigint, batch_id bigint", keep.items())
    identities = {"every_identity": keep_identities is None, "identities": sorted(keep_identities or ())}
    session.execute(text(KEEP), batch | identities)
    touched = session.scalars(text(TOUCHED), undone).all()
    session.execute(text(REMOVE_IDENTITIES), batch)
    if touched:
        free_quarantined(session, touched)
        change = Change(touched=frozenset(touched), rootless=True)
        regroup(session, change, batch_id=None, now=now, parts=parts)
    return len(session.execute(text(REMOVE_CUSTOMERS), batch).all())
