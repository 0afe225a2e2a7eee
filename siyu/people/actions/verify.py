"""The seals of the consent ledger are checked as a task of the task centre."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy.orm import Session

from siyu.kernel.app import App
from siyu.kernel.audit import Actor, record
from siyu.kernel.clock import utcnow
from siyu.kernel.db import brand_of
from siyu.kernel.jobs import defer
from siyu.kernel.longwork import Progress, announce_task
from siyu.people.queries.verifying import verify_chain

VERIFY_JOB = "people.verify_consents"
VERIFY_KIND = "consent_verify"
SEALS_BETWEEN_LOOKS = 50


def request_verification(session: Session, *, actor: Actor, now: datetime) -> int:
    """A worker will check every seal; the task centre says how far it is, and what came of it.

    returns  the task's number
    effects  a task and its job; audit consent.verification_requested
    """
    task_id = announce_task(session, kind=VERIFY_KIND, title="", actor=actor, now=now)
    record(session, actor=actor, action="consent.verification_requested", subject=("task", task_id), now=now)
    defer(session, VERIFY_JOB, brand_id=brand_of(session), task_id=task_id)
    return task_id


def run_verification(app: App, *, brand_id: int, task_id: int, now: datetime) -> None:
    """The task's result says whether the seals hold, and if not, which is the first that does not and why.

    raises  Cancelled
    """
    progress = Progress(lambda: app.db.transaction(brand_id=brand_id), task_id)
    if not progress.start(now=now):
        return

    def tell(done: int, total: int) -> None:
        if done % SEALS_BETWEEN_LOOKS == 0:
            progress.at("verifying", done=done, total=total)

    with app.db.transaction(brand_id=brand_id) as session:
        report = verify_chain(session, tell=tell)
    progress.end("done", now=utcnow(), result=asdict(report))
