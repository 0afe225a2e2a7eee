"""What the routes of people take and give."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from siyu.kernel.parameters import Id
from siyu.organisation.contracts import Language, StaffRole
from siyu.organisation.schemas.shared import Input, Line, Output

UNITS_A_PERSON_MAX = 100
UnitIds = Annotated[list[Id], Field(max_length=UNITS_A_PERSON_MAX)]


class StaffMember(Output):
    """A person who works for the brand, in these units of it."""

    user_id: int
    login: str
    display_name: str
    roles: list[StaffRole]
    must_change_password: bool
    disabled: bool
    language: str
    created_at: datetime
    last_login_at: datetime | None
    unit_ids: list[int]
    second_factor: bool


class StaffList(BaseModel):
    """All people of the brand."""

    items: list[StaffMember]
    total: int


class NewStaffMember(Input):
    """A person to be added."""

    login: Line
    display_name: Line
    roles: list[StaffRole]
    language: Language = Language.CHINESE
    unit_ids: UnitIds = Field(default_factory=list)


class StaffChanges(Input):
    """What shall change of a person; what is absent stays."""

    display_name: Line | None = None
    language: Language | None = None
    roles: list[StaffRole] | None = None
    unit_ids: UnitIds | None = None


class OneTimePassword(BaseModel):
    """A password that is shown once and must be changed at sign-in."""

    user: StaffMember
    one_time_password: str


class PermissionList(BaseModel):
    """Every permission there is, and those that each role gives."""

    permissions: list[str]
    roles: dict[StaffRole, list[str]]
