"""The text of a campaign is sent to a few given numbers, to be looked at on a real phone."""

from collections.abc import Sequence
from datetime import datetime

from siyu.campaigns.errors import CampaignNotReady
from siyu.campaigns.queries.campaigns import campaign_by_id, frozen_template
from siyu.campaigns.queries.checking import template_faults
from siyu.kernel.app import App
from siyu.kernel.audit import Actor, record
from siyu.outreach.api import send_test
from siyu.outreach.contracts import TestOutcome, VariableSource


def send_campaign_test(
    app: App,
    *,
    brand_id: int,
    campaign_id: int,
    numbers: Sequence[str],
    customer_id: int | None,
    actor: Actor,
    now: datetime,
) -> list[TestOutcome]:
    """The numbers have been offered the text as the customer would read it; nothing of it counts in the campaign.

    raises   NotFound, CampaignNotReady, what outreach refuses
    effects  an audit entry with how many numbers, and as which customer; the vendor is called outside any transaction
    """
    with app.db.transaction(brand_id=brand_id) as session:
        campaign = campaign_by_id(session, campaign_id=campaign_id)
        faults = template_faults(campaign, sources=app.wiring.of(VariableSource))
        errors = [fault for fault in faults if fault.severity == "error"]
        if errors:
            raise CampaignNotReady(why=errors[0].remedy.rstrip("."), why_zh=errors[0].remedy_zh.rstrip("。"))
        record(
            session, actor=actor, action="campaign.tested", subject=("campaign", campaign_id),
            after={"numbers": len(numbers)} | ({"customer_id": customer_id} if customer_id else {}), now=now,
        )  # fmt: skip
    return send_test(
        app, brand_id=brand_id, numbers=numbers, template=frozen_template(campaign), customer_id=customer_id,
        actor=actor, now=now,
    )  # fmt: skip
