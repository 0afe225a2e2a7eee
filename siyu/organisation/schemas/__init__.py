"""What organisation's routes take and give."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from siyu.kernel.parameters import Id
from siyu.organisation.contracts import Language, StaffRole
from siyu.organisation.rules.keys import OVERLAP_HOURS_MAX

PASSWORD_LENGTH_MAX = 256
SCOPES_MAX = 100
CODE_LENGTH_MAX = 64
UNITS_A_PERSON_MAX = 100

Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$"),
]
Password = Annotated[str, StringConstraints(min_length=1, max_length=PASSWORD_LENGTH_MAX)]
BasisPoints = Annotated[int, Field(ge=0, le=10_000)]
UnitIds = Annotated[list[Id], Field(max_length=UNITS_A_PERSON_MAX)]


class Input(BaseModel):
    """What a client sends; a field that is not known is refused, so that a misspelt one is noticed."""

    model_config = ConfigDict(extra="forbid")


class Output(BaseModel):
    """What a client gets, read from a contract or a row."""

    model_config = ConfigDict(from_attributes=True)


class DemoLogin(Output):
    """A way into a demo."""

    login: str
    password: str
    role: str


class Meta(BaseModel):
    """What this server is."""

    version: str
    demo: bool
    demo_logins: list[DemoLogin]


class LoginRequest(Input):
    """A login and its password; `code` is an authenticator app's or a recovery code, where the answer asked for it."""

    login: Annotated[str, StringConstraints(min_length=1, max_length=256)]
    password: Password
    code: Annotated[str, StringConstraints(max_length=CODE_LENGTH_MAX)] | None = None


class PasswordChange(Input):
    """The password that holds, and the one that shall."""

    current: Password
    new: Password


class User(Output):
    """The person who is signed in, and what they may do."""

    user_id: int
    login: str
    display_name: str
    roles: list[StaffRole]
    permissions: list[str]
    must_change_password: bool
    language: str
    sees_whole_brand: bool
    second_factor: bool
    must_enrol_second_factor: bool


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


class SignedIn(BaseModel):
    """An open session; every change carries `csrf_token` in the header X-CSRF-Token."""

    user: User
    brand: Brand
    csrf_token: str


class BrandChanges(Input):
    """What shall change of the brand; what is absent stays."""

    name: Line | None = None
    time_zone: Line | None = None
    language: Language | None = None
    margin_basis_points: BasisPoints | None = None
    default_holdout_basis_points: BasisPoints | None = None
    needs_approval: bool | None = None
    second_factor_roles: list[StaffRole] | None = None


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


class Key(Output):
    """An API key, without its secret. After a rotation the secret before opens until `previous_until`."""

    api_key_id: int
    prefix: str
    source: str
    scopes: list[str]
    created_by: str
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None
    expires_at: datetime | None
    rotated_at: datetime | None
    previous_until: datetime | None
    previous_used_at: datetime | None


class KeyList(BaseModel):
    """All keys of the brand."""

    items: list[Key]
    total: int


class NewKey(Input):
    """A key to be made."""

    source: Line
    scopes: Annotated[list[str], Field(min_length=1, max_length=SCOPES_MAX)]
    expires_at: AwareDatetime | None = None


class KeyRotation(Input):
    """How many hours the secret before shall go on opening; 0: it stops at once."""

    overlap_hours: Annotated[int, Field(ge=0, le=OVERLAP_HOURS_MAX)] = 24


class KeySecret(BaseModel):
    """A key that was just made; the secret is shown once."""

    key: Key
    secret: str


class AuditLine(Output):
    """Who changed what, from what to what, when and from where."""

    audit_entry_id: int
    at: datetime
    actor_kind: str
    actor_id: int | None
    actor_label: str
    address: str
    request_id: str
    action: str
    subject_type: str
    subject_id: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class AuditPage(BaseModel):
    """A page of the audit log, newest first; `next_cursor` is the `before_id` of the next page."""

    items: list[AuditLine]
    next_cursor: str | None


class AuditPerson(Output):
    """Somebody who stands in the audit log; kind is user, api_key, cli or system."""

    kind: str
    label: str


class AuditWords(Output):
    """Whom and what the audit log can be filtered by."""

    actors: list[AuditPerson]
    actions: list[str]
    subject_types: list[str]


class Task(Output):
    """A long job: how far it is and how it ended."""

    task_id: int
    kind: str
    title: str
    state: str
    done: int
    total: int
    step: str
    started_by: str
    cancel_wanted_by: str | None
    result: dict[str, Any] | None
    error: dict[str, Any] | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class TaskPage(BaseModel):
    """A page of the task centre, newest first; `next_cursor` is the `before_id` of the next page."""

    items: list[Task]
    next_cursor: str | None
