"""Reads of deliveries: a page of them, what is due, attempts, the rows of the lake they stand for."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from siyu.destinations.contracts import DeliveryState, Part
from siyu.destinations.models import Delivery, DeliveryAttempt
from siyu.destinations.rules.payload import EVENTS_MAX, OWN_EVENTS
from siyu.kernel.db import brand_of
from siyu.kernel.errors import NotFound
from siyu.kernel.lake import LakeCursor, brand_schema, rows_of

PAGE_MAX = 200
ATTEMPTS_SHOWN = 50
TOLD_OF = """
    SELECT destination_id, fact, min(first_row) AS first_row, max(last_row) AS last_row,
           CAST(sum(events) AS bigint) AS events
    FROM delivery WHERE brand_id = :brand AND batch_id = :batch GROUP BY destination_id, fact ORDER BY 1, 2
"""


def deliveries_page(
    session: Session, *, destination_id: int, states: Sequence[DeliveryState], before_id: int | None, limit: int
) -> tuple[list[Delivery], int | None]:  # fmt: skip
    """A page of a destination's deliveries, newest first, and where the next one begins."""
    kept = min(limit, PAGE_MAX)
    query = select(Delivery).where(
        Delivery.brand_id == brand_of(session), Delivery.destination_id == destination_id
    )
    if states:
        query = query.where(Delivery.state.in_([one.value for one in states]))
    if before_id is not None:
        query = query.where(Delivery.delivery_id < before_id)
    rows = list(session.scalars(query.order_by(Delivery.delivery_id.desc()).limit(kept + 1)))
    return rows[:kept], rows[kept - 1].delivery_id if len(rows) > kept else None


def delivery_by_id(session: Session, *, destination_id: int, delivery_id: int) -> Delivery:
    """One delivery of a destination.

    raises  NotFound
    """
    query = select(Delivery).where(
        Delivery.brand_id == brand_of(session), Delivery.delivery_id == delivery_id,
        Delivery.destination_id == destination_id,
    )  # fmt: skip
    found = session.scalar(query)
    if found is None:
        raise NotFound(what="delivery", key=delivery_id)
    return found


def last_attempts(session: Session, *, delivery_ids: Sequence[int]) -> dict[int, DeliveryAttempt]:
    """The newest attempt of each of these deliveries that had any."""
    newest = (
        select(func.max(DeliveryAttempt.attempt_id))
        .where(
            DeliveryAttempt.brand_id == brand_of(session),
            DeliveryAttempt.delivery_id.in_(list(delivery_ids)),
        )
        .group_by(DeliveryAttempt.delivery_id)
    )
    found = session.scalars(select(DeliveryAttempt).where(DeliveryAttempt.attempt_id.in_(newest)))
    return {one.delivery_id: one for one in found}


def attempts_of(session: Session, *, delivery_id: int) -> list[DeliveryAttempt]:
    """What came of a delivery's attempts, the newest first.

    limits  the last 50
    """
    query = select(DeliveryAttempt).where(
        DeliveryAttempt.brand_id == brand_of(session), DeliveryAttempt.delivery_id == delivery_id
    )
    return list(session.scalars(query.order_by(DeliveryAttempt.attempt_id.desc()).limit(ATTEMPTS_SHOWN)))


def due_deliveries(session: Session, *, destination_id: int, limit: int, now: datetime) -> list[Delivery]:
    """The deliveries that are due, the oldest first: in the order in which things happened, as far as can be."""
    query = select(Delivery).where(
        Delivery.brand_id == brand_of(session), Delivery.destination_id == destination_id,
        Delivery.next_attempt_at <= now,
    )  # fmt: skip
    return list(session.scalars(query.order_by(Delivery.delivery_id).limit(limit)))


def parts_of_batch(
    cursor: LakeCursor, *, brand_id: int, batch_id: int, tables: Mapping[str, str]
) -> list[Part]:
    """The rows of a batch, cut into parts of 500 in the order they were written.

    `tables`: the chosen facts, and the table each is in.
    """
    schema = brand_schema(brand_id)
    asked, given = [], []
    for fact, table in tables.items():
        of_one = table == OWN_EVENTS != fact
        asked.append(
            f"SELECT CAST(? AS VARCHAR) AS fact, min(r), max(r), count(*) FROM (SELECT rowid AS r, "
            f'(row_number() OVER (ORDER BY rowid) - 1) // {EVENTS_MAX} AS part FROM {schema}."{table}" '
            f"WHERE batch_id = ?{' AND name = ?' if of_one else ''}) GROUP BY part"
        )
        given += [fact, batch_id, *([fact] if of_one else [])]
    if not asked:
        return []
    rows = cursor.execute(f"{' UNION ALL '.join(asked)} ORDER BY 1, 2", given).fetchall()
    return [Part(batch_id, *row) for row in rows]


def told_of(session: Session, *, batch_id: int) -> dict[int, list[Part]]:
    """What each destination was told of a batch, or was to be told: a part a fact, from the first row to the last."""
    rows = session.execute(text(TOLD_OF), {"brand": brand_of(session), "batch": batch_id})
    found: dict[int, list[Part]] = {}
    for row in rows:
        part = Part(batch_id, row.fact, row.first_row, row.last_row, row.events)
        found.setdefault(row.destination_id, []).append(part)
    return found


def restored_parts(
    cursor: LakeCursor, *, brand_id: int, fact: str, batch_ids: Sequence[int], after_row: int
) -> list[Part]:
    """Rows of earlier batches that are later than this one: what an undo has put back, in parts of 500.

    `fact`: of files, which has a table of its own.
    """
    if not batch_ids:
        return []
    rows = cursor.execute(
        "SELECT batch_id, min(r), max(r), count(*) FROM (SELECT batch_id, rowid AS r, "
        f"(row_number() OVER (PARTITION BY batch_id ORDER BY rowid) - 1) // {EVENTS_MAX} AS part "
        f'FROM {brand_schema(brand_id)}."{fact}" WHERE batch_id IN ({", ".join("?" for _ in batch_ids)}) '
        "AND rowid > ?) GROUP BY batch_id, part ORDER BY 1, 2",
        [*batch_ids, after_row],
    ).fetchall()
    return [Part(batch_id, fact, *row) for batch_id, *row in rows]


def rows_of_deliveries(
    cursor: LakeCursor,
    *,
    brand_id: int,
    table: str,
    fact: str,
    batch_id: int,
    spans: Sequence[tuple[int, int]],
) -> list[dict[str, Any]]:
    """The rows of a batch in these spans (first and last rowid) as they are now, with their rowid, in order.

    What lies between two spans is not read: a delivery that failed may be hundreds of thousands of rows behind.
    """
    of_one = table == OWN_EVENTS != fact
    within = " OR ".join("rowid BETWEEN ? AND ?" for _ in spans)
    return rows_of(
        cursor,
        f'SELECT rowid, * FROM {brand_schema(brand_id)}."{table}" WHERE batch_id = ? AND ({within})'
        f"{' AND name = ?' if of_one else ''} ORDER BY rowid",
        [batch_id, *(edge for span in spans for edge in span), *([fact] if of_one else [])],
    )
