"""What one customer did, as programs told it: the events that reached the lake."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from siyu.intake.models import EventDefinition, EventVolume
from siyu.intake.rules.events_showing import shown_properties
from siyu.intake.rules.events_typing import MORE
from siyu.intake.rules.standard_events import EVENT
from siyu.kernel.db import brand_of
from siyu.kernel.facts import FactType
from siyu.kernel.lake import LakeCursor, brand_schema

EVENTS_SHOWN_MAX = 200
NAMES_MAX = 2_000


@dataclass(frozen=True, slots=True)
class PersonEvent:
    """One event of a customer; no property of it is personal, for those never reach the lake."""

    event: str
    occurred_at: datetime
    source: str
    properties: dict[str, Any]


def names_that_came(session: Session) -> frozenset[str]:
    """The names of events of which the brand ever had one."""
    query = select(EventVolume.name).where(EventVolume.brand_id == brand_of(session)).distinct()
    return frozenset(session.scalars(query))


def event_titles(session: Session, *, fact_types: Iterable[FactType], language: str) -> dict[str, str]:
    """What people call each event that Siyu or the brand defined; of the brand's own the newest definition says it."""
    chinese = language.startswith("zh")
    titles = {
        one.name: one.definition.get("zh" if chinese else "en", one.name) for one in fact_types if one.open
    }
    defined = select(EventDefinition.name, EventDefinition.title_zh, EventDefinition.title_en)
    for name, title_zh, title_en in session.execute(
        defined.order_by(EventDefinition.version).limit(NAMES_MAX)
    ):
        titles[name] = title_zh if chinese else title_en
    return titles


def events_of_person(
    cursor: LakeCursor, *, brand_id: int, customer_id: int, names: Collection[str], fact_types: Iterable[FactType],
    before: datetime, limit: int,
) -> list[PersonEvent]:  # fmt: skip
    """The newest events of one customer before a moment, newest first; `names`: those that came at all.

    What shares the last moment of a full page is on the page too, so that the next page can begin before it.

    limits  200 moments; only the tables of names that came are read
    """
    schema = brand_schema(brand_id)
    typed = [one for one in fact_types if one.open and one.name in names]
    parts = [_of_table(schema, one) for one in typed]
    if len(typed) < len(names):
        parts.append(
            f"SELECT name AS event, occurred_at, source, properties, NULL AS more FROM {schema}.{EVENT.name} "
            "WHERE customer_id = $1 AND occurred_at < $2"
        )
    if not parts:
        return []
    rows = cursor.execute(
        f"WITH happened AS ({' UNION ALL '.join(parts)}), "
        "ranked AS (SELECT *, rank() OVER (ORDER BY occurred_at DESC) AS place FROM happened) "
        "SELECT event, occurred_at, source, properties, more FROM ranked "
        f"WHERE place <= {min(limit, EVENTS_SHOWN_MAX):d} ORDER BY occurred_at DESC, event, source, properties",
        [customer_id, before],
    ).fetchall()
    return [
        PersonEvent(event, occurred_at, source, shown_properties({**_filled(properties), **_filled(more)}))
        for event, occurred_at, source, properties, more in rows
    ]


def _of_table(schema: str, fact_type: FactType) -> str:
    packed = ", ".join(f'"{name}" := "{name}"' for name in fact_type.columns if name != MORE)
    return (
        f"SELECT '{fact_type.name}' AS event, occurred_at, source, to_json(struct_pack({packed}))::VARCHAR "
        f'AS properties, "{MORE}" AS more FROM {schema}."{fact_type.name}" WHERE customer_id = $1 AND occurred_at < $2'
    )


def _filled(properties: str | None) -> dict[str, Any]:
    """What was said; columns that an event left empty are not."""
    if properties is None:
        return {}
    return {name: value for name, value in json.loads(properties).items() if value is not None}
