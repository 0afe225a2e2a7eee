"""The words of people: namespaces, channels, what is known of a customer."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

from siyu.kernel.facts import FactType

CustomerId = NewType("CustomerId", int)
IdentityId = NewType("IdentityId", int)

MARKETING = "marketing"
FACT_SOURCE = "siyu.people"

CONSENT_CHANGED = FactType(
    name="consent_changed",
    columns={"channel": "VARCHAR", "purpose": "VARCHAR", "granted": "BOOLEAN", "reason": "VARCHAR"},
    definition={
        "zh": "客户同意或拒绝被联系。",
        "en": "A customer agreed to be spoken to, or refused.",
    },
)

FACT_TYPES = (CONSENT_CHANGED,)


class Namespace(StrEnum):
    """Where an identity comes from. Brands may add names of their own; these are the known ones."""

    PHONE = "phone"
    EMAIL = "email"
    MEMBER_NO = "member_no"
    UNIONID = "unionid"
    EXTERNAL_USERID = "external_userid"
    ALIPAY_UID = "alipay_uid"
    TAOBAO_ID = "taobao_id"
    JD_PIN = "jd_pin"


class Channel(StrEnum):
    """How a brand can speak to somebody."""

    SMS = "sms"


class SuppressionKind(StrEnum):
    """Why somebody must not be spoken to, the strongest first."""

    COMPLAINT = "complaint"
    OPT_OUT = "opt_out"
    INVALID_ADDRESS = "invalid_address"


@dataclass(frozen=True, slots=True)
class CustomerRecord:
    """What one row of a customer file says; None where it is silent."""

    namespace: str
    external_key: str
    known_at: datetime
    name: str | None = None
    phone: str | None = None
    email: str | None = None
    gender: str | None = None
    birthday: date | None = None
    province: str | None = None
    store_key: str | None = None
    joined_at: datetime | None = None
    sms_consent: bool | None = None
    consent_source: str | None = None
    consent_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Resolved:
    """Whom an external key stands for."""

    customer_id: CustomerId
    identity_id: IdentityId


@dataclass(frozen=True, slots=True)
class SaveOutcome:
    """What a customer file changed. `phone_conflicts`: positions in the input whose phone another customer holds."""

    added: int
    changed: int
    unchanged: int
    phone_conflicts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SeenIdentity:
    """One identity as people may see it."""

    namespace: str
    value: str
    source: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of a customer, masked unless it was revealed."""

    customer_id: int
    name: str
    phone: str
    gender: str
    birthday: str
    province: str
    store_key: str
    known_at: datetime
    joined_at: datetime | None
    identities: tuple[SeenIdentity, ...]


@dataclass(frozen=True, slots=True)
class Reach:
    """One customer as a channel finds them: the address, sealed, and whether they may be spoken to."""

    customer_id: int
    consented: bool
    suppressed: str | None
    has_address: bool


@dataclass(frozen=True, slots=True)
class UndoStop:
    """A higher module's word on why customers of an import may not vanish; the registry's protocol for undo."""

    in_use: Callable[..., set[int]]
