"""People of the brand: added, described, given roles, shut out, let in again, helped with their password."""

from typing import Annotated

from fastapi import APIRouter, Depends

from siyu.kernel.clock import utcnow
from siyu.kernel.parameters import Id
from siyu.organisation import queries
from siyu.organisation.access import BrandSession, require, require_person
from siyu.organisation.actions import passwords, second_factor, sessions, users
from siyu.organisation.contracts import Caller
from siyu.organisation.rules.permissions import PERMISSIONS, PERMISSIONS_BY_ROLE
from siyu.organisation.schemas.own_account import SessionsEnded, WebSession, WebSessionList
from siyu.organisation.schemas.users import (
    NewStaffMember,
    OneTimePassword,
    PermissionList,
    StaffChanges,
    StaffList,
    StaffMember,
)

router = APIRouter(tags=["users"])
Reader = Depends(require("users.read"))
Editor = Annotated[Caller, Depends(require("users.edit"))]  # a program may shut somebody out, and no more
Person = Annotated[Caller, Depends(require_person("users.edit"))]


@router.get("/permissions", dependencies=[Reader])
def list_permissions() -> PermissionList:
    """Every permission there is, and those that each role gives."""
    roles = {role: sorted(held) for role, held in PERMISSIONS_BY_ROLE.items()}
    return PermissionList(permissions=list(PERMISSIONS), roles=roles)


@router.get("/users", dependencies=[Reader])
def list_users(session: BrandSession) -> StaffList:
    """All people of the brand by login, the disabled ones too."""
    found = [StaffMember.model_validate(user) for user in queries.users(session)]
    return StaffList(items=found, total=len(found))


@router.post("/users", status_code=201)
def create_user(body: NewStaffMember, caller: Person, session: BrandSession) -> OneTimePassword:
    """The person can sign in with a one-time password, which is shown here once."""
    now = utcnow()
    new = users.create_user(
        session, login=body.login, display_name=body.display_name, roles=body.roles, language=body.language,
        actor=caller.actor, now=now,
    )  # fmt: skip
    user = users.set_units(
        session, user_id=new.user.user_id, unit_ids=body.unit_ids, actor=caller.actor, now=now
    )
    member = StaffMember.model_validate(user)
    return OneTimePassword(user=member, one_time_password=new.one_time_password or "")


@router.get("/users/{user_id}", dependencies=[Reader])
def read_user(user_id: Id, session: BrandSession) -> StaffMember:
    """One person of the brand."""
    return StaffMember.model_validate(queries.user_by_id(session, user_id=user_id))


@router.patch("/users/{user_id}")
def update_user(user_id: Id, body: StaffChanges, caller: Person, session: BrandSession) -> StaffMember:
    """The person is called this, reads this language, has these roles and units; what is absent stays."""
    now = utcnow()
    if body.roles is not None:
        users.set_roles(session, user_id=user_id, roles=body.roles, actor=caller.actor, now=now)
    if body.unit_ids is not None:
        users.set_units(session, user_id=user_id, unit_ids=body.unit_ids, actor=caller.actor, now=now)
    changed = users.update_user(
        session, user_id=user_id, display_name=body.display_name, language=body.language, actor=caller.actor,
        now=now,
    )  # fmt: skip
    return StaffMember.model_validate(changed)


@router.post("/users/{user_id}/disable")
def disable_user(user_id: Id, caller: Editor, session: BrandSession) -> StaffMember:
    """The person is signed out everywhere and cannot sign in."""
    user = users.disable_user(session, user_id=user_id, actor=caller.actor, now=utcnow())
    return StaffMember.model_validate(user)


@router.post("/users/{user_id}/enable")
def enable_user(user_id: Id, caller: Person, session: BrandSession) -> StaffMember:
    """The person can sign in again."""
    user = users.enable_user(session, user_id=user_id, actor=caller.actor, now=utcnow())
    return StaffMember.model_validate(user)


@router.post("/users/{user_id}/reset-password")
def reset_password(user_id: Id, caller: Person, session: BrandSession) -> OneTimePassword:
    """The person has a one-time password, which is shown here once; all their sessions have ended."""
    password = passwords.reset_password(session, user_id=user_id, actor=caller.actor, now=utcnow())
    member = StaffMember.model_validate(queries.user_by_id(session, user_id=user_id))
    return OneTimePassword(user=member, one_time_password=password)


@router.post("/users/{user_id}/reset-second-factor")
def reset_second_factor(user_id: Id, caller: Person, session: BrandSession) -> StaffMember:
    """Somebody whose phone is gone signs in with the password alone, and sets up another app."""
    second_factor.remove_second_factor(session, user_id=user_id, actor=caller.actor, now=utcnow())
    return StaffMember.model_validate(queries.user_by_id(session, user_id=user_id))


@router.get("/users/{user_id}/sessions", dependencies=[Reader])
def list_user_sessions(user_id: Id, session: BrandSession) -> WebSessionList:
    """Where the person is signed in."""
    queries.user_by_id(session, user_id=user_id)
    found = queries.sessions_of(session, user_id=user_id, now=utcnow())
    return WebSessionList(items=[WebSession.model_validate(one) for one in found], total=len(found))


@router.delete("/users/{user_id}/sessions/{session_id}", status_code=204)
def end_user_session(user_id: Id, session_id: Id, caller: Editor, session: BrandSession) -> None:
    """One of the person's sessions has ended."""
    sessions.end_session(session, user_id=user_id, session_id=session_id, actor=caller.actor, now=utcnow())


@router.post("/users/{user_id}/sessions/end")
def end_user_sessions(user_id: Id, caller: Editor, session: BrandSession) -> SessionsEnded:
    """The person is signed out everywhere, and may sign in again."""
    queries.user_by_id(session, user_id=user_id)
    ended = sessions.end_other_sessions(session, user_id=user_id, but=None, actor=caller.actor, now=utcnow())
    return SessionsEnded(sessions=ended)
