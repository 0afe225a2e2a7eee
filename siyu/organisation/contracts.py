"""What organisation tells other modules: the brand, the people, and who is asking with which permissions."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

from siyu.kernel.audit import Actor

Row = TypeVar("Row")


class StaffRole(StrEnum):
    """What a person's work is; `rules.PERMISSIONS_BY_ROLE` says what each role may do."""

    OWNER = "owner"
    OPERATOR = "operator"
    ANALYST = "analyst"
    DEVELOPER = "developer"
    STORE_MANAGER = "store_manager"
    GUIDE = "guide"
    AGENT = "agent"


class UnitKind(StrEnum):
    """What a unit of the organisation is; only a store stands for a place where things are sold."""

    HEAD_OFFICE = "head_office"
    REGION = "region"
    DEPARTMENT = "department"
    STORE = "store"


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
    second_factor_roles: tuple[str, ...] = ()


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
    unit_ids: tuple[int, ...] = ()
    second_factor: bool = False


@dataclass(frozen=True, slots=True)
class Unit:
    """A part of the organisation, below another or at the top; `store_key` is commerce's word for the store it is."""

    unit_id: int
    parent_id: int | None
    kind: UnitKind
    name: str
    store_key: str | None
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class UnitChange:
    """What a unit was from a moment on, and by whose hand."""

    at: datetime
    by: str
    unit: Unit


@dataclass(frozen=True, slots=True)
class NewUser:
    """A person who was just added; the one-time password can be read here and nowhere else."""

    user: UserInfo
    one_time_password: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class ApiKeyInfo:
    """What a program may do in a brand; `source` names it in facts and in the audit log.

    `previous_until`: the secret before the rotation opens until then; `previous_used_at`: when it last did.
    """

    api_key_id: int
    prefix: str
    source: str
    scopes: tuple[str, ...]
    created_by: str
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None
    expires_at: datetime | None
    rotated_at: datetime | None
    previous_until: datetime | None
    previous_used_at: datetime | None


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
    store_keys: tuple[str, ...] | None = None
    must_enrol: bool = False


@dataclass(frozen=True, slots=True)
class SessionInfo:
    """A browser that somebody is signed in with, as its person and the owner see it."""

    session_id: int
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    address: str
    user_agent: str


@dataclass(frozen=True, slots=True)
class Enrolment:
    """The secret of an authenticator app, as text and as what its QR code says; shown once."""

    secret: str = field(repr=False)
    uri: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ProviderPlace:
    """Where a company's OpenID provider is asked what."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str


@dataclass(frozen=True, slots=True)
class SignOnSettings:
    """A brand's OpenID provider; the secret it knows Siyu by is kept sealed and not shown."""

    issuer: str
    client_id: str
    title: str
    enabled: bool
    has_secret: bool
    asks_second_factor: bool = True


@dataclass(frozen=True, slots=True)
class HalfSignedIn:
    """Somebody whom the provider vouched for and whose second factor is still to come, sealed for their browser."""

    sealed: str


@dataclass(frozen=True, slots=True)
class SignOnFlow:
    """One sign-in under way, kept sealed in the browser that began it; `link_user_id`: who links, not enters."""

    brand_id: int
    state: str
    nonce: str
    verifier: str
    began_at: datetime
    link_user_id: int | None


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session that was just opened, with the secret for the browser's cookie."""

    session: OpenSession
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks for something, in which brand, and what they may do; one of user_id and api_key_id is set.

    `store_keys`: the stores whose customers they see; None: everybody the brand knows.
    """

    brand: BrandInfo
    actor: Actor
    permissions: frozenset[str]
    user_id: int | None
    api_key_id: int | None
    language: str
    store_keys: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of somebody known; `session` is None for a program with an API key."""

    caller: Caller
    session: OpenSession | None


@dataclass(frozen=True, slots=True)
class Reader:
    """A person as their news knows them."""

    user_id: int
    login: str
    permissions: frozenset[str]


@dataclass(frozen=True, slots=True)
class ReadNotice:
    """One piece of news as a person sees it; `read`: they have seen it before."""

    notice_id: int
    at: datetime
    kind: str
    level: str
    subject_type: str
    subject_id: str
    facts: dict[str, Any]
    read: bool


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
