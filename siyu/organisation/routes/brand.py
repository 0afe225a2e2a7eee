"""The brand one works in."""

from typing import Annotated

from fastapi import APIRouter, Depends

from siyu.kernel.clock import utcnow
from siyu.organisation.access import BrandSession, require
from siyu.organisation.actions import brands
from siyu.organisation.contracts import Caller
from siyu.organisation.schemas.brand import Brand, BrandChanges

router = APIRouter(prefix="/brand", tags=["brand"])


@router.get("")
def read_brand(caller: Annotated[Caller, Depends(require("settings.read"))]) -> Brand:
    """The brand's name, zone, currency and defaults."""
    return Brand.model_validate(caller.brand)


@router.patch("")
def update_brand(
    body: BrandChanges, caller: Annotated[Caller, Depends(require("settings.edit"))], session: BrandSession
) -> Brand:
    """The brand is described like this; what is absent stays."""
    changed = brands.update_brand(session, **body.model_dump(), actor=caller.actor, now=utcnow())
    return Brand.model_validate(changed)
