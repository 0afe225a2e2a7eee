"""Whoever was told of an import is told that it was taken back, and what is so again, however often we are struck."""

import json
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient
from sqlalchemy import select, text

from siyu.destinations.actions.planning import plan_batch
from siyu.destinations.actions.replaying import replay
from siyu.destinations.contracts import Choice, DeliveryState
from siyu.destinations.models import Delivery
from siyu.intake.actions.undo import undo_import
from siyu.kernel.app import App
from siyu.kernel.audit import SYSTEM
from siyu.kernel.facts import FactBatch
from tests.conftest import NOW
from tests.destinations.makers import LIN, Clock, make_webhook, sent
from tests.destinations.receiver import Receiver, receiving
from tests.intake.importing import bring, line, write_csv


def plan_all(app: App, brand_id: int) -> int:
    """Every batch has been planned, in the order in which they ended; some of them before."""
    with app.db.transaction(brand_id=brand_id) as session:
        batches = session.scalars(select(FactBatch.batch_id).order_by(FactBatch.batch_id)).all()
    return sum(plan_batch(app, brand_id=brand_id, batch_id=one, now=NOW) for one in batches)


def told(receiver: Receiver) -> dict[str, dict[str, Any]]:
    """What a receiver knows that keeps facts by their id, and drops a batch when it is told to."""
    known: dict[str, dict[str, Any]] = {}
    for _, body in receiver.came:
        whole = json.loads(body)
        for one in whole["data"]["events"]:
            if whole["type"] == "taken_back":
                gone = one["properties"]
                known = {
                    name: kept for name, kept in known.items()
                    if (kept["event"], kept["batch_id"]) != (gone["fact"], gone["batch_id"])
                }  # fmt: skip
            else:
                known[one["event_id"]] = {**one, "batch_id": whole["data"]["batch_id"]}
    return known


def sums(receiver: Receiver) -> dict[str, int]:
    return {
        one["properties"]["order_key"]: one["properties"]["paid_fen"]
        for one in told(receiver).values()
        if one["event"] == "order"
    }


def test_a_receiver_that_does_as_it_is_told_knows_what_the_brand_knows(
    inside: App, brand_id: int, receiver: Receiver, tmp_path: Path
) -> None:
    number, _ = make_webhook(inside, brand_id, receiver, facts=("order", "order_line"))
    with receiving() as other:
        silent, _ = make_webhook(inside, brand_id, other, facts=("refund",), name="of refunds alone")
        first = write_csv(tmp_path / "a.csv", [line("1"), line("2")])
        bring(inside, brand_id, first)
        plan_all(inside, brand_id)
        sent(inside, brand_id, number, Clock())
        assert sums(receiver) == {"1": 990, "2": 990}
        longer = write_csv(tmp_path / "b.csv", [line("1"), line("1", sku="T"), line("2"), line("3")])
        second, _ = bring(inside, brand_id, longer)
        plan_all(inside, brand_id)
        sent(inside, brand_id, number, Clock())
        assert sums(receiver) == {"1": 1_980, "2": 990, "3": 990}

        undo_import(inside, brand_id=brand_id, import_id=second, actor=SYSTEM, now=NOW)
        assert plan_all(inside, brand_id) == 3  # orders and lines are taken back, and one order is as it was
        assert plan_all(inside, brand_id) == 0
        assert sent(inside, brand_id, number, Clock()) == 3
        assert sums(receiver) == {"1": 990, "2": 990}
        assert len([one for one in told(receiver).values() if one["event"] == "order_line"]) == 2
        assert sent(inside, brand_id, silent, Clock()) == 0, "who was told of nothing has nothing to drop"
    (_, body) = next(one for one in receiver.came if json.loads(one[1])["type"] == "taken_back")
    (said,) = json.loads(body)["data"]["events"]
    assert (said["customer_id"], said["properties"]["fact"]) == (None, "order")
    assert said["event_id"] == f"taken_back-{said['properties']['batch_id']}-order"


def test_an_undo_arrives_after_what_it_takes_back_whatever_was_on_its_way(
    inside: App, brand_id: int, client: TestClient, receiver: Receiver, tmp_path: Path
) -> None:
    number, _ = make_webhook(inside, brand_id, receiver)
    import_id, _ = bring(inside, brand_id, write_csv(tmp_path / "a.csv", [line("1")]))
    plan_all(inside, brand_id)
    receiver.moods, clock = [503], Clock()
    sent(inside, brand_id, number, clock)  # perhaps it arrived all the same
    undo_import(inside, brand_id=brand_id, import_id=import_id, actor=SYSTEM, now=NOW)
    plan_all(inside, brand_id)
    clock.forward(days=1)
    assert sent(inside, brand_id, number, clock) == 2
    assert [json.loads(body)["type"] for _, body in receiver.came] == ["taken_back"]
    with inside.db.transaction(brand_id=brand_id) as session:
        rows = session.execute(
            select(Delivery.state, Delivery.takes_back.is_not(None)).order_by(Delivery.delivery_id)
        )
        assert [tuple(row) for row in rows] == [("dropped", False), ("delivered", True)]
        again = Choice(states=(DeliveryState.DELIVERED,))
        assert replay(session, destination_id=number, choice=again, actor=LIN, now=clock.now) == (1, False)
    sent(inside, brand_id, number, clock)
    assert receiver.came[0][1] == receiver.came[1][1]
    assert receiver.came[0][0]["webhook-id"] == receiver.came[1][0]["webhook-id"]
    page = client.get(f"/api/v1/destinations/{number}/deliveries").json()
    assert [one["takes_back"] is not None for one in page["items"]] == [True, False]
    with inside.db.engine.begin() as owner:
        owner.execute(
            text("UPDATE destination SET state = 'removed' WHERE destination_id = :it"), {"it": number}
        )
