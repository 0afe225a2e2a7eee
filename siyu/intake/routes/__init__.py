"""Intake over HTTP: one router of imports and events, below /api/v1."""

from fastapi import APIRouter

from siyu.intake.routes import event_rejects, events, imports

events_router = (
    events.sending
)  # by itself: it is asked hundreds of times a second, and routes are tried in order

router = APIRouter()
for part in (imports, event_rejects, events):  # /events/rejects is no event's name
    router.include_router(part.router)
