"""What the routes of single sign-on take and give."""

from typing import Annotated

from pydantic import BaseModel, StringConstraints

from siyu.organisation.rules.single_sign_on import SUBJECT_LENGTH_MAX
from siyu.organisation.schemas.shared import Input, Line, Output

Url = Annotated[str, StringConstraints(strip_whitespace=True, min_length=8, max_length=500)]
Secret = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Subject = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=SUBJECT_LENGTH_MAX, pattern=r"^[^\x00-\x1f\x7f]*$"
    ),
]


class SignOnOffer(BaseModel):
    """What the sign-in page offers: the provider as people call it."""

    title: str


class SignOnSettings(Output):
    """A brand's OpenID provider; `redirect_uri` and `sign_in_address` are for its administrator and its people."""

    issuer: str
    client_id: str
    title: str
    enabled: bool
    has_secret: bool
    asks_second_factor: bool
    redirect_uri: str = ""
    sign_in_address: str = ""


class SignOnChange(Input):
    """The provider as it shall be; without a secret the one that is kept stays."""

    issuer: Url
    client_id: Line
    client_secret: Secret | None = None
    title: Line
    enabled: bool
    asks_second_factor: bool = True


class SignOnCode(Input):
    """The code of the authenticator app, or a recovery code."""

    code: Line


class SignOnAddress(BaseModel):
    """Where the browser goes to sign in at the provider."""

    url: str


class SubjectLink(Input):
    """What the provider calls a person: the `sub` of its tokens."""

    subject: Subject
