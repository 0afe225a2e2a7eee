"""Webhooks in, over HTTP: the addresses, what came to them, and the door itself."""

import asyncio
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Query, Request
from fastapi import Path as InPath

from siyu.intake.actions.events_accept import EventWriter
from siyu.intake.actions.events_reading import Arrived, judged
from siyu.intake.actions.webhooks import (
    Delivery,
    WebhookSettings,
    body_context,
    change_webhook,
    create_webhook,
    events_from,
    map_again,
    receive_delivery,
    token_context,
)
from siyu.intake.models import EventWebhook
from siyu.intake.queries import webhooks as queries
from siyu.intake.queries.events import catalogue_of
from siyu.intake.routes.bodies import bounded_body
from siyu.intake.rules.events import kept_events
from siyu.intake.rules.events_typing import Unfit, said_reason
from siyu.intake.rules.webhook_mapping import EventMapping, Unmappable, check_mapping, said_problem
from siyu.intake.schemas.webs import (
    WEBHOOK_BYTES_MAX,
    BodiesMapped,
    BodyChoice,
    MappedPart,
    TrialEvent,
    WebhookBodyLine,
    WebhookBodyList,
    WebhookBodyText,
    WebhookIn,
    WebhookList,
    WebhookMapping,
    WebhookOut,
    WebhookTaken,
    WebhookTrial,
    WebhookTried,
)
from siyu.kernel.app import App
from siyu.kernel.clock import utcnow
from siyu.kernel.errors import SiyuError
from siyu.kernel.facts import FactType
from siyu.kernel.http import AppDep, language_of
from siyu.kernel.parameters import LARGEST_ID, Id
from siyu.organisation.access import BrandSession, require, require_person
from siyu.organisation.contracts import Caller

receiving = APIRouter(prefix="/webhooks/in", tags=["webhooks"])
router = APIRouter(prefix="/events/webhooks", tags=["webhooks"])
Reader = Annotated[Caller, Depends(require("events.read"))]
Revealer = Annotated[Caller, Depends(require("customers.reveal"))]
Editor = Annotated[Caller, Depends(require("events.edit"))]
KeyEditor = Annotated[Caller, Depends(require_person("keys.edit"))]
BrandNumber = Annotated[int, InPath(ge=1, le=LARGEST_ID)]
Token = Annotated[str, InPath(min_length=16, max_length=100, pattern=r"^[A-Za-z0-9_-]+$")]
ANY_JSON: dict[str, Any] = {
    "requestBody": {"required": True, "content": {"application/json": {"schema": {}}}}
}


@receiving.post("/{brand_id}/{token}", status_code=202, openapi_extra=ANY_JSON)
async def receive_webhook(brand_id: BrandNumber, token: Token, request: Request) -> WebhookTaken:
    """The body is kept and its events are on their way; what cannot be read yet is kept and read again later."""
    app: App = request.app.state.siyu
    writer: EventWriter = request.app.state.event_writer
    await writer.refuse_pressure(brand_id)
    delivery = Delivery(await bounded_body(request, limit=WEBHOOK_BYTES_MAX), request.headers)
    try:
        return await asyncio.to_thread(_received, app, brand_id, token, delivery)
    except SiyuError as refusal:
        source = refusal.details.get("source")
        if source is not None:
            writer.refusals.note(brand_id=brand_id, source=source, code=refusal.code, now=utcnow())
        raise


def _received(app: App, brand_id: int, token: str, delivery: Delivery) -> WebhookTaken:
    with app.db.transaction(brand_id=brand_id) as session:
        taken = receive_delivery(session, cipher=app.cipher, token=token, delivery=delivery, now=utcnow())
        return WebhookTaken(events=taken.events, kept=taken.state == "failed")


@router.get("")
def list_webhooks(caller: Reader, app: AppDep, session: BrandSession) -> WebhookList:
    """The brand's webhooks with what came to them, the newest first."""
    came = queries.received(session)
    found = [_out(one, app, caller, came) for one in queries.webhooks(session)]
    return WebhookList(items=found, total=len(found))


@router.post("", status_code=201)
def add_webhook(body: WebhookIn, caller: KeyEditor, app: AppDep, session: BrandSession) -> WebhookOut:
    """The brand has one more address for webhooks."""
    made = create_webhook(
        session, cipher=app.cipher, settings=_settings(body), secret=body.secret, actor=caller.actor, now=utcnow()
    )  # fmt: skip
    return _out(made, app, caller, {})


@router.put("/{webhook_id}")
def set_webhook(
    webhook_id: Id, body: WebhookIn, caller: KeyEditor, app: AppDep, session: BrandSession
) -> WebhookOut:
    """The webhook is told and read as said from now on."""
    changed = change_webhook(
        session, cipher=app.cipher, webhook_id=webhook_id, settings=_settings(body), secret=body.secret,
        actor=caller.actor, now=utcnow(),
    )  # fmt: skip
    return _out(changed, app, caller, queries.received(session))


@router.post("/try")
def try_webhook_mapping(
    body: WebhookTrial, request: Request, _caller: Reader, app: AppDep, session: BrandSession
) -> WebhookTried:
    """What a mapping makes of a body; nothing is kept."""
    language, mapping = language_of(request), _mapping(body.mapping)
    wrong = check_mapping(mapping)
    if wrong is not None:
        return WebhookTried(events=[], problem="expression_wrong", problem_text=wrong[1], part=wrong[0])
    try:
        events = events_from(body.body.encode("utf-8", "replace"), mapping, now=utcnow())
    except Unmappable as why:
        text = said_problem(why.reason, language)
        return WebhookTried(events=[], problem=why.reason, problem_text=text, part=why.part)
    catalogue = catalogue_of(session, fact_types=app.wiring.of(FactType))
    tried = []
    for event in kept_events(events) if events else []:
        reason = field = ""
        try:
            judged(Arrived("", utcnow(), event), catalogue)
        except Unfit as unfit:
            reason, field = unfit.reason, unfit.field
        tried.append(
            TrialEvent(
                event=msgspec.to_builtins(event), reason=reason, reason_text=said_reason(reason, language),
                field=field,
            )
        )  # fmt: skip
    return WebhookTried(events=tried, problem="", problem_text="", part="")


@router.get("/{webhook_id}/bodies")
def list_webhook_bodies(
    webhook_id: Id, request: Request, _caller: Reader, session: BrandSession,
    state: Annotated[str | None, Query(pattern="^(mapped|failed|dropped)$")] = None,
) -> WebhookBodyList:  # fmt: skip
    """The newest bodies that came, and what became of each."""
    language = language_of(request)
    queries.webhook_by_id(session, webhook_id=webhook_id)
    return WebhookBodyList(
        items=[
            WebhookBodyLine(
                body_id=one.body_id, received_at=one.received_at, body_bytes=one.body_bytes, state=one.state,
                events=one.events, problem=one.problem, problem_part=one.problem_part,
                problem_text=said_problem(one.problem, language) if one.problem else "",
            )
            for one in queries.bodies(session, webhook_id=webhook_id, state=state)
        ]
    )  # fmt: skip


@router.get("/bodies/{body_id}", dependencies=[Depends(require("events.edit"))])
def read_webhook_body(body_id: Id, _caller: Revealer, app: AppDep, session: BrandSession) -> WebhookBodyText:
    """A body as it came, for whoever mends the mapping and may see personal data."""
    body = queries.body_by_id(session, body_id=body_id)
    content = app.cipher.decrypt_bytes(bytes(body.body_sealed), context=body_context(body.brand_id))
    return WebhookBodyText(body=content.decode("utf-8", "replace"))


@router.post("/{webhook_id}/replay")
def map_webhook_bodies_again(
    webhook_id: Id, body: BodyChoice, caller: Editor, app: AppDep, session: BrandSession
) -> BodiesMapped:
    """Failed bodies are read by the present mapping: those named, or all; at most 1,000 a call."""
    mapped, failed = map_again(
        session, cipher=app.cipher, webhook_id=webhook_id, body_ids=body.body_ids, actor=caller.actor, now=utcnow()
    )  # fmt: skip
    return BodiesMapped(mapped=mapped, failed=failed)


def _settings(body: WebhookIn) -> WebhookSettings:
    return WebhookSettings(
        source=body.source, mapping=_mapping(body.mapping), signature=body.signature,
        signature_header=body.signature_header, timestamp_header=body.timestamp_header, enabled=body.enabled,
    )  # fmt: skip


def _mapping(body: WebhookMapping) -> EventMapping:
    return EventMapping(
        event=body.event, items=body.items, event_id=body.event_id, occurred_at=body.occurred_at,
        time_zone=body.time_zone, authenticated=body.authenticated,
        identities=tuple((one.name, one.path) for one in body.identities),
        properties=tuple((one.name, one.path) for one in body.properties),
    )  # fmt: skip


def _out(one: EventWebhook, app: App, caller: Caller, came: dict[int, queries.Received]) -> WebhookOut:
    brought = came.get(one.webhook_id, queries.Received())
    path = ""
    if "keys.edit" in caller.permissions:
        token = app.cipher.decrypt(bytes(one.token_sealed), context=token_context(one.brand_id))
        path = f"/api/v1/webhooks/in/{one.brand_id}/{token}"
    mapping = queries.mapping_from(one.mapping)
    return WebhookOut(
        webhook_id=one.webhook_id, path=path, source=one.source, signature=one.signature,
        signature_header=one.signature_header, timestamp_header=one.timestamp_header, enabled=one.enabled,
        mapping=WebhookMapping(
            items=mapping.items, event=mapping.event, event_id=mapping.event_id, occurred_at=mapping.occurred_at,
            time_zone=mapping.time_zone, authenticated=mapping.authenticated,
            identities=[MappedPart(name=name, path=path) for name, path in mapping.identities],
            properties=[MappedPart(name=name, path=path) for name, path in mapping.properties],
        ),
        bodies=brought.bodies, failed=brought.failed, last_received_at=brought.last_received_at,
        created_by=one.created_by, created_at=one.created_at,
    )  # fmt: skip
