"""Passwords: kept as argon2id hashes, changed by their owners, reset by an owner of the brand."""

import secrets
from datetime import datetime
from functools import cache

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from siyu.kernel.audit import Actor, record
from siyu.kernel.errors import NotFound
from siyu.organisation.errors import PasswordNotNew, WrongCurrentPassword
from siyu.organisation.models import AppUser, WebSession
from siyu.organisation.rules.passwords import check_password

# 19 MiB, two passes, one lane: the first choice of the OWASP Password Storage Cheat Sheet for argon2id.
PASSWORDS = PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19_456, parallelism=1),))

ONE_TIME_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look alike on paper
ONE_TIME_GROUPS, ONE_TIME_GROUP_LENGTH = 3, 5


def change_password(
    session: Session,
    *,
    user_id: int,
    session_id: int,
    current: str,
    new: str,
    now: datetime,
    actor: Actor,
    hasher: PasswordHash = PASSWORDS,
) -> None:
    """The person's new password holds, and every session of theirs but this one has ended.

    raises   WrongCurrentPassword, PasswordNotNew, PasswordTooShort, PasswordHoldsLogin, PasswordTooEasy
    effects  audit user.password_changed
    """
    user = locked_user(session, user_id=user_id)
    if not hasher.verify(current, user.password_hash):
        raise WrongCurrentPassword
    if new == current:
        raise PasswordNotNew
    check_password(new, login=user.login)
    user.password_hash = hasher.hash(new)
    user.must_change_password = False
    end_sessions(session, user_id=user_id, but=session_id)
    record(session, actor=actor, action="user.password_changed", subject=("user", user_id), now=now)


def reset_password(
    session: Session, *, user_id: int, actor: Actor, now: datetime, hasher: PasswordHash = PASSWORDS
) -> str:
    """The person has a new one-time password, must change it at sign-in, and all their sessions have ended.

    returns  the password, to be handed over in person; it cannot be read again
    raises   NotFound
    effects  audit user.password_reset
    """
    user = locked_user(session, user_id=user_id)
    password = one_time_password()
    user.password_hash = hasher.hash(password)
    user.must_change_password = True
    end_sessions(session, user_id=user_id)
    record(session, actor=actor, action="user.password_reset", subject=("user", user_id), now=now)
    return password


def one_time_password() -> str:
    """Three groups of five letters and digits, easy to read aloud: 74 bits."""
    groups = (
        "".join(secrets.choice(ONE_TIME_LETTERS) for _ in range(ONE_TIME_GROUP_LENGTH))
        for _ in range(ONE_TIME_GROUPS)
    )
    return "-".join(groups)


@cache
def decoy_hash(hasher: PasswordHash) -> str:
    """A hash that no password opens: verifying against it takes as long as against a real one."""
    return hasher.hash(secrets.token_urlsafe(32))


def end_sessions(session: Session, *, user_id: int, but: int | None = None) -> int:
    """The person is signed out everywhere, except in the session `but`; returns how many sessions that ended."""
    query = delete(WebSession).where(WebSession.user_id == user_id)
    query = query if but is None else query.where(WebSession.session_id != but)
    return len(session.scalars(query.returning(WebSession.session_id)).all())


def locked_user(session: Session, *, user_id: int) -> AppUser:
    """The brand's person, theirs to change until the transaction ends.

    raises  NotFound
    """
    user = session.scalar(select(AppUser).where(AppUser.user_id == user_id).with_for_update())
    if user is None:
        raise NotFound(what="user", key=user_id)
    return user
