"""What people's routes take and give."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from siyu.people.contracts import Channel

Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=4, max_length=200)]


class _Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class IdentityOut(_Out):
    """One identity, masked unless it was revealed."""

    namespace: str
    value: str
    source: str
    created_at: datetime


class ProfileOut(_Out):
    """What is known of a customer. Texts are empty where nothing is known."""

    customer_id: int
    name: str
    phone: str
    gender: str
    birthday: str
    province: str
    store_key: str
    known_at: datetime
    joined_at: datetime | None
    identities: list[IdentityOut]
    erased_at: datetime | None = None


class ConsentOut(_Out):
    """Something a customer said about being spoken to."""

    channel: str
    purpose: str
    granted: bool
    source: str
    said_at: datetime


class ReachOut(_Out):
    """Whether a channel may be used for a customer, and if not, why."""

    channel: str
    reachable: bool
    consented: bool
    suppressed: str | None
    has_address: bool


class CustomerOut(_Out):
    """One customer: profile, what they said about being spoken to, and how they can be reached."""

    profile: ProfileOut
    consents: list[ConsentOut]
    reach: list[ReachOut]


class RevealRequest(BaseModel):
    """Why somebody needs to see personal data; kept in the audit log."""

    model_config = ConfigDict(extra="forbid")

    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=4, max_length=200)]


class OptOutRequest(BaseModel):
    """A customer asked not to be written to, by a way that Siyu did not see itself."""

    model_config = ConfigDict(extra="forbid")

    channel: Channel = Channel.SMS
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=4, max_length=200)]


class LinkNodeOut(_Out):
    """An identity of a person, masked. `founded`: the customer who was founded on it."""

    identity_id: int
    namespace: str
    value: str
    source: str
    created_at: datetime
    quarantined: bool
    founded: int | None


class LinkOut(_Out):
    """A link between two identities: who said it and when, whether it joins, and who took it back."""

    edge_id: int
    left_id: int
    right_id: int
    source: str
    authenticated: bool
    overrides: bool
    said_at: datetime
    recorded_at: datetime
    joins: bool
    other_customer_id: int
    retracted_by: str | None
    retracted_because: str | None
    retracted_at: datetime | None


class IdentityGraphOut(_Out):
    """Why these identities are one customer. `customer_id` is whom the number asked for counts as."""

    customer_id: int
    nodes: list[LinkNodeOut]
    edges: list[LinkOut]


class MoveOut(_Out):
    """A customer who counts as another afterwards; as themselves where `after` is `customer_id`."""

    customer_id: int
    before: int
    after: int


class MergePreviewOut(_Out):
    """What would become of whom. `overruled`: the guards that only a person's word passes."""

    moves: list[MoveOut]
    identities: list[int]
    overruled: list[str]


class RegroupedOut(_Out):
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


class ReviewSideOut(_Out):
    """One side of a refused link, masked."""

    customer_id: int
    namespace: str
    value: str


class ReviewOut(_Out):
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


class ReviewNote(BaseModel):
    """What the person who decides has to say."""

    model_config = ConfigDict(extra="forbid")

    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
