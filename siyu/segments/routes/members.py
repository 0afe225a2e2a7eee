"""Lists that become segments, snapshots of segments, and the editions of both."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import FileResponse
from sqlalchemy.orm import Session

from siyu.insight.api import moment_of, trait_sources
from siyu.kernel.app import App
from siyu.kernel.clock import utcnow
from siyu.kernel.http import AppDep
from siyu.kernel.parameters import Id
from siyu.organisation.access import BrandSession, require
from siyu.organisation.contracts import Caller
from siyu.segments.actions import lists, snapshots
from siyu.segments.contracts import EditionSource
from siyu.segments.queries import editions, stored
from siyu.segments.schemas.members import (
    EditionIn,
    EditionOut,
    ListIn,
    MembersAsked,
    MembersIn,
    SnapshotIn,
)

router = APIRouter(prefix="/segments", tags=["segments"])
Editor = Annotated[Caller, Depends(require("segments.edit"))]
LISTS = [Depends(require("imports.run"))]  # who brings files in: a list tells which numbers are known
READ = [Depends(require("segments.read"))]


@router.post("/lists", status_code=202, dependencies=LISTS)
def make_list(body: ListIn, app: AppDep, session: BrandSession, caller: Editor) -> MembersAsked:
    """A task makes a new segment of the customers of a list, or counts them."""
    return _asked(app, session, caller, body, name=body.name, description=body.description)


@router.get("/lists/{list_task_id}/unknown", response_class=FileResponse, dependencies=LISTS)
def take_unknown_lines(list_task_id: Id, app: AppDep, session: BrandSession) -> FileResponse:
    """The lines of a list that name nobody, masked, as CSV; kept for a week."""
    path = lists.unknown_lines(session, home=app.settings.home, task_id=list_task_id)
    return FileResponse(
        path, media_type="text/csv; charset=utf-8", filename=f"list-{list_task_id}-unknown.csv"
    )


@router.get("/{segment_id}/editions", dependencies=READ)
def list_editions(segment_id: Id, session: BrandSession) -> list[EditionOut]:
    """How the stored members of a segment came to be, the newest first."""
    stored.segment_info(session, segment_id=segment_id)
    return [EditionOut.model_validate(one) for one in editions.editions_of(session, segment_id=segment_id)]


@router.post("/{segment_id}/editions", status_code=202, dependencies=LISTS)
def add_edition(
    segment_id: Id, body: EditionIn, app: AppDep, session: BrandSession, caller: Editor
) -> MembersAsked:
    """A task makes a list the members of a segment that is one, or counts what it would do."""
    return _asked(app, session, caller, body, segment_id=segment_id, mode=body.mode.value)


@router.post("/{segment_id}/snapshots", status_code=202)
def take_snapshot(
    segment_id: Id, body: SnapshotIn, app: AppDep, session: BrandSession, caller: Editor
) -> MembersAsked:
    """A task stores whom the segment has as a new segment, which stays as it is."""
    task_id = snapshots.request_snapshot(
        session, segment_id=segment_id, name=body.name, description=body.description,
        as_of=moment_of(body.as_of, caller.brand.time_zone) if body.as_of else None,
        sources=trait_sources(app, session), actor=caller.actor, now=utcnow(),
    )  # fmt: skip
    return MembersAsked(task_id=task_id)


def _asked(app: App, session: Session, caller: Caller, body: MembersIn, **of_segment: object) -> MembersAsked:
    now, by_hand = utcnow(), body.keys is not None
    order = lists.ListOrder(
        upload_id=body.upload_id or "",
        column=lists.HAND_COLUMN if by_hand else body.column,
        known_by=body.known_by,
        source=EditionSource.HAND.value if by_hand else EditionSource.FILE.value,
        title=caller.actor.label if by_hand else "",
        dry_run=body.dry_run,
        **of_segment,  # type: ignore[arg-type]  # the routes above name them
    )
    lists.check_place(session, order)
    if body.keys is not None:
        upload_id = lists.written_by_hand(
            session, home=app.settings.home, cipher=app.cipher, keys=body.keys, now=now
        )
        order = replace(order, upload_id=upload_id)
    task_id = lists.request_list(
        session, home=app.settings.home, cipher=app.cipher, order=order, actor=caller.actor, now=now
    )
    return MembersAsked(task_id=task_id)
