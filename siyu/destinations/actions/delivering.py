"""The sender of one destination: reads what is due, posts it, writes down what came of it, until nothing is due."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy.orm import Session

from siyu.destinations.actions.secrets import secrets_of
from siyu.destinations.actions.waking import next_due, take_turn, wake_sender
from siyu.destinations.contracts import (
    Answer,
    DeliveryState,
    DestinationState,
    Outcome,
    PauseReason,
    Standing,
)
from siyu.destinations.gateways.web import Line
from siyu.destinations.models import Delivery, DeliveryAttempt, Destination
from siyu.destinations.queries.deliveries import due_deliveries, rows_of_deliveries
from siyu.destinations.queries.destinations import tables_of
from siyu.destinations.rules.payload import body_of, delivery_name, taken_back_body
from siyu.destinations.rules.retrying import after_attempt
from siyu.destinations.rules.signing import signed_headers
from siyu.intake.api import masked
from siyu.kernel.app import App
from siyu.kernel.audit import SYSTEM, record
from siyu.kernel.db import brand_of
from siyu.kernel.facts import FactType
from siyu.kernel.notices import News, notify
from siyu.organisation.api import brand_info
from siyu.people.api import may_be_shared, profiles_of

Clock = Callable[[], datetime]
TOGETHER = 20  # deliveries whose rows are in memory at once: 10,000 facts


@dataclass(frozen=True, slots=True)
class Pace:
    """How a sending job goes about it. `turn`: after so long it makes room for other destinations' jobs."""

    turn: timedelta = timedelta(seconds=30)
    whole_seconds: float = 15.0


@dataclass(frozen=True, slots=True)
class Letter:
    """A delivery as it is posted now; without a body nothing of it is left to be told.

    `left_out`: events of customers who did not agree to be shared.
    """

    delivery_id: int
    body: bytes | None
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Round:
    """What one look found to be due, with all that posting needs."""

    url: str
    secrets: tuple[str, ...]
    letters: tuple[Letter, ...]


def deliver(app: App, *, brand_id: int, destination_id: int, clock: Clock, pace: Pace | None = None) -> int:
    """What was due for the destination has been posted, or waits for a later attempt.

    Killed anywhere it is posted again: at least once, always under the same `webhook-id`. No transaction is open while
    the destination is waited for. The first answer that speaks of the destination ends the turn.

    returns  how many attempts were made
    effects  delivery, delivery_attempt, destination; a later job for what waits; audit destination.paused
    """
    pace, attempts = pace or Pace(), 0
    with app.db.transaction(brand_id=brand_id) as session:
        if not take_turn(session, destination_id=destination_id, now=clock()):
            return 0
    ends = time.monotonic() + pace.turn.total_seconds()
    allowed = app.settings.private_destinations
    with Line(private_allowed=allowed, whole_seconds=pace.whole_seconds) as line:
        going = True
        while going and time.monotonic() < ends:
            found = _round(app, brand_id, destination_id, clock())
            if found is None:
                break
            for letter in found.letters:
                going = _posted(app, brand_id, destination_id, line, found, letter, clock)
                attempts += 1
                if not going or time.monotonic() >= ends:
                    break
    with app.db.transaction(brand_id=brand_id) as session:
        _come_back(session, destination_id, clock())
    return attempts


def _round(app: App, brand_id: int, destination_id: int, now: datetime) -> Round | None:
    """What is due just now; None where nothing is, or nothing may go there."""
    with app.db.transaction(brand_id=brand_id) as session:
        destination = session.get(Destination, destination_id)
        if destination is None or destination.state != DestinationState.ACTIVE.value:
            return None
        if destination.not_before is not None and destination.not_before > now:
            return None
        due = due_deliveries(session, destination_id=destination_id, limit=TOGETHER, now=now)
        if not due:
            return None
        return Round(
            destination.settings["url"],
            secrets_of(destination, cipher=app.cipher, now=now),
            tuple(letters_of(app, session, destination, due, now=now)),
        )


def letters_of(
    app: App, session: Session, destination: Destination, due: Sequence[Delivery], *, now: datetime
) -> Iterator[Letter]:
    """The bodies of these deliveries as the lake holds their rows now: whom they are about, nobody who was erased.

    A third party that is told who customers are hears nothing of those who did not agree to it.
    """
    asks = destination.with_identities and destination.third_party
    brand_id = brand_of(session)
    code = brand_info(session, brand_id=brand_id).code
    types = app.wiring.of(FactType)
    with app.lake.reading() as cursor:
        for (batch_id, fact), group in groupby(due, key=lambda one: (one.batch_id, one.fact)):
            some = list(group)
            table = tables_of([fact], fact_types=types)[fact]
            if some[0].takes_back is not None:  # an undo has a batch of its own
                yield from (Letter(one.delivery_id, _taken_back(one, table=table, code=code)) for one in some)
                continue
            rows = rows_of_deliveries(
                cursor, brand_id=brand_id, table=table, fact=fact, batch_id=batch_id,
                spans=[(one.first_row, one.last_row) for one in some],
            )  # fmt: skip
            for one in some:
                whole = [row for row in rows if one.first_row <= row["rowid"] <= one.last_row]
                mine = _shared(session, whole, now=now) if asks else whole
                left_out = len(whole) - len(mine)
                known = _identities(app, session, mine) if destination.with_identities and mine else None
                body = body_of(
                    fact, mine, table=table, brand_code=code, batch_id=batch_id, created_at=one.created_at,
                    identities=known, left_out=left_out,
                )  # fmt: skip
                yield Letter(one.delivery_id, body if mine else None, left_out)


def _shared(session: Session, rows: Sequence[Mapping[str, Any]], *, now: datetime) -> list[Mapping[str, Any]]:
    """The rows that are nobody's, or of customers who agreed to be shared."""
    ids = {row["customer_id"] for row in rows if row["customer_id"] is not None}
    shared = may_be_shared(session, customer_ids=sorted(ids), now=now)
    return [row for row in rows if row["customer_id"] is None or row["customer_id"] in shared]


def _taken_back(delivery: Delivery, *, table: str, code: str) -> bytes:
    assert delivery.takes_back is not None, "it takes back a batch"
    return taken_back_body(
        delivery.fact, table=table, brand_code=code, batch_id=delivery.takes_back, events=delivery.events,
        rows=(delivery.first_row, delivery.last_row), at=delivery.created_at,
    )  # fmt: skip


def _identities(
    app: App, session: Session, rows: Sequence[Mapping[str, Any]]
) -> dict[int, list[dict[str, str]]]:
    ids = sorted({row["customer_id"] for row in rows if row["customer_id"] is not None})
    profiles = profiles_of(session, cipher=app.cipher, customer_ids=ids, reveal=True)
    return {
        customer_id: [{"namespace": one.namespace, "value": one.value} for one in profile.identities]
        for customer_id, profile in profiles.items()
    }


def _posted(
    app: App,
    brand_id: int,
    destination_id: int,
    line: Line,
    found: Round,
    letter: Letter,
    clock: Clock,
) -> bool:
    """One delivery was tried and what came of it is on disk; returns whether the next one may be."""
    if letter.body is None:
        with app.db.transaction(brand_id=brand_id) as session:
            _drop(session, letter, clock())
        return True
    began = clock()
    headers = signed_headers(
        found.secrets,
        delivery=delivery_name(letter.delivery_id),
        timestamp=int(began.timestamp()),
        body=letter.body,
    )
    answer = line.post(found.url, headers=headers, body=letter.body)
    with app.db.transaction(brand_id=brand_id) as session:
        return write_answer(
            session, destination_id=destination_id, delivery_id=letter.delivery_id, answer=answer, began=began,
            body_bytes=len(letter.body), left_out=letter.left_out, now=clock(),
        )  # fmt: skip


def write_answer(
    session: Session, *, destination_id: int, delivery_id: int, answer: Answer, began: datetime, body_bytes: int,
    now: datetime, left_out: int = 0,
) -> bool:  # fmt: skip
    """The attempt is on record, and the delivery and its destination stand where it leaves them.

    returns  whether the next delivery may be tried now
    effects  one row in delivery_attempt; audit destination.paused where that is the end of it for now
    """
    destination = session.get(Destination, destination_id, with_for_update=True)
    delivery = session.get(Delivery, delivery_id, with_for_update=True)
    assert destination is not None, "a destination keeps its row"
    if delivery is None:
        return True
    before = Standing(
        DeliveryState(delivery.state), delivery.attempts, delivery.next_attempt_at, destination.failures,
        destination.not_before,
    )  # fmt: skip
    outcome, after = after_attempt(before, answer, delivery_id=delivery_id, now=now)
    session.add(
        DeliveryAttempt(
            brand_id=delivery.brand_id, delivery_id=delivery_id, at=began, outcome=outcome.value, status=answer.status,
            latency_ms=answer.latency_ms, body_bytes=body_bytes, excerpt=masked(answer.excerpt),
        )
    )  # fmt: skip
    delivery.attempts, delivery.left_out = after.attempts, left_out
    if delivery.state == DeliveryState.WAITING.value:  # or it was dropped meanwhile
        delivery.state, delivery.next_attempt_at = after.state.value, after.next_attempt_at
        delivery.ended_at = None if after.state is DeliveryState.WAITING else now
    destination.failures, destination.not_before = after.failures, after.not_before
    if outcome is Outcome.DELIVERED:
        destination.last_delivered_at = now
    if after.pause is not None and destination.state == DestinationState.ACTIVE.value:
        pause(session, destination, reason=after.pause, outcome=outcome, now=now)
    going = destination.state == DestinationState.ACTIVE.value  # nobody paused or removed it meanwhile
    return going and (after.not_before is None or after.not_before <= now)


def pause(
    session: Session, destination: Destination, *, reason: PauseReason, outcome: Outcome, now: datetime
) -> None:
    """Nothing goes to the destination until somebody resumes it; what happens meanwhile waits.

    effects  audit destination.paused; news for those who may resume it
    """
    destination.state, destination.pause_reason = DestinationState.PAUSED.value, reason.value
    destination.paused_at = destination.updated_at = now
    session.flush()
    record(
        session, actor=SYSTEM, action="destination.paused", subject=("destination", destination.destination_id),
        after={"reason": reason.value, "outcome": outcome.value, "failures": destination.failures}, now=now,
    )  # fmt: skip
    number = destination.destination_id
    news = News(
        "destination_paused", f"destination/{number}/{now.isoformat()}", "error", ("destination", number),
        {"name": destination.name, "reason": reason.value}, permission="destinations.edit",
    )  # fmt: skip
    notify(session, news=news, now=now)


def _drop(session: Session, letter: Letter, now: datetime) -> None:
    delivery = session.get(Delivery, letter.delivery_id, with_for_update=True)
    if delivery is not None and delivery.state == DeliveryState.WAITING.value:
        delivery.state, delivery.next_attempt_at, delivery.ended_at = (
            DeliveryState.DROPPED.value,
            None,
            now,
        )
        delivery.left_out = letter.left_out


def _come_back(session: Session, destination_id: int, now: datetime) -> None:
    """A job is there for the next delivery that is due, if the destination may have any."""
    destination = session.get(Destination, destination_id)
    if destination is None or destination.state != DestinationState.ACTIVE.value:
        return
    due = next_due(session, destination_id=destination_id)
    if due is not None:
        wake_sender(session, destination_id=destination_id, at=due, now=now)
