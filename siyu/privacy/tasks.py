"""Jobs of privacy: a person is forgotten, everything about one is put together, the night clears away."""

from siyu.kernel.abandoned import LongWork
from siyu.kernel.app import App
from siyu.kernel.clock import utcnow
from siyu.kernel.jobs import Job
from siyu.privacy.actions.erasing import give_up_request, run_erasure
from siyu.privacy.actions.exporting import DROP_JOB, drop_everything, run_everything
from siyu.privacy.actions.keys import RESEAL_JOB, run_reseal
from siyu.privacy.actions.retention import run_night, tidy_lake


def erase(app: App, *, brand_id: int, request_id: int, task_id: int) -> None:
    """The person of the request is forgotten, with a proof."""
    run_erasure(app, brand_id=brand_id, request_id=request_id, task_id=task_id, clock=utcnow)


def export(app: App, *, brand_id: int, request_id: int, task_id: int) -> None:
    """Everything about the customer of the request lies in a file."""
    run_everything(app, brand_id=brand_id, request_id=request_id, task_id=task_id, clock=utcnow)


def drop_export(app: App, *, brand_id: int, request_id: int) -> None:
    """The file is gone."""
    drop_everything(app.settings.home, brand_id=brand_id, request_id=request_id)


def reseal(app: App, *, brand_id: int, task_id: int) -> None:
    """Everything of the brand that is sealed is under the newest key."""
    run_reseal(app, brand_id=brand_id, task_id=task_id, clock=utcnow)


def night(app: App, *, brand_id: int) -> None:
    """What the brand keeps no longer is gone."""
    run_night(app, brand_id=brand_id, now=utcnow())


def tidy(app: App) -> None:
    """Older versions of lake files are gone."""
    tidy_lake(app, now=utcnow())


JOBS = (
    Job("privacy.erase", erase),
    Job("privacy.export", export),
    Job(DROP_JOB, drop_export),
    Job(RESEAL_JOB, reseal),
    Job("privacy.night", night),
    Job("privacy.tidy_lake", tidy),
)
LONG_WORK = (LongWork("privacy_erasure", give_up_request), LongWork("privacy_export", give_up_request))
