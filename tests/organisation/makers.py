"""People, brands, keys and sessions for tests, made by the same actions as in life."""

import itertools
from datetime import UTC, datetime
from typing import Any

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy.orm import Session

from siyu.kernel.app import App
from siyu.kernel.audit import SYSTEM
from siyu.kernel.db import Role
from siyu.organisation.actions.brands import create_brand
from siyu.organisation.actions.keys import create_api_key
from siyu.organisation.actions.sessions import sign_in
from siyu.organisation.actions.users import create_user
from siyu.organisation.contracts import BrandInfo, NewApiKey, NewSession, UserInfo
from siyu.organisation.rules.permissions import PERMISSIONS

NOW = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
PASSWORD = "seven quiet ducks"
CHEAP = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
_numbers = itertools.count(1)


def make_brand(session: Session, **changes: Any) -> BrandInfo:
    """A brand that the session has then entered."""
    given = {"code": f"made-{next(_numbers)}", "name": "茶馆", "actor": SYSTEM, "now": NOW}
    return create_brand(session, **{**given, **changes})


def make_user(session: Session, **changes: Any) -> UserInfo:
    """An analyst who signs in with PASSWORD and has no password to change."""
    given = {
        "login": f"staff-{next(_numbers)}",
        "display_name": "王芳",
        "roles": ["analyst"],
        "password": PASSWORD,
        "must_change_password": False,
        "actor": SYSTEM,
        "now": NOW,
        "hasher": CHEAP,
    }
    return create_user(session, **{**given, **changes}).user


def make_key(session: Session, **changes: Any) -> NewApiKey:
    """A key that may read the audit log."""
    given = {
        "source": "till",
        "scopes": ["audit.read"],
        "held": frozenset(PERMISSIONS),
        "actor": SYSTEM,
        "now": NOW,
    }
    return create_api_key(session, **{**given, **changes})


def try_to_sign_in(app: App, login: str, password: str = PASSWORD, **changes: Any) -> Any:
    """What one attempt comes to, committed."""
    given = {"address": f"address of {login}", "user_agent": "test", "now": NOW, "hasher": CHEAP}
    with app.db.transaction(brand_id=None, role=Role.LOGIN) as session:
        return sign_in(session, cipher=app.cipher, login=login, password=password, **{**given, **changes})


def make_session(app: App, login: str, **changes: Any) -> NewSession:
    """A session of a person who exists."""
    outcome = try_to_sign_in(app, login, **changes)
    assert isinstance(outcome, NewSession), outcome
    return outcome
