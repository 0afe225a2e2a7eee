"""Background work of insight."""

from siyu.insight.actions.refresh import refresh_if_stale
from siyu.kernel.app import App
from siyu.kernel.clock import utcnow
from siyu.kernel.facts import Subscription
from siyu.kernel.jobs import Job

REFRESH_BATCH = "insight.refresh_batch"


def refresh_batch(app: App, *, brand_id: int, batch_id: int) -> None:  # noqa: ARG001 -- every subscriber is told its batch
    """The traits have seen this batch; several waiting batches are seen by one refresh."""
    refresh_if_stale(app, brand_id=brand_id, now=utcnow())


JOBS = (Job(REFRESH_BATCH, refresh_batch),)
SUBSCRIPTIONS = (
    Subscription(
        REFRESH_BATCH, frozenset({"order", "order_line", "refund", "customer_saved", "identities_followed"})
    ),
)
