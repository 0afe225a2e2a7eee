"""Intake over HTTP: one router of imports and events, below /api/v1."""

from fastapi import APIRouter

from siyu.intake.routes import event_arrivals, event_pages, event_rejects, events, imports, pulls, webhooks

events_router = (
    events.sending
)  # by itself: it is asked hundreds of times a second, and routes are tried in order

pages_router = APIRouter()
pages_router.include_router(event_pages.collecting)
pages_router.include_router(webhooks.receiving)
scripts_router = event_pages.scripts
router = APIRouter()
for part in (
    imports,
    pulls,
    event_rejects,
    event_arrivals,
    event_pages,
    webhooks,
    events,
):  # /events/rejects is no event's name
    router.include_router(part.router)
