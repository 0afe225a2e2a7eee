"""The words of privacy, and the registry by which modules take part: what each holds of a person, and forgetting it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol

from siyu.kernel.app import App


class RequestKind(StrEnum):
    """What somebody asks for in a person's name."""

    ERASURE = "erasure"
    EXPORT = "export"


class RequestState(StrEnum):
    """Where a request stands."""

    AWAITING_APPROVAL = "awaiting_approval"
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"


OPEN_STATES = (RequestState.AWAITING_APPROVAL, RequestState.QUEUED, RequestState.RUNNING)


class Fate(StrEnum):
    """What an erasure does with something that is held."""

    REMOVED = "removed"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Said:
    """The same in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Person:
    """One person while a request is carried out: numbers, and the values they were known by, which are never shown.

    `customer_ids`: the one they count as first, then those merged into it.
    """

    brand_id: int
    customer_ids: tuple[int, ...]
    identity_ids: tuple[int, ...]
    values: tuple[tuple[str, str], ...] = field(repr=False)
    names: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Holding:
    """Something that is held of a person: where, how much, what an erasure does with it; `why` it stays, if it does."""

    place: str
    what: Said
    count: int
    fate: Fate
    why: Said | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of an export: its title, and rows that all have the same columns."""

    name: str
    title: Said
    rows: Sequence[Mapping[str, Any]]


class PersonPart(Protocol):
    """A module that holds something of people; offered in the wiring, asked in its order.

    `tables`: each table of the module with a customer's number, and what becomes of it in an export: its sheet's
    name, or `-` and the reason why it is in none. Lake tables are written `lake.NAME`.
    """

    name: str
    tables: Mapping[str, str]

    def holdings(self, app: App, person: Person) -> tuple[Holding, ...]:
        """What is held of the person now. After `forget`, what is REMOVED counts nothing."""

    def forget(self, app: App, person: Person, *, now: datetime) -> None:
        """Nothing is held any more but what stays. Cut off and called again it goes on; others' rows are untouched."""

    def export(self, app: App, person: Person) -> tuple[Sheet, ...]:
        """Everything that is held of the person, in clear, for the person."""


@dataclass(frozen=True, slots=True)
class RequestInfo:
    """One request as people see it; no personal data is in it."""

    request_id: int
    kind: RequestKind
    customer_id: int
    state: RequestState
    reason: str
    asked_by: str
    asked_at: datetime
    due_on: date
    decided_by: str | None
    decided_at: datetime | None
    note: str
    task_id: int | None
    steps: tuple[Mapping[str, Any], ...]
    outcome_sha256: str | None
    failure: Mapping[str, Any] | None
    finished_at: datetime | None


class Keeping(Protocol):
    """A kind of thing that is kept for so many days and then removed at night; offered in the wiring.

    `days`: how long where a brand says nothing of its own.
    """

    kind: str
    what: Said
    days: int

    def due(self, app: App, *, brand_id: int, before: datetime) -> int:
        """How many of the brand's are older than this, and would go."""

    def remove(self, app: App, *, brand_id: int, before: datetime) -> int:
        """Those are gone. Again removes none.

        returns  how many
        """
