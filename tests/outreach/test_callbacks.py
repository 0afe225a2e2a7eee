"""Receipts and replies: authentic or refused, in any order, any number of times."""

import json
from datetime import timedelta

import pytest

from siyu.organisation.api import brand_info
from siyu.outreach.actions.sending import send_due
from siyu.outreach.rules.authenticity import SANDBOX_SIGNATURE_HEADER, seal_of
from siyu.people.api import consents_of
from tests.outreach.conftest import KEY
from tests.outreach.makers import (
    NOON,
    facts_of,
    funnel,
    make_customers,
    phone_of,
    plan,
    states_in_facts,
    value_of,
)

CODE = {"failed": "phone_off"}


@pytest.fixture
def accepted(ready, brand_id, sandbox, clock):
    """Three messages at the vendor, which says nothing more of them."""
    sandbox.control(mode="no_receipts")
    make_customers(ready, brand_id, 3)
    plan(ready, brand_id)
    send_due(ready, brand_id=brand_id, clock=clock)
    return ready


@pytest.fixture
def post(client, accepted, brand_id):
    """Posts what the vendor would, to the brand's webhook."""
    with accepted.db.transaction(brand_id=brand_id) as session:
        code = brand_info(session, brand_id=brand_id).code

    def send(receipts=(), replies=(), *, key=KEY, brand=code, provider="sandbox"):
        body = json.dumps({"batch_id": "b", "receipts": list(receipts), "replies": list(replies)}).encode()
        headers = {SANDBOX_SIGNATURE_HEADER: seal_of(body, key)}
        return client.post(f"/api/v1/webhooks/sms/{provider}/{brand}", content=body, headers=headers)

    return send


def out_id(sandbox, number=0):
    return next(one["out_id"] for one in sandbox.log() if one["phone"] == phone_of(number))


def receipt(name, status):
    return {
        "out_id": name, "message_id": "m", "status": status, "error_code": CODE.get(status), "segments": 1,
        "at": NOON.isoformat(),
    }  # fmt: skip


def reply(name, text, number=0):
    at = (NOON + timedelta(minutes=5)).isoformat()
    return {"phone": phone_of(number), "text": text, "sign": "思屿", "out_id": name, "at": at}


ORDERS = [
    (["delivered"], "delivered"),
    (["delivered", "delivered"], "delivered"),
    (["accepted", "delivered"], "delivered"),
    # a carrier corrects itself
    (["failed", "delivered"], "delivered"),
    # late news of a failure that was none
    (["delivered", "failed", "accepted"], "delivered"),
    (["failed", "accepted", "failed"], "failed"),
]


@pytest.mark.parametrize(("order", "end"), ORDERS)
@pytest.mark.parametrize("together", [True, False])
def test_receipts_end_in_the_same_state_in_one_post_or_several(
    post, accepted, brand_id, sandbox, order, end, together
):
    receipts = [receipt(out_id(sandbox), status) for status in order]
    for posted in [receipts] if together else [[one] for one in receipts]:
        assert post(posted).status_code == 200
    assert funnel(accepted, brand_id)[end] == 1
    told = states_in_facts(accepted, brand_id)
    assert told[end] == 1
    assert told["accepted"] == 3


def test_a_receipt_of_a_message_that_is_not_ours_is_counted_and_passed_over(
    post, accepted, brand_id, sandbox
):
    ours = out_id(sandbox)
    strangers = [receipt(name, "delivered") for name in ("nonsense", f"{ours}0000000", "x-1")]
    answer = post([*strangers, receipt(ours, "delivered")])
    assert answer.json() == {"applied": 1, "ignored": 0, "unknown": 3, "opt_outs": 0}
    assert funnel(accepted, brand_id)["delivered"] == 1


REFUSED = [
    # signed with another key
    ({"key": "another"}, 401),
    # a brand nobody knows: strangers do not learn which there are
    ({"brand": "nobody"}, 401),
    # a vendor the brand does not use
    ({"provider": "another"}, 401),
]


@pytest.mark.parametrize(("how", "status"), REFUSED)
def test_a_post_that_is_not_authentic_changes_nothing(post, accepted, brand_id, sandbox, how, status):
    assert post([receipt(out_id(sandbox), "delivered")], **how).status_code == status
    assert funnel(accepted, brand_id)["accepted"] == 3


def test_a_signed_post_that_cannot_be_read_is_refused(post, accepted, brand_id):
    assert post([{"out_id": "a"}]).json()["code"] == "callback_malformed"


def test_a_refusal_takes_effect_at_once_and_is_told_once(post, accepted, brand_id, sandbox, clock):
    name = out_id(sandbox)
    for _ in range(2):
        assert post(replies=[reply(name, "td")]).status_code == 200
    facts = [key for key in facts_of(accepted, brand_id) if key[0] == "consent_changed"]
    assert len(facts) == 1
    assert funnel(accepted, brand_id)["opted_out"] == 1
    customer = value_of(accepted, brand_id, "SELECT customer_id FROM message WHERE opted_out_at IS NOT NULL")
    with accepted.db.transaction(brand_id=brand_id) as session:
        said = consents_of(session, customer_id=customer)
    assert [one["granted"] for one in said] == [False, True]
    clock.move(days=1)
    plan(accepted, brand_id, campaign_id=2, now=clock())
    send_due(accepted, brand_id=brand_id, clock=clock)
    assert funnel(accepted, brand_id, 2)["reason:opt_out_channel"] == 1
    assert len(sandbox.log()) == 3 + 2


def test_a_reply_that_is_no_refusal_changes_nothing(post, accepted, brand_id, sandbox):
    answer = post(replies=[reply(out_id(sandbox), "好的，谢谢")])
    assert answer.json()["opt_outs"] == 0
    assert "opted_out" not in funnel(accepted, brand_id)


def test_a_refusal_from_a_number_nobody_has_silences_the_number(post, accepted, brand_id):
    known = value_of(accepted, brand_id, "SELECT count(*) FROM customer")
    answer = post(replies=[reply(None, "退订", number=9_999)])
    assert answer.json()["opt_outs"] == 1
    assert value_of(accepted, brand_id, "SELECT count(*) FROM customer") == known
    assert value_of(accepted, brand_id, "SELECT count(*) FROM suppression") == 1


def test_a_reply_at_the_vendors_reaches_the_ledger_by_itself(ready, brand_id, sandbox, clock, wait_until):
    make_customers(ready, brand_id, 1)
    plan(ready, brand_id)
    send_due(ready, brand_id=brand_id, clock=clock)
    wait_until(lambda: funnel(ready, brand_id).get("delivered") == 1)
    sandbox.http.post("/sms/reply", json={"phone": phone_of(0), "text": "R"}).raise_for_status()
    wait_until(lambda: funnel(ready, brand_id).get("opted_out") == 1)
    assert value_of(ready, brand_id, "SELECT kind FROM suppression") == "opt_out"


def test_a_post_larger_than_any_vendors_is_refused(client, brand_id):
    answer = client.post("/api/v1/webhooks/sms/sandbox/any", content=b"x" * 2_000_001)
    assert answer.json()["code"] == "callback_malformed"
