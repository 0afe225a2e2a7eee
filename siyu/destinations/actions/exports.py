"""Exports are ordered, approved, stopped, and begun: by hand, or when their hour has come."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from siyu.destinations.actions.destinations import locked
from siyu.destinations.contracts import DestinationState, ExportOrder, ExportState, RunState
from siyu.destinations.errors import (
    BadExport,
    DestinationOfOtherKind,
    ExportInOtherState,
    SecondPersonNeeded,
    UnknownDestinationFact,
)
from siyu.destinations.models import Destination, ExportPlan, ExportRun
from siyu.destinations.queries.destinations import offered_facts
from siyu.destinations.queries.exports import plan_by_id
from siyu.destinations.rules.exporting import check_order, next_run
from siyu.kernel.app import App
from siyu.kernel.audit import SYSTEM, Actor, record
from siyu.kernel.db import brand_of
from siyu.kernel.facts import FactType
from siyu.kernel.jobs import defer
from siyu.kernel.longwork import announce_task
from siyu.organisation.api import brand_day, brand_info
from siyu.segments.api import segment_info

EXPORT_JOB, START_JOB = "destinations.export", "destinations.start_exports"
EXPORT_KIND = "destination_export"
# Of all brands, as the pump. What is due to a paused destination waits until it is resumed.
DUE = """
    SELECT DISTINCT p.brand_id FROM export_plan p JOIN destination d USING (destination_id)
    WHERE p.next_run_at <= :now AND d.state = 'active' ORDER BY p.brand_id LIMIT 1000
"""


def order_export(
    app: App, session: Session, *, destination_id: int, order: ExportOrder, actor: Actor, now: datetime
) -> ExportPlan:
    """The export is begun, or waits for its hour; one with personal data waits for a second person first, where the
    brand wants approvals.

    raises   NotFound, DestinationInOtherState, DestinationOfOtherKind, BadExport, IdentitiesNeedReason,
             UnknownDestinationFact
    effects  one row in export_plan, perhaps a run with its task and job; audit destination_export.ordered
    """
    destination = locked(session, destination_id, states=(DestinationState.ACTIVE,))
    if destination.kind == "webhook":
        raise DestinationOfOtherKind(
            destination_id=destination_id, kind=destination.kind, wanted="folder | bucket"
        )
    check_order(order)
    _check_content(app, session, order)
    brand = brand_info(session, brand_id=brand_of(session))
    waits = order.with_profiles and brand.needs_approval
    plan = ExportPlan(
        brand_id=brand_of(session), destination_id=destination_id, content=order.content.value,
        format=order.format.value, facts=sorted(set(order.facts)), name=order.name, segment_id=order.segment_id,
        days=order.days, with_profiles=order.with_profiles, reason=order.reason, daily_at=order.daily_at,
        state=(ExportState.AWAITING_APPROVAL if waits else ExportState.ACTIVE).value, created_by=actor.label,
        created_by_key=actor.key, created_at=now, note="",
    )  # fmt: skip
    session.add(plan)
    session.flush()
    _note(session, plan, "destination_export.ordered", actor, now)
    if not waits:
        _set_going(session, plan, zone=brand.time_zone, actor=actor, now=now)
    return plan


def approve_export(session: Session, *, export_plan_id: int, actor: Actor, now: datetime) -> ExportPlan:
    """The export is begun or waits for its hour, because a second person agreed.

    raises   NotFound, ExportInOtherState, SecondPersonNeeded
    effects  as `order_export`; audit destination_export.approved
    """
    plan = _locked(session, export_plan_id, ExportState.AWAITING_APPROVAL)
    if plan.created_by_key == actor.key:
        raise SecondPersonNeeded
    plan.state, plan.decided_by, plan.decided_at = ExportState.ACTIVE.value, actor.label, now
    _note(session, plan, "destination_export.approved", actor, now)
    zone = brand_info(session, brand_id=brand_of(session)).time_zone
    _set_going(session, plan, zone=zone, actor=_creator(plan), now=now)
    return plan


def refuse_export(
    session: Session, *, export_plan_id: int, note: str, actor: Actor, now: datetime
) -> ExportPlan:
    """Nothing is written, and the export says why.

    raises   NotFound, ExportInOtherState
    effects  audit destination_export.refused
    """
    plan = _locked(session, export_plan_id, ExportState.AWAITING_APPROVAL)
    plan.state, plan.note, plan.decided_by, plan.decided_at = (
        ExportState.REFUSED.value,
        note,
        actor.label,
        now,
    )
    _note(session, plan, "destination_export.refused", actor, now)
    return plan


def stop_export(session: Session, *, export_plan_id: int, actor: Actor, now: datetime) -> ExportPlan:
    """It is written no more; what was written stays where it is. Also while its destination is paused.

    raises   NotFound, ExportInOtherState
    effects  audit destination_export.stopped
    """
    plan = _in_state(session, export_plan_id, ExportState.ACTIVE, ExportState.AWAITING_APPROVAL)
    plan.state, plan.next_run_at = ExportState.STOPPED.value, None
    _note(session, plan, "destination_export.stopped", actor, now)
    return plan


def run_again(session: Session, *, export_plan_id: int, actor: Actor, now: datetime) -> ExportRun:
    """Today's files are written now, or anew: they replace those of today that are there.

    What a second person approved for one writing is not written a second time: it is ordered anew.

    raises   NotFound, ExportInOtherState, BadExport
    effects  a run with its task and job
    """
    plan = _locked(session, export_plan_id, ExportState.ACTIVE, ExportState.DONE)
    brand = brand_info(session, brand_id=brand_of(session))
    if plan.with_profiles and brand.needs_approval and plan.state == ExportState.DONE.value:
        raise BadExport(
            why="it was approved for one writing. Order it anew", why_zh="它只被批准写入一次，请重新新建导出"
        )
    plan.state = ExportState.ACTIVE.value
    return _begin(session, plan, actor=actor, now=now)


def brands_with_exports_due(session: Session, *, now: datetime) -> list[int]:
    """The brands of which an export's hour has come; for a session of the pump's role."""
    return list(session.scalars(text(DUE), {"now": now}))


def start_due_exports(session: Session, *, now: datetime) -> int:
    """Every export of the session's brand whose hour has come is begun, and waits for its next hour. Again begins none.

    What came due while its destination was paused is begun once, when that is resumed.

    returns  how many
    """
    zone = brand_info(session, brand_id=brand_of(session)).time_zone
    active = select(Destination.destination_id).where(
        Destination.brand_id == brand_of(session), Destination.state == DestinationState.ACTIVE.value
    )
    query = select(ExportPlan).where(
        ExportPlan.brand_id == brand_of(session), ExportPlan.next_run_at <= now, ExportPlan.destination_id.in_(active)
    )  # fmt: skip
    plans = session.scalars(query.with_for_update(skip_locked=True).limit(1_000)).all()
    for plan in plans:
        assert plan.daily_at is not None, "what waits for an hour has one"
        plan.next_run_at = next_run(plan.daily_at, zone=zone, after=now)
        _begin(session, plan, actor=SYSTEM, now=now)
    return len(plans)


def _set_going(session: Session, plan: ExportPlan, *, zone: str, actor: Actor, now: datetime) -> None:
    if plan.daily_at is None:
        _begin(session, plan, actor=actor, now=now)
    else:
        plan.next_run_at = next_run(plan.daily_at, zone=zone, after=now)


def _begin(session: Session, plan: ExportPlan, *, actor: Actor, now: datetime) -> ExportRun:
    task_id = announce_task(session, kind=EXPORT_KIND, title=plan.name, actor=actor, now=now)
    run = ExportRun(
        brand_id=plan.brand_id, export_plan_id=plan.export_plan_id, task_id=task_id,
        day=brand_day(session, now=now), state=RunState.QUEUED.value, files=[], asked_by=actor.label,
        created_at=now,
    )  # fmt: skip
    session.add(run)
    session.flush()
    defer(
        session, EXPORT_JOB, lock=f"export/{plan.export_plan_id}", brand_id=plan.brand_id,
        export_run_id=run.export_run_id, task_id=task_id, actor=asdict(actor),
    )  # fmt: skip
    return run


def _creator(plan: ExportPlan) -> Actor:
    """Who ordered it, to whom it is put down though another one set it going."""
    kind, _, number = plan.created_by_key.partition(":")
    return Actor(kind, int(number) if number.isdecimal() else None, plan.created_by)


def _check_content(app: App, session: Session, order: ExportOrder) -> None:
    if order.segment_id is not None:
        segment_info(session, segment_id=order.segment_id)
    known = {one.name for one in offered_facts(session, fact_types=app.wiring.of(FactType))}
    for fact in order.facts:
        if fact not in known:
            raise UnknownDestinationFact(name=fact)


def _locked(session: Session, export_plan_id: int, *states: ExportState) -> ExportPlan:
    """The export, locked, if it is in one of these states and may be written to where it goes.

    raises  NotFound, ExportInOtherState
    """
    plan = _in_state(session, export_plan_id, *states)
    destination = session.get_one(Destination, plan.destination_id)
    if destination.state != DestinationState.ACTIVE.value:
        state = f"destination {destination.state}"
        raise ExportInOtherState(export_id=export_plan_id, state=state, wanted=" | ".join(states))
    return plan


def _in_state(session: Session, export_plan_id: int, *states: ExportState) -> ExportPlan:
    plan = plan_by_id(session, export_plan_id=export_plan_id, locked=True)
    if plan.state not in {one.value for one in states}:
        raise ExportInOtherState(export_id=export_plan_id, state=plan.state, wanted=" | ".join(states))
    return plan


def _note(session: Session, plan: ExportPlan, action: str, actor: Actor, now: datetime) -> None:
    session.flush()
    said = {
        "export_id": plan.export_plan_id, "name": plan.name, "content": plan.content, "format": plan.format,
        "facts": plan.facts, "segment_id": plan.segment_id, "days": plan.days, "in_clear": plan.with_profiles,
        "reason": plan.reason, "daily_at": plan.daily_at.isoformat() if plan.daily_at else None, "state": plan.state,
    }  # fmt: skip
    record(
        session, actor=actor, action=action, subject=("destination", plan.destination_id),
        after={name: value for name, value in said.items() if value not in (None, "", [])}, now=now,
    )  # fmt: skip
