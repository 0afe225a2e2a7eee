"""The task centre: long jobs of every module, with progress, result, error, and a way to cancel."""

from typing import Annotated

from fastapi import APIRouter, Depends

from siyu.kernel.clock import utcnow
from siyu.organisation import queries
from siyu.organisation.access import BrandSession, require
from siyu.organisation.actions import tasks
from siyu.organisation.contracts import Caller
from siyu.organisation.routes.parameters import BeforeId, IdInPath, PageLimit
from siyu.organisation.schemas import Task, TaskPage

router = APIRouter(prefix="/tasks", tags=["tasks"])
Reader = Depends(require("tasks.read"))


@router.get("", dependencies=[Reader])
def list_tasks(session: BrandSession, before_id: BeforeId = None, limit: PageLimit = 50) -> TaskPage:
    """A page of long jobs, newest first."""
    page = queries.tasks_page(session, before_id=before_id, limit=limit)
    return TaskPage(items=[Task.model_validate(task) for task in page.items], next_cursor=page.next_cursor)


@router.get("/{task_id}", dependencies=[Reader])
def read_task(task_id: IdInPath, session: BrandSession) -> Task:
    """One long job."""
    return Task.model_validate(queries.task_by_id(session, task_id=task_id))


@router.post("/{task_id}/cancel")
def cancel_task(
    task_id: IdInPath, caller: Annotated[Caller, Depends(require("tasks.cancel"))], session: BrandSession
) -> Task:
    """The job stops at its next step."""
    tasks.cancel_task(session, task_id=task_id, actor=caller.actor, now=utcnow())
    return Task.model_validate(queries.task_by_id(session, task_id=task_id))
