"""Jobs of destinations: a batch becomes deliveries, a destination gets what is due."""

from siyu.destinations.actions.delivering import deliver
from siyu.destinations.actions.planning import PLAN_JOB, plan_batch
from siyu.destinations.actions.waking import DELIVER_JOB
from siyu.kernel.app import App
from siyu.kernel.clock import utcnow
from siyu.kernel.jobs import Job


def plan(app: App, *, brand_id: int, batch_id: int) -> None:
    """Whoever wants facts of the batch has deliveries of them."""
    plan_batch(app, brand_id=brand_id, batch_id=batch_id, now=utcnow())


def send(app: App, *, brand_id: int, destination_id: int) -> None:
    """What was due for the destination has been posted, or waits."""
    deliver(app, brand_id=brand_id, destination_id=destination_id, clock=utcnow)


JOBS = (Job(PLAN_JOB, plan), Job(DELIVER_JOB, send))
