"""What the routes of the task centre give."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel

from siyu.organisation.schemas.shared import Output


class Task(Output):
    """A long job: how far it is and how it ended."""

    task_id: int
    kind: str
    title: str
    state: str
    done: int
    total: int
    step: str
    started_by: str
    cancel_wanted_by: str | None
    result: dict[str, Any] | None
    error: dict[str, Any] | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class TaskPage(BaseModel):
    """A page of the task centre, newest first; `next_cursor` is the `before_id` of the next page."""

    items: list[Task]
    next_cursor: str | None
