"""People of the brand: added, described, given roles, shut out, let in again, helped with their password."""

from typing import Annotated

from fastapi import APIRouter, Depends

from siyu.kernel.clock import utcnow
from siyu.kernel.parameters import Id
from siyu.organisation import queries
from siyu.organisation.access import BrandSession, require, require_person
from siyu.organisation.actions import passwords, users
from siyu.organisation.contracts import Caller
from siyu.organisation.rules import PERMISSIONS, PERMISSIONS_BY_ROLE
from siyu.organisation.schemas import (
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
    new = users.create_user(
        session, login=body.login, display_name=body.display_name, roles=body.roles, language=body.language,
        actor=caller.actor, now=utcnow(),
    )  # fmt: skip
    member = StaffMember.model_validate(new.user)
    return OneTimePassword(user=member, one_time_password=new.one_time_password or "")


@router.get("/users/{user_id}", dependencies=[Reader])
def read_user(user_id: Id, session: BrandSession) -> StaffMember:
    """One person of the brand."""
    return StaffMember.model_validate(queries.user_by_id(session, user_id=user_id))


@router.patch("/users/{user_id}")
def update_user(user_id: Id, body: StaffChanges, caller: Person, session: BrandSession) -> StaffMember:
    """The person is called this, reads this language and has these roles; what is absent stays."""
    now = utcnow()
    if body.roles is not None:
        users.set_roles(session, user_id=user_id, roles=body.roles, actor=caller.actor, now=now)
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
