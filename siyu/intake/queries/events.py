"""Reads of events: the catalogue with volumes, what a name looks like in the lake, what was turned away."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from siyu.intake.contracts import ImportPage
from siyu.intake.models import EventDefinition, EventPolicy, EventReject, EventRetirement, EventVolume
from siyu.intake.rules.events_typing import (
    NOT_OPEN,
    RETIRED,
    UNKNOWN_EVENT,
    UNKNOWN_VERSION,
    VERSION_UNKNOWN,
    EventKind,
    Property,
    Unfit,
    kind_of_fact,
    properties_from,
)
from siyu.intake.rules.standard_events import EVENT
from siyu.kernel.db import brand_of
from siyu.kernel.errors import NotFound
from siyu.kernel.facts import FactType
from siyu.kernel.lake import LakeCursor, brand_schema, rows_of

KEEP, QUARANTINE = "keep", "quarantine"
VOLUME_DAYS = 30
COVERAGE_ROWS_MAX = 10_000
NAMES_MAX = 1_000
PAGE_ROWS_MAX = 500


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Which events a brand takes: those with a table, its own by name and version, the newest of each."""

    typed: Mapping[str, EventKind]
    closed: frozenset[str]
    own: Mapping[tuple[str, int], EventKind]
    newest: Mapping[str, EventKind]
    keeps_unknown: bool
    retired: frozenset[str] = frozenset()

    def personal_of(self, name: str, version: int | None) -> frozenset[str]:
        """The properties that the definition of such an event calls personal."""
        kind = (
            self.newest.get(name) if version is None else self.own.get((name, version), self.newest.get(name))
        )
        return frozenset(one.name for one in kind.properties if one.personal) if kind else frozenset()

    def kind_of(self, name: str, version: int | None) -> EventKind:
        """What an event of this name has to look like.

        raises  Unfit
        """
        kind = self.typed.get(name)
        if kind is not None:
            return kind
        if name in self.closed:
            raise Unfit(NOT_OPEN, "event")
        if name in self.retired:
            raise Unfit(RETIRED, "event")
        kind = self.newest.get(name) if version is None else self.own.get((name, version))
        if kind is not None:
            return kind
        if name in self.newest:
            raise Unfit(VERSION_UNKNOWN, "version")
        if not self.keeps_unknown:
            raise Unfit(UNKNOWN_EVENT, "event")
        return EventKind(name, UNKNOWN_VERSION, EVENT.name, ())


@dataclass(frozen=True, slots=True)
class Volume:
    """How many events of a name came in the last 30 days and ever, and when the last one came."""

    events: int
    events_30d: int
    last_received_at: datetime


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """One event name as people see it; origin is standard | brand | unknown."""

    name: str
    origin: str
    version: int
    title_zh: str
    title_en: str
    properties: tuple[Property, ...]
    volume: Volume | None
    retired_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """What the newest events of a name hold: filled share of each property, from 0 to 1, and one of them."""

    rows: int
    coverage: Mapping[str, float]
    sample: Mapping[str, Any] | None


def catalogue_of(session: Session, *, fact_types: Iterable[FactType]) -> Catalogue:
    """What the session's brand takes as events just now."""
    types = list(fact_types)
    own = {
        (one.name, one.version): EventKind(one.name, one.version, EVENT.name, properties_from(one.properties))
        for one in _definitions(session)
    }
    newest: dict[str, EventKind] = {}
    for (name, version), kind in own.items():
        if name not in newest or newest[name].version < version:
            newest[name] = kind
    return Catalogue(
        typed={one.name: kind_of_fact(one) for one in types if one.open},
        closed=frozenset(one.name for one in types if not one.open),
        own=own,
        newest=newest,
        keeps_unknown=unknown_events_policy(session) == KEEP,
        retired=frozenset(_retirements(session)),
    )


def unknown_events_policy(session: Session) -> str:
    """What the brand does with events that nobody defined: keep, unless it said quarantine."""
    return (
        session.scalar(select(EventPolicy.unknown_events).where(EventPolicy.brand_id == brand_of(session)))
        or KEEP
    )


def catalogue_entries(
    session: Session, *, fact_types: Iterable[FactType], today: date
) -> list[CatalogueEntry]:
    """Every event name the brand could send or did send, the busiest first.

    limits  1,000 names
    """
    volumes, retired = _volumes(session, today), _retirements(session)
    entries = [
        CatalogueEntry(
            one.name, "standard", 1, one.definition.get("zh", ""), one.definition.get("en", ""),
            kind_of_fact(one).properties, volumes.pop(one.name, None),
        )
        for one in fact_types if one.open
    ]  # fmt: skip
    newest = {one.name: one for one in _definitions(session)}
    entries += [
        CatalogueEntry(
            one.name, "brand", one.version, one.title_zh, one.title_en, properties_from(one.properties),
            volumes.pop(one.name, None), retired.get(one.name),
        )
        for one in newest.values()
    ]  # fmt: skip
    entries += [
        CatalogueEntry(name, "unknown", UNKNOWN_VERSION, "", "", (), volumes.get(name), retired.get(name))
        for name in sorted(volumes.keys() | (retired.keys() - newest.keys()))
    ]
    entries.sort(key=lambda one: (-(one.volume.events_30d if one.volume else 0), one.name))
    return entries[:NAMES_MAX]


def own_events(session: Session, *, retired: bool = False) -> list[tuple[str, str, str]]:
    """The events the brand defined, by name; `retired`: those it retired too.

    shape  name, Chinese and English title
    """
    newest = {one.name: one for one in _definitions(session)}
    gone = {} if retired else _retirements(session)
    return [(name, one.title_zh, one.title_en) for name, one in newest.items() if name not in gone]


def own_event_properties(session: Session) -> dict[str, tuple[Property, ...]]:
    """What the newest definition of each event of the brand's own says it holds in the lake, retired ones too.

    Personal properties never reach the lake and are left out.
    """
    newest = {one.name: one for one in _definitions(session)}
    return {
        name: tuple(prop for prop in properties_from(one.properties) if not prop.personal)
        for name, one in newest.items()
    }


def daily_volumes(session: Session, *, name: str, today: date) -> list[tuple[date, int]]:
    """Events of a name by day of receipt, the last 30 days; days without any are left out."""
    rows = session.execute(
        select(EventVolume.day, EventVolume.events)
        .where(
            EventVolume.brand_id == brand_of(session),
            EventVolume.name == name,
            EventVolume.day > today - timedelta(days=VOLUME_DAYS),
        )
        .order_by(EventVolume.day)
    )
    return [(row.day, row.events) for row in rows]


def look_at_events(cursor: LakeCursor, *, brand_id: int, entry: CatalogueEntry, now: datetime) -> Look:
    """What at most 10,000 events of the last 30 days hold; personal data never reached the lake.

    limits  reads the files of two months at most
    """
    schema = brand_schema(brand_id)
    since = now - timedelta(days=VOLUME_DAYS)
    if entry.origin != "standard":
        found = cursor.execute(
            f"SELECT properties FROM {schema}.{EVENT.name} WHERE name = ? AND occurred_at >= ? LIMIT ?",
            [entry.name, since, COVERAGE_ROWS_MAX],
        ).fetchall()
        return _look_at_json([json.loads(row[0]) for row in found])
    names = [one.name for one in entry.properties]
    counted = ", ".join(f'count("{name}") AS "{name}"' for name in names)
    recent = f'SELECT * FROM {schema}."{entry.name}" WHERE occurred_at >= ? LIMIT {COVERAGE_ROWS_MAX}'
    counts = rows_of(cursor, f"SELECT count(*) AS all_rows, {counted} FROM ({recent})", [since])[0]
    sample = rows_of(cursor, f"SELECT * FROM ({recent}) LIMIT 1", [since])
    total = counts.pop("all_rows")
    coverage = {name: count / total for name, count in counts.items()} if total else {}
    shown = {name: sample[0][name] for name in names if sample[0][name] is not None} if sample else None
    return Look(total, coverage, shown)


def versions_of(session: Session, *, name: str) -> list[EventDefinition]:
    """All definitions of the brand's event, the newest first.

    limits  the latest 100
    """
    query = select(EventDefinition).where(EventDefinition.name == name)
    return list(session.scalars(query.order_by(EventDefinition.version.desc()).limit(100)))


def rejects_page(
    session: Session, *, after_id: int | None, limit: int, state: str, event: str | None = None,
    reason: str | None = None, source: str | None = None, field: str | None = None,
) -> ImportPage[EventReject]:  # fmt: skip
    """A page of rejected events, the newest first, and how many there are."""
    query = select(EventReject).where(EventReject.state == state)
    for column, wanted in (
        (EventReject.event, event), (EventReject.reason, reason), (EventReject.source, source),
        (EventReject.field, field),
    ):  # fmt: skip
        query = query if wanted is None else query.where(column == wanted)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    if after_id is not None:
        query = query.where(EventReject.event_reject_id < after_id)
    kept = min(limit, PAGE_ROWS_MAX)
    rows = list(session.scalars(query.order_by(EventReject.event_reject_id.desc()).limit(kept + 1)))
    following = str(rows[kept - 1].event_reject_id) if len(rows) > kept else None
    return ImportPage(items=tuple(rows[:kept]), next_cursor=following, total=total)


def reject_by_id(session: Session, *, event_reject_id: int) -> EventReject:
    """One rejected event.

    raises  NotFound
    """
    found = session.get(EventReject, event_reject_id)
    if found is None:
        raise NotFound(what="rejected event", key=event_reject_id)
    return found


def _definitions(session: Session) -> list[EventDefinition]:
    query = select(EventDefinition).order_by(EventDefinition.name, EventDefinition.version)
    return list(session.scalars(query))


def _retirements(session: Session) -> dict[str, datetime]:
    rows = session.scalars(select(EventRetirement).where(EventRetirement.brand_id == brand_of(session)))
    return {row.name: row.retired_at for row in rows}


def _volumes(session: Session, today: date) -> dict[str, Volume]:
    recent = EventVolume.day > today - timedelta(days=VOLUME_DAYS)
    rows = session.execute(
        select(
            EventVolume.name,
            func.sum(EventVolume.events).label("events"),
            func.coalesce(func.sum(EventVolume.events).filter(recent), 0).label("recent"),
            func.max(EventVolume.last_received_at).label("last"),
        )
        .where(EventVolume.brand_id == brand_of(session))
        .group_by(EventVolume.name)
    )
    return {row.name: Volume(int(row.events), int(row.recent), row.last) for row in rows}


def _look_at_json(found: list[dict[str, Any]]) -> Look:
    counts: dict[str, int] = {}
    for one in found:
        for name, value in one.items():
            counts[name] = counts.get(name, 0) + (value is not None)
    coverage = {name: count / len(found) for name, count in sorted(counts.items())}
    return Look(len(found), coverage, found[0] if found else None)
