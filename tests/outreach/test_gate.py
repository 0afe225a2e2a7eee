"""The last gate as a rule: what it lets through, what it holds, what it drops."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siyu.outreach.contracts import Channel, MessageClass, SuppressionReason, Verdict
from siyu.outreach.rules.frequency import FrequencyCap, Sent
from siyu.outreach.rules.gate import GatePolicy, Recipient, decide_message, retry_after
from siyu.outreach.rules.numbering import message_id_of, out_id_of
from siyu.outreach.rules.quiet import SendWindow, is_open

NOON = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
WINDOW = SendWindow(time(8), time(21))
POLICY = GatePolicy("Asia/Shanghai", WINDOW, (FrequencyCap("sms_per_day", 1, 1, Channel.SMS),))
WILLING = Recipient(consented=True, suppressed=None, has_address=True)
NIGHT = NOON + timedelta(hours=10)
SUPPRESSED = [None, "legal_block", "complaint", "opt_out_global", "opt_out", "invalid_address"]
BEFORE = (Sent(Channel.SMS, NOON - timedelta(hours=1)),)

CASES = [
    (WILLING, (), NOON, Verdict.ALLOWED, None),
    # nobody knows the customer any more
    (None, (), NOON, Verdict.DROPPED, SuppressionReason.UNREACHABLE),
    # of several reasons the strongest is kept, at night too
    (Recipient(False, "complaint", False), (), NIGHT, Verdict.DROPPED, SuppressionReason.COMPLAINT),
    (Recipient(False, None, True), (), NOON, Verdict.DROPPED, SuppressionReason.CONSENT_MISSING),
    (WILLING, (), NIGHT, Verdict.DEFERRED, SuppressionReason.QUIET_HOURS),
    (WILLING, BEFORE, NOON, Verdict.DEFERRED, SuppressionReason.FREQUENCY_CAP),
]


def decide(recipient, history, now, **changes):
    given_values = {
        "expires_at": NOON + timedelta(days=3),
        "message_class": MessageClass.MARKETING,
        **changes,
    }
    return decide_message(recipient, history, channel=Channel.SMS, policy=POLICY, now=now, **given_values)


@pytest.mark.parametrize(("recipient", "history", "now", "verdict", "reason"), CASES)
def test_the_gate_decides_by_who_then_when_then_how_often(recipient, history, now, verdict, reason):
    decision = decide(recipient, history, now)
    assert (decision.verdict, decision.reason) == (verdict, reason)


def test_a_transactional_message_knows_neither_night_nor_caps_nor_marketing_consent():
    held_back = Recipient(consented=False, suppressed="opt_out", has_address=True)
    assert (
        decide(held_back, BEFORE, NIGHT, message_class=MessageClass.TRANSACTIONAL).verdict is Verdict.ALLOWED
    )


def test_what_has_lost_its_use_is_dropped():
    assert decide(WILLING, (), NOON, expires_at=NOON).verdict is Verdict.DROPPED
    assert decide(WILLING, BEFORE, NOON, expires_at=NOON + timedelta(hours=2)).verdict is Verdict.DROPPED


@given(
    now=st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    hours_ago=st.lists(st.integers(0, 100), max_size=4),
    life=st.integers(1, 200),
    recipient=st.none() | st.builds(Recipient, st.booleans(), st.sampled_from(SUPPRESSED), st.booleans()),
)
def test_nothing_goes_out_against_a_rule_and_everything_held_has_a_moment(now, hours_ago, life, recipient):
    history = [Sent(Channel.SMS, now - timedelta(hours=hours)) for hours in hours_ago]
    expires_at = now + timedelta(hours=life)
    decision = decide(recipient, history, now, expires_at=expires_at)
    if decision.verdict is Verdict.ALLOWED:
        assert recipient == WILLING
        assert is_open(now, POLICY.zone, WINDOW)
    if decision.verdict is Verdict.DEFERRED:
        assert decision.until is not None
        assert now < decision.until < expires_at
        assert is_open(decision.until, POLICY.zone, WINDOW)
    if decision.verdict is Verdict.DROPPED:
        assert decision.reason is not None


@given(st.integers(1, 10**18 - 1))
def test_a_number_at_the_vendors_leads_back_to_its_message(message_id):
    assert message_id_of("9f3ac01b", out_id_of("9f3ac01b", message_id)) == message_id
    assert message_id_of("0f3ac01b", out_id_of("9f3ac01b", message_id)) is None


@given(st.integers(0, 10_000))
def test_waits_between_attempts_grow_and_have_a_bound(attempts):
    assert (
        timedelta(seconds=5) <= retry_after(attempts) <= retry_after(attempts + 1) <= timedelta(seconds=600)
    )
