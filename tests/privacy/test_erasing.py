"""Who asks to be forgotten is: in every place, whatever kills the work, and nobody else is touched."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import text

from siyu.kernel.app import App
from siyu.kernel.audit import Actor
from siyu.kernel.db import Database, Held
from siyu.kernel.lake import Lake
from siyu.kernel.longwork import LongTask, ask_to_cancel
from siyu.organisation.api import brand_info
from siyu.people.api import find_customers, profiles_of, save_customers
from siyu.privacy.actions.erasing import run_erasure
from siyu.privacy.api import approve_request, ask_for, proof_of, request_info
from siyu.privacy.contracts import RequestKind, RequestState
from siyu.privacy.errors import ErasedAlready, OtherPersonNeeded, RequestOpen
from siyu.privacy.rules.proof import is_whole, proof_page
from tests.intake.eventing import program
from tests.privacy.makers import (
    EARLIER,
    LIN,
    MAIL,
    NOW,
    OTHER_PHONE,
    PHONE,
    Two,
    ask,
    clock,
    erase,
    everywhere,
    lake_rows,
    member,
    people,
    rejected_lines,
    rows,
)

TABLES = ("customer", "customer_identity", "consent_entry", "event_reject", "message", "campaign_recipient")


def found(app: App, brand_id: int, wanted: str) -> list[int]:
    with app.db.transaction(brand_id=brand_id) as session:
        return find_customers(session, cipher=app.cipher, wanted=wanted)


def proof(app: App, brand_id: int, request_id: int) -> dict[str, Any]:
    with app.db.transaction(brand_id=brand_id) as session:
        return proof_of(session, request_id=request_id)


def of_other(app: App, brand_id: int, two: Two) -> dict[str, Any]:
    """Everything of the other, to be compared."""
    ours = (two.fang, two.card)
    held: dict[str, Any] = {
        table: [
            row
            for row in rows(app, brand_id, f"SELECT * FROM {table} ORDER BY 1")
            if row.get("customer_id") not in ours
        ]
        for table in TABLES
        if table != "event_reject"
    }
    held["lake"] = [row for row in lake_rows(app, brand_id, "search") if row["customer_id"] == two.other]
    held["files"] = [line for line in rejected_lines(app, brand_id).splitlines() if OTHER_PHONE in line]
    held["audit"] = rows(
        app, brand_id, "SELECT after FROM audit_entry WHERE subject_id = :who AND action = 'customer.revealed'",
        who=str(two.other),
    )  # fmt: skip
    return held


def test_nothing_of_the_person_is_found_and_the_proof_says_what_went(app: App, brand_id: int) -> None:
    two = everywhere(app, brand_id, app.settings.home)
    before = of_other(app, brand_id, two)
    assert found(app, brand_id, PHONE) == [two.fang]
    request_id = erase(app, brand_id, two.fang, reason=f"王芳 ({PHONE}) wrote to us")
    for wanted in (PHONE, f"+86{PHONE}", MAIL, "CARD-0001", "CARD-0002", "王小芳"):
        assert found(app, brand_id, wanted) == []
    assert found(app, brand_id, "王芳") == [two.other]
    with app.db.transaction(brand_id=brand_id) as session:
        profile = profiles_of(session, cipher=app.cipher, customer_ids=[two.card], reveal=True)[two.card]
    assert (profile.customer_id, profile.name, profile.phone, profile.identities) == (two.fang, "", "", ())
    assert OTHER_PHONE in rejected_lines(app, brand_id)
    assert PHONE not in rejected_lines(app, brand_id)
    assert of_other(app, brand_id, two) == before
    told = proof(app, brand_id, request_id)
    assert is_whole(told)
    assert PHONE not in str(told)
    assert "王" not in str(told["request"])
    gone = {one["place"]: one["count"] for one in told["removed"]}
    assert gone == {
        "people.identities": 4, "people.links": 3, "people.profiles": 2, "intake.envelopes": 1,
        "intake.event_rejects": 1, "intake.import_rejects": 1, "intake.uploads": 1, "outreach.addresses": 1,
        "lake.search.texts": 1, "audit.words": 1,
    }  # fmt: skip
    assert [one for one in told["searches"] if one["count"]] == []
    assert told["customer_ids"] == [two.fang, two.card]
    page = proof_page(told, language="zh")
    assert "个人信息删除证明" in page
    assert told["sha256"] in page


def test_a_card_whose_number_is_somebody_s_customer_number_is_not_said_to_be_found(
    app: App, brand_id: int
) -> None:
    two = people(app, brand_id)
    with app.db.transaction(brand_id=brand_id) as session:
        namesake = member(str(two.other), name="李雷")
        save_customers(
            session, cipher=app.cipher, records=[namesake], source="crm", batch_id=None, now=EARLIER
        )
        customer_id = session.scalar(text("SELECT max(customer_id) FROM customer"))
    told = proof(app, brand_id, erase(app, brand_id, customer_id))
    assert [one for one in told["searches"] if one["count"]] == []


def test_sales_are_as_before(app: App, brand_id: int) -> None:
    two = everywhere(app, brand_id, app.settings.home)
    orders = lake_rows(app, brand_id, "order")
    told = proof(app, brand_id, erase(app, brand_id, two.fang))
    assert lake_rows(app, brand_id, "order") == orders
    assert told["sales"]["equal"]
    assert told["sales"]["before"]["order"] == {"rows": 2, "fen": 11_100}


def test_the_phone_is_never_written_to_again(app: App, brand_id: int) -> None:
    two = people(app, brand_id)
    erase(app, brand_id, two.fang)
    live = rows(app, brand_id, "SELECT kind, source FROM suppression WHERE lifted_at IS NULL")
    assert live == [{"kind": "opt_out", "source": "erasure"}]


class Killed(BaseException):
    """The process is gone."""


@contextmanager
def killed_at(last: int) -> Iterator[list[int]]:
    """The n-th time a transaction of PostgreSQL or the lake begins or has ended, nothing goes on."""
    whole, lake, steps = Database.transaction, Lake.transaction, [0]

    def step() -> None:
        if threading.current_thread() is not threading.main_thread():
            return  # another process goes on
        steps[0] += 1
        if steps[0] == last:
            raise Killed

    @contextmanager
    def transaction(self: Database, **named: Any) -> Iterator[Any]:
        with whole(self, **named) as session:
            yield session
        step()

    @contextmanager
    def lake_transaction(self: Lake, *held: Held) -> Iterator[Any]:
        with lake(self, *held) as cursor:
            yield cursor
        step()

    Database.transaction, Lake.transaction = transaction, lake_transaction  # type: ignore[assignment,method-assign]
    try:
        yield steps
    finally:
        Database.transaction, Lake.transaction = whole, lake  # type: ignore[method-assign]


@pytest.mark.slow
def test_killed_between_any_two_steps_it_ends_with_the_same_proof(app: App, brand_id: int) -> None:
    two = everywhere(app, brand_id, app.settings.home)
    request_id, task_id = ask(app, brand_id, two.fang)
    for last in range(1, 200):
        with killed_at(last):
            try:
                run_erasure(app, brand_id=brand_id, request_id=request_id, task_id=task_id, clock=clock)
            except Killed:
                continue
        break
    assert last > 20
    told = proof(app, brand_id, request_id)
    assert len(told["removed"]) == 10
    assert [one for one in told["searches"] if one["count"]] == []
    assert told["sales"]["equal"]
    with app.db.transaction(brand_id=brand_id) as session:
        assert session.get(LongTask, task_id).state == "done"  # type: ignore[union-attr]
        assert session.scalar(text("SELECT person_sealed FROM privacy_request")) is None


def test_again_changes_nothing(app: App, brand_id: int) -> None:
    two = people(app, brand_id)
    request_id, task_id = ask(app, brand_id, two.fang)
    for _ in range(2):
        run_erasure(app, brand_id=brand_id, request_id=request_id, task_id=task_id, clock=clock)
    with app.db.transaction(brand_id=brand_id) as session:
        assert request_info(session, request_id=request_id).state is RequestState.DONE
        brand = brand_info(session, brand_id=brand_id)
        with pytest.raises(ErasedAlready):
            ask_for(
                session,
                kind=RequestKind.ERASURE,
                customer_id=two.fang,
                reason="again",
                brand=brand,
                actor=LIN,
                now=NOW,
            )


def test_cancelled_before_it_began_nobody_is_forgotten(app: App, brand_id: int) -> None:
    two = people(app, brand_id)
    request_id, task_id = ask(app, brand_id, two.fang)
    with app.db.transaction(brand_id=brand_id) as session:
        ask_to_cancel(session, task_id=task_id, actor=LIN)
    with pytest.raises(Exception, match="cancelled by lin"):
        run_erasure(app, brand_id=brand_id, request_id=request_id, task_id=task_id, clock=clock)
    assert found(app, brand_id, PHONE) == [two.fang]


def test_a_second_person_approves_where_the_brand_wants_it(app: App, brand_id: int) -> None:
    two = people(app, brand_id)
    with app.db.transaction(brand_id=brand_id) as session:
        session.execute(text("UPDATE brand SET needs_approval = true"))
        brand = brand_info(session, brand_id=brand_id)
        asked = ask_for(
            session,
            kind=RequestKind.ERASURE,
            customer_id=two.fang,
            reason="by mail",
            brand=brand,
            actor=LIN,
            now=NOW,
        )
        assert (asked.state, asked.task_id) == (RequestState.AWAITING_APPROVAL, None)
        assert asked.due_on.isoformat() == "2026-11-23"
        with pytest.raises(OtherPersonNeeded):
            approve_request(session, request_id=asked.request_id, actor=LIN, now=NOW)
        with pytest.raises(RequestOpen):
            ask_for(
                session,
                kind=RequestKind.ERASURE,
                customer_id=two.fang,
                reason="again",
                brand=brand,
                actor=LIN,
                now=NOW,
            )
    with program(app, brand_id, scopes=("privacy.approve",)) as http:  # one's own key is nobody else
        answer = http.post(f"/api/v1/privacy/requests/{asked.request_id}/approve")
        assert (answer.status_code, answer.json()["code"]) == (403, "people_only")
    with app.db.transaction(brand_id=brand_id) as session:
        approved = approve_request(
            session, request_id=asked.request_id, actor=Actor("user", 2, "chen"), now=NOW
        )
        assert (approved.state, approved.decided_by) == (RequestState.QUEUED, "chen")
