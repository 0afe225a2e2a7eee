"""The fence between brands, and what the login role may touch, as PostgreSQL itself enforces them."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError

from siyu.kernel.app import App
from siyu.kernel.db import Base, Role
from siyu.organisation import queries
from siyu.organisation.models import ApiKey, AppUser, Brand, LoginAttempt, WebSession
from tests.organisation.makers import make_brand, make_key, make_session, make_user

OURS = {model.__tablename__ for model in (Brand, AppUser, WebSession, LoginAttempt, ApiKey)}


def test_one_brand_does_not_see_the_people_keys_and_sessions_of_another(app: App, brand_id: int) -> None:
    with app.db.transaction(brand_id=None) as session:
        other = make_brand(session)
        login = make_user(session).login
        make_key(session)
    make_session(app, login)
    with app.db.transaction(brand_id=brand_id) as session:
        for model in (AppUser, ApiKey, WebSession):
            assert session.scalars(select(model)).all() == []
        assert [brand.brand_id for brand in queries.all_brands(session)] == [brand_id]
    with app.db.transaction(brand_id=other.brand_id) as session:
        assert [user.login for user in queries.users(session)] == [login]


def test_outside_any_brand_the_list_of_brands_is_all_there_is(app: App, brand_id: int) -> None:
    with app.db.transaction(brand_id=brand_id) as session:
        make_user(session)
    with app.db.transaction(brand_id=None) as session:
        assert brand_id in [brand.brand_id for brand in queries.all_brands(session)]
        assert session.scalars(select(AppUser)).all() == []


def test_a_row_cannot_be_written_into_another_brand(app: App, brand_id: int) -> None:
    with app.db.transaction(brand_id=None) as session:
        other = make_brand(session)
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        app.db.transaction(brand_id=brand_id) as fenced,
    ):
        fenced.execute(
            text("UPDATE brand SET brand_id = :other WHERE brand_id = :mine"),
            {"other": other.brand_id + 1_000_000, "mine": brand_id},
        )


@pytest.mark.parametrize(
    ("role", "statement"),
    [
        # Who has not signed in yet makes no people, keys or brands, and changes no password.
        (Role.LOGIN, "UPDATE app_user SET roles = '{owner}'"),
        (Role.LOGIN, "UPDATE api_key SET revoked_at = NULL"),
        (Role.LOGIN, "UPDATE web_session SET expires_at = now()"),
        (Role.LOGIN, "DELETE FROM web_session"),
        (Role.LOGIN, "DELETE FROM brand"),
        # It has no business in the rest of the database.
        (Role.LOGIN, "SELECT count(*) FROM audit_entry"),
        (Role.LOGIN, "SELECT count(*) FROM inbox"),
        (Role.LOGIN, "SELECT count(*) FROM long_task"),
        # The application forgives nobody's failures, and rewrites no history.
        (Role.APP, "DELETE FROM login_attempt"),
        (Role.APP, "UPDATE audit_entry SET action = ''"),
        (Role.APP, "DELETE FROM app_user"),
        # The pump carries facts and needs no secrets.
        (Role.PUMP, "SELECT password_hash FROM app_user"),
        (Role.PUMP, "SELECT token_hash FROM web_session"),
        (Role.PUMP, "SELECT secret_hash FROM api_key"),
    ],
)
def test_a_role_is_denied_what_its_work_does_not_need(
    app: App, brand_id: int, role: Role, statement: str
) -> None:
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        app.db.transaction(brand_id=brand_id, role=role) as session,
    ):
        session.execute(text(statement))


def test_the_tables_are_what_the_models_say(app: App) -> None:
    with app.db.engine.connect() as connection:
        options = {
            "compare_type": True,
            "include_name": lambda name, kind, _parents: kind != "table" or name in OURS,
            "include_object": lambda thing, name, kind, _reflected, _other: kind != "table" or name in OURS,
        }
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []
