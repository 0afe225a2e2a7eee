"""Gender and province of everybody, for comparing groups of customers."""

from collections.abc import Iterator

import pyarrow as pa
from sqlalchemy.orm import Session

from siyu.kernel.db import arrow_chunks, brand_of

# Of one person field by field the newest word, as in a profile; persons of one record are read as they stand.
_MERGED = """
    SELECT CASE WHEN merged_into IS NULL THEN customer_id ELSE merged_into END AS customer_id,
           (array_agg(gender ORDER BY updated_at DESC, customer_id) FILTER (WHERE gender IS NOT NULL))[1] AS gender,
           (array_agg(province ORDER BY updated_at DESC, customer_id)
               FILTER (WHERE province IS NOT NULL))[1] AS province
    FROM customer
    WHERE brand_id = :brand AND (merged_into IS NOT NULL
        OR customer_id IN (SELECT merged_into FROM customer WHERE brand_id = :brand AND merged_into IS NOT NULL))
    GROUP BY 1
"""


def demographic_chunks(session: Session) -> Iterator[pa.Table]:
    """Everybody of whom gender or province is known, each person once, some hundred thousand at a time.

    Use the session for nothing else before the last.

    shape  customer_id int64, gender text (female, male) or NULL, province text or NULL
    """
    return arrow_chunks(
        session,
        f"""
        SELECT c.customer_id, CASE WHEN p.customer_id IS NULL THEN c.gender ELSE p.gender END AS gender,
               CASE WHEN p.customer_id IS NULL THEN c.province ELSE p.province END AS province
        FROM customer c LEFT JOIN ({_MERGED}) p ON p.customer_id = c.customer_id
        WHERE c.brand_id = :brand AND c.merged_into IS NULL AND NOT c.visitor
        """,
        {"brand": brand_of(session)},
        {"customer_id": "int64", "gender": "text", "province": "text"},
    )
