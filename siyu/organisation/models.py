"""Tables: brand, app_user, org_unit with its changes, web_session, user_totp, recovery_code,
sign_on, user_subject, login_attempt, api_key, notice_reader.
"""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from siyu.kernel.db import Base, identity_key
from siyu.organisation.contracts import (
    ApiKeyInfo,
    BrandInfo,
    SessionInfo,
    SignOnSettings,
    StaffRole,
    Unit,
    UnitChange,
    UnitKind,
    UserInfo,
)


class Brand(Base):
    """A tenant. `code` never changes; outside any brand the application may list brands, and nothing else."""

    __tablename__ = "brand"

    brand_id: Mapped[int] = identity_key()
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    time_zone: Mapped[str]
    currency: Mapped[str]
    language: Mapped[str]
    margin_basis_points: Mapped[int]
    default_holdout_basis_points: Mapped[int]
    needs_approval: Mapped[bool]
    demo: Mapped[bool]
    created_at: Mapped[datetime]
    second_factor_roles: Mapped[list[str]] = mapped_column(ARRAY(Text))

    def info(self) -> BrandInfo:
        """The brand as other modules see it."""
        return BrandInfo(
            brand_id=self.brand_id,
            code=self.code,
            name=self.name,
            time_zone=self.time_zone,
            currency=self.currency,
            language=self.language,
            margin_basis_points=self.margin_basis_points,
            default_holdout_basis_points=self.default_holdout_basis_points,
            needs_approval=self.needs_approval,
            demo=self.demo,
            created_at=self.created_at,
            second_factor_roles=tuple(self.second_factor_roles),
        )


class AppUser(Base):
    """A person. The login is case-folded and unique over all brands: it alone says which brand to enter."""

    __tablename__ = "app_user"
    __table_args__ = (Index(None, "brand_id"),)

    user_id: Mapped[int] = identity_key()
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.brand_id"))
    login: Mapped[str] = mapped_column(unique=True)
    display_name: Mapped[str]
    password_hash: Mapped[str]
    roles: Mapped[list[str]] = mapped_column(ARRAY(Text))
    must_change_password: Mapped[bool]
    disabled: Mapped[bool]
    language: Mapped[str]
    created_at: Mapped[datetime]
    last_login_at: Mapped[datetime | None]
    unit_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    second_factor_since: Mapped[datetime | None]

    def info(self) -> UserInfo:
        """The person as other modules see them, without the password's hash."""
        return UserInfo(
            user_id=self.user_id,
            login=self.login,
            display_name=self.display_name,
            roles=tuple(StaffRole(role) for role in self.roles),
            must_change_password=self.must_change_password,
            disabled=self.disabled,
            language=self.language,
            created_at=self.created_at,
            last_login_at=self.last_login_at,
            unit_ids=tuple(self.unit_ids),
            second_factor=self.second_factor_since is not None,
        )


class OrgUnit(Base):
    """A unit of the organisation as it is now. It is closed and never removed: customers and history stay with it."""

    __tablename__ = "org_unit"
    __table_args__ = (
        Index(None, "parent_id"),
        Index(
            "uq_org_unit_store_key",
            "brand_id",
            "store_key",
            unique=True,
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    unit_id: Mapped[int] = identity_key()
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.brand_id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("org_unit.unit_id"))
    kind: Mapped[str]
    name: Mapped[str]
    store_key: Mapped[str | None]
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    def info(self) -> Unit:
        """The unit as other modules see it."""
        return Unit(
            self.unit_id, self.parent_id, UnitKind(self.kind), self.name, self.store_key, self.closed_at
        )


class OrgUnitChange(Base):
    """What a unit was from a moment on; rows are added, never changed, so that any day's tree can be told."""

    __tablename__ = "org_unit_change"
    __table_args__ = (Index(None, "unit_id", "at"),)

    org_unit_change_id: Mapped[int] = identity_key()
    brand_id: Mapped[int]
    unit_id: Mapped[int] = mapped_column(ForeignKey("org_unit.unit_id"))
    at: Mapped[datetime]
    by: Mapped[str]
    parent_id: Mapped[int | None]
    kind: Mapped[str]
    name: Mapped[str]
    store_key: Mapped[str | None]
    closed_at: Mapped[datetime | None]

    def info(self) -> UnitChange:
        """The change as people see it."""
        unit = Unit(
            self.unit_id, self.parent_id, UnitKind(self.kind), self.name, self.store_key, self.closed_at
        )
        return UnitChange(self.at, self.by, unit)


class WebSession(Base):
    """A browser that is signed in. Of the cookie's token only its SHA-256 is kept."""

    __tablename__ = "web_session"
    __table_args__ = (Index(None, "user_id"),)

    session_id: Mapped[int] = identity_key()
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.brand_id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.user_id"))
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    csrf_token: Mapped[str]
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    address: Mapped[str]
    user_agent: Mapped[str]

    def info(self) -> SessionInfo:
        """The session as people see it, without its secrets."""
        return SessionInfo(
            self.session_id,
            self.created_at,
            self.last_seen_at,
            self.expires_at,
            self.address,
            self.user_agent,
        )


class UserTotp(Base):
    """The secret of a person's authenticator app, sealed, and the half minute of the last code that was taken."""

    __tablename__ = "user_totp"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("app_user.user_id"), primary_key=True, autoincrement=False
    )
    brand_id: Mapped[int]
    secret_sealed: Mapped[bytes]
    last_step: Mapped[int]
    created_at: Mapped[datetime]


class RecoveryCode(Base):
    """A code on paper that opens once, for when the phone is gone. Only its SHA-256 is kept."""

    __tablename__ = "recovery_code"

    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.user_id"), primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(primary_key=True)
    brand_id: Mapped[int]
    used_at: Mapped[datetime | None]


class SignOn(Base):
    """The OpenID provider at which a brand's people may sign in."""

    __tablename__ = "sign_on"

    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.brand_id"), primary_key=True, autoincrement=False)
    issuer: Mapped[str]
    client_id: Mapped[str]
    secret_sealed: Mapped[bytes | None]
    title: Mapped[str]
    enabled: Mapped[bool]
    asks_second_factor: Mapped[bool]

    def info(self) -> SignOnSettings:
        """The provider as people see it, without the secret."""
        return SignOnSettings(
            self.issuer,
            self.client_id,
            self.title,
            self.enabled,
            has_secret=self.secret_sealed is not None,
            asks_second_factor=self.asks_second_factor,
        )


class UserSubject(Base):
    """Whom a provider means by a subject: one person, linked by themselves or by an owner."""

    __tablename__ = "user_subject"
    __table_args__ = (UniqueConstraint("brand_id", "issuer", "subject", name="uq_user_subject_subject"),)

    user_id: Mapped[int] = mapped_column(
        ForeignKey("app_user.user_id"), primary_key=True, autoincrement=False
    )
    brand_id: Mapped[int]
    issuer: Mapped[str]
    subject: Mapped[str]
    linked_at: Mapped[datetime]


class LoginAttempt(Base):
    """Failures to sign in, counted per login and per address before any brand is known.

    A login is kept as a digest, because people type passwords into the wrong field.
    """

    __tablename__ = "login_attempt"
    __table_args__ = (Index(None, "last_failed_at"),)

    attempt_key: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int]
    last_failed_at: Mapped[datetime]


class ApiKey(Base):
    """A program's key. Of the secret only its SHA-256 is kept; `prefix` is shown so that people know it again.

    After a rotation the secret before opens until `previous_until`.
    """

    __tablename__ = "api_key"
    __table_args__ = (Index(None, "brand_id"),)

    api_key_id: Mapped[int] = identity_key()
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.brand_id"))
    prefix: Mapped[str]
    secret_hash: Mapped[bytes] = mapped_column(unique=True)
    source: Mapped[str]
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    rotated_at: Mapped[datetime | None]
    previous_hash: Mapped[bytes | None] = mapped_column(unique=True)
    previous_until: Mapped[datetime | None]
    previous_used_at: Mapped[datetime | None]

    def info(self) -> ApiKeyInfo:
        """The key as people see it, without the secret's digest."""
        return ApiKeyInfo(
            api_key_id=self.api_key_id,
            prefix=self.prefix,
            source=self.source,
            scopes=tuple(self.scopes),
            created_by=self.created_by,
            created_at=self.created_at,
            last_used_at=self.last_used_at,
            revoked_at=self.revoked_at,
            expires_at=self.expires_at,
            rotated_at=self.rotated_at,
            previous_until=self.previous_until,
            previous_used_at=self.previous_used_at,
        )


class NoticeReader(Base):
    """How far a person has read their news: all up to one number, and some after it."""

    __tablename__ = "notice_reader"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("app_user.user_id"), primary_key=True, autoincrement=False
    )
    brand_id: Mapped[int]
    read_up_to: Mapped[int]
    also_read: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
