"""Jobs of segments: a large export is written, and its file removed a day later."""

from typing import Any

from siyu.kernel.app import App
from siyu.kernel.audit import Actor
from siyu.kernel.clock import utcnow
from siyu.kernel.jobs import Job
from siyu.segments.actions.exporting import DROP_JOB, EXPORT_JOB, drop_export, run_export
from siyu.segments.actions.tagging import TAG_JOB, tag_members


def export(
    app: App, *, brand_id: int, task_id: int, segment_id: int, as_of: str | None, actor: dict[str, Any]
) -> None:
    """The segment's customers are in a file."""
    run_export(
        app, brand_id=brand_id, task_id=task_id, segment_id=segment_id, as_of=as_of, actor=Actor(**actor),
        now=utcnow(),
    )  # fmt: skip


def drop(app: App, *, brand_id: int, export_id: int) -> None:
    """The file is gone."""
    drop_export(app.settings.home, brand_id=brand_id, export_id=export_id)


def tag(app: App, *, brand_id: int, task_id: int, tag_run_id: int, segment_id: int) -> None:
    """Everybody in the segment wears the tag, or no longer does."""
    del task_id  # by which the job and its task are known to each other
    tag_members(app, brand_id=brand_id, tag_run_id=tag_run_id, segment_id=segment_id, now=utcnow())


JOBS = (Job(EXPORT_JOB, export), Job(DROP_JOB, drop), Job(TAG_JOB, tag))
