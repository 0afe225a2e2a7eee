"""What a destination's secrets are sealed for, and which of them are valid."""

import secrets
from datetime import datetime

from siyu.destinations.models import Destination
from siyu.destinations.rules.signing import SECRET_BYTES, secret_text
from siyu.kernel.crypto import Cipher


def secret_context(brand_id: int | str) -> str:
    """What the secrets of a brand's destinations are sealed for."""
    return f"destinations/secret/{brand_id}"


def new_secret() -> str:
    """A signing secret that nobody had before."""
    return secret_text(secrets.token_bytes(SECRET_BYTES))


def secrets_of(destination: Destination, *, cipher: Cipher, now: datetime) -> tuple[str, ...]:
    """The secrets that sign now, the newest first: after a change both, until the former one's time is over."""
    context = secret_context(destination.brand_id)
    sealed = [destination.secret_sealed]
    if destination.former_secret_until is not None and now < destination.former_secret_until:
        sealed.append(destination.former_secret_sealed)
    return tuple(cipher.decrypt(bytes(one), context=context) for one in sealed if one is not None)
