"""What the routes of the brand take and give."""

from typing import Annotated

from pydantic import Field

from siyu.organisation.contracts import Language, StaffRole
from siyu.organisation.schemas.shared import Input, Line, Output

BasisPoints = Annotated[int, Field(ge=0, le=10_000)]


class Brand(Output):
    """The brand one works in; shares in basis points (10,000 are the whole)."""

    brand_id: int
    code: str
    name: str
    time_zone: str
    currency: str
    language: str
    demo: bool
    needs_approval: bool
    margin_basis_points: int
    default_holdout_basis_points: int
    second_factor_roles: list[StaffRole]


class BrandChanges(Input):
    """What shall change of the brand; what is absent stays."""

    name: Line | None = None
    time_zone: Line | None = None
    language: Language | None = None
    margin_basis_points: BasisPoints | None = None
    default_holdout_basis_points: BasisPoints | None = None
    needs_approval: bool | None = None
    second_factor_roles: list[StaffRole] | None = None
