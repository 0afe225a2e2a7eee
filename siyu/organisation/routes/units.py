"""The organisation's tree: seen as it is or was, changed without losing what was."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime

from siyu.kernel.clock import utcnow
from siyu.kernel.parameters import Id
from siyu.organisation import queries
from siyu.organisation.access import BrandSession, require, require_person
from siyu.organisation.actions import units
from siyu.organisation.contracts import Caller, Unit
from siyu.organisation.schemas.units import (
    NewOrgUnit,
    OrgUnit,
    OrgUnitChange,
    OrgUnitChanges,
    OrgUnitHistory,
    OrgUnitList,
    OrgUnitPlace,
)

router = APIRouter(prefix="/org-units", tags=["organisation"])
Reader = Depends(require("users.read"))
Editor = Annotated[Caller, Depends(require_person("users.edit"))]


@router.get("", dependencies=[Reader])
def list_org_units(
    session: BrandSession,
    as_of: Annotated[
        AwareDatetime | None, Query(description="the tree as it was then; now if absent")
    ] = None,
) -> OrgUnitList:
    """The tree, as a list of units that name their parents."""
    found = queries.units(session) if as_of is None else queries.units_as_of(session, as_of=as_of)
    return OrgUnitList(items=[_out(unit) for unit in found], total=len(found))


@router.post("", status_code=201)
def add_org_unit(body: NewOrgUnit, caller: Editor, session: BrandSession) -> OrgUnit:
    """The unit stands in the tree."""
    return _out(units.add_unit(session, **body.model_dump(), actor=caller.actor, now=utcnow()))


@router.patch("/{unit_id}")
def change_org_unit(unit_id: Id, body: OrgUnitChanges, caller: Editor, session: BrandSession) -> OrgUnit:
    """The unit is described like this; what is absent stays."""
    return _out(
        units.change_unit(session, unit_id=unit_id, **body.model_dump(), actor=caller.actor, now=utcnow())
    )


@router.post("/{unit_id}/move")
def move_org_unit(unit_id: Id, body: OrgUnitPlace, caller: Editor, session: BrandSession) -> OrgUnit:
    """The unit stands below another, with all that is below it."""
    return _out(
        units.move_unit(session, unit_id=unit_id, parent_id=body.parent_id, actor=caller.actor, now=utcnow())
    )


@router.post("/{unit_id}/close")
def close_org_unit(unit_id: Id, caller: Editor, session: BrandSession) -> OrgUnit:
    """The unit is closed; its customers and its history stay."""
    return _out(units.close_unit(session, unit_id=unit_id, actor=caller.actor, now=utcnow()))


@router.post("/{unit_id}/open")
def open_org_unit(unit_id: Id, caller: Editor, session: BrandSession) -> OrgUnit:
    """The unit is in use again."""
    return _out(units.open_unit(session, unit_id=unit_id, actor=caller.actor, now=utcnow()))


@router.get("/{unit_id}/history", dependencies=[Reader])
def read_org_unit_history(unit_id: Id, session: BrandSession) -> OrgUnitHistory:
    """What the unit was, the latest change first."""
    found = [OrgUnitChange.model_validate(one) for one in queries.unit_history(session, unit_id=unit_id)]
    return OrgUnitHistory(items=found, total=len(found))


def _out(unit: Unit) -> OrgUnit:
    return OrgUnit.model_validate(unit)
