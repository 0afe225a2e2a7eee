"""What the brand's programs saw comes in as events, the way it would over HTTP, and is carried to the lake."""

import asyncio
import json
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from itertools import groupby

from siyu.demo.contracts import DemoBrand
from siyu.demo.world.traces import TASTING, Trace, traces_of
from siyu.intake.api import EventWriter, Property, define_event, event_sources, pump
from siyu.kernel.app import App
from siyu.kernel.audit import Actor
from siyu.kernel.facts import FactType

EVENTS_A_REQUEST = 250
PROPERTIES = (
    Property("store_key", "VARCHAR", required=True),
    Property("tea", "VARCHAR", required=True),
    Property("score", "BIGINT"),
)


def send_traces(app: App, brand: DemoBrand, *, brand_id: int, actor: Actor, now: datetime) -> int:
    """The events of the last weeks are in the lake, and those that cannot be taken among the rejects.

    returns  how many were sent; 0 if they were before
    """
    with app.db.transaction(brand_id=brand_id) as session:
        if event_sources(session, today=now.date()):
            return 0
        define_event(
            session, fact_types=app.wiring.of(FactType), name=TASTING, title_zh="品茶会试饮", title_en="Tea tasting",
            properties=PROPERTIES, actor=actor, now=now,
        )  # fmt: skip
    traces = traces_of(brand, until=now)
    with ThreadPoolExecutor(
        max_workers=1
    ) as apart:  # whoever loads the demo may have a loop of their own in this one
        apart.submit(asyncio.run, _accepted(app, brand_id, traces, now)).result()
    while pump(app, now=now):
        pass
    return len(traces)


async def _accepted(app: App, brand_id: int, traces: list[Trace], now: datetime) -> None:
    writer = EventWriter(app)
    for source, body in _requests(traces):
        await writer.accept(brand_id=brand_id, source=source, body=body, now=now)


def _requests(traces: list[Trace]) -> Iterator[tuple[str, bytes]]:
    """Bodies as programs send them: each of one source, its events numbered in the sequence they happened."""
    by_source = sorted(traces, key=lambda one: one.source)  # stable: within a source as they happened
    for source, group in groupby(by_source, key=lambda one: one.source):
        numbered = list(enumerate(group))
        for start in range(0, len(numbered), EVENTS_A_REQUEST):
            yield source, _body(source, numbered[start : start + EVENTS_A_REQUEST])


def _body(source: str, numbered: Iterable[tuple[int, Trace]]) -> bytes:
    events = [
        {
            "event": one.event,
            "event_id": f"{source}-{number:07d}",
            "occurred_at": one.at.isoformat(),
            "identities": [{"namespace": namespace, "value": value} for namespace, value in one.who],
            "properties": one.properties,
            "authenticated": one.signed_in,
            **({} if one.version is None else {"version": one.version}),
        }
        for number, one in numbered
    ]
    return json.dumps({"events": events}, ensure_ascii=False).encode()
