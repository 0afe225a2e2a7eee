"""The stand-in vendor keeps the promises of a vendor, and breaks them when told to."""

import hashlib
import hmac
import signal
import time

import httpx
import pytest

from siyu_sandbox.rules import chance_of

GOOD = "13800138000"


def test_the_same_out_id_twice_gets_the_same_answer_and_one_sms(sandbox):
    first = sandbox.send(("a", GOOD))[0]
    again = sandbox.send(("a", GOOD), text="【思屿】别的，拒收请回复R")[0]
    assert (first["repeated"], again["repeated"]) == (False, True)
    assert again["message_id"] == first["message_id"]
    log = sandbox.http.get("/sms").json()["messages"]
    assert [(row["out_id"], row["submissions"]) for row in log] == [("a", 2)]


def test_the_same_out_id_twice_in_one_call_is_one_sms(sandbox):
    answers = sandbox.send(("a", GOOD), ("a", GOOD))
    assert answers[0]["message_id"] == answers[1]["message_id"]
    assert len(sandbox.http.get("/sms").json()["messages"]) == 1


@pytest.mark.parametrize(
    ("phone", "text", "kind", "code"),
    [
        (GOOD, None, "marketing", None),  # nothing wrong
        ("+86 138 0013 8000", None, "marketing", None),  # the same number, written otherwise
        ("+447946000000", None, "marketing", None),  # abroad
        ("1380013800", None, "marketing", "invalid_number"),  # a digit short
        ("", None, "marketing", "invalid_number"),
        ("19900020000", None, "marketing", "blacklisted"),  # a number that is always blacklisted
        ("19900060000", None, "marketing", "throttled"),  # always busy
        (GOOD, " ", "marketing", "empty_text"),
        (GOOD, "上新，拒收请回复R", "marketing", "missing_sign"),
        (GOOD, "【思屿】上新", "marketing", "missing_opt_out"),
        (GOOD, "【思屿】验证码 1234", "transactional", None),  # no way out needed
        (GOOD, "【思屿】拒收请回复R" + "长" * 500, "marketing", "text_too_long"),
    ],
)
def test_each_message_is_refused_for_its_own_reason_and_spoils_no_other(sandbox, phone, text, kind, code):
    messages = [{"out_id": "bad", "phone": phone, "text": text}, {"out_id": "good", "phone": "13900139000"}]
    default = {"sign": "思屿", "text": "【思屿】上新，拒收请回复R", "kind": kind}
    bad, good = sandbox.http.post("/sms/send", json={**default, "messages": messages}).json()["messages"]
    assert bad["error_code"] == code
    assert bad["status"] == ("refused" if code else "accepted")
    assert good["status"] == "accepted"


def test_a_phone_takes_three_marketing_messages_a_day_and_any_number_of_codes(sandbox):
    answers = sandbox.send(*[(f"m{n}", GOOD) for n in range(5)])
    assert [answer["error_code"] for answer in answers] == [None] * 3 + ["over_daily_limit"] * 2
    codes = sandbox.send(*[(f"c{n}", GOOD) for n in range(5)], kind="transactional")
    assert {answer["status"] for answer in codes} == {"accepted"}


@pytest.mark.parametrize("path", ["/sms", "/sms/a", "/stats", "/control"])
def test_nothing_is_told_without_the_key(sandbox, path):
    assert httpx.get(sandbox.url + path, trust_env=False).status_code == 401
    wrong = {"Authorization": "Bearer wrong"}
    assert httpx.get(sandbox.url + path, headers=wrong, trust_env=False).status_code == 401


def test_a_call_of_201_messages_or_an_unknown_field_is_refused_whole(sandbox):
    listed = [{"out_id": str(n), "phone": GOOD} for n in range(201)]
    assert sandbox.http.post("/sms/send", json={"messages": listed}).status_code == 422
    assert sandbox.http.post("/sms/send", json={"messages": listed[:1], "txet": "x"}).status_code == 422
    assert sandbox.http.post("/control", json={"mode": "strange"}).status_code == 422
    assert sandbox.http.get("/stats").json()["messages"] == {}


def test_receipts_are_signed_and_say_what_became_of_each(sandbox, receiver, wait_until):
    phones = {"ok": "19900010000", "off": "19900030000", "none": "19900040000", "mute": "19900050000"}
    sandbox.send(*phones.items(), callback_url=receiver.url)
    wait_until(lambda: len(receiver.receipts) == 3)
    told = {receipt["out_id"]: (receipt["status"], receipt["error_code"]) for receipt in receiver.receipts}
    assert told == {
        "ok": ("delivered", None),
        "off": ("failed", "phone_off"),
        "none": ("failed", "no_such_number"),
    }
    assert sandbox.state("mute") == "accepted"
    for signature, body in receiver.posts:
        assert signature == "sha256=" + hmac.new(b"test-key", body, hashlib.sha256).hexdigest()


def test_a_callback_that_does_not_answer_2xx_is_asked_again_until_it_does(sandbox, receiver, wait_until):
    receiver.statuses = [500, 404, 200]
    sandbox.send(("a", GOOD), callback_url=receiver.url)
    wait_until(lambda: sandbox.http.get("/stats").json()["callbacks"] == {"sent": 1})
    assert [receipt["out_id"] for receipt in receiver.receipts] == ["a"] * 3


def test_a_dead_callback_does_not_hold_up_another(sandbox, receiver, wait_until):
    sandbox.send(("dead", GOOD), callback_url="http://127.0.0.1:9/nobody")
    sandbox.send(("alive", GOOD), callback_url=receiver.url)
    wait_until(lambda: [receipt["out_id"] for receipt in receiver.receipts] == ["alive"])


def test_the_seed_alone_decides_who_fails(sandbox, wait_until):
    sandbox.control(fail_rate=0.3)
    sandbox.send(*[(f"s{n}", f"138001{n:05}") for n in range(200)])
    wait_until(lambda: "accepted" not in sandbox.http.get("/stats").json()["messages"])
    failed = {
        row["out_id"] for row in sandbox.http.get("/sms", params={"state": "failed"}).json()["messages"]
    }
    assert failed == {f"s{n}" for n in range(200) if chance_of(7, "fate", f"s{n}") < 0.3}
    assert 30 < len(failed) < 90


def test_a_killed_sandbox_forgets_nothing_and_carries_on(own_sandbox, receiver, wait_until):
    own_sandbox.control(delivery_delay_seconds=2)
    first = own_sandbox.send(("a", GOOD), callback_url=receiver.url)[0]
    own_sandbox.stop(signal.SIGKILL)
    own_sandbox.start()
    assert own_sandbox.http.get("/control").json()["delivery_delay_seconds"] == 2
    assert own_sandbox.send(("a", GOOD))[0] == first | {"repeated": True}
    wait_until(lambda: [receipt["out_id"] for receipt in receiver.receipts] == ["a"])


def test_it_ends_on_an_interrupt_within_seconds(own_sandbox):
    begin = time.monotonic()
    assert own_sandbox.stop(signal.SIGINT) in (0, -signal.SIGINT)
    assert time.monotonic() - begin < 4


def test_a_500_takes_nothing_for_as_many_calls_as_told(sandbox):
    sandbox.control(mode="error_500", calls=2)
    body = {"messages": [{"out_id": "a", "phone": GOOD, "text": "【思屿】上新，拒收请回复R"}]}
    assert [sandbox.http.post("/sms/send", json=body).status_code for _ in range(3)] == [500, 500, 200]
    assert sandbox.http.get("/sms/a").json()["submissions"] == 1


def test_a_500_after_acceptance_has_sent_the_sms(sandbox):
    sandbox.control(mode="error_500_after_accept", calls=1)
    body = {"messages": [{"out_id": "a", "phone": GOOD, "text": "【思屿】上新，拒收请回复R"}]}
    assert sandbox.http.post("/sms/send", json=body).status_code == 500
    assert sandbox.send(("a", GOOD))[0]["repeated"]


def test_a_timeout_has_sent_the_sms_and_said_nothing(sandbox):
    sandbox.control(mode="timeout", calls=1, answer_delay_seconds=5)
    body = {"messages": [{"out_id": "a", "phone": GOOD, "text": "【思屿】上新，拒收请回复R"}]}
    with pytest.raises(httpx.ReadTimeout):
        sandbox.http.post("/sms/send", json=body, timeout=0.3)
    assert sandbox.http.get("/sms/a").status_code == 200


@pytest.mark.parametrize(
    ("mode", "told"),
    [
        ("duplicate_receipts", ["delivered", "delivered"]),
        ("contradicting_receipts", ["delivered", "failed"]),
    ],
)
def test_receipts_can_be_told_to_mislead(sandbox, receiver, wait_until, mode, told):
    sandbox.control(mode=mode)
    sandbox.send(("a", GOOD), callback_url=receiver.url)
    wait_until(lambda: len(receiver.receipts) == 2)
    assert [receipt["status"] for receipt in receiver.receipts] == told


def test_a_receipt_can_come_before_the_answer(sandbox, receiver):
    sandbox.control(mode="receipt_before_answer", delivery_delay_seconds=60)
    sandbox.send(("a", GOOD), callback_url=receiver.url)
    assert [receipt["out_id"] for receipt in receiver.receipts] == ["a"]


def test_a_reply_of_r_reaches_the_sender_and_stops_the_number(sandbox, receiver, wait_until):
    sandbox.send(("a", GOOD), callback_url=receiver.url)
    wait_until(lambda: sandbox.state("a") == "delivered")
    assert sandbox.http.post("/sms/reply", json={"phone": GOOD, "text": "R"}).json() == {"out_id": "a"}
    wait_until(lambda: receiver.replies)
    reply = receiver.replies[0]
    assert (reply["phone"], reply["text"], reply["sign"], reply["out_id"]) == (GOOD, "R", "思屿", "a")
    assert sandbox.send(("b", GOOD))[0]["error_code"] == "blacklisted"


def test_nobody_replies_from_a_number_that_nothing_reached(sandbox):
    assert sandbox.http.post("/sms/reply", json={"phone": GOOD, "text": "R"}).status_code == 404


def test_a_share_of_readers_can_opt_out_by_themselves(sandbox, receiver, wait_until):
    sandbox.control(opt_out_rate=1)
    sandbox.send(("a", GOOD), callback_url=receiver.url)
    wait_until(lambda: [reply["text"] for reply in receiver.replies] == ["R"])


def test_the_inbox_shows_messages_as_text_and_its_button_replies(sandbox, wait_until):
    sandbox.send(("a", GOOD), text="【思屿】<script>x</script>，拒收请回复R")
    wait_until(lambda: sandbox.state("a") == "delivered")
    page = httpx.get(sandbox.url, trust_env=False).text
    assert "&lt;script&gt;" in page
    assert "<script>" not in page
    token = page.split('name="token" value="')[1].split('"')[0]
    form = {"phone": GOOD, "text": "R", "token": token}
    assert httpx.post(sandbox.url + "/inbox/reply", data=form, trust_env=False).status_code == 303
    assert sandbox.send(("b", GOOD))[0]["error_code"] == "blacklisted"
    forged = httpx.post(sandbox.url + "/inbox/reply", data=form | {"token": "x"}, trust_env=False)
    assert forged.status_code == 403


def test_query_tells_of_the_known_and_is_silent_of_the_others(sandbox):
    sandbox.send(("a", GOOD))
    found = sandbox.http.post("/sms/query", json={"out_ids": ["a", "b"]}).json()["messages"]
    assert [row["out_id"] for row in found] == ["a"]


def test_the_log_is_read_in_pages(sandbox):
    sandbox.send(*[(f"p{n}", f"138000{n:05}") for n in range(5)])
    first = sandbox.http.get("/sms", params={"limit": 3}).json()["messages"]
    rest = sandbox.http.get("/sms", params={"after": first[-1]["seq"]}).json()["messages"]
    assert [row["out_id"] for row in first + rest] == ["p0", "p1", "p2", "p3", "p4"]


@pytest.mark.slow
def test_twenty_thousand_messages_pass_at_three_thousand_a_second(sandbox):
    batches = [
        {
            "callback_url": None,
            "text": "【思屿】上新，拒收请回复R",
            "messages": [{"out_id": f"{b}-{n}", "phone": f"13{b:03}{n:06}"} for n in range(200)],
        }
        for b in range(100)
    ]
    begin = time.monotonic()
    for batch in batches:
        assert sandbox.http.post("/sms/send", json=batch).status_code == 200
    assert time.monotonic() - begin < 20_000 / 3_000
