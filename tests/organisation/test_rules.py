"""Roles, passwords, waiting and expiry, as tables."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siyu.kernel.errors import SiyuError
from siyu.organisation import errors
from siyu.organisation.contracts import StaffRole
from siyu.organisation.rules.brands import check_brand_code, check_currency, check_time_zone
from siyu.organisation.rules.logins import checked_login
from siyu.organisation.rules.passwords import COMMON_PASSWORDS, PASSWORD_LENGTH_MIN, check_password
from siyu.organisation.rules.permissions import PERMISSIONS, checked_roles, permissions_of
from siyu.organisation.rules.sessions import session_is_open
from siyu.organisation.rules.throttle import LONGEST_WAIT_SECONDS, seconds_to_wait

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
ROLES = st.sets(st.sampled_from(StaffRole))


@pytest.mark.parametrize(
    ("role", "may", "may_not"),
    [
        # An owner may do everything.
        ("owner", set(PERMISSIONS), set()),
        # An operator runs the work and leaves people, keys, settings and bulk exports of personal data alone.
        (
            "operator",
            {"campaigns.send", "campaigns.approve", "customers.reveal", "imports.undo", "settings.read"},
            {
                "users.read",
                "users.edit",
                "keys.read",
                "keys.edit",
                "settings.edit",
                "audit.read",
                "customers.export",
            },
        ),
        # An analyst reads all and takes data out, but sees no unmasked customer and sends nothing.
        (
            "analyst",
            {"audit.read", "users.read", "customers.export", "segments.edit", "segments.export"},
            {"customers.reveal", "campaigns.edit", "imports.run", "keys.edit", "tasks.cancel"},
        ),
        # A developer connects things.
        (
            "developer",
            {"keys.edit", "imports.run", "imports.undo", "channels.edit", "customers.read"},
            {"customers.reveal", "customers.export", "users.edit", "campaigns.send", "settings.edit"},
        ),
    ],
)
def test_a_role_gives_what_its_work_needs_and_no_more(role: str, may: set[str], may_not: set[str]) -> None:
    held = permissions_of([StaffRole(role)])
    assert may <= held
    assert not may_not & held


@given(some=ROLES, more=ROLES)
def test_another_role_never_takes_a_permission_away(some: set[StaffRole], more: set[StaffRole]) -> None:
    assert permissions_of(some) <= permissions_of(some | more) <= set(PERMISSIONS)


def test_a_person_without_roles_is_refused() -> None:
    with pytest.raises(errors.RoleMissing):
        checked_roles([])


def test_an_unknown_role_is_named_with_those_that_exist() -> None:
    with pytest.raises(
        errors.UnknownRole, match=r"no role boss\. Known: owner, operator, analyst, developer"
    ):
        checked_roles(["owner", "boss"])


@pytest.mark.parametrize(
    ("password", "login", "refusal"),
    [
        ("seven quiet ducks", "fang", None),
        # Ten characters are enough, of any script.
        ("七只安静的鸭子在湖上", "fang", None),
        ("nine char", "fang", errors.PasswordTooShort),
        # The login itself, however it is capitalised.
        ("Wang.Fang.1990", "wang.fang.1990", errors.PasswordHoldsLogin),
        # The login with a little added.
        ("wang.fang123", "wang.fang", errors.PasswordHoldsLogin),
        # The login with much added is a password of its own.
        ("wang.fang likes ducks", "wang.fang", None),
        ("1234567890", "fang", errors.PasswordTooEasy),
        ("WoAiNi1314520", "fang", errors.PasswordTooEasy),
        ("PASSWORD123", "fang", errors.PasswordTooEasy),
        # One or two characters repeated.
        ("aaaaaaaaaaaa", "fang", errors.PasswordTooEasy),
        ("ababababababab", "fang", errors.PasswordTooEasy),
    ],
)
def test_a_password_is_long_and_not_the_first_that_one_would_guess(
    password: str, login: str, refusal: type[SiyuError] | None
) -> None:
    if refusal is None:
        check_password(password, login=login)
    else:
        with pytest.raises(refusal):
            check_password(password, login=login)


def test_every_common_password_is_long_enough_to_need_the_list() -> None:
    for password in COMMON_PASSWORDS:
        assert len(password) >= PASSWORD_LENGTH_MIN, password
        assert password == password.casefold()


@pytest.mark.parametrize(
    ("login", "kept"),
    [
        ("Fang.Wang@Example.com", "fang.wang@example.com"),
        (" 王芳 ", "王芳"),
        # Too short, too long, a space inside, a character that ends a C string.
        ("f", None),
        ("f" * 65, None),
        ("fang wang", None),
        ("fang\0wang", None),
    ],
)
def test_a_login_is_folded_or_refused(login: str, kept: str | None) -> None:
    if kept is None:
        with pytest.raises(errors.BadLogin):
            checked_login(login)
    else:
        assert checked_login(login) == kept


@pytest.mark.parametrize(
    ("failures", "seconds_ago", "wait"),
    [
        (0, 0, 0),
        # Four failures cost nothing, the fifth costs half a minute.
        (4, 0, 0),
        (5, 0, 30),
        # Part of the wait has passed; what is left is rounded up.
        (5, 10, 20),
        (5, 29.5, 1),
        (5, 30, 0),
        # Each further failure doubles it …
        (6, 0, 60),
        (7, 0, 120),
        # … up to a quarter of an hour.
        (10, 0, 900),
        (1_000_000, 0, 900),
        # An hour without a failure and all is forgotten.
        (1_000_000, 3_601, 0),
    ],
)
def test_waiting_grows_with_failures(failures: int, seconds_ago: float, wait: int) -> None:
    then = NOON - timedelta(seconds=seconds_ago)
    assert seconds_to_wait(failures, free=5, last_failed_at=then, now=NOON) == wait


@given(failures=st.integers(0, 10**9), seconds=st.floats(0, 10_000))
def test_waiting_never_shrinks_with_a_further_failure(failures: int, seconds: float) -> None:
    then = NOON - timedelta(seconds=seconds)
    waits = [
        seconds_to_wait(count, free=5, last_failed_at=then, now=NOON) for count in (failures, failures + 1)
    ]
    assert 0 <= waits[0] <= waits[1] <= LONGEST_WAIT_SECONDS


@pytest.mark.parametrize(
    ("hours_idle", "days_left", "still_open"),
    [
        (0, 7, True),
        (11.99, 1, True),
        # Twelve hours without a request.
        (12, 1, False),
        # Seven days after sign-in, however busy.
        (0, 0, False),
        (0, -1, False),
    ],
)
def test_a_session_ends_when_idle_or_old(hours_idle: float, days_left: float, still_open: bool) -> None:
    seen, expires = NOON - timedelta(hours=hours_idle), NOON + timedelta(days=days_left)
    assert session_is_open(last_seen_at=seen, expires_at=expires, now=NOON) is still_open


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [
        (check_brand_code, "tea-house-2", ["Tea", "2tea", "t", "tea house", "t" * 33]),
        (check_time_zone, "Europe/London", ["Mars/Olympus", "", "../etc/passwd", "Asia"]),
        (check_currency, "GBP", ["gbp", "RMBY", "￥"]),
    ],
)
def test_what_describes_a_brand_is_checked(check, good: str, bad: list[str]) -> None:
    check(good)
    for value in bad:
        with pytest.raises(SiyuError):
            check(value)
