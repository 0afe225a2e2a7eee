"""The words of segments: what is stored, one customer explained, lists of customers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from siyu.insight.contracts import TraitInfo

EVERYBODY: Mapping[str, Any] = {"and": []}
NAME_MAX = 100


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


@dataclass(frozen=True, slots=True)
class Explained:
    """One part of a definition for one customer: whether it holds, and for a condition the value it saw."""

    path: str
    zh: str
    en: str
    met: bool
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
    """Where a page of customers ended: the next one continues there, as of the same moment, in a list of so many."""

    order: str
    as_of: datetime
    value: Any
    customer_id: int
    total: int


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """A page of a list of customers. shape of items: profile and traits by name; personal data masked."""

    as_of: datetime
    total: int
    items: tuple[Mapping[str, Any], ...]
    next_place: ListPlace | None
