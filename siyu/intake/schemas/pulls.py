"""What the routes of pulls take and give."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from siyu.intake.contracts import MAP_LENGTH_MAX
from siyu.intake.rules.events import IDENTITIES_MAX, NAME_LENGTH_MAX, PROPERTIES_MAX
from siyu.intake.schemas.imports import Output, Rate, Share, UploadOut
from siyu.kernel.parameters import Id

QUERY_LENGTH_MAX = 20_000
EVERY_MINUTES_MAX = 7 * 24 * 60
LAG_MAX = 10**12

PullKind = Literal["orders", "customers", "products", "stores", "events"]
Title = Annotated[
    str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True, pattern=r"^[^\x00]+$")
]
Column = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00]*$")]
Address = Annotated[str, StringConstraints(max_length=2_000, pattern=r"^[^\x00]*$")]
Query = Annotated[str, StringConstraints(max_length=QUERY_LENGTH_MAX, pattern=r"^[^\x00]*$")]
Name = Annotated[str, StringConstraints(max_length=NAME_LENGTH_MAX, pattern=r"^[^\x00]*$")]


class RowIdentity(BaseModel):
    """Which column says who it was, in which namespace."""

    namespace: Annotated[Name, StringConstraints(min_length=1)]
    column: Annotated[Column, StringConstraints(min_length=1)]


class EventMapping(BaseModel):
    """Which column holds which part of an event; `properties` empty means all other columns."""

    model_config = ConfigDict(from_attributes=True)

    event: Name = ""
    event_column: Column = ""
    key_columns: Annotated[list[Column], Field(max_length=10)] = []
    occurred_at: Column = ""
    time_zone: Annotated[str, StringConstraints(max_length=64, pattern=r"^[^\x00]*$")] = "Asia/Shanghai"
    authenticated: bool = False
    identities: Annotated[list[RowIdentity], Field(max_length=IDENTITIES_MAX)] = []
    properties: Annotated[list[Column], Field(max_length=PROPERTIES_MAX)] = []


class PullRows(BaseModel):
    """Which rows of which database: of a table (`schema.table`) or a query, in the order of the cursor's column.

    Without `url` the address of the pull `pull_id` is meant: it is shown to nobody.
    """

    model_config = ConfigDict(extra="forbid")

    url: Address = Field(default="", repr=False)
    table: Column = ""
    query: Query = ""
    cursor_column: Column = ""


class PullTrial(PullRows):
    """What to look at before anything is kept; with an `event_map`, the events it would give."""

    title: Annotated[str, StringConstraints(max_length=100, pattern=r"^[^\x00]*$")] = ""
    pull_id: Id | None = None
    event_map: EventMapping | None = None


class ColumnOut(BaseModel):
    """A column as the database has it. kind is time, number, text or other."""

    name: str
    kind: Literal["time", "number", "text", "other"]


class PullTried(BaseModel):
    """The first rows as they would come in, masked; `upload` is they as a file on which a map can be tried."""

    columns: list[ColumnOut]
    upload: UploadOut
    events: list[dict[str, Any]]
    left_out: dict[str, int]


class PullIn(PullRows):
    """What is pulled, as what, and when. `lag` in seconds, or in units of a cursor that counts."""

    title: Title
    kind: PullKind
    lag: Annotated[int, Field(ge=0, le=LAG_MAX)] = 0
    map_text: Annotated[str, StringConstraints(max_length=MAP_LENGTH_MAX)] = ""
    source: Annotated[
        str, StringConstraints(max_length=100, strip_whitespace=True, pattern=r"^[^\x00]*$")
    ] = ""
    event_map: EventMapping | None = None
    max_bad_share: Share | None = None
    rate: Rate | None = None
    every_minutes: Annotated[int, Field(ge=1, le=EVERY_MINUTES_MAX)] | None = None
    enabled: bool = True


class PullChange(PullIn):
    """The same; `from_beginning`: the next run reads all rows again, and what is known is left out."""

    from_beginning: bool = False


class PullRunOut(Output):
    """A run of a pull. state is reading, importing, done, failed, cancelled or undone."""

    pull_run_id: int
    task_id: int
    import_id: int | None
    state: str
    by_hand: bool
    from_value: str | None
    to_value: str | None
    rows: int
    left_out: dict[str, int]
    problem: dict[str, str] | None
    started_by: str
    started_at: datetime
    finished_at: datetime | None


class PullOut(Output):
    """A pull; `database` is its address without user and password, `cursor_value` how far it has come."""

    pull_id: int
    title: str
    database: str
    table: str
    query: str
    cursor_column: str
    lag: int
    kind: PullKind
    source: str
    map_text: str
    event_map: EventMapping | None
    max_bad_share: str
    rate: str
    every_minutes: int | None
    enabled: bool
    paused_because: str
    cursor_value: str | None
    failures: int
    next_run_at: datetime | None
    looked_at: datetime | None
    created_by: str
    created_at: datetime
    last_run: PullRunOut | None


class PullList(BaseModel):
    """All pulls, the newest first."""

    items: list[PullOut]
    total: int


class PullRunList(BaseModel):
    """The newest 50 runs of a pull; those that found nothing new of themselves are not among them."""

    items: list[PullRunOut]


class PullStarted(BaseModel):
    """The run waits for a worker; follow its task."""

    pull_run_id: int
    task_id: int
