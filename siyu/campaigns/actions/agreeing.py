"""A draft is submitted, agreed to by a second person where the brand wants one, and put on the schedule."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy.orm import Session

from siyu.campaigns.contracts import CampaignInfo, CampaignKind, CampaignState
from siyu.campaigns.errors import CampaignNotReady
from siyu.campaigns.models import Campaign
from siyu.campaigns.queries.audience import frozen_audience
from siyu.campaigns.queries.campaigns import campaign_row
from siyu.campaigns.queries.checking import template_faults
from siyu.campaigns.rules.flow import EDITABLE, check_approver, check_state
from siyu.kernel.audit import Actor, record
from siyu.kernel.jobs import defer
from siyu.organisation.contracts import BrandInfo
from siyu.outreach.api import check_ready
from siyu.outreach.contracts import VariableSource
from siyu.people.api import file_text
from siyu.people.contracts import ConsentChannel, Purpose

LAUNCH_JOB = "campaigns.launch"


def submit_campaign(
    session: Session,
    *,
    campaign_id: int,
    brand: BrandInfo,
    sources: Sequence[VariableSource] = (),
    actor: Actor,
    now: datetime,
) -> CampaignInfo:
    """The campaign is frozen as it is: it waits for a second person, or is scheduled where the brand wants none.

    raises   NotFound, CampaignInOtherState, CampaignNotReady, ChannelNotReady
    effects  segments' definitions and the margin are frozen, of a consent request its words as a consent text; an
             audit entry; perhaps the launch job
    """
    campaign = campaign_row(session, campaign_id=campaign_id, lock=True)
    check_state(CampaignState(campaign.state), wanted=EDITABLE, verb="submit")
    segment_id = _checked_ready(session, campaign, sources, now)
    campaign.audience = asdict(
        frozen_audience(session, segment_id=segment_id, excluded_segment_ids=campaign.excluded_segment_ids)
    )
    campaign.consent_text_id = _words_on_file(session, campaign, actor, now)
    campaign.margin_basis_points = brand.margin_basis_points
    campaign.submitted_by, campaign.submitted_by_key = actor.label, actor.key
    campaign.note, campaign.failure, campaign.launch_attempts = "", None, 0
    before = campaign.state
    if brand.needs_approval:
        campaign.state = CampaignState.AWAITING_APPROVAL.value
    else:
        _schedule(session, campaign, now)
    _note_move(session, campaign, "campaign.submitted", before, actor, now)
    return campaign.info()


def approve_campaign(
    session: Session, *, campaign_id: int, brand: BrandInfo, actor: Actor, now: datetime
) -> CampaignInfo:
    """The campaign is scheduled; one whose time has passed is launched at once.

    raises   NotFound, CampaignInOtherState, SecondPersonNeeded, PersonNeeded
    effects  an audit entry, the launch job
    """
    campaign = campaign_row(session, campaign_id=campaign_id, lock=True)
    wanted = frozenset({CampaignState.AWAITING_APPROVAL})
    check_state(CampaignState(campaign.state), wanted=wanted, verb="approve")
    authors = frozenset({campaign.created_by_key, campaign.submitted_by_key or ""})
    check_approver(actor.key, authors=authors, needs_approval=brand.needs_approval)
    campaign.approved_by = actor.label
    before = campaign.state
    _schedule(session, campaign, now)
    _note_move(session, campaign, "campaign.approved", before, actor, now)
    return campaign.info()


def reject_campaign(
    session: Session, *, campaign_id: int, note: str, actor: Actor, now: datetime
) -> CampaignInfo:
    """The campaign is a draft again, with the reason beside it; one that was agreed to is taken off the schedule.

    raises   NotFound, CampaignInOtherState
    effects  an audit entry
    """
    campaign = campaign_row(session, campaign_id=campaign_id, lock=True)
    wanted = frozenset({CampaignState.AWAITING_APPROVAL, CampaignState.SCHEDULED})
    check_state(CampaignState(campaign.state), wanted=wanted, verb="reject")
    before = campaign.state
    campaign.state, campaign.note, campaign.audience = CampaignState.DRAFT.value, note, None
    campaign.approved_by = None
    _note_move(session, campaign, "campaign.rejected", before, actor, now)
    return campaign.info()


def _checked_ready(
    session: Session, campaign: Campaign, sources: Sequence[VariableSource], now: datetime
) -> int:
    """The campaign's segment, if nothing stands in the way of sending.

    raises  CampaignNotReady, ChannelNotReady
    """
    check_ready(session)
    if campaign.segment_id is None:
        raise CampaignNotReady(why="choose the segment it is for", why_zh="请选择目标人群")
    faults = [
        fault for fault in template_faults(campaign.info(), sources=sources) if fault.severity == "error"
    ]
    if faults:
        raise CampaignNotReady(why=faults[0].remedy.rstrip("."), why_zh=faults[0].remedy_zh.rstrip("。"))
    if campaign.scheduled_at is not None and campaign.scheduled_at < now:
        raise CampaignNotReady(
            why="the time it is scheduled for has passed; choose a later one, or none to send at once",
            why_zh="计划发送时间已过；请改为更晚的时间，或留空以立即发送",
        )
    return campaign.segment_id


def _words_on_file(session: Session, campaign: Campaign, actor: Actor, now: datetime) -> int | None:
    """The words by which a consent request asks, as a yes will name them."""
    if campaign.kind != CampaignKind.CONSENT_REQUEST:
        return None
    signed = f"【{campaign.signature}】" if campaign.signature and "【" not in campaign.template_text else ""
    out = campaign.opt_out_line
    ending = f"，{out}" if out and out not in campaign.template_text else ""
    return file_text(
        session, code=f"sms-request-{campaign.campaign_id}", purpose=Purpose.MARKETING,
        channels=[ConsentChannel.SMS], title=campaign.name, body=f"{signed}{campaign.template_text}{ending}",
        actor=actor, now=now,
    )  # fmt: skip


def _schedule(session: Session, campaign: Campaign, now: datetime) -> None:
    """The launch job runs at the scheduled time; at once where there is none or it has passed."""
    campaign.state = CampaignState.SCHEDULED.value
    due = campaign.scheduled_at if campaign.scheduled_at and campaign.scheduled_at > now else None
    defer(
        session,
        LAUNCH_JOB,
        lock=f"campaign:{campaign.campaign_id}",
        at=due,
        brand_id=campaign.brand_id,
        campaign_id=campaign.campaign_id,
    )


def _note_move(
    session: Session, campaign: Campaign, action: str, before: str, actor: Actor, now: datetime
) -> None:
    campaign.updated_at = now
    session.flush()
    record(
        session, actor=actor, action=action, subject=("campaign", campaign.campaign_id),
        before={"state": before}, after={"state": campaign.state, "note": campaign.note}, now=now,
    )  # fmt: skip
