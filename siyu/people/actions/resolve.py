"""A key from a file stands for a customer, who is known from then on."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.kernel.crypto import Cipher
from siyu.kernel.db import brand_of
from siyu.people.actions.stage import stage
from siyu.people.contracts import CustomerId, IdentityId, Resolved
from siyu.people.rules import normal_value, seal_context, value_index

ADD_UNKNOWN = """
    WITH fresh AS (
        SELECT DISTINCT ON (k.value_index) k.*,
               nextval(pg_get_serial_sequence('customer', 'customer_id')) AS customer_id
        FROM staged_key k
        WHERE NOT EXISTS (SELECT FROM customer_identity i WHERE i.namespace = :namespace
                          AND i.value_index = k.value_index AND i.brand_id = :brand)
        ORDER BY k.value_index, k.known_at
    ), people AS (
        INSERT INTO customer (customer_id, brand_id, known_at, added_by_batch, updated_at)
        SELECT customer_id, :brand, known_at, :batch, :now FROM fresh
    )
    INSERT INTO customer_identity
        (brand_id, customer_id, namespace, value_index, value_sealed, source, added_by_batch, created_at)
    SELECT :brand, customer_id, :namespace, value_index, value_sealed, :source, :batch, :now FROM fresh
"""

FIND = """
    SELECT k.value_index, i.customer_id, i.identity_id FROM staged_key k
    JOIN customer_identity i ON i.brand_id = :brand AND i.namespace = :namespace
         AND i.value_index = k.value_index
"""


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

    returns  each key of `first_seen` with its customer
    effects  rows in customer and customer_identity for keys that were new; asking again adds nothing
    """
    brand_id = brand_of(session)
    index_of = {key: value_index(cipher, brand_id, namespace, key) for key in first_seen}
    stage(
        session,
        "staged_key",
        "value_index bytea, value_sealed bytea, known_at timestamptz",
        (
            (
                index_of[key],
                cipher.encrypt(normal_value(namespace, key), context=seal_context(brand_id)),
                seen,
            )
            for key, seen in first_seen.items()
        ),
    )
    session.execute(
        text(ADD_UNKNOWN),
        {"namespace": namespace, "brand": brand_id, "batch": batch_id, "source": source, "now": now},
    )
    found = session.execute(
        text(FIND),
        {"namespace": namespace, "brand": brand_id},
    )
    by_index = {
        bytes(index): Resolved(CustomerId(customer), IdentityId(identity))
        for index, customer, identity in found
    }
    return {key: by_index[index] for key, index in index_of.items()}
