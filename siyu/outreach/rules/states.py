"""How a message moves: our own moves by a table, a vendor's news by a lattice in which order does not matter."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from siyu.outreach.contracts import (
    ALLOWED_TRANSITIONS,
    MessageState,
    OutcomeKind,
    Receipt,
    ReceiptStatus,
    SendOutcome,
    SuppressionReason,
)

_S = MessageState

_AFTER_ANSWER = {
    OutcomeKind.ACCEPTED: _S.ACCEPTED,
    OutcomeKind.REFUSED: _S.FAILED,
    OutcomeKind.RETRYABLE: _S.DEFERRED,
    OutcomeKind.UNCERTAIN: _S.UNCERTAIN,
}
_AFTER_RECEIPT = {
    ReceiptStatus.ACCEPTED: _S.ACCEPTED,
    ReceiptStatus.DELIVERED: _S.DELIVERED,
    ReceiptStatus.FAILED: _S.FAILED,
}
_WE_ENDED_IT = frozenset({_S.SUPPRESSED, _S.STOPPED})


class ReceiptEffect(StrEnum):
    """What a receipt did."""

    APPLIED = "applied"
    REPEATED = "repeated"  # said what we knew
    LATE = "late"  # said less than we knew
    UNEXPECTED = "unexpected"  # about a message that we never handed over


@dataclass(frozen=True, slots=True)
class ReceiptVerdict:
    """The state after a receipt, and what the receipt did."""

    state: MessageState
    effect: ReceiptEffect


def may_move(before: MessageState, after: MessageState) -> bool:
    """Whether the table allows this move.

    >>> may_move(MessageState.PLANNED, MessageState.CLAIMED), may_move(MessageState.ACCEPTED, MessageState.CLAIMED)
    (True, False)
    """
    return after in ALLOWED_TRANSITIONS[before]


def apply_answer(current: MessageState, outcome: SendOutcome) -> MessageState:
    """The state after the vendor's answer to a call. An answer that a receipt overtook changes nothing.

    >>> answer = SendOutcome("a", OutcomeKind.ACCEPTED)
    >>> apply_answer(MessageState.CLAIMED, answer).value, apply_answer(MessageState.DELIVERED, answer).value
    ('accepted', 'delivered')
    """
    after = _AFTER_ANSWER[outcome.kind]
    news = outcome.kind is OutcomeKind.ACCEPTED
    if current is _S.CLAIMED or (news and current in (_S.DEFERRED, _S.UNCERTAIN)):
        return after
    return current


def apply_receipt(current: MessageState, receipt: Receipt) -> ReceiptVerdict:
    """The state after a receipt, the same whatever the order and however often receipts come.

    Delivered outranks failed, failed outranks accepted. A message we suppressed or stopped becomes delivered
    only if the phone has it; one still planned was never handed over, so its receipt is somebody's mistake.

    >>> from datetime import datetime, UTC
    >>> receipt = Receipt("a", ReceiptStatus.DELIVERED, datetime(2026, 1, 1, tzinfo=UTC))
    >>> apply_receipt(MessageState.CLAIMED, receipt).state.value
    'delivered'
    >>> apply_receipt(MessageState.DELIVERED, receipt).effect.value
    'repeated'
    """
    after = _AFTER_RECEIPT[receipt.status]
    if current is _S.PLANNED or (current in _WE_ENDED_IT and after is not _S.DELIVERED):
        return ReceiptVerdict(current, ReceiptEffect.UNEXPECTED)
    if current is after:
        return ReceiptVerdict(current, ReceiptEffect.REPEATED)
    if may_move(current, after):
        return ReceiptVerdict(after, ReceiptEffect.APPLIED)
    return ReceiptVerdict(current, ReceiptEffect.LATE)


def strongest_reason(reasons: Iterable[SuppressionReason]) -> SuppressionReason | None:
    """Of several reasons not to send, the one to store; None if there is none.

    >>> strongest_reason([SuppressionReason.FREQUENCY_CAP, SuppressionReason.COMPLAINT]).value
    'complaint'
    """
    given = set(reasons)
    return next((reason for reason in SuppressionReason if reason in given), None)
