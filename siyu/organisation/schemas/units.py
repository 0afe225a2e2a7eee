"""What the routes of the organisation's tree take and give."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, StringConstraints

from siyu.kernel.parameters import Id
from siyu.organisation.contracts import UnitKind
from siyu.organisation.schemas.shared import Input, Line, Output

StoreKey = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=128, pattern=r"^[^\x00]*$")
]


class OrgUnit(Output):
    """A part of the organisation; `store_key` is the key that orders and customers call the store by."""

    unit_id: int
    parent_id: int | None
    kind: UnitKind
    name: str
    store_key: str | None
    closed_at: datetime | None


class OrgUnitList(BaseModel):
    """All units of the brand, the closed ones too."""

    items: list[OrgUnit]
    total: int


class NewOrgUnit(Input):
    """A unit to be added, at the top without a parent."""

    name: Line
    kind: UnitKind
    parent_id: Id | None = None
    store_key: StoreKey | None = None


class OrgUnitChanges(Input):
    """What shall change of a unit; what is absent stays."""

    name: Line | None = None
    store_key: StoreKey | None = None


class OrgUnitPlace(Input):
    """Below which unit it shall stand; null: at the top."""

    parent_id: Id | None


class OrgUnitChange(Output):
    """What a unit was from a moment on, and by whose hand."""

    at: datetime
    by: str
    unit: OrgUnit


class OrgUnitHistory(BaseModel):
    """All that a unit was, the latest change first."""

    items: list[OrgUnitChange]
    total: int
