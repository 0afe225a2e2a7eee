"""What routes of destinations take and give."""

from datetime import date, datetime, time
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from siyu.destinations.contracts import (
    DeliveryState,
    DestinationKind,
    DestinationState,
    ExportContent,
    ExportState,
    FileFormat,
    Outcome,
    PauseReason,
    RunState,
)
from siyu.destinations.rules.addresses import URL_LENGTH_MAX
from siyu.destinations.rules.exporting import DAYS_MAX, FOLDER_LENGTH_MAX
from siyu.kernel.parameters import Id

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Url = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=URL_LENGTH_MAX)]
Fact = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=4, max_length=200)]
ThirdParty = Annotated[
    bool, Field(description="false: the brand's own, or of a processor that works on its behalf alone")
]
FACTS_MAX = 200


class _Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class WebhookChange(BaseModel):
    """How a webhook is called, where it goes, and which facts it is told of."""

    name: Name
    url: Url
    facts: list[Fact] = Field(min_length=1, max_length=FACTS_MAX)


class WebhookCreate(WebhookChange):
    """A new webhook. Who customers are is told only with a reason."""

    with_identities: bool = False
    third_party: ThirdParty = True
    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""


class DestinationRefusal(BaseModel):
    """Why nothing is to go there."""

    note: Reason


class TrafficOut(_Out):
    """What goes to a destination: deliveries that wait or failed, and what arrived within 24 hours."""

    waiting: int
    failed: int
    delivered_24h: int
    events_24h: int
    oldest_waiting_at: datetime | None


class DestinationOut(_Out):
    """A destination; its secret is in no answer but that which made it."""

    destination_id: int
    kind: DestinationKind
    name: str
    state: DestinationState
    settings: dict[str, Any]
    with_identities: bool
    third_party: bool = Field(description="another company's: told only of who agreed to sharing")
    reason: str
    failures: int = Field(description="failed attempts in a row")
    not_before: datetime | None = Field(
        description="nothing goes there before this moment, because of failures"
    )
    pause_reason: PauseReason | None
    paused_at: datetime | None
    last_delivered_at: datetime | None
    former_secret_until: datetime | None = Field(description="until then the former secret signs too")
    created_by: str
    created_at: datetime
    updated_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    note: str
    traffic: TrafficOut | None = None


class DestinationList(BaseModel):
    """The brand's destinations; `private_allowed`: addresses in private networks may be used here."""

    items: list[DestinationOut]
    total: int
    private_allowed: bool


class DestinationSecret(BaseModel):
    """A destination and its signing secret, which is shown this once."""

    destination: DestinationOut
    secret: str


class OfferedFact(_Out):
    """A kind of fact that can be chosen; `own`: an event the brand defined."""

    name: str
    zh: str
    en: str
    own: bool


class AttemptOut(_Out):
    """What came of one attempt."""

    at: datetime
    outcome: Outcome
    status: int | None
    latency_ms: int
    body_bytes: int
    excerpt: str = Field(
        description="the first words of the answer, or what went wrong; numbers of people hidden"
    )


class DeliveryOut(_Out):
    """Facts of one batch on their way to one destination."""

    delivery_id: int
    name: str = Field(description="the webhook-id of every attempt")
    batch_id: int
    fact: str
    events: int
    left_out: int = Field(description="events of customers who did not agree to be shared")
    state: DeliveryState
    attempts: int
    next_attempt_at: datetime | None
    created_at: datetime
    ended_at: datetime | None
    replayed_by: str | None
    takes_back: int | None = Field(description="it says that the facts of this batch are so no more")
    last: AttemptOut | None = None


class DeliveryPage(BaseModel):
    """A page of deliveries, newest first; give `next_id` as before_id to go on."""

    items: list[DeliveryOut]
    next_id: int | None = Field(description="None at the end")


class DeliveryWhole(BaseModel):
    """One delivery with its attempts, and the body as it would be sent now."""

    delivery: DeliveryOut
    attempts: list[AttemptOut]
    body: str | None = Field(
        description="None where nothing of it is left, or where it tells who customers are"
    )


class ReplayIn(BaseModel):
    """Which deliveries are sent again: these, or those in these states that were made within a time."""

    delivery_ids: list[Id] = Field(default=[], max_length=1_000)
    states: list[DeliveryState] = Field(default=[DeliveryState.FAILED], max_length=4)
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None


class Replayed(BaseModel):
    """How many deliveries are sent again; `more`: there are others, ask again."""

    deliveries: int
    more: bool


class TrialAnswer(BaseModel):
    """What the destination answered to a body without any event."""

    outcome: Outcome
    status: int | None
    latency_ms: int
    excerpt: str


class FolderCreate(BaseModel):
    """A folder, named below the one that the operator sets aside."""

    name: Name
    folder: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=FOLDER_LENGTH_MAX)
    ]
    third_party: ThirdParty = True


class BucketCreate(BaseModel):
    """A bucket that speaks as S3 does. `endpoint` is empty for Amazon's own."""

    name: Name
    endpoint: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] = ""
    region: Annotated[str, StringConstraints(strip_whitespace=True, max_length=60)] = ""
    bucket: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=63)]
    prefix: Annotated[str, StringConstraints(strip_whitespace=True, max_length=FOLDER_LENGTH_MAX)] = ""
    access_key: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    secret_key: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
    third_party: ThirdParty = True


class ExportCreate(BaseModel):
    """What is written where. `daily_at`: the brand's hour of each day; without it once, now."""

    name: Name
    content: ExportContent
    format: FileFormat
    segment_id: Id | None = None
    facts: list[Fact] = Field(default=[], max_length=FACTS_MAX)
    days: int = Field(default=1, ge=1, le=DAYS_MAX, description="of facts: whole days before that of writing")
    with_profiles: bool = Field(default=False, description="names and numbers in clear; needs a reason")
    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
    daily_at: time | None = None


class WrittenOut(BaseModel):
    """A file that was written, as its manifest says."""

    name: str
    rows: int
    bytes: int
    sha256: str


class RunOut(_Out):
    """One writing of an export, into a folder named after the day."""

    export_run_id: int
    task_id: int
    day: date
    state: RunState
    files: list[WrittenOut]
    left_out: int = Field(description="customers who did not agree to be shared")
    failure: dict[str, Any] | None
    asked_by: str
    created_at: datetime
    finished_at: datetime | None


class ExportOut(_Out):
    """An export, and the last time it was written."""

    export_plan_id: int
    destination_id: int
    name: str
    content: ExportContent
    format: FileFormat
    segment_id: int | None
    facts: list[str]
    days: int
    with_profiles: bool
    reason: str
    daily_at: time | None
    state: ExportState
    next_run_at: datetime | None
    created_by: str
    created_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    note: str
    last: RunOut | None = None


class ExportList(BaseModel):
    """The exports to a destination, the newest first."""

    items: list[ExportOut]
    total: int
