"""Signing in and out, one's own password, and what a server says before anybody is known."""

from importlib.metadata import version
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from siyu.kernel.clock import utcnow
from siyu.kernel.db import Role
from siyu.kernel.errors import SiyuError
from siyu.kernel.http import AppDep
from siyu.organisation.access import COOKIE, address_of, person_visiting, request_id_of
from siyu.organisation.actions import passwords, sessions
from siyu.organisation.contracts import Caller, OpenSession
from siyu.organisation.rules.permissions import permissions_of
from siyu.organisation.rules.sessions import SESSION_LIFETIME
from siyu.organisation.schemas.brand import Brand
from siyu.organisation.schemas.sign_in import DemoLogin, LoginRequest, Meta, PasswordChange, SignedIn, User

router = APIRouter(tags=["sign-in"])
Person = Annotated[tuple[Caller, OpenSession], Depends(person_visiting)]


@router.get("/meta")
def read_meta(request: Request) -> Meta:
    """What this server is; a demo shows its logins (`app.state.demo_logins`)."""
    logins = [DemoLogin.model_validate(one) for one in getattr(request.app.state, "demo_logins", ())]
    return Meta(version=version("siyu"), demo=bool(logins), demo_logins=logins)


@router.post("/auth/login")
def login(body: LoginRequest, request: Request, response: Response, app: AppDep) -> SignedIn:
    """A session is open and its cookie set."""
    with app.db.transaction(brand_id=None, role=Role.LOGIN) as session:
        outcome = sessions.sign_in(
            session, cipher=app.cipher, login=body.login, password=body.password, code=body.code or "",
            address=address_of(request), user_agent=request.headers.get("user-agent", ""),
            request_id=request_id_of(request), now=utcnow(),
        )  # fmt: skip
    if isinstance(outcome, SiyuError):
        raise outcome
    response.set_cookie(
        COOKIE, outcome.token, max_age=int(SESSION_LIFETIME.total_seconds()), httponly=True, samesite="lax",
        secure=app.settings.address.startswith("https:"),
    )  # fmt: skip
    return _signed_in(outcome.session)


@router.get("/auth/me")
def read_me(person: Person) -> SignedIn:
    """Who is signed in here, for which brand."""
    return _signed_in(person[1])


@router.post("/auth/logout", status_code=204)
def logout(person: Person, app: AppDep, response: Response) -> None:
    """The session has ended and its cookie is gone."""
    caller, opened = person
    with app.db.transaction(brand_id=caller.brand.brand_id) as session:
        sessions.sign_out(session, session_id=opened.session_id, actor=caller.actor, now=utcnow())
    response.delete_cookie(COOKIE, httponly=True, samesite="lax")


@router.post("/auth/password", status_code=204)
def change_password(body: PasswordChange, person: Person, app: AppDep) -> None:
    """The new password holds; other sessions of this person have ended."""
    caller, opened = person
    with app.db.transaction(brand_id=caller.brand.brand_id) as session:
        passwords.change_password(
            session, user_id=opened.user.user_id, session_id=opened.session_id, current=body.current,
            new=body.new, actor=caller.actor, now=utcnow(),
        )  # fmt: skip


def _signed_in(opened: OpenSession) -> SignedIn:
    user = opened.user
    return SignedIn(
        user=User(
            user_id=user.user_id,
            login=user.login,
            display_name=user.display_name,
            roles=list(user.roles),
            permissions=sorted(permissions_of(user.roles)),
            must_change_password=user.must_change_password,
            language=user.language,
            sees_whole_brand=opened.store_keys is None,
            second_factor=user.second_factor,
            must_enrol_second_factor=opened.must_enrol,
        ),
        brand=Brand.model_validate(opened.brand),
        csrf_token=opened.csrf_token,
    )
