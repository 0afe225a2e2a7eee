"""Namespaces over HTTP: what identities mean to the brand, tried before it is done."""

from typing import Annotated

from fastapi import APIRouter, Depends

from siyu.kernel.clock import utcnow
from siyu.organisation.access import BrandSession, require
from siyu.organisation.contracts import Caller
from siyu.people.actions.namespaces import NamespacePreview, preview_change, request_change
from siyu.people.contracts import NamespacePolicy
from siyu.people.queries.namespaces import NamespaceInfo, namespaces_of_brand
from siyu.people.schemas.by_hand import ChangeAsked

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
