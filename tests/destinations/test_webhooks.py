"""Facts reach a webhook at least once, whatever the other side and our own processes do."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from siyu.destinations.actions.destinations import (
    resume_destination,
)
from siyu.destinations.actions.planning import plan_batch
from siyu.destinations.actions.replaying import replay
from siyu.destinations.actions.waking import stuck_destinations
from siyu.destinations.contracts import Choice, DeliveryState
from siyu.destinations.errors import (
    UnknownDestinationFact,
)
from siyu.destinations.models import Delivery, DeliveryAttempt
from siyu.destinations.queries.deliveries import rows_of_deliveries
from siyu.destinations.rules.retrying import FAILURES_MAX
from siyu.kernel.app import App
from siyu.kernel.audit import AuditEntry
from siyu.kernel.db import Role
from siyu.kernel.lake import brand_schema
from siyu.kernel.notices import Notice
from tests.conftest import NOW
from tests.destinations.makers import (
    LIN,
    Clock,
    destination,
    make_webhook,
    outcomes,
    planned,
    sent,
    states,
    write_orders,
)
from tests.destinations.receiver import Receiver


def test_facts_of_a_batch_arrive_signed_in_parts_and_once_planned_are_not_planned_again(
    inside: App, brand_id: int, receiver: Receiver
) -> None:
    number, secret = make_webhook(inside, brand_id, receiver)
    assert planned(inside, brand_id, batch_id=1, count=1_201) == 3
    assert plan_batch(inside, brand_id=brand_id, batch_id=1, now=NOW) == 0
    assert sent(inside, brand_id, number, Clock()) == 3
    assert [len(json.loads(body)["data"]["events"]) for _, body in receiver.came] == [500, 500, 201]
    assert len(set(receiver.event_ids)) == 1_201
    assert all(receiver.is_signed(secret, one) for one in range(3))
    assert states(inside, brand_id) == [("delivered", 1)] * 3
    assert sent(inside, brand_id, number, Clock()) == 0
    with (
        inside.lake.reading() as cursor
    ):  # the id is the fact's for ever, also after its customer became another
        cursor.execute(f'UPDATE {brand_schema(brand_id)}."order" SET customer_id = 8')
    with inside.db.transaction(brand_id=brand_id) as session:
        everything = Choice(states=(DeliveryState.DELIVERED,), since=NOW)
        assert replay(session, destination_id=number, choice=everything, actor=LIN, now=NOW) == (3, False)
    before = sorted(receiver.event_ids)
    receiver.came.clear()
    assert sent(inside, brand_id, number, Clock()) == 3
    assert sorted(receiver.event_ids) == before
    assert {one["customer_id"] for one in json.loads(receiver.came[0][1])["data"]["events"]} == {8}


MOODS: list[tuple[Any, str]] = [
    (500, "server_error"),
    (400, "refused"),
    ((302, {"location": "http://127.0.0.1:1/elsewhere"}), "redirect"),
    ((429, {"retry-after": "7"}), "too_many"),
    ((429, {"retry-after": "7" * 5_000}), "too_many"),
    ("hang", "timeout"),
    ("drip", "timeout"),
    ("close", "unreachable"),
]


def test_whatever_goes_wrong_is_written_down_and_tried_again_until_it_arrives(
    inside: App, brand_id: int, receiver: Receiver
) -> None:
    number, _ = make_webhook(inside, brand_id, receiver)
    planned(inside, brand_id, batch_id=1, count=3)
    receiver.moods, clock = [mood for mood, _ in MOODS], Clock()
    for tried in range(1, len(MOODS) + 1):
        assert sent(inside, brand_id, number, clock) == 1
        assert states(inside, brand_id) == [("waiting", tried)]
        assert sent(inside, brand_id, number, clock) == 0, "nothing is tried before its time"
        clock.forward(days=1)
    assert destination(inside, brand_id, number).failures == len(MOODS)
    assert sent(inside, brand_id, number, clock) == 1
    assert outcomes(inside, brand_id) == [*(meaning for _, meaning in MOODS), "delivered"]
    assert len({headers["webhook-id"] for headers, _ in receiver.came}) == 1
    assert len(receiver.event_ids) == 3
    assert destination(inside, brand_id, number).failures == 0
    with inside.db.transaction(brand_id=brand_id) as session:
        said = list(session.scalars(select(DeliveryAttempt.excerpt)))
        assert "answer 500, ask 138****8000" in said, "an answer may repeat what nobody may read here"


def test_a_destination_that_is_down_is_asked_with_one_delivery_and_a_poisoned_one_holds_up_no_other(
    inside: App, brand_id: int, receiver: Receiver
) -> None:
    number, _ = make_webhook(inside, brand_id, receiver)
    for batch in range(1, 6):
        planned(inside, brand_id, batch_id=batch, count=1)
    receiver.moods, clock = [503], Clock()
    assert sent(inside, brand_id, number, clock) == 1
    clock.forward(minutes=1)
    receiver.moods = [422]
    assert sent(inside, brand_id, number, clock) == 5
    assert [state for state, _ in states(inside, brand_id)].count("delivered") == 4
    clock.forward(days=1)
    assert sent(inside, brand_id, number, clock) == 1
    assert len(set(receiver.event_ids)) == 5


def test_after_many_failures_it_is_paused_and_nothing_of_what_happens_meanwhile_is_lost(
    inside: App, brand_id: int, receiver: Receiver
) -> None:
    number, _ = make_webhook(inside, brand_id, receiver)
    receiver.always, clock = 500, Clock()
    for batch in range(1, 4):
        planned(inside, brand_id, batch_id=batch, count=2)
    tried = 0
    while tried < FAILURES_MAX and clock.now < NOW + timedelta(days=2):
        tried += sent(inside, brand_id, number, clock)
        clock.forward(minutes=20)
    found = destination(inside, brand_id, number)
    assert (found.state, found.pause_reason) == ("paused", "failures")
    assert planned(inside, brand_id, batch_id=9, count=2) == 1
    assert sent(inside, brand_id, number, clock) == 0
    receiver.always = 200
    with inside.db.transaction(brand_id=brand_id) as session:
        resume_destination(session, destination_id=number, actor=LIN, now=clock.now)
        assert session.scalars(select(AuditEntry.action).order_by(AuditEntry.audit_entry_id)).all()[-2:] == [
            "destination.paused",
            "destination.resumed",
        ]
        told = session.scalars(select(Notice).where(Notice.kind == "destination_paused")).all()
        assert [(one.permission, one.facts["reason"]) for one in told] == [("destinations.edit", "failures")]
    sent(inside, brand_id, number, clock)
    assert len(set(receiver.event_ids)) == 8
    receiver.always = 410
    planned(inside, brand_id, batch_id=10, count=1)
    sent(inside, brand_id, number, clock)
    assert destination(inside, brand_id, number).pause_reason == "gone"


class Killed(BaseException):
    """The process is gone here."""


STEPS = ["plan", "post", "write", "come back"]


@pytest.mark.parametrize("step", STEPS)
def test_killed_between_any_two_steps_everything_arrives_under_its_old_id(
    inside: App, brand_id: int, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    number, _ = make_webhook(inside, brand_id, receiver)
    write_orders(inside, brand_id, batch_id=1, count=700)

    def die(*arguments: Any, **more: Any) -> Any:
        raise Killed

    places = {
        "plan": ("siyu.destinations.actions.planning.wake_sender", die),
        "post": ("siyu.destinations.gateways.web.Line.post", die),
        "write": ("siyu.destinations.actions.delivering.write_answer", die),
        "come back": ("siyu.destinations.actions.delivering._come_back", die),
    }
    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(*places[step])
        plan_batch(inside, brand_id=brand_id, batch_id=1, now=NOW)
        sent(inside, brand_id, number, Clock())
    plan_batch(inside, brand_id=brand_id, batch_id=1, now=NOW)
    sent(inside, brand_id, number, Clock())
    assert len(set(receiver.event_ids)) == 700
    assert len({headers["webhook-id"] for headers, _ in receiver.came}) == 2
    assert {state for state, _ in states(inside, brand_id)} == {"delivered"}


def test_of_a_great_batch_only_the_rows_that_are_due_are_read(
    inside: App, brand_id: int, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, _ = make_webhook(inside, brand_id, receiver)
    planned(inside, brand_id, batch_id=1, count=12_000)
    receiver.moods, clock = (
        [422],
        Clock(),
    )  # the first part is not wanted, and comes again when all others are out
    assert sent(inside, brand_id, number, clock) == 24
    with inside.db.transaction(brand_id=brand_id) as session:
        last = session.scalars(select(Delivery).order_by(Delivery.delivery_id.desc()).limit(1)).one()
        replay(session, destination_id=number, choice=Choice((last.delivery_id,)), actor=LIN, now=clock.now)
    read: list[int] = []

    def counted(*given: Any, **more: Any) -> Any:
        rows = rows_of_deliveries(*given, **more)
        read.append(len(rows))
        return rows

    monkeypatch.setattr("siyu.destinations.actions.delivering.rows_of_deliveries", counted)
    clock.forward(days=1)
    assert sent(inside, brand_id, number, clock) == 2
    assert read == [1_000]


def test_a_lost_job_is_found_and_one_that_takes_long_is_left_alone(
    inside: App, brand_id: int, receiver: Receiver
) -> None:
    number, _ = make_webhook(inside, brand_id, receiver)
    planned(inside, brand_id, batch_id=1, count=1)
    change = text("UPDATE procrastinate_jobs SET status = :status WHERE lock = :lock")
    for status, minutes, expected in (("doing", 3, False), ("failed", 1, False), ("failed", 3, True)):
        with inside.db.engine.begin() as owner:
            owner.execute(change, {"status": status, "lock": f"destination/{number}"})
        with inside.db.transaction(brand_id=None, role=Role.PUMP) as session:
            found = stuck_destinations(session, now=NOW + timedelta(minutes=minutes))
        assert (brand_id in {one for one, _ in found}) is expected


def test_many_batches_leave_one_waiting_job(inside: App, brand_id: int, receiver: Receiver) -> None:
    number, _ = make_webhook(inside, brand_id, receiver)
    for batch in range(1, 30):
        planned(inside, brand_id, batch_id=batch, count=1)
    count = text(
        "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'destinations.deliver' "
        "AND CAST(args ->> 'destination_id' AS bigint) = :number"
    )
    with inside.db.engine.connect() as owner:
        assert owner.scalar(count, {"number": number}) == 1


def test_only_chosen_facts_go_and_only_while_they_are_in_the_lake(
    inside: App, brand_id: int, receiver: Receiver
) -> None:
    number, _ = make_webhook(inside, brand_id, receiver, facts=("order", "refund", "event"))
    schema = brand_schema(brand_id)
    with inside.lake.transaction() as cursor:
        for table, more in (("order_line", ""), ("event", ", name, version, properties")):
            values = ", 'tea_tasting', 1, '{\"cups\": 3}'" if more else ""
            cursor.execute(
                f"INSERT INTO {schema}.{table} (customer_id, occurred_at, source, batch_id{more}) "
                f"VALUES (7, ?, 'till', 1{values})",
                [NOW],
            )
    assert planned(inside, brand_id, batch_id=1, count=1) == 2
    with inside.lake.transaction() as cursor:
        cursor.execute(f'DELETE FROM {schema}."order"')  # the import was undone
    sent(inside, brand_id, number, Clock())
    assert states(inside, brand_id) == [("delivered", 1), ("dropped", 0)]
    assert json.loads(receiver.came[0][1])["data"]["events"][0]["event"] == "tea_tasting"
    with pytest.raises(UnknownDestinationFact):
        make_webhook(inside, brand_id, receiver, facts=("ordr",), name="other")
