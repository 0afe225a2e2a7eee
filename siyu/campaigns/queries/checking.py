"""What sending a draft would mean: the faults of its text, whom it would reach, what it would cost."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from siyu.campaigns.contracts import (
    CampaignInfo,
    CampaignKind,
    Check,
    Headcount,
    RecipientState,
    TemplateFault,
)
from siyu.campaigns.queries.audience import (
    by_profile,
    frozen_audience,
    stage_audience,
    stage_decisions,
    staged_headcount,
    staged_sample,
)
from siyu.campaigns.queries.campaigns import campaign_by_id, frozen_template
from siyu.campaigns.rules.worth import cost_fen
from siyu.insight.api import brand_view, trait_sources
from siyu.kernel.app import App
from siyu.outreach.api import check_ready, known_variables, lint_template, preview, price_of
from siyu.outreach.contracts import Channel, MessageClass, RenderedMessage, VariableSource
from siyu.outreach.errors import ChannelNotReady

SAMPLE_CUSTOMERS = 50
PREVIEW_CUSTOMERS_MAX = 20


def check_campaign(session: Session, *, app: App, campaign_id: int, now: datetime) -> Check:
    """The draft's faults, how its audience divides as of now, each exclusion with its count, and the cost at most.

    raises   NotFound, what segments refuse
    effects  temporary tables until the transaction ends
    limits   the number of segments is the most that any of 50 sampled customers' texts takes
    """
    campaign = campaign_by_id(session, campaign_id=campaign_id)
    faults = template_faults(campaign, sources=app.wiring.of(VariableSource))
    refused = _channel_refusal(session)
    sound = not any(fault.severity == "error" for fault in faults)
    headcount = _staged(session, app=app, campaign=campaign, now=now)
    segments = _segments(session, app=app, campaign=campaign) if sound and headcount else 0
    price = price_of(session, channel=Channel(campaign.channel))
    treated = headcount.treated if headcount else 0
    return Check(
        as_of=now,
        ready=sound and headcount is not None and refused is None,
        template=faults,
        channel_problem=refused.said_in("en") if refused else None,
        channel_problem_zh=refused.said_in("zh") if refused else None,
        headcount=headcount,
        segments=segments,
        price_centifen=price,
        cost_fen=cost_fen(segments=treated * segments, price_centifen=price),
    )


def preview_campaign(
    session: Session, *, app: App, campaign_id: int, limit: int, reveal: bool, now: datetime
) -> list[RenderedMessage]:
    """The text as some of those who would get it would read it; names are masked unless `reveal`.

    raises  NotFound, what segments and templates refuse
    limits  20 customers
    """
    campaign = campaign_by_id(session, campaign_id=campaign_id)
    if _staged(session, app=app, campaign=campaign, now=now) is None:
        return []
    sample = staged_sample(
        session, state=RecipientState.TREATED.value, limit=min(limit, PREVIEW_CUSTOMERS_MAX)
    )
    return preview(
        session, cipher=app.cipher, template=frozen_template(campaign), customer_ids=sample,
        sources=app.wiring.of(VariableSource), reveal=reveal, address=app.settings.address,
    )  # fmt: skip


def template_faults(
    campaign: CampaignInfo, *, sources: Sequence[VariableSource] = ()
) -> tuple[TemplateFault, ...]:
    """The faults of the campaign's text in their order; errors keep it from being sent, warnings do not."""
    findings = lint_template(
        campaign.template_text,
        known_variables(sources),
        signature=campaign.signature or None,
        opt_out_line=campaign.opt_out_line or None,
        message_class=MessageClass(campaign.kind.value),
    )
    return tuple(
        TemplateFault(
            one.code, one.severity.value, one.line, one.column, one.excerpt, one.remedy, one.remedy_zh
        )
        for one in findings
    )


def _staged(session: Session, *, app: App, campaign: CampaignInfo, now: datetime) -> Headcount | None:
    """The audience as it is now, decided in a temporary table; None without a segment."""
    if campaign.segment_id is None:
        return None
    audience = frozen_audience(
        session, segment_id=campaign.segment_id, excluded_segment_ids=campaign.excluded_segment_ids
    )
    brand = brand_view(session, sources=trait_sources(app, session))
    with app.lake.transaction() as cursor:
        stage_audience(session, cursor, brand=brand, audience=audience, as_of=now)
    stage_decisions(
        session, channel=campaign.channel, salt=campaign.salt,
        holdout_basis_points=campaign.holdout_basis_points, by_profile=by_profile(brand, audience),
        asks=campaign.kind is CampaignKind.CONSENT_REQUEST, now=now,
    )  # fmt: skip
    return staged_headcount(session)


def _segments(session: Session, *, app: App, campaign: CampaignInfo) -> int:
    sample = staged_sample(session, state=RecipientState.TREATED.value, limit=SAMPLE_CUSTOMERS)
    texts = preview(
        session, cipher=app.cipher, template=frozen_template(campaign), customer_ids=sample,
        sources=app.wiring.of(VariableSource), address=app.settings.address,
    )  # fmt: skip
    return max((one.segments for one in texts), default=0)


def _channel_refusal(session: Session) -> ChannelNotReady | None:
    try:
        check_ready(session)
    except ChannelNotReady as refused:
        return refused
    return None
