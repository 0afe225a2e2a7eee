"""A batch that reached the lake becomes deliveries: who is to be told of which of its rows, or that they are gone."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from siyu.destinations.actions.waking import wake_sender
from siyu.destinations.contracts import DeliveryState, DestinationKind, DestinationState, Part
from siyu.destinations.models import Delivery, Destination
from siyu.destinations.queries.deliveries import parts_of_batch, restored_parts, told_of
from siyu.destinations.queries.destinations import tables_of
from siyu.intake.api import taken_back
from siyu.intake.contracts import TakenBack
from siyu.kernel.app import App
from siyu.kernel.db import brand_of
from siyu.kernel.facts import FactType

PLAN_JOB = "destinations.plan"
ROWS_A_STATEMENT = 1_000

Wanting = Mapping[int, Sequence[str]]
Plans = Mapping[int, Sequence[Part]]


def plan_batch(app: App, *, brand_id: int, batch_id: int, now: datetime) -> int:
    """Each webhook that wants facts of the batch has deliveries of them, also while it is paused or waits to be
    approved once more. Of an undo, each that was told of the import has deliveries that say so. Again adds none.

    returns  how many deliveries are new
    effects  rows in delivery, a sending job for each destination that got some
    limits   500 facts a delivery; the facts stay in the lake. Undos more than 90 days later are not told
    """
    with app.db.transaction(brand_id=brand_id) as session:
        wanting = _wanting(session)
        undone = taken_back(session, batch_id=batch_id)
        told = told_of(session, batch_id=undone.batch_id) if undone is not None else {}
    if not wanting:
        return 0
    plans = (
        _plans_of_facts(app, brand_id, batch_id, wanting)
        if undone is None
        else _plans_of_undo(app, brand_id, undone, told, wanting, announced_by=batch_id)
    )
    new = 0
    with app.db.transaction(brand_id=brand_id) as session:
        for destination_id in _wanting(session, locked=True):  # none that was removed meanwhile
            added = _add(session, destination_id, plans.get(destination_id, ()), now)
            if added:
                wake_sender(session, destination_id=destination_id, at=now, now=now)
            new += added
    return new


def _plans_of_facts(app: App, brand_id: int, batch_id: int, wanting: Wanting) -> Plans:
    types = app.wiring.of(FactType)
    tables = {number: tables_of(facts, fact_types=types) for number, facts in wanting.items()}
    every = {fact: table for its_tables in tables.values() for fact, table in its_tables.items()}
    with app.lake.reading() as cursor:
        parts = parts_of_batch(cursor, brand_id=brand_id, batch_id=batch_id, tables=every)
    return {number: [one for one in parts if one.fact in chosen] for number, chosen in tables.items()}


def _plans_of_undo(
    app: App, brand_id: int, undone: TakenBack, told: Plans, wanting: Wanting, *, announced_by: int
) -> Plans:
    """To each whom the import was told: that it is taken back, a delivery a fact, and what is so again after it."""
    plans: dict[int, list[Part]] = {}
    with app.lake.reading() as cursor:
        for number, parts in told.items():
            plans[number] = [replace(one, batch_id=announced_by, takes_back=undone.batch_id) for one in parts]
            for one in parts:
                if one.fact in wanting.get(number, ()):
                    plans[number] += restored_parts(
                        cursor, brand_id=brand_id, fact=one.fact, batch_ids=undone.leant_on, after_row=one.last_row
                    )  # fmt: skip
    return plans


def _wanting(session: Session, *, locked: bool = False) -> Wanting:
    """The webhooks that are told of facts now, each with those it chose."""
    waits_again = and_(
        Destination.state == DestinationState.AWAITING_APPROVAL.value, Destination.paused_at.is_not(None)
    )
    told_in = Destination.state.in_([DestinationState.ACTIVE.value, DestinationState.PAUSED.value])
    query = select(Destination.destination_id, Destination.settings).where(
        Destination.brand_id == brand_of(session), Destination.kind == DestinationKind.WEBHOOK.value,
        or_(told_in, waits_again),
    ).order_by(Destination.destination_id)  # fmt: skip
    rows = session.execute(query.with_for_update() if locked else query)
    return {row.destination_id: row.settings["facts"] for row in rows}


def _add(session: Session, destination_id: int, parts: Sequence[Part], now: datetime) -> int:
    added = 0
    for start in range(0, len(parts), ROWS_A_STATEMENT):
        rows = [
            {
                **asdict(one), "brand_id": brand_of(session), "destination_id": destination_id,
                "state": DeliveryState.WAITING.value, "attempts": 0, "next_attempt_at": now, "created_at": now,
            }
            for one in parts[start : start + ROWS_A_STATEMENT]
        ]  # fmt: skip
        kept = insert(Delivery).on_conflict_do_nothing(constraint="uq_delivery_rows")
        added += len(session.scalars(kept.returning(Delivery.delivery_id), rows).all())
    return added
