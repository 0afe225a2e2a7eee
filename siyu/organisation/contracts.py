"""What organisation tells other modules: the brand, the people, and who is asking with which permissions."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar

from siyu.kernel.audit import Actor

Row = TypeVar("Row")


class StaffRole(StrEnum):
    """What a person's work is; `rules.PERMISSIONS_BY_ROLE` says what each role may do."""

    OWNER = "owner"
    OPERATOR = "operator"
    ANALYST = "analyst"
    DEVELOPER = "developer"


class Language(StrEnum):
    """The languages Siyu speaks."""

    CHINESE = "zh-CN"
    ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class BrandInfo:
    """A tenant: every business row belongs to one.

    units  shares in basis points (10,000 are the whole)
    """

    brand_id: int
    code: str
    name: str
    time_zone: str
    currency: str
    language: str
    margin_basis_points: int
    default_holdout_basis_points: int
    needs_approval: bool
    demo: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class UserInfo:
    """A person who works for one brand."""

    user_id: int
    login: str
    display_name: str
    roles: tuple[StaffRole, ...]
    must_change_password: bool
    disabled: bool
    language: str
    created_at: datetime
    last_login_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewUser:
    """A person who was just added; the one-time password can be read here and nowhere else."""

    user: UserInfo
    one_time_password: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class ApiKeyInfo:
    """What a program may do in a brand; `source` names it in facts and in the audit log."""

    api_key_id: int
    prefix: str
    source: str
    scopes: tuple[str, ...]
    created_by: str
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewApiKey:
    """A key that was just made; its secret can be read here and nowhere else."""

    key: ApiKeyInfo
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A browser session: whose it is and the token that its changes must carry."""

    session_id: int
    brand: BrandInfo
    user: UserInfo
    csrf_token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session that was just opened, with the secret for the browser's cookie."""

    session: OpenSession
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks for something, in which brand, and what they may do; one of user_id and api_key_id is set."""

    brand: BrandInfo
    actor: Actor
    permissions: frozenset[str]
    user_id: int | None
    api_key_id: int | None
    language: str


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of somebody known; `session` is None for a program with an API key."""

    caller: Caller
    session: OpenSession | None


@dataclass(frozen=True, slots=True)
class AuditQuestion:
    """Which entries of the audit log are asked for; what is None does not matter. since <= at < until."""

    actor: str | None = None
    action: str | None = None
    subject_type: str | None = None
    subject_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class AuditActor:
    """Somebody who stands in the audit log; kind is user | api_key | cli | system."""

    kind: str
    label: str


@dataclass(frozen=True, slots=True)
class AuditChoices:
    """Who, what and on what the audit log of a brand knows, to be filtered by."""

    actors: tuple[AuditActor, ...]
    actions: tuple[str, ...]
    subject_types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """One page of a list, newest first; `next_cursor` continues it and is None at the end."""

    items: tuple[Row, ...]
    next_cursor: str | None
