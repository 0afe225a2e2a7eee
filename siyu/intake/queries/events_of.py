"""What one customer was seen to do: events of every name, newest first."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from siyu.intake.models import EventDefinition, EventVolume
from siyu.intake.rules.events_typing import MORE
from siyu.intake.rules.standard_events import EVENT, FACT_TYPES
from siyu.kernel.db import brand_of
from siyu.kernel.facts import FactType
from siyu.kernel.lake import LakeCursor, brand_schema, rows_of

EVENTS_OF_MAX = 500
NAMES_MAX = 1_000
_TYPED = {one.name: one for one in FACT_TYPES if one is not EVENT}


def names_seen(session: Session) -> dict[str, tuple[str, str]]:
    """Every event name of which the brand has some, with the titles it gave the newest version of its own ones."""
    query = select(EventVolume.name).where(EventVolume.brand_id == brand_of(session)).distinct()
    seen = dict.fromkeys(session.scalars(query.limit(NAMES_MAX)), ("", ""))
    own = select(EventDefinition).order_by(EventDefinition.version)
    titles = {one.name: (one.title_zh, one.title_en) for one in session.scalars(own)}
    return {name: titles.get(name, nothing) for name, nothing in seen.items()}


def events_of(
    cursor: LakeCursor,
    *,
    brand_id: int,
    customer_id: int,
    before: datetime,
    limit: int,
    names: Mapping[str, object],
    sources: Mapping[str, str] | None = None,
    since: datetime | None = None,
) -> list[dict[str, Any]]:
    """Events of these names of one customer before a moment and after another, newest first.

    What shares the last moment of a full page is on the page too, so that the next page can begin before it.
    `sources`: what is read instead of the tables (`kernel.lake_point`), of those that `tables_of_events` names.

    shape   fact (the event's name), occurred_at, source, channel, details (what is known of it, a mapping)
    limits  500 moments; reads the tables of these names alone
    """
    read = sources or {name: f'{brand_schema(brand_id)}."{name}"' for name in tables_of_events(names)}
    tables = [_selected(_TYPED[name], read[name]) for name in sorted(names) if name in _TYPED]
    if names.keys() - _TYPED.keys():
        tables.append(
            f"SELECT name AS fact, occurred_at, source, NULL AS channel, properties AS details, NULL AS more "
            f"FROM {read[EVENT.name]} WHERE customer_id = $1 AND occurred_at < $2"
        )
    if not tables:
        return []
    rows = rows_of(
        cursor,
        f"""
        WITH happened AS ({" UNION ALL ".join(tables)}),
             ranked AS (SELECT *, rank() OVER (ORDER BY occurred_at DESC) AS place FROM happened
                        WHERE $3 IS NULL OR occurred_at > $3)
        SELECT * EXCLUDE (place) FROM ranked WHERE place <= {min(limit, EVENTS_OF_MAX)}
        ORDER BY occurred_at DESC, fact
        """,
        [customer_id, before, since],
    )
    return [_opened(row) for row in rows]


def tables_of_events(names: Mapping[str, object]) -> dict[str, FactType]:
    """The tables in which events of these names lie, with their types."""
    own = {EVENT.name: EVENT} if names.keys() - _TYPED.keys() else {}
    return {name: _TYPED[name] for name in sorted(names) if name in _TYPED} | own


def _selected(fact_type: FactType, source: str) -> str:
    own = [name for name in fact_type.columns if name not in {"channel", MORE}]
    told = ", ".join(f"'{name}': \"{name}\"" for name in own)
    return (
        f"SELECT '{fact_type.name}' AS fact, occurred_at, source, channel, to_json({{{told}}})::VARCHAR AS details, "
        f"{MORE} AS more FROM {source} WHERE customer_id = $1 AND occurred_at < $2"
    )


def _opened(row: dict[str, Any]) -> dict[str, Any]:
    """The row with its details as a mapping, those that nobody declared among them; what is not known is left out."""
    more = row.pop("more")
    said = {**json.loads(row["details"] or "{}"), **(json.loads(more) if more else {})}
    return {**row, "details": {name: value for name, value in said.items() if value is not None}}
