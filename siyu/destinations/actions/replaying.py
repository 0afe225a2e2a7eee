"""Deliveries are sent once more, and a destination is tried before anything depends on it."""

import time
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from siyu.destinations.actions.destinations import OPEN, locked
from siyu.destinations.actions.places import place_of
from siyu.destinations.actions.secrets import secrets_of
from siyu.destinations.actions.waking import wake_sender
from siyu.destinations.contracts import Answer, Choice, DeliveryState, DestinationKind, Outcome
from siyu.destinations.errors import DestinationUnreachable
from siyu.destinations.gateways.places import try_place
from siyu.destinations.gateways.web import Line
from siyu.destinations.models import Delivery, Destination
from siyu.destinations.rules.payload import body_of
from siyu.destinations.rules.retrying import outcome_of
from siyu.destinations.rules.signing import signed_headers
from siyu.kernel.app import App
from siyu.kernel.audit import Actor, record
from siyu.kernel.db import brand_of
from siyu.organisation.api import brand_info

REPLAY_MAX = 10_000
TEST_FACT = "test"


def replay(
    session: Session, *, destination_id: int, choice: Choice, actor: Actor, now: datetime
) -> tuple[int, bool]:
    """The chosen deliveries are sent again under their old ids; of a paused destination when it is resumed.

    Their facts are read from the lake anew: what was erased since does not go out again.

    returns  how many, and whether there are more than one call takes
    raises   NotFound, DestinationInOtherState
    effects  audit destination.replayed
    limits   10,000 deliveries a call, the oldest first
    """
    destination = locked(session, destination_id, kind=DestinationKind.WEBHOOK, states=OPEN)
    ended = [one.value for one in choice.states if one is not DeliveryState.WAITING]
    wanted = select(Delivery.delivery_id).where(
        Delivery.brand_id == brand_of(session), Delivery.destination_id == destination_id,
        Delivery.state != DeliveryState.WAITING.value,
    )  # fmt: skip
    if choice.delivery_ids:
        wanted = wanted.where(Delivery.delivery_id.in_(choice.delivery_ids))
    else:
        wanted = wanted.where(Delivery.state.in_(ended))
        if choice.since is not None:
            wanted = wanted.where(Delivery.created_at >= choice.since)
        if choice.until is not None:
            wanted = wanted.where(Delivery.created_at < choice.until)
    ids = session.scalars(wanted.order_by(Delivery.delivery_id).limit(REPLAY_MAX + 1)).all()
    some = ids[:REPLAY_MAX]
    if not some:
        return 0, False
    session.execute(
        update(Delivery).where(Delivery.delivery_id.in_(some)).values(
            state=DeliveryState.WAITING.value, attempts=0, next_attempt_at=now, ended_at=None, replayed_by=actor.label,
        )
    )  # fmt: skip
    wake_sender(session, destination_id=destination.destination_id, at=now, now=now)
    record(
        session, actor=actor, action="destination.replayed", subject=("destination", destination_id),
        after={"deliveries": len(some)}, now=now,
    )  # fmt: skip
    return len(some), len(ids) > len(some)


def try_destination(app: App, *, brand_id: int, destination_id: int, actor: Actor, now: datetime) -> Answer:
    """What a webhook answers to a body without any event, or whether a folder or bucket takes a file.

    raises   NotFound, DestinationInOtherState
    effects  audit destination.tested; nothing else changes, whatever comes of it
    """
    with app.db.transaction(brand_id=brand_id) as session:
        destination = locked(session, destination_id, states=OPEN)
        is_webhook = destination.kind == DestinationKind.WEBHOOK.value
        asking = (_asking_webhook if is_webhook else _asking_place)(app, session, destination, now)
    answer = asking()  # whatever it takes, no transaction waits for it
    with app.db.transaction(brand_id=brand_id) as session:
        record(
            session, actor=actor, action="destination.tested", subject=("destination", destination_id),
            after={"status": answer.status, "outcome": outcome_of(answer).value}, now=now,
        )  # fmt: skip
    return answer


def _asking_webhook(
    app: App, session: Session, destination: Destination, now: datetime
) -> Callable[[], Answer]:
    allowed, url = app.settings.private_destinations, destination.settings["url"]
    secrets = secrets_of(destination, cipher=app.cipher, now=now)
    code = brand_info(session, brand_id=destination.brand_id).code
    body = body_of(TEST_FACT, (), table=TEST_FACT, brand_code=code, batch_id=0, created_at=now)
    stamp = int(now.timestamp())
    name = f"test_{destination.destination_id}_{stamp}"
    headers = signed_headers(secrets, delivery=name, timestamp=stamp, body=body)

    def ask() -> Answer:
        with Line(private_allowed=allowed) as line:
            return line.post(url, headers=headers, body=body)

    return ask


def _asking_place(
    app: App, session: Session, destination: Destination, now: datetime
) -> Callable[[], Answer]:
    del now
    place = place_of(app, session, destination)

    def ask() -> Answer:
        began = time.monotonic()
        try:
            try_place(place)
        except DestinationUnreachable as refusal:
            spent = int(1_000 * (time.monotonic() - began))
            return Answer(None, Outcome.UNREACHABLE, spent, str(refusal.details["why"]))
        return Answer(200, None, int(1_000 * (time.monotonic() - began)))

    return ask
