"""The words of segments: the typed tree of a definition, what is stored, lists of customers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from siyu.insight.contracts import Condition, FactTrait, TraitInfo, TraitType

NESTED_MAX = 10
TOPS_MAX = 10
EVENTS_MAX = 50
SEQUENCES_MAX = 10
TOP_MAX = 1_000_000_000
SALT_MAX = 64
EVERYBODY: Mapping[str, Any] = {"and": []}
NAME_MAX = 100


@dataclass(frozen=True, slots=True)
class InSegment:
    """The customer is in another segment, or is not; `part` is that segment's own tree."""

    path: str
    segment_id: int
    name: str
    inside: bool
    part: "Node"


@dataclass(frozen=True, slots=True)
class Share:
    """The customer is in a random share: the same ones every time, independent of those under another salt.

    units  `of` is above 0 and at most 1
    """

    path: str
    of: float
    salt: str

    @property
    def seed(self) -> str:
        """What customers are hashed with; no experiment that happens to have the same salt splits them alike."""
        return f"segment.share/{self.salt}"


@dataclass(frozen=True, slots=True, eq=False)
class Top:
    """The customer is one of the `n` with the highest or lowest value of a trait; equal ones by customer_id.

    `rest`: only those count for whom this holds too; None: all customers of the brand. Unknown is never chosen.
    """

    path: str
    n: int
    trait: TraitInfo
    highest: bool
    rest: "Node | None"


@dataclass(frozen=True, slots=True)
class Edge:
    """The last customer that a `Top` still takes, and its value; where all who are known are taken there is none."""

    value: Any
    customer_id: int


@dataclass(frozen=True, slots=True)
class Happened:
    """Something happened to the customer: one fact after another (or none after it), or a first time in a window.

    The trait is the moment of it; unknown: it did not.
    """

    path: str
    trait: FactTrait


@dataclass(frozen=True, slots=True)
class Members:
    """The customer is among the stored members of a segment, as they were in one edition; `title`: of what it was made.

    `at`: the moment as of which a snapshot was taken, or at which a list was brought.
    """

    path: str
    segment_id: int
    edition: int
    source: "EditionSource"
    title: str
    at: datetime

    @property
    def place(self) -> "EditionPlace":
        """Which edition of which segment."""
        return self.segment_id, self.edition


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part holds; of no parts: everybody."""

    path: str
    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    path: str
    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold, be it because the value is unknown."""

    path: str
    part: "Node"


Node = Condition | Happened | InSegment | Share | Top | Members | AllOf | AnyOf | Not
Edges = Mapping[Top, Edge | None]
EditionPlace = tuple[int, int]
Brought = Mapping[EditionPlace, "Bringing"]
"""By segment and edition, how an edition came: what says by which one a customer is a member."""

RANKED = frozenset({TraitType.INTEGER, TraitType.MONEY, TraitType.NUMBER, TraitType.MOMENT})
"""The types of traits that have a top."""


class SegmentForm(StrEnum):
    """How a segment has its customers: found anew each time, or stored. Permanent."""

    DYNAMIC = "dynamic"
    SNAPSHOT = "snapshot"
    LIST = "list"


class EditionSource(StrEnum):
    """Of what the stored members of an edition were made. Permanent."""

    FILE = "file"
    HAND = "hand"
    SNAPSHOT = "snapshot"


class EditionMode(StrEnum):
    """What a list does to the members there are: it takes their place, adds to them, or takes from them."""

    REPLACE = "replace"
    ADD = "add"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Bringing:
    """Of what an edition was made, and when."""

    source: EditionSource
    title: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class EditionInfo:
    """The members of a segment from one moment up to the next edition, and how they came to be.

    `listed` lines named customers; of these `twice` named somebody again, `unknown` nobody that is known. `entered` and
    `departed`: against the edition before. `customers`: persons, as they counted then.
    """

    segment_id: int
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


@dataclass(frozen=True, slots=True)
class SegmentInfo:
    """A stored segment. Every change of the definition is a new version."""

    segment_id: int
    name: str
    description: str
    definition: dict[str, Any]
    version: int
    created_by: str
    created_at: datetime
    updated_at: datetime
    archived_at: datetime | None
    form: SegmentForm = SegmentForm.DYNAMIC


@dataclass(frozen=True, slots=True)
class Explained:
    """One part of a definition for one customer: whether it holds, and the value it saw.

    `trait`: whose value that is; of a random share it is the customer's place on [0, 1), of a condition on facts what
    they come to. `type`: of that value; None where there is none.
    """

    path: str
    zh: str
    en: str
    met: bool
    trait: str | None
    type: TraitType | None
    value: Any
    parts: tuple["Explained", ...]


@dataclass(frozen=True, slots=True)
class CustomerFilter:
    """Which customers a list shows; all that is given must hold. `wanted` is a whole phone, number, name or id."""

    wanted: str = ""
    stages: tuple[str, ...] = ()
    rfm_classes: tuple[str, ...] = ()
    rfm_r: int | None = None
    rfm_f: int | None = None
    is_member: bool | None = None
    segment_id: int | None = None
    tag_ids: tuple[int, ...] = ()
    definition: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class ListOrder:
    """By which trait customers stand in a list; unknown values come last, equal ones by customer_id."""

    trait: TraitInfo
    descending: bool

    def __str__(self) -> str:
        return f"{'-' if self.descending else ''}{self.trait.name}"


@dataclass(frozen=True, slots=True)
class ListPlace:
    """Where a page of customers ended: the next one continues there, as of the same moment, in a list of so many.

    `tied`: the next customer has the same value.
    """

    order: str
    as_of: datetime
    value: Any
    customer_id: int
    total: int
    tied: bool


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """A page of a list of customers. shape of items: profile and traits by name; personal data masked."""

    as_of: datetime
    total: int
    items: tuple[Mapping[str, Any], ...]
    next_place: ListPlace | None
