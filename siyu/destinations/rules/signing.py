"""Signatures of webhooks, as the Standard Webhooks specification wants them."""

import base64
import binascii
import hmac
from collections.abc import Mapping, Sequence

SECRET_PREFIX = "whsec_"  # noqa: S105 -- the public start of every secret
SECRET_BYTES = 32


def secret_text(content: bytes) -> str:
    """The secret as it is shown and copied.

    >>> secret_text(bytes(24))
    'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'
    """
    return SECRET_PREFIX + base64.b64encode(content).decode()


def secret_bytes(text: str) -> bytes:
    r"""What a secret signs with.

    raises  ValueError if it is none

    >>> secret_bytes("whsec_AAAA")
    b'\x00\x00\x00'
    """
    try:
        return base64.b64decode(text.removeprefix(SECRET_PREFIX), validate=True)
    except binascii.Error as broken:
        raise ValueError("not base64") from broken


def signature(secret: str, *, delivery: str, timestamp: int, body: bytes) -> str:
    """One signature of a body, with its version.

    units   timestamp in seconds since 1970
    source  https://www.standardwebhooks.com, Symmetric signatures; the example is that of its libraries

    >>> signature("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", delivery="msg_p5jXN8AQM9LWM0D4loKWxJek",
    ...           timestamp=1614265330, body=b'{"test": 2432232314}')
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
    """
    signed = f"{delivery}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(secret_bytes(secret), signed, "sha256")).decode()


def signed_headers(
    secrets: Sequence[str], *, delivery: str, timestamp: int, body: bytes
) -> Mapping[str, str]:
    """The headers by which a receiver tells ours from a forgery: a signature for each secret that is valid now."""
    signatures = (signature(one, delivery=delivery, timestamp=timestamp, body=body) for one in secrets)
    return {
        "webhook-id": delivery,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
        "content-type": "application/json; charset=utf-8",
        "user-agent": "Siyu-Webhooks/1",
    }
