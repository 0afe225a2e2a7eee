"""The result page: what a campaign was worth, counted on all who were assigned."""

from datetime import timedelta

import pytest

from siyu.campaigns.api import campaign_by_id, launch_campaign, recipients_page, results_of
from siyu.campaigns.contracts import RecipientState
from siyu.campaigns.errors import NoResultsYet
from siyu.organisation.api import brand_info
from tests.campaigns.makers import (
    LAUNCH,
    Person,
    buys,
    gets_back,
    is_told,
    make_campaign,
    make_people,
)

DAY = timedelta(days=1)


@pytest.fixture
def launched(app, brand_id, segment_of):
    """A campaign to sixty people and two who may not be reached; half are held out."""
    with app.db.transaction(brand_id=brand_id) as session:
        make_people(app, session, [*[Person()] * 60, Person(consent=False), Person(phone=False)])
        campaign = make_campaign(
            session, segment_id=segment_of(session), holdout_basis_points=5_000, window_days=7
        )
    launch_campaign(app, brand_id=brand_id, campaign_id=campaign.campaign_id, now=LAUNCH)
    return campaign.campaign_id


def sides(app, brand_id, campaign_id):
    """The customers of each arm."""
    with app.db.transaction(brand_id=brand_id) as session:
        pages = [
            recipients_page(session, campaign_id=campaign_id, state=state, limit=100).items
            for state in (RecipientState.TREATED, RecipientState.HOLDOUT)
        ]
    return [[one.customer_id for one in page] for page in pages]


def results_at(app, brand_id, campaign_id, as_of):
    with app.db.transaction(brand_id=brand_id) as session, app.lake.reading() as cursor:
        brand = brand_info(session, brand_id=brand_id)
        return results_of(session, cursor=cursor, campaign_id=campaign_id, brand=brand, as_of=as_of)


def arm(metric, name):
    return next(one for one in metric.arms if one.arm == name)


def test_what_a_campaign_was_worth(app, brand_id, launched):
    treated, holdout = sides(app, brand_id, launched)
    is_told(
        app, brand_id, launched,
        *[(who, "accepted", LAUNCH + timedelta(minutes=1)) for who in treated[:-1]],
        *[(who, "delivered", LAUNCH + timedelta(minutes=2)) for who in treated[:-2]],
        (treated[-2], "failed", LAUNCH + timedelta(minutes=2)),
        (treated[-1], "failed", LAUNCH + timedelta(minutes=2)),
    )  # fmt: skip
    buys(
        app, brand_id,
        (treated[0], LAUNCH + DAY, 30_000),
        (treated[1], LAUNCH + 2 * DAY, 20_000),
        (treated[2], LAUNCH + 7 * DAY, 10_000),  # the last moment of the window is inside
        (treated[-1], LAUNCH + DAY, 7_000),  # assigned, never reached
        (holdout[0], LAUNCH + 3 * DAY, 5_000),
        (treated[3], LAUNCH, 99_000),  # at the moment of assignment: not its doing
        (treated[3], LAUNCH + 7 * DAY + timedelta(microseconds=1), 99_000),  # too late
    )  # fmt: skip
    gets_back(app, brand_id, treated[1], at=LAUNCH + 3 * DAY, order_at=LAUNCH + 2 * DAY, fen=20_000)

    found = results_at(app, brand_id, launched, LAUNCH + 30 * DAY)

    assert found.final
    assert (found.headcount.audience, found.headcount.eligible) == (62, 60)
    assert {one.reason.value: one.customers for one in found.headcount.exclusions} == {
        "consent_missing": 1, "unreachable": 1,
    }  # fmt: skip
    assert arm(found.sales, "treated").mean == pytest.approx(47_000 / len(treated))
    assert arm(found.sales, "holdout").mean == pytest.approx(5_000 / len(holdout))
    # Three kept what they bought; the second order was given back whole and counts as none.
    assert arm(found.buyers, "treated").mean == pytest.approx(3 / len(treated))
    counts = {step.step.value: step.customers for step in found.funnel}
    assert counts == {
        "audience": 62, "eligible": 60, "treated": len(treated), "accepted": len(treated) - 1,
        "delivered": len(treated) - 2, "failed": 2, "opted_out": 0, "buyers": 3,
    }  # fmt: skip
    assert found.cost_fen == round((len(treated) - 1) * 4.5)
    # Those touched bought for 400 yuan; the one never reached is in the incremental figure alone.
    assert found.returned.touched_margin_fen == round(40_000 * found.margin_basis_points / 10_000)
    effect = found.sales.effect.absolute
    assert effect.interval.low < effect.value < effect.interval.high
    assert effect.anytime_interval.low < effect.interval.low
    assert found.sample_ratio.passed
    assert sum(point is not None for point in found.curve) == 8
    assert found.curve[-1].treated_fen == pytest.approx(arm(found.sales, "treated").mean)
    assert found.curve[-1].holdout_fen == pytest.approx(arm(found.sales, "holdout").mean)


def test_orders_imported_later_count_and_earlier_pages_do_not_change(app, brand_id, launched):
    treated, _ = sides(app, brand_id, launched)
    buys(app, brand_id, (treated[0], LAUNCH + DAY, 1_000))
    early = results_at(app, brand_id, launched, LAUNCH + 2 * DAY)
    buys(app, brand_id, (treated[1], LAUNCH + 3 * DAY, 2_000))

    assert results_at(app, brand_id, launched, LAUNCH + 2 * DAY) == early
    assert not early.final
    later = results_at(app, brand_id, launched, LAUNCH + 4 * DAY)
    assert arm(later.buyers, "treated").mean * len(treated) == pytest.approx(2)


def test_a_refund_after_the_window_changes_nothing(app, brand_id, launched):
    treated, _ = sides(app, brand_id, launched)
    buys(app, brand_id, (treated[0], LAUNCH + DAY, 1_000))
    gets_back(app, brand_id, treated[0], at=LAUNCH + 8 * DAY, order_at=LAUNCH + DAY, fen=1_000)

    found = results_at(app, brand_id, launched, LAUNCH + 30 * DAY)

    assert arm(found.sales, "treated").mean * len(treated) == pytest.approx(1_000)
    assert arm(found.buyers, "treated").mean * len(treated) == pytest.approx(1)


def test_a_message_told_of_twice_is_one_message(app, brand_id, launched):
    treated, _ = sides(app, brand_id, launched)
    told = [
        (treated[0], state, LAUNCH + timedelta(minutes=1)) for state in ("failed", "accepted", "delivered")
    ]
    is_told(app, brand_id, launched, *told, *told)

    found = results_at(app, brand_id, launched, LAUNCH + DAY)

    counts = {step.step.value: step.customers for step in found.funnel}
    assert (counts["accepted"], counts["delivered"], counts["failed"]) == (1, 1, 0)
    assert found.cost_fen == 4  # one segment of 4.5 fen, half to even


def test_a_campaign_without_buyers_says_so_without_numbers_that_are_none(app, brand_id, launched):
    found = results_at(app, brand_id, launched, LAUNCH + DAY)

    assert found.sales.effect.absolute.value == 0
    assert found.sales_winsorised is None
    assert found.returned.touched is None  # nothing was spent


def test_there_are_no_results_before_the_launch(app, brand_id, launched, segment_of):
    with pytest.raises(NoResultsYet):
        results_at(app, brand_id, launched, LAUNCH - timedelta(seconds=1))
    with app.db.transaction(brand_id=brand_id) as session:
        draft = make_campaign(session, segment_id=segment_of(session, orders_min=9), submitted=False)
        assert campaign_by_id(session, campaign_id=draft.campaign_id).launched_at is None
    with pytest.raises(NoResultsYet):
        results_at(app, brand_id, draft.campaign_id, LAUNCH + DAY)
