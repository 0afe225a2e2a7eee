"""The last gate before the vendor: may this message go now, later, or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from siyu.outreach.contracts import Channel, Decision, MessageClass, SuppressionReason, Verdict
from siyu.outreach.rules.frequency import FrequencyCap, Sent, decide_frequency
from siyu.outreach.rules.quiet import SendWindow, decide_hour, next_allowed_moment
from siyu.outreach.rules.states import strongest_reason

RETRY_SECONDS_MIN = 5
RETRY_SECONDS_MAX = 600

_REASON_OF_SUPPRESSION = {
    "legal_block": SuppressionReason.LEGAL_BLOCK,
    "complaint": SuppressionReason.COMPLAINT,
    "opt_out_global": SuppressionReason.OPT_OUT_GLOBAL,
    "opt_out": SuppressionReason.OPT_OUT_CHANNEL,
    "invalid_address": SuppressionReason.UNREACHABLE,
}


@dataclass(frozen=True, slots=True)
class Recipient:
    """What is known of a message's customer at the gate. `suppressed` is the strongest kind, or None.

    Of a consent request: whether they `said` anything, yes or no, and whether another message `asked` them.
    """

    consented: bool
    suppressed: str | None
    has_address: bool
    said: bool = False
    asked: bool = False


@dataclass(frozen=True, slots=True)
class Sibling:
    """Another message of the same campaign to the same person, once handed over; `waiting`: to be tried again."""

    message_id: int
    waiting: bool


@dataclass(frozen=True, slots=True)
class GatePolicy:
    """The brand's limits: when, how often, by whose clock."""

    zone: str
    window: SendWindow
    caps: tuple[FrequencyCap, ...]


def decide_recipient(recipient: Recipient | None, message_class: MessageClass) -> SuppressionReason | None:
    """Why this customer must not get the message; None if they may. A customer nobody knows is unreachable.

    Consent and a refusal of marketing bind marketing only; a legal block, a complaint and a dead number bind all.
    Asked for consent is who said neither yes nor no, once.

    source  channels-and-rules §2 rows 1 and 3

    >>> decide_recipient(Recipient(True, "opt_out", True), MessageClass.MARKETING).value
    'opt_out_channel'
    >>> decide_recipient(Recipient(False, "opt_out", True), MessageClass.TRANSACTIONAL) is None
    True
    >>> decide_recipient(Recipient(False, None, True, asked=True), MessageClass.CONSENT_REQUEST).value
    'already_asked'
    """
    if recipient is None:
        return SuppressionReason.UNREACHABLE
    reasons: set[SuppressionReason] = set()
    if not recipient.has_address:
        reasons.add(SuppressionReason.UNREACHABLE)
    if recipient.suppressed is not None:
        reasons.add(_REASON_OF_SUPPRESSION.get(recipient.suppressed, SuppressionReason.OPT_OUT_CHANNEL))
    reasons |= _reasons_of_consent(recipient, asking=message_class is MessageClass.CONSENT_REQUEST)
    if message_class is MessageClass.TRANSACTIONAL:
        reasons &= {
            SuppressionReason.UNREACHABLE, SuppressionReason.COMPLAINT, SuppressionReason.LEGAL_BLOCK,
        }  # fmt: skip
    return strongest_reason(reasons)


def _reasons_of_consent(recipient: Recipient, *, asking: bool) -> set[SuppressionReason]:
    if not asking:
        return set() if recipient.consented else {SuppressionReason.CONSENT_MISSING}
    found = {SuppressionReason.ALREADY_SAID} if recipient.said else set()
    return found | ({SuppressionReason.ALREADY_ASKED} if recipient.asked else set())


def decide_person(
    message_id: int, siblings: Sequence[Sibling], *, withheld: bool, now: datetime, expires_at: datetime
) -> Decision | None:
    """One person gets one message of a campaign, and none if they are held out; None if nothing stands against it.

    Of two that both wait for another try the older goes. What is held waits until it has no use, for the two may turn
    out to be two people after all.

    >>> moment = datetime(2026, 1, 2, 4)
    >>> def tried(*siblings, withheld=False):
    ...     decision = decide_person(7, siblings, withheld=withheld, now=moment, expires_at=moment + timedelta(days=1))
    ...     return decision and decision.verdict.value
    >>> tried(), tried(Sibling(9, waiting=True)), tried(Sibling(9, waiting=False)), tried(Sibling(3, waiting=True))
    (None, None, 'deferred', 'deferred')
    """
    if not withheld and not any(not one.waiting or one.message_id < message_id for one in siblings):
        return None
    reason = SuppressionReason.SAME_PERSON
    if now >= expires_at:
        return Decision(Verdict.DROPPED, reason.value, reason)
    return Decision(Verdict.DEFERRED, reason.value, reason, expires_at)


def decide_message(
    recipient: Recipient | None,
    history: Sequence[Sent],
    *,
    message_class: MessageClass,
    channel: Channel,
    policy: GatePolicy,
    now: datetime,
    expires_at: datetime,
    held: Decision | None = None,
) -> Decision:
    """The verdict on one message: who, then the hour, then how often; the first that objects decides.

    A message held by a cap waits for the first open hour of the day that has room. `held`: what decide_person says.
    """
    reason = decide_recipient(recipient, message_class)
    if reason is not None:
        return Decision(Verdict.DROPPED, reason.value, reason)
    if held is not None:
        return held
    if now >= expires_at:
        return Decision(Verdict.DROPPED, "expired", SuppressionReason.QUIET_HOURS)
    if message_class is MessageClass.TRANSACTIONAL:
        return Decision(Verdict.ALLOWED)
    hour = decide_hour(now, policy.zone, expires_at=expires_at, window=policy.window)
    if hour.verdict is not Verdict.ALLOWED:
        return hour
    often = decide_frequency(
        policy.caps, history, channel=channel, now=now, zone=policy.zone, expires_at=expires_at
    )
    return often if often.until is None else _in_the_window(often, policy=policy, expires_at=expires_at)


def _in_the_window(often: Decision, *, policy: GatePolicy, expires_at: datetime) -> Decision:
    assert often.until is not None, "only what is put off has a moment"
    until = next_allowed_moment(often.until, policy.zone, policy.window)
    if until >= expires_at:
        return Decision(Verdict.DROPPED, often.rule_id, SuppressionReason.FREQUENCY_CAP, counts=often.counts)
    return replace(often, until=until)


def retry_after(attempts: int) -> timedelta:
    """How long to wait after the so-many-th attempt failed: 5, 10, 20 … at most 600 seconds.

    >>> [retry_after(n).seconds for n in (1, 2, 3, 20)]
    [5, 10, 20, 600]
    """
    exponent = min(max(attempts, 1) - 1, 10)
    return timedelta(seconds=min(RETRY_SECONDS_MIN * 2**exponent, RETRY_SECONDS_MAX))
