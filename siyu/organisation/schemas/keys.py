"""What the routes of API keys take and give."""

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, Field

from siyu.organisation.rules.keys import OVERLAP_HOURS_MAX
from siyu.organisation.schemas.shared import Input, Line, Output

SCOPES_MAX = 100


class Key(Output):
    """An API key, without its secret. After a rotation the secret before opens until `previous_until`."""

    api_key_id: int
    prefix: str
    source: str
    scopes: list[str]
    created_by: str
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None
    expires_at: datetime | None
    rotated_at: datetime | None
    previous_until: datetime | None
    previous_used_at: datetime | None


class KeyList(BaseModel):
    """All keys of the brand."""

    items: list[Key]
    total: int


class NewKey(Input):
    """A key to be made."""

    source: Line
    scopes: Annotated[list[str], Field(min_length=1, max_length=SCOPES_MAX)]
    expires_at: AwareDatetime | None = None


class KeyRotation(Input):
    """How many hours the secret before shall go on opening; 0: it stops at once."""

    overlap_hours: Annotated[int, Field(ge=0, le=OVERLAP_HOURS_MAX)] = 24


class KeySecret(BaseModel):
    """A key that was just made; the secret is shown once."""

    key: Key
    secret: str
