"""What the routes of events take and give."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, StringConstraints

from siyu.intake.rules.events import (
    EVENT_ID_LENGTH_MAX,
    EVENTS_MAX,
    IDENTITIES_MAX,
    IDENTITY_LENGTH_MAX,
    NAME_LENGTH_MAX,
    PROPERTIES_MAX,
)
from siyu.intake.rules.events_mending import STEPS_MAX, Mend
from siyu.intake.schemas.imports import Output

EVENT_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["event", "event_id", "occurred_at"],
    "additionalProperties": False,
    "properties": {
        "event": {"type": "string", "minLength": 1, "maxLength": NAME_LENGTH_MAX},
        "event_id": {
            "type": "string",
            "minLength": 1,
            "maxLength": EVENT_ID_LENGTH_MAX,
            "description": "Names the event for ever within its source: sent again, it adds nothing.",
        },
        "occurred_at": {"type": "string", "format": "date-time"},
        "identities": {
            "type": "array",
            "maxItems": IDENTITIES_MAX,
            "description": "Who it was, the surest first.",
            "items": {
                "type": "object",
                "required": ["namespace", "value"],
                "additionalProperties": False,
                "properties": {
                    "namespace": {"type": "string", "minLength": 1, "maxLength": NAME_LENGTH_MAX},
                    "value": {"type": "string", "minLength": 1, "maxLength": IDENTITY_LENGTH_MAX},
                },
            },
        },
        "properties": {"type": "object", "maxProperties": PROPERTIES_MAX},
        "authenticated": {"type": "boolean", "description": "The sender had the person signed in."},
        "version": {"type": ["integer", "null"], "minimum": 1, "maximum": 10_000},
    },
}
EVENT_BATCH_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["events"],
    "additionalProperties": False,
    "properties": {"events": {"type": "array", "minItems": 1, "maxItems": EVENTS_MAX, "items": EVENT_SCHEMA}},
}
EventTitle = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]
Filter = Annotated[str, StringConstraints(max_length=NAME_LENGTH_MAX, pattern=r"^[^\x00]*$")] | None
MendingText = Annotated[str, StringConstraints(max_length=1_000, pattern=r"^[^\x00]*$")]
PropertyName = Annotated[
    str, StringConstraints(min_length=1, max_length=NAME_LENGTH_MAX, pattern=r"^[^\x00]*$")
]


class EventsAccepted(BaseModel):
    """How many events are on disk, repetitions included."""

    accepted: int


class EventProperty(Output):
    """One property of an event. A personal one is checked and never reaches the lake."""

    name: PropertyName
    type: Literal["BIGINT", "INTEGER", "DOUBLE", "BOOLEAN", "VARCHAR", "DATE", "TIMESTAMPTZ"]
    required: bool = False
    personal: bool = False


class EventDefinitionIn(BaseModel):
    """What an event of the brand's own is."""

    title_zh: EventTitle
    title_en: EventTitle
    properties: Annotated[list[EventProperty], Field(max_length=PROPERTIES_MAX)]


class EventVersion(BaseModel):
    """The version that events of this name have from now on."""

    name: str
    version: int


class EventPolicyIn(BaseModel):
    """What becomes of events that nobody defined."""

    unknown_events: Literal["keep", "quarantine"]


class EventVolumeOut(Output):
    """How many events of a name came in the last 30 days and ever."""

    events: int
    events_30d: int
    last_received_at: datetime


class EventNameOut(Output):
    """One event name; origin is standard, brand or unknown."""

    name: str
    origin: str
    version: int
    title_zh: str
    title_en: str
    properties: list[EventProperty]
    volume: EventVolumeOut | None
    retired_at: datetime | None


class EventDefinitionOut(Output):
    """One version of an event of the brand's own."""

    version: int
    title_zh: str
    title_en: str
    properties: list[EventProperty]
    created_by: str
    created_at: datetime


class EventNameList(BaseModel):
    """The catalogue, the busiest first, and what becomes of unknown names."""

    items: list[EventNameOut]
    total: int
    unknown_events: str


class DayVolume(BaseModel):
    """Events received on a day (UTC)."""

    day: date
    events: int


class EventNameDetail(EventNameOut):
    """One event name with what its newest events hold; coverage is a share from 0 to 1."""

    versions: list[EventDefinitionOut]
    days: list[DayVolume]
    rows_looked_at: int
    coverage: dict[str, float]
    sample: dict[str, Any] | None


class EventRejectLine(Output):
    """An event that was turned away, without its content."""

    event_reject_id: int
    source: str
    event: str
    reason: str
    reason_text: str
    field: str
    occurred_at: datetime
    received_at: datetime
    state: str
    decided_at: datetime | None
    decided_by: str
    decided_because: str


class EventRejectList(BaseModel):
    """A page of rejected events, the newest first."""

    items: list[EventRejectLine]
    next_cursor: str | None
    total: int


class EventRejectOut(EventRejectLine):
    """A rejected event with its content, personal data hidden unless the caller may see it."""

    event_id: str
    identities: list[dict[str, str]]
    properties: dict[str, Any]
    version: int | None


class IdentityIn(BaseModel):
    """Who somebody is in one namespace."""

    namespace: Annotated[str, StringConstraints(min_length=1, max_length=NAME_LENGTH_MAX)]
    value: Annotated[str, StringConstraints(min_length=1, max_length=IDENTITY_LENGTH_MAX)]


class EventMending(BaseModel):
    """What a rejected event says instead; what is left out stays."""

    event: Annotated[str, StringConstraints(min_length=1, max_length=NAME_LENGTH_MAX)] | None = None
    occurred_at: datetime | None = None
    identities: Annotated[list[IdentityIn], Field(max_length=IDENTITIES_MAX)] | None = None
    properties: dict[str, Any] | None = None
    version: Annotated[int, Field(ge=1, le=10_000)] | None = None


class RejectFilter(BaseModel):
    """Which waiting rejects are meant: all that agree with what is said here."""

    event: Filter = None
    reason: Filter = None
    field: Filter = None
    source: Filter = None


class MendingStep(BaseModel):
    """One step of a rule: `name` is the property or namespace it is about, `value` what it becomes."""

    do: Mend
    name: Annotated[str, StringConstraints(max_length=NAME_LENGTH_MAX, pattern=r"^[^\x00]*$")] = ""
    value: MendingText | int | float | bool | None = None


class MendingRule(RejectFilter):
    """Rejects that are mended by the same steps, or by none."""

    steps: Annotated[list[MendingStep], Field(max_length=STEPS_MAX)] = []


class RejectReasonCount(BaseModel):
    """Why rejects would be turned away again."""

    reason: str
    reason_text: str
    events: int


class MendingForeseen(BaseModel):
    """What a replay would come to; personal data is hidden in `before` and `after`."""

    waiting: int
    looked_at: int
    good: int
    reasons: list[RejectReasonCount]
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class RejectGroupOut(BaseModel):
    """Waiting rejects of the same event, reason and field."""

    event: str
    reason: str
    reason_text: str
    field: str
    events: int
    last_received_at: datetime


class RejectGroupList(BaseModel):
    """What waits among the rejects, the most first."""

    items: list[RejectGroupOut]
    waiting: int


class RecentEventOut(Output):
    """One of the last events that came; outcome is taken, rejected or repeated. Personal data is hidden."""

    recent_id: int
    source: str
    event: str
    outcome: str
    reason: str
    reason_text: str
    field: str
    occurred_at: datetime
    received_at: datetime
    customer_id: int | None
    identities: list[dict[str, str]]
    properties: dict[str, Any]
    version: int | None


class RecentEventList(BaseModel):
    """The events that came after the one named, the newest first; at most 200."""

    items: list[RecentEventOut]


class EventSourceOut(Output):
    """What came from a source today (UTC) and in the last 30 days, and what was last wrong with it."""

    source: str
    events_today: int
    events: int
    rejected: int
    refused: int
    last_received_at: datetime | None
    last_rejected_at: datetime | None
    last_rejected_event: str
    last_rejected_reason: str
    last_rejected_text: str
    last_refused_at: datetime | None
    last_refused_code: str


class EventSourceList(BaseModel):
    """The sources of events, the busiest first."""

    items: list[EventSourceOut]
    total: int


class ReplayStarted(BaseModel):
    """The task that mends and replays."""

    task_id: int


class RejectChoice(RejectFilter):
    """Which waiting rejects are meant: by number, or all that agree with what is said; and why, if they are dropped."""

    event_reject_ids: Annotated[list[Annotated[int, Field(ge=1, le=2**63 - 1)]], Field(max_length=500)] = []
    because: Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00]*$")] = ""


class RejectsMoved(BaseModel):
    """How many rejects were sent again or given up; at most 5,000 a call."""

    events: int
