"""Drafts are thrown away, and campaigns are copied into new drafts."""

from datetime import datetime

from sqlalchemy.orm import Session

from siyu.campaigns.actions.drafting import create_campaign
from siyu.campaigns.contracts import CampaignInfo, CampaignState, Draft
from siyu.campaigns.queries.campaigns import campaign_by_id, campaign_row
from siyu.campaigns.rules.flow import DELETABLE, check_state, experiment_key
from siyu.kernel.audit import Actor, record
from siyu.organisation.contracts import BrandInfo


def delete_campaign(session: Session, *, campaign_id: int, actor: Actor, now: datetime) -> None:
    """The draft is gone; its number is not given again. What was ever launched is kept for good.

    raises   NotFound, CampaignInOtherState
    effects  the row is removed; an audit entry with what it said
    """
    campaign = campaign_row(session, campaign_id=campaign_id, lock=True)
    check_state(CampaignState(campaign.state), wanted=DELETABLE, verb="delete")
    assert campaign.launched_at is None, "a launched campaign is never a draft again"
    before = {
        "name": campaign.name, "state": campaign.state, "segment_id": campaign.segment_id,
        "template_text": campaign.template_text, "created_by": campaign.created_by,
    }  # fmt: skip
    session.delete(campaign)
    session.flush()
    record(
        session,
        actor=actor,
        action="campaign.deleted",
        subject=("campaign", campaign_id),
        before=before,
        now=now,
    )


def copy_campaign(
    session: Session, *, campaign_id: int, name: str, brand: BrandInfo, actor: Actor, now: datetime
) -> CampaignInfo:
    """A draft says what the campaign says, without its time; it splits its audience anew.

    A split that campaigns share by a common salt stays shared.

    raises   NotFound
    effects  one row in campaign, audit entries campaign.created and campaign.copied
    """
    origin = campaign_by_id(session, campaign_id=campaign_id)
    has_own_split = origin.salt == experiment_key(campaign_id)
    draft = Draft(
        name=name,
        segment_id=origin.segment_id,
        excluded_segment_ids=origin.excluded_segment_ids,
        holdout_basis_points=origin.holdout_basis_points,
        salt="" if has_own_split else origin.salt,
        template_text=origin.template_text,
        signature=origin.signature,
        opt_out_line=origin.opt_out_line,
        window_days=origin.window_days,
        kind=origin.kind,
    )
    copy = create_campaign(session, draft=draft, brand=brand, actor=actor, now=now)
    record(
        session, actor=actor, action="campaign.copied", subject=("campaign", copy.campaign_id),
        after={"copied_from": campaign_id}, now=now,
    )  # fmt: skip
    return copy
