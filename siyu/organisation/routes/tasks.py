"""The task centre: long jobs of every module, with progress, result, error, and a way to cancel."""

from collections.abc import Sequence
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import StringConstraints

from siyu.kernel.clock import utcnow
from siyu.kernel.parameters import Id
from siyu.organisation import queries
from siyu.organisation.access import BrandSession, require
from siyu.organisation.actions import tasks
from siyu.organisation.contracts import Caller
from siyu.organisation.routes.parameters import BeforeId, PageLimit
from siyu.organisation.schemas.tasks import Task, TaskPage

router = APIRouter(prefix="/tasks", tags=["tasks"])
Reader = Depends(require("tasks.read"))
State = Literal["queued", "running", "done", "failed", "cancelled"]
States = Annotated[Sequence[State], Query(alias="state", description="Only these states; repeat for several")]
Kind = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,40}$")]
Kinds = Annotated[
    Sequence[Kind],
    Query(alias="kind", max_length=20, description="Only these kinds, such as import; repeat for several"),
]


@router.get("", dependencies=[Reader])
def list_tasks(
    session: BrandSession,
    states: States = (),
    kinds: Kinds = (),
    before_id: BeforeId = None,
    limit: PageLimit = 50,
) -> TaskPage:
    """A page of long jobs, newest first; of some states or kinds, where any are named."""
    page = queries.tasks_page(session, before_id=before_id, limit=limit, states=states, kinds=kinds)
    return TaskPage(items=[Task.model_validate(task) for task in page.items], next_cursor=page.next_cursor)


@router.get("/{task_id}", dependencies=[Reader])
def read_task(task_id: Id, session: BrandSession) -> Task:
    """One long job."""
    return Task.model_validate(queries.task_by_id(session, task_id=task_id))


@router.post("/{task_id}/cancel")
def cancel_task(
    task_id: Id, caller: Annotated[Caller, Depends(require("tasks.cancel"))], session: BrandSession
) -> Task:
    """The job stops at its next step."""
    tasks.cancel_task(session, task_id=task_id, actor=caller.actor, now=utcnow())
    return Task.model_validate(queries.task_by_id(session, task_id=task_id))
