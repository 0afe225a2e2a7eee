"""Reads of destinations: which there are, what went there, which facts can be chosen."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from siyu.destinations.contracts import DestinationState, Offered, Traffic
from siyu.destinations.models import Destination
from siyu.destinations.rules.payload import OWN_EVENTS
from siyu.intake.api import own_events
from siyu.kernel.db import brand_of
from siyu.kernel.errors import NotFound
from siyu.kernel.facts import FactType

DESTINATIONS_MAX = 200
TRAFFIC = """
    SELECT destination_id,
           count(*) FILTER (WHERE state = 'waiting') AS waiting,
           count(*) FILTER (WHERE state = 'failed') AS failed,
           count(*) FILTER (WHERE state = 'delivered' AND ended_at >= :since) AS delivered_24h,
           CAST(coalesce(sum(events) FILTER (WHERE state = 'delivered' AND ended_at >= :since), 0) AS bigint)
               AS events_24h,
           min(created_at) FILTER (WHERE state = 'waiting') AS oldest_waiting_at
    FROM delivery WHERE brand_id = :brand AND (next_attempt_at IS NOT NULL OR state = 'failed' OR ended_at >= :since)
    GROUP BY destination_id
"""


def destinations(session: Session) -> list[Destination]:
    """The brand's destinations that were not removed, the newest first.

    limits  200
    """
    query = select(Destination).where(
        Destination.brand_id == brand_of(session), Destination.state != DestinationState.REMOVED.value
    )
    return list(session.scalars(query.order_by(Destination.destination_id.desc()).limit(DESTINATIONS_MAX)))


def destination_by_id(session: Session, *, destination_id: int, locked: bool = False) -> Destination:
    """One destination, removed or not.

    raises  NotFound
    """
    query = select(Destination).where(
        Destination.destination_id == destination_id, Destination.brand_id == brand_of(session)
    )
    found = session.scalar(query.with_for_update() if locked else query)
    if found is None:
        raise NotFound(what="destination", key=destination_id)
    return found


def traffic(session: Session, *, now: datetime) -> dict[int, Traffic]:
    """What went to each destination of the brand; those to which nothing went are left out."""
    given = {"brand": brand_of(session), "since": now - timedelta(days=1)}
    rows = session.execute(text(TRAFFIC), given).mappings()
    return {
        row["destination_id"]: Traffic(
            **{name: value for name, value in row.items() if name != "destination_id"}
        )
        for row in rows
    }


def offered_facts(session: Session, *, fact_types: Iterable[FactType]) -> list[Offered]:
    """Every kind of fact a destination can be told of: those of modules, standard events, the brand's own."""
    standard = [
        Offered(one.name, one.definition.get("zh", ""), one.definition.get("en", ""), own=False)
        for one in fact_types
    ]
    return standard + [Offered(name, zh, en, own=True) for name, zh, en in own_events(session)]


def tables_of(facts: Sequence[str], *, fact_types: Iterable[FactType]) -> dict[str, str]:
    """The lake table of each chosen fact; own events by name are left out where all of them are chosen.

    >>> tables_of(("order", "tea_tasting"), fact_types=[FactType("order", {})])
    {'order': 'order', 'tea_tasting': 'event'}
    """
    known = {one.name for one in fact_types}
    found = {fact: fact if fact in known else OWN_EVENTS for fact in facts}
    all_own = OWN_EVENTS in facts
    return {fact: table for fact, table in found.items() if fact == table or not all_own}
