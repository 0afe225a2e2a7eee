"""Which facts are known: the recent ones by PostgreSQL, the older ones by a filter and a sorted table of the lake."""

import hashlib
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.intake.actions.events_id_filters import current_filter
from siyu.intake.rules.id_filter import Ids
from siyu.kernel.app import App
from siyu.kernel.lake import LakeCursor, brand_schema

LISTED_MAX = 200  # so many ids are looked for by name, which reads only the parts of files that may hold them

# What the SQL of the inbox calls the same: md5(source || chr(31) || event_id).
ADD_NEW = """
    WITH given AS (SELECT unnest(string_to_array(:keys, ','))::uuid AS fact_key), added AS (
        INSERT INTO fact_seen (brand_id, fact_key, batch_id) SELECT :brand, fact_key, :batch FROM given
        ON CONFLICT DO NOTHING RETURNING fact_key
    ) SELECT fact_key FROM given g WHERE NOT EXISTS (SELECT FROM added a WHERE a.fact_key = g.fact_key)
"""
OF_OTHER_BATCHES = """
    SELECT replace(fact_key::text, '-', '') FROM fact_seen
    WHERE brand_id = :brand AND fact_key = ANY(CAST(:keys AS uuid[])) AND batch_id <> :batch
"""


def fact_key(source: str, event_id: str) -> str:
    """The digest by which a fact is known, as 32 hex digits. A digest of nothing secret: MD5 is short, not safe.

    >>> fact_key("shop", "1") == fact_key("shop", "1"), fact_key("shop", "1") == fact_key("shop", "2")
    (True, False)
    """
    return hashlib.md5(f"{source}\x1f{event_id}".encode(), usedforsecurity=False).hexdigest()


def note_ids(session: Session, *, brand_id: int, batch_id: int, keys: Sequence[str]) -> set[str]:
    """The keys are known from this batch on, for a session of Role.PUMP. Asking again answers the same.

    returns  those that PostgreSQL knew from another batch
    """
    arguments = {"brand": brand_id, "batch": batch_id}
    known = list(session.execute(text(ADD_NEW), {"keys": ",".join(sorted(keys)), **arguments}).scalars())
    if not known:
        return set()
    found = session.execute(text(OF_OTHER_BATCHES), {"keys": known, **arguments})
    return set(found.scalars())


def known_ids(session: Session, *, brand_id: int, keys: Sequence[str]) -> set[str]:
    """Those of the keys that PostgreSQL knows, for a session of Role.PUMP."""
    if not keys:
        return set()
    found = session.execute(
        text(
            "SELECT replace(fact_key::text, '-', '') FROM fact_seen WHERE brand_id = :brand "
            "AND fact_key = ANY(string_to_array(:keys, ',')::uuid[])"
        ),
        {"brand": brand_id, "keys": ",".join(keys)},
    )
    return set(found.scalars())


def release_ids(session: Session, *, brand_id: int, batch_id: int, keys: Sequence[str]) -> None:
    """The batch no longer holds these keys: a definition changed since it was first looked at, and it rejects them."""
    session.execute(
        text(
            "DELETE FROM fact_seen WHERE brand_id = :brand AND batch_id = :batch "
            "AND fact_key = ANY(string_to_array(:keys, ',')::uuid[])"
        ),
        {"brand": brand_id, "batch": batch_id, "keys": ",".join(keys)},
    )


def older_ids(
    app: App, session: Session, cursor: LakeCursor, *, brand_id: int, keys: Sequence[str]
) -> set[str]:
    """Those of the keys that are older than what PostgreSQL knows, for a session of Role.PUMP that asked there before.

    The filter answers for almost all that are new; the lake is read for those to which it says yes.
    """
    if not keys:
        return set()
    ids = halves(keys)
    held = current_filter(app, session, cursor, brand_id=brand_id)
    maybe = np.flatnonzero(held.may_hold(ids))
    return confirmed_ids(cursor, brand_id=brand_id, ids=ids[maybe])


def confirmed_ids(cursor: LakeCursor, *, brand_id: int, ids: Ids) -> set[str]:
    """Those of the ids that the lake has.

    limits  a few are found in milliseconds; for thousands half a second is read for 100 million known ones
    """
    if not len(ids):
        return set()
    table = f"{brand_schema(brand_id)}.fact_id"
    if len(ids) <= LISTED_MAX:
        table = f"(SELECT * FROM {table} WHERE key_high IN ({', '.join(map(str, ids[:, 0].tolist()))}))"
    cursor.register("asked_ids", pa.table({"key_high": ids[:, 0], "key_low": ids[:, 1]}))
    try:
        found = cursor.execute(
            f"SELECT DISTINCT key_high, key_low FROM {table} SEMI JOIN asked_ids USING (key_high, key_low)"
        ).fetchall()
    finally:
        cursor.unregister("asked_ids")
    return {f"{high % 2**64:016x}{low % 2**64:016x}" for high, low in found}


def halves(keys: Sequence[str]) -> Ids:
    """The keys as pairs of 64-bit numbers: the lake has no wider type that every engine reads."""
    whole = bytes.fromhex("".join(keys))
    return np.frombuffer(whole, dtype=">i8").astype(np.int64).reshape(-1, 2)
