"""Launching: everybody decided once, one message a treated customer, whatever happens on the way."""

from collections import Counter
from datetime import timedelta

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.campaigns.actions import assigning, launching
from siyu.campaigns.actions.assigning import write_assignments
from siyu.campaigns.api import campaign_by_id, decide, launch_campaign, stop_campaign
from siyu.campaigns.contracts import CampaignState
from siyu.campaigns.queries.audience import AUDIENCE, DECISIONS, stage_decisions, staged_pieces
from siyu.kernel import facts
from siyu.kernel.db import copy_arrow, enter_brand
from siyu.kernel.lake import brand_schema
from siyu.kernel.lake import rows_of as rows_of_lake
from siyu.kernel.longwork import Cancelled, LongTask, ask_to_cancel
from siyu.people.api import ConsentAsk, add_consent_text, note_requests
from siyu.people.contracts import Channel, ConsentChannel, Purpose, SuppressionKind
from tests.campaigns.makers import AUTHOR, LAUNCH, SECOND, Person, make_campaign, make_people

MIXED = [
    *[Person()] * 40,
    Person(consent=None),
    Person(consent=False),
    Person(phone=False),
    Person(suppressed=("opt_out", "complaint")),
    Person(suppressed=("invalid_address",)),
    *[Person(orders=5)] * 3,  # the excluded segment
]


@pytest.fixture
def scheduled(app, brand_id, segment_of):
    """A campaign to everybody but frequent buyers, due now."""
    with app.db.transaction(brand_id=brand_id) as session:
        make_people(app, session, MIXED)
        campaign = make_campaign(
            session, segment_id=segment_of(session), excluded_segment_ids=(segment_of(session, orders_min=5),),
            holdout_basis_points=2_000,
        )  # fmt: skip
    return campaign.campaign_id


def rows_of(app, brand_id, campaign_id):
    """What stands about a campaign: recipients, messages, facts."""
    with app.db.transaction(brand_id=brand_id) as session:
        recipients = session.execute(
            text("SELECT customer_id, state, reason FROM campaign_recipient WHERE campaign_id = :c"),
            {"c": campaign_id},
        ).all()
        messages = session.execute(
            text("SELECT customer_id FROM message WHERE campaign_id = :c"), {"c": campaign_id}
        ).scalars().all()  # fmt: skip
    return recipients, messages


def facts_of(app, brand_id):
    """The assignments in the lake."""
    with app.lake.reading() as cursor:
        return rows_of_lake(
            cursor, f"SELECT customer_id, arm, experiment_key, occurred_at, source, batch_id "
            f"FROM {brand_schema(brand_id)}.experiment_assigned",
        )  # fmt: skip


def assert_launched_once(app, brand_id, campaign_id):
    recipients, messages = rows_of(app, brand_id, campaign_id)
    assert len(recipients) == len({row.customer_id for row in recipients}) == len(MIXED)
    treated = {row.customer_id for row in recipients if row.state == "treated"}
    assert sorted(messages) == sorted(treated)
    write_assignments(app, brand_id=brand_id, campaign_id=campaign_id, now=LAUNCH)
    facts = facts_of(app, brand_id)
    assert sorted((fact["customer_id"], fact["arm"]) for fact in facts) == sorted(
        (row.customer_id, row.state) for row in recipients if row.reason is None
    )
    assert {(fact["experiment_key"], fact["occurred_at"]) for fact in facts} == {
        (f"campaign:{campaign_id}", LAUNCH)
    }
    with app.db.transaction(brand_id=brand_id) as session:
        campaign = campaign_by_id(session, campaign_id=campaign_id)
        task = session.get(LongTask, campaign.task_id)
    assert campaign.state is CampaignState.SENDING
    assert (campaign.treated_count, campaign.audience_count) == (len(treated), len(MIXED))
    assert (task.state, task.result["treated"]) == ("done", len(treated))


def test_everybody_in_the_segment_has_one_decision_with_its_reason(app, brand_id, scheduled):
    launch_campaign(app, brand_id=brand_id, campaign_id=scheduled, now=LAUNCH)

    assert_launched_once(app, brand_id, scheduled)
    recipients, _ = rows_of(app, brand_id, scheduled)
    assert Counter(row.reason for row in recipients if row.reason) == {
        "excluded_segment": 3, "consent_missing": 2, "unreachable": 1, "complaint": 1, "invalid_address": 1,
    }  # fmt: skip


def test_launching_again_changes_nothing(app, brand_id, scheduled):
    for _ in range(3):
        launch_campaign(app, brand_id=brand_id, campaign_id=scheduled, now=LAUNCH)

    assert_launched_once(app, brand_id, scheduled)


class Killed(BaseException):
    """The process died."""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("place", "when", "death"),
    [
        ("stage_audience", "after", RuntimeError),  # chosen, nothing written
        ("stage_decisions", "after", Killed),  # decided in a temporary table
        ("plan_messages", "before", Killed),  # recipients of the first piece written, no messages
        ("plan_messages", "after", RuntimeError),  # the first piece written, others not
        ("announce_assignments", "before", Killed),  # all but the facts' batch
        ("_materialised", "after", Killed),  # all written, not committed
    ],
)
def test_a_launch_killed_anywhere_is_done_once_by_the_next(
    app, brand_id, scheduled, monkeypatch, place, when, death
):
    real = getattr(launching, place)
    monkeypatch.setattr(launching, "PIECE_CUSTOMERS", 20)

    def dies(*arguments, **named):
        if when == "after":
            real(*arguments, **named)
        raise death

    monkeypatch.setattr(launching, place, dies)
    with pytest.raises(death):
        launch_campaign(app, brand_id=brand_id, campaign_id=scheduled, now=LAUNCH)
    assert rows_of(app, brand_id, scheduled) == ([], [])
    assert facts_of(app, brand_id) == []
    monkeypatch.undo()

    launch_campaign(app, brand_id=brand_id, campaign_id=scheduled, now=LAUNCH)

    assert_launched_once(app, brand_id, scheduled)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("module", "place", "when"),
    [
        (facts, "atomic", "before"),  # chunks read, nothing in the lake
        (assigning, "write_batch", "after"),  # in the lake, the batch not done
        (assigning, "finish_batch", "after"),  # the batch done, not committed
    ],
)
def test_facts_that_were_interrupted_are_written_once_by_the_next(
    app, brand_id, scheduled, monkeypatch, module, place, when
):
    real = getattr(module, place)

    def dies(*arguments, **named):
        if when == "after":
            real(*arguments, **named)
        raise Killed

    launch_campaign(app, brand_id=brand_id, campaign_id=scheduled, now=LAUNCH)
    monkeypatch.setattr(module, place, dies)
    with pytest.raises(Killed):
        write_assignments(app, brand_id=brand_id, campaign_id=scheduled, now=LAUNCH)
    monkeypatch.undo()

    for _ in range(2):
        launch_campaign(app, brand_id=brand_id, campaign_id=scheduled, now=LAUNCH)
    assert_launched_once(app, brand_id, scheduled)


def test_a_launch_of_several_pieces_leaves_nobody_out(app, brand_id, scheduled, monkeypatch):
    monkeypatch.setattr(launching, "PIECE_CUSTOMERS", 7)

    launch_campaign(app, brand_id=brand_id, campaign_id=scheduled, now=LAUNCH)

    assert_launched_once(app, brand_id, scheduled)


def test_a_launch_that_keeps_failing_is_told_and_can_be_mended(app, brand_id, scheduled, monkeypatch):
    def breaks(*_, **__):
        raise RuntimeError

    monkeypatch.setattr(launching, "stage_audience", breaks)
    for _ in range(launching.ATTEMPTS_MAX):
        with pytest.raises(RuntimeError):
            launch_campaign(app, brand_id=brand_id, campaign_id=scheduled, now=LAUNCH)

    with app.db.transaction(brand_id=brand_id) as session:
        campaign = campaign_by_id(session, campaign_id=scheduled)
        assert session.get(LongTask, campaign.task_id).state == "failed"
    assert campaign.state is CampaignState.FAILED
    assert campaign.failure["code"] == "internal"


def test_a_campaign_that_is_not_due_is_left_alone(app, brand_id, segment_of):
    with app.db.transaction(brand_id=brand_id) as session:
        make_people(app, session, MIXED[:3])
        later = make_campaign(
            session, segment_id=segment_of(session), scheduled_at=LAUNCH + timedelta(hours=2)
        )
    launch_campaign(app, brand_id=brand_id, campaign_id=later.campaign_id, now=LAUNCH)

    with app.db.transaction(brand_id=brand_id) as session:
        assert campaign_by_id(session, campaign_id=later.campaign_id).state is CampaignState.SCHEDULED
    assert rows_of(app, brand_id, later.campaign_id) == ([], [])


def test_a_cancelled_launch_stops_the_campaign_and_leaves_nothing(app, brand_id, scheduled, monkeypatch):
    real = launching.stage_audience

    def cancelled_meanwhile(*arguments, **named):
        with app.db.transaction(brand_id=brand_id) as session:
            task = campaign_by_id(session, campaign_id=scheduled).task_id
            ask_to_cancel(session, task_id=task, actor=SECOND)
        return real(*arguments, **named)

    monkeypatch.setattr(launching, "stage_audience", cancelled_meanwhile)
    with pytest.raises(Cancelled):
        launch_campaign(app, brand_id=brand_id, campaign_id=scheduled, now=LAUNCH)

    assert rows_of(app, brand_id, scheduled) == ([], [])
    with app.db.transaction(brand_id=brand_id) as session:
        campaign = campaign_by_id(session, campaign_id=scheduled)
        assert session.get(LongTask, campaign.task_id).state == "cancelled"
    assert campaign.state is CampaignState.STOPPED


def test_stopping_while_the_audience_is_chosen_sends_nothing(app, brand_id, scheduled, monkeypatch):
    real = launching.stage_audience

    def stopped_meanwhile(*arguments, **named):
        with app.db.transaction(brand_id=brand_id) as session:
            stop_campaign(session, campaign_id=scheduled, actor=AUTHOR, now=LAUNCH)
        return real(*arguments, **named)

    monkeypatch.setattr(launching, "stage_audience", stopped_meanwhile)
    with pytest.raises(Cancelled):
        launch_campaign(app, brand_id=brand_id, campaign_id=scheduled, now=LAUNCH)

    assert rows_of(app, brand_id, scheduled) == ([], [])


def test_a_segment_without_anybody_ends_at_once(app, brand_id, segment_of):
    with app.db.transaction(brand_id=brand_id) as session:
        make_people(app, session, [Person(consent=False)])
        campaign = make_campaign(session, segment_id=segment_of(session))
    launch_campaign(app, brand_id=brand_id, campaign_id=campaign.campaign_id, now=LAUNCH)

    with app.db.transaction(brand_id=brand_id) as session:
        found = campaign_by_id(session, campaign_id=campaign.campaign_id)
    assert (found.state, found.treated_count, found.excluded_count) == (CampaignState.SENT, 0, 1)


def test_campaigns_that_share_a_salt_hold_out_the_same_customers(app, brand_id, segment_of):
    with app.db.transaction(brand_id=brand_id) as session:
        make_people(app, session, [Person()] * 60)
        everybody = segment_of(session)
        made = [make_campaign(session, segment_id=everybody, salt=salt) for salt in ("a", "a", "b")]
    held = []
    for campaign in made:
        launch_campaign(app, brand_id=brand_id, campaign_id=campaign.campaign_id, now=LAUNCH)
        recipients, _ = rows_of(app, brand_id, campaign.campaign_id)
        held.append({row.customer_id for row in recipients if row.state == "holdout"})

    assert held[0] == held[1] != held[2]


def asked_before(session, customer_ids):
    """The phones of these customers were asked for consent by another campaign."""
    shown = add_consent_text(
        session, code="t", after_version=0, purpose=Purpose.MARKETING, channels=[ConsentChannel.SMS], language="zh",
        title="t", body="t", actor=AUTHOR, now=LAUNCH,
    )  # fmt: skip
    query = text("SELECT identity_id FROM customer_identity WHERE customer_id = :c AND namespace = 'phone'")
    held = [(who, session.execute(query, {"c": who}).scalar()) for who in customer_ids]
    asks = [
        ConsentAsk(10**9 + who, 10**9, who, address, shown.consent_text_id)
        for who, address in held
        if address is not None
    ]
    assert len(note_requests(session, asks=asks, channel=Channel.SMS, now=LAUNCH)) == len(asks)


people = st.builds(
    Person,
    consent=st.sampled_from([True, True, False, None]),
    phone=st.sampled_from([True, True, False]),
    orders=st.just(0),
    asked=st.booleans(),
    profiling=st.lists(st.booleans(), max_size=2).map(tuple),
    suppressed=st.lists(
        st.sampled_from([kind.value for kind in SuppressionKind]), max_size=2, unique=True
    ).map(tuple),
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    made=st.lists(st.tuples(people, st.booleans(), st.booleans()), min_size=1, max_size=12),
    salt=st.text(
        st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=["Cs"]), max_size=8
    ),
    share=st.integers(0, 9_000),
    by_profile=st.booleans(),
    asks=st.booleans(),
)
def test_the_statement_says_of_everybody_what_the_rule_says(
    app, brand_id, made, salt, share, by_profile, asks
):
    with Session(app.db.engine) as session:
        enter_brand(session, brand_id=brand_id)
        ids = make_people(app, session, [person for person, _, _ in made])
        # Who is not known: facts speak of a customer that no row is kept of.
        asked = [
            customer_id if known else customer_id + 10**9
            for customer_id, (_, _, known) in zip(ids, made, strict=True)
        ]
        customers = pa.table(
            {"customer_id": pa.array(asked, pa.int64()), "in_excluded": [excluded for _, excluded, _ in made]}
        )
        session.execute(text(f"CREATE TEMPORARY TABLE {AUDIENCE} (customer_id bigint, in_excluded boolean)"))
        copy_arrow(session, table=AUDIENCE, reader=customers.to_reader(max_chunksize=5))
        asked_before(session, [who for who, (person, _, _) in zip(ids, made, strict=True) if person.asked])
        stage_decisions(
            session, channel="sms", salt=salt, holdout_basis_points=share, by_profile=by_profile, asks=asks,
            now=LAUNCH,
        )  # fmt: skip
        found = session.execute(text(f"SELECT customer_id, state, reason FROM {DECISIONS}")).all()
        pieces = staged_pieces(session, customers=5)
        session.rollback()

    kinds = [kind.value for kind in SuppressionKind]
    for customer_id, (person, excluded, known) in zip(asked, made, strict=True):
        wanted = decide(
            customer_id, in_excluded_segment=excluded, known=known, has_address=person.phone,
            suppressed=min(person.suppressed, key=kinds.index, default=None) if person.phone else None,
            consented=bool(person.consent), salt=salt, holdout_basis_points=share,
            profiling_refused=by_profile and person.profiling[-1:] == (False,),
            asks=asks, said=person.consent is not None, asked=person.asked and person.phone,
        )  # fmt: skip
        row = next(one for one in found if one.customer_id == customer_id)
        assert (row.state, row.reason) == (wanted.state.value, wanted.reason.value if wanted.reason else None)
    assert len(found) == len(made)
    assert sorted(one for after, upto in pieces for one in asked if after < one <= upto) == sorted(asked)
    assert all(sum(after < one <= upto for one in asked) <= 5 for after, upto in pieces)
