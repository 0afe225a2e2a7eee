"""Destinations over HTTP: one router of them all, below /api/v1."""

from fastapi import APIRouter

from siyu.destinations.routes import destinations, exports

router = APIRouter()
for part in (exports, destinations):
    router.include_router(part.router)
