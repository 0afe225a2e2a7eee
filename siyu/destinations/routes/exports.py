"""Exports to folders and buckets over HTTP: ordered, approved, stopped, written again."""

from typing import Annotated

from fastapi import APIRouter, Depends

from siyu.destinations.actions import exports as actions
from siyu.destinations.contracts import ExportContent, ExportOrder
from siyu.destinations.models import ExportPlan, ExportRun
from siyu.destinations.queries.destinations import destination_by_id
from siyu.destinations.queries.exports import last_runs, plan_by_id, plans_of, runs_of
from siyu.destinations.schemas import (
    DestinationRefusal,
    ExportCreate,
    ExportList,
    ExportOut,
    RunOut,
)
from siyu.kernel.clock import utcnow
from siyu.kernel.http import AppDep
from siyu.kernel.parameters import Id
from siyu.organisation.access import BrandSession, require, require_person
from siyu.organisation.contracts import Caller
from siyu.organisation.errors import NotAllowed

router = APIRouter(prefix="/destinations", tags=["destinations"])
READ = [Depends(require("destinations.read"))]
Exporter = Annotated[Caller, Depends(require("destinations.export"))]
Approver = Annotated[Caller, Depends(require_person("destinations.approve"))]


@router.get("/{destination_id}/exports", dependencies=READ)
def list_exports(destination_id: Id, session: BrandSession) -> ExportList:
    """The exports to a folder or bucket, the newest first, each with the last time it was written."""
    destination_by_id(session, destination_id=destination_id)
    plans = plans_of(session, destination_id=destination_id)
    last = last_runs(session, export_plan_ids=[one.export_plan_id for one in plans])
    items = [_out(one, last.get(one.export_plan_id)) for one in plans]
    return ExportList(items=items, total=len(items))


@router.post("/{destination_id}/exports", status_code=202)
def order_export(
    destination_id: Id, body: ExportCreate, app: AppDep, caller: Exporter, session: BrandSession
) -> ExportOut:
    """A segment or facts are written there, now or each day; the task centre says how far it is."""
    _check_permissions(caller, body.content, in_clear=body.with_profiles)
    order = ExportOrder(**{**body.model_dump(), "facts": tuple(body.facts)})
    made = actions.order_export(
        app, session, destination_id=destination_id, order=order, actor=caller.actor, now=utcnow()
    )
    return _out(made)


@router.get("/exports/{export_plan_id}/runs", dependencies=READ)
def list_export_runs(export_plan_id: Id, session: BrandSession) -> list[RunOut]:
    """The last times an export was written, the newest first."""
    return [RunOut.model_validate(one) for one in runs_of(session, export_plan_id=export_plan_id)]


@router.post("/exports/{export_plan_id}/run", status_code=202)
def run_export_again(export_plan_id: Id, caller: Exporter, session: BrandSession) -> RunOut:
    """Today's files are written now; those of today that are there are replaced."""
    plan = plan_by_id(session, export_plan_id=export_plan_id)
    _check_permissions(caller, ExportContent(plan.content), in_clear=plan.with_profiles)
    run = actions.run_again(session, export_plan_id=export_plan_id, actor=caller.actor, now=utcnow())
    return RunOut.model_validate(run)


@router.post("/exports/{export_plan_id}/approve")
def approve_export(export_plan_id: Id, caller: Approver, session: BrandSession) -> ExportOut:
    """A second person agrees, and it is written."""
    return _out(
        actions.approve_export(session, export_plan_id=export_plan_id, actor=caller.actor, now=utcnow())
    )


@router.post("/exports/{export_plan_id}/refuse")
def refuse_export(
    export_plan_id: Id, body: DestinationRefusal, caller: Approver, session: BrandSession
) -> ExportOut:
    """Nothing is written, and the export says why."""
    done = actions.refuse_export(
        session, export_plan_id=export_plan_id, note=body.note, actor=caller.actor, now=utcnow()
    )
    return _out(done)


@router.post("/exports/{export_plan_id}/stop")
def stop_export(export_plan_id: Id, caller: Exporter, session: BrandSession) -> ExportOut:
    """It is written no more; what was written stays."""
    return _out(actions.stop_export(session, export_plan_id=export_plan_id, actor=caller.actor, now=utcnow()))


def _check_permissions(caller: Caller, content: ExportContent, *, in_clear: bool) -> None:
    """Returns if somebody may take out what they ask for.

    raises  NotAllowed
    """
    needed = ["segments.export"] if content is ExportContent.SEGMENT else []
    for permission in [*needed, *(["customers.export"] if in_clear else [])]:
        if permission not in caller.permissions:
            raise NotAllowed(permission=permission)


def _out(plan: ExportPlan, last: ExportRun | None = None) -> ExportOut:
    shown = {name: getattr(plan, name) for name in ExportOut.model_fields if name != "last"}
    return ExportOut.model_validate(shown | {"last": RunOut.model_validate(last) if last else None})
