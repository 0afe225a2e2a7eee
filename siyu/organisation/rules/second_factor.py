"""Pure decisions about one-time codes: which code holds when, that none holds twice, and who needs one."""

import base64
import hmac
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import quote, urlencode

from siyu.organisation.contracts import StaffRole

STEP_SECONDS = 30
DIGITS = 6
STEPS_OFF_MAX = 1  # clocks of phones are a little off
SECRET_BYTES = 20  # RFC 4226 §4: at least 128 bits, 160 recommended
RECOVERY_CODES = 10
ISSUER = "Siyu"


def step_of(moment: datetime) -> int:
    """The number of the half minute a moment lies in.

    >>> from datetime import UTC
    >>> step_of(datetime(2005, 3, 18, 1, 58, 29, tzinfo=UTC))
    37037036
    """
    return int(moment.timestamp()) // STEP_SECONDS


def code_of(secret: bytes, step: int, *, digits: int = DIGITS) -> str:
    """The code of one half minute.

    source  RFC 6238 (time) on RFC 4226 (truncation), HMAC-SHA-1 as every authenticator app takes it

    >>> code_of(b"12345678901234567890", 37037036, digits=8)
    '07081804'
    """
    digest = hmac.digest(secret, step.to_bytes(8, "big"), "sha1")
    start = digest[-1] & 0x0F
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFF_FFFF
    return str(number % 10**digits).zfill(digits)


def step_that_fits(secret: bytes, code: str, *, last_step: int, now: datetime) -> int | None:
    """The half minute that the code is of, if it is near enough and later than the last code that was taken.

    A code that was seen over a shoulder, or taken from the wire, opens nothing again (RFC 6238 §5.2).

    returns  None if the code does not fit
    """
    given = code.encode("utf-8", "surrogatepass")
    here = step_of(now)
    for step in range(here - STEPS_OFF_MAX, here + STEPS_OFF_MAX + 1):
        if step > last_step and hmac.compare_digest(code_of(secret, step).encode(), given):
            return step
    return None


def plain_code(code: str) -> str:
    """A code as it is compared: people type blanks into it.

    >>> plain_code(" 123 456 "), plain_code("ABCDE-fghjk-mnpqr")
    ('123456', 'abcde-fghjk-mnpqr')
    """
    return "".join(code.split()).casefold()


def is_totp_code(code: str) -> bool:
    """Whether it has the shape of an app's code; recovery codes have another.

    >>> is_totp_code("123456"), is_totp_code("abcde-fghjk-mnpqr")
    (True, False)
    """
    return len(code) == DIGITS and code.isascii() and code.isdigit()


def base32_of(secret: bytes) -> str:
    """The secret as people type it into an app that cannot scan.

    >>> base32_of(b"12345678901234567890")
    'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
    """
    return base64.b32encode(secret).decode().rstrip("=")


def enrolment_uri(secret: bytes, *, login: str, brand: str) -> str:
    """What the QR code says to an authenticator app.

    source  the key URI format that Google Authenticator introduced

    >>> enrolment_uri(b"12345678901234567890", login="lin", brand="Tea")
    'otpauth://totp/Siyu%20Tea:lin?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Siyu%20Tea&digits=6&period=30'
    """
    issuer = f"{ISSUER} {brand}"
    asked = {"secret": base32_of(secret), "issuer": issuer, "digits": DIGITS, "period": STEP_SECONDS}
    return f"otpauth://totp/{quote(issuer)}:{quote(login)}?{urlencode(asked, quote_via=quote)}"


def needs_second_factor(roles: Iterable[StaffRole], *, required_of: Iterable[str]) -> bool:
    """One role that needs it is enough.

    >>> needs_second_factor([StaffRole.GUIDE, StaffRole.OWNER], required_of=["owner"])
    True
    """
    return not set(required_of).isdisjoint(roles)
