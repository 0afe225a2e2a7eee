"""API keys: made for a program, used in the Authorization header, revoked."""

import secrets
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from siyu.kernel.audit import Actor, record
from siyu.kernel.db import brand_of
from siyu.kernel.errors import NotFound
from siyu.organisation.contracts import ApiKeyInfo, BrandInfo, NewApiKey
from siyu.organisation.models import ApiKey, Brand
from siyu.organisation.rules import checked_scopes, is_worth_noting, secret_digest

KEY_START = "siyu_"
PREFIX_BYTES = 4
SECRET_BYTES = 32


def create_api_key(
    session: Session,
    *,
    source: str,
    scopes: Iterable[str],
    held: frozenset[str],
    actor: Actor,
    now: datetime,
) -> NewApiKey:
    """A program that calls itself `source` may do what the scopes say; `held` is what its maker may do.

    raises   UnknownPermission, ScopeNotYours
    effects  one row in api_key; audit api_key.created. The secret cannot be read again
    """
    kept_scopes = list(checked_scopes(scopes, held=held))
    prefix = KEY_START + secrets.token_hex(PREFIX_BYTES)
    secret = f"{prefix}_{secrets.token_urlsafe(SECRET_BYTES)}"
    key = ApiKey(
        brand_id=brand_of(session),
        prefix=prefix,
        secret_hash=secret_digest(secret),
        source=source,
        scopes=kept_scopes,
        created_by=actor.label,
        created_at=now,
        last_used_at=None,
        revoked_at=None,
    )
    session.add(key)
    session.flush()
    record(
        session, actor=actor, action="api_key.created", subject=("api_key", key.api_key_id),
        after={"prefix": prefix, "source": source, "scopes": kept_scopes}, now=now,
    )  # fmt: skip
    return NewApiKey(key.info(), secret)


def revoke_api_key(session: Session, *, api_key_id: int, actor: Actor, now: datetime) -> ApiKeyInfo:
    """The key opens nothing from now on. Calling twice changes nothing.

    raises   NotFound
    effects  audit api_key.revoked
    """
    key = session.get(ApiKey, api_key_id, with_for_update=True)
    if key is None:
        raise NotFound(what="API key", key=api_key_id)
    if key.revoked_at is None:
        key.revoked_at = now
        record(
            session, actor=actor, action="api_key.revoked", subject=("api_key", api_key_id),
            after={"prefix": key.prefix, "source": key.source}, now=now,
        )  # fmt: skip
    return key.info()


def use_api_key(session: Session, *, secret: str, now: datetime) -> tuple[ApiKeyInfo, BrandInfo] | None:
    """The key with this secret and its brand, if it is in force. For a session of Role.LOGIN outside any brand.

    effects  notes when it was last used, at most once a minute
    """
    found = session.execute(
        select(ApiKey, Brand)
        .join(Brand, Brand.brand_id == ApiKey.brand_id)
        .where(ApiKey.secret_hash == secret_digest(secret), ApiKey.revoked_at.is_(None))
    ).one_or_none()
    if found is None:
        return None
    key, brand = found
    if is_worth_noting(key.last_used_at, now=now):
        key.last_used_at = now
    return key.info(), brand.info()
