"""Another company learns who customers are by their consent alone; silence and a no leave them out, and are counted."""

import csv
import io
import json
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from siyu.destinations.actions.planning import plan_batch
from siyu.destinations.contracts import ExportContent, ExportOrder, FileFormat
from siyu.destinations.models import Delivery
from siyu.entrypoints.worker import work
from siyu.kernel.app import App
from siyu.kernel.audit import SYSTEM, AuditEntry
from siyu.kernel.clock import utcnow
from siyu.kernel.db import enter_brand
from siyu.people.actions.consents import record_words
from siyu.people.api import may_be_shared, merge_customers, save_customers
from siyu.people.contracts import ConsentChannel, ConsentWord, CustomerRecord, Purpose
from siyu.people.rules.consents import is_allowed
from siyu.segments.api import create_segment
from siyu.segments.contracts import EVERYBODY
from tests.conftest import NOW
from tests.destinations.makers import LIN, Clock, make_webhook, sent, write_orders
from tests.destinations.receiver import Receiver
from tests.destinations.test_exports import files_of, folder, ordered, runs


def make_people(app: App, session: Session, count: int) -> list[int]:
    records = [
        CustomerRecord("member_no", f"V{number}", NOW, phone=f"1380013800{number}", name=f"客{number}")
        for number in range(count)
    ]
    save_customers(session, cipher=app.cipher, records=records, source="t", batch_id=None, now=NOW)
    query = "SELECT customer_id FROM customer WHERE brand_id = :b ORDER BY customer_id"
    ids = session.execute(text(query), {"b": session.info["brand_id"]}).scalars().all()
    return list(ids)[-count:]


def says(app: App, session: Session, customer_id: int, *, granted: bool, day: int = 0) -> None:
    at = NOW + timedelta(days=day)
    word = ConsentWord(customer_id, Purpose.SHARING, ConsentChannel.ALL, granted, "staff", at)
    record_words(session, cipher=app.cipher, words=[word], recorded_by="", now=at)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    words=st.lists(st.tuples(st.integers(0, 4), st.booleans(), st.integers(0, 3)), max_size=10),
    merged=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=3),
)
def test_of_a_set_the_same_is_said_as_of_each_person(
    app: App, brand_id: int, words: list[tuple[int, bool, int]], merged: list[tuple[int, int]]
) -> None:
    """The naive way: everything that one person said under any number, in order; the last word, or silence."""
    with Session(app.db.engine) as session:
        enter_brand(session, brand_id=brand_id)
        ids = make_people(app, session, 5)
        person = {place: {place} for place in range(5)}
        said: list[tuple[int, int, int, bool]] = []
        for one, other in merged:
            if person[one] is not person[other]:
                session.execute(
                    text("UPDATE customer SET merged_into = :head WHERE customer_id = ANY(:them)"),
                    {"head": min(ids[place] for place in person[one] | person[other]),
                     "them": [ids[place] for place in person[one] | person[other]
                              if ids[place] != min(ids[each] for each in person[one] | person[other])]},
                )  # fmt: skip
                together = person[one] | person[other]
                person |= dict.fromkeys(together, together)
        for number, (place, granted, day) in enumerate(words):
            at = NOW + timedelta(days=day)
            query = """INSERT INTO consent_entry (brand_id, customer_id, channel, purpose, granted, source, said_at,
                       recorded_at) VALUES (:b, :c, 'all', 'sharing', :g, 't', :at, :at)"""
            session.execute(text(query), {"b": brand_id, "c": ids[place], "g": granted, "at": at})
            said.append((day, number, place, granted))
        now = NOW + timedelta(days=2)
        found = may_be_shared(session, customer_ids=[*ids, 10**9], now=now)
        session.rollback()
    for place, customer_id in enumerate(ids):
        heard = sorted(word for word in said if word[2] in person[place] and word[0] <= 2)
        newest = heard[-1][3] if heard else None
        assert (customer_id in found) == is_allowed(Purpose.SHARING, newest=newest)
    assert 10**9 not in found


def test_an_export_to_a_third_party_holds_who_agreed_and_says_how_many_did_not(
    app: App, brand_id: int
) -> None:
    with app.db.transaction(brand_id=brand_id) as session:
        yes, no, silent, changed = make_people(app, session, 4)
        says(app, session, yes, granted=True)
        says(app, session, no, granted=False)
        says(app, session, changed, granted=True)
        says(app, session, changed, granted=False, day=1)
        segment = create_segment(
            session, name="all", description="", definition=EVERYBODY, sources=(), actor=LIN, now=NOW
        ).segment_id
    number = folder(app, brand_id, third_party=True)
    order = ExportOrder(
        "vip",
        ExportContent.SEGMENT,
        FileFormat.CSV,
        segment_id=segment,
        with_profiles=True,
        reason="联名活动",
    )
    plan = ordered(app, brand_id, number, order)
    work(app, once=True)
    found = files_of(app, plan)
    (row,) = csv.DictReader(io.StringIO(found[f"segment-{segment}.csv"].decode("utf-8-sig")))
    assert (row["customer_id"], row["name"]) == (str(yes), "客0")
    manifest = json.loads(found["manifest.json"])
    assert (manifest["rows"], manifest["left_out_without_consent"]) == (1, 3)
    assert runs(app, brand_id)[-1].left_out == 3
    with app.db.transaction(brand_id=brand_id) as session:
        query = select(AuditEntry).where(AuditEntry.action == "destination_export.written")
        assert session.scalars(query).one().after["left_out"] == 3  # type: ignore[index]
    assert silent
    # What names nobody is not cut.
    plain = ordered(
        app, brand_id, number, ExportOrder("n", order.content, FileFormat.CSV, segment_id=segment)
    )
    work(app, once=True)
    assert json.loads(files_of(app, plain)["manifest.json"])["rows"] == 4
    # Nor what stays with the brand.
    own = folder(app, brand_id, name="ours")
    ordered(app, brand_id, own, order)
    work(app, once=True)
    assert runs(app, brand_id)[-1].files[0]["rows"] == 4
    assert runs(app, brand_id)[-1].left_out == 0


def test_a_webhook_of_a_third_party_hears_of_who_agrees_now(
    inside: App, brand_id: int, receiver: Receiver
) -> None:
    with inside.db.transaction(brand_id=brand_id) as session:
        yes, no = make_people(inside, session, 2)
        says(inside, session, yes, granted=True)
    number, _ = make_webhook(
        inside, brand_id, receiver, with_identities=True, third_party=True, reason="联名活动"
    )
    for customer in (yes, no, None):
        write_orders(inside, brand_id, batch_id=1, count=1, customer_id=customer)
    write_orders(inside, brand_id, batch_id=2, count=2, customer_id=no)
    for batch in (1, 2):
        plan_batch(inside, brand_id=brand_id, batch_id=batch, now=NOW)
    sent(inside, brand_id, number, Clock())
    (only,) = [json.loads(body)["data"] for _, body in receiver.came]
    assert [event["customer_id"] for event in only["events"]] == [yes, None]
    assert only["events"][0]["identities"]
    assert only["left_out"] == 1
    with inside.db.transaction(brand_id=brand_id) as session:
        stood = session.execute(
            select(Delivery.state, Delivery.left_out).order_by(Delivery.delivery_id)
        ).all()
    assert [tuple(one) for one in stood] == [("delivered", 1), ("dropped", 2)]
    # A withdrawal holds at the next attempt; a merge with somebody who refused does too.
    with inside.db.transaction(brand_id=brand_id) as session:
        says(inside, session, no, granted=False, day=1)
        merge_customers(session, yes, no, actor=SYSTEM, reason="one person", now=NOW + timedelta(days=1))
        assert may_be_shared(session, customer_ids=[yes, no], now=utcnow() + timedelta(days=999)) == set()
