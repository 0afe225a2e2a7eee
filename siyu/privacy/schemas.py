"""What privacy's routes take and give."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from siyu.kernel.parameters import Id
from siyu.privacy.contracts import RequestKind, RequestState
from siyu.privacy.rules.retention import DAYS_MAX, DAYS_MIN

Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=4, max_length=200)]


class _Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class RequestIn(BaseModel):
    """Somebody asks in a person's name."""

    kind: RequestKind
    customer_id: Id
    reason: Reason


class RefusalIn(BaseModel):
    """Why an erasure is not done."""

    note: Reason


class RequestOut(_Out):
    """One request: who asked, by when it must be answered, where it stands, what was found where."""

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
    steps: list[dict[str, Any]]
    outcome_sha256: str | None
    failure: dict[str, Any] | None
    finished_at: datetime | None


class RequestPage(BaseModel):
    """A page of requests, newest first; give `next_id` as before_id to go on."""

    items: list[RequestOut]
    next_id: int | None = Field(description="None at the end")


class ProofOut(BaseModel):
    """The proof of an erasure, and whether its digest is that of its content."""

    proof: dict[str, Any]
    is_whole: bool


class SaidOut(_Out):
    """The same in both languages."""

    zh: str
    en: str


class KeptKindOut(_Out):
    """A kind of thing: for how many days it is kept, and how many tonight would remove."""

    kind: str
    what: SaidOut
    days: int
    days_default: int
    due: int


class NightRunOut(_Out):
    """What one night removed, by kind."""

    ran_at: datetime
    removed: dict[str, int]


class RetentionOut(BaseModel):
    """How long things are kept, and what the last nights removed."""

    kinds: list[KeptKindOut]
    nights: list[NightRunOut]
    lake_days: int = Field(
        description="for how many days older versions of lake files are kept, in all brands"
    )


class RetentionIn(BaseModel):
    """For how many days things of a kind are kept."""

    days: int = Field(ge=DAYS_MIN, le=DAYS_MAX)


class RotationOut(_Out):
    """A key that came into use, and when nothing was left of the one before."""

    version: int
    key_id: str
    started_at: datetime
    finished_at: datetime | None


class KeyStatusOut(BaseModel):
    """The keys, and what of the brand is under an older one, by part."""

    newest: int
    key_id: str
    readable: list[int]
    rotations: list[RotationOut]
    left: dict[str, int]
    by_index_alone: int
    unreadable: int
