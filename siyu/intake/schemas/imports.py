"""What the routes of imports take and give."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from siyu.intake.contracts import MAP_LENGTH_MAX, FileFormat, ImportKind, ImportState

UploadId = Annotated[str, StringConstraints(pattern="^[0-9a-f]{32}$")]
MapText = Annotated[str, StringConstraints(min_length=1, max_length=MAP_LENGTH_MAX)]
PresetName = Annotated[str, StringConstraints(pattern="^[a-z0-9_]{1,64}$")]
Rate = Annotated[Decimal, Field(gt=0, le=1_000_000, max_digits=16, decimal_places=9)]
Share = Annotated[Decimal, Field(ge=0, le=1)]


class Output(BaseModel):
    """What a client gets, read from a contract or a row."""

    model_config = ConfigDict(from_attributes=True)


class FieldGuessOut(Output):
    """Which column probably holds a field; confidence from 0 to 1."""

    target: str
    column: str
    confidence: float
    because: str


class KindGuessOut(BaseModel):
    """What the file would mean as one kind; `map_text` can be edited and sent back."""

    kind: ImportKind
    map_text: str
    fields: list[FieldGuessOut]
    unused_columns: list[str]
    missing_fields: list[str]


class UploadOut(BaseModel):
    """What was found in an uploaded file; `guesses` has the likeliest kind first."""

    upload_id: str
    file_name: str
    bytes: int
    format: FileFormat
    encoding: str | None
    delimiter: str | None
    columns: list[str]
    sample: list[dict[str, str | None]]
    best_preset: str | None
    guesses: list[KindGuessOut]


class ListUploadOut(BaseModel):
    """What was found in an uploaded list: masked rows, and the column that probably names customers, by what."""

    upload_id: str
    file_name: str
    bytes: int
    format: FileFormat
    columns: list[str]
    sample: list[dict[str, str | None]]
    column: str
    known_by: str


class MapChoice(BaseModel):
    """An uploaded file and the map to read it by: one's own text, or the name of a preset."""

    model_config = ConfigDict(extra="forbid")

    upload_id: UploadId
    kind: ImportKind
    map_text: MapText | None = None
    preset: PresetName | None = None


class RejectOut(Output):
    """A row that cannot be taken: where, what it held, why not."""

    file: str
    line: int
    column: str
    value: str
    reason_code: str
    reason: str


class RejectsReason(BaseModel):
    """Why somebody needs the rows that were turned away in clear."""

    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=4, max_length=200)]


class PreviewOut(BaseModel):
    """What a map makes of the first rows; money in minor units of the file's currency."""

    rows: list[dict[str, Any]]
    rejected: list[RejectOut]
    counts: dict[str, Any]


class ImportRequest(MapChoice):
    """An import; `rate` is the brand's currency per unit of the file's, needed where they differ."""

    max_bad_share: Share | None = None
    rate: Rate | None = None
    dry_run: bool = False


class ImportStarted(BaseModel):
    """The import waits for a worker; follow its task."""

    import_id: int
    task_id: int


class TaskStarted(BaseModel):
    """The work waits for a worker; follow its task."""

    task_id: int


class ImportLine(Output):
    """One import in a list; `counts` depend on its kind, money in fen of the brand's currency."""

    import_id: int
    kind: ImportKind
    source: str
    file_name: str
    dry_run: bool
    state: ImportState
    task_id: int
    counts: dict[str, Any]
    started_by: str
    created_at: datetime
    finished_at: datetime | None
    undone_at: datetime | None


class ImportOut(ImportLine):
    """One import with its map, and what stopped it if something did."""

    map_text: str
    rate: str
    batch_id: int
    error: dict[str, str] | None = None
    has_rejects: bool = False


class ImportList(BaseModel):
    """A page of imports."""

    items: list[ImportLine]
    next_cursor: str | None
    total: int


class PresetOut(Output):
    """A map that comes with Siyu."""

    name: str
    title: str
    kind: ImportKind
    text: str


class PresetList(BaseModel):
    """All presets."""

    items: list[PresetOut]
    total: int
