"""Who is one customer, over HTTP: why, by whose word, merged and parted by hand, and what waits for a person."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from siyu.kernel.clock import utcnow
from siyu.kernel.http import AppDep
from siyu.kernel.parameters import LARGEST_ID, Id
from siyu.organisation.access import BrandSession, require
from siyu.organisation.contracts import Caller
from siyu.people.actions.merge import merge_customers, preview_merge, preview_retraction, retract_edge
from siyu.people.actions.review import accept_review, dismiss_review
from siyu.people.contracts import MergePart, ReviewState
from siyu.people.queries.explained import REVIEWS_MAX, graph_of, open_reviews, reviews
from siyu.people.schemas.links import (
    IdentityGraphOut,
    MergePreviewOut,
    MergeRequest,
    RegroupedOut,
    ReviewCount,
    ReviewNote,
    ReviewOut,
    ReviewPage,
    UnmergeRequest,
)

router = APIRouter(tags=["customers"])
Reads = Depends(require("customers.read"))
Merger = Annotated[Caller, Depends(require("customers.merge"))]


@router.get("/customers/{customer_id}/identities", dependencies=[Reads])
def read_identities(app: AppDep, session: BrandSession, customer_id: Id) -> IdentityGraphOut:
    """The identities of a customer, masked, and every link between them with who said it."""
    graph = graph_of(session, cipher=app.cipher, customer_id=customer_id)
    return IdentityGraphOut.model_validate(graph)


@router.get("/customers/{customer_id}/merge", dependencies=[Reads])
def look_at_merge(
    app: AppDep, session: BrandSession, customer_id: Id, other_customer_id: Id
) -> MergePreviewOut:
    """What would become of whom if two customers were said to be one; nothing is done."""
    preview = preview_merge(
        session, customer_id, other_customer_id, now=utcnow(), parts=app.wiring.of(MergePart)
    )
    return MergePreviewOut.model_validate(preview)


@router.post("/customers/{customer_id}/merge")
def merge(
    app: AppDep, caller: Merger, session: BrandSession, customer_id: Id, body: MergeRequest
) -> RegroupedOut:
    """Two customers are one person from now on; taking the link back gives each side what it had."""
    done = merge_customers(
        session, customer_id, body.other_customer_id, actor=caller.actor, reason=body.reason, now=utcnow(),
        parts=app.wiring.of(MergePart),
    )  # fmt: skip
    return RegroupedOut.model_validate(done)


@router.get("/identity-links/{edge_id}/retraction", dependencies=[Reads])
def look_at_retraction(app: AppDep, session: BrandSession, edge_id: Id) -> MergePreviewOut:
    """What would become of whom if a link were taken back; nothing is done."""
    return MergePreviewOut.model_validate(
        preview_retraction(session, edge_id, parts=app.wiring.of(MergePart))
    )


@router.post("/identity-links/{edge_id}/retraction")
def retract(
    app: AppDep, caller: Merger, session: BrandSession, edge_id: Id, body: UnmergeRequest
) -> RegroupedOut:
    """The link counts no more; each side has what it had."""
    done = retract_edge(
        session, edge_id, actor=caller.actor, reason=body.reason, now=utcnow(), parts=app.wiring.of(MergePart)
    )
    return RegroupedOut.model_validate(done)


@router.get("/identity-reviews", dependencies=[Reads])
def list_reviews(
    app: AppDep,
    session: BrandSession,
    state: ReviewState = ReviewState.OPEN,
    after: Annotated[int, Query(ge=0, le=LARGEST_ID)] = 0,
    limit: Annotated[int, Query(ge=1, le=REVIEWS_MAX)] = 50,
) -> ReviewPage:
    """Links that were refused, with both sides and the reason, the oldest first."""
    rows = reviews(session, cipher=app.cipher, state=state.value, after=after, limit=limit)
    items = [ReviewOut.model_validate(row) for row in rows]
    return ReviewPage(items=items, next_after=items[-1].review_id if len(items) == limit else None)


@router.get("/identity-reviews/count", dependencies=[Reads])
def count_reviews(session: BrandSession) -> ReviewCount:
    """How many refused links wait for a person."""
    return ReviewCount(open=open_reviews(session))


@router.post("/identity-reviews/{review_id}/accept")
def accept(
    app: AppDep, caller: Merger, session: BrandSession, review_id: Id, body: ReviewNote
) -> RegroupedOut:
    """The customers of both sides are one person."""
    done = accept_review(
        session, review_id, actor=caller.actor, note=body.note, now=utcnow(), parts=app.wiring.of(MergePart)
    )
    return RegroupedOut.model_validate(done)


@router.post("/identity-reviews/{review_id}/dismiss", status_code=204)
def dismiss(caller: Merger, session: BrandSession, review_id: Id, body: ReviewNote) -> None:
    """The two sides stay two, and nobody is asked again."""
    dismiss_review(session, review_id, actor=caller.actor, note=body.note, now=utcnow())
