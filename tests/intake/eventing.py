"""What the tests of events share: programs with keys, bodies, and what came of them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fastapi.testclient import TestClient
from sqlalchemy import text

from siyu.entrypoints.web import create_api
from siyu.intake.actions.events_accept import ENVELOPE_COLUMNS, packed_events
from siyu.intake.actions.events_pump import pump_events
from siyu.intake.rules.events import kept_events
from siyu.kernel.app import App
from siyu.kernel.audit import SYSTEM
from siyu.kernel.db import Role, copy_rows
from siyu.kernel.lake import brand_schema
from siyu.organisation.api import create_api_key
from siyu.organisation.rules.permissions import PERMISSIONS
from tests.intake.importing import NOW


def event(event_id: str, event: str = "check_in", **changes: Any) -> dict[str, Any]:
    """A good event with changes."""
    return {
        "event": event,
        "event_id": event_id,
        "occurred_at": "2026-05-01T10:00:00+08:00",
        "identities": [{"namespace": "member_no", "value": f"M{event_id}"}],
        "properties": {"points": 5} if event == "check_in" else {},
        **changes,
    }


def api_key(
    app: App, brand_id: int, source: str = "shop", scopes: tuple[str, ...] = ("events.write",)
) -> str:
    with app.db.transaction(brand_id=brand_id) as session:
        return create_api_key(
            session, source=source, scopes=scopes, held=frozenset(PERMISSIONS), actor=SYSTEM, now=NOW
        ).secret


@contextmanager
def program(app: App, brand_id: int, **named: Any) -> Iterator[TestClient]:
    """A program with a key of its own."""
    with TestClient(create_api(app), raise_server_exceptions=False) as http:
        http.headers["Authorization"] = f"Bearer {api_key(app, brand_id, **named)}"
        http.headers["Accept-Language"] = "en"
        yield http


def put(app: App, brand_id: int, *events: dict[str, Any], source: str = "shop") -> None:
    """The events wait as if they had been sent."""
    body = json.dumps({"events": events}).encode()
    sealed = packed_events(body, cipher=app.cipher, brand_id=brand_id)
    with app.db.transaction(brand_id=None) as session:
        row = (brand_id, source, len(kept_events(body)), len(body), NOW, sealed)
        copy_rows(session, table="event_envelope", columns=ENVELOPE_COLUMNS, rows=[row])


def carry(app: App) -> None:
    for _ in range(200):
        if not pump_events(app, now=NOW):
            return
    raise AssertionError("the pump does not come to an end")


def in_lake(app: App, brand_id: int, table: str = "check_in", columns: str = "source, points") -> list[Any]:
    with app.lake.reading() as cursor:
        return cursor.execute(
            f'SELECT {columns} FROM {brand_schema(brand_id)}."{table}" ORDER BY ALL'
        ).fetchall()


def rejected(app: App, brand_id: int, state: str = "waiting") -> list[tuple[str, str, str]]:
    with app.db.transaction(brand_id=brand_id) as session:
        rows = session.execute(
            text("SELECT event, reason, field FROM event_reject WHERE state = :state ORDER BY 1, 2, 3"),
            {"state": state},
        )
        return [tuple(row) for row in rows]


def waiting(app: App) -> int:
    with app.db.transaction(brand_id=None, role=Role.PUMP) as session:
        return int(session.scalar(text("SELECT count(*) FROM event_envelope")) or 0)


def customers(app: App, brand_id: int) -> int:
    with app.db.transaction(brand_id=brand_id) as session:
        return int(session.scalar(text("SELECT count(*) FROM customer")) or 0)


def volume(app: App, brand_id: int) -> dict[str, int]:
    with app.db.transaction(brand_id=brand_id) as session:
        rows = session.execute(
            text("SELECT name, sum(events)::bigint AS events FROM event_volume GROUP BY 1")
        )
        return {row.name: row.events for row in rows}


def jobs_per_batch(app: App, brand_id: int) -> set[int]:
    with app.db.engine.connect() as connection:
        found = connection.execute(
            text("SELECT count(*) FROM procrastinate_jobs WHERE args @> jsonb_build_object('brand_id', "
                 "CAST(:brand AS bigint)) AND args ? 'batch_id' GROUP BY task_name, args ->> 'batch_id'"),
            {"brand": brand_id},
        )  # fmt: skip
        return {count for (count,) in found}
