"""The sending job."""

from siyu.kernel.app import App
from siyu.kernel.clock import utcnow
from siyu.kernel.jobs import Job
from siyu.outreach.actions.sending import send_due
from siyu.outreach.contracts import SEND_JOB


def run_sending(app: App, *, brand_id: int) -> None:
    """Every due message of the brand has been taken up. Running it again sends nothing twice."""
    send_due(app, brand_id=brand_id, clock=utcnow)


JOBS = (Job(SEND_JOB, run_sending),)
