"""Whatever the vendor, the network or the power supply does, nothing is lost and nothing doubled."""

import os
import subprocess
import sys
from datetime import timedelta
from functools import partial
from pathlib import Path

import httpx
import pytest

from siyu.kernel.audit import SYSTEM
from siyu.outreach.actions.answer import write_outcomes
from siyu.outreach.actions.claim import claim_due
from siyu.outreach.actions.sending import Pace, send_due
from siyu.outreach.api import stuck_messages, update_channel
from siyu.outreach.contracts import OutcomeKind, SendOutcome
from siyu.outreach.gateways import providers
from siyu.outreach.gateways.sandbox_sms import SandboxSms
from siyu.outreach.queries.channel import line_of
from tests.outreach.conftest import KEY
from tests.outreach.makers import NOON, funnel, make_customers, plan, states_in_facts, value_of

PEOPLE = 30


@pytest.fixture
def planned(ready, brand_id):
    """Thirty people with a message each that is due."""
    make_customers(ready, brand_id, PEOPLE)
    plan(ready, brand_id)
    return ready


def nothing_lost_or_doubled(app, brand_id, sandbox) -> bool:
    sent = sandbox.log()
    assert len(sent) == len({one["phone"] for one in sent}), "somebody got it twice"
    delivered = funnel(app, brand_id) == {
        "delivered": PEOPLE, "total": PEOPLE, "segments": PEOPLE, "cost_fen": PEOPLE * 45 // 10,
    }  # fmt: skip
    return delivered and states_in_facts(app, brand_id)["delivered"] == PEOPLE


TROUBLE = [
    # the vendor fails and took nothing
    "error_500",
    # the vendor fails and took everything
    "error_500_after_accept",
    # receipts come twice
    "duplicate_receipts",
    # receipts come while the call is still open
    "receipt_before_answer",
]


@pytest.mark.parametrize("mode", TROUBLE)
def test_a_vendor_in_trouble_costs_nobody_a_message(planned, brand_id, sandbox, clock, wait_until, mode):
    sandbox.control(mode=mode, calls=None if mode == "duplicate_receipts" else 1)
    send_due(planned, brand_id=brand_id, clock=clock)
    clock.move(minutes=2)
    send_due(planned, brand_id=brand_id, clock=clock)
    wait_until(lambda: nothing_lost_or_doubled(planned, brand_id, sandbox))


@pytest.mark.parametrize("mode", ["timeout", "timeout_before_accept"])
def test_an_answer_that_never_came_is_asked_for(
    planned, brand_id, sandbox, clock, wait_until, monkeypatch, mode
):
    monkeypatch.setattr(providers, "SandboxSms", partial(SandboxSms, timeout_seconds=0.5))
    sandbox.control(mode=mode, calls=1, answer_delay_seconds=2, delivery_delay_seconds=60)
    send_due(planned, brand_id=brand_id, clock=clock)
    assert funnel(planned, brand_id)["uncertain"] == PEOPLE
    with planned.db.transaction(brand_id=brand_id) as session:
        assert stuck_messages(session) == 0
    sandbox.control(delivery_delay_seconds=0)
    clock.move(minutes=2)
    send_due(planned, brand_id=brand_id, clock=clock)
    send_due(planned, brand_id=brand_id, clock=clock)
    sent = sandbox.log()
    assert len(sent) == len({one["phone"] for one in sent}) == PEOPLE
    assert funnel(planned, brand_id).get("open", 0) == 0


def test_a_vendor_that_stays_down_is_tried_until_the_message_expires(planned, brand_id, sandbox, clock):
    sandbox.control(mode="error_500")
    for _ in range(3):
        send_due(planned, brand_id=brand_id, clock=clock)
        clock.move(minutes=10)
    assert funnel(planned, brand_id)["deferred"] == PEOPLE
    clock.move(days=2, hours=23, minutes=29, seconds=50)
    send_due(planned, brand_id=brand_id, clock=clock)
    assert funnel(planned, brand_id) == {"failed": PEOPLE, "total": PEOPLE}
    assert value_of(planned, brand_id, "SELECT DISTINCT detail FROM message") == "http_500"
    assert states_in_facts(planned, brand_id) == {"failed": PEOPLE}


def test_nobody_listens_at_the_vendors_address(planned, brand_id, sandbox, clock):
    with planned.db.transaction(brand_id=brand_id) as session:
        update_channel(
            session, cipher=planned.cipher, base_url="http://127.0.0.1:9", key=KEY, actor=SYSTEM, now=NOON
        )
    send_due(planned, brand_id=brand_id, clock=clock)
    assert funnel(planned, brand_id)["deferred"] == PEOPLE
    with planned.db.transaction(brand_id=brand_id) as session:
        update_channel(session, cipher=planned.cipher, base_url=sandbox.url, key=KEY, actor=SYSTEM, now=NOON)
    clock.move(minutes=1)
    send_due(planned, brand_id=brand_id, clock=clock)
    assert len(sandbox.log()) == PEOPLE


def test_a_claim_whose_worker_died_before_the_call_is_sent_after_all(planned, brand_id, sandbox, clock):
    with planned.db.transaction(brand_id=brand_id) as session:
        line = line_of(session, cipher=planned.cipher)
        claims = claim_due(session, line=line, limit=200, patience=timedelta(seconds=90), now=clock())
    assert len(claims.to_send) == PEOPLE
    send_due(planned, brand_id=brand_id, clock=clock)
    assert sandbox.log() == []
    clock.move(seconds=91)
    send_due(planned, brand_id=brand_id, clock=clock)
    assert len(sandbox.log()) == PEOPLE


def test_an_answer_for_a_claim_that_was_taken_over_changes_nothing(planned, brand_id, sandbox, clock):
    """The fencing token: a worker that wakes up late may not undo what another did."""
    with planned.db.transaction(brand_id=brand_id) as session:
        line = line_of(session, cipher=planned.cipher)
        late = claim_due(session, line=line, limit=200, patience=timedelta(0), now=clock()).to_send
    with planned.db.transaction(brand_id=brand_id) as session:
        claim_due(session, line=line, limit=200, patience=timedelta(seconds=90), now=clock())
    outcomes = {
        claim.message_id: SendOutcome("x", OutcomeKind.RETRYABLE, error_code="http_500") for claim in late
    }
    with planned.db.transaction(brand_id=brand_id) as session:
        write_outcomes(session, claims=late, outcomes=outcomes, price=line.price, now=clock())
    assert funnel(planned, brand_id)["claimed"] == PEOPLE


@pytest.mark.slow
def test_a_worker_killed_anywhere_loses_and_doubles_nothing(
    ready, brand_id, sandbox, clock, wait_until, tmp_path
):
    """At least ten workers are killed at random points between claim, call and answer."""
    people = 800
    make_customers(ready, brand_id, people)
    plan(ready, brand_id)
    environment = {
        **os.environ,
        "DATABASE_URL": ready.db.url,
        "KEY_FILE": str(ready.settings.key_file),
        "ADDRESS_PORT": str(ready.settings.port),
        "BRAND": str(brand_id),
        "AHEAD": str((clock() - NOON.now(NOON.tzinfo)).total_seconds()),
    }
    script = Path(__file__).with_name("dying_workers.py")
    done = subprocess.run(
        [sys.executable, str(script)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    killed = int(done.stdout.split()[-1])
    assert killed >= 10
    assert sandbox.log(), "the dying sent nothing"
    clock.move(minutes=2)
    for _ in range(3):
        send_due(ready, brand_id=brand_id, clock=clock, pace=Pace(batch=50))
    sent = sandbox.log()
    assert len(sent) == len({one["phone"] for one in sent}) == len({one["out_id"] for one in sent}) == people
    wait_until(lambda: funnel(ready, brand_id).get("delivered") == people)
    told = states_in_facts(ready, brand_id)
    assert told["delivered"] == people
    assert httpx.get(
        sandbox.url + "/stats", headers={"Authorization": f"Bearer {KEY}"}, trust_env=False
    ).json()["messages"] == {"delivered": people}
