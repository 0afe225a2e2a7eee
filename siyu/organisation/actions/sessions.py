"""People sign in and out; a session is a row here and a secret in a cookie."""

import secrets
from datetime import datetime

from pwdlib import PasswordHash
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from siyu.kernel.audit import Actor, record
from siyu.kernel.crypto import Cipher
from siyu.kernel.db import enter_brand
from siyu.kernel.errors import NotFound
from siyu.organisation.actions.passwords import PASSWORDS, decoy_hash, end_sessions
from siyu.organisation.actions.second_factor import takes_code
from siyu.organisation.actions.throttle import Attempt, count_failure, forget_failures, wait_for
from siyu.organisation.contracts import NewSession, OpenSession
from siyu.organisation.errors import (
    SecondFactorNeeded,
    TooManyAttempts,
    WrongCredentials,
    WrongSecondFactor,
)
from siyu.organisation.models import AppUser, Brand, WebSession
from siyu.organisation.queries import store_keys_below
from siyu.organisation.rules.logins import folded, is_login
from siyu.organisation.rules.second_factor import needs_second_factor
from siyu.organisation.rules.sessions import SESSION_LIFETIME, is_worth_noting, secret_digest, session_is_open
from siyu.organisation.rules.tree import sees_whole_brand

USER_AGENT_LENGTH_MAX = 200
TOKEN_BYTES = 32


def sign_in(
    session: Session,
    *,
    cipher: Cipher,
    login: str,
    password: str,
    code: str = "",
    address: str,
    user_agent: str,
    request_id: str = "",
    now: datetime,
    hasher: PasswordHash = PASSWORDS,
) -> NewSession | WrongCredentials | SecondFactorNeeded | WrongSecondFactor | TooManyAttempts:
    """The person has a session, or the failure is counted. For a session of Role.LOGIN outside any brand.

    A refusal is returned, not raised: its count must be committed before it is told. An unknown login, a
    disabled account and a wrong password take the same time and get the same answer. Who has a second factor is asked
    for it once the password was right, and a wrong code counts like a wrong password.

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
    if user.second_factor_since is not None:
        if not code.strip():
            return SecondFactorNeeded()
        if not takes_code(session, cipher=cipher, user_id=user.user_id, code=code, now=now):
            count_failure(session, attempt=attempt, now=now)
            return WrongSecondFactor()
    forget_failures(session, attempt=attempt)
    enter_brand(session, brand_id=user.brand_id)
    actor = Actor("user", user.user_id, user.login, address, request_id)
    return open_session(session, user=user, user_agent=user_agent, actor=actor, by="password", now=now)


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
    return _open_session(session, web=web, user=user, brand=brand)


def sign_out(session: Session, *, session_id: int, actor: Actor, now: datetime) -> None:
    """The session has ended; its cookie opens nothing. Calling twice changes nothing.

    effects  audit session.closed
    """
    query = delete(WebSession).where(WebSession.session_id == session_id).returning(WebSession.session_id)
    if session.scalar(query) is not None:
        record(session, actor=actor, action="session.closed", subject=("session", session_id), now=now)


def open_session(
    session: Session, *, user: AppUser, user_agent: str, actor: Actor, by: str, now: datetime
) -> NewSession:
    """A new session stands; those of the person that have expired are gone. `by`: password or sign_on.

    effects  one row in web_session; audit session.opened
    """
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
    record(
        session,
        actor=actor,
        action="session.opened",
        subject=("session", web.session_id),
        after={"by": by},
        now=now,
    )
    brand = session.get_one(Brand, user.brand_id)
    return NewSession(_open_session(session, web=web, user=user, brand=brand), token)


def end_session(session: Session, *, user_id: int, session_id: int, actor: Actor, now: datetime) -> None:
    """A session of this person has ended, wherever its browser is.

    raises   NotFound
    effects  audit session.closed
    """
    query = delete(WebSession).where(WebSession.session_id == session_id, WebSession.user_id == user_id)
    if session.scalar(query.returning(WebSession.session_id)) is None:
        raise NotFound(what="session", key=session_id)
    record(
        session, actor=actor, action="session.closed", subject=("session", session_id), after={"user_id": user_id},
        now=now,
    )  # fmt: skip


def end_other_sessions(
    session: Session, *, user_id: int, but: int | None, actor: Actor, now: datetime
) -> int:
    """Every session of the person has ended, except `but`.

    returns  how many
    effects  audit user.sessions_ended, if there was one
    """
    ended = end_sessions(session, user_id=user_id, but=but)
    if ended:
        record(
            session, actor=actor, action="user.sessions_ended", subject=("user", user_id), after={"sessions": ended},
            now=now,
        )  # fmt: skip
    return ended


def _user_with_login(session: Session, *, login: str) -> AppUser | None:
    if not is_login(login):  # nobody is called that, and PostgreSQL might not even take the text
        return None
    return session.scalar(select(AppUser).where(AppUser.login == folded(login)))


def _open_session(session: Session, *, web: WebSession, user: AppUser, brand: Brand) -> OpenSession:
    """The session as requests see it, with the stores its person is for, as the tree stands now."""
    who, stores = user.info(), None
    if not sees_whole_brand(who.roles):
        stores = store_keys_below(session, brand_id=brand.brand_id, unit_ids=who.unit_ids)
    must_enrol = not who.second_factor and needs_second_factor(
        who.roles, required_of=brand.second_factor_roles
    )
    return OpenSession(web.session_id, brand.info(), who, web.csrf_token, stores, must_enrol)
