"""People decide on links that Siyu refused: the two are one person, or they are not."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from siyu.kernel.audit import Actor, record
from siyu.kernel.errors import NotFound
from siyu.people.actions.merge import link_by_staff, roots_of
from siyu.people.actions.regroup import lock_links
from siyu.people.contracts import MergePart, Regrouped, ReviewState
from siyu.people.errors import ReviewDecided, ReviewNotAcceptable
from siyu.people.models import IdentityReview


def accept_review(
    session: Session,
    review_id: int,
    *,
    actor: Actor,
    note: str,
    now: datetime,
    parts: Iterable[MergePart] = (),
) -> Regrouped:
    """The customers of the two sides are one person, whatever guard refused it.

    raises   NotFound, ReviewDecided, ReviewNotAcceptable
    effects  a link by staff that no guard refuses; what links do; audit identity_review.accepted
    """
    lock_links(session)
    review = _open(session, review_id)
    if review.right_id is None:
        raise ReviewNotAcceptable
    _decided(session, review, ReviewState.ACCEPTED, actor=actor, note=note, now=now)
    ends = roots_of(session, (review.left_id, review.right_id))
    event_id = f"review:{review_id}@{now.isoformat()}"
    return link_by_staff(session, ends, event_id=event_id, actor=actor, reason=note, now=now, parts=parts)


def dismiss_review(session: Session, review_id: int, *, actor: Actor, note: str, now: datetime) -> None:
    """The two sides stay two, and nobody is asked again.

    raises   NotFound, ReviewDecided
    effects  audit identity_review.dismissed
    """
    lock_links(session)
    review = _open(session, review_id)
    _decided(session, review, ReviewState.DISMISSED, actor=actor, note=note, now=now)


def _open(session: Session, review_id: int) -> IdentityReview:
    review = session.get(IdentityReview, review_id, populate_existing=True)
    if review is None:
        raise NotFound(what="review", key=review_id)
    if review.state != ReviewState.OPEN:
        raise ReviewDecided(state=review.state)
    return review


def _decided(
    session: Session, review: IdentityReview, state: ReviewState, *, actor: Actor, note: str, now: datetime
) -> None:
    review.state, review.decided_by, review.decided_at, review.note = state.value, actor.label, now, note
    session.flush()
    record(
        session, actor=actor, action=f"identity_review.{state.value}",
        subject=("identity_review", review.review_id), before={"state": ReviewState.OPEN.value},
        after={"state": state.value, "reason": review.reason}, now=now,
    )  # fmt: skip
