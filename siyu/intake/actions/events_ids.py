"""Which facts are known: the recent ones by PostgreSQL, the older ones by a sorted table of the lake."""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.kernel.app import App
from siyu.kernel.db import Role, arrow_of
from siyu.kernel.lake import LakeCursor, atomic, brand_schema

RECENT = timedelta(days=30)
MOVED_MAX = 5_000_000  # ids a call moves, in as many bytes of memory times a hundred

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


def ids_in_lake(cursor: LakeCursor, *, brand_id: int, keys: Sequence[str]) -> set[str]:
    """Those of the keys that are older than what PostgreSQL knows.

    limits  reads one column of the brand's `fact_id`: about half a second for 100 million ids
    """
    if not keys:
        return set()
    halves = _halves(keys)
    table = f"{brand_schema(brand_id)}.fact_id"
    cursor.register("asked_ids", pa.table({"key_high": halves[:, 0], "key_low": halves[:, 1]}))
    try:
        # One of the two columns decides almost always, and half of the bytes are read.
        near = cursor.execute(
            f"SELECT DISTINCT key_high FROM {table} SEMI JOIN asked_ids USING (key_high)"
        ).fetchall()
        if not near:
            return set()
        listed = ", ".join(str(high) for (high,) in near)
        found = cursor.execute(
            f"SELECT DISTINCT key_high, key_low FROM (SELECT * FROM {table} WHERE key_high IN ({listed})) "
            "SEMI JOIN asked_ids USING (key_high, key_low)"
        ).fetchall()
    finally:
        cursor.unregister("asked_ids")
    return {f"{high % 2**64:016x}{low % 2**64:016x}" for high, low in found}


def move_old_ids(app: App, *, brand_id: int, now: datetime) -> int:
    """Ids of facts that came more than 30 days ago lie in the lake, sorted, and no longer in PostgreSQL.

    They are in the lake before they leave PostgreSQL, so that no moment misses them. Calling again moves on.

    returns  how many were moved
    limits   5,000,000 a call; only batches that are done, so that no batch finds itself in the lake
    """
    with app.db.exclusive(f"fact_id/{brand_id}"):
        with app.db.transaction(brand_id=None, role=Role.PUMP) as session:
            last = _last_old_batch(session, brand_id, now - RECENT)
            if last is None:
                return 0
            moving = arrow_of(
                session,
                "SELECT fact_key::text AS fact_key, batch_id FROM fact_seen "
                "WHERE brand_id = :brand AND batch_id <= :last ORDER BY batch_id LIMIT :limit",
                {"brand": brand_id, "last": last, "limit": MOVED_MAX},
                {"fact_key": "text", "batch_id": "int64"},
            )
        if not moving.num_rows:
            return 0
        keys = [key.replace("-", "") for key in moving.column("fact_key").to_pylist()]
        _keep(app, brand_id, keys, moving.column("batch_id"))
        with app.db.transaction(brand_id=None, role=Role.PUMP) as session:
            for start in range(0, len(keys), 100_000):
                session.execute(
                    text(
                        "DELETE FROM fact_seen WHERE brand_id = :brand "
                        "AND fact_key = ANY(string_to_array(:keys, ',')::uuid[])"
                    ),
                    {"brand": brand_id, "keys": ",".join(keys[start : start + 100_000])},
                )
    return len(keys)


def _last_old_batch(session: Session, brand_id: int, before: datetime) -> int | None:
    last: int | None = session.scalar(
        text(
            "SELECT max(batch_id) FROM fact_batch WHERE brand_id = :brand AND created_at < :before "
            "AND batch_id < coalesce((SELECT min(batch_id) FROM fact_batch "
            "                         WHERE brand_id = :brand AND state = 'claimed'), 9223372036854775807)"
        ),
        {"brand": brand_id, "before": before},
    )
    return last


def _keep(app: App, brand_id: int, keys: Sequence[str], batches: Any) -> None:
    halves = _halves(keys)
    table = f"{brand_schema(brand_id)}.fact_id"
    with app.lake.reading() as cursor, atomic(cursor):
        cursor.register(
            "moving_ids",
            pa.table({"key_high": halves[:, 0], "key_low": halves[:, 1], "batch_id": batches}),
        )
        cursor.execute(
            f"INSERT INTO {table} SELECT * FROM moving_ids m WHERE NOT EXISTS (SELECT 1 FROM {table} f "
            "WHERE f.key_high = m.key_high AND f.key_low = m.key_low) ORDER BY key_high"
        )
        cursor.unregister("moving_ids")


def _halves(keys: Collection[str] | Iterable[str]) -> "NDArray[np.int64]":
    """The keys as pairs of 64-bit numbers: the lake has no wider type that every engine reads."""
    whole = bytes.fromhex("".join(keys))
    return np.frombuffer(whole, dtype=">i8").astype(np.int64).reshape(-1, 2)
