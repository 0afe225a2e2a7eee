"""What people's routes take and give."""

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from siyu.people.contracts import ConsentChannel, Purpose, SuppressionKind

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
    """Something a customer said about being spoken to, and how that is known.

    `taken_back_at`: the file that said it was undone. `seal_no`: the seal that fixes it; None while it waits for one.
    """

    consent_entry_id: int
    channel: str
    purpose: str
    granted: bool
    source: str
    said_at: datetime
    recorded_at: datetime
    recorded_by: str
    text_code: str | None
    text_version: int | None
    text_title: str | None
    has_evidence: bool
    taken_back_at: datetime | None
    seal_no: int | None


class StandingOut(_Out):
    """How it stands with one purpose on one channel. `allowed`: what follows, also where nothing was said."""

    purpose: Purpose
    channel: ConsentChannel
    allowed: bool
    said: bool
    granted: bool | None
    said_at: datetime | None
    source: str | None


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
    standings: list[StandingOut]
    reach: list[ReachOut]


class RevealRequest(BaseModel):
    """Why somebody needs to see personal data; kept in the audit log."""

    model_config = ConfigDict(extra="forbid")

    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=4, max_length=200)]


class OptOutRequest(BaseModel):
    """A customer asked not to be written to, by a way that Siyu did not see itself."""

    model_config = ConfigDict(extra="forbid")

    channel: ConsentChannel = ConsentChannel.SMS
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


Code = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, pattern=r"^[^\x00]*$")]
EVIDENCE_MAX = 20


class ConsentTextIn(BaseModel):
    """A version of a text. `after_version`: the newest its author knew, 0 for a new text."""

    model_config = ConfigDict(extra="forbid")

    code: Code
    after_version: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    purpose: Purpose
    channels: Annotated[list[ConsentChannel], Field(min_length=1, max_length=len(ConsentChannel))]
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}(-[A-Z]{2})?$")] = "zh-CN"
    title: Annotated[Words, StringConstraints(max_length=100)]
    body: Annotated[Words, StringConstraints(max_length=20_000)]


class ConsentTextOut(_Out):
    """A version of a text, as it is shown and for ever."""

    consent_text_id: int
    code: str
    version: int
    purpose: Purpose
    channels: list[ConsentChannel]
    language: str
    title: str
    body: str
    created_by: str
    created_at: datetime


class ConsentTextList(BaseModel):
    """All versions, by code, the newest first."""

    items: list[ConsentTextOut]


class ConsentIn(BaseModel):
    """What a customer said. A yes names the text they saw; `evidence` (page, ip, file hash …) is kept sealed.

    `said_at`: now if absent. A no on channel `all` is a no on every channel.
    """

    model_config = ConfigDict(extra="forbid")

    purpose: Purpose
    channel: ConsentChannel
    granted: bool
    consent_text_id: Annotated[int, Field(ge=1, le=2**63 - 1)] | None = None
    said_at: AwareDatetime | None = None
    source: Annotated[Words, StringConstraints(max_length=60)] = "api"
    evidence: Annotated[
        dict[Code, Annotated[Words, StringConstraints(max_length=500)]], Field(max_length=EVIDENCE_MAX)
    ] = Field(default_factory=dict)


class ConsentTaken(BaseModel):
    """How many entries are new (0: it was on record), how it stands now, and what still keeps messages back."""

    added: int
    standings: list[StandingOut]
    reach: list[ReachOut]


class ChainOut(BaseModel):
    """How far the ledger is sealed. `head` is worth noting elsewhere: a chain made anew does not hold it."""

    seals: int
    entries: int
    waiting: int
    head: str
    sealed_at: datetime | None


class TaskAsked(BaseModel):
    """The task that does the work; the task centre says how far it is."""

    task_id: int


class SuppressionOut(_Out):
    """An address that is not written to. `customer_id`, `phone`: who holds it now, masked, if the brand knows."""

    suppression_id: int
    channel: str
    kind: SuppressionKind
    source: str
    note: str
    added_by: str
    since: datetime
    lifted_at: datetime | None
    lifted_by: str | None
    lift_reason: str | None
    customer_id: int | None
    address: str


class SuppressionPage(BaseModel):
    """Some of the list, newest first; `next_before` continues, and is absent at the end."""

    items: list[SuppressionOut]
    next_before: int | None


class SuppressionSearch(BaseModel):
    """What is looked for. A number stands in a body, never in an address."""

    model_config = ConfigDict(extra="forbid")

    address: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
    kind: SuppressionKind | None = None
    lifted: bool = False
    before: Annotated[int, Field(ge=1, le=2**63 - 1)] | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class SuppressionLift(BaseModel):
    """Why an address may be written to again."""

    model_config = ConfigDict(extra="forbid")

    reason: Reason


class BadLineOut(_Out):
    """A line that is no address; the line itself is masked."""

    line: int
    shown: str
    reason: str
    reason_zh: str


class SuppressionUpload(BaseModel):
    """What a file of addresses does, or did. `known`: suppressed for the same reason before. `bad_lines`: the first."""

    dry_run: bool
    lines: int
    addresses: int
    repeated: int
    added: int
    known: int
    customers: int
    bad: int
    bad_lines: list[BadLineOut]


class ProofRequest(BaseModel):
    """Why somebody needs the bundle: it holds personal data, and the reason stands in it and in the audit log."""

    model_config = ConfigDict(extra="forbid")

    reason: Reason


class AddressProofRequest(ProofRequest):
    """The phone number or e-mail address of whom the bundle is about."""

    address: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
