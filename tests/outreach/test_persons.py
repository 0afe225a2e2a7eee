"""Customers who are one person are written to as one, and as two again once they are parted."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from siyu.kernel.audit import SYSTEM
from siyu.outreach.actions.answer import write_outcomes
from siyu.outreach.actions.claim import claim_due
from siyu.outreach.actions.parting import MERGE_PARTS
from siyu.outreach.api import messages_of_customer, plan_messages, update_channel
from siyu.outreach.contracts import OutcomeKind, SendOutcome
from siyu.outreach.queries.channel import line_of
from siyu.people.api import merge_customers, preview_merge, retract_edge, save_customers
from siyu.people.contracts import CustomerRecord
from tests.outreach.makers import NOON, TEMPLATE, phone_of

PEOPLE, CAP_A_DAY, OPENS = 5, 2, 8
SHANGHAI = ZoneInfo("Asia/Shanghai")
WHO = "SELECT unnest(CAST(:who AS bigint[])) AS customer_id, CAST(NULL AS bigint) AS address_id"


def people(app, session):
    """Customers who may be written to, on a line with a cap of two a day."""
    update_channel(
        session, cipher=app.cipher, base_url="http://127.0.0.1:9", key="secret", signature="思屿", enabled=True,
        cap_per_day=CAP_A_DAY, cap_per_30_days=100, opens=time(OPENS), closes=time(20), actor=SYSTEM, now=NOON,
    )  # fmt: skip
    before = NOON - timedelta(days=30)
    records = [
        CustomerRecord(
            "member_no", f"M{one}", before, phone=phone_of(one), sms_consent=True, consent_at=before
        )
        for one in range(PEOPLE)
    ]
    save_customers(session, cipher=app.cipher, records=records, source="test", batch_id=None, now=before)
    return list(session.scalars(text("SELECT customer_id FROM customer ORDER BY customer_id")))


def plan(session, campaign_id, who, now):
    plan_messages(
        session, campaign_id=campaign_id, recipients_sql=WHO, parameters={"who": who}, template=TEMPLATE, now=now,
        not_before=now,
    )  # fmt: skip


def send(app, session, now):
    """Everything due passes the gate, and a vendor takes what does."""
    line = line_of(session, cipher=app.cipher)
    claims = claim_due(session, line=line, limit=200, patience=timedelta(seconds=90), now=now).to_send
    taken = {one.message_id: SendOutcome("x", OutcomeKind.ACCEPTED, segments=1) for one in claims}
    write_outcomes(session, claims=claims, outcomes=taken, price=line.price, now=now)
    return sorted((one.campaign_id, one.customer_id) for one in told(session, [c.message_id for c in claims]))


def told(session, message_ids):
    return session.execute(
        text("SELECT campaign_id, customer_id FROM message WHERE message_id = ANY(:ids)"),
        {"ids": message_ids},
    ).all()


def edge_between(session, left, right):
    """The link that stands between the two customers' roots."""
    return session.scalar(
        text("""SELECT e.edge_id FROM identity_edge e
                JOIN customer l ON l.root_identity_id IN (e.left_id, e.right_id) AND l.customer_id = :left
                JOIN customer r ON r.root_identity_id IN (e.left_id, e.right_id) AND r.customer_id = :right
                WHERE NOT EXISTS (SELECT FROM identity_edge_retraction x WHERE x.edge_id = e.edge_id)"""),
        {"left": left, "right": right},
    )


@dataclass
class Waiting:
    """A message that was not sent yet."""

    campaign: int
    customer: int
    due: datetime
    expires: datetime
    held: bool = False


@dataclass
class NaiveOutreach:
    """Every message looked at one by one, with who is whom worked out each time."""

    links: set[frozenset[int]] = field(default_factory=set)
    waiting: list[Waiting] = field(default_factory=list)
    sent: list[tuple[int, int, datetime]] = field(default_factory=list)

    def person(self, one):
        found, grown = {one}, True
        while grown:
            more = {end for link in self.links if link & found for end in link}
            grown = not more <= found
            found |= more
        return found

    def touch(self, now):
        for message in self.waiting:
            message.due = now if message.held else message.due

    def send(self, now):
        gone = []
        for message in sorted(self.waiting, key=lambda one: one.due):  # stable: as planned
            if message.due > now:
                continue
            theirs = [sent for sent in self.sent if sent[1] in self.person(message.customer)]
            today = [sent for sent in theirs if local(sent[2]).date() == local(now).date()]
            message.held = any(campaign == message.campaign for campaign, _, _ in theirs)
            if now >= message.expires:
                self.waiting.remove(message)
            elif message.held:
                message.due = message.expires
            elif len(today) >= CAP_A_DAY:
                message.due = opening(now)
                if message.due >= message.expires:
                    self.waiting.remove(message)
            else:
                self.waiting.remove(message)
                self.sent.append((message.campaign, message.customer, now))
                gone.append((message.campaign, message.customer))
        return sorted(gone)


def local(moment):
    return moment.astimezone(SHANGHAI)


def opening(now):
    """When tomorrow's window opens."""
    tomorrow = local(now).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(OPENS), SHANGHAI).astimezone(UTC)


ANYONE = st.integers(0, PEOPLE - 1)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("merge"), ANYONE, ANYONE),
        st.tuples(st.just("part"), st.integers(0, 9), st.just(0)),
        st.tuples(st.just("plan"), st.integers(1, 3), st.integers(1, 2**PEOPLE - 1)),
        st.tuples(st.just("send"), st.integers(0, 30), st.just(0)),
    ),
    min_size=4,
    max_size=14,
)


@pytest.mark.slow
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=STEPS)
def test_who_gets_what_is_what_one_by_one_gives(app, brand_id, steps):
    with app.db.transaction(brand_id=brand_id) as session:
        ids, naive, now, planned = people(app, session), NaiveOutreach(), NOON, set()
        for kind, one, other in [*steps, ("send", 24, 0), ("send", 24, 0)]:
            now += timedelta(minutes=1)
            if kind == "merge" and ids[other] not in naive.person(ids[one]):
                merge_customers(
                    session, ids[one], ids[other], actor=SYSTEM, reason="a test", now=now, parts=MERGE_PARTS
                )
                naive.links.add(frozenset({ids[one], ids[other]}))
                naive.touch(now)
            elif kind == "part" and naive.links:
                link = sorted(naive.links, key=sorted)[one % len(naive.links)]
                retract_edge(
                    session,
                    edge_between(session, *link),
                    actor=SYSTEM,
                    reason="a test",
                    now=now,
                    parts=MERGE_PARTS,
                )
                naive.links.remove(link)
                naive.touch(now)
            elif kind == "plan" and one not in planned:
                who = [number for place, number in enumerate(ids) if other >> place & 1]
                plan(session, one, who, now)
                naive.waiting += [Waiting(one, number, now, now + timedelta(days=3)) for number in who]
                planned.add(one)
            elif kind == "send":
                now += timedelta(hours=one)
                now = now if OPENS <= local(now).hour < 20 else opening(now)
                assert send(app, session, now) == naive.send(now)
        session.rollback()


def test_a_message_held_for_the_same_person_says_so_and_goes_after_parting(app, session):
    ann, ana, *_ = people(app, session)
    plan(session, 1, [ann, ana], NOON)
    preview = preview_merge(session, ann, ana, now=NOON, parts=MERGE_PARTS)
    assert [(one.effect, one.before, one.after) for one in preview.effects] == [("messages_waiting", 0, 1)]
    merge_customers(session, ann, ana, actor=SYSTEM, reason="a test", now=NOON, parts=MERGE_PARTS)
    assert send(app, session, NOON) == [(1, ann)]
    states = {
        one.customer_id: (one.state, one.reason) for one in messages_of_customer(session, customer_id=ana)
    }
    assert states == {ann: ("accepted", None), ana: ("deferred", "same_person")}
    later = NOON + timedelta(hours=1)
    assert send(app, session, later) == []
    edge = edge_between(session, ann, ana)
    retract_edge(session, edge, actor=SYSTEM, reason="a test", now=later, parts=MERGE_PARTS)
    assert send(app, session, later) == [(1, ana)]
    assert [one.customer_id for one in messages_of_customer(session, customer_id=ana)] == [ana]


def test_a_held_message_lapses_with_its_own_reason(app, session):
    ann, ana, *_ = people(app, session)
    plan(session, 1, [ann, ana], NOON)
    merge_customers(session, ann, ana, actor=SYSTEM, reason="a test", now=NOON, parts=MERGE_PARTS)
    send(app, session, NOON)
    assert send(app, session, NOON + timedelta(days=3)) == []
    states = {
        one.customer_id: (one.state, one.reason) for one in messages_of_customer(session, customer_id=ann)
    }
    assert states[ana] == ("suppressed", "same_person")


def test_caps_count_what_the_person_got_under_any_number(app, session):
    ann, ana, *_ = people(app, session)
    for campaign, who in ((1, ann), (2, ana), (3, ann)):
        plan(session, campaign, [who], NOON)
    merge_customers(session, ann, ana, actor=SYSTEM, reason="a test", now=NOON, parts=MERGE_PARTS)
    assert send(app, session, NOON) == [(1, ann), (2, ana)]
    assert send(app, session, opening(NOON)) == [(3, ann)]
