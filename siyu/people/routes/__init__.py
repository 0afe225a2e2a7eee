"""People over HTTP: one customer, who is one customer, what they agreed to, and whom nobody writes to."""

from fastapi import APIRouter

from siyu.people.routes.consents import router as consents_router
from siyu.people.routes.customers import router as customers_router
from siyu.people.routes.links import router as links_router
from siyu.people.routes.proofs import router as proofs_router
from siyu.people.routes.suppressions import router as suppressions_router

router = APIRouter()
router.include_router(links_router)
router.include_router(consents_router)
router.include_router(proofs_router)
router.include_router(suppressions_router)
router.include_router(customers_router)
