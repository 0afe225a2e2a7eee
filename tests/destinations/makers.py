"""Destinations and batches of facts for tests."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from siyu.destinations.actions.delivering import Pace, deliver
from siyu.destinations.actions.destinations import create_webhook
from siyu.destinations.actions.planning import plan_batch
from siyu.destinations.contracts import WebhookSettings
from siyu.destinations.models import Delivery, DeliveryAttempt, Destination
from siyu.kernel.app import App
from siyu.kernel.audit import Actor
from siyu.kernel.lake import brand_schema
from tests.conftest import NOW
from tests.destinations.receiver import Receiver

LIN, FANG = Actor("user", 1, "林"), Actor("user", 2, "方")
PACE = Pace(turn=timedelta(seconds=10), whole_seconds=0.6)


def opened_inside(app: App) -> App:
    """The application of an operator who lets destinations stand in private networks."""
    return replace(app, settings=replace(app.settings, private_destinations=True))


def make_webhook(
    app: App, brand_id: int, receiver: Receiver, *, facts: Iterable[str] = ("order",), name: str = "CRM", **more: Any
) -> tuple[int, str]:  # fmt: skip
    """A webhook to the receiver: its number and its secret."""
    given = {"with_identities": False, "third_party": False, "reason": ""} | more
    with app.db.transaction(brand_id=brand_id) as session:
        made, secret = create_webhook(
            app, session, name=name, settings=WebhookSettings(receiver.url, tuple(facts)), actor=LIN, now=NOW, **given
        )  # fmt: skip
        return made.destination_id, secret


def write_orders(app: App, brand_id: int, *, batch_id: int, count: int, customer_id: int | None = 7) -> None:
    """So many orders of a batch stand in the lake."""
    schema = brand_schema(brand_id)
    with app.lake.transaction() as cursor:
        cursor.execute(
            f'INSERT INTO {schema}."order" (customer_id, occurred_at, source, batch_id, order_key, paid_fen, currency) '
            "SELECT ?, ?, 'till', ?, 'o' || i, 100 + i, 'CNY' FROM range(?) r(i)",
            [customer_id, NOW, batch_id, count],
        )


def planned(app: App, brand_id: int, *, batch_id: int, count: int) -> int:
    """A batch of orders, and the deliveries it became."""
    write_orders(app, brand_id, batch_id=batch_id, count=count)
    return plan_batch(app, brand_id=brand_id, batch_id=batch_id, now=NOW)


class Clock:
    """Time that stands still until it is moved."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


def sent(app: App, brand_id: int, destination_id: int, clock: Clock) -> int:
    """One sending job ran; returns its attempts."""
    return deliver(app, brand_id=brand_id, destination_id=destination_id, clock=clock, pace=PACE)


def states(app: App, brand_id: int) -> list[tuple[str, int]]:
    with app.db.transaction(brand_id=brand_id) as session:
        rows = session.execute(select(Delivery.state, Delivery.attempts).order_by(Delivery.delivery_id))
        return [(row.state, row.attempts) for row in rows]


def outcomes(app: App, brand_id: int) -> list[str]:
    with app.db.transaction(brand_id=brand_id) as session:
        return list(session.scalars(select(DeliveryAttempt.outcome).order_by(DeliveryAttempt.attempt_id)))


def destination(app: App, brand_id: int, destination_id: int) -> Destination:
    with app.db.transaction(brand_id=brand_id) as session:
        found = session.get(Destination, destination_id)
        assert found is not None
        return found
