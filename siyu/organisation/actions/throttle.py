"""Guessing passwords becomes slow: failures are counted per login and per address."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from siyu.organisation.models import LoginAttempt
from siyu.organisation.rules.logins import folded
from siyu.organisation.rules.throttle import (
    ADDRESS_FAILURES_FREE,
    FAILURES_FORGOTTEN_AFTER,
    LOGIN_FAILURES_FREE,
    seconds_to_wait,
)

SWEPT_AT_ONCE_MAX = 100


@dataclass(frozen=True, slots=True)
class Attempt:
    """What one attempt is counted under: the keys, each with the failures that cost nothing."""

    login_key: str
    free_by_key: Mapping[str, int]

    @classmethod
    def of(cls, *, login: str, address: str) -> "Attempt":
        """The keys of this login and this address."""
        digest = hashlib.sha256(folded(login).encode("utf-8", "surrogatepass")).hexdigest()
        login_key = f"login:{digest}"
        free = {login_key: LOGIN_FAILURES_FREE, f"address:{address}": ADDRESS_FAILURES_FREE}
        return cls(login_key, free)


def wait_for(session: Session, *, attempt: Attempt, now: datetime) -> int:
    """Attempts under the same keys wait for this transaction: many at once get no more guesses than one by one.

    returns  the seconds this attempt has to wait; 0 if it may be tried now
    effects  a row a key, locked; always the login's before the address's, so that nobody waits in a circle;
             up to 100 rows that are older than an hour are gone
    """
    rows = [{"attempt_key": key, "failures": 0, "last_failed_at": now} for key in attempt.free_by_key]
    counted = session.execute(
        insert(LoginAttempt)
        .values(rows)
        .on_conflict_do_update(
            index_elements=[LoginAttempt.attempt_key], set_={"failures": LoginAttempt.failures}
        )
        .returning(LoginAttempt.attempt_key, LoginAttempt.failures, LoginAttempt.last_failed_at)
    )
    waits = [
        seconds_to_wait(failures, free=attempt.free_by_key[key], last_failed_at=last_failed_at, now=now)
        for key, failures, last_failed_at in counted
    ]
    _sweep(session, attempt=attempt, now=now)
    return max(waits)


def count_failure(session: Session, *, attempt: Attempt, now: datetime) -> None:
    """One more failure stands under each key."""
    forgotten = now - FAILURES_FORGOTTEN_AFTER
    before = case((LoginAttempt.last_failed_at < forgotten, 0), else_=LoginAttempt.failures)
    session.execute(
        update(LoginAttempt)
        .where(LoginAttempt.attempt_key.in_(attempt.free_by_key))
        .values(failures=before + 1, last_failed_at=now)
    )


def forget_failures(session: Session, *, attempt: Attempt) -> None:
    """The login starts afresh. The address does not: one good password must not buy guesses at others."""
    session.execute(delete(LoginAttempt).where(LoginAttempt.attempt_key == attempt.login_key))


def _sweep(session: Session, *, attempt: Attempt, now: datetime) -> None:
    """Some rows that count for nothing any more are gone: somebody who makes up logins fills no table."""
    old = (
        select(LoginAttempt.attempt_key)
        .where(
            LoginAttempt.last_failed_at < now - FAILURES_FORGOTTEN_AFTER,
            LoginAttempt.attempt_key.not_in(attempt.free_by_key),
        )
        .limit(SWEPT_AT_ONCE_MAX)
        .with_for_update(skip_locked=True)
    )
    session.execute(delete(LoginAttempt).where(LoginAttempt.attempt_key.in_(old)))
