"""Campaigns are written and rewritten, until they are submitted."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from siyu.campaigns.contracts import CampaignInfo, CampaignKind, CampaignState, Draft
from siyu.campaigns.errors import SegmentExcludesItself
from siyu.campaigns.models import Campaign
from siyu.campaigns.queries.campaigns import campaign_row
from siyu.campaigns.rules.flow import EDITABLE, check_state
from siyu.kernel.audit import Actor, record
from siyu.organisation.contracts import BrandInfo
from siyu.outreach.api import channel_settings
from siyu.people.contracts import Channel
from siyu.segments.api import segment_info

EDITABLE_FIELDS = frozenset(Draft.__dataclass_fields__)


def create_campaign(
    session: Session, *, draft: Draft, brand: BrandInfo, actor: Actor, now: datetime
) -> CampaignInfo:
    """A draft of the campaign exists.

    raises   NotFound for a segment, SegmentExcludesItself
    effects  one row in campaign, an audit entry
    """
    channel = channel_settings(session)
    campaign = Campaign(
        brand_id=brand.brand_id, kind=draft.kind.value, name=draft.name,
        state=CampaignState.DRAFT.value, channel=Channel.SMS.value,
        segment_id=draft.segment_id, excluded_segment_ids=list(draft.excluded_segment_ids),
        holdout_basis_points=_holdout(draft.kind, draft.holdout_basis_points, brand), salt=draft.salt,
        template_text=draft.template_text, signature=draft.signature or channel.signature,
        opt_out_line=channel.opt_out_line if draft.opt_out_line is None else draft.opt_out_line,
        scheduled_at=draft.scheduled_at, window_days=draft.window_days,
        margin_basis_points=brand.margin_basis_points, created_by=actor.label, created_by_key=actor.key,
        note="", created_at=now, updated_at=now, launch_attempts=0,
    )  # fmt: skip
    _check_segments(session, campaign)
    session.add(campaign)
    session.flush()
    _own_salt(campaign)
    session.flush()
    record(
        session, actor=actor, action="campaign.created", subject=("campaign", campaign.campaign_id),
        after=_plain(asdict(draft)), now=now,
    )  # fmt: skip
    return campaign.info()


def edit_campaign(
    session: Session,
    *,
    campaign_id: int,
    changes: Mapping[str, Any],
    brand: BrandInfo,
    actor: Actor,
    now: datetime,
) -> CampaignInfo:
    """The draft says what `changes` say, by the names of Draft; what they leave out stays.

    A campaign whose launch failed is a draft again.

    raises   NotFound, CampaignInOtherState, SegmentExcludesItself
    effects  an audit entry with what differs; none where nothing does
    """
    campaign = campaign_row(session, campaign_id=campaign_id, lock=True)
    check_state(CampaignState(campaign.state), wanted=EDITABLE, verb="edit")
    assert changes.keys() <= EDITABLE_FIELDS, "a draft has no such field"
    wanted = dict(changes)
    if "excluded_segment_ids" in wanted:
        wanted["excluded_segment_ids"] = list(wanted["excluded_segment_ids"])
    if "holdout_basis_points" in wanted:
        kind = CampaignKind(campaign.kind)
        wanted["holdout_basis_points"] = _holdout(kind, wanted["holdout_basis_points"], brand)
    if wanted.get("opt_out_line", "") is None:
        wanted["opt_out_line"] = channel_settings(session).opt_out_line
    before = {name: getattr(campaign, name) for name in wanted}
    for name, value in wanted.items():
        setattr(campaign, name, value)
    _own_salt(campaign)
    _check_segments(session, campaign)
    after = {name: getattr(campaign, name) for name in wanted}
    differing = {name for name in wanted if before[name] != after[name]}
    campaign.state, campaign.failure = CampaignState.DRAFT.value, None
    if differing:
        campaign.updated_at = now
        record(
            session, actor=actor, action="campaign.edited", subject=("campaign", campaign_id),
            before=_plain({name: before[name] for name in differing}),
            after=_plain({name: after[name] for name in differing}), now=now,
        )  # fmt: skip
    session.flush()
    return campaign.info()


def _holdout(kind: CampaignKind, holdout_basis_points: int | None, brand: BrandInfo) -> int:
    """A request for consent holds nobody out: its effect is the answers."""
    if kind is CampaignKind.CONSENT_REQUEST:
        return 0
    return brand.default_holdout_basis_points if holdout_basis_points is None else holdout_basis_points


def _own_salt(campaign: Campaign) -> None:
    """A campaign without a salt splits by its own number, unrelated to every other campaign."""
    campaign.salt = campaign.salt or f"campaign:{campaign.campaign_id}"


def _check_segments(session: Session, campaign: Campaign) -> None:
    """Returns if the segments exist and the audience is not excluded from itself."""
    if campaign.segment_id is not None and campaign.segment_id in campaign.excluded_segment_ids:
        raise SegmentExcludesItself(segment_id=campaign.segment_id)
    named = [] if campaign.segment_id is None else [campaign.segment_id]
    for segment_id in (*named, *campaign.excluded_segment_ids):
        segment_info(session, segment_id=segment_id)


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as JSON holds them."""
    return {
        name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()
    }
