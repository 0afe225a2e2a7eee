"""A company's OpenID provider over HTTP: where things are, a code for a token, and whose signature the token bears."""

from collections.abc import Mapping
from typing import Any

import httpx
import jwt
from jwt.types import Options

from siyu.organisation.contracts import ProviderPlace
from siyu.organisation.errors import SignOnRefused, SignOnUnreachable
from siyu.organisation.rules.single_sign_on import place_of

TIMEOUT_SECONDS = 10.0
ALGORITHMS = (
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "ES256",
    "ES384",
    "EdDSA",
)  # by public keys alone: never none or HS
SIGNATURE_ALONE: Options = {
    "verify_signature": True,
    "verify_exp": False,
    "verify_iat": False,
    "verify_nbf": False,
    "verify_aud": False,
    "verify_iss": False,
}


def discover(issuer: str) -> ProviderPlace:
    """The provider's addresses.

    raises  SignOnUnreachable, SignOnRefused
    source  OpenID Connect Discovery 1.0 §4
    """
    return place_of(_asked("GET", f"{issuer}/.well-known/openid-configuration"), issuer=issuer)


def claims_for_code(
    place: ProviderPlace, *, code: str, client_id: str, secret: str | None, redirect_uri: str, verifier: str
) -> Mapping[str, Any]:
    """What the provider says of whoever brought the code, by a token that bears its signature.

    Issuer, audience, times and nonce are for `rules.single_sign_on.subject_of`.

    raises  SignOnUnreachable, SignOnRefused
    """
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "client_id": client_id,
        "code_verifier": verifier,
    }
    answer = _asked("POST", place.token_endpoint, data=form | ({"client_secret": secret} if secret else {}))
    token = answer.get("id_token")
    if not isinstance(token, str):
        raise SignOnRefused(why="the provider sent no token of who signed in")
    return _verified(token, _asked("GET", place.jwks_uri))


def _verified(token: str, keys: Mapping[str, Any]) -> Mapping[str, Any]:
    """The token's claims, if one of the provider's keys signed it."""
    try:
        header = jwt.get_unverified_header(token)
        known = jwt.PyJWKSet.from_dict(dict(keys)).keys
        fitting = [key for key in known if header.get("kid") in (None, key.key_id)]
        if header.get("alg") not in ALGORITHMS or len(fitting) != 1:
            raise SignOnRefused(why="the token is signed by a key that the provider does not publish")
        claims: Mapping[str, Any] = jwt.decode(
            token, key=fitting[0], algorithms=[str(header["alg"])], options=SIGNATURE_ALONE
        )
    except (jwt.PyJWTError, ValueError, TypeError) as broken:
        raise SignOnRefused(why="the token's signature does not hold") from broken
    return claims


def _asked(method: str, url: str, **given: Any) -> Mapping[str, Any]:
    """A provider's JSON answer; it is not followed elsewhere."""
    try:
        answer = httpx.request(method, url, timeout=TIMEOUT_SECONDS, follow_redirects=False, **given)
        found = answer.json() if answer.status_code < httpx.codes.INTERNAL_SERVER_ERROR else None
    except (httpx.HTTPError, ValueError) as failure:
        raise SignOnUnreachable(why=type(failure).__name__) from failure
    if not isinstance(found, dict):
        raise SignOnUnreachable(why=f"HTTP {answer.status_code}")
    if answer.status_code != httpx.codes.OK:
        raise SignOnRefused(why=f"the provider says {str(found.get('error', answer.status_code))[:60]}")
    return found
