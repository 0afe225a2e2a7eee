"""What the routes of page keys and webhooks take and give."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, StringConstraints

from siyu.intake.rules.events import NAME_LENGTH_MAX
from siyu.intake.rules.events_pages import ORIGIN_LENGTH_MAX, ORIGINS_MAX
from siyu.intake.rules.webhook_mapping import EXPRESSION_LENGTH_MAX, PARTS_MAX
from siyu.intake.schemas.imports import Output
from siyu.kernel.parameters import Id

WEBHOOK_BYTES_MAX = 256_000

SourceName = Annotated[
    str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True, pattern=r"^[^\x00]+$")
]
Origin = Annotated[str, StringConstraints(max_length=ORIGIN_LENGTH_MAX, pattern=r"^[^\x00]*$")]
Origins = Annotated[list[Origin], Field(max_length=ORIGINS_MAX)]


class NewPageKey(BaseModel):
    """A key for the pages of these origins."""

    source: SourceName
    origins: Origins


class PageKeyOrigins(BaseModel):
    """The origins that a key is for."""

    origins: Origins


class PageKeyOut(Output):
    """A public key of web pages and mini programs."""

    page_key_id: int
    public_key: str
    source: str
    origins: list[str]
    created_by: str
    created_at: datetime
    revoked_at: datetime | None


class PageKeyList(BaseModel):
    """All keys of pages, the newest first."""

    items: list[PageKeyOut]
    total: int


Expression = Annotated[str, StringConstraints(max_length=EXPRESSION_LENGTH_MAX, pattern=r"^[^\x00]*$")]
PartName = Annotated[str, StringConstraints(min_length=1, max_length=NAME_LENGTH_MAX, pattern=r"^[^\x00]*$")]
HeaderName = Annotated[str, StringConstraints(max_length=60, pattern=r"^[A-Za-z0-9-]*$")]


class MappedPart(BaseModel):
    """One identity or property of an event, and the JMESPath expression that finds it."""

    name: PartName
    path: Expression


class WebhookMapping(BaseModel):
    """Which JMESPath expression gives which part of an event; those of an event see `root`, the whole body, too."""

    items: Expression = ""
    event: Expression
    event_id: Expression = ""
    occurred_at: Expression = ""
    time_zone: Annotated[str, StringConstraints(max_length=64, pattern=r"^[^\x00]*$")] = "Asia/Shanghai"
    authenticated: bool = False
    identities: Annotated[list[MappedPart], Field(max_length=PARTS_MAX)] = []
    properties: Annotated[list[MappedPart], Field(max_length=PARTS_MAX)] = []


class WebhookIn(BaseModel):
    """How a webhook is told from a forgery and read. Without a `secret` the one it has stays."""

    source: SourceName
    signature: Literal["hmac_sha256", "none"] = "hmac_sha256"
    secret: Annotated[str, StringConstraints(min_length=8, max_length=500)] | None = None
    signature_header: Annotated[HeaderName, StringConstraints(min_length=1)] = "X-Signature"
    timestamp_header: HeaderName = "X-Timestamp"
    enabled: bool = True
    mapping: WebhookMapping


class WebhookOut(BaseModel):
    """A webhook; `path` holds its secret part and is shown to whoever may edit keys, else it is empty."""

    webhook_id: int
    path: str
    source: str
    signature: str
    signature_header: str
    timestamp_header: str
    enabled: bool
    mapping: WebhookMapping
    bodies: int
    failed: int
    last_received_at: datetime | None
    created_by: str
    created_at: datetime


class WebhookList(BaseModel):
    """All webhooks, the newest first."""

    items: list[WebhookOut]
    total: int


class WebhookTrial(BaseModel):
    """A mapping and a body to try it on."""

    mapping: WebhookMapping
    body: Annotated[str, StringConstraints(max_length=WEBHOOK_BYTES_MAX)]


class TrialEvent(BaseModel):
    """An event that a body would give, and why it would be turned away, if it would."""

    event: dict[str, Any]
    reason: str
    reason_text: str
    field: str


class WebhookTried(BaseModel):
    """What a mapping makes of a body: events, or where it fails."""

    events: list[TrialEvent]
    problem: str
    problem_text: str
    part: str


class WebhookTaken(BaseModel):
    """How many events a delivery gave; 0 with `kept` if it could not be read and waits for a better mapping."""

    events: int
    kept: bool


class WebhookBodyLine(Output):
    """A body that came, without its content. state is mapped, failed or dropped."""

    body_id: int
    received_at: datetime
    body_bytes: int
    state: str
    events: int
    problem: str
    problem_text: str
    problem_part: str


class WebhookBodyList(BaseModel):
    """The newest 100 bodies of a webhook."""

    items: list[WebhookBodyLine]


class WebhookBodyText(BaseModel):
    """A body as it came."""

    body: str


class BodyChoice(BaseModel):
    """Which failed bodies are meant; none named means all."""

    body_ids: Annotated[list[Id], Field(max_length=500)] = []


class BodiesMapped(BaseModel):
    """How many bodies gave events now, and how many still fail."""

    mapped: int
    failed: int
