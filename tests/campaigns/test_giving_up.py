"""A launch whose workers died, or that was cancelled meanwhile, leaves no campaign that waits for ever."""

import pytest

from siyu.campaigns.actions import launching
from siyu.campaigns.api import campaign_by_id, launch_campaign
from siyu.kernel.abandoned import COMMAND_BEGINS_WITHIN, settle_abandoned
from siyu.kernel.longwork import LongTask, ask_to_cancel
from tests.campaigns.makers import AUTHOR, LAUNCH, Person, make_campaign, make_people

LATER = LAUNCH + 2 * COMMAND_BEGINS_WITHIN


@pytest.fixture
def scheduled(app, brand_id, segment_of):
    with app.db.transaction(brand_id=brand_id) as session:
        make_people(app, session, [Person()] * 2)
        return make_campaign(session, segment_id=segment_of(session)).campaign_id


@pytest.mark.parametrize(
    ("cancels", "ends"), [(False, ("failed", "failed")), (True, ("stopped", "cancelled"))]
)
def test_a_launch_that_nobody_carries_on_ends_with_its_campaign(
    app, brand_id, scheduled, monkeypatch, cancels, ends
):
    def killed(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(launching.Progress, "at", killed)
    with pytest.raises(KeyboardInterrupt):
        launch_campaign(app, brand_id=brand_id, campaign_id=scheduled, now=LAUNCH)
    with app.db.transaction(brand_id=brand_id) as session:
        task_id = campaign_by_id(session, campaign_id=scheduled).task_id
        if cancels:
            ask_to_cancel(session, task_id=task_id, actor=AUTHOR)

    assert settle_abandoned(app, now=LATER) == 1

    with app.db.transaction(brand_id=brand_id) as session:
        campaign, task = campaign_by_id(session, campaign_id=scheduled), session.get(LongTask, task_id)
        assert (campaign.state, task.state) == ends
        assert campaign.failure["message_zh"] == task.error["message_zh"]
