"""A second factor: an authenticator app's code, asked for at sign-in, and codes on paper for when the phone is gone."""

import secrets
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from siyu.kernel.audit import Actor, record
from siyu.kernel.crypto import Cipher
from siyu.kernel.db import brand_of
from siyu.organisation.actions.passwords import end_sessions, locked_user, one_time_password
from siyu.organisation.actions.throttle import Attempt, count_failure, forget_failures, wait_for
from siyu.organisation.contracts import Enrolment
from siyu.organisation.errors import (
    NoSecondFactor,
    SecondFactorNotBegun,
    SecondFactorStands,
    TooManyAttempts,
    WrongSecondFactor,
)
from siyu.organisation.models import AppUser, Brand, RecoveryCode, UserTotp
from siyu.organisation.rules.second_factor import (
    RECOVERY_CODES,
    SECRET_BYTES,
    base32_of,
    enrolment_uri,
    is_totp_code,
    plain_code,
    step_that_fits,
)
from siyu.organisation.rules.sessions import secret_digest

NEVER = 0


def begin_enrolment(session: Session, *, cipher: Cipher, user_id: int, now: datetime) -> Enrolment:
    """The person has a secret for an app; it counts once they have shown a code of it. A new one replaces it.

    raises   SecondFactorStands
    effects  one row in user_totp
    """
    user = locked_user(session, user_id=user_id)
    if user.second_factor_since is not None:
        raise SecondFactorStands
    secret = secrets.token_bytes(SECRET_BYTES)
    brand = session.get_one(Brand, brand_of(session))
    session.merge(
        UserTotp(
            user_id=user_id,
            brand_id=brand.brand_id,
            secret_sealed=cipher.encrypt_bytes(secret, context=totp_context(user_id)),
            last_step=NEVER,
            created_at=now,
        )
    )
    return Enrolment(base32_of(secret), enrolment_uri(secret, login=user.login, brand=brand.name))


def finish_enrolment(
    session: Session, *, cipher: Cipher, user_id: int, session_id: int, code: str, actor: Actor, now: datetime
) -> tuple[str, ...]:
    """From now on the person signs in with a code as well; their other sessions have ended.

    returns  the recovery codes, to be kept on paper; they cannot be read again
    raises   SecondFactorStands, SecondFactorNotBegun, WrongSecondFactor
    effects  rows in recovery_code; audit user.second_factor_added
    """
    user = locked_user(session, user_id=user_id)
    if user.second_factor_since is not None:
        raise SecondFactorStands
    totp = session.get(UserTotp, user_id)
    if totp is None:
        raise SecondFactorNotBegun
    step = step_that_fits(_secret(totp, cipher), plain_code(code), last_step=totp.last_step, now=now)
    if step is None:
        raise WrongSecondFactor
    totp.last_step, user.second_factor_since = step, now
    end_sessions(session, user_id=user_id, but=session_id)
    record(session, actor=actor, action="user.second_factor_added", subject=("user", user_id), now=now)
    return _new_recovery_codes(session, user_id=user_id)


def renew_recovery_codes(session: Session, *, user_id: int, actor: Actor, now: datetime) -> tuple[str, ...]:
    """The person has ten new recovery codes, and those before open nothing.

    raises   NotFound
    effects  rows in recovery_code; audit user.recovery_codes_renewed
    """
    locked_user(session, user_id=user_id)
    record(session, actor=actor, action="user.recovery_codes_renewed", subject=("user", user_id), now=now)
    return _new_recovery_codes(session, user_id=user_id)


def _new_recovery_codes(session: Session, *, user_id: int) -> tuple[str, ...]:
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    codes = tuple(one_time_password() for _ in range(RECOVERY_CODES))
    session.add_all(
        RecoveryCode(user_id=user_id, brand_id=brand_of(session), code_hash=secret_digest(code), used_at=None)
        for code in codes
    )
    return codes


def remove_second_factor(session: Session, *, user_id: int, actor: Actor, now: datetime) -> None:
    """The person signs in with the password alone, and their sessions go on. Calling twice changes nothing.

    Ask `prove_second_factor` first where they do it themselves; an owner does it for who lost the phone.

    raises   NotFound
    effects  audit user.second_factor_removed
    """
    user = locked_user(session, user_id=user_id)
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    session.execute(delete(UserTotp).where(UserTotp.user_id == user_id))
    if user.second_factor_since is not None:
        user.second_factor_since = None
        record(session, actor=actor, action="user.second_factor_removed", subject=("user", user_id), now=now)


def prove_second_factor(
    session: Session, *, cipher: Cipher, user_id: int, code: str, address: str, now: datetime
) -> NoSecondFactor | WrongSecondFactor | TooManyAttempts | None:
    """None if the person showed a code; it opens nothing again. For a session of Role.LOGIN outside any brand.

    A refusal is returned, not raised: its count must be committed before it is told.
    """
    user = session.get_one(AppUser, user_id)
    if user.second_factor_since is None:
        return NoSecondFactor()
    attempt = Attempt.of(login=user.login, address=address)
    if seconds := wait_for(session, attempt=attempt, now=now):
        return TooManyAttempts(retry_after_seconds=seconds)
    if not takes_code(session, cipher=cipher, user_id=user_id, code=code, now=now):
        count_failure(session, attempt=attempt, now=now)
        return WrongSecondFactor()
    forget_failures(session, attempt=attempt)
    return None


def takes_code(session: Session, *, cipher: Cipher, user_id: int, code: str, now: datetime) -> bool:
    """Whether the code is the app's of now, or one on paper; either is taken once. For a session of Role.LOGIN.

    The caller holds the row of login_attempt, so that two at once do not use one code.
    """
    plain = plain_code(code)
    if is_totp_code(plain):
        totp = session.get_one(UserTotp, user_id)
        step = step_that_fits(_secret(totp, cipher), plain, last_step=totp.last_step, now=now)
        if step is not None:
            totp.last_step = step
        return step is not None
    used = session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.user_id == user_id,
            RecoveryCode.code_hash == secret_digest(plain),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(RecoveryCode.user_id)
    )
    return used.first() is not None


def recovery_codes_left(session: Session, *, user_id: int) -> int:
    """How many of the person's recovery codes were not used yet."""
    unused = select(RecoveryCode.user_id).where(
        RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None)
    )
    return len(session.scalars(unused).all())


def _secret(totp: UserTotp, cipher: Cipher) -> bytes:
    return cipher.decrypt_bytes(totp.secret_sealed, context=totp_context(totp.user_id))


def totp_context(user_id: int | str) -> str:
    """What the secret is sealed for: another person's row does not open with it."""
    return f"totp/{user_id}"
