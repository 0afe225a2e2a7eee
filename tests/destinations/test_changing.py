"""A destination that is changed, approved, paused or removed: what goes there then, and that nothing else does."""

import json
from typing import Any

import pytest
from sqlalchemy import text

from siyu.destinations.actions.destinations import (
    approve_destination,
    change_secret,
    change_webhook,
    pause_destination,
    remove_destination,
)
from siyu.destinations.actions.planning import plan_batch
from siyu.destinations.contracts import Answer, WebhookSettings
from siyu.destinations.errors import (
    IdentitiesNeedReason,
    PrivateDestination,
    SecondPersonNeeded,
)
from siyu.destinations.gateways.web import Line
from siyu.destinations.queries.deliveries import parts_of_batch
from siyu.kernel.app import App
from siyu.people.api import find_customers, save_customers
from siyu.people.contracts import CustomerRecord
from tests.conftest import NOW
from tests.destinations.makers import (
    FANG,
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


def test_a_changed_secret_signs_beside_the_former_one_for_a_day(
    inside: App, brand_id: int, receiver: Receiver
) -> None:
    number, old = make_webhook(inside, brand_id, receiver)
    with inside.db.transaction(brand_id=brand_id) as session:
        _, new = change_secret(inside, session, destination_id=number, actor=LIN, now=NOW)
    clock = Clock()
    for batch, old_is_valid in ((1, True), (2, False)):
        planned(inside, brand_id, batch_id=batch, count=1)
        sent(inside, brand_id, number, clock)
        assert receiver.is_signed(new)
        assert receiver.is_signed(old) is old_is_valid
        clock.forward(hours=25)


def test_who_customers_are_is_told_with_a_reason_and_after_a_second_person_agreed(
    inside: App, brand_id: int, receiver: Receiver
) -> None:
    with pytest.raises(IdentitiesNeedReason):
        make_webhook(inside, brand_id, receiver, with_identities=True)
    with inside.db.transaction(brand_id=brand_id) as session:
        session.execute(text("UPDATE brand SET needs_approval = true"))
        record = CustomerRecord("member_no", "V1", NOW, phone="13800138000")
        save_customers(session, cipher=inside.cipher, records=[record], source="t", batch_id=None, now=NOW)
        customer_id = find_customers(session, cipher=inside.cipher, wanted="V1")[0]
    number, _ = make_webhook(inside, brand_id, receiver, with_identities=True, reason="同步到自有 CRM")
    assert destination(inside, brand_id, number).state == "awaiting_approval"
    with inside.db.transaction(brand_id=brand_id) as session, pytest.raises(SecondPersonNeeded):
        approve_destination(session, destination_id=number, actor=LIN, now=NOW)
    write_orders(inside, brand_id, batch_id=1, count=1, customer_id=customer_id)
    assert plan_batch(inside, brand_id=brand_id, batch_id=1, now=NOW) == 0
    with inside.db.transaction(brand_id=brand_id) as session:
        approve_destination(session, destination_id=number, actor=FANG, now=NOW)
    plan_batch(inside, brand_id=brand_id, batch_id=1, now=NOW)
    sent(inside, brand_id, number, Clock())
    told = json.loads(receiver.came[0][1])["data"]["events"][0]["identities"]
    assert {one["value"] for one in told} >= {"V1", "+8613800138000"}
    with inside.db.engine.connect() as owner:
        kept = owner.execute(text("SELECT to_jsonb(d)::text FROM delivery_attempt d")).scalars().all()
        assert not [one for one in kept if "13800138000" in one]


def test_what_happens_while_a_changed_address_waits_for_approval_is_told_after_it(
    inside: App, brand_id: int, receiver: Receiver
) -> None:
    number, _ = make_webhook(inside, brand_id, receiver, with_identities=True, reason="同步到自有 CRM")
    with inside.db.transaction(brand_id=brand_id) as session:
        session.execute(text("UPDATE brand SET needs_approval = true"))
        elsewhere = WebhookSettings(f"{receiver.url}/elsewhere", ("order",))
        change_webhook(
            inside, session, destination_id=number, name="CRM", settings=elsewhere, actor=LIN, now=NOW
        )
    assert destination(inside, brand_id, number).state == "awaiting_approval"
    assert planned(inside, brand_id, batch_id=1, count=2) == 1
    assert sent(inside, brand_id, number, Clock()) == 0
    with inside.db.transaction(brand_id=brand_id) as session:
        approve_destination(session, destination_id=number, actor=FANG, now=NOW)
    assert sent(inside, brand_id, number, Clock()) == 1
    assert len(receiver.event_ids) == 2
    assert destination(inside, brand_id, number).paused_at is None


def test_a_private_address_is_refused_when_it_is_made_and_whenever_it_is_called(
    app: App, inside: App, brand_id: int, receiver: Receiver
) -> None:
    secret_door = Receiver(scheme="https")
    with pytest.raises(PrivateDestination):
        make_webhook(app, brand_id, secret_door)
    number, _ = make_webhook(
        inside, brand_id, secret_door
    )  # a name that came to lead inside after it was made
    planned(app, brand_id, batch_id=1, count=1)
    assert sent(app, brand_id, number, Clock()) == 1
    assert outcomes(app, brand_id) == ["private_address"]
    plain, _ = make_webhook(
        inside, brand_id, receiver, name="plain HTTP, which the operator allows no longer"
    )
    planned(app, brand_id, batch_id=2, count=1)
    assert sent(app, brand_id, plain, Clock()) == 1
    assert outcomes(app, brand_id)[1:] == ["private_address"]
    assert destination(app, brand_id, plain).failures == 1


def test_what_is_paused_between_two_deliveries_gets_no_other(
    inside: App, brand_id: int, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, _ = make_webhook(inside, brand_id, receiver)
    planned(inside, brand_id, batch_id=1, count=1_201)
    post = Line.post

    def paused_meanwhile(*given: Any, **more: Any) -> Answer:
        with inside.db.transaction(brand_id=brand_id) as session:
            pause_destination(session, destination_id=number, actor=LIN, now=NOW)
        return post(*given, **more)

    monkeypatch.setattr(Line, "post", paused_meanwhile)
    assert sent(inside, brand_id, number, Clock()) == 1
    assert states(inside, brand_id) == [("delivered", 1), ("waiting", 0), ("waiting", 0)]


def test_what_is_removed_while_a_batch_is_planned_has_nothing_of_it(
    inside: App, brand_id: int, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, _ = make_webhook(inside, brand_id, receiver)

    def removed_meanwhile(*given: Any, **more: Any) -> Any:
        with inside.db.transaction(brand_id=brand_id) as session:
            remove_destination(session, destination_id=number, actor=LIN, now=NOW)
        return parts_of_batch(*given, **more)

    monkeypatch.setattr("siyu.destinations.actions.planning.parts_of_batch", removed_meanwhile)
    assert planned(inside, brand_id, batch_id=1, count=1) == 0
    assert states(inside, brand_id) == []


def test_what_is_paused_waits_and_what_is_removed_is_dropped(
    inside: App, brand_id: int, receiver: Receiver
) -> None:
    number, _ = make_webhook(inside, brand_id, receiver)
    with inside.db.transaction(brand_id=brand_id) as session:
        pause_destination(session, destination_id=number, actor=LIN, now=NOW)
    planned(inside, brand_id, batch_id=1, count=1)
    assert sent(inside, brand_id, number, Clock()) == 0
    with inside.db.transaction(brand_id=brand_id) as session:
        remove_destination(session, destination_id=number, actor=LIN, now=NOW)
    assert states(inside, brand_id) == [("dropped", 0)]
    found = destination(inside, brand_id, number)
    assert (found.state, found.secret_sealed) == ("removed", None)
    make_webhook(inside, brand_id, receiver)  # its name is free again
