"""Background work of insight."""

from typing import Any

from siyu.insight.actions.pacing import RESTED_JOB, refresh_at_pace
from siyu.insight.actions.refresh_task import (
    REFRESH_JOB,
    refresh_after_batch,
    refresh_for_declared,
    run_refresh,
)
from siyu.kernel.app import App
from siyu.kernel.audit import Actor
from siyu.kernel.clock import utcnow
from siyu.kernel.jobs import Job

REFRESH_BATCH = "insight.refresh_batch"
REFRESH_DECLARED = "insight.refresh_declared"


def refresh_now(app: App, *, brand_id: int, task_id: int, actor: dict[str, Any]) -> None:
    """The traits stand as of now, as somebody asked."""
    run_refresh(app, brand_id=brand_id, task_id=task_id, actor=Actor(**actor), clock=utcnow)


def refresh_batch(app: App, *, brand_id: int, batch_id: int) -> None:
    """The traits have seen this batch, or will after a rest; several waiting batches are seen by one refresh."""
    refresh_after_batch(app, brand_id=brand_id, batch_id=batch_id, clock=utcnow)


def refresh_declared(app: App, *, brand_id: int, batch_id: int) -> None:  # noqa: ARG001 -- every subscriber's
    """The declared traits have seen this batch of facts that no built-in trait comes from, or will after a rest."""
    refresh_for_declared(app, brand_id=brand_id, clock=utcnow)


def refresh_rested(app: App, *, brand_id: int) -> None:
    """The traits rested, and have seen what came meanwhile."""
    refresh_at_pace(app, brand_id=brand_id, clock=utcnow, woken=True)


JOBS = (
    Job(REFRESH_JOB, refresh_now),
    Job(REFRESH_BATCH, refresh_batch),
    Job(REFRESH_DECLARED, refresh_declared),
    Job(RESTED_JOB, refresh_rested),
)
