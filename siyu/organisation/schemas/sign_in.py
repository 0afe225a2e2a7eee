"""What the routes of signing in take and give."""

from typing import Annotated

from pydantic import BaseModel, StringConstraints

from siyu.organisation.contracts import StaffRole
from siyu.organisation.schemas.brand import Brand
from siyu.organisation.schemas.shared import Input, Output

PASSWORD_LENGTH_MAX = 256
CODE_LENGTH_MAX = 64
Password = Annotated[str, StringConstraints(min_length=1, max_length=PASSWORD_LENGTH_MAX)]


class DemoLogin(Output):
    """A way into a demo."""

    login: str
    password: str
    role: str


class Meta(BaseModel):
    """What this server is."""

    version: str
    demo: bool
    demo_logins: list[DemoLogin]


class LoginRequest(Input):
    """A login and its password; `code` is an authenticator app's or a recovery code, where the answer asked for it."""

    login: Annotated[str, StringConstraints(min_length=1, max_length=256)]
    password: Password
    code: Annotated[str, StringConstraints(max_length=CODE_LENGTH_MAX)] | None = None


class PasswordChange(Input):
    """The password that holds, and the one that shall."""

    current: Password
    new: Password


class User(Output):
    """The person who is signed in, and what they may do."""

    user_id: int
    login: str
    display_name: str
    roles: list[StaffRole]
    permissions: list[str]
    must_change_password: bool
    language: str
    sees_whole_brand: bool
    second_factor: bool
    must_enrol_second_factor: bool


class SignedIn(BaseModel):
    """An open session; every change carries `csrf_token` in the header X-CSRF-Token."""

    user: User
    brand: Brand
    csrf_token: str
