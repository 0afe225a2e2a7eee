"""Tables of destinations: where things go, what went there, and what came of each attempt."""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from siyu.destinations.contracts import DestinationInfo, DestinationKind, DestinationState, PauseReason
from siyu.kernel.db import Base, identity_key


class Destination(Base):
    """A place outside. `secret_sealed`: a webhook's signing secret, or the keys of a bucket.

    `third_party`: it is another company's, which learns who customers are by their consent alone.
    `paused_at`: since when things wait, also for a second approval; one that was never approved has none.
    `wake_at`: the moment at which a sending job is known to run. `failures`, `not_before`: see contracts.Standing.
    """

    __tablename__ = "destination"

    destination_id: Mapped[int] = identity_key()
    brand_id: Mapped[int]
    kind: Mapped[str]
    name: Mapped[str]
    state: Mapped[str]
    settings: Mapped[dict[str, Any]]
    secret_sealed: Mapped[bytes | None]
    former_secret_sealed: Mapped[bytes | None]
    former_secret_until: Mapped[datetime | None]
    with_identities: Mapped[bool]
    third_party: Mapped[bool]
    reason: Mapped[str]
    failures: Mapped[int]
    not_before: Mapped[datetime | None]
    wake_at: Mapped[datetime | None]
    pause_reason: Mapped[str | None]
    paused_at: Mapped[datetime | None]
    last_delivered_at: Mapped[datetime | None]
    created_by: Mapped[str]
    created_by_key: Mapped[str]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    note: Mapped[str]

    def info(self) -> DestinationInfo:
        """The destination as people see it."""
        return DestinationInfo(
            destination_id=self.destination_id, kind=DestinationKind(self.kind), name=self.name,
            state=DestinationState(self.state), settings=self.settings, with_identities=self.with_identities,
            third_party=self.third_party, reason=self.reason, failures=self.failures, not_before=self.not_before,
            pause_reason=PauseReason(self.pause_reason) if self.pause_reason else None, paused_at=self.paused_at,
            last_delivered_at=self.last_delivered_at,
            former_secret_until=self.former_secret_until, created_by=self.created_by, created_at=self.created_at,
            updated_at=self.updated_at, decided_by=self.decided_by, decided_at=self.decided_at, note=self.note,
        )  # fmt: skip


class Delivery(Base):
    """Facts of one batch on their way to one destination: which rows of which table; their content stays in the lake.

    `fact` is what was chosen: a fact's name, or that of an event of the brand's own. `left_out`: events of customers
    who did not agree to be shared, as of the last attempt. `takes_back`: the delivery says that the facts of this
    batch, which are gone from the lake, are so no more.
    """

    __tablename__ = "delivery"

    delivery_id: Mapped[int] = identity_key()
    brand_id: Mapped[int]
    destination_id: Mapped[int]
    batch_id: Mapped[int]
    fact: Mapped[str]
    first_row: Mapped[int]
    last_row: Mapped[int]
    events: Mapped[int]
    state: Mapped[str]
    attempts: Mapped[int]
    next_attempt_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    replayed_by: Mapped[str | None]
    takes_back: Mapped[int | None]
    left_out: Mapped[int] = mapped_column(default=0)


class DeliveryAttempt(Base):
    """What came of one attempt. No body is kept, and of the answer its first words alone."""

    __tablename__ = "delivery_attempt"

    attempt_id: Mapped[int] = identity_key()
    brand_id: Mapped[int]
    delivery_id: Mapped[int]
    at: Mapped[datetime]
    outcome: Mapped[str]
    status: Mapped[int | None]
    latency_ms: Mapped[int]
    body_bytes: Mapped[int]
    excerpt: Mapped[str]


class ExportPlan(Base):
    """What is written to a folder or bucket, once or each day; see contracts.ExportOrder."""

    __tablename__ = "export_plan"

    export_plan_id: Mapped[int] = identity_key()
    brand_id: Mapped[int]
    destination_id: Mapped[int]
    name: Mapped[str]
    content: Mapped[str]
    format: Mapped[str]
    segment_id: Mapped[int | None]
    facts: Mapped[list[Any]]
    days: Mapped[int]
    with_profiles: Mapped[bool]
    reason: Mapped[str]
    daily_at: Mapped[time | None]
    state: Mapped[str]
    next_run_at: Mapped[datetime | None]
    created_by: Mapped[str]
    created_by_key: Mapped[str]
    created_at: Mapped[datetime]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    note: Mapped[str]


class ExportRun(Base):
    """One writing of an export. `day`: the brand's day it is of, which names its folder; `files`: its manifest's.

    `left_out`: customers who did not agree to be shared.
    """

    __tablename__ = "export_run"

    export_run_id: Mapped[int] = identity_key()
    brand_id: Mapped[int]
    export_plan_id: Mapped[int]
    task_id: Mapped[int]
    day: Mapped[date]
    state: Mapped[str]
    files: Mapped[list[Any]]
    failure: Mapped[dict[str, Any] | None]
    asked_by: Mapped[str]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    left_out: Mapped[int] = mapped_column(default=0)
