"""What the routes of customers by hand, tags and namespaces take and give."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from siyu.kernel.parameters import Id
from siyu.people.actions.by_hand import Written
from siyu.people.contracts import Namespace
from siyu.people.queries.fields import HeldValue
from siyu.people.queries.tags import TagChange, TagGroupInfo, TagInfo, WornTag
from siyu.people.rules.fields import FieldDefinition

PROFILE_FIELDS = ("name", "gender", "birthday", "province", "store_key", "joined_at")
WRITTEN_IDENTITIES = (Namespace.MEMBER_NO, Namespace.PHONE, Namespace.EMAIL)

Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$"),
]
Label = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=60, pattern=r"^[^\x00-\x1f\x7f]*$"),
]
Colour = Literal["grey", "indigo", "teal", "green", "amber", "red", "plum"]
FieldValue = Annotated[str, StringConstraints(max_length=1_000)] | bool | int | float | None


class CustomerCardOut(BaseModel):
    """What can be edited of a customer; `revision` goes back with the changes."""

    customer_id: int
    revision: str
    definitions: list[FieldDefinition]
    held: dict[str, HeldValue]


class CustomerIn(BaseModel):
    """What somebody writes down of a customer; of an edit, only what is sent changes, and null clears."""

    model_config = ConfigDict(extra="forbid")

    name: Line | None = None
    gender: Literal["female", "male"] | None = None
    birthday: date | None = None
    province: Line | None = None
    store_key: Line | None = None
    joined_at: AwareDatetime | None = None
    phone: Line | None = None
    email: Line | None = None
    member_no: Line | None = None
    fields: dict[str, FieldValue] = {}

    def written(self) -> Written:
        """The same as the actions take it."""
        sent = self.model_dump(include=self.model_fields_set)
        return Written(
            profile={name: sent[name] for name in PROFILE_FIELDS if name in sent},
            identities={one: sent[one.value] for one in WRITTEN_IDENTITIES if sent.get(one.value)},
            fields=self.fields,
        )


class CustomerEdit(CustomerIn):
    """Changes to a customer, as of the revision that was read."""

    revision: Annotated[str, StringConstraints(min_length=1, max_length=80)]


class CustomerMade(BaseModel):
    """The number of a customer who was written down."""

    customer_id: int


class TagGroupIn(BaseModel):
    """A group of tags."""

    model_config = ConfigDict(extra="forbid")

    name: Label
    exclusive: bool = False
    colour: Colour = "grey"


class TagGroupEdit(BaseModel):
    """What of a group of tags is different from now on."""

    model_config = ConfigDict(extra="forbid")

    name: Label | None = None
    colour: Colour | None = None
    archived: bool | None = None


class TagIn(BaseModel):
    """A tag of a group."""

    model_config = ConfigDict(extra="forbid")

    tag_group_id: Id
    name: Label


class TagEdit(BaseModel):
    """What of a tag is different from now on."""

    model_config = ConfigDict(extra="forbid")

    name: Label | None = None
    archived: bool | None = None


class TagsOut(BaseModel):
    """The brand's groups and tags."""

    groups: list[TagGroupInfo]
    tags: list[TagInfo]


class CustomerTagsOut(BaseModel):
    """The tags of one customer and how they came."""

    worn: list[WornTag]
    changes: list[TagChange]


class TaggingIn(BaseModel):
    """Tags that one customer gets and loses by hand."""

    model_config = ConfigDict(extra="forbid")

    add: Annotated[list[Id], Field(max_length=50)] = []
    remove: Annotated[list[Id], Field(max_length=50)] = []


class TagRunIn(BaseModel):
    """A list of customers, the first column of which names them, who get or lose a tag."""

    model_config = ConfigDict(extra="forbid")

    tag_id: Id
    adds: bool = True
    title: Label
    known_by: Literal["phone", "member_no", "customer_id"]
    content: Annotated[str, StringConstraints(min_length=1, max_length=4_000_000)]


class UndoAsked(BaseModel):
    """The task that takes a tagging back."""

    task_id: int


class ChangeAsked(BaseModel):
    """The task that regroups customers by a changed policy."""

    task_id: int


class IdentityLimit(BaseModel):
    """How many identities one customer may have."""

    model_config = ConfigDict(extra="forbid")

    identities_max: Annotated[int, Field(ge=10, le=1000)]
