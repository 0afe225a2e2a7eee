"""Segments over HTTP: list, create, edit, archive, try, explain, export."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import FileResponse

from siyu.insight.api import catalogue, moment_of, people_sources, reading, trait_sources
from siyu.insight.contracts import OPERATORS, Operator, TraitType
from siyu.kernel.clock import utcnow
from siyu.kernel.http import AppDep
from siyu.kernel.parameters import Id
from siyu.organisation.access import BrandSession, require
from siyu.organisation.contracts import Caller
from siyu.organisation.errors import NotAllowed
from siyu.segments.actions import definitions, exporting, tagging
from siyu.segments.contracts import EVERYBODY, CustomerFilter
from siyu.segments.queries import comparing, listing, members, stored
from siyu.segments.rules.listing import cursor_of, order_of, place_of
from siyu.segments.rules.templates import TEMPLATES
from siyu.segments.schemas.segments import (
    CustomerExport,
    CustomerList,
    CustomerQuestion,
    CustomerRow,
    CustomerSearch,
    ExplainedOut,
    ExplanationOut,
    ExportAsked,
    ReachableOut,
    ReachIn,
    SegmentChangeIn,
    SegmentChangeOut,
    SegmentEdit,
    SegmentIn,
    SegmentNamed,
    SegmentOut,
    SegmentOverlapOut,
    SegmentPreview,
    SegmentProfileOut,
    SegmentTagging,
    SegmentTemplateOut,
    SegmentTrial,
    SizeOut,
    SizesOut,
    TaggingAsked,
)

router = APIRouter(prefix="/segments", tags=["segments"])
customers_router = APIRouter(prefix="/customers", tags=["customers"])
Editor = Annotated[Caller, Depends(require("segments.edit"))]
Exporter = Annotated[Caller, Depends(require("segments.export"))]
AsOf = Annotated[
    str | None, Query(max_length=40, description="ISO date (its end) or moment; newest if absent")
]
Chosen = Annotated[
    list[Id], Query(min_length=2, max_length=comparing.OVERLAP_MAX, description="two to five segments")
]
READ = [Depends(require("segments.read"))]


@router.get("", dependencies=READ)
def list_segments(
    session: BrandSession, archived: Annotated[bool, Query(description="archived ones too")] = False
) -> list[SegmentOut]:
    """The brand's segments by name."""
    return [SegmentOut.model_validate(info) for info in stored.segment_list(session, archived=archived)]


@router.post("", status_code=201)
def create_segment(body: SegmentIn, app: AppDep, caller: Editor, session: BrandSession) -> SegmentOut:
    """A new segment at version 1."""
    info = definitions.create_segment(
        session,
        name=body.name,
        description=body.description,
        definition=body.definition,
        sources=trait_sources(app, session),
        actor=caller.actor,
        now=utcnow(),
    )
    return SegmentOut.model_validate(info)


@router.post("/preview", dependencies=READ)
def preview_segment(body: SegmentTrial, app: AppDep, session: BrandSession) -> SegmentPreview:
    """What a definition finds, without storing it."""
    definition = stored.complete(session, body.definition, editing=body.segment_id)
    with reading(app, session, as_of=body.as_of, now=utcnow()) as (cursor, brand, moment):
        found = members.preview(cursor, brand, definition, moment, sample=body.sample)
    return SegmentPreview.model_validate(found)


@router.post("/reach", dependencies=READ)
def count_reachable(body: ReachIn, app: AppDep, session: BrandSession) -> ReachableOut:
    """How many of a definition's customers may be written to by SMS now."""
    now = utcnow()
    definition = stored.complete(session, body.definition)
    with reading(app, session, as_of=body.as_of, now=now) as (cursor, brand, moment):
        sms = members.reachable(session, cursor, brand, definition=definition, as_of=moment, now=now)
    return ReachableOut(sms=sms)


@router.get("/sizes", dependencies=READ)
def list_sizes(app: AppDep, session: BrandSession, as_of: AsOf = None) -> SizesOut:
    """How many customers each segment has, as of a moment."""
    definitions = stored.definitions_of(session, stored.segment_list(session))
    with reading(app, session, as_of=as_of, now=utcnow()) as (cursor, brand, moment):
        found = members.sizes(cursor, brand, definitions, moment)
        customers = members.count(cursor, brand, EVERYBODY, moment)
    sizes = [SizeOut(segment_id=key, count=count) for key, count in found.items()]
    return SizesOut(as_of=moment, customers=customers, sizes=sizes)


@router.get("/overlap", dependencies=READ)
def read_overlap(
    app: AppDep, session: BrandSession, segment_id: Chosen, as_of: AsOf = None
) -> SegmentOverlapOut:
    """How many customers two to five segments have in common, in every combination."""
    definitions = {one: stored.definition_of(session, one) for one in segment_id}
    with reading(app, session, as_of=as_of, now=utcnow()) as (cursor, brand, moment):
        return SegmentOverlapOut.model_validate(comparing.overlap(cursor, brand, definitions, moment))


@router.get("/overlap.csv", response_class=Response, dependencies=READ)
def export_overlap(app: AppDep, session: BrandSession, segment_id: Chosen, as_of: AsOf = None) -> Response:
    """The same as CSV; counts alone."""
    segments = [stored.segment_info(session, segment_id=one) for one in segment_id]
    definitions = {one: stored.definition_of(session, one) for one in segment_id}
    with reading(app, session, as_of=as_of, now=utcnow()) as (cursor, brand, moment):
        found = comparing.overlap(cursor, brand, definitions, moment)
    return _csv(comparing.overlap_csv(found, segments), "segment-overlap.csv")


@router.get("/operators", dependencies=READ)
def list_operators() -> dict[TraitType, list[Operator]]:
    """Which operators each type of trait takes."""
    return {kind: list(operators) for kind, operators in OPERATORS.items()}


@router.get("/templates", dependencies=READ)
def list_templates() -> list[SegmentTemplateOut]:
    """Definitions to begin with, each of use as it stands: left carts and others."""
    return [SegmentTemplateOut.model_validate(one) for one in TEMPLATES]


@router.get("/exports/{task_id}", response_class=FileResponse)
def take_export(task_id: Id, app: AppDep, session: BrandSession, caller: Exporter) -> FileResponse:
    """The file of a finished export; it is kept for a day."""
    path, name = exporting.take_export(
        session, home=app.settings.home, task_id=task_id, actor=caller.actor, now=utcnow()
    )
    return FileResponse(path, media_type="text/csv; charset=utf-8", filename=name)


@router.get("/{segment_id}", dependencies=READ)
def read_segment(session: BrandSession, segment_id: Id) -> SegmentOut:
    """One segment, archived or not."""
    return SegmentOut.model_validate(stored.segment_info(session, segment_id=segment_id))


@router.patch("/{segment_id}")
def edit_segment(
    segment_id: Id, body: SegmentEdit, app: AppDep, caller: Editor, session: BrandSession
) -> SegmentOut:
    """The segment at its next version."""
    info = definitions.edit_segment(
        session,
        segment_id=segment_id,
        version=body.version,
        changes=body.model_dump(exclude={"version"}),
        sources=trait_sources(app, session),
        actor=caller.actor,
        now=utcnow(),
    )
    return SegmentOut.model_validate(info)


@router.delete("/{segment_id}")
def archive_segment(segment_id: Id, caller: Editor, session: BrandSession) -> SegmentOut:
    """The segment is archived; its name is free."""
    info = definitions.archive_segment(session, segment_id=segment_id, actor=caller.actor, now=utcnow())
    return SegmentOut.model_validate(info)


@router.get("/{segment_id}/users", dependencies=READ)
def list_segment_users(session: BrandSession, segment_id: Id) -> list[SegmentNamed]:
    """The segments whose definitions name this one; while there are any it cannot be archived."""
    stored.segment_info(session, segment_id=segment_id)
    return [SegmentNamed.model_validate(one) for one in stored.users_of(session, segment_id=segment_id)]


@router.get("/{segment_id}/profile", dependencies=READ)
def read_profile(app: AppDep, session: BrandSession, segment_id: Id, as_of: AsOf = None) -> SegmentProfileOut:
    """What the segment's customers are like beside all customers of the brand."""
    definition = stored.definition_of(session, segment_id)
    with reading(app, session, as_of=as_of, now=utcnow()) as (cursor, brand, moment):
        return SegmentProfileOut.model_validate(comparing.profile(session, cursor, brand, definition, moment))


@router.get("/{segment_id}/profile.csv", response_class=Response, dependencies=READ)
def export_profile(app: AppDep, session: BrandSession, segment_id: Id, as_of: AsOf = None) -> Response:
    """The same as CSV; counts and shares alone."""
    definition = stored.definition_of(session, segment_id)
    with reading(app, session, as_of=as_of, now=utcnow()) as (cursor, brand, moment):
        found = comparing.profile(session, cursor, brand, definition, moment)
    return _csv(comparing.profile_csv(found), f"segment-{segment_id}-profile.csv")


@router.post("/{segment_id}/changes", dependencies=READ)
def preview_change(
    segment_id: Id, body: SegmentChangeIn, app: AppDep, session: BrandSession
) -> SegmentChangeOut:
    """Who would enter and leave the segment if it got this definition."""
    before = stored.definition_of(session, segment_id)
    after = stored.complete(session, body.definition, editing=segment_id)
    with reading(app, session, as_of=body.as_of, now=utcnow()) as (cursor, brand, moment):
        found = comparing.difference(
            cursor, brand, before=before, after=after, as_of=moment, ids_max=body.sample
        )
    return SegmentChangeOut.model_validate(found)


@router.get("/{segment_id}/explain/{customer_id}", dependencies=READ)
def explain_customer(
    app: AppDep, session: BrandSession, segment_id: Id, customer_id: Id, as_of: AsOf = None
) -> ExplanationOut:
    """Each condition for one customer: true or false, with the value it saw."""
    definition = stored.definition_of(session, segment_id)
    with reading(app, session, as_of=as_of, now=utcnow()) as (cursor, brand, moment):
        found = members.explain(cursor, brand, definition, moment, customer_id=customer_id)
    explained = ExplainedOut.model_validate(found)
    return ExplanationOut(customer_id=customer_id, as_of=moment, met=found.met, explained=explained)


@router.get("/{segment_id}/export", response_class=Response)
def export_segment(
    app: AppDep, session: BrandSession, caller: Exporter, segment_id: Id, as_of: AsOf = None
) -> Response:
    """The ids and traits of at most 100,000 customers as CSV; no personal data is in it."""
    now = utcnow()
    with reading(app, session, as_of=as_of, now=now) as (cursor, brand, moment):
        content = exporting.export_at_once(
            session, cursor, brand, segment_id=segment_id, as_of=moment, actor=caller.actor, now=now
        )
    return _csv(content, f"segment-{segment_id}.csv")


@router.post("/{segment_id}/exports", status_code=202)
def request_export(
    segment_id: Id, app: AppDep, session: BrandSession, caller: Exporter, as_of: AsOf = None
) -> ExportAsked:
    """A task writes the same into a file, however many customers there are."""
    task_id = exporting.request_export(
        session, segment_id=segment_id, sources=trait_sources(app, session), actor=caller.actor, now=utcnow(),
        as_of=moment_of(as_of, caller.brand.time_zone) if as_of else None,
    )  # fmt: skip
    return ExportAsked(task_id=task_id)


@router.post("/{segment_id}/tagging", status_code=202)
def tag_segment(
    segment_id: Id,
    body: SegmentTagging,
    session: BrandSession,
    caller: Annotated[Caller, Depends(require("customers.edit"))],
) -> TaggingAsked:
    """Everybody in the segment gets or loses a tag; a task does it, and it can be taken back as one."""
    task_id = tagging.request_tagging(
        session, segment_id=segment_id, tag_id=body.tag_id, adds=body.adds, actor=caller.actor, now=utcnow()
    )
    return TaggingAsked(task_id=task_id)


@customers_router.post("/search", dependencies=[Depends(require("customers.read"))])
def search_customers(body: CustomerSearch, app: AppDep, session: BrandSession) -> CustomerList:
    """Customers who meet all that is asked, sorted by any trait; personal data is masked.

    Names and numbers are searched for in a body, never in an address: addresses are written down everywhere.
    """
    order = order_of(body.sort, catalogue((*trait_sources(app, session), *people_sources(session))))
    after = place_of(body.cursor, order) if body.cursor else None
    wanted = after.as_of.isoformat() if after else body.as_of
    with reading(app, session, as_of=wanted, now=utcnow()) as (lake, brand, moment):
        page = listing.customers_page(
            session, lake, brand, cipher=app.cipher, asked=_filter_of(body), order=order, after=after,
            limit=body.limit, as_of=moment,
        )  # fmt: skip
    return CustomerList(
        items=[CustomerRow.model_validate(row) for row in page.items],
        next_cursor=cursor_of(page.next_place) if page.next_place else None,
        total=page.total,
        as_of=page.as_of,
    )


@customers_router.post("/export", response_class=Response)
def export_customers(
    body: CustomerExport,
    app: AppDep,
    session: BrandSession,
    caller: Annotated[Caller, Depends(require("customers.export"))],
) -> Response:
    """The whole list with all traits as CSV, masked unless a reason is given by somebody who may reveal."""
    reason = body.reason.strip()
    if reason and "customers.reveal" not in caller.permissions:
        raise NotAllowed(permission="customers.reveal")
    order = order_of(body.sort, catalogue((*trait_sources(app, session), *people_sources(session))))
    now = utcnow()
    with reading(app, session, as_of=body.as_of, now=now) as (lake, brand, moment):
        content = exporting.export_customers(
            session, lake, brand, cipher=app.cipher, asked=_filter_of(body), order=order, as_of=moment,
            reason=reason, actor=caller.actor, now=now,
        )  # fmt: skip
    return _csv(content, f"customers-{moment:%Y-%m-%d}.csv")


def _filter_of(body: CustomerQuestion) -> CustomerFilter:
    return CustomerFilter(
        wanted=body.q.strip(),
        stages=tuple(one.value for one in body.stage or ()),
        rfm_classes=tuple(body.rfm_class or ()),
        rfm_r=body.rfm_r,
        rfm_f=body.rfm_f,
        is_member=body.member,
        segment_id=body.segment_id,
        tag_ids=tuple(body.tag_id or ()),
        definition=body.definition,
    )


def _csv(content: bytes, file_name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{file_name}"'}
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)
