"""What people's routes take and give."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from siyu.kernel.parameters import Id
from siyu.people.actions.by_hand import Written
from siyu.people.contracts import Channel, Namespace
from siyu.people.queries.fields import HeldValue
from siyu.people.queries.tags import TagChange, TagGroupInfo, TagInfo, WornTag
from siyu.people.rules.fields import FieldDefinition

PROFILE_FIELDS = ("name", "gender", "birthday", "province", "store_key", "joined_at")
WRITTEN_IDENTITIES = (Namespace.MEMBER_NO, Namespace.PHONE, Namespace.EMAIL)

Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$"),
]
Label = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=60, pattern=r"^[^\x00-\x1f\x7f]*$"),
]
Colour = Literal["grey", "indigo", "teal", "green", "amber", "red", "plum"]
FieldValue = Annotated[str, StringConstraints(max_length=1_000)] | bool | int | float | None
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


class CustomerCardOut(BaseModel):
    """What can be edited of a customer; `revision` goes back with the changes."""

    customer_id: int
    revision: str
    definitions: list[FieldDefinition]
    held: dict[str, HeldValue]


class CustomerIn(BaseModel):
    """What somebody writes down of a customer; of an edit, only what is sent changes, and null clears."""

    model_config = ConfigDict(extra="forbid")

    name: Line | None = None
    gender: Literal["female", "male"] | None = None
    birthday: date | None = None
    province: Line | None = None
    store_key: Line | None = None
    joined_at: AwareDatetime | None = None
    phone: Line | None = None
    email: Line | None = None
    member_no: Line | None = None
    fields: dict[str, FieldValue] = {}

    def written(self) -> Written:
        """The same as the actions take it."""
        sent = self.model_dump(include=self.model_fields_set)
        return Written(
            profile={name: sent[name] for name in PROFILE_FIELDS if name in sent},
            identities={one: sent[one.value] for one in WRITTEN_IDENTITIES if sent.get(one.value)},
            fields=self.fields,
        )


class CustomerEdit(CustomerIn):
    """Changes to a customer, as of the revision that was read."""

    revision: Annotated[str, StringConstraints(min_length=1, max_length=80)]


class CustomerMade(BaseModel):
    """The number of a customer who was written down."""

    customer_id: int


class TagGroupIn(BaseModel):
    """A group of tags."""

    model_config = ConfigDict(extra="forbid")

    name: Label
    exclusive: bool = False
    colour: Colour = "grey"


class TagGroupEdit(BaseModel):
    """What of a group of tags is different from now on."""

    model_config = ConfigDict(extra="forbid")

    name: Label | None = None
    colour: Colour | None = None
    archived: bool | None = None


class TagIn(BaseModel):
    """A tag of a group."""

    model_config = ConfigDict(extra="forbid")

    tag_group_id: Id
    name: Label


class TagEdit(BaseModel):
    """What of a tag is different from now on."""

    model_config = ConfigDict(extra="forbid")

    name: Label | None = None
    archived: bool | None = None


class TagsOut(BaseModel):
    """The brand's groups and tags."""

    groups: list[TagGroupInfo]
    tags: list[TagInfo]


class CustomerTagsOut(BaseModel):
    """The tags of one customer and how they came."""

    worn: list[WornTag]
    changes: list[TagChange]


class TaggingIn(BaseModel):
    """Tags that one customer gets and loses by hand."""

    model_config = ConfigDict(extra="forbid")

    add: Annotated[list[Id], Field(max_length=50)] = []
    remove: Annotated[list[Id], Field(max_length=50)] = []


class TagRunIn(BaseModel):
    """A list of customers, the first column of which names them, who get or lose a tag."""

    model_config = ConfigDict(extra="forbid")

    tag_id: Id
    adds: bool = True
    title: Label
    known_by: Literal["phone", "member_no", "customer_id"]
    content: Annotated[str, StringConstraints(min_length=1, max_length=4_000_000)]


class UndoAsked(BaseModel):
    """The task that takes a tagging back."""

    task_id: int


class ChangeAsked(BaseModel):
    """The task that regroups customers by a changed policy."""

    task_id: int


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
    """A link between two identities: who said it and, by hand, why; whether it joins, or why not; who took it back."""

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
    said_by: str | None
    because: str | None
    refused_because: str | None
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


class MergeEffectOut(_Out):
    """Something a module counts of the people concerned: as it is, and as it would be."""

    effect: str
    before: int
    after: int


class MergePreviewOut(_Out):
    """What would become of whom. `overruled`: the guards that only a person's word passes."""

    moves: list[MoveOut]
    identities: list[int]
    overruled: list[str]
    effects: list[MergeEffectOut]


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


class ReviewCount(BaseModel):
    """How many refused links wait for a person."""

    open: int


class ReviewNote(BaseModel):
    """What the person who decides has to say."""

    model_config = ConfigDict(extra="forbid")

    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
