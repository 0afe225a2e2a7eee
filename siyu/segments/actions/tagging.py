"""Everybody in a segment gets or loses a tag: people keep the tag, segments say who is meant."""

from datetime import datetime

from sqlalchemy.orm import Session

from siyu.insight.api import reading
from siyu.kernel.app import App
from siyu.kernel.audit import Actor
from siyu.kernel.db import brand_of
from siyu.kernel.jobs import defer
from siyu.people.api import open_run, run_tagging, tag_info
from siyu.segments.queries.members import member_ids
from siyu.segments.queries.stored import definition_of, segment_info

TAG_JOB = "segments.tag_members"


def request_tagging(
    session: Session, *, segment_id: int, tag_id: int, adds: bool, actor: Actor, now: datetime
) -> int:
    """Who is in the segment when the task runs will get or lose the tag.

    returns  the task's number
    raises   NotFound, TagArchived
    effects  a run of tagging, a task, a job; audit customers.tagged
    """
    segment = segment_info(session, segment_id=segment_id)
    tag = tag_info(session, tag_id=tag_id)
    run = open_run(session, tag=tag, adds=adds, source="rule", title=segment.name, actor=actor, now=now)
    defer(
        session, TAG_JOB, brand_id=brand_of(session), task_id=run.task_id, tag_run_id=run.tag_run_id,
        segment_id=segment_id,
    )  # fmt: skip
    return run.task_id


def tag_members(app: App, *, brand_id: int, tag_run_id: int, segment_id: int, now: datetime) -> None:
    """Everybody in the segment wears the tag, or no longer does. Run again after its end it changes nothing.

    raises  NotFound, BadSegment, UnknownTrait, TagArchived, Cancelled; nothing has changed then
    """

    def members(session: Session) -> list[int]:
        definition = definition_of(session, segment_id)
        with reading(app, session, as_of=None, now=now) as (cursor, brand, moment):
            found = member_ids(cursor, brand, definition, moment)
        numbers: list[int] = found["customer_id"].to_pylist()
        return numbers

    run_tagging(app, brand_id=brand_id, tag_run_id=tag_run_id, customers=members, now=now)
