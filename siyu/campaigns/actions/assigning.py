"""The facts of a launch: one batch, written to the lake straight from the decisions that stand."""

from collections.abc import Iterator
from datetime import datetime

import pyarrow as pa
from sqlalchemy.orm import Session

from siyu.campaigns.contracts import EXPERIMENT_ASSIGNED
from siyu.campaigns.models import Campaign
from siyu.campaigns.queries.campaigns import campaign_row
from siyu.campaigns.rules.flow import experiment_key
from siyu.kernel.app import App
from siyu.kernel.db import arrow_chunks
from siyu.kernel.facts import Subscription, finish_batch, open_batch, open_batches, rows_lock, write_batch
from siyu.kernel.jobs import defer

ASSIGN_JOB = "campaigns.assign"
_ARMS = """
    SELECT customer_id, arm FROM campaign_recipient
    WHERE campaign_id = :campaign AND arm IS NOT NULL ORDER BY customer_id
"""


def announce_assignments(session: Session, *, campaign: Campaign, now: datetime) -> None:
    """The launch that this transaction commits has a batch, and a job brings its facts to the lake."""
    open_batch(session, origin=_origin(campaign.campaign_id), now=now)
    defer(
        session, ASSIGN_JOB, lock=f"campaign:{campaign.campaign_id}", brand_id=campaign.brand_id,
        campaign_id=campaign.campaign_id,
    )  # fmt: skip


def write_assignments(app: App, *, brand_id: int, campaign_id: int, now: datetime) -> None:
    """Who came into which arm stands in the lake, once. Killed anywhere it is finished by the next call.

    effects  experiment_assigned facts in one lake transaction, the batch is done, a job for each subscriber
    limits   some megabytes at a time, however many customers there are
    """
    with app.db.exclusive(_origin(campaign_id)) as held, app.db.transaction(brand_id=brand_id) as session:
        for batch_id in open_batches(session, origin=_origin(campaign_id)):
            same = {
                "experiment_key": experiment_key(campaign_id),
                "occurred_at": campaign_row(session, campaign_id=campaign_id).launched_at,
                "source": "siyu.campaigns",
            }
            with app.lake.reading() as cursor, app.db.beside(rows_lock(brand_id)) as rows_held:
                facts = write_batch(
                    cursor, held, rows_held, brand_id=brand_id, batch_id=batch_id, fact_type=EXPERIMENT_ASSIGNED,
                    chunks=_arms(session, campaign_id), same=same, now=now,
                )  # fmt: skip
            finish_batch(
                session, batch_id=batch_id, counts={EXPERIMENT_ASSIGNED.name: facts},
                subscriptions=app.wiring.of(Subscription), now=now,
            )  # fmt: skip


def _arms(session: Session, campaign_id: int) -> Iterator[pa.Table]:
    return arrow_chunks(session, _ARMS, {"campaign": campaign_id}, {"customer_id": "int64", "arm": "text"})


def _origin(campaign_id: int) -> str:
    return f"campaign:{campaign_id}"
