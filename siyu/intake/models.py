"""Tables of intake: imports, with their maps and counts; events, on their way in and turned away."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from siyu.kernel.db import Base, identity_key


class ImportRun(Base):
    """One import of one file. state is of contracts.ImportState."""

    __tablename__ = "import_run"

    import_id: Mapped[int] = identity_key()
    brand_id: Mapped[int]
    kind: Mapped[str]
    source: Mapped[str]
    file_name: Mapped[str]
    file_path: Mapped[str]
    file_sha256: Mapped[str]
    file_is_upload: Mapped[bool]
    map_text: Mapped[str]
    rate: Mapped[str]
    dry_run: Mapped[bool]
    state: Mapped[str]
    batch_id: Mapped[int]
    task_id: Mapped[int]
    counts: Mapped[dict[str, Any]]
    needs_batches: Mapped[list[Any]]
    started_by: Mapped[str]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]


class EventEnvelope(Base):
    """One request's events on their way to the lake, sealed whole. The application may only insert."""

    __tablename__ = "event_envelope"

    envelope_id: Mapped[int] = identity_key()
    brand_id: Mapped[int]
    source: Mapped[str]
    events: Mapped[int]
    body_bytes: Mapped[int]
    received_at: Mapped[datetime]
    body_sealed: Mapped[bytes]
    batch_id: Mapped[int | None]


class EventReject(Base):
    """An event that was taken and could not be believed. state is waiting | replayed | dropped."""

    __tablename__ = "event_reject"

    event_reject_id: Mapped[int] = identity_key()
    brand_id: Mapped[int]
    source: Mapped[str]
    fact_key: Mapped[UUID]
    event: Mapped[str]
    reason: Mapped[str]
    field: Mapped[str]
    occurred_at: Mapped[datetime]
    received_at: Mapped[datetime]
    body_sealed: Mapped[bytes]
    batch_id: Mapped[int]
    state: Mapped[str]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str] = mapped_column(server_default="")
    decided_because: Mapped[str] = mapped_column(server_default="")


class EventDefinition(Base):
    """One version of an event of the brand's own; never edited, a change is a new version."""

    __tablename__ = "event_definition"

    brand_id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    title_zh: Mapped[str]
    title_en: Mapped[str]
    properties: Mapped[list[Any]]
    created_by: Mapped[str]
    created_at: Mapped[datetime]


class EventPolicy(Base):
    """What a brand does with events that nobody defined: keep | quarantine."""

    __tablename__ = "event_policy"

    brand_id: Mapped[int] = mapped_column(primary_key=True)
    unknown_events: Mapped[str]
    updated_at: Mapped[datetime]


class EventVolume(Base):
    """How many events of a name reached the lake on a day of the brand's, by receipt."""

    __tablename__ = "event_volume"

    brand_id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    events: Mapped[int]
    last_received_at: Mapped[datetime]


class EventRetirement(Base):
    """A name whose events are turned away since the brand retired it."""

    __tablename__ = "event_retirement"

    brand_id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    retired_by: Mapped[str]
    retired_at: Mapped[datetime]


class EventRecent(Base):
    """One of the last few hundred events that came, without personal data. outcome is taken | rejected | repeated."""

    __tablename__ = "event_recent"

    recent_id: Mapped[int] = identity_key()
    brand_id: Mapped[int]
    batch_id: Mapped[int]
    source: Mapped[str]
    event: Mapped[str]
    outcome: Mapped[str]
    reason: Mapped[str]
    field: Mapped[str]
    occurred_at: Mapped[datetime]
    received_at: Mapped[datetime]
    customer_id: Mapped[int | None]
    detail_sealed: Mapped[bytes]


class EventSourceDay(Base):
    """What came from a source on a day of the brand's: events taken and rejected, requests refused, each last one."""

    __tablename__ = "event_source_day"

    brand_id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    events: Mapped[int]
    rejected: Mapped[int]
    refused: Mapped[int]
    last_received_at: Mapped[datetime | None]
    last_rejected_at: Mapped[datetime | None]
    last_rejected_event: Mapped[str]
    last_rejected_reason: Mapped[str]
    last_refused_at: Mapped[datetime | None]
    last_refused_code: Mapped[str]


class EventPageKey(Base):
    """A public key of web pages and mini programs: it may only send events, as one source, from these origins."""

    __tablename__ = "event_page_key"

    page_key_id: Mapped[int] = identity_key()
    brand_id: Mapped[int]
    public_key: Mapped[str] = mapped_column(unique=True)
    source: Mapped[str]
    origins: Mapped[list[Any]]
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class EventWebhook(Base):
    """An address at which another system's webhooks become events. signature is hmac_sha256 | none."""

    __tablename__ = "event_webhook"

    webhook_id: Mapped[int] = identity_key()
    brand_id: Mapped[int]
    source: Mapped[str]
    token_digest: Mapped[bytes]
    token_sealed: Mapped[bytes]
    signature: Mapped[str]
    secret_sealed: Mapped[bytes | None]
    signature_header: Mapped[str]
    timestamp_header: Mapped[str]
    mapping: Mapped[dict[str, Any]]
    enabled: Mapped[bool]
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class EventWebhookBody(Base):
    """A body that a webhook brought, sealed, and what came of it. state is mapped | failed | dropped."""

    __tablename__ = "event_webhook_body"

    body_id: Mapped[int] = identity_key()
    brand_id: Mapped[int]
    webhook_id: Mapped[int]
    received_at: Mapped[datetime]
    body_bytes: Mapped[int]
    body_sealed: Mapped[bytes]
    state: Mapped[str]
    events: Mapped[int]
    problem: Mapped[str]
    problem_part: Mapped[str]


class DatabasePull(Base):
    """Rows of another's database that are fetched past a cursor; the address is sealed, `database` is what is shown.

    lag in seconds, or in units of a cursor that counts. paused_because is asked | failures | undone, else empty.
    """

    __tablename__ = "database_pull"

    pull_id: Mapped[int] = identity_key()
    brand_id: Mapped[int]
    title: Mapped[str]
    url_sealed: Mapped[bytes]
    database: Mapped[str]
    table_name: Mapped[str]
    query: Mapped[str]
    cursor_column: Mapped[str]
    lag: Mapped[int]
    kind: Mapped[str]
    source: Mapped[str]
    map_text: Mapped[str]
    event_map: Mapped[dict[str, Any]]
    max_bad_share: Mapped[str]
    rate: Mapped[str]
    every_minutes: Mapped[int | None]
    enabled: Mapped[bool]
    paused_because: Mapped[str]
    cursor_value: Mapped[str | None]
    tail: Mapped[bytes]
    failures: Mapped[int]
    next_run_at: Mapped[datetime | None]
    looked_at: Mapped[datetime | None]
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class DatabasePullRun(Base):
    """One reading of a pull, and the import it became. state is of rules.pulls.RunState."""

    __tablename__ = "database_pull_run"

    pull_run_id: Mapped[int] = identity_key()
    brand_id: Mapped[int]
    pull_id: Mapped[int]
    task_id: Mapped[int]
    import_id: Mapped[int | None]
    state: Mapped[str]
    by_hand: Mapped[bool]
    from_value: Mapped[str | None]
    to_value: Mapped[str | None]
    tail: Mapped[bytes]
    is_more: Mapped[bool]
    rows: Mapped[int]
    left_out: Mapped[dict[str, Any]]
    problem: Mapped[dict[str, Any] | None]
    started_by: Mapped[str]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class FactIdMove(Base):
    """A time when ids of old facts went from PostgreSQL to the lake; the mark is chance, so no other history has it."""

    __tablename__ = "fact_id_move"

    brand_id: Mapped[int] = mapped_column(primary_key=True)
    move_id: Mapped[int] = mapped_column(primary_key=True)
    mark: Mapped[UUID]
    ids: Mapped[int]
    moved_at: Mapped[datetime]
