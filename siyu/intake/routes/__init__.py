"""Intake over HTTP: one router of imports and events, below /api/v1."""

from fastapi import APIRouter

from siyu.intake.routes import event_rejects, events, imports

router = APIRouter()
for part in (imports, event_rejects, events):  # /events/rejects is no event's name
    router.include_router(part.router)
