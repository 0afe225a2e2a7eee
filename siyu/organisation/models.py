"""Tables: brand, app_user, web_session, login_attempt, api_key."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from siyu.kernel.db import Base, identity_key
from siyu.organisation.contracts import ApiKeyInfo, BrandInfo, StaffRole, UserInfo


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
        )


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
    """A program's key. Of the secret only its SHA-256 is kept; `prefix` is shown so that people know it again."""

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
        )
