"""The door for HTTP: who is asking, what they may do, and a transaction in their brand."""

import asyncio
import hmac
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.orm import Session

from siyu.kernel.app import App
from siyu.kernel.audit import Actor
from siyu.kernel.clock import utcnow
from siyu.kernel.db import Role, narrow_to_stores
from siyu.kernel.http import AppDep, app_of
from siyu.organisation.actions.keys import use_api_key
from siyu.organisation.actions.sessions import resume_session
from siyu.organisation.contracts import ApiKeyInfo, BrandInfo, Caller, OpenSession, Visit
from siyu.organisation.errors import (
    CsrfRefused,
    NotAllowed,
    NotSignedIn,
    PasswordChangeRequired,
    PeopleOnly,
    SecondFactorRequired,
)
from siyu.organisation.rules.permissions import PERMISSIONS, permissions_of
from siyu.organisation.rules.sessions import secret_digest

COOKIE = "siyu_session"
CSRF_HEADER = "X-CSRF-Token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
KEY_REMEMBERED_SECONDS = 5.0
KEYS_REMEMBERED_MAX = 1_000


def visit_of(request: Request, app: AppDep) -> Visit:
    """Somebody known is asking, by API key or by the session's cookie; a change by cookie carries its CSRF token.

    raises  NotSignedIn, CsrfRefused
    """
    now = utcnow()
    authorization = request.headers.get("authorization")
    if authorization is not None:
        return _visit_by_key(app, request, authorization=authorization, now=now)
    token = request.cookies.get(COOKIE)
    if token is None:
        raise NotSignedIn
    with app.db.transaction(brand_id=None, role=Role.LOGIN) as session:
        found = resume_session(session, token=token, now=now)
    if found is None:
        raise NotSignedIn
    if request.method not in SAFE_METHODS:
        _require_csrf_token(request, wanted=found.csrf_token)
    return Visit(_person(found, request), found)


def person_visiting(visit: Annotated[Visit, Depends(visit_of)]) -> tuple[Caller, OpenSession]:
    """A person with a session is asking, even one who must change the password first.

    raises  NotSignedIn, CsrfRefused, PeopleOnly
    """
    if visit.session is None:
        raise PeopleOnly
    return visit.caller, visit.session


def current_caller(visit: Annotated[Visit, Depends(visit_of)]) -> Caller:
    """Somebody is asking who may use Siyu: nobody who must change the password or set up a second factor first.

    raises  NotSignedIn, CsrfRefused, PasswordChangeRequired, SecondFactorRequired
    """
    if visit.session is not None and visit.session.user.must_change_password:
        raise PasswordChangeRequired
    if visit.session is not None and visit.session.must_enrol:
        raise SecondFactorRequired
    return visit.caller


def require(permission: str) -> Callable[[Caller], Caller]:
    """A dependency that answers who is asking, if they hold the permission.

    raises  when a request comes: what `current_caller` raises, NotAllowed
    """
    assert permission in PERMISSIONS, f"there is no permission {permission}"

    def allowed(caller: Annotated[Caller, Depends(current_caller)]) -> Caller:
        if permission not in caller.permissions:
            raise NotAllowed(permission=permission)
        return caller

    return allowed


def require_person(permission: str) -> Callable[[Visit, Caller], Caller]:
    """The same, if it is a person who signed in: what would let a program give itself more than it was given.

    raises  when a request comes: what `require` raises, PeopleOnly
    """

    def allowed(
        visit: Annotated[Visit, Depends(visit_of)], caller: Annotated[Caller, Depends(require(permission))]
    ) -> Caller:
        if visit.session is None:
            raise PeopleOnly
        return caller

    return allowed


def require_key(permission: str) -> Callable[..., Awaitable[Caller]]:
    """A dependency for programs that call hundreds of times a second: an API key that holds the permission.

    raises  when a request comes: NotSignedIn (a browser's session is not looked at), NotAllowed
    limits  a key is looked up once in five seconds: a revoked one opens this door for so long
    """
    assert permission in PERMISSIONS, f"there is no permission {permission}"

    async def allowed(request: Request) -> Caller:
        authorization = request.headers.get("authorization")
        if authorization is None:
            raise NotSignedIn
        remembered: dict[bytes, tuple[float, Caller]] = request.app.state.known_keys
        digest, clock = secret_digest(authorization), time.monotonic()
        until, caller = remembered.get(digest, (0.0, None))
        if caller is None or until < clock:
            visit = await asyncio.to_thread(
                _visit_by_key, app_of(request), request, authorization=authorization, now=utcnow()
            )
            if len(remembered) >= KEYS_REMEMBERED_MAX:
                remembered.clear()
            caller = visit.caller
            remembered[digest] = (clock + KEY_REMEMBERED_SECONDS, caller)
        if permission not in caller.permissions:
            raise NotAllowed(permission=permission)
        return caller

    return allowed


def brand_session(caller: Annotated[Caller, Depends(current_caller)], app: AppDep) -> Iterator[Session]:
    """One transaction in the caller's brand, committed before the answer goes out.

    Who is for some stores sees their customers in it and nobody else.
    """
    with app.db.transaction(brand_id=caller.brand.brand_id) as session:
        if caller.store_keys is not None:
            narrow_to_stores(session, store_keys=caller.store_keys)
        yield session


BrandSession = Annotated[Session, Depends(brand_session, scope="function")]


def address_of(request: Request) -> str:
    """The client's address; behind a proxy, the one the proxy vouches for (uvicorn's forwarded_allow_ips)."""
    return request.client.host if request.client else ""


def request_id_of(request: Request) -> str:
    """The number this request has in logs, answers and the audit log."""
    return getattr(request.state, "request_id", "")


def _visit_by_key(app: App, request: Request, *, authorization: str, now: datetime) -> Visit:
    scheme, _, secret = authorization.partition(" ")
    if scheme.lower() != "bearer":
        raise NotSignedIn
    with app.db.transaction(brand_id=None, role=Role.LOGIN) as session:
        found = use_api_key(session, secret=secret.strip(), now=now)
    if found is None:
        raise NotSignedIn
    return Visit(_program(*found, request), None)


def _require_csrf_token(request: Request, *, wanted: str) -> None:
    given = request.headers.get(CSRF_HEADER, "")
    if not hmac.compare_digest(given.encode("utf-8", "surrogateescape"), wanted.encode()):
        raise CsrfRefused


def _person(found: OpenSession, request: Request) -> Caller:
    user = found.user
    return Caller(
        brand=found.brand,
        actor=Actor("user", user.user_id, user.login, address_of(request), request_id_of(request)),
        permissions=permissions_of(user.roles),
        user_id=user.user_id,
        api_key_id=None,
        language=user.language,
        store_keys=found.store_keys,
    )


def _program(key: ApiKeyInfo, brand: BrandInfo, request: Request) -> Caller:
    return Caller(
        brand=brand,
        actor=Actor("api_key", key.api_key_id, key.source, address_of(request), request_id_of(request)),
        permissions=frozenset(key.scopes),
        user_id=None,
        api_key_id=key.api_key_id,
        language=brand.language,
    )
