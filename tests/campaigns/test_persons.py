"""Recipients who turn out to be one person count once, by their first assignment, and as before once parted."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from siyu.campaigns.api import decisions_about, launch_campaign, recipients_page, results_of
from siyu.campaigns.contracts import Arm, Exclusion
from siyu.campaigns.queries.persons import MERGE_PARTS, HeldOutPersons
from siyu.kernel.audit import SYSTEM
from siyu.organisation.api import brand_info
from siyu.people.api import merge_customers, preview_merge, retract_edge
from tests.campaigns.makers import LAUNCH, Person, buys, is_told, make_campaign, make_people

DAY = timedelta(days=1)
PEOPLE = 40


@pytest.fixture
def launched(app, brand_id, segment_of):
    """A campaign to forty people, half of them held out; each bought for 100 yuan in the window."""
    with app.db.transaction(brand_id=brand_id) as session:
        ids = make_people(app, session, [Person()] * PEOPLE)
        campaign = make_campaign(
            session, segment_id=segment_of(session), holdout_basis_points=5_000, window_days=7
        )
    launch_campaign(app, brand_id=brand_id, campaign_id=campaign.campaign_id, now=LAUNCH)
    buys(app, brand_id, *[(who, LAUNCH + DAY, 10_000) for who in ids])
    return campaign.campaign_id


def arms_of(session, campaign_id):
    page = recipients_page(session, campaign_id=campaign_id, limit=100).items
    return {arm: [one.customer_id for one in page if one.arm is arm] for arm in Arm}


def results(app, session, campaign_id):
    with app.lake.reading() as cursor:
        brand = brand_info(session, brand_id=session.info["brand_id"])
        return results_of(
            session, cursor=cursor, campaign_id=campaign_id, brand=brand, as_of=LAUNCH + 30 * DAY
        )


def merge(session, left, right):
    merge_customers(session, left, right, actor=SYSTEM, reason="a test", now=LAUNCH + DAY, parts=MERGE_PARTS)


def part(session):
    """The only link that was made by hand is taken back."""
    edge = session.scalar(text("SELECT edge_id FROM identity_edge WHERE source = 'staff'"))
    retract_edge(session, edge, actor=SYSTEM, reason="a test", now=LAUNCH + 2 * DAY, parts=MERGE_PARTS)


def per_arm(found):
    return {one.arm: (one.n, one.mean * one.n) for one in found.sales.arms}


@pytest.mark.parametrize("first", [Arm.HOLDOUT, Arm.TREATED])
def test_one_person_in_two_arms_stays_in_the_first_and_the_other_is_left_out(app, brand_id, launched, first):
    with app.db.transaction(brand_id=brand_id) as session:
        arms, before = arms_of(session, launched), results(app, session, launched)
        second = Arm.TREATED if first is Arm.HOLDOUT else Arm.HOLDOUT
        one, other = next((a, b) for a in arms[first] for b in arms[second] if a < b)
        preview = preview_merge(session, one, other, now=LAUNCH, parts=MERGE_PARTS)
        assert [(e.effect, e.before, e.after) for e in preview.effects] == [("assignments_left_out", 0, 1)]

        merge(session, one, other)
        found = results(app, session, launched)

        count = found.headcount
        assert (count.audience, count.eligible) == (PEOPLE, PEOPLE - 1)
        assert {e.reason: e.customers for e in count.exclusions} == {Exclusion.SAME_PERSON: 1}
        was, now = per_arm(before), per_arm(found)
        assert now[first.value] == pytest.approx((was[first.value][0], was[first.value][1] + 10_000))
        assert now[second.value] == pytest.approx((was[second.value][0] - 1, was[second.value][1] - 10_000))
        decided = {d.customer_id: d.left_out for d in decisions_about(session, customer_id=other)}
        assert decided[one] is None
        assert (decided[other].customer_id, decided[other].arm) == (one, first)
        withheld = HeldOutPersons().withheld(session, campaign_ids=[launched], customer_ids=[one, other])
        assert withheld == ({(launched, other)} if first is Arm.HOLDOUT else set())

        part(session)
        assert results(app, session, launched) == before
        assert decisions_about(session, customer_id=other)[0].left_out is None


def test_facts_of_either_number_are_the_persons(app, brand_id, launched):
    """Facts follow their identity some seconds later; the result does not wait for them."""
    with app.db.transaction(brand_id=brand_id) as session:
        arms = arms_of(session, launched)
        one, other = arms[Arm.TREATED][:2]
        is_told(app, brand_id, launched, (other, "accepted", LAUNCH + timedelta(minutes=1)))
        merge(session, one, other)
        buys(app, brand_id, (one, LAUNCH + 2 * DAY, 5_000), (other, LAUNCH + 3 * DAY, 7_000))
        found = results(app, session, launched)
        customers, total = per_arm(found)["treated"]
        assert customers == len(arms[Arm.TREATED]) - 1
        assert total == pytest.approx(10_000 * len(arms[Arm.TREATED]) + 12_000)
        assert found.returned.touched_margin_fen == round(32_000 * found.margin_basis_points / 10_000)


def test_a_launch_decides_on_a_person_once_though_traits_are_older_than_the_merge(app, brand_id, segment_of):
    with app.db.transaction(brand_id=brand_id) as session:
        ids = make_people(app, session, [Person()] * 3)
        campaign = make_campaign(session, segment_id=segment_of(session), holdout_basis_points=0)
        merge(session, ids[0], ids[1])
    launch_campaign(app, brand_id=brand_id, campaign_id=campaign.campaign_id, now=LAUNCH)
    with app.db.transaction(brand_id=brand_id) as session:
        page = recipients_page(session, campaign_id=campaign.campaign_id, limit=100).items
    assert [one.customer_id for one in page] == [ids[0], ids[2]]
