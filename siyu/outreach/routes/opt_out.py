"""The page behind an opt-out link: looking changes nothing, one post acts; nobody signs in."""

import time
from typing import Annotated
from urllib.parse import parse_qs

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from siyu.kernel.app import App
from siyu.kernel.clock import utcnow
from siyu.kernel.errors import NotFound
from siyu.kernel.http import AppDep, language_of
from siyu.kernel.limiter import RateLimiter
from siyu.organisation.access import address_of
from siyu.organisation.api import brand_info
from siyu.outreach.actions.opting_out import is_ours, opt_out_by_link
from siyu.outreach.rules.opt_out import LINK_PATH, Choice, LinkToken, read_token
from siyu.outreach.rules.opt_out_page import DONE, Stand, opt_out_page

FORM_BYTES_MAX = 10_000
HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}

pages = APIRouter(include_in_schema=False)


async def choice_of(request: Request) -> Choice:
    """What the form chose; marketing on the message's channel if it says nothing, as a mail program's one click does.

    source  RFC 8058 §3.2: the body is List-Unsubscribe=One-Click
    """
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > FORM_BYTES_MAX:
            return Choice.CHANNEL
    chosen = parse_qs(body.decode("ascii", "replace")).get("choice", [""])[0]
    return next((choice for choice in Choice if choice.value == chosen), Choice.CHANNEL)


@pages.get(LINK_PATH + "{token}")
def look_at_opt_out(app: AppDep, request: Request, token: str) -> HTMLResponse:
    """What can be refused, and how. A mail program or a scanner that looks ahead changes nothing."""
    if wait := _wait(request):
        return _page(request, Stand.BUSY, status=429, wait=wait)
    known = _known(app, token)
    if known is None:
        return _page(request, Stand.UNKNOWN, status=404)
    return _page(request, Stand.ASKING, brand=known[1])


@pages.post(LINK_PATH + "{token}")
def opt_out_at_once(
    app: AppDep, request: Request, token: str, choice: Annotated[Choice, Depends(choice_of)]
) -> HTMLResponse:
    """The reader is not written to any more, from now on."""
    if wait := _wait(request):
        return _page(request, Stand.BUSY, status=429, wait=wait)
    known = _known(app, token)
    if known is None:
        return _page(request, Stand.UNKNOWN, status=404)
    link, brand = known
    evidence = {"ip": address_of(request), "user_agent": request.headers.get("user-agent", "")[:300]}
    with app.db.transaction(brand_id=link.brand_id) as session:
        done = opt_out_by_link(
            session, cipher=app.cipher, token=link, choice=choice, evidence=evidence, now=utcnow()
        )
    if not done:
        return _page(request, Stand.UNKNOWN, status=404)
    return _page(request, DONE[choice], brand=brand)


def _known(app: App, token: str) -> tuple[LinkToken, str] | None:
    """The link and its brand's name; None if we did not make it."""
    link = read_token(token)
    if link is None or not is_ours(app.cipher, link):
        return None
    try:
        with app.db.transaction(brand_id=None) as session:
            return link, brand_info(session, brand_id=link.brand_id).name
    except NotFound:
        return None


def _wait(request: Request) -> int:
    limiter: RateLimiter = request.app.state.opt_out_limiter
    return limiter.seconds_to_wait(address_of(request), clock=time.monotonic())


def _page(
    request: Request, stand: Stand, *, brand: str = "", status: int = 200, wait: int = 0
) -> HTMLResponse:
    chosen = request.query_params.get("lang")
    language = chosen if chosen in ("zh", "en") else language_of(request)
    action = f"?lang={language}"
    headers = {**HEADERS, **({"Retry-After": str(wait)} if wait else {})}
    return HTMLResponse(
        opt_out_page(stand, brand=brand, language=language, action=action),
        status_code=status,
        headers=headers,
    )
