"""What the routes of campaigns take and give."""

from typing import Annotated, Self

from fastapi import Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from siyu.campaigns.contracts import (
    HOLDOUT_BASIS_POINTS_MAX,
    WINDOW_DAYS_DEFAULT,
    CampaignInfo,
    CampaignKind,
    CampaignPage,
    Draft,
    Exclusion,
    Recipient,
    RecipientPage,
    RecipientState,
)
from siyu.kernel.parameters import Id
from siyu.outreach.contracts import TestOutcome

EXCLUDED_SEGMENTS_MAX = 20
TEMPLATE_CHARACTERS_MAX = 2_000
TEST_NUMBERS_MAX = 10

Cursor = Annotated[str | None, Query(pattern="^[0-9]{1,18}$", description="next_cursor of the page before")]
PageLimit = Annotated[int, Query(ge=1, le=200)]
PreviewLimit = Annotated[int, Query(ge=1, le=20)]
AsOf = Annotated[
    str | None,
    Query(max_length=40, description="a date or a moment; without an offset it is the brand's time"),
]

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Text = Annotated[str, StringConstraints(max_length=TEMPLATE_CHARACTERS_MAX)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=40, pattern=r"^[^\x00-\x1f\x7f]*$")]
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]
Phone = Annotated[str, StringConstraints(strip_whitespace=True, min_length=5, max_length=20)]
HoldoutShare = Annotated[int, Field(ge=0, le=HOLDOUT_BASIS_POINTS_MAX, description="basis points")]
WindowDays = Annotated[int, Field(ge=1, le=365, description="days of 24 hours after assignment")]
SegmentIds = Annotated[tuple[Id, ...], Field(max_length=EXCLUDED_SEGMENTS_MAX)]


class Input(BaseModel):
    """What a client sends; an unknown field is refused, so that a misspelt one is noticed."""

    model_config = ConfigDict(extra="forbid")


class CampaignIn(Input):
    """A new draft; what is left out has the brand's default."""

    name: Name
    segment_id: Id | None = None
    excluded_segment_ids: SegmentIds = ()
    holdout_basis_points: HoldoutShare | None = None
    salt: Line = ""
    template_text: Text = ""
    signature: Line = ""
    opt_out_line: Line | None = None
    scheduled_at: AwareDatetime | None = None
    window_days: WindowDays = WINDOW_DAYS_DEFAULT
    kind: CampaignKind = CampaignKind.MARKETING

    def draft(self) -> Draft:
        """The same as the actions take it."""
        return Draft(**self.model_dump())


class CampaignChanges(Input):
    """What is different from now on; what is absent stays, null empties what may be empty."""

    name: Name = ""
    segment_id: Id | None = None
    excluded_segment_ids: SegmentIds = ()
    holdout_basis_points: HoldoutShare | None = None
    salt: Line = ""
    template_text: Text = ""
    signature: Line = ""
    opt_out_line: Line | None = None
    scheduled_at: AwareDatetime | None = None
    window_days: WindowDays = WINDOW_DAYS_DEFAULT


class CopyName(Input):
    """What the copy of a campaign is called."""

    name: Name


class PreviewAsked(Input):
    """Why somebody wants to read the text with names in clear; masked without a reason."""

    reason: Annotated[
        str, StringConstraints(strip_whitespace=True, pattern=r"^(.{4,})?$", max_length=200)
    ] = ""


class RecipientExport(Input):
    """Which customers of a campaign go into the file, and why in clear; masked without a reason."""

    state: RecipientState | None = None
    exclusion: Exclusion | None = None
    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""


class Rejection(Input):
    """Why a campaign is sent back to its author."""

    note: Note = ""


class TestSend(Input):
    """To whom the text is sent to be looked at, and as which customer would read it."""

    __test__ = False

    numbers: Annotated[list[Phone], Field(min_length=1, max_length=TEST_NUMBERS_MAX)]
    customer_id: Id | None = None


class CampaignList(BaseModel):
    """One page of campaigns, newest first."""

    items: list[CampaignInfo]
    next_cursor: str | None
    total: int

    @classmethod
    def of(cls, page: CampaignPage) -> Self:
        """The page as it goes out."""
        return cls(items=list(page.items), next_cursor=_text_of(page.next_before_id), total=page.total)


class RecipientList(BaseModel):
    """One page of customers and what was decided about each."""

    items: list[Recipient]
    next_cursor: str | None
    total: int

    @classmethod
    def of(cls, page: RecipientPage) -> Self:
        """The page as it goes out."""
        return cls(items=list(page.items), next_cursor=_text_of(page.next_after_id), total=page.total)


class VariableOut(BaseModel):
    """A name that texts may use, in both languages, with a value to show before there is a customer."""

    name: str
    title: str
    title_zh: str
    sample: str


class VariableList(BaseModel):
    """What texts may use."""

    items: list[VariableOut]


class PreviewText(BaseModel):
    """The text one customer would get; names are masked for those who may not see them."""

    customer_id: int
    text: str
    segments: int
    error: str | None
    error_zh: str | None


class PreviewList(BaseModel):
    """The text on real customers of the audience."""

    items: list[PreviewText]


class TestSent(BaseModel):
    """What the vendor said of each test message."""

    __test__ = False

    items: list[TestOutcome]


def id_of(cursor: str | None) -> int | None:
    """The number that a cursor stands for."""
    return None if cursor is None else int(cursor)


def _text_of(number: int | None) -> str | None:
    return None if number is None else str(number)


class ProofRequest(BaseModel):
    """Why somebody needs the bundle: it holds numbers in clear, and the reason stands in it and in the audit log."""

    model_config = ConfigDict(extra="forbid")

    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=4, max_length=200)]


class ProofAsked(BaseModel):
    """The task that writes the bundle."""

    task_id: int
