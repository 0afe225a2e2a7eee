"""The pump: carries facts from the inbox to the lake, a batch at a time, each exactly once whatever crashes."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa
from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.intake.actions.events_ids import fact_key, older_ids
from siyu.kernel.app import App
from siyu.kernel.db import Held, Role, enter_brand
from siyu.kernel.facts import COMMON_COLUMNS, FactType, Subscription, finish_batch, rows_lock
from siyu.kernel.lake import LakeCursor, atomic, brand_schema
from siyu.kernel.logs import logger

log = logger(__name__)
BATCH_ROWS_MAX = 20_000
ARROW_TYPES = {
    "BIGINT": pa.int64(),
    "INTEGER": pa.int32(),
    "DOUBLE": pa.float64(),
    "BOOLEAN": pa.bool_(),
    "VARCHAR": pa.string(),
    "DATE": pa.date32(),
    "TIMESTAMPTZ": pa.timestamp("us", tz="UTC"),
}


def pump(app: App, *, now: datetime) -> int:
    """The oldest waiting facts are in the lake, and each subscriber has one job for them.

    Three steps, each a transaction: claim a batch, append it to the lake under its number, finish it.
    A crash between any two leaves a claimed batch, which the next call finishes; the number in the lake
    tells it whether the facts are there already. A batch that cannot be written holds up its own brand alone.

    returns  how many facts were carried; 0 if nothing waits
    raises   what kept the first batch from being written, if none could be; else that is only logged
    limits   a call carries the oldest claimed batch of each brand and one new batch of 20,000 facts; one pump a
             brand at a time
    """
    with app.db.transaction(brand_id=None, role=Role.PUMP) as session:
        batches = _claimed_before(session)
        fresh = _claim(session, now, _catalogue(app), held_up=[brand_id for _, brand_id in batches])
    carried, failures = 0, []
    for batch_id, brand_id in [*batches, *([fresh] if fresh else [])]:
        try:
            carried += _carry(app, batch_id=batch_id, brand_id=brand_id, now=now)
        except Exception as failure:  # the other brands' facts are not to blame
            log.warning("a batch stays where it is", batch_id=batch_id, brand_id=brand_id, exc_info=failure)
            failures.append(failure)
    if failures and not carried:
        raise failures[0]
    return carried


def _carry(app: App, *, batch_id: int, brand_id: int, now: datetime) -> int:
    """The claimed batch is in the lake and done; returns its facts, at least 1."""
    with app.db.exclusive(f"pump/{brand_id}") as held:
        with app.db.transaction(brand_id=None, role=Role.PUMP) as session:
            rows = _rows_of(session, batch_id)
        counts = _append(app, held, brand_id=brand_id, batch_id=batch_id, rows=rows, now=now)
        with app.db.transaction(brand_id=brand_id, role=Role.PUMP) as session:
            session.execute(text("DELETE FROM inbox WHERE batch_id = :batch"), {"batch": batch_id})
            enter_brand(session, brand_id=brand_id, role=Role.APP)
            finish_batch(
                session, batch_id=batch_id, counts=counts, subscriptions=app.wiring.of(Subscription), now=now
            )
    return max(len(rows), 1)


def _claimed_before(session: Session) -> list[tuple[int, int]]:
    """The oldest batch of each brand that some pump claimed and did not finish; the oldest first."""
    rows = session.execute(
        text(
            "SELECT min(batch_id) AS batch_id, brand_id FROM fact_batch "
            "WHERE state = 'claimed' AND origin = 'inbox' GROUP BY brand_id ORDER BY 1"
        )
    )
    return [(row.batch_id, row.brand_id) for row in rows]


def _catalogue(app: App) -> dict[str, FactType]:
    return {fact_type.name: fact_type for fact_type in app.wiring.of(FactType)}


def _claim(
    session: Session, now: datetime, known: Collection[str], *, held_up: Sequence[int]
) -> tuple[int, int] | None:
    """The oldest waiting rows of one brand belong to a new batch; repeated events are dropped.

    Brands that are held up have a batch to finish first.

    Facts that nobody catalogued (an older worker beside a newer server) wait for a worker that knows them.
    """
    brand_id = session.scalar(
        text(
            "SELECT brand_id FROM inbox WHERE batch_id IS NULL AND fact = ANY(:known) "
            "AND brand_id <> ALL(CAST(:held_up AS bigint[])) ORDER BY inbox_id LIMIT 1"
        ),
        {"known": list(known), "held_up": list(held_up)},
    )
    if brand_id is None:
        return None
    batch_id = session.scalar(
        text(
            "INSERT INTO fact_batch (brand_id, origin, state, facts, created_at) "
            "VALUES (:brand, 'inbox', 'claimed', 0, :now) RETURNING batch_id"
        ),
        {"brand": brand_id, "now": now},
    )
    arguments = {"brand": brand_id, "batch": batch_id, "limit": BATCH_ROWS_MAX, "known": list(known)}
    session.execute(
        text("""
            UPDATE inbox SET batch_id = :batch WHERE inbox_id IN (
                SELECT inbox_id FROM inbox WHERE brand_id = :brand AND batch_id IS NULL AND fact = ANY(:known)
                ORDER BY inbox_id LIMIT :limit FOR UPDATE SKIP LOCKED)
        """),
        arguments,
    )
    session.execute(
        text("""
            WITH fresh AS (
                INSERT INTO fact_seen (brand_id, fact_key, batch_id)
                SELECT DISTINCT brand_id, md5(source || chr(31) || event_id)::uuid, batch_id FROM inbox
                WHERE batch_id = :batch
                ON CONFLICT DO NOTHING RETURNING fact_key
            )
            DELETE FROM inbox i WHERE i.batch_id = :batch AND (
                NOT EXISTS (SELECT FROM fresh f WHERE f.fact_key = md5(i.source || chr(31) || i.event_id)::uuid)
                OR EXISTS (SELECT FROM inbox e WHERE e.batch_id = :batch AND e.source = i.source
                           AND e.event_id = i.event_id AND e.inbox_id < i.inbox_id))
        """),
        {"batch": batch_id},
    )
    assert isinstance(batch_id, int)
    return batch_id, int(brand_id)


def _rows_of(session: Session, batch_id: int) -> Sequence[Any]:
    return session.execute(
        text(
            "SELECT fact, source, event_id, occurred_at, customer_id, identity_id, properties "
            "FROM inbox WHERE batch_id = :batch ORDER BY fact, customer_id, occurred_at"
        ),
        {"batch": batch_id},
    ).all()


def _append(
    app: App, held: Held, *, brand_id: int, batch_id: int, rows: Sequence[Any], now: datetime
) -> dict[str, int]:
    """The rows stand in the lake under the batch's number, in one lake transaction; a second call adds nothing."""
    catalogue = _catalogue(app)
    schema = brand_schema(brand_id)
    with app.lake.reading() as cursor:
        keys = [fact_key(row.source, row.event_id) for row in rows]
        with app.db.transaction(brand_id=None, role=Role.PUMP) as session:
            old = older_ids(app, session, cursor, brand_id=brand_id, keys=keys)
        by_fact: dict[str, list[Any]] = {}
        for key, row in zip(keys, rows, strict=True):
            if key not in old:
                by_fact.setdefault(row.fact, []).append(row)
        known = cursor.execute(
            f"SELECT count(*) FROM {schema}.batch WHERE batch_id = ?", [batch_id]
        ).fetchone()
        if not (known and known[0]):
            with app.db.beside(rows_lock(brand_id)) as rows_held, atomic(cursor, held, rows_held):
                for fact, its_rows in by_fact.items():
                    _insert(cursor, schema, catalogue[fact], its_rows, batch_id)
                cursor.execute(f"INSERT INTO {schema}.batch VALUES (?, ?, ?)", [batch_id, now, len(rows)])
    return {fact: len(its_rows) for fact, its_rows in by_fact.items()}


def _insert(cursor: LakeCursor, schema: str, fact_type: FactType, rows: list[Any], batch_id: int) -> None:
    columns: dict[str, list[Any]] = {
        "customer_id": [row.customer_id for row in rows],
        "identity_id": [row.identity_id for row in rows],
        "occurred_at": [row.occurred_at for row in rows],
        "source": [row.source for row in rows],
        "batch_id": [batch_id] * len(rows),
    }
    for column, kind in fact_type.columns.items():
        columns[column] = [_typed(row.properties.get(column), kind) for row in rows]
    types = {**COMMON_COLUMNS, **fact_type.columns}
    table = pa.table({name: pa.array(values, ARROW_TYPES[types[name]]) for name, values in columns.items()})
    cursor.register("facts_in", table)
    cursor.execute(f'INSERT INTO {schema}."{fact_type.name}" BY NAME SELECT * FROM facts_in')
    cursor.unregister("facts_in")


def _typed(value: Any, kind: str) -> Any:
    """A property as its column wants it: JSON has no moments and no days."""
    if value is None:
        return None
    if kind == "TIMESTAMPTZ":
        return datetime.fromisoformat(value)
    if kind == "DATE":
        return datetime.fromisoformat(value).date()
    return (
        json.dumps(value, ensure_ascii=False) if kind == "VARCHAR" and not isinstance(value, str) else value
    )
