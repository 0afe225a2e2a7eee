"""The words of outreach that others build on: states, reasons, and what passes between us and a vendor.

Values of enums are stored; they are permanent.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from enum import StrEnum
from typing import Any, NewType, Protocol

from siyu.kernel.facts import FactType

SEND_JOB = "outreach.send"
FACT_SOURCE = "siyu.outreach"

MESSAGE_EVENT = FactType(
    name="message_event",
    columns={
        "message_id": "BIGINT",
        "campaign_id": "BIGINT",
        "channel": "VARCHAR",
        "state": "VARCHAR",
        "reason": "VARCHAR",
        "segments": "BIGINT",
        "cost_fen": "BIGINT",
    },
    definition={
        "zh": "一条消息有了结果：已提交、已送达、失败、已抑制或已停止。",
        "en": "A message came to something: accepted, delivered, failed, suppressed or stopped.",
    },
)

Centifen = NewType("Centifen", int)
"""A hundredth of a fen: vendors price a segment at, say, 4.5 fen = 450 centifen, and money knows no floats."""


class Channel(StrEnum):
    """By what a message travels."""

    SMS = "sms"


class MessageClass(StrEnum):
    """What a message is for. Caps, quiet hours and the opt-out line bind all but the transactional.

    A consent request goes once to who said nothing yet, and asks for consent to marketing.
    """

    MARKETING = "marketing"
    CONSENT_REQUEST = "consent_request"
    TRANSACTIONAL = "transactional"


class MessageState(StrEnum):
    """Where a message stands. A run is finished when none of its messages is in OPEN_STATES."""

    PLANNED = "planned"  # will be sent; nobody has taken it up
    DEFERRED = "deferred"  # not yet: quiet hours, a cap, or a vendor that asked us to come back
    CLAIMED = "claimed"  # a worker holds it and may have called the vendor
    UNCERTAIN = "uncertain"  # the vendor was called and we do not know what it understood
    ACCEPTED = "accepted"  # the vendor has it
    DELIVERED = "delivered"  # the phone has it
    FAILED = "failed"  # the vendor refused it or could not deliver it
    SUPPRESSED = "suppressed"  # we decided not to send, for the reason stored beside it
    STOPPED = "stopped"  # a person stopped the run before this one went out


_S = MessageState

ALLOWED_TRANSITIONS: Mapping[MessageState, frozenset[MessageState]] = {
    _S.PLANNED: frozenset({_S.DEFERRED, _S.CLAIMED, _S.SUPPRESSED, _S.STOPPED}),
    # Deferred again is a move; a receipt may overtake the retry of a call that answered with an error.
    _S.DEFERRED: frozenset(
        {_S.DEFERRED, _S.CLAIMED, _S.SUPPRESSED, _S.STOPPED, _S.ACCEPTED, _S.DELIVERED, _S.FAILED}
    ),
    _S.CLAIMED: frozenset(
        {_S.DEFERRED, _S.UNCERTAIN, _S.ACCEPTED, _S.DELIVERED, _S.FAILED, _S.SUPPRESSED, _S.STOPPED}
    ),
    # Claimed again only to ask with the same out_id, which a vendor answers as the first time.
    _S.UNCERTAIN: frozenset({_S.CLAIMED, _S.ACCEPTED, _S.DELIVERED, _S.FAILED}),
    _S.ACCEPTED: frozenset({_S.DELIVERED, _S.FAILED}),
    # The phone that has it is the last word: a carrier sometimes corrects a failure, and a call that
    # answered with an error may have gone through before we suppressed or stopped the retry.
    _S.FAILED: frozenset({_S.DELIVERED}),
    _S.SUPPRESSED: frozenset({_S.DELIVERED}),
    _S.STOPPED: frozenset({_S.DELIVERED}),
    _S.DELIVERED: frozenset(),
}

OPEN_STATES = frozenset({_S.PLANNED, _S.DEFERRED, _S.CLAIMED, _S.UNCERTAIN})
"""Messages that still need us."""


class SuppressionReason(StrEnum):
    """Why a message was not sent, the strongest first: of several, the first one is stored."""

    LEGAL_BLOCK = "legal_block"  # a law, an authority or a court forbids it
    COMPLAINT = "complaint"  # the customer complained (12321 or to us)
    OPT_OUT_GLOBAL = "opt_out_global"
    OPT_OUT_CHANNEL = "opt_out_channel"
    OPT_OUT_SIGNATURE = "opt_out_signature"
    CONSENT_MISSING = "consent_missing"
    ALREADY_SAID = "already_said"  # asked for consent is only who said neither yes nor no
    ALREADY_ASKED = "already_asked"  # the person or the address was asked for this consent before
    UNREACHABLE = "unreachable"  # no valid address on this channel
    SAME_PERSON = (
        "same_person"  # the person has this campaign's message, or is held out, under another number
    )
    QUIET_HOURS = "quiet_hours"  # the message lost its use before the next window opened
    FREQUENCY_CAP = "frequency_cap"
    CONTENT_REFUSED = "content_refused"  # the text could not be made for this customer, or breaks a rule
    PROVIDER_CAP = "provider_cap"  # the vendor's own limit


class OutcomeKind(StrEnum):
    """What a vendor's answer to one message means to us."""

    ACCEPTED = "accepted"
    REFUSED = "refused"  # final for this message
    RETRYABLE = "retryable"  # not taken, as far as we know; come back with the same out_id
    UNCERTAIN = "uncertain"  # perhaps taken; ask or come back with the same out_id, never with another


class ReceiptStatus(StrEnum):
    """What a vendor reports of a message it has."""

    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class OutboundSms:
    """One message ready to go. Its text and number do not show in logs.

    `out_id` is ours, unique for ever, and the same at every attempt: it is what makes a retry safe.
    """

    out_id: str
    phone: str = field(repr=False)
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SendOutcome:
    """What became of one message in a call. `error_code` is the vendor's word, or ours if it said nothing."""

    out_id: str
    kind: OutcomeKind
    provider_message_id: str | None = None
    error_code: str | None = None
    segments: int = 0


@dataclass(frozen=True, slots=True)
class Receipt:
    """A vendor's news of one message, whichever way it came: by callback or by asking."""

    out_id: str
    status: ReceiptStatus
    at: datetime
    error_code: str | None = None
    segments: int = 0


@dataclass(frozen=True, slots=True)
class SmsReply:
    """What a person wrote back. `out_id` is the message the vendor believes it answers."""

    phone: str = field(repr=False)
    text: str
    signature: str
    at: datetime
    out_id: str | None = None


@dataclass(frozen=True, slots=True)
class Callback:
    """One authentic post of a vendor, read."""

    receipts: tuple[Receipt, ...]
    replies: tuple[SmsReply, ...]


class SmsProvider(Protocol):
    """A vendor of SMS. An implementation never raises for what befalls one recipient or one call."""

    @property
    def name(self) -> str:
        """The permanent name stored beside each message."""

    @property
    def batch_size_max(self) -> int:
        """How many messages one call takes."""

    def send(
        self,
        messages: Sequence[OutboundSms],
        *,
        signature: str,
        message_class: MessageClass,
        callback_url: str,
    ) -> list[SendOutcome]:
        """Each message has an outcome, in the order given."""

    def query(self, out_ids: Sequence[str]) -> dict[str, Receipt | None] | None:
        """What the vendor knows of each message; None for one it never saw; None for all if it cannot be asked."""


class Verdict(StrEnum):
    """Whether a message may go out."""

    ALLOWED = "allowed"
    DEFERRED = "deferred"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict with its evidence: which rule, until when, and what was counted."""

    verdict: Verdict
    rule_id: str | None = None
    reason: SuppressionReason | None = None
    until: datetime | None = None
    counts: Mapping[str, int] = field(default_factory=dict)


class SendGuard(Protocol):
    """A module with a word on who may not get a planned message after all; the registry's protocol for the gate."""

    def withheld(
        self, session: Any, *, campaign_ids: Sequence[int], customer_ids: Sequence[int]
    ) -> set[tuple[int, int]]:
        """The (campaign, customer) among these who must not be written to, as of now."""


@dataclass(frozen=True, slots=True)
class FrozenTemplate:
    """What a campaign says, as it was when it was planned. It never changes afterwards.

    `consent_text_id`: of a consent request, its words as a yes will name them.
    """

    text: str
    signature: str
    opt_out_line: str
    message_class: MessageClass = MessageClass.MARKETING
    consent_text_id: int | None = None


@dataclass(frozen=True, slots=True)
class Variable:
    """A name that templates may use, in both languages, with a value to show before there is a customer."""

    name: str
    title: str
    title_zh: str
    sample: str


@dataclass(frozen=True, slots=True)
class VariableSource:
    """What a module offers to templates; higher modules are wired as further sources.

    `values(session, cipher=…, customer_ids=…, reveal=…)` answers {customer_id: {name: value}}; without
    `reveal` personal values are masked.
    """

    variables: tuple[Variable, ...]
    values: Callable[..., Mapping[int, Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class RenderedMessage:
    """What one customer would get, and what it is billed as; or why they would get nothing."""

    customer_id: int
    text: str = field(repr=False)
    segments: int
    error: str | None = None
    error_zh: str | None = None


@dataclass(frozen=True, slots=True)
class TestOutcome:
    """What the vendor said of one test message. The number is masked."""

    __test__ = False

    phone: str
    outcome: OutcomeKind
    error_code: str | None
    segments: int


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """How a brand sends SMS. The vendor's key is never shown.

    units  price in hundredths of a fen a segment; opens and closes by the clock of the brand's zone
    """

    configured: bool
    provider: str
    base_url: str
    has_key: bool
    price_centifen: Centifen
    signature: str
    opt_out_line: str
    opens: time
    closes: time
    cap_per_day: int
    cap_per_30_days: int
    enabled: bool


@dataclass(frozen=True, slots=True)
class MessageRecord:
    """One message as people see it.

    `reason` is a SuppressionReason; `detail` the rule that decided, or the vendor's error.
    units  cost in hundredths of a fen
    """

    message_id: int
    campaign_id: int
    customer_id: int
    channel: str
    state: MessageState
    reason: str | None
    detail: str | None
    attempts: int
    segments: int
    cost_centifen: int
    planned_at: datetime
    next_attempt_at: datetime | None
    sent_at: datetime | None
    final_at: datetime | None
    template_text: str


@dataclass(frozen=True, slots=True)
class SentMessage:
    """A message that was handed to the vendor, or may have been: whom it was for, to which address, when."""

    message_id: int
    customer_id: int
    address_id: int | None
    state: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class CallbackCounts:
    """What one post of a vendor did: receipts by effect, unknown ones, opt-outs."""

    applied: int
    ignored: int
    unknown: int
    opt_outs: int
