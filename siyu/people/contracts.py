"""The words of people: namespaces, channels, what is known of a customer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NewType, Protocol

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

CUSTOMERS_MERGED = FactType(
    name="customers_merged",
    columns={"other_customer_id": "BIGINT"},
    definition={
        "zh": "两个客户被认定为同一人；other_customer_id 是并入的客户。",
        "en": "A customer turned out to be another, other_customer_id, and is counted as that one from now on.",
    },
)
CUSTOMERS_UNMERGED = FactType(
    name="customers_unmerged",
    columns={"other_customer_id": "BIGINT"},
    definition={
        "zh": "客户不再与 other_customer_id 视为同一人。",
        "en": "A customer left other_customer_id, as who they had been counted.",
    },
)

FACT_TYPES = (CONSENT_CHANGED, CUSTOMERS_MERGED, CUSTOMERS_UNMERGED)

IDENTITIES_MAX = 50
NEIGHBOURS_MAX = 5
STAFF = "staff"
OUR_NUMBER = "customer_id"  # beside the namespaces: how a list may name customers too


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
    DEVICE = "device"
    OPENID = "openid"


class Normaliser(StrEnum):
    """How the values of a namespace are written the same way every time."""

    PHONE = "phone"
    EMAIL = "email"
    TRIMMED = "trimmed"


@dataclass(frozen=True, slots=True)
class NamespacePolicy:
    """What an identity of a namespace means.

    `one_per_customer`: two values are two people. `strong`: it stands for a person, not for a browser. `shareable`:
    several people may use one value. `sources`: who may say that it belongs to somebody; None: all.
    """

    namespace: str
    normaliser: Normaliser
    one_per_customer: bool
    strong: bool
    shareable: bool
    sources: frozenset[str] | None = None


class Channel(StrEnum):
    """How a brand can speak to somebody."""

    SMS = "sms"


EVERYWHERE = "all"
"""The channel of a suppression that holds on every channel, and of a purpose that has none."""


class Purpose(StrEnum):
    """What somebody is asked about. Only service needs no yes; each other purpose is refused until it is granted."""

    MARKETING = "marketing"
    SERVICE = "service"
    PROFILING = "profiling"
    SHARING = "sharing"
    SENSITIVE = "sensitive"
    RECORDING = "recording"


class ConsentChannel(StrEnum):
    """By what somebody may be spoken to; ALL for what has nothing to do with a channel."""

    SMS = "sms"
    CALL = "call"
    EMAIL = "email"
    WECOM = "wecom"
    OFFICIAL_ACCOUNT = "official_account"
    MINI_PROGRAM = "mini_program"
    APP = "app"
    ALL = "all"


CHANNEL_PURPOSES = frozenset({Purpose.MARKETING, Purpose.SERVICE})
"""Purposes that are agreed to a channel at a time; the others are agreed to once, on ALL."""


class SuppressionKind(StrEnum):
    """Why somebody must not be spoken to, the strongest first."""

    LEGAL_BLOCK = "legal_block"
    COMPLAINT = "complaint"
    OPT_OUT_GLOBAL = "opt_out_global"
    OPT_OUT = "opt_out"
    INVALID_ADDRESS = "invalid_address"


@dataclass(frozen=True, slots=True)
class ConsentWord:
    """What somebody said about one purpose on one channel, and how that is known.

    `evidence` may hold personal data (an address, a page, the digest of a screenshot): it is sealed apart.
    """

    customer_id: int
    purpose: Purpose
    channel: ConsentChannel
    granted: bool
    source: str
    said_at: datetime
    consent_text_id: int | None = None
    evidence: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ConsentStanding:
    """How it stands with one purpose on one channel: the newest word, or nothing said. `allowed`: what follows."""

    purpose: Purpose
    channel: ConsentChannel
    allowed: bool
    said: bool
    granted: bool | None = None
    said_at: datetime | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class ChainReport:
    """Whether the seals of a brand hold. `fault` and `broken_seal`: of the first that does not.

    `waiting`: entries that no seal covers yet. `noted_head_found`: whether the chain holds a head that was noted
    elsewhere before; None if none was given.
    """

    intact: bool
    seals: int
    entries: int
    waiting: int
    head: str
    broken_seal: int | None = None
    fault: str | None = None
    first_entry_id: int | None = None
    last_entry_id: int | None = None
    noted_head_found: bool | None = None


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
class IdentityClaim:
    """Somebody says that these (namespace, value) belong to one person.

    `authenticated`: the source checked it (a login, an order, a member file), rather than a browser that says so.
    `event_id`: the event that said it; the same event twice says it once. Empty: the source's standing word.
    """

    identities: tuple[tuple[str, str], ...]
    source: str
    authenticated: bool
    said_at: datetime
    event_id: str = ""


class Refusal(StrEnum):
    """Why a link does not join two identities."""

    UNIQUE_CONFLICT = "unique_conflict"
    TOO_MANY = "too_many"
    UNAUTHENTICATED = "unauthenticated"
    QUARANTINED = "quarantined"


class ReviewState(StrEnum):
    """What became of a refused link."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True)
class Move:
    """A customer counts as another from now on: before and after a merge or an un-merge.

    After a merge `before` is the customer itself or whom it counted as until now; rows keep `customer_id`.
    """

    customer_id: int
    before: int
    after: int


class MergePart(Protocol):
    """A module that owns state a customer, and takes part in merges and un-merges; the registry's protocol."""

    def customers_moved(self, session: Any, *, moves: Sequence[Move], now: datetime) -> None:
        """The module's state fits the moves, in the caller's transaction. The same moves again change nothing."""

    def weigh(self, session: Any, *, persons: Sequence[Sequence[int]]) -> Mapping[str, int]:
        """What these numbers being these persons comes to, by the permanent name of each count; nothing is changed."""


@dataclass(frozen=True, slots=True)
class MergeEffect:
    """A count that a module keeps of the persons concerned, as it is and as it would be."""

    effect: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Regrouped:
    """What a change to the links did: customers that moved, identities that moved, links that were refused.

    `holder`: the customer of each identity that the change could reach, as it stands now.
    """

    moves: tuple[Move, ...]
    identities_moved: int
    founded: int
    refused: int
    holder: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MergePreview:
    """What would become of whom, without doing it. `overruled`: guards that only a person's word passes."""

    moves: tuple[Move, ...]
    identities: tuple[int, ...]
    overruled: tuple[str, ...]
    effects: tuple[MergeEffect, ...] = ()


@dataclass(frozen=True, slots=True)
class Resolved:
    """Whom an external key stands for."""

    customer_id: CustomerId
    identity_id: IdentityId


@dataclass(frozen=True, slots=True)
class SaveOutcome:
    """What a customer file changed. `phone_conflicts`: positions in the input whose phone another customer holds.

    `erased`: records that were left out, because their person asked to be forgotten.
    """

    added: int
    changed: int
    unchanged: int
    phone_conflicts: tuple[int, ...]
    erased: int = 0


@dataclass(frozen=True, slots=True)
class SeenIdentity:
    """One identity as people may see it."""

    namespace: str
    value: str
    source: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of a customer, masked unless it was revealed. `erased_at`: they asked to be forgotten."""

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
    erased_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class WholePerson:
    """Everything by which one person can be told: their customers, the one they count as first, values and names."""

    customer_ids: tuple[int, ...]
    identity_ids: tuple[int, ...]
    values: tuple[tuple[str, str], ...] = field(repr=False)
    names: tuple[str, ...] = field(repr=False)
    erased_at: datetime | None = None
