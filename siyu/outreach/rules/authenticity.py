"""Whether a callback comes from the vendor whose key we hold."""

import hashlib
import hmac

SANDBOX_SIGNATURE_HEADER = "X-Sandbox-Signature"


def seal_of(body: bytes, key: str) -> str:
    """The signature of a body: `sha256=` and the HMAC-SHA256 in hex.

    >>> seal_of(b"{}", "k")[:15]
    'sha256=add853b1'
    """
    return "sha256=" + hmac.new(key.encode(), body, hashlib.sha256).hexdigest()


def is_authentic(body: bytes, signature: str | None, key: str) -> bool:
    """Whether the signature belongs to this very body; compared in constant time. An empty key fits nothing.

    >>> is_authentic(b"{}", seal_of(b"{}", "k"), "k"), is_authentic(b"{ }", seal_of(b"{}", "k"), "k")
    (True, False)
    """
    if not key or signature is None:
        return False
    return hmac.compare_digest(seal_of(body, key).encode(), signature.encode())
