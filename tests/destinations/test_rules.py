"""Signatures, waits, addresses and bodies, decided without looking at anything."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siyu.destinations.contracts import Answer, DeliveryState, Outcome, PauseReason, Standing
from siyu.destinations.errors import BadDestinationAddress
from siyu.destinations.rules.addresses import is_public, target_of
from siyu.destinations.rules.payload import body_of
from siyu.destinations.rules.retrying import (
    ATTEMPTS_MAX,
    FAILURES_MAX,
    LONGEST_WAIT,
    after_attempt,
    outcome_of,
    wait_after,
)
from siyu.destinations.rules.signing import secret_text, signature, signed_headers

NOW = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
FRESH = Standing(DeliveryState.WAITING, 0, NOW, failures=0, not_before=None)


def test_a_body_is_signed_as_the_specification_s_example() -> None:
    said = signature(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", delivery="msg_p5jXN8AQM9LWM0D4loKWxJek",
        timestamp=1614265330, body=b'{"test": 2432232314}',
    )  # fmt: skip
    assert said == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_two_valid_secrets_give_two_signatures() -> None:
    new, old = secret_text(b"n" * 32), secret_text(b"o" * 32)
    headers = signed_headers([new, old], delivery="dlv_1", timestamp=1_700_000_000, body=b"{}")
    assert headers["webhook-id"] == "dlv_1"
    assert headers["webhook-timestamp"] == "1700000000"
    assert headers["webhook-signature"].split(" ") == [
        signature(one, delivery="dlv_1", timestamp=1_700_000_000, body=b"{}") for one in (new, old)
    ]


WAITS = [
    (1, timedelta(seconds=5)),
    (2, timedelta(seconds=20)),
    (3, timedelta(seconds=80)),
    (4, timedelta(seconds=320)),
    (5, timedelta(seconds=1_280)),
    (6, timedelta(seconds=5_120)),
    (7, timedelta(seconds=20_480)),
    (8, timedelta(seconds=81_920)),
    (9, LONGEST_WAIT),  # a day from here on
    (500, LONGEST_WAIT),  # and no number overflows
]


@pytest.mark.parametrize(("attempts", "wait"), WAITS)
def test_waits_grow_fourfold_up_to_a_day(attempts: int, wait: timedelta) -> None:
    assert wait_after(attempts, share=0.0) == wait
    assert wait_after(attempts, share=1.0) == wait * 0.8


@given(st.integers(1, 1_000), st.floats(0, 1))
def test_a_wait_is_never_longer_than_a_day_and_never_none(attempts: int, share: float) -> None:
    assert timedelta(seconds=4) <= wait_after(attempts, share=share) <= LONGEST_WAIT


MEANINGS: list[tuple[int | Outcome, Outcome, bool, PauseReason | None]] = [
    # status or problem, what it means, does it hold up the others, does it pause
    (200, Outcome.DELIVERED, False, None),
    (299, Outcome.DELIVERED, False, None),
    (302, Outcome.REDIRECT, True, None),  # never followed: the address must be mended
    (400, Outcome.REFUSED, False, None),  # this body alone
    (422, Outcome.REFUSED, False, None),
    (401, Outcome.TURNED_AWAY, True, None),  # the next body would fare no better
    (404, Outcome.TURNED_AWAY, True, None),
    (408, Outcome.TIMEOUT, True, None),
    (410, Outcome.GONE, True, PauseReason.GONE),  # asked to stop
    (429, Outcome.TOO_MANY, True, None),
    (500, Outcome.SERVER_ERROR, True, None),
    (101, Outcome.SERVER_ERROR, True, None),  # no answer to a POST
    (Outcome.TIMEOUT, Outcome.TIMEOUT, True, None),
    (Outcome.UNREACHABLE, Outcome.UNREACHABLE, True, None),
    (Outcome.PRIVATE_ADDRESS, Outcome.PRIVATE_ADDRESS, True, None),
]


@pytest.mark.parametrize(("said", "meaning", "holds_up", "pause"), MEANINGS)
def test_what_an_answer_means(
    said: int | Outcome, meaning: Outcome, holds_up: bool, pause: PauseReason | None
) -> None:
    answer = Answer(None, said, 5) if isinstance(said, Outcome) else Answer(said, None, 5)
    assert outcome_of(answer) is meaning
    _, after = after_attempt(FRESH, answer, delivery_id=1, now=NOW)
    assert (after.not_before is not None) == holds_up
    assert after.pause is pause
    assert after.attempts == 1
    assert (after.state is DeliveryState.DELIVERED) == (meaning is Outcome.DELIVERED)


def test_the_last_attempt_gives_up_and_the_twentieth_failure_in_a_row_pauses() -> None:
    late = Standing(DeliveryState.WAITING, ATTEMPTS_MAX - 1, NOW, failures=3, not_before=None)
    _, after = after_attempt(late, Answer(400, None, 5), delivery_id=1, now=NOW)
    assert (after.state, after.next_attempt_at, after.pause) == (DeliveryState.FAILED, None, None)
    often = Standing(DeliveryState.WAITING, 0, NOW, failures=FAILURES_MAX - 1, not_before=None)
    _, after = after_attempt(often, Answer(500, None, 5), delivery_id=1, now=NOW)
    assert (after.state, after.pause) == (DeliveryState.WAITING, PauseReason.FAILURES)
    _, after = after_attempt(often, Answer(204, None, 5), delivery_id=1, now=NOW)
    assert (after.failures, after.pause, after.not_before) == (0, None, None)


def test_a_destination_that_says_how_long_to_wait_is_left_alone_for_so_long() -> None:
    asked = Answer(429, None, 5, retry_after_seconds=3_600)
    _, after = after_attempt(FRESH, asked, delivery_id=1, now=NOW)
    assert after.not_before == after.next_attempt_at == NOW + timedelta(hours=1)
    forever = Answer(429, None, 5, retry_after_seconds=10**9)
    _, after = after_attempt(FRESH, forever, delivery_id=1, now=NOW)
    assert after.not_before == NOW + LONGEST_WAIT


ADDRESSES = [
    ("93.184.215.14", True),
    ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
    ("127.0.0.1", False),  # ourselves
    ("127.9.9.9", False),
    ("::1", False),
    ("0.0.0.0", False),  # noqa: S104 -- ourselves, on Linux
    ("10.1.2.3", False),
    ("172.16.0.1", False),
    ("192.168.1.1", False),
    ("100.64.0.1", False),  # a carrier's inside
    ("169.254.169.254", False),  # where clouds keep credentials
    ("fd00:ec2::254", False),
    ("fe80::1", False),
    ("fe80::1%eth0", False),
    ("fec0::1", False),
    ("224.0.0.1", False),
    ("255.255.255.255", False),
    ("198.18.0.1", False),
    ("::ffff:127.0.0.1", False),  # the same, in other clothes
    ("::ffff:8.8.8.8", True),
    ("2002:7f00:0001::", False),  # 6to4 of 127.0.0.1
    ("64:ff9b::a9fe:a9fe", False),  # NAT64 of 169.254.169.254
    ("2001:0:0:0:0:0:0:1", False),  # Teredo
    ("crm.example.com", False),  # no address at all
]


@pytest.mark.parametrize(("address", "public"), ADDRESSES)
def test_only_addresses_of_the_internet_are_public(address: str, public: bool) -> None:
    assert is_public(address) is public


URLS = [
    ("https://crm.example.com/in", True),
    ("https://crm.example.com:8443/in?a=1#x", True),
    ("http://crm.example.com/in", False),  # readable on the way
    ("https://user:secret@crm.example.com/", False),
    ("https://93.184.215.14@10.0.0.1/", False),
    ("ftp://crm.example.com/", False),
    ("file:///etc/passwd", False),
    ("https:///in", False),
    ("https://crm.example.com:99999/", False),
    ("https://crm.exa mple.com/", False),
    ("https://crm.example.com\\@10.0.0.1/", False),
    ("https://[::1/", False),
    ("crm.example.com", False),
    ("https://crm..example.com/", False),  # nobody can look these up
    ("https://" + "x" * 64 + ".example.com/", False),
    ("https://" + "x." * 130 + "com/", False),
    ("https://例子.测试/", False),  # to be written in ASCII, so that two spellings are not two places
    ("https://crm.example.com/" + "x" * 2_000, False),
]


@pytest.mark.parametrize(("url", "good"), URLS)
def test_a_webhook_goes_to_an_https_address_without_a_password(url: str, good: bool) -> None:
    if good:
        assert target_of(url, private_allowed=False).host == "crm.example.com"
        return
    with pytest.raises(BadDestinationAddress):
        target_of(url, private_allowed=False)


def test_where_private_networks_are_allowed_plain_http_is_too() -> None:
    assert target_of("http://127.0.0.1:9/x", private_allowed=True).port == 9


def row(**changes: Any) -> dict[str, Any]:
    common = {
        "rowid": 3,
        "customer_id": 7,
        "identity_id": 9,
        "occurred_at": NOW,
        "source": "till",
        "batch_id": 1,
    }
    return common | changes


def test_a_body_tells_facts_with_lasting_ids_and_not_who_customers_are() -> None:
    rows = [row(paid_fen=100, currency=None, more='{"note": "x", "paid_fen": 5}')]
    body = json.loads(body_of("order", rows, table="order", brand_code="tea", batch_id=1, created_at=NOW))
    assert body == {
        "type": "order", "timestamp": "2026-11-02T04:00:00Z",
        "data": {"brand": "tea", "batch_id": 1, "events": [{
            "event_id": "order-3", "event": "order", "customer_id": 7, "occurred_at": "2026-11-02T04:00:00Z",
            "source": "till", "properties": {"note": "x", "paid_fen": 100},
        }]},
    }  # fmt: skip


def test_an_event_of_the_brand_s_own_is_told_by_its_name_and_version() -> None:
    rows = [row(name="tea_tasting", version=2, properties='{"cups": 3}')]
    known = {7: [{"namespace": "member_no", "value": "V1"}]}
    body = json.loads(
        body_of(
            "tea_tasting",
            rows,
            table="event",
            brand_code="tea",
            batch_id=1,
            created_at=NOW,
            identities=known,
        )
    )
    told = body["data"]["events"][0]
    assert (told["event_id"], told["event"], told["version"]) == ("event-3", "tea_tasting", 2)
    assert told["properties"] == {"cups": 3}
    assert told["identities"] == known[7]
