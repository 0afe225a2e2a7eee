"""Jobs of segments: large exports and their end, tagging, lists that become members, snapshots."""

from typing import Any

from siyu.kernel.app import App
from siyu.kernel.audit import Actor
from siyu.kernel.clock import utcnow
from siyu.kernel.jobs import Job
from siyu.segments.actions.exporting import DROP_JOB, EXPORT_JOB, drop_export, run_export
from siyu.segments.actions.lists import LIST_JOB, ListOrder, make_list
from siyu.segments.actions.snapshots import SNAPSHOT_JOB, take_snapshot
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


def fill(app: App, *, brand_id: int, task_id: int, list_order: dict[str, Any], actor: dict[str, Any]) -> None:
    """The customers of a list are the segment's members, or were counted."""
    make_list(
        app,
        brand_id=brand_id,
        task_id=task_id,
        order=ListOrder(**list_order),
        actor=Actor(**actor),
        now=utcnow(),
    )


def freeze(
    app: App, *, brand_id: int, task_id: int, snapshot_order: dict[str, Any], actor: dict[str, Any]
) -> None:
    """Whom a segment has is a segment of its own."""
    take_snapshot(
        app, brand_id=brand_id, task_id=task_id, order=snapshot_order, actor=Actor(**actor), now=utcnow()
    )


JOBS = (
    Job(EXPORT_JOB, export),
    Job(DROP_JOB, drop),
    Job(TAG_JOB, tag),
    Job(LIST_JOB, fill),
    Job(SNAPSHOT_JOB, freeze),
)
