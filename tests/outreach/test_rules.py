"""When, how often, at what cost; what answers, receipts and replies change."""

import itertools
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siyu.kernel.errors import BadInput
from siyu.outreach.contracts import (
    ALLOWED_TRANSITIONS,
    OPEN_STATES,
    Centifen,
    Channel,
    MessageClass,
    MessageState,
    OutcomeKind,
    Receipt,
    ReceiptStatus,
    SendOutcome,
    SuppressionReason,
    Verdict,
)
from siyu.outreach.rules.authenticity import is_authentic, seal_of
from siyu.outreach.rules.cost import cost_fen, segments_of
from siyu.outreach.rules.frequency import DEFAULT_CAPS, FrequencyCap, Sent, decide_frequency, history_start
from siyu.outreach.rules.quiet import SendWindow, decide_hour, is_open, next_allowed_moment
from siyu.outreach.rules.replies import opt_out_keyword
from siyu.outreach.rules.states import (
    ReceiptEffect,
    apply_answer,
    apply_receipt,
    may_move,
    strongest_reason,
)

S, R = MessageState, ReceiptStatus
SHANGHAI = "Asia/Shanghai"
NOON = datetime(2026, 11, 11, 4, tzinfo=UTC)
zones = st.sampled_from(sorted(available_timezones()))
moments = st.integers(631_152_000, 2_114_380_800).map(lambda second: datetime.fromtimestamp(second, UTC))
windows = (
    st.tuples(st.times(), st.times())
    .map(sorted)
    .filter(lambda pair: pair[0] < pair[1])
    .map(lambda pair: SendWindow(*pair))
)


@pytest.mark.parametrize(
    ("now", "zone", "opens"),
    [
        ("2026-11-11T12:59:59+00:00", SHANGHAI, "2026-11-11T12:59:59+00:00"),  # one second before closing
        ("2026-11-11T13:00:00+00:00", SHANGHAI, "2026-11-12T00:00:00+00:00"),  # closed from 21:00 sharp
        ("2026-11-11T23:59:59+00:00", SHANGHAI, "2026-11-12T00:00:00+00:00"),  # early morning of the same day
        ("2026-03-28T22:00:00+00:00", "Europe/London", "2026-03-29T07:00:00+00:00"),  # the clock goes forward
        ("2026-10-24T22:00:00+00:00", "Europe/London", "2026-10-25T08:00:00+00:00"),  # and back
        (
            "2011-12-30T08:00:00+00:00",
            "Pacific/Apia",
            "2011-12-30T18:00:00+00:00",
        ),  # the day that Samoa left out
    ],
)
def test_a_message_waits_for_eight_by_the_wall_clock(now, zone, opens):
    assert next_allowed_moment(datetime.fromisoformat(now), zone) == datetime.fromisoformat(opens)


def test_an_opening_hour_that_the_clock_skips_opens_at_the_skip():
    # New York goes from 02:00 to 03:00 on 2026-03-08, at 07:00 UTC.
    window = SendWindow(time(2, 30), time(5))
    now = datetime(2026, 3, 8, 5, tzinfo=UTC)
    assert next_allowed_moment(now, "America/New_York", window) == datetime(2026, 3, 8, 7, tzinfo=UTC)


@settings(deadline=None, max_examples=300)
@given(now=moments, zone=zones, window=windows)
def test_in_every_zone_the_next_moment_is_open_and_none_before_it_is(now, zone, window):
    moment = next_allowed_moment(now, zone, window)
    assert moment >= now
    assert is_open(moment, zone, window)
    if moment > now:
        assert moment - now < timedelta(days=3)
        earlier = [now + (moment - now) * part / 97 for part in range(97)]
        earlier.append(moment - timedelta(microseconds=1))
        assert not any(is_open(before, zone, window) for before in earlier if before < moment)


def test_in_every_zone_every_night_of_a_year_ends_at_eight():
    nights = [datetime(2026, 1, 1, 16, tzinfo=UTC) + timedelta(days=day) for day in range(0, 366, 9)]
    window = SendWindow(time(8), time(8, 1))
    for zone in available_timezones():
        opened = {next_allowed_moment(night, zone, window).astimezone(ZoneInfo(zone)) for night in nights}
        assert {(moment.hour, moment.minute) for moment in opened} == {(8, 0)}


def test_a_message_that_would_be_useless_when_the_window_opens_is_dropped():
    night = datetime(2026, 11, 11, 14, tzinfo=UTC)
    expires = datetime(2026, 11, 11, 23, tzinfo=UTC)
    assert decide_hour(night, SHANGHAI, expires_at=expires).reason is SuppressionReason.QUIET_HOURS
    assert decide_hour(night, SHANGHAI, expires_at=expires).verdict is Verdict.DROPPED
    assert decide_hour(night, SHANGHAI).until == datetime(2026, 11, 12, tzinfo=UTC)
    assert decide_hour(NOON, SHANGHAI).verdict is Verdict.ALLOWED


def test_a_window_must_open_before_it_closes():
    with pytest.raises(BadInput, match="21:00 is not before 08:00"):
        SendWindow(time(21), time(8))


def _sms(*days_ago: int) -> list[Sent]:
    return [Sent(Channel.SMS, NOON - timedelta(days=days)) for days in days_ago]


@pytest.mark.parametrize(
    ("history", "verdict", "rule_id", "until"),
    [
        ([], Verdict.ALLOWED, None, None),
        (
            _sms(1),
            Verdict.ALLOWED,
            None,
            None,
        ),  # yesterday is another day, though less than 24 h may lie between
        (_sms(0), Verdict.DEFERRED, "sms_1_per_day", "2026-11-11T16:00:00+00:00"),  # midnight in Shanghai
        (
            _sms(3, 9, 12, 20),
            Verdict.DEFERRED,
            "sms_4_per_30_days",
            "2026-11-20T16:00:00+00:00",
        ),  # 20 days on
        (
            _sms(0, 9, 12, 20),
            Verdict.DEFERRED,
            "sms_4_per_30_days",
            "2026-11-20T16:00:00+00:00",
        ),  # the longer
        (_sms(3, 9, 12, 30), Verdict.ALLOWED, None, None),  # the 31st day back does not count
        (
            _sms(1, 2, 3, 4, 5),
            Verdict.DEFERRED,
            "sms_4_per_30_days",
            "2026-12-06T16:00:00+00:00",
        ),  # above the cap
    ],
)
def test_the_default_caps_hold_a_customer_until_there_is_room(history, verdict, rule_id, until):
    made = decide_frequency(DEFAULT_CAPS, history, channel=Channel.SMS, now=NOON, zone=SHANGHAI)
    assert (made.verdict, made.rule_id) == (verdict, rule_id)
    assert made.until == (datetime.fromisoformat(until) if until else None)
    assert set(made.counts) == {cap.rule_id for cap in DEFAULT_CAPS}


def test_caps_do_not_bind_what_the_customer_asked_for():
    made = decide_frequency(
        DEFAULT_CAPS,
        _sms(0, 0, 0),
        channel=Channel.SMS,
        now=NOON,
        zone=SHANGHAI,
        message_class=MessageClass.TRANSACTIONAL,
    )
    assert made.verdict is Verdict.ALLOWED


def test_a_cap_of_zero_means_never_and_no_cap_means_always():
    never = [FrequencyCap("none", 0, 1)]
    assert (
        decide_frequency(never, [], channel=Channel.SMS, now=NOON, zone=SHANGHAI).verdict is Verdict.DROPPED
    )
    always = decide_frequency([], _sms(0, 0), channel=Channel.SMS, now=NOON, zone=SHANGHAI)
    assert always.verdict is Verdict.ALLOWED


def test_what_cannot_be_sent_in_time_is_dropped_with_the_rule_that_kept_it():
    made = decide_frequency(
        DEFAULT_CAPS,
        _sms(0),
        channel=Channel.SMS,
        now=NOON,
        zone=SHANGHAI,
        expires_at=NOON + timedelta(hours=1),
    )
    assert (made.verdict, made.rule_id) == (Verdict.DROPPED, "sms_1_per_day")


@settings(deadline=None)
@given(
    zone=zones,
    hours=st.lists(st.integers(0, 24 * 40), max_size=12),
    limits=st.lists(st.tuples(st.integers(1, 4), st.integers(1, 31)), min_size=1, max_size=3),
    now=moments,
)
def test_a_deferred_message_is_allowed_at_its_moment_and_not_before(zone, hours, limits, now):
    caps = [FrequencyCap(f"cap{n}", most, days) for n, (most, days) in enumerate(limits)]
    history = [Sent(Channel.SMS, now - timedelta(hours=ago)) for ago in hours]

    def decide(at: datetime):
        return decide_frequency(caps, history, channel=Channel.SMS, now=at, zone=zone)

    made = decide(now)
    if made.verdict is Verdict.DEFERRED:
        assert now < made.until <= now + timedelta(days=33)
        assert decide(made.until).verdict is Verdict.ALLOWED
        assert decide(made.until - timedelta(microseconds=1)).verdict is Verdict.DEFERRED
    start = history_start(now, zone, caps)
    assert made == decide_frequency(
        caps, [sent for sent in history if sent.at >= start], channel=Channel.SMS, now=now, zone=zone
    )


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("", 0),
        ("a", 1),
        ("短" * 70, 1),
        ("短" * 71, 2),  # joined segments hold 67
        ("短" * 134, 2),
        ("短" * 135, 3),
        ("a" * 160, 3),  # Latin letters weigh as much as Chinese ones
        ("🎁" * 35, 1),  # an emoji counts two
        ("🎁" * 36, 2),
    ],
)
def test_a_text_is_billed_by_70_and_67(text, segments):
    assert segments_of(text) == segments


@given(st.text(max_size=600), st.text(max_size=5))
def test_a_longer_text_never_costs_less(text, more):
    assert segments_of(text) <= segments_of(text + more)


@pytest.mark.parametrize(
    ("segments", "centifen", "fen"),
    [
        (0, 450, 0),
        (1, 450, 4),  # 4.5 fen, half to even
        (3, 450, 14),  # 13.5 fen, half to even
        (20_000, 455, 91_000),  # rounded once, not twenty thousand times
    ],
)
def test_the_cost_is_rounded_once_half_to_even(segments, centifen, fen):
    assert cost_fen(segments, Centifen(centifen)) == fen


def _receipt(status: ReceiptStatus) -> Receipt:
    return Receipt("a", status, NOON)


def test_every_state_has_its_row_in_the_table_and_open_ones_a_way_on():
    assert set(ALLOWED_TRANSITIONS) == set(S)
    assert all(ALLOWED_TRANSITIONS[state] for state in OPEN_STATES)
    assert not ALLOWED_TRANSITIONS[S.DELIVERED]
    assert not any(may_move(state, S.PLANNED) for state in S)
    assert not any(may_move(state, S.CLAIMED) for state in (S.ACCEPTED, S.DELIVERED, S.FAILED))


@pytest.mark.parametrize(
    ("before", "status", "after", "effect"),
    [
        (S.ACCEPTED, R.DELIVERED, S.DELIVERED, ReceiptEffect.APPLIED),  # the usual way
        (S.ACCEPTED, R.FAILED, S.FAILED, ReceiptEffect.APPLIED),
        (S.CLAIMED, R.DELIVERED, S.DELIVERED, ReceiptEffect.APPLIED),  # before its answer
        (S.UNCERTAIN, R.ACCEPTED, S.ACCEPTED, ReceiptEffect.APPLIED),  # asked after a timeout
        (
            S.DEFERRED,
            R.DELIVERED,
            S.DELIVERED,
            ReceiptEffect.APPLIED,
        ),  # a call that answered 500 had gone through
        (S.DELIVERED, R.DELIVERED, S.DELIVERED, ReceiptEffect.REPEATED),  # twice
        (S.DELIVERED, R.FAILED, S.DELIVERED, ReceiptEffect.LATE),  # out of order
        (S.FAILED, R.ACCEPTED, S.FAILED, ReceiptEffect.LATE),
        (S.FAILED, R.DELIVERED, S.DELIVERED, ReceiptEffect.APPLIED),  # the carrier corrects itself
        (S.STOPPED, R.DELIVERED, S.DELIVERED, ReceiptEffect.APPLIED),  # stopped too late: the phone has it
        (S.STOPPED, R.FAILED, S.STOPPED, ReceiptEffect.UNEXPECTED),
        (S.SUPPRESSED, R.ACCEPTED, S.SUPPRESSED, ReceiptEffect.UNEXPECTED),
        (S.PLANNED, R.DELIVERED, S.PLANNED, ReceiptEffect.UNEXPECTED),  # we never handed it over
    ],
)
def test_a_receipt_changes_what_it_should_and_nothing_else(before, status, after, effect):
    verdict = apply_receipt(before, _receipt(status))
    assert (verdict.state, verdict.effect) == (after, effect)


@given(st.sampled_from(S), st.lists(st.sampled_from(R), max_size=4))
def test_receipts_in_any_order_and_number_end_in_the_same_state(start, statuses):
    ends = set()
    for order in itertools.permutations([*statuses, *statuses[:1]]):
        state = start
        for status in order:
            after = apply_receipt(state, _receipt(status)).state
            assert after is state or may_move(state, after)
            state = after
        ends.add(state)
    assert len(ends) == 1


@given(st.sampled_from(OutcomeKind), st.lists(st.sampled_from(R), min_size=1, max_size=3), st.integers(0, 3))
def test_it_does_not_matter_whether_the_answer_or_its_receipts_come_first(kind, statuses, place):
    answer = SendOutcome("a", kind)

    def end(answered_after: int) -> MessageState:
        state = S.CLAIMED
        for index, status in enumerate(statuses):
            state = apply_answer(state, answer) if index == answered_after else state
            state = apply_receipt(state, _receipt(status)).state
        return apply_answer(state, answer) if answered_after >= len(statuses) else state

    vendor_contradicts_itself = kind is OutcomeKind.REFUSED and set(statuses) == {R.ACCEPTED}
    if not vendor_contradicts_itself:
        assert end(0) is end(place)


@pytest.mark.parametrize(
    ("kind", "after"),
    [
        (OutcomeKind.ACCEPTED, S.ACCEPTED),
        (OutcomeKind.REFUSED, S.FAILED),
        (OutcomeKind.RETRYABLE, S.DEFERRED),
        (OutcomeKind.UNCERTAIN, S.UNCERTAIN),
    ],
)
def test_an_answer_moves_only_a_message_that_waits_for_it(kind, after):
    answer = SendOutcome("a", kind)
    assert apply_answer(S.CLAIMED, answer) is after
    for settled in (S.PLANNED, S.ACCEPTED, S.DELIVERED, S.FAILED, S.SUPPRESSED, S.STOPPED):
        assert apply_answer(settled, answer) is settled


def test_of_several_reasons_the_strongest_is_stored():
    order = list(SuppressionReason)
    for stronger, weaker in itertools.combinations(order, 2):
        assert strongest_reason([weaker, stronger]) is stronger
    assert strongest_reason([]) is None


@pytest.mark.parametrize(
    ("text", "keyword"),
    [
        ("R", "R"),
        (" r ", "R"),
        ("ＴＤ", "TD"),  # full-width
        ("T。", "T"),
        ("N", "N"),
        ("TD退订", "TD"),
        ("回复R", "R"),
        ("退订", "退订"),
        ("退订，谢谢！", "退订"),
        ("拒收", "拒收"),
        ("", None),
        ("。", None),
        ("Thanks", None),  # begins with T
        ("No", None),  # begins with N
        ("收到", None),
        ("我想问下怎么退订上次买的那个会员套餐呢", None),  # a question for a person
        ("我正在休假，11月20日回复您，退订邮件请忽略", None),  # a holiday note
    ],
)
def test_a_refusal_is_recognised_and_a_holiday_note_is_not(text, keyword):
    assert opt_out_keyword(text) == keyword


@given(st.binary(), st.text(min_size=1, max_size=20), st.binary())
def test_only_the_very_body_and_key_are_authentic(body, key, other):
    assert is_authentic(body, seal_of(body, key), key)
    assert not is_authentic(body, seal_of(body, key + "x"), key)
    assert is_authentic(other, seal_of(body, key), key) == (other == body)
    assert not is_authentic(body, None, key)
    assert not is_authentic(body, seal_of(body, ""), "")
