"""People sign in and out; a session is a row here and a secret in a cookie."""

import secrets
from datetime import datetime

from pwdlib import PasswordHash
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from siyu.kernel.audit import Actor, record
from siyu.kernel.db import enter_brand
from siyu.organisation.actions.passwords import PASSWORDS, decoy_hash
from siyu.organisation.actions.throttle import Attempt, count_failure, forget_failures, wait_for
from siyu.organisation.contracts import NewSession, OpenSession
from siyu.organisation.errors import TooManyAttempts, WrongCredentials
from siyu.organisation.models import AppUser, Brand, WebSession
from siyu.organisation.rules import (
    SESSION_LIFETIME,
    folded,
    is_login,
    is_worth_noting,
    secret_digest,
    session_is_open,
)

USER_AGENT_LENGTH_MAX = 200
TOKEN_BYTES = 32


def sign_in(
    session: Session,
    *,
    login: str,
    password: str,
    address: str,
    user_agent: str,
    request_id: str = "",
    now: datetime,
    hasher: PasswordHash = PASSWORDS,
) -> NewSession | WrongCredentials | TooManyAttempts:
    """The person has a session, or the failure is counted. For a session of Role.LOGIN outside any brand.

    A refusal is returned, not raised: its count must be committed before it is told. An unknown login, a
    disabled account and a wrong password take the same time and get the same answer.

    effects  one row in web_session; audit session.opened; the session has entered the person's brand
    """
    attempt = Attempt.of(login=login, address=address)
    if seconds := wait_for(session, attempt=attempt, now=now):
        return TooManyAttempts(retry_after_seconds=seconds)
    decoy = decoy_hash(hasher)
    user = _user_with_login(session, login=login)
    fits = hasher.verify(password, user.password_hash if user else decoy)
    if user is None or not fits or user.disabled:
        count_failure(session, attempt=attempt, now=now)
        return WrongCredentials()
    forget_failures(session, attempt=attempt)
    enter_brand(session, brand_id=user.brand_id)
    actor = Actor("user", user.user_id, user.login, address, request_id)
    return _opened(session, user=user, user_agent=user_agent, actor=actor, now=now)


def resume_session(session: Session, *, token: str, now: datetime) -> OpenSession | None:
    """The session this token opens, if it is still open. For a session of Role.LOGIN outside any brand.

    effects  notes when it was last seen, at most once a minute
    """
    found = session.execute(
        select(WebSession, AppUser, Brand)
        .join(AppUser, AppUser.user_id == WebSession.user_id)
        .join(Brand, Brand.brand_id == WebSession.brand_id)
        .where(WebSession.token_hash == secret_digest(token), AppUser.disabled.is_(False))
    ).one_or_none()
    if found is None:
        return None
    web, user, brand = found
    if not session_is_open(last_seen_at=web.last_seen_at, expires_at=web.expires_at, now=now):
        return None
    if is_worth_noting(web.last_seen_at, now=now):
        web.last_seen_at = now
    return OpenSession(web.session_id, brand.info(), user.info(), web.csrf_token)


def sign_out(session: Session, *, session_id: int, actor: Actor, now: datetime) -> None:
    """The session has ended; its cookie opens nothing. Calling twice changes nothing.

    effects  audit session.closed
    """
    query = delete(WebSession).where(WebSession.session_id == session_id).returning(WebSession.session_id)
    if session.scalar(query) is not None:
        record(session, actor=actor, action="session.closed", subject=("session", session_id), now=now)


def _user_with_login(session: Session, *, login: str) -> AppUser | None:
    if not is_login(login):  # nobody is called that, and PostgreSQL might not even take the text
        return None
    return session.scalar(select(AppUser).where(AppUser.login == folded(login)))


def _opened(session: Session, *, user: AppUser, user_agent: str, actor: Actor, now: datetime) -> NewSession:
    """A new session stands; those of the person that have expired are gone."""
    session.execute(
        delete(WebSession).where(WebSession.user_id == user.user_id, WebSession.expires_at <= now)
    )
    token = secrets.token_urlsafe(TOKEN_BYTES)
    web = WebSession(
        brand_id=user.brand_id,
        user_id=user.user_id,
        token_hash=secret_digest(token),
        csrf_token=secrets.token_urlsafe(TOKEN_BYTES),
        created_at=now,
        last_seen_at=now,
        expires_at=now + SESSION_LIFETIME,
        address=actor.address,
        user_agent=user_agent[:USER_AGENT_LENGTH_MAX],
    )
    session.add(web)
    user.last_login_at = now
    session.flush()
    record(session, actor=actor, action="session.opened", subject=("session", web.session_id), now=now)
    brand = session.get_one(Brand, user.brand_id)
    return NewSession(OpenSession(web.session_id, brand.info(), user.info(), web.csrf_token), token)
