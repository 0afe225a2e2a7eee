"""People over HTTP: one customer, and who is one customer."""

from fastapi import APIRouter

from siyu.people.routes.customers import router as customers_router
from siyu.people.routes.links import router as links_router

router = APIRouter()
router.include_router(links_router)
router.include_router(customers_router)
