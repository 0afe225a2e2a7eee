"""Jobs of campaigns: launching one when its time has come, ending those whose messages are all final."""

from siyu.campaigns.actions.agreeing import LAUNCH_JOB
from siyu.campaigns.actions.ending import settle_campaigns
from siyu.campaigns.actions.launching import launch_campaign
from siyu.kernel.app import App
from siyu.kernel.clock import utcnow
from siyu.kernel.facts import Subscription
from siyu.kernel.jobs import Job

SETTLE_JOB = "campaigns.settle"


def launch(app: App, *, brand_id: int, campaign_id: int) -> None:
    """The campaign is sending, or whatever kept it from that is said beside it."""
    launch_campaign(app, brand_id=brand_id, campaign_id=campaign_id, now=utcnow())


def settle(app: App, *, brand_id: int, batch_id: int) -> None:  # noqa: ARG001 -- every subscriber is told its batch
    """Campaigns that have nothing left to send are sent."""
    with app.db.transaction(brand_id=brand_id) as session:
        settle_campaigns(session, now=utcnow())


JOBS = (Job(LAUNCH_JOB, launch), Job(SETTLE_JOB, settle))
SUBSCRIPTIONS = (Subscription(SETTLE_JOB, frozenset({"message_event"})),)
