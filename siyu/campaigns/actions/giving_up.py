"""A campaign whose launch is gone for good has failed, and says why."""

from datetime import datetime

from sqlalchemy import select

from siyu.campaigns.contracts import CampaignState
from siyu.campaigns.models import Campaign
from siyu.kernel.app import App
from siyu.kernel.audit import SYSTEM, record
from siyu.kernel.longwork import Cancelled, problem_of


def give_up_launch(app: App, *, brand_id: int, task_id: int, error: Exception, now: datetime) -> None:
    """The campaign of this task is scheduled no more: failed with the error, or stopped if it was cancelled.

    A launch is one transaction, so nothing of it is there. Again changes nothing.

    effects  an audit entry
    """
    with app.db.transaction(brand_id=brand_id) as session:
        campaign = session.scalar(select(Campaign).where(Campaign.task_id == task_id).with_for_update())
        if campaign is None or campaign.state != CampaignState.SCHEDULED:
            return
        state = CampaignState.STOPPED if isinstance(error, Cancelled) else CampaignState.FAILED
        campaign.state, campaign.failure, campaign.updated_at = state.value, problem_of(error), now
        campaign.finished_at = now if state is CampaignState.STOPPED else None
        session.flush()
        record(
            session, actor=SYSTEM, action=f"campaign.{state.value}", subject=("campaign", campaign.campaign_id),
            before={"state": CampaignState.SCHEDULED.value}, after={"state": state.value, **problem_of(error)},
            now=now,
        )  # fmt: skip
