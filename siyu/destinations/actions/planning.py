"""A batch that reached the lake becomes deliveries: who is to be told of which of its rows."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from siyu.destinations.actions.waking import wake_sender
from siyu.destinations.contracts import DeliveryState, DestinationKind, DestinationState
from siyu.destinations.models import Delivery, Destination
from siyu.destinations.queries.deliveries import parts_of_batch
from siyu.destinations.queries.destinations import tables_of
from siyu.kernel.app import App
from siyu.kernel.db import brand_of
from siyu.kernel.facts import FactType

PLAN_JOB = "destinations.plan"
ROWS_A_STATEMENT = 1_000

Part = tuple[str, int, int, int]


def plan_batch(app: App, *, brand_id: int, batch_id: int, now: datetime) -> int:
    """Each webhook that wants facts of the batch has deliveries of them, also while it is paused or waits to be
    approved once more. Again adds none.

    returns  how many deliveries are new
    effects  rows in delivery, a sending job for each destination that got some
    limits   500 facts a delivery; the facts stay in the lake
    """
    with app.db.transaction(brand_id=brand_id) as session:
        wanting = _told(session)
    if not wanting:
        return 0
    wanted = [fact for facts in wanting.values() for fact in facts]
    types = app.wiring.of(FactType)
    tables = {
        fact: table
        for facts in wanting.values()
        for fact, table in tables_of(facts, fact_types=types).items()
    }
    assert set(tables) <= set(wanted), "nobody is told of what they did not choose"
    with app.lake.reading() as cursor:
        parts = parts_of_batch(cursor, brand_id=brand_id, batch_id=batch_id, tables=tables)
    if not parts:
        return 0
    new = 0
    with app.db.transaction(brand_id=brand_id) as session:
        for destination_id, facts in wanting.items():
            chosen = tables_of(facts, fact_types=types)
            added = _add(session, destination_id, batch_id, [one for one in parts if one[0] in chosen], now)
            if added:
                wake_sender(session, destination_id=destination_id, at=now, now=now)
            new += added
    return new


def _told(session: Session) -> Mapping[int, Sequence[str]]:
    waits_again = and_(
        Destination.state == DestinationState.AWAITING_APPROVAL.value, Destination.paused_at.is_not(None)
    )
    told_in = Destination.state.in_([DestinationState.ACTIVE.value, DestinationState.PAUSED.value])
    query = select(Destination.destination_id, Destination.settings).where(
        Destination.brand_id == brand_of(session), Destination.kind == DestinationKind.WEBHOOK.value,
        or_(told_in, waits_again),
    )  # fmt: skip
    return {row.destination_id: row.settings["facts"] for row in session.execute(query)}


def _add(session: Session, destination_id: int, batch_id: int, parts: Sequence[Part], now: datetime) -> int:
    added = 0
    for start in range(0, len(parts), ROWS_A_STATEMENT):
        rows = [
            {
                "brand_id": brand_of(session), "destination_id": destination_id, "batch_id": batch_id, "fact": fact,
                "first_row": first, "last_row": last, "events": events, "state": DeliveryState.WAITING.value,
                "attempts": 0, "next_attempt_at": now, "created_at": now,
            }
            for fact, first, last, events in parts[start : start + ROWS_A_STATEMENT]
        ]  # fmt: skip
        kept = insert(Delivery).on_conflict_do_nothing(constraint="uq_delivery_rows")
        added += len(session.scalars(kept.returning(Delivery.delivery_id), rows).all())
    return added
