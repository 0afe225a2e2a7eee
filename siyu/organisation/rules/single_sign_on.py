"""Pure decisions about signing in at a company's own OpenID provider: what is asked of it, and what is believed."""

import base64
import hashlib
from collections.abc import Mapping
from datetime import datetime
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlencode, urlsplit

from siyu.organisation.contracts import ProviderPlace
from siyu.organisation.errors import BadIssuer, SignOnRefused

SCOPE = "openid"  # who it is, and nothing else: matched by subject, so no address is asked for
CLOCKS_OFF_SECONDS = 60
FLOW_SECONDS = 600
SUBJECT_LENGTH_MAX = 255  # OpenID Connect Core §2


def checked_issuer(url: str) -> str:
    """The issuer as it is compared: https, or http on this machine for a trial.

    raises  BadIssuer

    >>> checked_issuer("https://sso.example.com/realms/tea/")
    'https://sso.example.com/realms/tea'
    """
    parts = urlsplit(url.strip())
    local = parts.scheme == "http" and _is_this_machine(parts.hostname or "")
    if (
        not parts.hostname
        or parts.query
        or parts.fragment
        or parts.username
        or not (parts.scheme == "https" or local)
    ):
        raise BadIssuer(value=url)
    return url.strip().rstrip("/")


def challenge_of(verifier: str) -> str:
    """What the provider is shown of the verifier, so that a code that was overheard is worth nothing.

    source  RFC 7636, S256, with the example of its appendix B

    >>> challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
    """
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def authorization_url(
    place: ProviderPlace, *, client_id: str, redirect_uri: str, state: str, nonce: str, verifier: str
) -> str:
    """Where the browser goes to sign in."""
    asked = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "scope": SCOPE,
        "state": state,
        "nonce": nonce,
        "code_challenge": challenge_of(verifier),
        "code_challenge_method": "S256",
    }
    joint = "&" if urlsplit(place.authorization_endpoint).query else "?"
    return f"{place.authorization_endpoint}{joint}{urlencode(asked)}"


def place_of(document: Mapping[str, Any], *, issuer: str) -> ProviderPlace:
    """The provider's addresses, if its discovery document is its own (OpenID Connect Discovery §4.3).

    raises  SignOnRefused
    """
    if str(document.get("issuer", "")).rstrip("/") != issuer:
        raise SignOnRefused(why="its discovery document names another issuer")
    found = {name: document.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")}
    for name, url in found.items():
        try:
            checked_issuer(str(url).partition("?")[0])
        except BadIssuer as bad:
            raise SignOnRefused(why=f"its {name} is no https address") from bad
    return ProviderPlace(issuer=str(document["issuer"]), **{name: str(url) for name, url in found.items()})


def subject_of(claims: Mapping[str, Any], *, issuer: str, client_id: str, nonce: str, now: datetime) -> str:
    """Who signed in, by the word of a token whose signature holds.

    raises  SignOnRefused
    source  OpenID Connect Core §3.1.3.7
    """
    audience = claims.get("aud")
    meant_for = audience if isinstance(audience, list) else [audience]
    checks = {
        "the token comes from another issuer": claims.get("iss") == issuer,
        "the token is for another program": client_id in meant_for,
        "the token was made for another program": claims.get("azp", client_id) == client_id,
        "the token has expired": _number(claims.get("exp")) + CLOCKS_OFF_SECONDS > now.timestamp(),
        "the token is of the future": _number(claims.get("iat")) - CLOCKS_OFF_SECONDS < now.timestamp(),
        "the token answers another sign-in": claims.get("nonce") == nonce,
    }
    for why, holds in checks.items():
        if not holds:
            raise SignOnRefused(why=why)
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= SUBJECT_LENGTH_MAX:
        raise SignOnRefused(why="the token does not say who signed in")
    return subject


def needs_our_factor(claims: Mapping[str, Any], *, has_second_factor: bool, asked_for: bool) -> bool:
    """Who has a second factor here is asked for it, unless the brand does not want it or the provider has done so.

    source  RFC 8176, "mfa" in `amr`: multiple-factor authentication was performed

    >>> needs_our_factor({"amr": ["pwd"]}, has_second_factor=True, asked_for=True)
    True
    >>> needs_our_factor({"amr": ["pwd", "mfa"]}, has_second_factor=True, asked_for=True)
    False
    """
    methods = claims.get("amr")
    done_there = isinstance(methods, list) and "mfa" in methods
    return has_second_factor and asked_for and not done_there


def _number(value: Any) -> float:
    """A NumericDate; what is none lies before everything and after everything, so that no check holds."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else float("nan")


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
