"""A scheduled campaign is launched: everybody decided once, in one transaction, with their messages planned."""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.campaigns.actions.assigning import announce_assignments, write_assignments
from siyu.campaigns.contracts import (
    Audience,
    CampaignInfo,
    CampaignKind,
    CampaignState,
    FrozenSegment,
    Headcount,
)
from siyu.campaigns.models import Campaign
from siyu.campaigns.queries.audience import (
    DECISIONS,
    by_profile,
    stage_audience,
    stage_decisions,
    staged_headcount,
    staged_pieces,
)
from siyu.campaigns.queries.campaigns import campaign_row, frozen_template
from siyu.insight.api import brand_view, trait_sources
from siyu.kernel.app import App
from siyu.kernel.audit import SYSTEM, Actor, record
from siyu.kernel.errors import SiyuError
from siyu.kernel.jobs import ATTEMPTS_MAX
from siyu.kernel.longwork import Cancelled, Progress, announce_task, problem_of
from siyu.outreach.api import plan_messages, price_of
from siyu.outreach.contracts import Channel, VariableSource

PIECE_CUSTOMERS = 250_000
CLOCKS_MAY_DIFFER = timedelta(minutes=1)
SERVER_ERRORS_FROM = 500
LAUNCHED = frozenset({CampaignState.SENDING, CampaignState.SENT})


@dataclass(frozen=True, slots=True)
class _Launch:
    """One attempt at launching: the way to open transactions, what to launch, when."""

    app: App
    brand_id: int
    campaign: CampaignInfo
    now: datetime

    def transaction(self) -> AbstractContextManager[Session]:
        """A transaction in the brand."""
        return self.app.db.transaction(brand_id=self.brand_id)


def launch_campaign(app: App, *, brand_id: int, campaign_id: int, now: datetime) -> None:
    """Every customer of the segment has one decision, every treated one a planned message; the campaign is sending.

    Killed at any point it leaves nothing, or everything; again after that it only sees that the facts are written.

    raises   what segments refuse, Cancelled; the campaign has then failed, or is stopped
    effects  campaign_recipient rows, messages, counts, an audit entry, the batch of the facts and the job that writes
             them to the lake: one transaction
    limits   some megabytes at a time, however many customers there are
    """
    campaign = _begun(app, brand_id=brand_id, campaign_id=campaign_id, now=now)
    if campaign is None:
        write_assignments(app, brand_id=brand_id, campaign_id=campaign_id, now=now)
        return
    assert campaign.task_id is not None, "a campaign that began has a task"
    launch = _Launch(app, brand_id, campaign, now)
    progress = Progress(launch.transaction, campaign.task_id)
    try:
        progress.start(now=now)
        _decide_everybody(launch, progress)
    except Exception as error:
        if _gave_up(launch, error):
            progress.fail(error, now=now)
        raise


def _begun(app: App, *, brand_id: int, campaign_id: int, now: datetime) -> CampaignInfo | None:
    """The campaign with its task, if it is to be launched now; None if it was launched, stopped or moved."""
    with app.db.transaction(brand_id=brand_id) as session:
        campaign = campaign_row(session, campaign_id=campaign_id, lock=True)
        early = campaign.scheduled_at is not None and campaign.scheduled_at > now + CLOCKS_MAY_DIFFER
        if campaign.state != CampaignState.SCHEDULED or early:
            return None
        if campaign.launch_attempts == 0:
            starter = Actor("user", None, campaign.approved_by or campaign.submitted_by or SYSTEM.label)
            campaign.task_id = announce_task(
                session, kind="campaign_launch", title=campaign.name, actor=starter, now=now
            )
        campaign.launch_attempts += 1
        session.flush()
        return campaign.info()


def _decide_everybody(launch: _Launch, progress: Progress) -> None:
    progress.at("audience")
    with launch.transaction() as session:
        brand = brand_view(session, sources=trait_sources(launch.app, session))
        with launch.app.lake.transaction() as cursor:
            customers = stage_audience(
                session, cursor, brand=brand, audience=_audience_of(launch.campaign), as_of=launch.now
            )
        progress.at("decisions", total=customers)
        campaign = campaign_row(session, campaign_id=launch.campaign.campaign_id, lock=True)
        progress.stop_if_asked()
        if campaign.state in LAUNCHED:
            return
        if campaign.state != CampaignState.SCHEDULED:
            raise Cancelled(who=SYSTEM.label)
        stage_decisions(
            session, channel=campaign.channel, salt=campaign.salt,
            holdout_basis_points=campaign.holdout_basis_points, now=launch.now,
            by_profile=by_profile(brand, _audience_of(launch.campaign)),
            asks=campaign.kind == CampaignKind.CONSENT_REQUEST,
        )  # fmt: skip
        headcount = _materialised(session, campaign, launch, progress)
        ending = Progress(lambda: nullcontext(session), progress.task_id)
        ending.end("done", now=launch.now, result=asdict(headcount))


def _materialised(session: Session, campaign: Campaign, launch: _Launch, progress: Progress) -> Headcount:
    """The staged decisions stand for ever, with their messages, a piece at a time so that people see how far it is.

    raises  Cancelled
    """
    headcount, done, planned = staged_headcount(session), 0, 0
    for piece in staged_pieces(session, customers=PIECE_CUSTOMERS):
        progress.at("messages", done=done, total=headcount.audience)
        done += _recipients(session, campaign, piece, launch.now)
        planned += plan_messages(
            session,
            campaign_id=campaign.campaign_id,
            recipients_sql=(
                f"SELECT customer_id, address_id FROM {DECISIONS} "
                "WHERE state = 'treated' AND customer_id > :after AND customer_id <= :upto"
            ),
            parameters={"after": piece[0], "upto": piece[1]},
            template=frozen_template(campaign.info()),
            now=launch.now,
            not_before=launch.now,
            sources=launch.app.wiring.of(VariableSource),
        )
    assert done == headcount.audience, "every customer of the audience has one decision"
    assert planned == headcount.treated, "every treated customer has one message"
    _mark_launched(session, campaign, headcount, launch.now)
    announce_assignments(session, campaign=campaign, now=launch.now)
    return headcount


def _recipients(session: Session, campaign: Campaign, piece: tuple[int, int], now: datetime) -> int:
    added: Any = session.execute(
        text(f"""
            INSERT INTO campaign_recipient (campaign_id, customer_id, brand_id, state, reason, arm, assigned_at)
            SELECT :campaign, customer_id, :brand, state, reason, CASE WHEN reason IS NULL THEN state END, :now
            FROM {DECISIONS} WHERE customer_id > :after AND customer_id <= :upto ORDER BY customer_id
        """),
        {
            "campaign": campaign.campaign_id, "brand": campaign.brand_id, "now": now,
            "after": piece[0], "upto": piece[1],
        },
    )  # fmt: skip
    return int(added.rowcount)


def _mark_launched(session: Session, campaign: Campaign, headcount: Headcount, now: datetime) -> None:
    campaign.launched_at = campaign.as_of = campaign.updated_at = now
    campaign.audience_count = headcount.audience
    campaign.excluded_count = headcount.audience - headcount.eligible
    campaign.treated_count, campaign.holdout_count = headcount.treated, headcount.holdout
    campaign.state = (CampaignState.SENDING if headcount.treated else CampaignState.SENT).value
    campaign.finished_at = None if headcount.treated else now
    campaign.price_centifen = price_of(session, channel=Channel(campaign.channel))
    campaign.failure = None
    session.flush()
    record(
        session, actor=SYSTEM, action="campaign.launched", subject=("campaign", campaign.campaign_id),
        before={"state": CampaignState.SCHEDULED.value},
        after={"state": campaign.state, **asdict(headcount)}, now=now,
    )  # fmt: skip


def _audience_of(campaign: CampaignInfo) -> Audience:
    frozen = campaign.audience
    assert frozen is not None, "a scheduled campaign has a frozen audience"
    return Audience(
        FrozenSegment(**frozen["segment"]), tuple(FrozenSegment(**one) for one in frozen["excluded"])
    )


def _gave_up(launch: _Launch, error: Exception) -> bool:
    """A cancelled launch stops the campaign; a refusal, or the last failure, makes it failed.

    returns  False if the launch will be tried again
    """
    final = isinstance(error, SiyuError) and error.status < SERVER_ERRORS_FROM
    with launch.transaction() as session:
        campaign = campaign_row(session, campaign_id=launch.campaign.campaign_id, lock=True)
        if campaign.state != CampaignState.SCHEDULED:
            return True
        campaign.failure = problem_of(error)
        if isinstance(error, Cancelled):
            campaign.state, campaign.finished_at = CampaignState.STOPPED.value, launch.now
        elif final or campaign.launch_attempts >= ATTEMPTS_MAX:
            campaign.state = CampaignState.FAILED.value
        else:
            return False
        campaign.updated_at = launch.now
        session.flush()
        record(
            session, actor=SYSTEM, action=f"campaign.{campaign.state}",
            subject=("campaign", campaign.campaign_id), before={"state": CampaignState.SCHEDULED.value},
            after={"state": campaign.state, **problem_of(error)}, now=launch.now,
        )  # fmt: skip
    return True
