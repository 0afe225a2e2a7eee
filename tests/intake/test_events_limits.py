"""What may be sent as events: every limit has its refusal, which says where and what to do."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siyu.intake.errors import events as errors
from siyu.intake.rules import events as rules
from siyu.kernel.errors import SiyuError

NOW = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)


def event(**changes: Any) -> dict[str, Any]:
    """A good event with changes; None leaves a field out."""
    good = {
        "event": "check_in",
        "event_id": "1",
        "occurred_at": "2026-11-02T11:00:00+08:00",
        "identities": [{"namespace": "phone", "value": "13800138000"}],
        "properties": {"points": 5},
    }
    return {name: value for name, value in {**good, **changes}.items() if value is not None}


def take(body: bytes) -> int:
    found = rules.read_events(body)
    rules.check_events(found, body=body, now=NOW)
    return len(found)


def refusal_of(body: bytes) -> SiyuError | None:
    try:
        take(body)
    except SiyuError as refusal:
        return refusal
    return None


def nested(depth: int) -> Any:
    return "end" if depth == 1 else [nested(depth - 1)]


TAKEN = [
    event(),
    event(identities=None, properties=None),  # an anonymous event
    event(authenticated=True, version=3),
    event(occurred_at="2026-11-02T04:05:00Z"),  # five minutes ahead, to the second
    event(occurred_at="2000-01-01T00:00:00Z"),
    event(properties={f"p{n}": n for n in range(100)}),
    event(properties={"p" * 64: 1}),
    event(properties={"deep": nested(5)}),
    event(properties={"n": 2**63 - 1, "m": -(2**63), "f": 1e300}),
    event(properties={"x": "a" * 31_000}),
    event(properties={"x": "\\u0000 written out"}),  # a backslash, not a NUL
    event(identities=[{"namespace": "device", "value": str(n)} for n in range(10)]),
    event(event_id="e" * 128, event="名" * 64),
]

REFUSED: list[tuple[dict[str, Any], type[SiyuError]]] = [
    (event(event=None), errors.EventFieldMalformed),
    (event(event_id=""), errors.EventFieldMalformed),
    (event(event_id="e" * 129), errors.EventFieldMalformed),
    (event(event="n" * 65), errors.EventFieldMalformed),
    (event(occured_at="2026-11-02T11:00:00Z"), errors.EventFieldMalformed),  # a misspelt field
    (event(occurred_at="2026-11-02T11:00:00"), errors.EventFieldMalformed),  # no zone
    (event(occurred_at="yesterday"), errors.EventFieldMalformed),
    (event(occurred_at="10000-01-01T00:00:00Z"), errors.EventFieldMalformed),
    (event(identities=[{"namespace": "phone"}]), errors.EventFieldMalformed),
    (event(identities=[{"namespace": "d", "value": str(n)} for n in range(11)]), errors.EventFieldMalformed),
    (event(properties=[1]), errors.EventFieldMalformed),
    (event(authenticated="yes"), errors.EventFieldMalformed),
    (event(version=0), errors.EventFieldMalformed),
    (event(occurred_at="2026-11-02T04:05:01Z"), errors.EventTooLate),
    (event(occurred_at="9999-12-31T23:59:59Z"), errors.EventTooLate),
    (event(occurred_at="1999-12-31T23:59:59Z"), errors.EventTooEarly),
    (event(occurred_at="0001-01-01T00:00:00+14:00"), errors.EventTooEarly),  # before the first moment in UTC
    (event(properties={f"p{n}": n for n in range(101)}), errors.PropertiesTooMany),
    (event(properties={"p" * 65: 1}), errors.PropertyNameTooLong),
    (event(properties={"": 1}), errors.PropertyNameTooLong),
    (event(properties={"a": {"p" * 65: 1}}), errors.PropertyNameTooLong),
    (event(properties={"deep": nested(6)}), errors.EventTooDeep),
    (event(properties={"n": 2**63}), errors.EventNumberTooLarge),
    (event(properties={"n": [-(2**63) - 1]}), errors.EventNumberTooLarge),
    (event(properties={"n": 10**400}), errors.EventNumberTooLarge),
    (event(properties={"x": "a\0b"}), errors.EventTextUnreadable),
    (event(properties={"x": [{"y": "\0"}]}), errors.EventTextUnreadable),
    (event(properties={"x\0": 1}), errors.EventTextUnreadable),
    (event(event_id="a\0"), errors.EventTextUnreadable),
    (event(identities=[{"namespace": "phone", "value": "\0"}]), errors.EventTextUnreadable),
    (event(properties={"x": "a" * 32_000}), errors.EventTooLarge),
]

BODIES: list[tuple[bytes, type[SiyuError]]] = [
    (b"", errors.EventsMalformed),
    (b"\xff\xfe", errors.EventsMalformed),
    (b"null", errors.EventFieldMalformed),
    (b"[]", errors.EventFieldMalformed),
    (b'{"events": []}', errors.EventsEmpty),
    (b'{"events": 3}', errors.EventFieldMalformed),
    (b'{"events": [' + b"[" * 100_000 + b"]" * 100_000 + b"]}", errors.EventFieldMalformed),
    (b'{"event": ' + b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"}", errors.EventTooDeep),
    (json.dumps(event()).encode().replace(b"check_in", b"\xc3\x28"), errors.EventsMalformed),  # not UTF-8
    (json.dumps(event()).encode().replace(b"check_in", b"\\ud800"), errors.EventsMalformed),  # half a pair
    (json.dumps(event()).encode().replace(b'"points": 5', b'"points": NaN'), errors.EventsMalformed),
    (json.dumps(event()).encode().replace(b'"points": 5', b'"points": 1e999'), errors.EventFieldMalformed),
    (json.dumps({"events": [event()] * 501}).encode(), errors.EventsTooMany),
    (b" " * 1_000_001, errors.EventsBodyTooLarge),
]


@pytest.mark.parametrize("good", TAKEN, ids=range(len(TAKEN)))
def test_what_keeps_within_the_limits_is_taken_alone_and_in_a_batch(good: dict[str, Any]) -> None:
    assert take(json.dumps(good).encode()) == 1
    assert take(json.dumps({"events": [event(), good]}, ensure_ascii=False).encode()) == 2


@pytest.mark.parametrize(("bad", "refusal"), REFUSED, ids=range(len(REFUSED)))
def test_each_limit_has_a_refusal_that_names_the_place(bad: dict[str, Any], refusal: type[SiyuError]) -> None:
    with pytest.raises(refusal):
        take(json.dumps(bad).encode())
    with pytest.raises(refusal) as caught:
        take(json.dumps({"events": [event(), event(), bad]}).encode())
    assert "events[2]" in caught.value.said_in("en")
    assert "events[2]" in caught.value.said_in("zh")


@pytest.mark.parametrize(("body", "refusal"), BODIES, ids=range(len(BODIES)))
def test_a_body_that_is_none_is_refused_in_words(body: bytes, refusal: type[SiyuError]) -> None:
    with pytest.raises(refusal) as caught:
        take(body)
    assert 400 <= caught.value.status < 500


def test_several_bad_events_are_all_named() -> None:
    late = event(occurred_at="2030-01-01T00:00:00Z")
    with pytest.raises(errors.EventTooLate, match=r"events\[1\] \(also bad: events 3, 4\)"):
        take(json.dumps({"events": [event(), late, event(), late, late]}).encode())


def test_no_message_repeats_what_may_be_personal() -> None:
    secret = "13912345678"
    for bad in (
        event(identities=[{"namespace": "phone", "value": secret, "x": 1}]),
        event(properties={"phone": [secret, 2**64]}),
        event(event_id=secret + "0" * 128),
    ):
        with pytest.raises(SiyuError) as caught:
            take(json.dumps(bad).encode())
        assert secret not in caught.value.message


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)
EVENTS = st.fixed_dictionaries(
    {},
    optional={
        "event": st.sampled_from(["check_in", "page_view", "order", "茶"]) | JSON,
        "event_id": st.text(min_size=1, max_size=10) | JSON,
        "occurred_at": st.datetimes(timezones=st.just(UTC)).map(lambda at: at.isoformat()) | JSON,
        "identities": st.lists(st.fixed_dictionaries({"namespace": st.text(), "value": st.text()})) | JSON,
        "properties": st.dictionaries(st.text(max_size=8), JSON, max_size=5) | JSON,
        "authenticated": st.booleans() | JSON,
    },
)


@given(st.binary() | (JSON | EVENTS | st.fixed_dictionaries({"events": st.lists(EVENTS)})).map(
    lambda value: json.dumps(value).encode()
))  # fmt: skip
def test_any_body_is_taken_or_refused_in_words(body: bytes) -> None:
    refused = refusal_of(body)
    assert refused is None or (400 <= refused.status < 500 and len(refused.message) < 1_000)


@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=9000)))
def test_late_events_are_welcome(late: timedelta) -> None:
    assert take(json.dumps(event(occurred_at=(NOW - late).isoformat())).encode()) == 1
