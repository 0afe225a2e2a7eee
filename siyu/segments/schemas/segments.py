"""What segments take and give over HTTP."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from siyu.insight.contracts import Stage, TraitType
from siyu.kernel.parameters import LARGEST_ID, Id
from siyu.segments.contracts import NAME_MAX, SegmentForm

DEFAULT_SORT = "-last_order_at"

TraitValue = str | int | float | bool | datetime | None
Definition = dict[str, Any]
RfmClass = Literal["111", "101", "011", "001", "110", "100", "010", "000"]


class SegmentIn(BaseModel):
    """A new segment."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=NAME_MAX)
    description: str = Field(default="", max_length=1000)
    definition: Definition


class SegmentEdit(BaseModel):
    """What shall change; `version` is the one that was read."""

    model_config = ConfigDict(extra="forbid")

    version: int
    name: str | None = Field(default=None, min_length=1, max_length=NAME_MAX)
    description: str | None = Field(default=None, max_length=1000)
    definition: Definition | None = None


class SegmentOut(BaseModel):
    """A stored segment."""

    model_config = ConfigDict(from_attributes=True)

    segment_id: int
    name: str
    description: str
    definition: Definition
    version: int
    created_by: str
    created_at: datetime
    updated_at: datetime
    archived_at: datetime | None
    form: SegmentForm


class TemplateWords(BaseModel):
    """A text in both languages of the console."""

    zh: str
    en: str


class SegmentTemplateOut(BaseModel):
    """A definition to begin with: what it is called, when it serves."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    label: TemplateWords
    description: TemplateWords
    definition: Definition


class SegmentNamed(BaseModel):
    """A segment by its name."""

    model_config = ConfigDict(from_attributes=True)

    segment_id: int
    name: str


class SegmentTrial(BaseModel):
    """A definition to try; `segment_id`: of the segment whose definition it may become."""

    model_config = ConfigDict(extra="forbid")

    definition: Definition
    segment_id: Id | None = None
    as_of: str | None = Field(default=None, max_length=40)
    sample: int = Field(default=10, ge=0, le=100)


class SegmentPreview(BaseModel):
    """What a definition finds: count of customers, a sample with traits, the definition in words."""

    model_config = ConfigDict(from_attributes=True)

    as_of: datetime
    count: int
    customers: int
    sentence_zh: str
    sentence_en: str
    sample: list[dict[str, TraitValue]]


class ExportAsked(BaseModel):
    """The task that writes the file; once it is done, GET /segments/exports/{task_id} gives it."""

    task_id: int


class ExplainedOut(BaseModel):
    """One part of a definition for one customer; `trait`: whose value it saw, null of what it asks of facts itself.

    `type`: of the value; of a share it is a number, of a sequence or a first time the moment when it happened.
    """

    model_config = ConfigDict(from_attributes=True)

    path: str
    zh: str
    en: str
    met: bool
    trait: str | None
    type: TraitType | None
    value: TraitValue
    parts: list["ExplainedOut"]


class ExplanationOut(BaseModel):
    """Why a customer is in a segment, or not."""

    customer_id: int
    as_of: datetime
    met: bool
    explained: ExplainedOut


class ProfilePartOut(BaseModel):
    """One value of a dimension; null: unknown. `tgi` 100 is as often as among all customers; shares of 1."""

    model_config = ConfigDict(from_attributes=True)

    value: str | None
    zh: str
    en: str
    customers: int
    customers_of_all: int
    share: float
    share_of_all: float
    tgi: float | None


class ProfileDimensionOut(BaseModel):
    """What customers are told apart by; `left_out`: values beyond those shown."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    zh: str
    en: str
    parts: list[ProfilePartOut]
    left_out: int


class SegmentProfileOut(BaseModel):
    """A segment beside all customers of the brand, as of one moment; gender and province as of now."""

    model_config = ConfigDict(from_attributes=True)

    as_of: datetime
    count: int
    customers: int
    dimensions: list[ProfileDimensionOut]


class TogetherOut(BaseModel):
    """A combination of segments: customers in these and none of the others, and in all of these."""

    model_config = ConfigDict(from_attributes=True)

    segment_ids: list[int]
    exactly: int
    together: int


class SegmentOverlapOut(BaseModel):
    """How two to five segments overlap: every combination of them, as of one moment."""

    model_config = ConfigDict(from_attributes=True)

    as_of: datetime
    customers: int
    combinations: list[TogetherOut]


class SegmentChangeIn(BaseModel):
    """A definition that a segment may get."""

    model_config = ConfigDict(extra="forbid")

    definition: Definition
    as_of: str | None = Field(default=None, max_length=40)
    sample: int = Field(default=10, ge=0, le=100)


class SegmentChangeOut(BaseModel):
    """Who would enter, leave and stay by a definition's edit, the first of them by number."""

    model_config = ConfigDict(from_attributes=True)

    as_of: datetime
    entering: int
    leaving: int
    staying: int
    entering_ids: list[int]
    leaving_ids: list[int]


class SizeOut(BaseModel):
    """How many customers a segment has; null if its definition names a trait that is no longer there."""

    segment_id: int
    count: int | None


class SizesOut(BaseModel):
    """The sizes of all segments that are not archived, as of one moment, of so many customers."""

    as_of: datetime
    customers: int
    sizes: list[SizeOut]


class ReachIn(BaseModel):
    """A definition whose customers are to be counted by whether they may be written to."""

    model_config = ConfigDict(extra="forbid")

    definition: Definition
    as_of: str | None = Field(default=None, max_length=40)


class ReachableOut(BaseModel):
    """How many customers may be written to by SMS at this moment."""

    sms: int


class SegmentTagging(BaseModel):
    """A tag that everybody in a segment gets or loses."""

    model_config = ConfigDict(extra="forbid")

    tag_id: Id
    adds: bool = True


class TaggingAsked(BaseModel):
    """The task that tags."""

    task_id: int


class CustomerQuestion(BaseModel):
    """Which customers are asked for, in which order; what is absent asks for nothing."""

    model_config = ConfigDict(extra="forbid")

    q: str = Field(default="", max_length=200, description="a whole phone, member number, name or id")
    stage: list[Stage] | None = None
    rfm_class: list[RfmClass] | None = None
    rfm_r: int | None = Field(default=None, ge=1, le=5)
    rfm_f: int | None = Field(default=None, ge=1, le=5)
    member: bool | None = Field(default=None, description="true: members only; false: no members")
    segment_id: int | None = Field(default=None, ge=1, le=LARGEST_ID)
    tag_id: list[Id] | None = Field(default=None, max_length=20, description="wears every one of these tags")
    definition: Definition | None = None
    sort: str = Field(
        default=DEFAULT_SORT, max_length=100, description="any trait, with a minus in front when descending"
    )
    as_of: str | None = Field(
        default=None, max_length=40, description="ISO date (its end) or moment; newest if absent"
    )


class CustomerSearch(CustomerQuestion):
    """A page of the customers that are asked for."""

    cursor: str | None = Field(default=None, max_length=1000, description="next_cursor of the page before")
    limit: int = Field(default=20, ge=1, le=100)


class CustomerExport(CustomerQuestion):
    """All customers that are asked for, as a file."""

    reason: str = Field(
        default="",
        max_length=200,
        description="why names and numbers are needed in clear; masked without",
    )


class CustomerRow(BaseModel):
    """A customer in a list: who it is, masked, and the traits that lists show. Money in fen, moments in UTC."""

    model_config = ConfigDict(from_attributes=True)

    customer_id: int
    name: str
    phone: str
    member_no: str
    province: str
    store_key: str
    is_member: bool | None
    joined_at: datetime | None
    known_at: datetime | None
    stage: str | None
    rfm_class: str | None
    rfm_r: int | None
    rfm_f: int | None
    rfm_m: int | None
    orders: int | None
    orders_365d: int | None
    sales_fen: int | None
    sales_365d_fen: int | None
    average_order_fen: int | None
    first_order_at: datetime | None
    last_order_at: datetime | None
    days_since_last_order: int | None


class CustomerList(BaseModel):
    """A page of customers; `total` counts the whole list."""

    items: list[CustomerRow]
    next_cursor: str | None
    total: int
    as_of: datetime
