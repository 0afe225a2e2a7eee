"""What a campaign came to, as of a moment: read from the lake's facts, one row for every assigned customer."""

from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
from sqlalchemy.orm import Session

from siyu.campaigns import frames
from siyu.campaigns.contracts import (
    Arm,
    CampaignInfo,
    CampaignResults,
    DayOfCurve,
    FunnelStep,
    Headcount,
    MetricResult,
)
from siyu.campaigns.errors import NoResultsYet
from siyu.campaigns.queries.campaigns import campaign_by_id, headcount_of
from siyu.campaigns.queries.persons import SHARED
from siyu.campaigns.rules import worth
from siyu.campaigns.rules.deciding import arm_weights
from siyu.experiments.api import sample_ratio_check
from siyu.kernel.db import arrow_of
from siyu.kernel.lake import LakeCursor
from siyu.metrics.api import run
from siyu.organisation.contracts import BrandInfo
from siyu.outreach.api import message_funnel
from siyu.people.api import aliases

# Every number of every assigned person, for facts bear any of them: first those who are nobody else, then the others.
_ASSIGNED = f"""
    WITH shared AS ({SHARED}),
    counted AS (
        SELECT r.customer_id AS person_id, r.arm, r.assigned_at FROM campaign_recipient r
        WHERE r.campaign_id = :campaign AND r.arm IS NOT NULL
          AND NOT EXISTS (SELECT FROM shared s WHERE s.customer_id = r.customer_id)
        UNION ALL
        SELECT person_id, arm, assigned_at FROM shared WHERE customer_id = counts_customer_id
    ), numbers AS (
        SELECT person_id AS customer_id, person_id, arm, assigned_at FROM counted
        UNION ALL
        SELECT a.customer_id, c.person_id, c.arm, c.assigned_at
        FROM counted c JOIN ({aliases()}) a ON a.person_id = c.person_id
    )
    SELECT customer_id, person_id, arm, assigned_at,
           least(assigned_at + :days * interval '24 hours', :as_of) AS until
    FROM numbers
"""


def results_of(
    session: Session, *, cursor: LakeCursor, campaign_id: int, brand: BrandInfo, as_of: datetime
) -> CampaignResults:
    """Exclusions, funnel, returns and intervals of a launched campaign; orders that came in later count.

    raises  NotFound, NoResultsYet
    source  metrics.md: return, touched and incremental; analysed on all who were eligible and assigned
    """
    campaign = campaign_by_id(session, campaign_id=campaign_id)
    if campaign.launched_at is None or campaign.audience_count is None or as_of < campaign.launched_at:
        raise NoResultsYet(as_of=as_of.isoformat())
    cursor.register(frames.RECIPIENTS, _assigned(session, campaign, as_of))
    ends = worth.window_end(campaign.launched_at, campaign.window_days)
    sight = frames.Sight(brand.brand_id, campaign_id, campaign.launched_at, ends, as_of)
    outcomes = _outcomes(cursor, sight)
    totals = run(cursor, frames.reach_totals(sight)).to_pylist()[0]
    reached = {name: int(value) for name, value in totals.items()}
    headcount = headcount_of(session, campaign_id=campaign_id)
    cost = worth.cost_fen(segments=reached["segments"], price_centifen=campaign.price_centifen or 0)
    costing = worth.Costing(cost, campaign.margin_basis_points)
    lowered = worth.lowered(outcomes)
    funnel = message_funnel(session, campaign_id=campaign_id)
    return CampaignResults(
        campaign_id=campaign_id,
        as_of=as_of,
        assigned_at=campaign.launched_at,
        window_ends_at=ends,
        final=as_of >= ends,
        currency=brand.currency,
        margin_basis_points=campaign.margin_basis_points,
        headcount=headcount,
        sample_ratio=sample_ratio_check(
            {Arm.TREATED.value: headcount.treated, Arm.HOLDOUT.value: headcount.holdout},
            arm_weights(campaign.holdout_basis_points),
        ),
        funnel=worth.funnel_of(headcount, _reached(cursor, sight, campaign.channel, outcomes, reached)),
        messages=funnel,
        cost_fen=costing.cost_fen,
        sales=worth.metric_of("sales_fen", outcomes, outcomes.sales_fen, binary=False),
        sales_winsorised=_winsorised_sales(lowered),
        buyers=worth.metric_of("buyers", outcomes, outcomes.bought.astype(float), binary=True),
        returned=worth.return_of(outcomes, costing),
        returned_winsorised=worth.return_of(lowered[0], costing) if lowered else None,
        curve=_curve(cursor, sight, brand.time_zone, headcount),
    )


def _assigned(session: Session, campaign: CampaignInfo, as_of: datetime) -> pa.Table:
    return arrow_of(
        session,
        _ASSIGNED,
        {"days": campaign.window_days, "as_of": as_of, "campaign": campaign.campaign_id},
        {
            "customer_id": "int64",
            "person_id": "int64",
            "arm": "text",
            "assigned_at": "moment",
            "until": "moment",
        },
    )


def _outcomes(cursor: LakeCursor, sight: frames.Sight) -> worth.Outcomes:
    table = run(cursor, frames.outcome_per_customer(sight))
    return worth.Outcomes(
        treated=np.asarray(table["arm"].to_numpy() == Arm.TREATED.value, np.bool_),
        sales_fen=np.asarray(table["sales_fen"].to_numpy(), np.float64),
        bought=np.asarray(table["orders"].to_numpy() > 0, np.bool_),
        touched=np.asarray(table["touched"].to_numpy(), np.bool_),
    )


def _reached(
    cursor: LakeCursor, sight: frames.Sight, channel: str, outcomes: worth.Outcomes, totals: dict[str, int]
) -> dict[FunnelStep, int]:
    withdrawn = run(cursor, frames.opted_out(sight, channel=channel)).to_pylist()[0]["customers"]
    return {
        FunnelStep.ACCEPTED: totals["accepted"],
        FunnelStep.DELIVERED: totals["delivered"],
        FunnelStep.FAILED: totals["failed"],
        FunnelStep.OPTED_OUT: withdrawn,
        FunnelStep.BUYERS: int((outcomes.bought & outcomes.treated).sum()),
    }


def _winsorised_sales(lowered: tuple[worth.Outcomes, float, int] | None) -> MetricResult | None:
    if lowered is None:
        return None
    outcomes, cap, capped = lowered
    found = worth.metric_of("sales_fen", outcomes, outcomes.sales_fen, binary=False)
    return MetricResult(found.metric, found.arms, found.effect, capped_at=cap, capped_customers=capped)


def _curve(
    cursor: LakeCursor, sight: frames.Sight, time_zone: str, headcount: Headcount
) -> tuple[DayOfCurve, ...]:
    rows = run(cursor, frames.sales_by_day(sight, zone=time_zone)).to_pylist()
    zone, last = ZoneInfo(time_zone), min(sight.as_of, sight.window_ends_at)
    days = worth.days_between(sight.launched_at.astimezone(zone).date(), last.astimezone(zone).date())
    return worth.curve_of(
        {(row["day"], row["arm"]): int(row["sales_fen"]) for row in rows},
        days=days,
        treated=headcount.treated,
        holdout=headcount.holdout,
    )
