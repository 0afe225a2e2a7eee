"""People are added, described, given roles, shut out and let in again; their rows stay for the audit log."""

from collections.abc import Iterable
from datetime import datetime

from pwdlib import PasswordHash
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from siyu.kernel.audit import Actor, record
from siyu.kernel.db import brand_of
from siyu.kernel.errors import NotFound
from siyu.organisation.actions.differences import apply_changes
from siyu.organisation.actions.passwords import PASSWORDS, end_sessions, locked_user, one_time_password
from siyu.organisation.contracts import Language, NewUser, StaffRole, UserInfo
from siyu.organisation.errors import LastOwner, LoginTaken, UnitClosed
from siyu.organisation.models import AppUser, OrgUnit
from siyu.organisation.rules.logins import checked_login
from siyu.organisation.rules.passwords import check_password
from siyu.organisation.rules.permissions import checked_roles


def create_user(
    session: Session,
    *,
    login: str,
    display_name: str,
    roles: Iterable[str],
    password: str | None = None,
    must_change_password: bool = True,
    language: Language = Language.CHINESE,
    actor: Actor,
    now: datetime,
    hasher: PasswordHash = PASSWORDS,
) -> NewUser:
    """The person can sign in, with the given password or with a one-time password made here.

    raises   BadLogin, LoginTaken, UnknownRole, RoleMissing, PasswordTooShort, PasswordHoldsLogin, PasswordTooEasy
    effects  one row in app_user; audit user.created
    """
    kept_login, kept_roles = checked_login(login), checked_roles(roles)
    if password is not None:
        check_password(password, login=kept_login)
    one_time = one_time_password() if password is None else None
    row = insert(AppUser).values(
        brand_id=brand_of(session),
        login=kept_login,
        display_name=display_name,
        password_hash=hasher.hash(password or one_time or ""),
        roles=list(kept_roles),
        must_change_password=must_change_password or one_time is not None,
        disabled=False,
        language=language,
        created_at=now,
        unit_ids=[],
    )
    user = session.scalar(row.on_conflict_do_nothing().returning(AppUser))
    if user is None:
        raise LoginTaken(login=kept_login)
    record(
        session, actor=actor, action="user.created", subject=("user", user.user_id),
        after={"login": kept_login, "roles": list(kept_roles)}, now=now,
    )  # fmt: skip
    return NewUser(user=user.info(), one_time_password=one_time)


def update_user(
    session: Session,
    *,
    user_id: int,
    display_name: str | None = None,
    language: Language | None = None,
    actor: Actor,
    now: datetime,
) -> UserInfo:
    """The person is called this and reads this language; what is None stays.

    raises   NotFound
    effects  audit user.changed, if anything differs
    """
    user = locked_user(session, user_id=user_id)
    if difference := apply_changes(user, {"display_name": display_name, "language": language}):
        # A name is personal data: the log says that it changed, not what it was.
        changed = {"changed": sorted(difference.after)}
        record(session, actor=actor, action="user.changed", subject=("user", user_id), after=changed, now=now)
    return user.info()


def set_roles(
    session: Session, *, user_id: int, roles: Iterable[str], actor: Actor, now: datetime
) -> UserInfo:
    """The person has these roles and no others, from their next request on.

    raises   NotFound, UnknownRole, RoleMissing, LastOwner
    effects  audit user.roles_set, if anything differs
    """
    wanted = list(checked_roles(roles))
    if StaffRole.OWNER not in wanted:
        _require_another_owner(session, user_id=user_id)
    user = locked_user(session, user_id=user_id)
    if difference := apply_changes(user, {"roles": wanted}):
        record(
            session, actor=actor, action="user.roles_set", subject=("user", user_id),
            before=difference.before, after=difference.after, now=now,
        )  # fmt: skip
    return user.info()


def set_units(
    session: Session, *, user_id: int, unit_ids: Iterable[int], actor: Actor, now: datetime
) -> UserInfo:
    """The person works in these units and no others; whose customers they see follows with their next request.

    raises   NotFound, UnitClosed (a unit they are not in already)
    effects  audit user.units_set, if anything differs
    """
    user = locked_user(session, user_id=user_id)
    wanted = sorted(set(unit_ids))
    known = {
        unit.unit_id: unit for unit in session.scalars(select(OrgUnit).where(OrgUnit.unit_id.in_(wanted)))
    }
    for unit_id in wanted:
        if unit_id not in known:
            raise NotFound(what="organisation unit", key=unit_id)
        if known[unit_id].closed_at is not None and unit_id not in user.unit_ids:
            raise UnitClosed(name=known[unit_id].name)
    if difference := apply_changes(user, {"unit_ids": wanted}):
        record(
            session, actor=actor, action="user.units_set", subject=("user", user_id),
            before=difference.before, after=difference.after, now=now,
        )  # fmt: skip
    return user.info()


def disable_user(session: Session, *, user_id: int, actor: Actor, now: datetime) -> UserInfo:
    """The person is signed out everywhere and cannot sign in. API keys they made go on: the brand owns them.

    raises   NotFound, LastOwner
    effects  audit user.disabled, unless they were already
    """
    _require_another_owner(session, user_id=user_id)
    user = locked_user(session, user_id=user_id)
    if apply_changes(user, {"disabled": True}):
        end_sessions(session, user_id=user_id)
        record(session, actor=actor, action="user.disabled", subject=("user", user_id), now=now)
    return user.info()


def enable_user(session: Session, *, user_id: int, actor: Actor, now: datetime) -> UserInfo:
    """The person can sign in again, with the password they had.

    raises   NotFound
    effects  audit user.enabled, unless they were already
    """
    user = locked_user(session, user_id=user_id)
    if apply_changes(user, {"disabled": False}):
        record(session, actor=actor, action="user.enabled", subject=("user", user_id), now=now)
    return user.info()


def _require_another_owner(session: Session, *, user_id: int) -> None:
    """Returns unless this person is the only owner who can sign in.

    All owners are locked, in one order: two who remove each other at once come one after the other.

    raises  LastOwner
    """
    owners = session.scalars(
        select(AppUser)
        .where(AppUser.roles.contains([StaffRole.OWNER.value]), AppUser.disabled.is_(False))
        .order_by(AppUser.user_id)
        .with_for_update()
    ).all()
    if [owner.user_id for owner in owners] == [user_id]:
        raise LastOwner(login=owners[0].login)
