"""Brands, people, passwords and keys on a real database."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from siyu.kernel.app import App
from siyu.kernel.audit import SYSTEM, Actor, AuditEntry
from siyu.kernel.db import Role
from siyu.kernel.errors import NotFound
from siyu.organisation import errors, queries
from siyu.organisation.actions.brands import update_brand
from siyu.organisation.actions.keys import create_api_key, revoke_api_key
from siyu.organisation.actions.passwords import change_password, reset_password
from siyu.organisation.actions.sessions import resume_session
from siyu.organisation.actions.users import create_user, disable_user, enable_user, set_roles, update_user
from siyu.organisation.models import AppUser
from tests.organisation.makers import CHEAP, NOW, PASSWORD, make_brand, make_key, make_session, make_user

BY_OWNER = Actor("user", 1, "boss", "10.0.0.1", "request-1")


def last_entry(session: Session) -> AuditEntry:
    session.flush()
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.audit_entry_id.desc()).limit(1)).one()
    assert isinstance(entry, AuditEntry)
    return entry


def test_a_new_brand_is_entered_and_can_be_worked_in(app: App) -> None:
    with app.db.transaction(brand_id=None) as session:
        brand = make_brand(session, code="entered")
        make_user(session, login="first-of-entered")
    with app.db.transaction(brand_id=None) as session:
        assert queries.brand_by_code(session, code="entered") == brand
    with app.db.transaction(brand_id=brand.brand_id) as session:
        assert [user.login for user in queries.users(session)] == ["first-of-entered"]


def test_two_brands_cannot_share_a_code(app: App) -> None:
    with app.db.transaction(brand_id=None) as session:
        make_brand(session, code="twice")
    with pytest.raises(errors.BrandCodeTaken, match="twice"), app.db.transaction(brand_id=None) as session:
        make_brand(session, code="twice")


def test_a_command_must_say_which_of_several_brands_it_means(app: App) -> None:
    with app.db.transaction(brand_id=None) as session:
        make_brand(session)
    with app.db.transaction(brand_id=None) as session:
        make_brand(session, code="meant")
    with app.db.transaction(brand_id=None) as session:
        with pytest.raises(errors.SeveralBrands, match="--brand CODE"):
            queries.chosen_brand(session, code=None)
        with pytest.raises(NotFound):
            queries.chosen_brand(session, code="nowhere")
        assert queries.chosen_brand(session, code="meant").code == "meant"


def test_a_change_of_the_brand_is_recorded_with_what_differs_alone(session: Session) -> None:
    changed = update_brand(
        session, name="新名字", needs_approval=True, margin_basis_points=5_000, actor=BY_OWNER, now=NOW
    )
    assert (changed.name, changed.needs_approval) == ("新名字", True)
    entry = last_entry(session)
    assert (entry.actor_label, entry.address, entry.request_id) == ("boss", "10.0.0.1", "request-1")
    assert (entry.action, entry.after) == ("brand.changed", {"name": "新名字", "needs_approval": True})
    assert entry.before is not None
    assert set(entry.before) == {"name", "needs_approval"}


def test_changing_nothing_is_not_recorded(session: Session) -> None:
    user = make_user(session, roles=["operator"])
    before = last_entry(session).audit_entry_id
    set_roles(session, user_id=user.user_id, roles=["operator"], actor=SYSTEM, now=NOW)
    update_user(session, user_id=user.user_id, display_name=user.display_name, actor=SYSTEM, now=NOW)
    enable_user(session, user_id=user.user_id, actor=SYSTEM, now=NOW)
    assert last_entry(session).audit_entry_id == before


def test_a_login_is_unique_over_all_brands_whatever_its_case(app: App, session: Session) -> None:
    make_user(session, login="Shared.Login")
    session.commit()
    with app.db.transaction(brand_id=None) as other:
        make_brand(other)
        with pytest.raises(errors.LoginTaken):
            make_user(other, login="shared.LOGIN")


def test_without_a_password_a_one_time_password_is_made(session: Session) -> None:
    new = create_user(
        session, login="newcomer", display_name="新人", roles=["analyst"], actor=SYSTEM, now=NOW, hasher=CHEAP
    )
    assert new.user.must_change_password
    assert new.one_time_password is not None
    assert new.one_time_password not in repr(new)


def test_the_audit_log_holds_no_password_and_no_name(session: Session) -> None:
    user = make_user(session, display_name="欧阳秘密")
    update_user(session, user_id=user.user_id, display_name="司马秘密", actor=SYSTEM, now=NOW)
    password = reset_password(session, user_id=user.user_id, actor=SYSTEM, now=NOW, hasher=CHEAP)
    session.flush()
    kept = " ".join(str((one.before, one.after)) for one in session.scalars(select(AuditEntry)))
    for secret in (PASSWORD, password, "argon2", "秘密"):
        assert secret not in kept


def test_the_last_owner_stays_owner(session: Session) -> None:
    owner = make_user(session, roles=["owner"])
    with pytest.raises(errors.LastOwner, match=owner.login):
        disable_user(session, user_id=owner.user_id, actor=SYSTEM, now=NOW)
    with pytest.raises(errors.LastOwner):
        set_roles(session, user_id=owner.user_id, roles=["analyst"], actor=SYSTEM, now=NOW)


def test_one_of_two_owners_may_go_and_then_the_other_may_not(session: Session) -> None:
    first, second = make_user(session, roles=["owner"]), make_user(session, roles=["owner", "analyst"])
    assert disable_user(session, user_id=first.user_id, actor=SYSTEM, now=NOW).disabled
    with pytest.raises(errors.LastOwner):
        set_roles(session, user_id=second.user_id, roles=["analyst"], actor=SYSTEM, now=NOW)
    enable_user(session, user_id=first.user_id, actor=SYSTEM, now=NOW)
    set_roles(session, user_id=second.user_id, roles=["analyst"], actor=SYSTEM, now=NOW)


def test_two_owners_who_shut_each_other_out_at_once_leave_one(app: App, brand_id: int) -> None:
    with app.db.transaction(brand_id=brand_id) as session:
        owners = [make_user(session, roles=["owner"]).user_id for _ in range(2)]

    def shut_out(user_id: int) -> bool:
        try:
            with app.db.transaction(brand_id=brand_id) as session:
                return disable_user(session, user_id=user_id, actor=SYSTEM, now=NOW).disabled
        except errors.LastOwner:
            return False

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(shut_out, owners)) == [False, True]


def test_an_owner_may_take_on_another_role_too(session: Session) -> None:
    owner = make_user(session, roles=["owner"])
    changed = set_roles(session, user_id=owner.user_id, roles=["analyst", "owner"], actor=SYSTEM, now=NOW)
    assert changed.roles == ("owner", "analyst")


def test_a_changed_password_ends_the_other_sessions_only(app: App, session: Session) -> None:
    user = make_user(session, must_change_password=True)
    session.commit()
    here, there = make_session(app, user.login), make_session(app, user.login)
    with app.db.transaction(brand_id=here.session.brand.brand_id) as again:
        change_password(
            again, user_id=user.user_id, session_id=here.session.session_id, current=PASSWORD,
            new="another eight ducks", actor=SYSTEM, now=NOW, hasher=CHEAP,
        )  # fmt: skip
    assert still_open(app, here.token)
    assert not still_open(app, there.token)
    assert not make_session(app, user.login, password="another eight ducks").session.user.must_change_password


@pytest.mark.parametrize(
    ("current", "new", "refusal"),
    [
        ("not my password", "another eight ducks", errors.WrongCurrentPassword),
        (PASSWORD, PASSWORD, errors.PasswordNotNew),
        (PASSWORD, "short", errors.PasswordTooShort),
    ],
)
def test_a_password_is_not_changed(
    session: Session, current: str, new: str, refusal: type[Exception]
) -> None:
    user = make_user(session)
    before = session.get_one(AppUser, user.user_id).password_hash
    with pytest.raises(refusal):
        change_password(
            session, user_id=user.user_id, session_id=0, current=current, new=new, actor=SYSTEM, now=NOW,
            hasher=CHEAP,
        )  # fmt: skip
    assert session.get_one(AppUser, user.user_id).password_hash == before


@pytest.mark.parametrize("change", [disable_user, reset_password])
def test_shutting_somebody_out_ends_their_sessions(app: App, session: Session, change) -> None:
    user = make_user(session)
    session.commit()
    opened = make_session(app, user.login)
    with app.db.transaction(brand_id=opened.session.brand.brand_id) as again:
        change(again, user_id=user.user_id, actor=SYSTEM, now=NOW)
    assert not still_open(app, opened.token)


def test_nobody_gives_a_key_more_than_they_hold(session: Session) -> None:
    with pytest.raises(errors.ScopeNotYours, match=r"users\.edit"):
        make_key(session, scopes=["keys.read", "users.edit"], held=frozenset({"keys.read", "keys.edit"}))
    with pytest.raises(errors.UnknownPermission, match=r"no permission users\.\*"):
        make_key(session, scopes=["users.*"])


def test_the_secret_of_a_key_is_neither_stored_nor_shown_again(session: Session) -> None:
    new = create_api_key(
        session, source="till", scopes=["imports.run"], held=frozenset({"imports.run"}), actor=SYSTEM, now=NOW
    )
    assert new.secret.startswith(new.key.prefix)
    assert new.secret not in repr(new)
    assert new.secret not in repr(queries.api_keys(session))


def test_revoking_a_key_twice_changes_nothing(session: Session) -> None:
    key = make_key(session).key
    first = revoke_api_key(session, api_key_id=key.api_key_id, actor=SYSTEM, now=NOW)
    entry = last_entry(session).audit_entry_id
    assert revoke_api_key(session, api_key_id=key.api_key_id, actor=SYSTEM, now=NOW) == first
    assert last_entry(session).audit_entry_id == entry


def test_what_is_not_there_cannot_be_changed(session: Session) -> None:
    for change in (disable_user, enable_user, reset_password):
        with pytest.raises(NotFound):
            change(session, user_id=2**40, actor=SYSTEM, now=NOW)
    with pytest.raises(NotFound):
        revoke_api_key(session, api_key_id=2**40, actor=SYSTEM, now=NOW)


def still_open(app: App, token: str) -> bool:
    with app.db.transaction(brand_id=None, role=Role.LOGIN) as session:
        return resume_session(session, token=token, now=NOW) is not None
