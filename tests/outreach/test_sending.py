"""Planned messages reach the vendor once, when they may, and everything that stops one says why."""

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time, timedelta

import pytest

from siyu.kernel.audit import SYSTEM
from siyu.kernel.clock import utcnow
from siyu.outreach.actions.sending import Pace, send_due
from siyu.outreach.api import (
    message_funnel,
    messages_of_customer,
    stop_messages,
    stuck_messages,
    update_channel,
)
from siyu.outreach.contracts import SEND_JOB, MessageState
from siyu.outreach.errors import ChannelNotReady, TemplateRefused
from siyu.outreach.tasks import JOBS
from siyu.people.api import suppress, value_index
from siyu.people.contracts import Channel, SuppressionKind
from tests.outreach.makers import (
    NOON,
    TEMPLATE,
    funnel,
    make_customers,
    phone_of,
    plan,
    states_in_facts,
    value_of,
)


def stuck(app, brand_id):
    with app.db.transaction(brand_id=brand_id) as session:
        return stuck_messages(session)


def test_every_customer_gets_one_message_and_each_result_is_one_fact(
    ready, brand_id, sandbox, clock, wait_until
):
    make_customers(ready, brand_id, 250)
    assert plan(ready, brand_id) == 250
    assert stuck(ready, brand_id) == 0
    assert send_due(ready, brand_id=brand_id, clock=clock) == 250
    wait_until(lambda: funnel(ready, brand_id).get("delivered") == 250)
    sent = sandbox.log()
    assert len(sent) == len({one["phone"] for one in sent}) == 250
    assert sent[0]["text"] == "【思屿】王芳您好，新茶到店。拒收请回复R"
    assert funnel(ready, brand_id) == {"delivered": 250, "total": 250, "segments": 250, "cost_fen": 1125}
    told = states_in_facts(ready, brand_id)
    assert told["delivered"] == 250
    assert set(told) <= {"accepted", "delivered"}


def test_planning_twice_adds_nobody_twice(ready, brand_id):
    make_customers(ready, brand_id, 3)
    assert plan(ready, brand_id) == 3
    assert plan(ready, brand_id) == 0
    make_customers(ready, brand_id, 1, start=3)
    assert plan(ready, brand_id) == 1


def test_sending_again_sends_nothing_again(ready, brand_id, sandbox, clock):
    make_customers(ready, brand_id, 3)
    plan(ready, brand_id)
    send_due(ready, brand_id=brand_id, clock=clock)
    assert send_due(ready, brand_id=brand_id, clock=clock) == 0
    assert sum(one["submissions"] for one in sandbox.log()) == 3


def test_two_workers_at_once_send_each_message_once(ready, brand_id, sandbox, clock, wait_until):
    make_customers(ready, brand_id, 120)
    plan(ready, brand_id)
    pace = Pace(batch=10)
    with ThreadPoolExecutor(3) as pool:
        taken = list(pool.map(lambda _: send_due(ready, brand_id=brand_id, clock=clock, pace=pace), range(3)))
    assert sum(taken) == 120
    assert [one["submissions"] for one in sandbox.log()] == [1] * 120
    wait_until(lambda: funnel(ready, brand_id).get("delivered") == 120)


def test_two_workers_at_once_do_not_pass_the_cap_together(ready, brand_id, sandbox, clock):
    """Four campaigns for the same people, one a day allowed: whoever comes first."""
    make_customers(ready, brand_id, 30)
    for campaign in range(1, 5):
        plan(ready, brand_id, campaign_id=campaign)
    with ThreadPoolExecutor(4) as pool:
        list(
            pool.map(lambda _: send_due(ready, brand_id=brand_id, clock=clock, pace=Pace(batch=7)), range(4))
        )
    sent = sandbox.log()
    assert len(sent) == len({one["phone"] for one in sent}) == 30
    held = "SELECT count(*) FROM message WHERE state = 'deferred' AND reason = 'frequency_cap'"
    assert value_of(ready, brand_id, held) == 90
    assert stuck(ready, brand_id) == 0


def test_a_message_held_by_the_cap_goes_out_the_next_morning(ready, brand_id, sandbox, clock):
    make_customers(ready, brand_id, 2)
    plan(ready, brand_id, campaign_id=1)
    plan(ready, brand_id, campaign_id=2)
    send_due(ready, brand_id=brand_id, clock=clock)
    due = value_of(ready, brand_id, "SELECT max(next_attempt_at) FROM message")
    assert due == datetime(2026, 11, 3, 0, 0, tzinfo=UTC)  # 08:00 in Shanghai
    assert (
        value_of(ready, brand_id, "SELECT detail FROM message WHERE state = 'deferred' LIMIT 1")
        == "sms_per_day"
    )
    clock.move(days=1)
    send_due(ready, brand_id=brand_id, clock=clock)
    assert len(sandbox.log()) == 4


def test_a_message_that_no_day_has_room_for_is_dropped_with_the_rule(ready, brand_id, clock):
    with ready.db.transaction(brand_id=brand_id) as session:
        update_channel(session, cipher=ready.cipher, cap_per_day=9, cap_per_30_days=1, actor=SYSTEM, now=NOON)
    make_customers(ready, brand_id, 1)
    plan(ready, brand_id, campaign_id=1)
    plan(ready, brand_id, campaign_id=2)
    send_due(ready, brand_id=brand_id, clock=clock)
    assert funnel(ready, brand_id, 2) == {"suppressed": 1, "total": 1, "reason:frequency_cap": 1}
    assert states_in_facts(ready, brand_id)["suppressed"] == 1


def test_at_night_messages_wait_for_the_morning_and_a_job_waits_with_them(ready, brand_id, sandbox, clock):
    make_customers(ready, brand_id, 2)
    clock.move(hours=10)  # 22:00
    plan(ready, brand_id, now=clock())
    send_due(ready, brand_id=brand_id, clock=clock)
    assert sandbox.log() == []
    assert funnel(ready, brand_id) == {"deferred": 2, "total": 2, "open": 2}
    morning = datetime(2026, 11, 3, 0, 0, tzinfo=UTC)
    assert value_of(ready, brand_id, "SELECT min(next_attempt_at) FROM message") == morning
    assert stuck(ready, brand_id) == 0
    clock.move(minutes=5)  # the job that watched over the first one
    send_due(ready, brand_id=brand_id, clock=clock)
    assert value_of(ready, brand_id, "SELECT wake_at FROM send_wake") == morning
    clock.move(hours=11)
    send_due(ready, brand_id=brand_id, clock=clock)
    assert len(sandbox.log()) == 2


REFUSED_AT_THE_GATE = [
    # never agreed
    ({"sms_consent": None, "consent_at": None}, None, "consent_missing"),
    # said no
    ({"sms_consent": False}, None, "consent_missing"),
    # a number that must not be written to outranks consent
    ({}, SuppressionKind.OPT_OUT, "opt_out_channel"),
    ({}, SuppressionKind.COMPLAINT, "complaint"),
    ({}, SuppressionKind.INVALID_ADDRESS, "unreachable"),
    # no number at all
    ({"phone": None}, None, "unreachable"),
]


@pytest.mark.parametrize(("customer", "kind", "reason"), REFUSED_AT_THE_GATE)
def test_the_last_gate_is_passed_after_planning(ready, brand_id, sandbox, clock, customer, kind, reason):
    make_customers(ready, brand_id, 1, **customer)
    plan(ready, brand_id)
    if kind is not None:
        with ready.db.transaction(brand_id=brand_id) as session:
            index = value_index(ready.cipher, brand_id, "phone", phone_of(0))
            suppress(session, channel=Channel.SMS, address_indexes=[index], kind=kind, source="t", now=NOON)
    send_due(ready, brand_id=brand_id, clock=clock)
    assert funnel(ready, brand_id) == {"suppressed": 1, "total": 1, f"reason:{reason}": 1}
    assert states_in_facts(ready, brand_id) == {"suppressed": 1}
    assert sandbox.log() == []


def test_stopping_ends_what_nobody_took_up(ready, brand_id, clock):
    make_customers(ready, brand_id, 3)
    plan(ready, brand_id)
    with ready.db.transaction(brand_id=brand_id) as session:
        assert stop_messages(session, campaign_id=1, now=NOON) == 3
        assert stop_messages(session, campaign_id=1, now=NOON) == 0
    assert send_due(ready, brand_id=brand_id, clock=clock) == 0
    assert funnel(ready, brand_id) == {"stopped": 3, "total": 3}
    assert states_in_facts(ready, brand_id) == {"stopped": 3}


def test_a_customer_without_the_value_is_passed_over_and_the_others_are_not(ready, brand_id, sandbox, clock):
    make_customers(ready, brand_id, 2)
    make_customers(ready, brand_id, 1, start=2, name=None)
    plan(ready, brand_id, template=dataclasses.replace(TEMPLATE, text="{{ name }}您好，新茶到店。"))
    send_due(ready, brand_id=brand_id, clock=clock)
    assert len(sandbox.log()) == 2
    assert funnel(ready, brand_id)["reason:content_refused"] == 1
    unsent = "SELECT detail FROM message WHERE state = 'suppressed' AND sent_at IS NULL"
    assert value_of(ready, brand_id, unsent) == "template_value_missing"


def test_a_template_with_an_unknown_variable_is_refused_before_anything_is_planned(ready, brand_id):
    make_customers(ready, brand_id, 1)
    with pytest.raises(TemplateRefused, match="There is no variable nmae"):
        plan(ready, brand_id, template=dataclasses.replace(TEMPLATE, text="{{ nmae }}您好"))
    assert funnel(ready, brand_id) == {}


def test_without_a_channel_nothing_is_planned(app, brand_id):
    make_customers(app, brand_id, 1)
    with pytest.raises(ChannelNotReady, match="it has not been set up"):
        plan(app, brand_id)


def test_a_channel_switched_off_keeps_messages_until_it_is_switched_on(ready, brand_id, sandbox, clock):
    make_customers(ready, brand_id, 1)
    plan(ready, brand_id)
    for enabled in (False, True):
        with ready.db.transaction(brand_id=brand_id) as session:
            update_channel(session, cipher=ready.cipher, enabled=enabled, actor=SYSTEM, now=clock())
        send_due(ready, brand_id=brand_id, clock=clock)
        assert stuck(ready, brand_id) == 0
        assert len(sandbox.log()) == int(enabled)


def test_the_first_template_of_a_campaign_stays(ready, brand_id, sandbox, clock):
    make_customers(ready, brand_id, 1)
    plan(ready, brand_id)
    plan(ready, brand_id, template=dataclasses.replace(TEMPLATE, text="别的话。"))
    send_due(ready, brand_id=brand_id, clock=clock)
    assert "新茶到店" in sandbox.log()[0]["text"]


def test_a_customers_messages_are_listed_latest_first(ready, brand_id, clock):
    customers = make_customers(ready, brand_id, 1)
    plan(ready, brand_id, campaign_id=1)
    send_due(ready, brand_id=brand_id, clock=clock)
    plan(ready, brand_id, campaign_id=2)
    with ready.db.transaction(brand_id=brand_id) as session:
        listed = messages_of_customer(session, customer_id=customers[0])
    assert [one.campaign_id for one in listed] == [2, 1]
    assert listed[0].state is MessageState.PLANNED
    assert listed[1].sent_at is not None


def test_messages_of_another_brand_are_invisible(ready, brand_id):
    make_customers(ready, brand_id, 1)
    plan(ready, brand_id)
    with ready.db.transaction(brand_id=brand_id + 100_000) as session:
        assert message_funnel(session, campaign_id=1)["total"] == 0


def test_a_message_planned_for_later_waits(ready, brand_id, sandbox, clock):
    make_customers(ready, brand_id, 1)
    plan(ready, brand_id, not_before=NOON + timedelta(hours=1))
    assert send_due(ready, brand_id=brand_id, clock=clock) == 0
    assert stuck(ready, brand_id) == 0
    clock.move(hours=1)
    assert send_due(ready, brand_id=brand_id, clock=clock) == 1


def test_the_job_that_planning_leaves_sends_and_then_no_job_is_left(ready, brand_id, sandbox):
    with ready.db.transaction(brand_id=brand_id) as session:
        update_channel(
            session, cipher=ready.cipher, opens=time(0), closes=time(23, 59, 59), actor=SYSTEM, now=NOON
        )
    make_customers(ready, brand_id, 1)
    plan(ready, brand_id, now=utcnow())
    waiting = f"""SELECT args FROM procrastinate_jobs WHERE task_name = '{SEND_JOB}'
        AND args @> '{{"brand_id": {brand_id}}}'"""
    arguments = value_of(ready, brand_id, waiting)
    assert [job.name for job in JOBS] == [SEND_JOB]
    JOBS[0].run(ready, **arguments)
    assert len(sandbox.log()) == 1
    assert value_of(ready, brand_id, "SELECT count(*) FROM message WHERE next_attempt_at IS NOT NULL") == 0
