"""Segments over HTTP: what finds customers, and those whose members are stored."""

from fastapi import APIRouter

from siyu.segments.routes import members, segments

router = APIRouter()
router.include_router(members.router)  # first: /segments/lists is no segment_id
router.include_router(segments.router)
customers_router = segments.customers_router
