"""Organisation over HTTP: one router of them all, below /api/v1."""

from fastapi import APIRouter

from siyu.organisation.routes import (
    audit,
    brand,
    keys,
    notices,
    own_account,
    sign_in,
    sign_on,
    tasks,
    units,
    users,
)

router = APIRouter()
for part in (sign_in, own_account, notices, sign_on, brand, users, units, keys, audit, tasks):
    router.include_router(part.router)
