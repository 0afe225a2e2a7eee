"""Single sign-on: the browser is sent to the company's provider, comes back, and is believed by signature alone."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse

from siyu.kernel.app import App
from siyu.kernel.clock import utcnow
from siyu.kernel.db import Role
from siyu.kernel.errors import SiyuError
from siyu.kernel.http import AppDep
from siyu.kernel.parameters import Id
from siyu.organisation import queries
from siyu.organisation.access import (
    COOKIE,
    BrandSession,
    address_of,
    person_visiting,
    request_id_of,
    require,
    require_person,
)
from siyu.organisation.actions import single_sign_on
from siyu.organisation.contracts import Caller, HalfSignedIn, OpenSession
from siyu.organisation.rules.sessions import SESSION_LIFETIME
from siyu.organisation.rules.single_sign_on import FLOW_SECONDS
from siyu.organisation.schemas.sign_on import (
    SignOnAddress,
    SignOnChange,
    SignOnCode,
    SignOnOffer,
    SignOnSettings,
    SubjectLink,
)

router = APIRouter(tags=["single sign-on"])
FLOW_COOKIE, FLOW_PATH = "siyu_sign_on", "/api/v1/auth/sign-on"
Person = Annotated[tuple[Caller, OpenSession], Depends(person_visiting)]
Setter = Annotated[Caller, Depends(require_person("settings.edit"))]
Editor = Annotated[Caller, Depends(require_person("users.edit"))]
Said = Annotated[str, Query(max_length=4_000)]


@router.get("/auth/sign-on/offer/{brand_code}")
def read_sign_on_offer(brand_code: str, app: AppDep) -> SignOnOffer:
    """What the sign-in page of a brand offers beside the password."""
    with app.db.transaction(brand_id=None, role=Role.LOGIN) as session:
        return SignOnOffer(title=single_sign_on.sign_on_of(session, brand_code=brand_code).title)


@router.get("/auth/sign-on/start/{brand_code}", status_code=302, response_class=RedirectResponse)
def start_sign_on(brand_code: str, app: AppDep) -> RedirectResponse:
    """The browser goes to the provider."""
    with app.db.transaction(brand_id=None, role=Role.LOGIN) as session:
        brand_id = single_sign_on.sign_on_of(session, brand_code=brand_code).brand_id
    url, sealed = single_sign_on.begin(
        app, brand_id=brand_id, link_user_id=None, back=_back(app), now=utcnow()
    )
    answer = RedirectResponse(url, status_code=302)
    _carry(answer, app, sealed)
    return answer


@router.post("/auth/sign-on/link")
def link_own_account(person: Person, app: AppDep, response: Response) -> SignOnAddress:
    """Where the browser goes so that the account it signs in with there is one's own here."""
    caller, opened = person
    url, sealed = single_sign_on.begin(
        app, brand_id=caller.brand.brand_id, link_user_id=opened.user.user_id, back=_back(app), now=utcnow()
    )
    _carry(response, app, sealed)
    return SignOnAddress(url=url)


@router.delete("/auth/sign-on/link", status_code=204)
def unlink_own_account(person: Person, app: AppDep) -> None:
    """One signs in with the password alone."""
    caller, opened = person
    with app.db.transaction(brand_id=caller.brand.brand_id) as session:
        single_sign_on.unlink_subject(session, user_id=opened.user.user_id, actor=caller.actor, now=utcnow())


@router.get("/auth/sign-on/back", status_code=302, response_class=RedirectResponse)
def come_back_from_sign_on(
    request: Request, app: AppDep, state: Said = "", code: Said = "", error: Said = ""
) -> RedirectResponse:
    """The browser is back: somebody is signed in or linked, or the sign-in page says why not."""
    try:
        done = single_sign_on.finish(
            app, sealed=request.cookies.get(FLOW_COOKIE, ""), state=state, code=code, error=error, back=_back(app),
            token=request.cookies.get(COOKIE, ""), address=address_of(request), request_id=request_id_of(request),
            user_agent=request.headers.get("user-agent", ""), now=utcnow(),
        )  # fmt: skip
    except SiyuError as refused:
        answer = RedirectResponse(f"/login?refused={refused.code}", status_code=302)
    else:
        if isinstance(done, HalfSignedIn):
            answer = RedirectResponse("/login?second_factor=true", status_code=302)
            _carry(answer, app, done.sealed)
            return answer
        answer = RedirectResponse("/" if done else "/account/security?linked=true", status_code=302)
        if done:
            _let_in(answer, app, done.token)
    answer.delete_cookie(FLOW_COOKIE, path=FLOW_PATH, httponly=True, samesite="lax")
    return answer


@router.post("/auth/sign-on/code", status_code=204)
def finish_sign_on(body: SignOnCode, request: Request, response: Response, app: AppDep) -> None:
    """Whom the provider vouched for is signed in by their second factor; the browser carries that it did."""
    with app.db.transaction(brand_id=None, role=Role.LOGIN) as session:
        outcome = single_sign_on.finish_with_code(
            session, cipher=app.cipher, sealed=request.cookies.get(FLOW_COOKIE, ""), code=body.code,
            address=address_of(request), user_agent=request.headers.get("user-agent", ""),
            request_id=request_id_of(request), now=utcnow(),
        )  # fmt: skip
    if isinstance(outcome, SiyuError):
        raise outcome
    _let_in(response, app, outcome.token)
    response.delete_cookie(FLOW_COOKIE, path=FLOW_PATH, httponly=True, samesite="lax")


@router.get("/brand/sign-on")
def read_sign_on(
    caller: Annotated[Caller, Depends(require("settings.read"))], session: BrandSession, app: AppDep
) -> SignOnSettings | None:
    """The brand's OpenID provider; null where none was set."""
    found = queries.sign_on_settings(session)
    return None if found is None else _shown(found, app, caller)


@router.put("/brand/sign-on")
def set_sign_on(body: SignOnChange, caller: Setter, session: BrandSession, app: AppDep) -> SignOnSettings:
    """The brand's people may sign in at this provider, if it is switched on."""
    changed = single_sign_on.set_sign_on(
        session, cipher=app.cipher, **body.model_dump(), actor=caller.actor, now=utcnow()
    )
    return _shown(changed, app, caller)


@router.put("/users/{user_id}/subject", status_code=204)
def link_user(user_id: Id, body: SubjectLink, caller: Editor, session: BrandSession) -> None:
    """Whoever the brand's provider calls so is this person."""
    single_sign_on.link_by_owner(
        session, user_id=user_id, subject=body.subject, actor=caller.actor, now=utcnow()
    )


@router.delete("/users/{user_id}/subject", status_code=204)
def unlink_user(user_id: Id, caller: Editor, session: BrandSession) -> None:
    """The person signs in with the password alone."""
    single_sign_on.unlink_subject(session, user_id=user_id, actor=caller.actor, now=utcnow())


def _shown(found: object, app: App, caller: Caller) -> SignOnSettings:
    shown = SignOnSettings.model_validate(found)
    shown.redirect_uri = _back(app)
    shown.sign_in_address = f"{app.settings.address}/login?brand={caller.brand.code}"
    return shown


def _back(app: App) -> str:
    """Where the provider sends the browser; its administrator has to allow it."""
    return f"{app.settings.address}{FLOW_PATH}/back"


def _carry(answer: Response, app: App, sealed: str) -> None:
    """The browser carries the sign-in it began, sealed, for ten minutes."""
    answer.set_cookie(
        FLOW_COOKIE, sealed, max_age=FLOW_SECONDS, path=FLOW_PATH, httponly=True, samesite="lax",
        secure=app.settings.address.startswith("https:"),
    )  # fmt: skip


def _let_in(answer: Response, app: App, token: str) -> None:
    answer.set_cookie(
        COOKIE, token, max_age=int(SESSION_LIFETIME.total_seconds()), httponly=True, samesite="lax",
        secure=app.settings.address.startswith("https:"),
    )  # fmt: skip
