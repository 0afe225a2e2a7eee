"""Namespaces over HTTP: what identities mean to the brand and how many one may have, tried before it is done."""

from typing import Annotated

from fastapi import APIRouter, Depends

from siyu.kernel.clock import utcnow
from siyu.organisation.access import BrandSession, require
from siyu.organisation.contracts import Caller
from siyu.people.actions.limits import preview_limit, request_limit
from siyu.people.actions.namespaces import NamespacePreview, preview_change, request_change
from siyu.people.contracts import NamespacePolicy
from siyu.people.queries.links import limit_of
from siyu.people.queries.namespaces import NamespaceInfo, namespaces_of_brand
from siyu.people.schemas.by_hand import ChangeAsked, IdentityLimit

router = APIRouter(prefix="/identity-namespaces", tags=["customers"])
Definer = Annotated[Caller, Depends(require("settings.edit"))]


@router.get("", dependencies=[Depends(require("settings.read"))])
def list_namespaces(session: BrandSession) -> list[NamespaceInfo]:
    """All namespaces with what they mean to the brand."""
    return namespaces_of_brand(session)


@router.post("/preview", dependencies=[Depends(require("settings.edit"))])
def try_namespace(session: BrandSession, body: NamespacePolicy) -> NamespacePreview:
    """How many customers would count as others if the namespace meant this; nothing is done."""
    return preview_change(session, body)


@router.put("", status_code=202)
def put_namespace(caller: Definer, session: BrandSession, body: NamespacePolicy) -> ChangeAsked:
    """A task makes the namespace mean this, and regroups the customers it touches."""
    return ChangeAsked(task_id=request_change(session, body, actor=caller.actor, now=utcnow()))


@router.get("/limit", dependencies=[Depends(require("settings.read"))])
def read_limit(session: BrandSession) -> IdentityLimit:
    """How many identities one customer may have."""
    return IdentityLimit(identities_max=limit_of(session))


@router.post("/limit/preview", dependencies=[Depends(require("settings.edit"))])
def try_limit(session: BrandSession, body: IdentityLimit) -> NamespacePreview:
    """How many customers would count as others by this limit; nothing is done."""
    return preview_limit(session, body.identities_max)


@router.put("/limit", status_code=202)
def put_limit(caller: Definer, session: BrandSession, body: IdentityLimit) -> ChangeAsked:
    """A task makes this the limit, and regroups the customers it touches."""
    return ChangeAsked(task_id=request_limit(session, body.identities_max, actor=caller.actor, now=utcnow()))
