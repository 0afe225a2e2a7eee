"""API keys: made for a program, used in the Authorization header, rotated, revoked."""

import secrets
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from siyu.kernel.audit import Actor, record
from siyu.kernel.db import brand_of
from siyu.kernel.errors import NotFound
from siyu.organisation.contracts import ApiKeyInfo, BrandInfo, NewApiKey
from siyu.organisation.errors import ExpiryPast, KeyRevoked
from siyu.organisation.models import ApiKey, Brand
from siyu.organisation.rules.keys import key_opens, overlap_ends
from siyu.organisation.rules.permissions import checked_scopes
from siyu.organisation.rules.sessions import is_worth_noting, secret_digest

KEY_START = "siyu_"
PREFIX_BYTES = 4
SECRET_BYTES = 32


def create_api_key(
    session: Session,
    *,
    source: str,
    scopes: Iterable[str],
    held: frozenset[str],
    expires_at: datetime | None = None,
    actor: Actor,
    now: datetime,
) -> NewApiKey:
    """A program that calls itself `source` may do what the scopes say; `held` is what its maker may do.

    raises   UnknownPermission, ScopeNotYours, ExpiryPast
    effects  one row in api_key; audit api_key.created. The secret cannot be read again
    """
    kept_scopes = list(checked_scopes(scopes, held=held))
    if expires_at is not None and expires_at <= now:
        raise ExpiryPast
    prefix, secret = _new_secret()
    key = ApiKey(
        brand_id=brand_of(session),
        prefix=prefix,
        secret_hash=secret_digest(secret),
        source=source,
        scopes=kept_scopes,
        created_by=actor.label,
        created_at=now,
        expires_at=expires_at,
        **dict.fromkeys(("last_used_at", "revoked_at", "rotated_at", "previous_hash", "previous_until")),
        previous_used_at=None,
    )
    session.add(key)
    session.flush()
    said = {"prefix": prefix, "source": source, "scopes": kept_scopes}
    until = {} if expires_at is None else {"expires_at": expires_at.isoformat()}
    record(
        session, actor=actor, action="api_key.created", subject=("api_key", key.api_key_id), after={**said, **until},
        now=now,
    )  # fmt: skip
    return NewApiKey(key.info(), secret)


def rotate_api_key(
    session: Session,
    *,
    api_key_id: int,
    overlap_hours: int,
    held: frozenset[str],
    actor: Actor,
    now: datetime,
) -> NewApiKey:
    """The key has a new secret, and the one before opens until the overlap ends: programs change over meanwhile.

    raises   NotFound, KeyRevoked, ScopeNotYours (whoever reads the secret holds what it opens)
    effects  audit api_key.rotated. The secret cannot be read again; one that was before the last opens nothing
    """
    key = _locked_key(session, api_key_id)
    if key.revoked_at is not None:
        raise KeyRevoked(prefix=key.prefix)
    checked_scopes(key.scopes, held=held)
    before, (prefix, secret) = key.prefix, _new_secret()
    key.previous_hash, key.previous_until = key.secret_hash, overlap_ends(now, overlap_hours=overlap_hours)
    key.previous_used_at = None
    key.prefix, key.secret_hash, key.rotated_at = prefix, secret_digest(secret), now
    record(
        session, actor=actor, action="api_key.rotated", subject=("api_key", api_key_id), before={"prefix": before},
        after={"prefix": prefix, "overlap_hours": overlap_hours}, now=now,
    )  # fmt: skip
    return NewApiKey(key.info(), secret)


def revoke_api_key(session: Session, *, api_key_id: int, actor: Actor, now: datetime) -> ApiKeyInfo:
    """The key opens nothing from now on. Calling twice changes nothing.

    raises   NotFound
    effects  audit api_key.revoked
    """
    key = _locked_key(session, api_key_id)
    if key.revoked_at is None:
        key.revoked_at = now
        record(
            session, actor=actor, action="api_key.revoked", subject=("api_key", api_key_id),
            after={"prefix": key.prefix, "source": key.source}, now=now,
        )  # fmt: skip
    return key.info()


def use_api_key(session: Session, *, secret: str, now: datetime) -> tuple[ApiKeyInfo, BrandInfo] | None:
    """The key with this secret and its brand, if it is in force. For a session of Role.LOGIN outside any brand.

    effects  notes when it was last used, and when by the secret before, at most once a minute
    """
    digest = secret_digest(secret)
    found = session.execute(
        select(ApiKey, Brand)
        .join(Brand, Brand.brand_id == ApiKey.brand_id)
        .where(or_(ApiKey.secret_hash == digest, ApiKey.previous_hash == digest))
    ).one_or_none()
    if found is None:
        return None
    key, brand = found
    by_previous = key.secret_hash != digest
    if not key_opens(
        revoked_at=key.revoked_at, expires_at=key.expires_at, by_previous=by_previous,
        previous_until=key.previous_until, now=now,
    ):  # fmt: skip
        return None
    if by_previous and is_worth_noting(key.previous_used_at, now=now):
        key.previous_used_at = now
    if is_worth_noting(key.last_used_at, now=now):
        key.last_used_at = now
    return key.info(), brand.info()


def _new_secret() -> tuple[str, str]:
    """A prefix by which people know the key again, and the whole secret."""
    prefix = KEY_START + secrets.token_hex(PREFIX_BYTES)
    return prefix, f"{prefix}_{secrets.token_urlsafe(SECRET_BYTES)}"


def _locked_key(session: Session, api_key_id: int) -> ApiKey:
    key = session.get(ApiKey, api_key_id, with_for_update=True)
    if key is None:
        raise NotFound(what="API key", key=api_key_id)
    return key
