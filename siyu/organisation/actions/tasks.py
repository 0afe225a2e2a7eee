"""The task centre's one change: somebody wants a long job to stop."""

from datetime import datetime

from sqlalchemy.orm import Session

from siyu.kernel.audit import Actor, record
from siyu.kernel.longwork import ask_to_cancel


def cancel_task(session: Session, *, task_id: int, actor: Actor, now: datetime) -> None:
    """The job stops at its next step, and the audit log says who wanted it.

    raises   NotFound, NotCancellable
    effects  audit task.cancelled
    """
    ask_to_cancel(session, task_id=task_id, actor=actor)
    record(session, actor=actor, action="task.cancelled", subject=("task", task_id), now=now)
