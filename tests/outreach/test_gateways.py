"""The client of the sandbox, against a real sandbox and against networks that fail."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import httpx
import pytest

from siyu.outreach.contracts import MessageClass, OutboundSms, OutcomeKind, ReceiptStatus
from siyu.outreach.errors import CallbackMalformed, ReceiptNotAuthentic
from siyu.outreach.gateways.sandbox_sms import SandboxSms, read_callback
from siyu.outreach.rules.authenticity import seal_of

KEY = "gateway-key"
TEXT = "【思屿】上新，拒收请回复R"
Handler = Callable[[httpx.Request], httpx.Response]


@pytest.fixture(scope="module")
def sandbox_url() -> Iterator[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "siyu_sandbox", "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "SIYU_SANDBOX_KEY": KEY},
    )
    assert process.stdout is not None
    yield process.stdout.readline().split()[-1]
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    process.stdout.close()


@pytest.fixture
def control(sandbox_url: str) -> Callable[..., None]:
    headers = {"Authorization": f"Bearer {KEY}"}

    def change(**changes: object) -> None:
        httpx.post(
            sandbox_url + "/control", json=changes, headers=headers, trust_env=False
        ).raise_for_status()

    httpx.post(sandbox_url + "/reset", headers=headers, trust_env=False).raise_for_status()
    change(delivery_delay_seconds=60, fail_rate=0, mode="normal")
    return change


@pytest.fixture
def vendor(sandbox_url: str, control: Callable[..., None]) -> Iterator[SandboxSms]:
    client = SandboxSms(base_url=sandbox_url, key=KEY, timeout_seconds=5)
    yield client
    client.close()


def _faked(handler: Handler) -> SandboxSms:
    return SandboxSms(
        base_url="http://vendor", key=KEY, transport=httpx.MockTransport(handler), pause=lambda seconds: None
    )


def _send(vendor: SandboxSms, *messages: OutboundSms):
    return vendor.send(
        messages,
        signature="思屿",
        message_class=MessageClass.MARKETING,
        callback_url="http://127.0.0.1:9/callback",
    )


def _sms(out_id: str, phone: str = "13800138000", text: str = TEXT) -> OutboundSms:
    return OutboundSms(out_id, phone, text)


def test_one_bad_recipient_is_refused_and_the_others_are_taken(vendor):
    outcomes = _send(vendor, _sms("a"), _sms("b", phone="12"), _sms("c", phone="13900139000"))
    assert [(done.out_id, done.kind, done.error_code) for done in outcomes] == [
        ("a", OutcomeKind.ACCEPTED, None),
        ("b", OutcomeKind.REFUSED, "invalid_number"),
        ("c", OutcomeKind.ACCEPTED, None),
    ]
    assert outcomes[0].segments == 1
    assert outcomes[0].provider_message_id


def test_a_busy_vendor_is_to_be_asked_again(vendor):
    assert _send(vendor, _sms("a", phone="19900060000"))[0].kind is OutcomeKind.RETRYABLE


def test_five_hundred_messages_go_in_three_calls_and_keep_their_order(vendor):
    messages = [_sms(f"n{n}", phone=f"138{n:08}") for n in range(500)]
    outcomes = _send(vendor, *messages)
    assert [done.out_id for done in outcomes] == [sms.out_id for sms in messages]
    assert {done.kind for done in outcomes} == {OutcomeKind.ACCEPTED}


def test_a_text_that_spoils_the_call_is_found_and_refused_alone(vendor):
    # The sandbox turns down a whole call in which one text is longer than it reads.
    messages = [_sms(f"n{n}", phone=f"138{n:08}") for n in range(9)]
    outcomes = _send(vendor, *messages, _sms("long", text="长" * 6_000))
    assert [done.kind for done in outcomes] == [OutcomeKind.ACCEPTED] * 9 + [OutcomeKind.REFUSED]


def test_a_500_is_to_be_asked_again_with_the_same_out_id_and_sends_one_sms(vendor, control):
    control(mode="error_500_after_accept", calls=1)
    assert _send(vendor, _sms("a"))[0].kind is OutcomeKind.RETRYABLE
    assert _send(vendor, _sms("a"))[0].kind is OutcomeKind.ACCEPTED
    assert vendor.query(["a"])["a"].status is ReceiptStatus.ACCEPTED


def test_a_timeout_is_uncertain_and_asking_settles_it(sandbox_url, vendor, control):
    control(mode="timeout", calls=1, answer_delay_seconds=2)
    hasty = SandboxSms(base_url=sandbox_url, key=KEY, timeout_seconds=0.3)
    outcome = _send(hasty, _sms("a"))[0]
    hasty.close()
    assert (outcome.kind, outcome.error_code) == (OutcomeKind.UNCERTAIN, "timeout")
    known = vendor.query(["a", "never"])
    assert known["a"].status is ReceiptStatus.ACCEPTED
    assert known["never"] is None


def test_what_the_vendor_refused_is_known_as_failed(vendor):
    _send(vendor, _sms("a", phone="12"))
    found = vendor.query(["a"])["a"]
    assert (found.status, found.error_code) == (ReceiptStatus.FAILED, "invalid_number")


def test_a_wrong_key_takes_nothing_and_raises_nothing(sandbox_url, control):
    stranger = SandboxSms(base_url=sandbox_url, key="wrong")
    outcome = _send(stranger, _sms("a"))[0]
    assert (outcome.kind, outcome.error_code) == (OutcomeKind.RETRYABLE, "http_401")
    assert stranger.query(["a"]) is None
    stranger.close()


def test_nobody_at_the_address_is_retryable(control):
    nobody = SandboxSms(base_url="http://127.0.0.1:9", key=KEY, pause=lambda seconds: None)
    outcome = _send(nobody, _sms("a"))[0]
    nobody.close()
    assert (outcome.kind, outcome.error_code) == (OutcomeKind.RETRYABLE, "unreachable_provider")


@pytest.mark.parametrize(
    ("failure", "kind", "calls"),
    [
        (httpx.ConnectError, OutcomeKind.RETRYABLE, 3),  # never arrived
        (httpx.ConnectTimeout, OutcomeKind.RETRYABLE, 3),
        (httpx.ReadTimeout, OutcomeKind.UNCERTAIN, 1),  # perhaps arrived: not asked again blindly
        (httpx.WriteTimeout, OutcomeKind.UNCERTAIN, 1),
        (httpx.RemoteProtocolError, OutcomeKind.UNCERTAIN, 3),  # cut off in the middle
        (httpx.ReadError, OutcomeKind.UNCERTAIN, 3),
    ],
)
def test_a_failing_network_is_tried_again_with_the_same_out_id(failure, kind, calls):
    seen: list[str] = []

    def fail(request: httpx.Request) -> httpx.Response:
        seen.append(json.loads(request.content)["messages"][0]["out_id"])
        raise failure("no")

    assert _send(_faked(fail), _sms("a"))[0].kind is kind
    assert seen == ["a"] * calls


def test_a_network_that_recovers_is_forgiven():
    left = [httpx.ConnectError("no"), httpx.ReadError("no")]

    def recover(_: httpx.Request) -> httpx.Response:
        if left:
            raise left.pop()
        return httpx.Response(200, json={"messages": [{"out_id": "a", "status": "accepted", "segments": 1}]})

    assert _send(_faked(recover), _sms("a"))[0].kind is OutcomeKind.ACCEPTED


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"<html>",
        b"[]",
        b'{"messages": null}',
        b'{"messages": [3]}',
        b'{"messages": []}',  # forgot it
        b'{"messages": [{"out_id": "b", "status": "accepted"}]}',  # answered for another
        b'{"messages": [{"out_id": "a", "status": "perhaps"}]}',
    ],
)
def test_an_answer_that_cannot_be_read_leaves_the_message_uncertain(answer):
    vendor = _faked(lambda _: httpx.Response(200, content=answer))
    assert _send(vendor, _sms("a"))[0].kind is OutcomeKind.UNCERTAIN


def test_phone_and_text_do_not_show_in_logs():
    assert "138" not in repr(_sms("a"))
    assert "上新" not in repr(_sms("a"))


def _callback(**changes: object) -> bytes:
    receipt = {
        "out_id": "a",
        "status": "failed",
        "error_code": "phone_off",
        "at": "2026-11-11T10:00:00+08:00",
        "segments": 1,
        **changes,
    }
    reply = {
        "phone": "13800138000",
        "text": "R",
        "sign": "思屿",
        "at": "2026-11-11T02:00:00+00:00",
        "out_id": "a",
    }
    return json.dumps({"receipts": [receipt], "replies": [reply]}).encode()


def test_an_authentic_callback_is_read():
    body = _callback()
    found = read_callback(body, seal_of(body, KEY), key=KEY)
    assert found.receipts[0].status is ReceiptStatus.FAILED
    assert found.receipts[0].at == datetime(2026, 11, 11, 2, tzinfo=UTC)
    assert (found.replies[0].text, found.replies[0].signature) == ("R", "思屿")


@pytest.mark.parametrize("signature", [None, "", "sha256=", seal_of(_callback(), "other"), "钥匙"])
def test_a_callback_that_is_not_authentic_is_refused(signature):
    with pytest.raises(ReceiptNotAuthentic):
        read_callback(_callback(), signature, key=KEY)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"[]",
        b"{}",
        b'{"receipts": [3], "replies": []}',
        _callback(status="eaten"),
        _callback(at="2026-11-11T10:00:00"),  # which zone?
        _callback(at=5),
        _callback(segments="many"),
        b'{"receipts": [], "replies": [{}]}',
    ],
)
def test_a_signed_callback_that_cannot_be_read_changes_nothing(body):
    with pytest.raises(CallbackMalformed):
        read_callback(body, seal_of(body, KEY), key=KEY)
