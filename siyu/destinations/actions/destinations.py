"""Destinations are made, changed, approved, paused, resumed and removed; each is in the audit log."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from siyu.destinations.actions.secrets import new_secret, secret_context
from siyu.destinations.actions.waking import wake_sender
from siyu.destinations.contracts import (
    DeliveryState,
    DestinationKind,
    DestinationState,
    ExportState,
    PauseReason,
    WebhookSettings,
)
from siyu.destinations.errors import (
    DestinationInOtherState,
    DestinationNameTaken,
    DestinationOfOtherKind,
    IdentitiesNeedReason,
    SecondPersonNeeded,
    UnknownDestinationFact,
)
from siyu.destinations.gateways.web import addresses_now, check_addresses
from siyu.destinations.models import Delivery, Destination, ExportPlan
from siyu.destinations.queries.destinations import destination_by_id, offered_facts
from siyu.destinations.rules.addresses import target_of
from siyu.kernel.app import App
from siyu.kernel.audit import Actor, record
from siyu.kernel.db import brand_of
from siyu.kernel.facts import FactType
from siyu.organisation.api import brand_info

FORMER_SECRET_FOR = timedelta(hours=24)
OPEN = (DestinationState.AWAITING_APPROVAL, DestinationState.ACTIVE, DestinationState.PAUSED)


def create_webhook(
    app: App, session: Session, *, name: str, settings: WebhookSettings, with_identities: bool, reason: str,
    actor: Actor, now: datetime, third_party: bool = True,
) -> tuple[Destination, str]:  # fmt: skip
    """The brand has one more webhook; facts of batches from now on go there, once approved if it must be.

    Who customers are is told only with a reason, and where the brand wants approvals only after a second person's;
    of a third party, only of customers who agreed to be shared.

    returns  the destination and its signing secret, which is shown this once
    raises   BadDestinationAddress, PrivateDestination, UnknownDestinationFact, DestinationNameTaken,
             IdentitiesNeedReason
    effects  one row in destination; audit destination.created
    """
    check_webhook(app, session, settings)
    check_name(session, name)
    if with_identities and not reason:
        raise IdentitiesNeedReason
    brand_id, secret = brand_of(session), new_secret()
    waits = with_identities and brand_info(session, brand_id=brand_id).needs_approval
    destination = add_destination(
        session, kind=DestinationKind.WEBHOOK, name=name, settings=_stored(settings),
        secret_sealed=app.cipher.encrypt(secret, context=secret_context(brand_id)), actor=actor, now=now,
        state=DestinationState.AWAITING_APPROVAL if waits else DestinationState.ACTIVE,
        with_identities=with_identities, third_party=third_party, reason=reason,
    )  # fmt: skip
    return destination, secret


def add_destination(
    session: Session, *, kind: DestinationKind, name: str, settings: dict[str, Any], secret_sealed: bytes | None,
    actor: Actor, now: datetime, state: DestinationState = DestinationState.ACTIVE, with_identities: bool = False,
    third_party: bool = True, reason: str = "",
) -> Destination:  # fmt: skip
    """The brand has one more destination of this kind.

    effects  one row in destination; audit destination.created, without the secret
    """
    destination = Destination(
        brand_id=brand_of(session), kind=kind.value, name=name, state=state.value, settings=settings,
        secret_sealed=secret_sealed, with_identities=with_identities, third_party=third_party, reason=reason,
        failures=0,
        created_by=actor.label, created_by_key=actor.key, created_at=now, updated_at=now, note="",
    )  # fmt: skip
    session.add(destination)
    session.flush()
    _note(session, destination, "destination.created", actor, now, after={
        "name": name, "kind": kind.value, **settings, "with_identities": with_identities,
        "third_party": third_party, "reason": reason, "state": state.value,
    })  # fmt: skip
    return destination


def change_webhook(
    app: App, session: Session, *, destination_id: int, name: str, settings: WebhookSettings, actor: Actor,
    now: datetime,
) -> Destination:  # fmt: skip
    """The webhook is called so, and what is sent from now on goes there; deliveries that wait go to the new address.

    A webhook that tells who customers are waits for approval again when its address changes, where the brand wants one;
    what happens until then waits too.

    raises   NotFound, DestinationInOtherState, what `create_webhook` raises
    effects  audit destination.changed
    """
    destination = locked(session, destination_id, kind=DestinationKind.WEBHOOK, states=OPEN)
    check_webhook(app, session, settings)
    if name != destination.name:
        check_name(session, name)
    before = {"name": destination.name, **destination.settings}
    after = {"name": name, **_stored(settings)}
    changed = [key for key, value in after.items() if before.get(key) != value]
    if not changed:
        return destination
    destination.name, destination.settings, destination.updated_at = name, _stored(settings), now
    if "url" in changed and destination.with_identities:
        if brand_info(session, brand_id=destination.brand_id).needs_approval:
            if destination.state == DestinationState.ACTIVE.value:
                destination.paused_at = now
            destination.state, destination.pause_reason = DestinationState.AWAITING_APPROVAL.value, None
        destination.created_by_key = actor.key
    _note(
        session, destination, "destination.changed", actor, now,
        before={key: before.get(key) for key in changed}, after={key: after[key] for key in changed},
    )  # fmt: skip
    return destination


def approve_destination(session: Session, *, destination_id: int, actor: Actor, now: datetime) -> Destination:
    """Things go there from now on, because a second person agreed.

    raises   NotFound, DestinationInOtherState, SecondPersonNeeded
    effects  audit destination.approved
    """
    destination = locked(session, destination_id, states=(DestinationState.AWAITING_APPROVAL,))
    if destination.created_by_key == actor.key:
        raise SecondPersonNeeded
    destination.state, destination.decided_by, destination.decided_at = (
        DestinationState.ACTIVE.value,
        actor.label,
        now,
    )
    destination.updated_at, destination.paused_at = now, None
    session.flush()
    wake_sender(session, destination_id=destination_id, at=now, now=now)
    _note(session, destination, "destination.approved", actor, now)
    return destination


def refuse_destination(
    session: Session, *, destination_id: int, note: str, actor: Actor, now: datetime
) -> Destination:
    """Nothing goes there, and the destination says why.

    raises   NotFound, DestinationInOtherState
    effects  audit destination.refused
    """
    destination = locked(session, destination_id, states=(DestinationState.AWAITING_APPROVAL,))
    destination.state, destination.note = DestinationState.REFUSED.value, note
    destination.decided_by, destination.decided_at, destination.updated_at = actor.label, now, now
    _drop_waiting(session, destination_id, now)
    _note(session, destination, "destination.refused", actor, now, after={"note": note})
    return destination


def pause_destination(session: Session, *, destination_id: int, actor: Actor, now: datetime) -> Destination:
    """Nothing goes there until somebody resumes it; what happens meanwhile waits and is not lost.

    raises   NotFound, DestinationInOtherState
    effects  audit destination.paused
    """
    destination = locked(session, destination_id, states=(DestinationState.ACTIVE,))
    destination.state, destination.pause_reason = DestinationState.PAUSED.value, PauseReason.PERSON.value
    destination.paused_at = destination.updated_at = now
    _note(session, destination, "destination.paused", actor, now, after={"reason": PauseReason.PERSON.value})
    return destination


def resume_destination(session: Session, *, destination_id: int, actor: Actor, now: datetime) -> Destination:
    """What waits goes there at once, and failures are counted anew.

    raises   NotFound, DestinationInOtherState
    effects  audit destination.resumed; a webhook's sending job
    """
    destination = locked(session, destination_id, states=(DestinationState.PAUSED,))
    destination.state, destination.pause_reason, destination.paused_at = (
        DestinationState.ACTIVE.value,
        None,
        None,
    )
    destination.failures, destination.not_before, destination.updated_at = 0, None, now
    session.execute(
        update(Delivery)
        .where(
            Delivery.brand_id == destination.brand_id,
            Delivery.destination_id == destination_id,
            Delivery.next_attempt_at > now,
        )
        .values(next_attempt_at=now)
    )
    session.flush()
    if destination.kind == DestinationKind.WEBHOOK.value:
        wake_sender(session, destination_id=destination_id, at=now, now=now)
    _note(session, destination, "destination.resumed", actor, now)
    return destination


def remove_destination(session: Session, *, destination_id: int, actor: Actor, now: datetime) -> None:
    """Nothing goes there any more; what waited is dropped, its exports stop, its secrets are gone, its log stays for a
    while.

    raises   NotFound, DestinationInOtherState
    effects  audit destination.removed
    """
    destination = locked(session, destination_id, states=(*OPEN, DestinationState.REFUSED))
    destination.state, destination.pause_reason = DestinationState.REMOVED.value, None
    destination.secret_sealed = destination.former_secret_sealed = None
    destination.former_secret_until, destination.updated_at = None, now
    _drop_waiting(session, destination_id, now)
    _stop_exports(session, destination_id)
    _note(session, destination, "destination.removed", actor, now, before={"name": destination.name})


def change_secret(
    app: App, session: Session, *, destination_id: int, actor: Actor, now: datetime
) -> tuple[Destination, str]:
    """Deliveries are signed with a new secret and, for 24 hours, with the former one too.

    returns  the destination and the new secret, which is shown this once
    raises   NotFound, DestinationOfOtherKind, DestinationInOtherState
    effects  audit destination.secret_changed
    """
    destination = locked(session, destination_id, kind=DestinationKind.WEBHOOK, states=OPEN)
    secret = new_secret()
    destination.former_secret_sealed = destination.secret_sealed
    destination.former_secret_until = now + FORMER_SECRET_FOR
    destination.secret_sealed = app.cipher.encrypt(secret, context=secret_context(destination.brand_id))
    destination.updated_at = now
    _note(
        session, destination, "destination.secret_changed", actor, now,
        after={"former_until": destination.former_secret_until.isoformat()},
    )  # fmt: skip
    return destination, secret


def check_webhook(app: App, session: Session, settings: WebhookSettings) -> None:
    """Returns if a webhook may go there and be told of these facts.

    A name that leads nowhere just now is no reason to refuse: every attempt looks again.

    raises  BadDestinationAddress, PrivateDestination, UnknownDestinationFact
    """
    allowed = app.settings.private_destinations
    target = target_of(settings.url, private_allowed=allowed)
    check_addresses(target, addresses_now(target), private_allowed=allowed)
    known = {one.name for one in offered_facts(session, fact_types=app.wiring.of(FactType))}
    for fact in settings.facts:
        if fact not in known:
            raise UnknownDestinationFact(name=fact)


def locked(
    session: Session, destination_id: int, *, states: Sequence[DestinationState], kind: DestinationKind | None = None
) -> Destination:  # fmt: skip
    """The destination, locked, if it is in one of these states and of this kind.

    raises  NotFound, DestinationInOtherState, DestinationOfOtherKind
    """
    destination = destination_by_id(session, destination_id=destination_id, locked=True)
    if kind is not None and destination.kind != kind.value:
        raise DestinationOfOtherKind(destination_id=destination_id, kind=destination.kind, wanted=kind.value)
    if destination.state not in {one.value for one in states}:
        raise DestinationInOtherState(
            destination_id=destination_id, state=destination.state, wanted=" | ".join(states)
        )
    return destination


def check_name(session: Session, name: str) -> None:
    """Returns if no other destination of the brand is called so.

    raises  DestinationNameTaken
    """
    gone = [DestinationState.REMOVED.value, DestinationState.REFUSED.value]
    same = select(func.count()).where(
        Destination.brand_id == brand_of(session), Destination.name == name, Destination.state.not_in(gone)
    )
    if session.scalar(same):
        raise DestinationNameTaken(name=name)


def _drop_waiting(session: Session, destination_id: int, now: datetime) -> None:
    session.execute(
        update(Delivery)
        .where(
            Delivery.brand_id == brand_of(session), Delivery.destination_id == destination_id,
            Delivery.state == DeliveryState.WAITING.value,
        )
        .values(state=DeliveryState.DROPPED.value, next_attempt_at=None, ended_at=now)
    )  # fmt: skip


def _stop_exports(session: Session, destination_id: int) -> None:
    going = [ExportState.ACTIVE.value, ExportState.AWAITING_APPROVAL.value]
    session.execute(
        update(ExportPlan)
        .where(
            ExportPlan.brand_id == brand_of(session), ExportPlan.destination_id == destination_id,
            ExportPlan.state.in_(going),
        )
        .values(state=ExportState.STOPPED.value, next_run_at=None)
    )  # fmt: skip


def _stored(settings: WebhookSettings) -> dict[str, Any]:
    return {"url": settings.url, "facts": sorted(set(settings.facts))}


def _note(
    session: Session,
    destination: Destination,
    action: str,
    actor: Actor,
    now: datetime,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    session.flush()
    record(
        session, actor=actor, action=action, subject=("destination", destination.destination_id), before=before,
        after=after, now=now,
    )  # fmt: skip
