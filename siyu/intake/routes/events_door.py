"""The event endpoint without a framework around it: hundreds of requests a second take this way.

The same as the route `send_events`, which stands in the API document, less routing, dependencies and models.
"""

from fastapi import Request, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from siyu.intake.routes.events import holder_of_key, take_events
from siyu.kernel.http import observed

PATH = "/api/v1/events"


class EventsDoor:
    """Answers POST /api/v1/events and hands everything else on."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The request is answered here or further in."""
        if scope["type"] != "http" or scope["path"] != PATH or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        response = await observed(Request(scope, receive), _accepted, route=PATH)
        await response(scope, receive, send)


async def _accepted(request: Request) -> Response:
    accepted = await take_events(request, await holder_of_key(request))
    return Response(b'{"accepted":%d}' % accepted, status_code=202, media_type="application/json")
