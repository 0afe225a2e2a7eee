"""Jobs of privacy: a person is forgotten, everything about one is put together, the night clears away."""

from siyu.kernel.abandoned import LongWork
from siyu.kernel.app import App
from siyu.kernel.clock import utcnow
from siyu.kernel.jobs import Job
from siyu.privacy.actions.erasing import give_up_erasure, run_erasure


def erase(app: App, *, brand_id: int, request_id: int, task_id: int) -> None:
    """The person of the request is forgotten, with a proof."""
    run_erasure(app, brand_id=brand_id, request_id=request_id, task_id=task_id, clock=utcnow)


JOBS = (Job("privacy.erase", erase),)
LONG_WORK = (LongWork("privacy_erasure", give_up_erasure),)
