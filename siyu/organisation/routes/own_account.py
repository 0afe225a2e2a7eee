"""One's own account: where one is signed in, and the second factor one signs in with."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from siyu.kernel.clock import utcnow
from siyu.kernel.db import Role
from siyu.kernel.http import AppDep
from siyu.kernel.parameters import Id
from siyu.organisation import queries
from siyu.organisation.access import address_of, person_visiting
from siyu.organisation.actions import second_factor, sessions
from siyu.organisation.contracts import Caller, OpenSession
from siyu.organisation.rules.second_factor import needs_second_factor
from siyu.organisation.schemas.own_account import (
    RecoveryCodes,
    SecondFactor,
    SecondFactorCode,
    SecondFactorSecret,
    SessionsEnded,
    WebSession,
    WebSessionList,
)

router = APIRouter(prefix="/auth", tags=["own account"])
Person = Annotated[tuple[Caller, OpenSession], Depends(person_visiting)]


@router.get("/sessions")
def list_own_sessions(person: Person, app: AppDep) -> WebSessionList:
    """Where one is signed in."""
    caller, opened = person
    with app.db.transaction(brand_id=caller.brand.brand_id) as session:
        found = queries.sessions_of(session, user_id=opened.user.user_id, now=utcnow())
    items = [WebSession.model_validate(one) for one in found]
    for item in items:
        item.current = item.session_id == opened.session_id
    return WebSessionList(items=items, total=len(items))


@router.delete("/sessions/{session_id}", status_code=204)
def end_own_session(session_id: Id, person: Person, app: AppDep) -> None:
    """One of one's sessions has ended."""
    caller, opened = person
    with app.db.transaction(brand_id=caller.brand.brand_id) as session:
        sessions.end_session(
            session, user_id=opened.user.user_id, session_id=session_id, actor=caller.actor, now=utcnow()
        )


@router.post("/sessions/end-others")
def end_own_other_sessions(person: Person, app: AppDep) -> SessionsEnded:
    """One is signed in here and nowhere else."""
    caller, opened = person
    with app.db.transaction(brand_id=caller.brand.brand_id) as session:
        ended = sessions.end_other_sessions(
            session, user_id=opened.user.user_id, but=opened.session_id, actor=caller.actor, now=utcnow()
        )
    return SessionsEnded(sessions=ended)


@router.get("/second-factor")
def read_second_factor(person: Person, app: AppDep) -> SecondFactor:
    """Whether an authenticator app is set up, and whether it has to be."""
    caller, opened = person
    with app.db.transaction(brand_id=caller.brand.brand_id) as session:
        left = second_factor.recovery_codes_left(session, user_id=opened.user.user_id)
    required = needs_second_factor(opened.user.roles, required_of=caller.brand.second_factor_roles)
    return SecondFactor(enrolled=opened.user.second_factor, required=required, recovery_codes_left=left)


@router.post("/second-factor/begin")
def begin_second_factor(person: Person, app: AppDep) -> SecondFactorSecret:
    """The secret for an app; it counts once a code of it was shown."""
    caller, opened = person
    with app.db.transaction(brand_id=caller.brand.brand_id) as session:
        enrolment = second_factor.begin_enrolment(
            session, cipher=app.cipher, user_id=opened.user.user_id, now=utcnow()
        )
    return SecondFactorSecret.model_validate(enrolment)


@router.post("/second-factor/finish")
def finish_second_factor(body: SecondFactorCode, person: Person, app: AppDep) -> RecoveryCodes:
    """The app is asked for at every sign-in from now on; other sessions have ended."""
    caller, opened = person
    with app.db.transaction(brand_id=caller.brand.brand_id) as session:
        codes = second_factor.finish_enrolment(
            session, cipher=app.cipher, user_id=opened.user.user_id, session_id=opened.session_id, code=body.code,
            actor=caller.actor, now=utcnow(),
        )  # fmt: skip
    return RecoveryCodes(codes=list(codes))


@router.post("/second-factor/remove", status_code=204)
def remove_second_factor(body: SecondFactorCode, request: Request, person: Person, app: AppDep) -> None:
    """The password alone is enough again, where the brand lets it be."""
    caller, opened = person
    _prove(app, request, opened, body.code)
    with app.db.transaction(brand_id=caller.brand.brand_id) as session:
        second_factor.remove_second_factor(
            session, user_id=opened.user.user_id, actor=caller.actor, now=utcnow()
        )


@router.post("/second-factor/recovery-codes")
def renew_recovery_codes(
    body: SecondFactorCode, request: Request, person: Person, app: AppDep
) -> RecoveryCodes:
    """Ten new recovery codes; those before open nothing."""
    caller, opened = person
    _prove(app, request, opened, body.code)
    with app.db.transaction(brand_id=caller.brand.brand_id) as session:
        codes = second_factor.renew_recovery_codes(
            session, user_id=opened.user.user_id, actor=caller.actor, now=utcnow()
        )
    return RecoveryCodes(codes=list(codes))


def _prove(app: AppDep, request: Request, opened: OpenSession, code: str) -> None:
    """Returns if the person showed a code; a wrong one is counted and committed before it is told."""
    with app.db.transaction(brand_id=None, role=Role.LOGIN) as session:
        refusal = second_factor.prove_second_factor(
            session, cipher=app.cipher, user_id=opened.user.user_id, code=code, address=address_of(request),
            now=utcnow(),
        )  # fmt: skip
    if refusal is not None:
        raise refusal
