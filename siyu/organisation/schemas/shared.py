"""What every route of organisation takes or gives: lines of text, inputs that refuse what they do not know."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$"),
]


class Input(BaseModel):
    """What a client sends; a field that is not known is refused, so that a misspelt one is noticed."""

    model_config = ConfigDict(extra="forbid")


class Output(BaseModel):
    """What a client gets, read from a contract or a row."""

    model_config = ConfigDict(from_attributes=True)
