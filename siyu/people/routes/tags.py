"""Tags over HTTP: groups and tags, what one customer wears, and lists of customers tagged at once."""

from typing import Annotated

from fastapi import APIRouter, Depends

from siyu.kernel.clock import utcnow
from siyu.kernel.http import AppDep
from siyu.kernel.parameters import Id
from siyu.organisation.access import BrandSession, require
from siyu.organisation.contracts import Caller
from siyu.people.actions.tag_groups import add_tag, add_tag_group, change_tag, change_tag_group
from siyu.people.actions.tag_runs import RunAsked, request_tagging, request_undo
from siyu.people.actions.tagging import tag_by_hand
from siyu.people.queries.customers import require_customer
from siyu.people.queries.tags import (
    TagRunInfo,
    groups_of_brand,
    tag_changes_of,
    tag_runs,
    tags_of_brand,
    worn_by,
)
from siyu.people.schemas.by_hand import (
    CustomerTagsOut,
    TagEdit,
    TaggingIn,
    TagGroupEdit,
    TagGroupIn,
    TagIn,
    TagRunIn,
    TagsOut,
    UndoAsked,
)

router = APIRouter(tags=["tags"])
Reads = Depends(require("customers.read"))
Editor = Annotated[Caller, Depends(require("customers.edit"))]


@router.get("/tags", dependencies=[Reads])
def list_tags(session: BrandSession) -> TagsOut:
    """The brand's groups and tags, with how many customers wear each."""
    return _tags(session)


@router.post("/tag-groups", status_code=201)
def make_group(caller: Editor, session: BrandSession, body: TagGroupIn) -> TagsOut:
    """The brand has a new group of tags."""
    add_tag_group(session, **body.model_dump(), actor=caller.actor, now=utcnow())
    return _tags(session)


@router.patch("/tag-groups/{tag_group_id}")
def edit_group(caller: Editor, session: BrandSession, tag_group_id: Id, body: TagGroupEdit) -> TagsOut:
    """The group has this name or colour, or is archived with its tags."""
    changes = body.model_dump(exclude_none=True)
    change_tag_group(session, tag_group_id=tag_group_id, changes=changes, actor=caller.actor, now=utcnow())
    return _tags(session)


@router.post("/tags", status_code=201)
def make_tag(caller: Editor, session: BrandSession, body: TagIn) -> TagsOut:
    """The group has a new tag."""
    add_tag(session, tag_group_id=body.tag_group_id, name=body.name, actor=caller.actor, now=utcnow())
    return _tags(session)


@router.patch("/tags/{tag_id}")
def edit_tag(caller: Editor, session: BrandSession, tag_id: Id, body: TagEdit) -> TagsOut:
    """The tag has this name, or is archived."""
    changes = body.model_dump(exclude_none=True)
    change_tag(session, tag_id=tag_id, changes=changes, actor=caller.actor, now=utcnow())
    return _tags(session)


@router.get("/customers/{customer_id}/tags", dependencies=[Reads])
def read_tags(session: BrandSession, customer_id: Id) -> CustomerTagsOut:
    """The tags of one customer, and who gave or took which."""
    require_customer(session, customer_id=customer_id)
    return _tags_of(session, customer_id)


@router.post("/customers/{customer_id}/tags")
def tag_customer(caller: Editor, session: BrandSession, customer_id: Id, body: TaggingIn) -> CustomerTagsOut:
    """The customer gets and loses these tags."""
    require_customer(session, customer_id=customer_id)
    tag_by_hand(
        session, customer_id=customer_id, add=body.add, remove=body.remove, actor=caller.actor, now=utcnow()
    )
    return _tags_of(session, customer_id)


@router.get("/tag-runs", dependencies=[Reads])
def list_tag_runs(session: BrandSession) -> list[TagRunInfo]:
    """What was done to many customers at once, the newest first."""
    return tag_runs(session)


@router.post("/tag-runs", status_code=202)
def tag_list(app: AppDep, caller: Editor, session: BrandSession, body: TagRunIn) -> RunAsked:
    """The customers of a list get or lose a tag; a task does it."""
    return request_tagging(session, cipher=app.cipher, **body.model_dump(), actor=caller.actor, now=utcnow())


@router.post("/tag-runs/{tag_run_id}/undo", status_code=202)
def undo_tag_run(caller: Editor, session: BrandSession, tag_run_id: Id) -> UndoAsked:
    """What the tagging changed is taken back, but for what was changed since; a task does it."""
    return UndoAsked(task_id=request_undo(session, tag_run_id=tag_run_id, actor=caller.actor, now=utcnow()))


def _tags(session: BrandSession) -> TagsOut:
    return TagsOut(groups=groups_of_brand(session), tags=tags_of_brand(session))


def _tags_of(session: BrandSession, customer_id: int) -> CustomerTagsOut:
    return CustomerTagsOut(
        worn=worn_by(session, customer_id=customer_id),
        changes=tag_changes_of(session, customer_id=customer_id),
    )
