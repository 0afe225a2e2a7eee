"""The words of destinations: where things go, in which state they are, and what came of an attempt."""

from dataclasses import dataclass, field
from datetime import datetime, time
from enum import StrEnum
from typing import Any


class DestinationKind(StrEnum):
    """What stands at the other end."""

    WEBHOOK = "webhook"
    FOLDER = "folder"
    BUCKET = "bucket"


class DestinationState(StrEnum):
    """Whether anything goes there. A removed destination keeps its row, for the log."""

    AWAITING_APPROVAL = "awaiting_approval"
    ACTIVE = "active"
    PAUSED = "paused"
    REFUSED = "refused"
    REMOVED = "removed"


class PauseReason(StrEnum):
    """Why nothing goes there just now."""

    PERSON = "person"
    FAILURES = "failures"
    GONE = "gone"


class DeliveryState(StrEnum):
    """Where a delivery stands. `dropped`: nothing of it is left to send, or its destination was removed."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"
    DROPPED = "dropped"


class Outcome(StrEnum):
    """What came of one attempt."""

    DELIVERED = "delivered"
    REFUSED = "refused"  # the answer says that this body is not wanted
    TURNED_AWAY = "turned_away"  # the answer says that the address or the key is wrong
    REDIRECT = "redirect"
    TOO_MANY = "too_many"
    SERVER_ERROR = "server_error"
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    PRIVATE_ADDRESS = "private_address"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Target:
    """An address that was looked at: the parts of a URL."""

    scheme: str
    host: str
    port: int
    path: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: a status, or why there is none. `excerpt`: the first of it, numbers of people hidden."""

    status: int | None
    problem: Outcome | None
    latency_ms: int
    excerpt: str = ""
    retry_after_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a delivery and its destination stand before or after an attempt.

    `failures`: attempts in a row to this destination that failed. `not_before`: nothing goes there earlier.
    """

    state: DeliveryState
    attempts: int
    next_attempt_at: datetime | None
    failures: int
    not_before: datetime | None
    pause: PauseReason | None = None


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    """Where a webhook goes and which facts it is told of."""

    url: str
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DestinationInfo:
    """A destination as people see it; no secret is in it. `third_party`: another company's, see decision 0036."""

    destination_id: int
    kind: DestinationKind
    name: str
    state: DestinationState
    settings: dict[str, Any]
    with_identities: bool
    third_party: bool
    reason: str
    failures: int
    not_before: datetime | None
    pause_reason: PauseReason | None
    paused_at: datetime | None
    last_delivered_at: datetime | None
    former_secret_until: datetime | None
    created_by: str
    created_at: datetime
    updated_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    note: str


@dataclass(frozen=True, slots=True)
class Traffic:
    """What goes to a destination: deliveries that wait or failed, and what arrived within 24 hours."""

    waiting: int = 0
    failed: int = 0
    delivered_24h: int = 0
    events_24h: int = 0
    oldest_waiting_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Offered:
    """A kind of fact that can be chosen; `own` are the brand's events."""

    name: str
    zh: str
    en: str
    own: bool


@dataclass(frozen=True, slots=True)
class Part:
    """Facts that are told together: rows of a batch in one table. `takes_back`: the batch that is so no more."""

    batch_id: int
    fact: str
    first_row: int
    last_row: int
    events: int
    takes_back: int | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """Which deliveries are sent again: these, or those of a state or a time."""

    delivery_ids: tuple[int, ...] = ()
    states: tuple[DeliveryState, ...] = field(default=(DeliveryState.FAILED,))
    since: datetime | None = None
    until: datetime | None = None


class ExportContent(StrEnum):
    """What an export writes."""

    SEGMENT = "segment"
    FACTS = "facts"


class FileFormat(StrEnum):
    """How an export writes it."""

    CSV = "csv"
    PARQUET = "parquet"


class ExportState(StrEnum):
    """Where an order for exports stands. One that is written once is `done` after it."""

    AWAITING_APPROVAL = "awaiting_approval"
    ACTIVE = "active"
    DONE = "done"
    REFUSED = "refused"
    STOPPED = "stopped"


class RunState(StrEnum):
    """Where one writing of an export stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class BucketSettings:
    """Where a bucket is. `endpoint` is empty for Amazon's own."""

    endpoint: str
    region: str
    bucket: str
    prefix: str


@dataclass(frozen=True, slots=True)
class BucketKeys:
    """What opens a bucket."""

    access_key: str
    secret_key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ExportOrder:
    """What is written where. `days`: of facts, so many whole days of the brand before the day of writing.

    `daily_at`: the brand's hour of each day; None: once, now. `with_profiles`: names and numbers in clear.
    """

    name: str
    content: ExportContent
    format: FileFormat
    segment_id: int | None = None
    facts: tuple[str, ...] = ()
    days: int = 1
    with_profiles: bool = False
    reason: str = ""
    daily_at: time | None = None


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A file that an export wrote, as its manifest says. `left_out`: customers who did not agree to be shared."""

    name: str
    rows: int
    bytes: int
    sha256: str
    left_out: int = 0
