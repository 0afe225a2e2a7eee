"""What the routes of one's own account take and give: sessions, the second factor."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, StringConstraints

from siyu.organisation.schemas.shared import Input, Output
from siyu.organisation.schemas.sign_in import CODE_LENGTH_MAX


class WebSession(Output):
    """A browser that somebody is signed in with; `current` is the one that asks."""

    session_id: int
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    address: str
    user_agent: str
    current: bool = False


class WebSessionList(BaseModel):
    """Where a person is signed in, the browser seen last first."""

    items: list[WebSession]
    total: int


class SessionsEnded(BaseModel):
    """How many sessions that ended."""

    sessions: int


class SecondFactor(BaseModel):
    """Whether an authenticator app is set up, whether it has to be, and the recovery codes that are left."""

    enrolled: bool
    required: bool
    recovery_codes_left: int


class SecondFactorSecret(Output):
    """The secret of an authenticator app: `uri` is what its QR code says. Shown once."""

    secret: str
    uri: str


class SecondFactorCode(Input):
    """A code of the app, or a recovery code where the app is gone."""

    code: Annotated[str, StringConstraints(min_length=1, max_length=CODE_LENGTH_MAX)]


class RecoveryCodes(BaseModel):
    """Codes that open once each, for when the phone is gone. Shown once."""

    codes: list[str]
