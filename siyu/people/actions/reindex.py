"""Identities come under the newest key: their values, their indexes, and what hangs on an index."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from siyu.kernel.crypto import Cipher
from siyu.kernel.db import brand_of
from siyu.people.actions.regroup import lock_links
from siyu.people.actions.stage import stage
from siyu.people.contracts import Namespace
from siyu.people.rules.identities import normal_value, seal_context

STILL_OLD = """
    SELECT i.identity_id, i.namespace, i.value_index, i.value_sealed FROM staged_old s
    JOIN customer_identity i ON i.brand_id = :brand AND i.namespace = s.namespace AND i.value_index = s.value_index
    ORDER BY i.identity_id
"""
# Links keep the order they have among those said at the same moment: rules/graph.py, tie_of.
KEEP_TIES = """
    UPDATE identity_edge e SET tie = substr(sha256(least(l.value_index, r.value_index)
                                                   || greatest(l.value_index, r.value_index)), 1, 5)
    FROM customer_identity l, customer_identity r
    WHERE e.edge_id IN (
            SELECT e.edge_id FROM staged_reseal s JOIN identity_edge e ON e.left_id = s.identity_id
            UNION SELECT e.edge_id FROM staged_reseal s JOIN identity_edge e ON e.right_id = s.identity_id)
      AND e.tie IS NULL AND l.identity_id = e.left_id AND r.identity_id = e.right_id
"""
WRITE_IDENTITIES = """
    UPDATE customer_identity i SET value_sealed = s.value_sealed, value_index = s.value_index
    FROM staged_reseal s WHERE i.identity_id = s.identity_id
"""
# A refusal may have been said under both keys meanwhile: then the old one has done its work.
FOLLOW_SUPPRESSIONS = """
    UPDATE suppression p SET address_index = s.value_index FROM staged_reseal s
    WHERE s.namespace = 'phone' AND p.brand_id = :brand AND p.address_index = s.old_index
      AND NOT EXISTS (SELECT FROM suppression o WHERE o.brand_id = :brand AND o.channel = p.channel AND o.kind = p.kind
                      AND o.address_index = s.value_index AND o.lifted_at IS NULL AND p.lifted_at IS NULL)
"""
# Addresses that were silent before somebody was known to hold them.
SILENT_BEFORE = """
    UPDATE suppression p SET address_index = s.newest FROM staged_old s
    WHERE p.brand_id = :brand AND p.address_index = s.value_index
      AND NOT EXISTS (SELECT FROM suppression o WHERE o.brand_id = :brand AND o.channel = p.channel AND o.kind = p.kind
                      AND o.address_index = s.newest AND o.lifted_at IS NULL AND p.lifted_at IS NULL)
"""
# Who was asked once is not asked again under the newest key either.
FOLLOW_REQUESTS = """
    UPDATE consent_request p SET address_index = s.value_index FROM staged_reseal s
    WHERE s.namespace = 'phone' AND p.brand_id = :brand AND p.address_index = s.old_index
      AND NOT EXISTS (SELECT FROM consent_request o WHERE o.brand_id = :brand AND o.channel = p.channel
                      AND o.purpose = p.purpose AND o.address_index = s.value_index)
"""
ASKED_BEFORE = """
    UPDATE consent_request p SET address_index = s.newest FROM staged_old s
    WHERE p.brand_id = :brand AND p.address_index = s.value_index
      AND NOT EXISTS (SELECT FROM consent_request o WHERE o.brand_id = :brand AND o.channel = p.channel
                      AND o.purpose = p.purpose AND o.address_index = s.newest)
"""
OLD_COLUMNS = "namespace text, value_index bytea, newest bytea"


def bring_up(session: Session, cipher: Cipher, values: Sequence[tuple[str, str]]) -> None:
    """Those of the values that are known are under the newest key, so that they are found by it alone.

    Nothing to do but while a key is being replaced.

    raises  BadPhone
    """
    if len(cipher.readable) == 1:
        return
    given = {"brand": brand_of(session)}
    _stage_old(session, cipher, values)
    if session.execute(text(STILL_OLD), given).first() is None:
        return
    lock_links(session)
    reindex(session, cipher, session.execute(text(STILL_OLD), given).all())


def follow_old_indexes(session: Session, cipher: Cipher, values: Sequence[tuple[str, str]]) -> None:
    """What is said of these phones under an older key, of which only the index is left, is said under the newest."""
    phones = [one for one in values if one[0] == Namespace.PHONE]
    if not phones or len(cipher.blind_indexes("", context="")) == 1:
        return
    _stage_old(session, cipher, phones)
    for statement in (SILENT_BEFORE, ASKED_BEFORE):
        session.execute(text(statement), {"brand": brand_of(session)})


def reindex(session: Session, cipher: Cipher, rows: Sequence[Row[Any]]) -> None:
    """These identities are under the newest key. The caller holds `lock_links`.

    `rows`: identity_id, namespace, value_index, value_sealed
    """
    if not rows:
        return
    brand_id = brand_of(session)
    context = seal_context(brand_id)
    fresh = []
    for row in rows:
        value = cipher.decrypt(bytes(row.value_sealed), context=context)
        index = cipher.blind_index(value, context=f"{brand_id}/{row.namespace}")
        sealed = cipher.encrypt(value, context=context)
        fresh.append((row.identity_id, row.namespace, bytes(row.value_index), index, sealed))
    stage(
        session,
        "staged_reseal",
        "identity_id bigint, namespace text, old_index bytea, value_index bytea, value_sealed bytea",
        fresh,
    )
    for statement in (KEEP_TIES, FOLLOW_SUPPRESSIONS, FOLLOW_REQUESTS, WRITE_IDENTITIES):
        session.execute(text(statement), {"brand": brand_id})


def _stage_old(session: Session, cipher: Cipher, values: Sequence[tuple[str, str]]) -> None:
    brand_id = brand_of(session)

    def rows() -> Any:
        for namespace, value in values:
            normal = normal_value(namespace, value)
            newest, *older = cipher.blind_indexes(normal, context=f"{brand_id}/{namespace}")
            for index in older:
                yield namespace, index, newest

    stage(session, "staged_old", OLD_COLUMNS, rows())
