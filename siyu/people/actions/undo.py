"""An import is undone: who it brought is gone, what it changed is as before."""

from collections.abc import Collection, Mapping

from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.people.actions.stage import stage

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

# Whom another customer file also speaks of stays, and goes when that one is undone.
HAND_OVER = """
    WITH heir AS (
        SELECT customer_id, min(batch_id) AS batch_id FROM (
            SELECT customer_id, batch_id FROM customer_before_import WHERE batch_id <> :batch
            UNION ALL
            SELECT customer_id, added_by_batch FROM consent_entry WHERE added_by_batch <> :batch
        ) spoken_of GROUP BY customer_id
    ), people AS (
        UPDATE customer c SET added_by_batch = heir.batch_id FROM heir
        WHERE c.customer_id = heir.customer_id AND c.added_by_batch = :batch
    )
    UPDATE customer_identity i SET added_by_batch = heir.batch_id FROM heir
    WHERE i.customer_id = heir.customer_id AND i.added_by_batch = :batch
"""

# Whom facts of another import speak of stays with the identity these came by, and goes when that one is undone.
KEEP = """
    WITH people AS (
        UPDATE customer c SET added_by_batch = k.batch_id FROM staged_keep k
        WHERE c.customer_id = k.customer_id AND c.added_by_batch = :batch
    )
    UPDATE customer_identity i SET added_by_batch = k.batch_id FROM staged_keep k
    WHERE i.customer_id = k.customer_id AND i.added_by_batch = :batch
      AND (:every_identity OR i.identity_id = ANY(CAST(:identities AS bigint[])))
"""

# EXCEPT is hashed or sorted whatever the planner believes of a table that was filled a moment ago, and however large
# it is: NOT EXISTS took a minute, and NOT IN compares all with all once the identities outgrow work_mem.
REMOVE_CUSTOMERS = """
    DELETE FROM customer WHERE customer_id IN (
        SELECT customer_id FROM customer WHERE added_by_batch = :batch
        EXCEPT
        SELECT i.customer_id FROM customer_identity i JOIN customer c ON c.customer_id = i.customer_id
        WHERE c.added_by_batch = :batch AND i.added_by_batch IS DISTINCT FROM :batch
    ) RETURNING customer_id
"""

REMOVE_IDENTITIES = "DELETE FROM customer_identity WHERE added_by_batch = :batch"


def forget_import(
    session: Session,
    *,
    batch_id: int,
    keep: Mapping[int, int | None],
    keep_identities: Collection[int] | None = None,
) -> int:
    """Customers and identities that only this import knew are gone, except those in `keep`.

    Profiles that it changed are as before, unless a later change was made on top. `keep`: customers that facts speak
    of, each with the import that brought those facts and that they belong to from now on. `keep_identities`: those of
    their identities by which the facts came; without it, all of them. A phone that only this import said goes.

    returns  how many customers were removed
    """
    batch = {"batch": batch_id}
    for statement in (RESTORE_BEFORE, REMEMBER_EARLIER, HAND_OVER):
        session.execute(text(statement), batch)
    for table in ("customer_before_import WHERE batch_id", "consent_entry WHERE added_by_batch"):
        session.execute(text(f"DELETE FROM {table} = :batch"), batch)
    stage(session, "staged_keep", "customer_id bigint, batch_id bigint", keep.items())
    identities = {"every_identity": keep_identities is None, "identities": sorted(keep_identities or ())}
    session.execute(text(KEEP), batch | identities)
    removed = len(session.execute(text(REMOVE_CUSTOMERS), batch).all())
    session.execute(text(REMOVE_IDENTITIES), batch)
    return removed
