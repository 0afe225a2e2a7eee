"""From draft to the end: who may do what, and what is frozen when."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from siyu.campaigns.api import (
    approve_campaign,
    campaign_by_id,
    check_campaign,
    decisions_about,
    edit_campaign,
    launch_campaign,
    reject_campaign,
    settle_campaigns,
    stop_campaign,
    submit_campaign,
)
from siyu.campaigns.contracts import CampaignState, Exclusion
from siyu.campaigns.errors import (
    CampaignInOtherState,
    CampaignNotReady,
    SecondPersonNeeded,
    SegmentExcludesItself,
)
from siyu.kernel.errors import NotFound
from siyu.organisation.api import brand_info
from tests.campaigns.makers import AUTHOR, LAUNCH, SECOND, Person, make_campaign, make_people


@pytest.fixture
def brand(session, brand_id):
    """A brand where a second person must approve."""
    return replace(brand_info(session, brand_id=brand_id), needs_approval=True)


def jobs_of(session, campaign_id):
    """The launch jobs that wait in the queue, by the moment they are due."""
    return session.execute(
        text(
            "SELECT scheduled_at FROM procrastinate_jobs WHERE task_name = 'campaigns.launch' "
            "AND args ->> 'campaign_id' = :c"
        ),
        {"c": str(campaign_id)},
    ).scalars().all()  # fmt: skip


def test_a_second_person_approves_what_the_first_one_submitted(session, brand, segment_of):
    draft = make_campaign(session, segment_id=segment_of(session), submitted=False)
    campaign_id = draft.campaign_id
    waiting = submit_campaign(session, campaign_id=campaign_id, brand=brand, actor=AUTHOR, now=LAUNCH)
    assert waiting.state is CampaignState.AWAITING_APPROVAL
    assert jobs_of(session, campaign_id) == []

    with pytest.raises(SecondPersonNeeded):
        approve_campaign(session, campaign_id=campaign_id, brand=brand, actor=AUTHOR, now=LAUNCH)
    agreed = approve_campaign(session, campaign_id=campaign_id, brand=brand, actor=SECOND, now=LAUNCH)

    assert (agreed.state, agreed.approved_by) == (CampaignState.SCHEDULED, "second")
    assert jobs_of(session, campaign_id) == [None]


def test_what_was_approved_is_what_was_submitted(session, brand, segment_of):
    segment_id = segment_of(session)
    campaign = make_campaign(session, segment_id=segment_id)
    frozen = campaign.audience["segment"]["definition"]
    session.execute(
        text("UPDATE segment SET definition = '{\"changed\": true}' WHERE segment_id = :s"), {"s": segment_id}
    )

    assert (
        campaign_by_id(session, campaign_id=campaign.campaign_id).audience["segment"]["definition"] == frozen
    )


def test_a_rejected_campaign_is_a_draft_with_the_reason(session, brand, segment_of):
    draft = make_campaign(session, segment_id=segment_of(session), submitted=False)
    submit_campaign(session, campaign_id=draft.campaign_id, brand=brand, actor=AUTHOR, now=LAUNCH)
    found = reject_campaign(session, campaign_id=draft.campaign_id, note="太贵", actor=SECOND, now=LAUNCH)

    assert (found.state, found.note, found.audience) == (CampaignState.DRAFT, "太贵", None)


def test_a_campaign_taken_off_the_schedule_is_not_launched_by_the_job_that_waits(app, brand_id, segment_of):
    with app.db.transaction(brand_id=brand_id) as session:
        campaign_id = make_campaign(session, segment_id=segment_of(session)).campaign_id
        reject_campaign(session, campaign_id=campaign_id, note="", actor=SECOND, now=LAUNCH)
    launch_campaign(app, brand_id=brand_id, campaign_id=campaign_id, now=LAUNCH)

    with app.db.transaction(brand_id=brand_id) as session:
        assert campaign_by_id(session, campaign_id=campaign_id).state is CampaignState.DRAFT


def test_a_scheduled_campaign_waits_for_its_time(session, segment_of):
    later = LAUNCH + timedelta(hours=3)
    campaign = make_campaign(session, segment_id=segment_of(session), scheduled_at=later)

    assert jobs_of(session, campaign.campaign_id) == [later]


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"segment_id": None}, "segment"),  # for whom?
        ({"template_text": ""}, "text"),  # nothing to say
        ({"template_text": "{{ nmae }}您好"}, "nmae"),  # a variable that does not exist
        ({"scheduled_at": LAUNCH - timedelta(hours=1)}, "passed"),  # yesterday is over
    ],
)
def test_what_is_not_ready_is_not_submitted(session, brand, segment_of, changes, word):
    draft = make_campaign(session, submitted=False, **{"segment_id": segment_of(session)} | changes)

    with pytest.raises(CampaignNotReady) as refused:
        submit_campaign(session, campaign_id=draft.campaign_id, brand=brand, actor=AUTHOR, now=LAUNCH)
    assert word in refused.value.message


def test_an_audience_cannot_be_excluded_from_itself_or_be_a_segment_that_is_not_there(session, segment_of):
    segment_id = segment_of(session)
    with pytest.raises(SegmentExcludesItself):
        make_campaign(session, segment_id=segment_id, excluded_segment_ids=(segment_id,))
    with pytest.raises(NotFound):
        make_campaign(session, segment_id=segment_id + 10**6)


def test_only_a_draft_changes_and_every_change_is_audited(session, brand, segment_of):
    draft = make_campaign(session, segment_id=segment_of(session), submitted=False)
    edited = edit_campaign(
        session, campaign_id=draft.campaign_id, changes={"name": "双十一", "window_days": 30}, brand=brand,
        actor=SECOND, now=LAUNCH,
    )  # fmt: skip
    submit_campaign(session, campaign_id=draft.campaign_id, brand=brand, actor=AUTHOR, now=LAUNCH)

    assert edited.name == "双十一"
    with pytest.raises(CampaignInOtherState):
        edit_campaign(
            session,
            campaign_id=draft.campaign_id,
            changes={"name": "x"},
            brand=brand,
            actor=AUTHOR,
            now=LAUNCH,
        )
    session.flush()
    entries = session.execute(
        text(
            "SELECT action, before, after FROM audit_entry WHERE subject_type = 'campaign' ORDER BY audit_entry_id"
        )
    ).all()
    assert [entry.action for entry in entries] == [
        "campaign.created",
        "campaign.edited",
        "campaign.submitted",
    ]
    assert entries[1].before == {"name": "新品"}
    assert entries[1].after == {"name": "双十一"}


def test_the_check_tells_whom_it_reaches_and_what_it_costs(app, session, segment_of):
    make_people(app, session, [*[Person()] * 10, Person(consent=False), Person(suppressed=("opt_out",))])
    draft = make_campaign(session, segment_id=segment_of(session), submitted=False, holdout_basis_points=0)
    found = check_campaign(session, app=app, campaign_id=draft.campaign_id, now=LAUNCH)

    assert found.ready
    assert (found.headcount.audience, found.headcount.treated) == (12, 10)
    assert [(one.reason, one.customers) for one in found.headcount.exclusions] == [
        (Exclusion.OPT_OUT, 1), (Exclusion.CONSENT_MISSING, 1),
    ]  # fmt: skip
    assert (found.segments, found.price_centifen, found.cost_fen) == (1, 450, 45)


def test_the_check_of_a_faulty_text_names_the_fault_and_still_counts(app, session, segment_of):
    make_people(app, session, [Person()])
    draft = make_campaign(
        session,
        segment_id=segment_of(session),
        submitted=False,
        template_text="{{ nmae }}",
        holdout_basis_points=0,
    )
    found = check_campaign(session, app=app, campaign_id=draft.campaign_id, now=LAUNCH)

    assert not found.ready
    assert [fault.code for fault in found.template] == ["unknown_variable"]
    assert found.headcount.treated == 1


def test_a_campaign_is_sent_when_none_of_its_messages_needs_us(app, brand_id, segment_of):
    with app.db.transaction(brand_id=brand_id) as session:
        make_people(app, session, [Person()] * 3)
        campaign_id = make_campaign(
            session, segment_id=segment_of(session), holdout_basis_points=0
        ).campaign_id
    launch_campaign(app, brand_id=brand_id, campaign_id=campaign_id, now=LAUNCH)

    def end_messages(state, limit):
        with app.db.transaction(brand_id=brand_id) as session:
            session.execute(
                text(
                    "UPDATE message SET state = :s, next_attempt_at = NULL WHERE message_id IN (SELECT message_id "
                    "FROM message WHERE campaign_id = :c AND next_attempt_at IS NOT NULL LIMIT :n)"
                ),
                {"s": state, "c": campaign_id, "n": limit},
            )
        with app.db.transaction(brand_id=brand_id) as session:
            return settle_campaigns(session, now=LAUNCH)

    assert end_messages("accepted", 2) == []
    assert end_messages("suppressed", 1) == [campaign_id]
    assert end_messages("accepted", 1) == []
    with app.db.transaction(brand_id=brand_id) as session:
        assert campaign_by_id(session, campaign_id=campaign_id).state is CampaignState.SENT


def test_stopping_ends_the_messages_that_nobody_has_taken_up(app, brand_id, segment_of):
    with app.db.transaction(brand_id=brand_id) as session:
        make_people(app, session, [Person()] * 4)
        campaign_id = make_campaign(
            session, segment_id=segment_of(session), holdout_basis_points=0
        ).campaign_id
    launch_campaign(app, brand_id=brand_id, campaign_id=campaign_id, now=LAUNCH)
    with app.db.transaction(brand_id=brand_id) as session:
        found = stop_campaign(session, campaign_id=campaign_id, actor=AUTHOR, now=LAUNCH)
        states = session.execute(
            text("SELECT DISTINCT state FROM message WHERE campaign_id = :c"), {"c": campaign_id}
        ).scalars().all()  # fmt: skip

    assert found.state is CampaignState.STOPPED
    assert states == ["stopped"]
    with app.db.transaction(brand_id=brand_id) as session, pytest.raises(CampaignInOtherState):
        stop_campaign(session, campaign_id=campaign_id, actor=AUTHOR, now=LAUNCH)


def test_a_customer_is_told_why(app, brand_id, segment_of):
    with app.db.transaction(brand_id=brand_id) as session:
        (who,) = make_people(app, session, [Person(phone=False)])
        campaign_id = make_campaign(session, segment_id=segment_of(session)).campaign_id
    launch_campaign(app, brand_id=brand_id, campaign_id=campaign_id, now=LAUNCH)
    with app.db.transaction(brand_id=brand_id) as session:
        (decision,) = decisions_about(session, customer_id=who)

    assert (decision.campaign_id, decision.reason) == (campaign_id, Exclusion.UNREACHABLE)
