"""Background work of people."""

from siyu.kernel.app import App
from siyu.kernel.clock import utcnow
from siyu.kernel.jobs import Job
from siyu.people.actions.follow import FOLLOW, follow_identities
from siyu.people.actions.seal import SEAL_JOB, seal_consents
from siyu.people.actions.verify import VERIFY_JOB, run_verification


def _follow_identities(app: App, *, brand_id: int, identity_ids: list[int]) -> None:
    follow_identities(app, brand_id=brand_id, identity_ids=identity_ids, now=utcnow())


def _seal_consents(app: App, *, brand_id: int) -> None:
    seal_consents(app.db, brand_id=brand_id, now=utcnow())


def _verify_consents(app: App, *, brand_id: int, task_id: int) -> None:
    run_verification(app, brand_id=brand_id, task_id=task_id, now=utcnow())


JOBS = (
    Job(FOLLOW, _follow_identities),
    Job(SEAL_JOB, _seal_consents),
    Job(VERIFY_JOB, _verify_consents),
)
