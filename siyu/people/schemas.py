"""What people's routes take and give."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from siyu.people.contracts import Channel


class _Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class IdentityOut(_Out):
    """One identity, masked unless it was revealed."""

    namespace: str
    value: str
    source: str
    created_at: datetime


class ProfileOut(_Out):
    """What is known of a customer. Texts are empty where nothing is known."""

    customer_id: int
    name: str
    phone: str
    gender: str
    birthday: str
    province: str
    store_key: str
    known_at: datetime
    joined_at: datetime | None
    identities: list[IdentityOut]


class ConsentOut(_Out):
    """Something a customer said about being spoken to."""

    channel: str
    purpose: str
    granted: bool
    source: str
    said_at: datetime


class ReachOut(_Out):
    """Whether a channel may be used for a customer, and if not, why."""

    channel: str
    reachable: bool
    consented: bool
    suppressed: str | None
    has_address: bool


class CustomerOut(_Out):
    """One customer: profile, what they said about being spoken to, and how they can be reached."""

    profile: ProfileOut
    consents: list[ConsentOut]
    reach: list[ReachOut]


class RevealRequest(BaseModel):
    """Why somebody needs to see personal data; kept in the audit log."""

    model_config = ConfigDict(extra="forbid")

    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=4, max_length=200)]


class OptOutRequest(BaseModel):
    """A customer asked not to be written to, by a way that Siyu did not see itself."""

    model_config = ConfigDict(extra="forbid")

    channel: Channel = Channel.SMS
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=4, max_length=200)]
