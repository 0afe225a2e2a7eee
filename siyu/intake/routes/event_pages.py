"""Events of web pages and mini programs: sent with a public key, from the brand's own sites only."""

from importlib.resources import files
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi import Path as InPath
from fastapi.responses import PlainTextResponse
from sqlalchemy import select

from siyu.intake.actions.events_accept import EventWriter
from siyu.intake.actions.page_keys import PageKey, change_page_key, create_page_key, revoke_page_key
from siyu.intake.errors.events import OriginNotAllowed
from siyu.intake.models import EventPageKey
from siyu.intake.routes.bodies import bounded_body
from siyu.intake.rules.events import without_authentication
from siyu.intake.rules.events_pages import asking_origin, may_send
from siyu.intake.schemas.events import EVENT_BATCH_SCHEMA, EVENT_SCHEMA, EventsAccepted
from siyu.intake.schemas.webs import NewPageKey, PageKeyList, PageKeyOrigins, PageKeyOut
from siyu.kernel.clock import utcnow
from siyu.kernel.errors import NotFound, SiyuError
from siyu.kernel.parameters import Id
from siyu.organisation.access import BrandSession, require, require_person
from siyu.organisation.contracts import Caller

collecting = APIRouter(prefix="/collect", tags=["events"])
scripts = APIRouter(tags=["events"])
router = APIRouter(prefix="/events/page-keys", tags=["events"])
Reader = Annotated[Caller, Depends(require("events.read"))]
Editor = Annotated[Caller, Depends(require_person("keys.edit"))]
PublicKey = Annotated[str, InPath(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9_-]+$")]
BODY_BYTES_MAX = 100_000
SCRIPT = files("siyu.intake").joinpath("pages", "siyu.js")
PAGE_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"text/plain": {"schema": {"anyOf": [EVENT_SCHEMA, EVENT_BATCH_SCHEMA]}}},
    }
}


@scripts.get("/siyu.js", include_in_schema=False)
def read_script() -> PlainTextResponse:
    """The script that pages load; a new one is noticed within an hour."""
    headers = {"Cache-Control": "public, max-age=3600", "Cross-Origin-Resource-Policy": "cross-origin"}
    return PlainTextResponse(
        SCRIPT.read_text(encoding="utf-8"), media_type="text/javascript; charset=utf-8", headers=headers
    )


@collecting.post("/{public_key}", status_code=202, openapi_extra=PAGE_BODY)
async def collect_events(public_key: PublicKey, request: Request) -> EventsAccepted:
    """The events of a page are on disk. Nothing a page says is authenticated: it joins no two known customers."""
    writer: EventWriter = request.app.state.event_writer
    key = await _allowed(public_key, request, writer)
    try:
        body = without_authentication(await bounded_body(request, limit=BODY_BYTES_MAX))
        accepted = await writer.accept(brand_id=key.brand_id, source=key.source, body=body, now=utcnow())
    except SiyuError as refusal:
        writer.refusals.note(brand_id=key.brand_id, source=key.source, code=refusal.code, now=utcnow())
        raise
    return EventsAccepted(accepted=accepted)


@collecting.options("/{public_key}", status_code=204)
async def ask_to_collect(public_key: PublicKey, request: Request) -> Response:
    """A browser may ask first whether its page may send: scripts other than siyu.js make it do so."""
    await _allowed(public_key, request, request.app.state.event_writer)
    headers = {"Access-Control-Allow-Methods": "POST", "Access-Control-Allow-Headers": "content-type",
               "Access-Control-Max-Age": "600"}  # fmt: skip
    return Response(status_code=204, headers=headers)


@router.get("")
def list_page_keys(_caller: Reader, session: BrandSession) -> PageKeyList:
    """Keys of pages, the newest first, the revoked ones too."""
    rows = session.scalars(select(EventPageKey).order_by(EventPageKey.page_key_id.desc()).limit(1_000))
    found = [PageKeyOut.model_validate(row) for row in rows]
    return PageKeyList(items=found, total=len(found))


@router.post("", status_code=201)
def add_page_key(body: NewPageKey, caller: Editor, session: BrandSession) -> PageKeyOut:
    """Pages of these origins may send events as this source."""
    key = create_page_key(session, source=body.source, origins=body.origins, actor=caller.actor, now=utcnow())
    return PageKeyOut.model_validate(key)


@router.put("/{page_key_id}/origins")
def set_page_key_origins(
    page_key_id: Id, body: PageKeyOrigins, caller: Editor, session: BrandSession
) -> PageKeyOut:
    """Pages of these origins, and no others, may send events by the key; within five seconds."""
    key = change_page_key(
        session, page_key_id=page_key_id, origins=body.origins, actor=caller.actor, now=utcnow()
    )
    return PageKeyOut.model_validate(key)


@router.delete("/{page_key_id}")
def drop_page_key(page_key_id: Id, caller: Editor, session: BrandSession) -> PageKeyOut:
    """The key opens nothing any more; within five seconds."""
    key = revoke_page_key(session, page_key_id=page_key_id, actor=caller.actor, now=utcnow())
    return PageKeyOut.model_validate(key)


async def _allowed(public_key: str, request: Request, writer: EventWriter) -> PageKey:
    """The key, if this page may use it; the browser is told so, on refusals that follow as well.

    raises  NotFound, OriginNotAllowed
    """
    key = await writer.page_keys.known(public_key)
    if key is None:
        raise NotFound(what="page key", key=public_key)
    origin = request.headers.get("origin")
    asking = asking_origin(origin, request.headers.get("referer"))
    if not may_send(asking, list(key.origins)):
        writer.refusals.note(
            brand_id=key.brand_id, source=key.source, code=OriginNotAllowed.code, now=utcnow()
        )
        raise OriginNotAllowed(origin=(asking or "?")[:200])
    if origin:
        request.state.answer_headers = {"Access-Control-Allow-Origin": origin, "Vary": "Origin"}
    return key
