"""What segments with stored members take and give."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from siyu.kernel.errors import BadInput
from siyu.segments.contracts import NAME_MAX, EditionMode, EditionSource

KEYS_MAX = 10_000
Key = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
Name = Annotated[str, Field(min_length=1, max_length=NAME_MAX)]


class MembersIn(BaseModel):
    """Who is listed: an uploaded file and its column, or keys written down; `known_by`: a namespace, or customer_id.

    A dry run counts, and stores nothing.
    """

    model_config = ConfigDict(extra="forbid")

    upload_id: Annotated[str, StringConstraints(pattern="^[0-9a-f]{32}$")] | None = None
    column: str = Field(default="", max_length=500)
    keys: list[Key] | None = Field(default=None, min_length=1, max_length=KEYS_MAX)
    known_by: str = Field(pattern=r"^[a-z][a-z0-9_]{0,49}(:[^\s]{1,100})?$")
    dry_run: bool = False

    @model_validator(mode="after")
    def _file_or_hand(self) -> "MembersIn":
        if (self.upload_id is None) == (self.keys is None):
            raise BadInput(what="list", why="one of upload_id and keys is needed", remedy="Give one of them.")
        return self


class ListIn(MembersIn):
    """A list that becomes a new segment."""

    name: Name
    description: str = Field(default="", max_length=1000)


class EditionIn(MembersIn):
    """A list that takes the place of the members there are, adds to them, or takes from them."""

    mode: EditionMode = EditionMode.REPLACE


class SnapshotIn(BaseModel):
    """A segment's customers as of a moment (the newest refresh if absent), under a name of its own."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    description: str = Field(default="", max_length=1000)
    as_of: str | None = Field(default=None, max_length=40)


class MembersAsked(BaseModel):
    """The task that stores or counts the members; its result says how many are known, unknown, listed twice."""

    task_id: int


class EditionOut(BaseModel):
    """The stored members of a segment from a moment up to the next edition, and how they came to be.

    `listed` lines; `twice` of them named somebody again, `unknown` nobody that is known. `entered` and `departed`:
    against the edition before. `task_id`: of the task that made it.
    """

    model_config = ConfigDict(from_attributes=True)

    edition: int
    source: EditionSource
    title: str
    known_by: str | None
    as_of: datetime
    listed: int
    twice: int
    unknown: int
    customers: int
    entered: int
    departed: int
    task_id: int | None
    made_by: str
    made_at: datetime
