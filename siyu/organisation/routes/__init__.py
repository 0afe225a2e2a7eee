"""Organisation over HTTP: one router of them all, below /api/v1."""

from fastapi import APIRouter

from siyu.organisation.routes import audit, brand, keys, sign_in, tasks, users

router = APIRouter()
for part in (sign_in, brand, users, keys, audit, tasks):
    router.include_router(part.router)
