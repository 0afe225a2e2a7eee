"""Signing in: who gets a session, how guessing is slowed, when a session ends."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from siyu.kernel.app import App
from siyu.kernel.audit import SYSTEM, AuditEntry
from siyu.kernel.db import Role
from siyu.organisation.actions import passwords
from siyu.organisation.actions.keys import revoke_api_key, use_api_key
from siyu.organisation.actions.sessions import resume_session, sign_out
from siyu.organisation.actions.throttle import SWEPT_AT_ONCE_MAX
from siyu.organisation.actions.users import disable_user
from siyu.organisation.contracts import NewSession, OpenSession, UserInfo
from siyu.organisation.errors import TooManyAttempts, WrongCredentials
from siyu.organisation.models import LoginAttempt, WebSession
from tests.organisation.makers import NOW, make_key, make_session, make_user, try_to_sign_in

HOUR = timedelta(hours=1)


@pytest.fixture
def user(app: App, brand_id: int) -> UserInfo:
    with app.db.transaction(brand_id=brand_id) as session:
        return make_user(session)


def resumed(app: App, token: str, *, after: timedelta = timedelta()) -> OpenSession | None:
    with app.db.transaction(brand_id=None, role=Role.LOGIN) as session:
        return resume_session(session, token=token, now=NOW + after)


def test_the_right_password_opens_a_session_in_the_right_brand(
    app: App, brand_id: int, user: UserInfo
) -> None:
    opened = make_session(app, f" {user.login.upper()} ", address="10.0.0.7")
    found = resumed(app, opened.token)
    assert found is not None
    assert found.brand.brand_id == brand_id
    assert (found.user.login, found.user.last_login_at) == (user.login, NOW)
    assert found.csrf_token == opened.session.csrf_token != opened.token


def test_signing_in_is_in_the_audit_log(app: App, brand_id: int, user: UserInfo) -> None:
    make_session(app, user.login, address="10.0.0.7")
    with app.db.transaction(brand_id=brand_id) as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "session.opened")).one()
    assert (entry.actor_label, entry.address) == (user.login, "10.0.0.7")


def test_the_database_does_not_hold_the_token(app: App, brand_id: int, user: UserInfo) -> None:
    opened = make_session(app, user.login)
    with app.db.transaction(brand_id=brand_id) as session:
        kept = session.scalars(select(WebSession)).one()
    assert opened.token.encode() not in kept.token_hash
    assert opened.token not in repr(opened)


def test_unknown_wrong_and_disabled_get_the_same_answer_after_the_same_work(
    app: App, brand_id: int, user: UserInfo, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.db.transaction(brand_id=brand_id) as session:
        shut_out = make_user(session)
        disable_user(session, user_id=shut_out.user_id, actor=SYSTEM, now=NOW)
    verified: list[str] = []

    class Counting:
        def verify(self, password: str, kept: str) -> bool:
            verified.append(kept)
            return password == "right"

        def hash(self, password: str) -> str:
            return "decoy"

    hasher = Counting()
    passwords.decoy_hash.cache_clear()
    outcomes = [
        try_to_sign_in(app, "nobody-of-that-name", "wrong", hasher=hasher),
        try_to_sign_in(app, "no\0body", "wrong", address="10.4.0.1", hasher=hasher),
        try_to_sign_in(app, user.login, "wrong", hasher=hasher),
        try_to_sign_in(app, shut_out.login, "right", hasher=hasher),
    ]
    assert [type(outcome) for outcome in outcomes] == [WrongCredentials] * 4
    assert len({outcome.message for outcome in outcomes}) == 1
    assert len(verified) == 4


def test_after_five_failures_even_the_right_password_has_to_wait(app: App, user: UserInfo) -> None:
    for _ in range(5):
        assert isinstance(try_to_sign_in(app, user.login, "wrong"), WrongCredentials)
    refused = try_to_sign_in(app, user.login)
    assert isinstance(refused, TooManyAttempts)
    assert refused.details == {"retry_after_seconds": 30}
    later = NOW + timedelta(seconds=31)
    assert isinstance(try_to_sign_in(app, user.login, "wrong", now=later), WrongCredentials)
    waiting = try_to_sign_in(app, user.login, now=later)
    assert waiting.details == {"retry_after_seconds": 60}
    assert isinstance(try_to_sign_in(app, user.login, now=later + 2 * timedelta(minutes=1)), NewSession)


def test_success_makes_the_login_start_afresh(app: App, user: UserInfo) -> None:
    for _ in range(4):
        try_to_sign_in(app, user.login, "wrong")
    make_session(app, user.login)
    for _ in range(4):
        assert isinstance(try_to_sign_in(app, user.login, "wrong"), WrongCredentials)


def test_failures_from_elsewhere_count_for_the_login(app: App, user: UserInfo) -> None:
    for number in range(5):
        try_to_sign_in(app, user.login, "wrong", address=f"10.1.0.{number}")
    assert isinstance(try_to_sign_in(app, user.login, address="10.1.0.99"), TooManyAttempts)


def test_an_address_that_tries_many_logins_has_to_wait_in_spite_of_its_own_success(
    app: App, user: UserInfo
) -> None:
    for number in range(20):
        try_to_sign_in(app, f"guess-{number}", "wrong", address="10.2.0.1")
        if number == 10:
            make_session(app, user.login, address="10.2.0.1")
    assert isinstance(try_to_sign_in(app, user.login, address="10.2.0.1"), TooManyAttempts)
    assert isinstance(try_to_sign_in(app, user.login, address="10.2.0.2"), NewSession)


def test_many_guesses_at_once_are_no_more_than_one_by_one(app: App, user: UserInfo) -> None:
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(lambda _: try_to_sign_in(app, user.login, "wrong"), range(16)))
    assert sum(isinstance(outcome, WrongCredentials) for outcome in outcomes) == 5


def test_failures_of_long_ago_are_forgotten_and_their_rows_swept_away(app: App, user: UserInfo) -> None:
    much_later = NOW + 3 * HOUR

    def rows(when: ColumnElement[bool]) -> list[int]:
        with app.db.transaction(brand_id=None, role=Role.LOGIN) as session:
            return list(session.scalars(select(LoginAttempt.failures).where(when)))

    for _ in range(5):
        try_to_sign_in(app, user.login, "wrong", address="10.3.0.1")
    old = len(rows(LoginAttempt.last_failed_at <= NOW + HOUR))
    again = try_to_sign_in(app, user.login, "wrong", address="10.3.0.1", now=much_later)
    assert isinstance(again, WrongCredentials)
    assert rows(LoginAttempt.last_failed_at == much_later) == [1, 1]
    assert len(rows(LoginAttempt.last_failed_at <= NOW + HOUR)) == max(0, old - 2 - SWEPT_AT_ONCE_MAX)


@pytest.mark.parametrize(
    ("seen_after_hours", "open_at_the_end"),
    [
        # Seen every eleven hours for a day.
        ([11, 22], True),
        # Twelve hours away.
        ([11, 23], False),
        # Busy without a pause, for seven days.
        (list(range(8, 168, 8)), True),
        (list(range(8, 176, 8)), False),
    ],
)
def test_a_session_lives_while_it_is_used_but_not_for_ever(
    app: App,
    user: UserInfo,
    seen_after_hours: list[int],
    open_at_the_end: bool,
) -> None:
    opened = make_session(app, user.login)
    found = [resumed(app, opened.token, after=hours * HOUR) for hours in seen_after_hours]
    assert (found[-1] is not None) is open_at_the_end


def test_being_seen_is_written_at_most_once_a_minute(app: App, brand_id: int, user: UserInfo) -> None:
    opened = make_session(app, user.login)

    def seen_at(session: Session) -> timedelta:
        return session.scalars(select(WebSession.last_seen_at)).one() - NOW

    resumed(app, opened.token, after=timedelta(seconds=59))
    with app.db.transaction(brand_id=brand_id) as session:
        assert seen_at(session) == timedelta()
    resumed(app, opened.token, after=timedelta(seconds=60))
    with app.db.transaction(brand_id=brand_id) as session:
        assert seen_at(session) == timedelta(seconds=60)


def test_signing_out_ends_the_session_and_can_be_repeated(app: App, brand_id: int, user: UserInfo) -> None:
    opened = make_session(app, user.login)
    for _ in range(2):
        with app.db.transaction(brand_id=brand_id) as session:
            sign_out(session, session_id=opened.session.session_id, actor=SYSTEM, now=NOW)
    assert resumed(app, opened.token) is None


def test_expired_sessions_are_swept_away_at_the_next_sign_in(app: App, brand_id: int, user: UserInfo) -> None:
    make_session(app, user.login)
    make_session(app, user.login, now=NOW + timedelta(days=8))
    with app.db.transaction(brand_id=brand_id) as session:
        assert len(session.scalars(select(WebSession)).all()) == 1


def test_a_key_works_until_it_is_revoked(app: App, brand_id: int) -> None:
    with app.db.transaction(brand_id=brand_id) as session:
        new = make_key(session)

    def used() -> object:
        with app.db.transaction(brand_id=None, role=Role.LOGIN) as session:
            return use_api_key(session, secret=new.secret, now=NOW)

    found = used()
    assert isinstance(found, tuple)
    assert (found[0].last_used_at, found[1].brand_id) == (NOW, brand_id)
    with app.db.transaction(brand_id=brand_id) as session:
        revoke_api_key(session, api_key_id=new.key.api_key_id, actor=SYSTEM, now=NOW)
    assert used() is None
