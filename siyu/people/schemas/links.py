"""What the routes of identities, links, merging and reviews take and give."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from siyu.people.schemas.people import Output, Reason


class LinkNodeOut(Output):
    """An identity of a person, masked. `founded`: the customer who was founded on it; `merged_at`: since when that
    number counts as this person's.
    """

    identity_id: int
    namespace: str
    value: str
    source: str
    created_at: datetime
    quarantined: bool
    founded: int | None
    merged_at: datetime | None


class OtherNodeOut(Output):
    """An identity of somebody else, masked, at the far end of a link that does not join."""

    identity_id: int
    namespace: str
    value: str
    quarantined: bool
    customer_id: int


class LinkOut(Output):
    """A link between two identities: who said it and, by hand, why; whether it joins, or why not; who took it back.

    `event_id`: the event that said it; none if a file or a person did. `batch_id`: the file, or the batch of events.
    """

    edge_id: int
    left_id: int
    right_id: int
    source: str
    event_id: str | None
    batch_id: int | None
    authenticated: bool
    overrides: bool
    said_at: datetime
    recorded_at: datetime
    joins: bool
    other_customer_id: int
    said_by: str | None
    because: str | None
    refused_because: str | None
    retracted_by: str | None
    retracted_because: str | None
    retracted_at: datetime | None


class IdentityGraphOut(Output):
    """Why these identities are one customer. `customer_id` is whom the number asked for counts as."""

    customer_id: int
    nodes: list[LinkNodeOut]
    edges: list[LinkOut]
    others: list[OtherNodeOut]


class MoveOut(Output):
    """A customer who counts as another afterwards; as themselves where `after` is `customer_id`."""

    customer_id: int
    before: int
    after: int


class MergeEffectOut(Output):
    """Something a module counts of the people concerned: as it is, and as it would be."""

    effect: str
    before: int
    after: int


class MergePreviewOut(Output):
    """What would become of whom. `overruled`: the guards that only a person's word passes."""

    moves: list[MoveOut]
    identities: list[int]
    overruled: list[str]
    effects: list[MergeEffectOut]


class RegroupedOut(Output):
    """What became of whom."""

    moves: list[MoveOut]
    identities_moved: int
    founded: int


class MergeRequest(BaseModel):
    """Another customer who is the same person, and why somebody thinks so."""

    model_config = ConfigDict(extra="forbid")

    other_customer_id: Annotated[int, Field(ge=1, le=2**63 - 1)]
    reason: Reason


class UnmergeRequest(BaseModel):
    """Why a link is wrong."""

    model_config = ConfigDict(extra="forbid")

    reason: Reason


class ReviewSideOut(Output):
    """One side of a refused link, masked."""

    customer_id: int
    namespace: str
    value: str


class ReviewOut(Output):
    """A refused link with its reason; without `right` an identity that too many people use."""

    review_id: int
    reason: str
    state: str
    opened_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    note: str
    left: ReviewSideOut
    right: ReviewSideOut | None


class ReviewPage(BaseModel):
    """Some of what waits; `next_after` continues, and is absent at the end."""

    items: list[ReviewOut]
    next_after: int | None


class ReviewCount(BaseModel):
    """How many refused links wait for a person."""

    open: int


class ReviewNote(BaseModel):
    """What the person who decides has to say."""

    model_config = ConfigDict(extra="forbid")

    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
