"""Background work of people."""

from siyu.kernel.app import App
from siyu.kernel.clock import utcnow
from siyu.kernel.jobs import Job
from siyu.people.actions.follow import FOLLOW, follow_identities


def _follow_identities(app: App, *, brand_id: int, identity_ids: list[int]) -> None:
    follow_identities(app, brand_id=brand_id, identity_ids=identity_ids, now=utcnow())


JOBS = (Job(FOLLOW, _follow_identities),)
