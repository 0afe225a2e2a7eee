"""A campaign ends: somebody stops it, or its last message is final."""

from contextlib import suppress
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from siyu.campaigns.contracts import CampaignInfo, CampaignState
from siyu.campaigns.models import Campaign
from siyu.campaigns.queries.campaigns import campaign_row
from siyu.campaigns.rules.flow import STOPPABLE, check_state
from siyu.kernel.audit import SYSTEM, Actor, record
from siyu.kernel.longwork import NotCancellable, ask_to_cancel
from siyu.outreach.api import still_open, stop_messages

SENDING_MAX = 1_000


def stop_campaign(session: Session, *, campaign_id: int, actor: Actor, now: datetime) -> CampaignInfo:
    """Nothing more is sent: messages that nobody has taken up are stopped, a launch under way stops at its next step.

    raises   NotFound, CampaignInOtherState
    effects  an audit entry with how many messages were stopped
    """
    campaign = campaign_row(session, campaign_id=campaign_id, lock=True)
    check_state(CampaignState(campaign.state), wanted=STOPPABLE, verb="stop")
    before, stopped = campaign.state, 0
    if campaign.state == CampaignState.SENDING:
        stopped = stop_messages(session, campaign_id=campaign_id, now=now)
    elif campaign.state == CampaignState.SCHEDULED and campaign.task_id is not None:
        with suppress(NotCancellable):  # an attempt failed; no other will come once the state is stopped
            ask_to_cancel(session, task_id=campaign.task_id, actor=actor)
    campaign.state, campaign.finished_at, campaign.updated_at = CampaignState.STOPPED.value, now, now
    session.flush()
    record(
        session, actor=actor, action="campaign.stopped", subject=("campaign", campaign_id),
        before={"state": before}, after={"state": campaign.state, "messages_stopped": stopped}, now=now,
    )  # fmt: skip
    return campaign.info()


def settle_campaigns(session: Session, *, now: datetime) -> list[int]:
    """Campaigns none of whose messages needs us any more are sent. Calling twice changes nothing.

    returns  those that this call ended
    effects  an audit entry each
    limits   1,000 campaigns that are sending at once; one look into an index for each, whatever its size
    """
    sending = select(Campaign.campaign_id).where(Campaign.state == CampaignState.SENDING.value)
    asked = session.scalars(sending.order_by(Campaign.campaign_id).limit(SENDING_MAX)).all()
    over = set(asked) - still_open(session, campaign_ids=asked)
    query = (
        select(Campaign)
        .where(Campaign.campaign_id.in_(over), Campaign.state == CampaignState.SENDING.value)
        .order_by(Campaign.campaign_id)
        .with_for_update()
    )
    for campaign in session.scalars(query).all():
        campaign.state, campaign.finished_at, campaign.updated_at = CampaignState.SENT.value, now, now
        session.flush()
        record(
            session, actor=SYSTEM, action="campaign.sent", subject=("campaign", campaign.campaign_id),
            before={"state": CampaignState.SENDING.value}, after={"state": campaign.state}, now=now,
        )  # fmt: skip
    return sorted(over)
