"""Pure decisions: what a role may do, which passwords will do, how long to wait, whether a session is open."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from siyu.organisation.contracts import StaffRole
from siyu.organisation.errors import (
    BadBrandCode,
    BadLogin,
    PasswordHoldsLogin,
    PasswordTooEasy,
    PasswordTooShort,
    RoleMissing,
    ScopeNotYours,
    UnknownCurrency,
    UnknownPermission,
    UnknownRole,
    UnknownTimeZone,
)

PERMISSIONS = (
    "customers.read",
    "customers.reveal",  # personal data without the mask
    "customers.edit",  # written down and corrected by hand, tags
    "customers.merge",
    "customers.export",
    "consents.edit",
    "consents.prove",  # bundles that hold personal data in clear, for whoever asks for proof
    "suppressions.read",
    "suppressions.edit",
    "suppressions.lift",
    "privacy.read",
    "privacy.request",  # everything about a customer, or their erasure
    "privacy.approve",
    "imports.read",
    "imports.run",
    "imports.undo",
    "events.write",  # for the keys of programs that send events
    "events.read",
    "events.edit",
    "segments.read",
    "segments.edit",
    "segments.export",
    "destinations.read",
    "destinations.edit",  # where facts go, and their secrets
    "destinations.approve",  # those that are told who customers are
    "destinations.export",
    "campaigns.read",
    "campaigns.edit",
    "campaigns.approve",
    "campaigns.send",
    "analytics.read",
    "channels.read",
    "channels.edit",
    "settings.read",
    "settings.edit",
    "users.read",
    "users.edit",
    "keys.read",
    "keys.edit",
    "audit.read",
    "tasks.read",
    "tasks.cancel",
)
_ALL = frozenset(PERMISSIONS)
_READING = frozenset(permission for permission in PERMISSIONS if permission.endswith(".read"))
_ADMINISTRATION = frozenset(
    {
        "users.read",
        "users.edit",
        "keys.read",
        "keys.edit",
        "settings.edit",
        "audit.read",
        "customers.export",
        "consents.prove",
        "suppressions.lift",
        "privacy.approve",
        "destinations.edit",
        "destinations.approve",
    }
)

PERMISSIONS_BY_ROLE: Mapping[StaffRole, frozenset[str]] = MappingProxyType(
    {
        StaffRole.OWNER: _ALL,
        StaffRole.OPERATOR: _ALL - _ADMINISTRATION,
        StaffRole.ANALYST: _READING
        | {"customers.export", "segments.edit", "segments.export", "destinations.export"},
        StaffRole.DEVELOPER: _READING
        | {"keys.edit", "imports.run", "imports.undo", "events.write", "events.edit", "channels.edit"}
        | {"destinations.edit"},
        StaffRole.STORE_MANAGER: frozenset({"customers.read", "customers.reveal", "customers.export"}),
        StaffRole.GUIDE: frozenset({"customers.read"}),
        StaffRole.AGENT: frozenset({"customers.read", "customers.reveal"}),
    }
)

_FIRST_DAY, _LAST_DAY = date(1970, 1, 1), date(9000, 1, 1)

PASSWORD_LENGTH_MIN = 10
DIFFERENT_CHARACTERS_MIN = 3
ADDED_TO_LOGIN_MIN = 6
# Those of ten characters and more that lead the published lists of leaked passwords, Chinese ones among them.
COMMON_PASSWORDS = frozenset(
    """
    0123456789 0987654321 1234567890 12345678900 12345678910 123456789a 123456789q 1234567891 123456123456
    123123123123 1234554321 147258369a 147258369147 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx3edc 1qazxsw23edc 5201314520
    7758521521 9876543210 a123456789 aa123456789 abc1234567 abc123456789 abcd123456 abcde12345 abcdefghij
    admin12345 admin123456 administrator asd123456789 asdf123456 asdfghjkl1 asdfghjkl; changeme123 iloveyou123
    iloveyou520 letmein1234 p@ssw0rd123 passw0rd123 password00 password01 password11 password12 password123
    password1234 password12345 q123456789 q1w2e3r4t5 qaz123456789 qazwsxedcrfv qq123456789 qwer123456
    qwerasdfzxcv qwerty12345 qwerty123456 qwertyuiop qwertyuiop123 superman123 wang123456 welcome123
    welcome1234 woaini1314 woaini1314520 woaini520520 woaini5201314 zhang123456 zxcvbnm123 zxcvbnm123456
    """.split()  # noqa: SIM905 -- a list of this length reads better as text
)

LOGIN_FAILURES_FREE = 5
ADDRESS_FAILURES_FREE = 20  # a whole shop may stand behind one address
FIRST_WAIT_SECONDS = 30
LONGEST_WAIT_SECONDS = 15 * 60
FAILURES_FORGOTTEN_AFTER = timedelta(hours=1)

SESSION_IDLE_MAX = timedelta(hours=12)
SESSION_LIFETIME = timedelta(days=7)
SEEN_PRECISION = timedelta(minutes=1)

_LOGIN = re.compile(r"[\w.+@-]{2,64}")
_BRAND_CODE = re.compile(r"[a-z][a-z0-9-]{1,31}")
_CURRENCY = re.compile(r"[A-Z]{3}")


def permissions_of(roles: Iterable[StaffRole]) -> frozenset[str]:
    """A person may do what any one of their roles may do.

    >>> "users.edit" in permissions_of([StaffRole.OPERATOR])
    False
    >>> "users.read" in permissions_of([StaffRole.OPERATOR, StaffRole.ANALYST])
    True
    """
    return frozenset().union(*(PERMISSIONS_BY_ROLE[role] for role in roles))


def checked_roles(roles: Iterable[str]) -> tuple[StaffRole, ...]:
    """The roles, each once, the most powerful first.

    raises  UnknownRole, RoleMissing

    >>> [role.value for role in checked_roles(["analyst", "owner", "analyst"])]
    ['owner', 'analyst']
    """
    wanted = set(roles)
    known = ", ".join(StaffRole)
    for role in sorted(wanted - set(StaffRole)):
        raise UnknownRole(role=role, known=known)
    if not wanted:
        raise RoleMissing(known=known)
    return tuple(role for role in StaffRole if role in wanted)


def checked_scopes(scopes: Iterable[str], *, held: frozenset[str]) -> tuple[str, ...]:
    """The permissions of a key, each once; nobody can give what they do not hold.

    raises  UnknownPermission, ScopeNotYours

    >>> checked_scopes(["keys.read", "imports.run"], held=frozenset(PERMISSIONS))
    ('imports.run', 'keys.read')
    """
    wanted = sorted(set(scopes))
    for permission in wanted:
        if permission not in _ALL:
            raise UnknownPermission(permission=permission, known=", ".join(PERMISSIONS))
        if permission not in held:
            raise ScopeNotYours(permission=permission)
    return tuple(wanted)


def folded(login: str) -> str:
    """The login as it is compared: case and surrounding space do not matter.

    >>> folded(" Fang.Wang ")
    'fang.wang'
    """
    return login.strip().casefold()


def is_login(text: str) -> bool:
    """Whether somebody could be called that.

    >>> is_login("Fang.Wang"), is_login("fang wang")
    (True, False)
    """
    return _LOGIN.fullmatch(folded(text)) is not None


def checked_login(login: str) -> str:
    """The login as it is kept.

    raises  BadLogin

    >>> checked_login("王芳@Store-7")
    '王芳@store-7'
    """
    if not is_login(login):
        raise BadLogin(login=login)
    return folded(login)


def check_password(password: str, *, login: str) -> None:
    """Returns if the password will do: long enough, not the login, not one that everybody tries first.

    raises  PasswordTooShort, PasswordHoldsLogin, PasswordTooEasy
    source  NIST SP 800-63B §5.1.1.2: length and a list of common ones, no rules about kinds of characters

    >>> check_password("seven quiet ducks", login="fang")
    """
    if len(password) < PASSWORD_LENGTH_MIN:
        raise PasswordTooShort(length=len(password), length_min=PASSWORD_LENGTH_MIN)
    plain, name = folded(password), folded(login)
    if plain.startswith(name) and len(plain) - len(name) < ADDED_TO_LOGIN_MIN:
        raise PasswordHoldsLogin
    if plain in COMMON_PASSWORDS or len(set(plain)) < DIFFERENT_CHARACTERS_MIN:
        raise PasswordTooEasy


def failures_that_count(failures: int, *, last_failed_at: datetime, now: datetime) -> int:
    """Failures in a row; an hour without one and they are forgotten."""
    return 0 if now - last_failed_at > FAILURES_FORGOTTEN_AFTER else failures


def seconds_to_wait(failures: int, *, free: int, last_failed_at: datetime, now: datetime) -> int:
    """The first failures cost nothing; from then on each doubles the wait, up to a quarter of an hour.

    units    whole seconds from now, rounded up
    returns  0 if an attempt is allowed now

    >>> from datetime import UTC
    >>> noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    >>> [seconds_to_wait(failures, free=5, last_failed_at=noon, now=noon) for failures in (4, 5, 6, 99)]
    [0, 30, 60, 900]
    """
    over = failures_that_count(failures, last_failed_at=last_failed_at, now=now) - free
    if over < 0:
        return 0
    wait = min(FIRST_WAIT_SECONDS << min(over, 16), LONGEST_WAIT_SECONDS)
    left = timedelta(seconds=wait) - (now - last_failed_at)
    return max(0, -(-left // timedelta(seconds=1)))


def secret_digest(secret: str) -> bytes:
    """What is kept of a secret of ours: it has 256 random bits, for which a plain digest is enough.

    >>> secret_digest("siyu_0_x") == secret_digest("siyu_0_x"), len(secret_digest(""))
    (True, 32)
    """
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def session_is_open(*, last_seen_at: datetime, expires_at: datetime, now: datetime) -> bool:
    """A session ends twelve hours after it was last seen, and seven days after sign-in in any case."""
    return now < expires_at and now - last_seen_at < SESSION_IDLE_MAX


def is_worth_noting(seen_at: datetime | None, *, now: datetime) -> bool:
    """When somebody was last seen is written at most once a minute, so that reading stays reading."""
    return seen_at is None or now - seen_at >= SEEN_PRECISION


def check_brand_code(code: str) -> None:
    """Returns if the code may name a brand.

    raises  BadBrandCode

    >>> check_brand_code("tea-house-2")
    """
    if not _BRAND_CODE.fullmatch(code):
        raise BadBrandCode(value=code)


def check_time_zone(name: str) -> None:
    """Returns if the zone is in the IANA list.

    raises  UnknownTimeZone

    >>> check_time_zone("Asia/Shanghai")
    """
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError) as unknown:
        raise UnknownTimeZone(value=name) from unknown


def check_currency(code: str) -> None:
    """Returns if the code has the shape of a currency's.

    raises  UnknownCurrency
    source  ISO 4217

    >>> check_currency("CNY")
    """
    if not _CURRENCY.fullmatch(code):
        raise UnknownCurrency(value=code)


def day_begins(day: date, zone: str) -> datetime:
    """The first moment of a day in a zone; days that calendars hardly know are brought to the nearest they do.

    >>> day_begins(date(2026, 11, 22), "Asia/Shanghai").isoformat()
    '2026-11-22T00:00:00+08:00'
    """
    return datetime.combine(min(max(day, _FIRST_DAY), _LAST_DAY), time.min, ZoneInfo(zone))


def day_after(day: date, zone: str) -> datetime:
    """The first moment of the day that follows.

    >>> day_after(date(2026, 11, 22), "Asia/Shanghai").isoformat()
    '2026-11-23T00:00:00+08:00'
    """
    return day_begins(min(day, _LAST_DAY) + timedelta(days=1), zone)
