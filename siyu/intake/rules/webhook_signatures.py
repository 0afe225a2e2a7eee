"""Whether a webhook was signed by who knows the secret, and not long ago."""

import base64
import binascii
import hmac
from datetime import UTC, datetime, timedelta

TOLERANCE = timedelta(minutes=5)
MILLISECONDS_FROM = 100_000_000_000


def signature_of(secret: bytes, body: bytes, timestamp: str | None) -> bytes:
    """HMAC-SHA256 of the body, or of timestamp, a dot and the body.

    source  RFC 2104; the shape that GitHub and Shopify use

    >>> signature_of(b"key", b"{}", None).hex()[:8]
    'a777724d'
    """
    message = body if timestamp is None else timestamp.encode() + b"." + body
    return hmac.digest(secret, message, "sha256")


def is_signed(secret: bytes, body: bytes, *, timestamp: str | None, signature: str) -> bool:
    """Whether the signature is right: in hex, with or without sha256= before it, or in base64.

    >>> right = signature_of(b"key", b"{}", "1767225600")
    >>> [is_signed(b"key", b"{}", timestamp="1767225600", signature=one)
    ...  for one in (right.hex(), "sha256=" + right.hex(), base64.b64encode(right).decode(), "", "sha256=zz")]
    [True, True, True, False, False]
    """
    given = _bytes_of(signature.strip().removeprefix("sha256="))
    return given is not None and hmac.compare_digest(given, signature_of(secret, body, timestamp))


def is_recent(timestamp: str, *, now: datetime) -> bool:
    """Whether the timestamp (seconds or milliseconds since 1970, or ISO 8601 with its zone) is within five minutes.

    >>> noon = datetime(2026, 1, 1, tzinfo=UTC)
    >>> given = ("1767225600", "1767225599000", "2026-01-01T08:04:00+08:00", "1767220000", "x")
    >>> [is_recent(one, now=noon) for one in given]
    [True, True, True, False, False]
    """
    try:
        if timestamp.strip().isdigit():
            number = int(timestamp)
            at = datetime.fromtimestamp(number / 1_000 if number >= MILLISECONDS_FROM else number, UTC)
        else:
            at = datetime.fromisoformat(timestamp.strip())
        return abs(now - at) <= TOLERANCE
    except (ValueError, TypeError, OverflowError, OSError):
        return False


def _bytes_of(text: str) -> bytes | None:
    try:
        return bytes.fromhex(text) if len(text) == 64 else base64.b64decode(text, validate=True)  # noqa: PLR2004 -- SHA-256 in hex
    except (ValueError, binascii.Error):
        return None
