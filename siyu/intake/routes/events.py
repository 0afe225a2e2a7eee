"""Events over HTTP: taken in by the thousand, and their catalogue."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi import Path as InPath

from siyu.intake.actions.events_accept import EventWriter
from siyu.intake.actions.events_catalogue import (
    define_event,
    restore_event,
    retire_event,
    set_unknown_events,
)
from siyu.intake.queries import events as queries
from siyu.intake.routes.bodies import bounded_body
from siyu.intake.rules.events import BODY_BYTES_MAX
from siyu.intake.rules.events_typing import Property
from siyu.intake.schemas.events import (
    EVENT_BATCH_SCHEMA,
    EVENT_SCHEMA,
    DayVolume,
    EventDefinitionIn,
    EventDefinitionOut,
    EventNameDetail,
    EventNameList,
    EventNameOut,
    EventPolicyIn,
    EventsAccepted,
    EventVersion,
)
from siyu.kernel.clock import utcnow
from siyu.kernel.errors import NotFound, SiyuError
from siyu.kernel.facts import FactType
from siyu.kernel.http import AppDep
from siyu.organisation.access import BrandSession, require, require_key
from siyu.organisation.api import brand_day
from siyu.organisation.contracts import Caller

sending = APIRouter(prefix="/events", tags=["events"])
router = APIRouter(prefix="/events", tags=["events"])
holder_of_key = require_key("events.write")
Sender = Annotated[Caller, Depends(holder_of_key)]
Reader = Annotated[Caller, Depends(require("events.read"))]
Editor = Annotated[Caller, Depends(require("events.edit"))]
EventName = Annotated[str, InPath(min_length=1, max_length=64, pattern=r"^[^\x00]+$")]
EVENTS_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"anyOf": [EVENT_SCHEMA, EVENT_BATCH_SCHEMA]}}},
    }
}


@sending.post("", status_code=202, openapi_extra=EVENTS_BODY)
async def send_events(request: Request, caller: Sender) -> EventsAccepted:
    """All events of the body are on disk, or none is: one object, or {"events": [...]} with up to 500.

    The key names the source. An event_id is one event of its source for ever: sending it again adds nothing, so that
    whatever got no answer is sent again. Late events and any order are welcome. 429 and 503 say when to come back.
    """
    return EventsAccepted(accepted=await take_events(request, caller))


async def take_events(request: Request, caller: Caller) -> int:
    """The events of the request are on disk; a refusal is counted with its source.

    returns  how many they are
    """
    writer: EventWriter = request.app.state.event_writer
    brand_id, source = caller.brand.brand_id, caller.actor.label
    try:
        body = await bounded_body(request, limit=BODY_BYTES_MAX)
        return await writer.accept(brand_id=brand_id, source=source, body=body, now=utcnow())
    except SiyuError as refusal:
        writer.refusals.note(brand_id=brand_id, source=source, code=refusal.code, now=utcnow())
        raise


@router.get("/catalogue")
def list_event_names(_caller: Reader, app: AppDep, session: BrandSession) -> EventNameList:
    """Every event name the brand could send or did send, the busiest first."""
    today = brand_day(session, now=utcnow())
    found = queries.catalogue_entries(session, fact_types=app.wiring.of(FactType), today=today)
    return EventNameList(
        items=[EventNameOut.model_validate(one) for one in found],
        total=len(found),
        unknown_events=queries.unknown_events_policy(session),
    )


@router.get("/catalogue/{name}")
def read_event_name(name: EventName, caller: Reader, app: AppDep, session: BrandSession) -> EventNameDetail:
    """One event name: volume by day, how often each property is filled, and a sample without personal data."""
    now = utcnow()
    today = brand_day(session, now=now)
    entries = queries.catalogue_entries(session, fact_types=app.wiring.of(FactType), today=today)
    entry = next((one for one in entries if one.name == name), None)
    if entry is None:
        raise NotFound(what="event", key=name)
    with app.lake.reading() as cursor:
        look = queries.look_at_events(cursor, brand_id=caller.brand.brand_id, entry=entry, now=now)
    days = queries.daily_volumes(session, name=name, today=today)
    return EventNameDetail(
        **EventNameOut.model_validate(entry).model_dump(),
        versions=[EventDefinitionOut.model_validate(one) for one in queries.versions_of(session, name=name)],
        days=[DayVolume(day=day, events=events) for day, events in days],
        rows_looked_at=look.rows,
        coverage=dict(look.coverage),
        sample=None if look.sample is None else dict(look.sample),
    )


@router.put("/catalogue/{name}")
def define_event_name(
    name: EventName, body: EventDefinitionIn, caller: Editor, app: AppDep, session: BrandSession
) -> EventVersion:
    """The brand's event has these properties from now on, as a new version if that changes anything."""
    version = define_event(
        session, fact_types=app.wiring.of(FactType), name=name, title_zh=body.title_zh, title_en=body.title_en,
        properties=[Property(**one.model_dump()) for one in body.properties], actor=caller.actor, now=utcnow(),
    )  # fmt: skip
    return EventVersion(name=name, version=version)


@router.post("/catalogue/{name}/retire", status_code=204)
def retire_event_name(name: EventName, caller: Editor, app: AppDep, session: BrandSession) -> None:
    """Events of this name are set aside among the rejects from now on; what came before stays."""
    retire_event(session, fact_types=app.wiring.of(FactType), name=name, actor=caller.actor, now=utcnow())


@router.post("/catalogue/{name}/restore", status_code=204)
def restore_event_name(name: EventName, caller: Editor, session: BrandSession) -> None:
    """Events of this name are taken again."""
    restore_event(session, name=name, actor=caller.actor, now=utcnow())


@router.put("/policy")
def set_event_policy(body: EventPolicyIn, caller: Editor, session: BrandSession) -> EventPolicyIn:
    """Events that nobody defined are kept, or set aside among the rejects."""
    set_unknown_events(session, policy=body.unknown_events, actor=caller.actor, now=utcnow())
    return body
