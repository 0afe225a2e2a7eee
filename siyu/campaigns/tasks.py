"""Jobs of campaigns: launching one when its time has come, ending those whose messages are all final."""

from typing import Any

from siyu.campaigns.actions.agreeing import LAUNCH_JOB
from siyu.campaigns.actions.assigning import ASSIGN_JOB, write_assignments
from siyu.campaigns.actions.ending import settle_campaigns
from siyu.campaigns.actions.giving_up import give_up_launch
from siyu.campaigns.actions.launching import launch_campaign
from siyu.campaigns.actions.proving import DROP_JOB, PROVE_JOB, drop_proof, run_proof
from siyu.kernel.abandoned import LongWork
from siyu.kernel.app import App
from siyu.kernel.audit import Actor
from siyu.kernel.clock import utcnow
from siyu.kernel.jobs import Job
from siyu.outreach.api import fold_tallies

SETTLE_JOB = "campaigns.settle"


def launch(app: App, *, brand_id: int, campaign_id: int) -> None:
    """The campaign is sending, or whatever kept it from that is said beside it."""
    launch_campaign(app, brand_id=brand_id, campaign_id=campaign_id, now=utcnow())


def assign(app: App, *, brand_id: int, campaign_id: int) -> None:
    """The facts of the campaign's launch are in the lake."""
    write_assignments(app, brand_id=brand_id, campaign_id=campaign_id, now=utcnow())


def settle(app: App, *, brand_id: int, batch_id: int) -> None:  # noqa: ARG001 -- every subscriber is told its batch
    """Campaigns that have nothing left to send are sent."""
    with app.db.transaction(brand_id=brand_id) as session:
        settle_campaigns(session, now=utcnow())
        fold_tallies(session)


def prove(
    app: App, *, brand_id: int, task_id: int, campaign_id: int, reason: str, actor: dict[str, Any]
) -> None:
    """The bundle that proves the campaign's consent is in a file."""
    run_proof(
        app, brand_id=brand_id, task_id=task_id, campaign_id=campaign_id, reason=reason, actor=Actor(**actor),
        now=utcnow(),
    )  # fmt: skip


def drop(app: App, *, brand_id: int, proof_id: int) -> None:
    """The file is gone."""
    drop_proof(app.settings.home, brand_id=brand_id, proof_id=proof_id)


JOBS = (
    Job(LAUNCH_JOB, launch),
    Job(ASSIGN_JOB, assign),
    Job(SETTLE_JOB, settle),
    Job(PROVE_JOB, prove),
    Job(DROP_JOB, drop),
)
LONG_WORK = (LongWork("campaign_launch", give_up_launch),)
