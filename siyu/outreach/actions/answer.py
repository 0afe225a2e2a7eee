"""The vendor's answers are written down, one outcome for each message, guarded by the claim they belong to."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from siyu.outreach.actions.claim import Claim
from siyu.outreach.actions.moves import Held, Move, hold_messages, move_messages
from siyu.outreach.contracts import (
    OPEN_STATES,
    Centifen,
    MessageState,
    OutcomeKind,
    Receipt,
    SendOutcome,
    SuppressionReason,
)
from siyu.outreach.rules.gate import retry_after
from siyu.outreach.rules.states import apply_answer, apply_receipt
from siyu.people.api import forget_requests

_S = MessageState
NOT_AT_VENDOR = "not_at_vendor"


def write_outcomes(
    session: Session,
    *,
    claims: Sequence[Claim],
    outcomes: Mapping[int, SendOutcome],
    price: Centifen,
    now: datetime,
) -> None:
    """Each claimed message stands where the vendor's answer puts it.

    An answer that a receipt or another worker overtook adds what it knows and changes no state.

    effects  message rows; a message_event fact for each new result
    """
    held = hold_messages(session, message_ids=[claim.message_id for claim in claims])
    moves = [
        _answered(held[claim.message_id], claim, outcomes[claim.message_id], price=price, now=now)
        for claim in claims
    ]
    move_messages(session, moves=[move for move in moves if move is not None], now=now)


def write_found(
    session: Session,
    *,
    claims: Sequence[Claim],
    found: Mapping[int, Receipt | None] | None,
    price: Centifen,
    now: datetime,
) -> None:
    """Messages whose fate was unknown stand where the vendor says; those it never saw are due to be sent anew.

    `found` None: the vendor could not be asked; they stay uncertain and are asked about later, until they expire.
    """
    held = hold_messages(session, message_ids=[claim.message_id for claim in claims])
    moves: list[Move] = []
    for claim in claims:
        message = held[claim.message_id]
        if message.state is not _S.CLAIMED or message.attempts != claim.token:
            continue
        if found is None:
            moves.append(_not_known(message, _S.UNCERTAIN, "query_failed", now))
        elif (receipt := found.get(claim.message_id)) is None:
            moves.append(_not_known(message, _S.DEFERRED, NOT_AT_VENDOR, now))
        else:
            moves.append(receipt_move(message, receipt, price=price))
    move_messages(session, moves=moves, now=now)


def write_unwritable(
    session: Session, *, errors: Mapping[int, str], tokens: Mapping[int, int], now: datetime
) -> None:
    """Claimed messages whose text could not be made are suppressed, with the error's code.

    Whom a request for consent was not even written to was not asked.

    effects  message rows; a message_event fact each; consent_request
    """
    moves = [
        Move(
            message_id, held.state, _S.SUPPRESSED, None, SuppressionReason.CONTENT_REFUSED.value,
            errors[message_id], never_sent=held.attempts == 1,
        )
        for message_id, held in hold_messages(session, message_ids=errors).items()
        if held.state is _S.CLAIMED and held.attempts == tokens[message_id]
    ]  # fmt: skip
    move_messages(session, moves=moves, now=now)
    forget_requests(session, message_ids=[move.message_id for move in moves if move.never_sent])


def receipt_move(message: Held, receipt: Receipt, *, price: Centifen) -> Move:
    """The move a receipt makes; one that changes no state makes none but may bring the segments."""
    after = apply_receipt(message.state, receipt).state
    segments = receipt.segments or None
    opened = after in OPEN_STATES
    changed = after is not message.state
    return Move(
        message.message_id,
        message.state,
        after,
        message.next_attempt_at if opened else None,
        message.reason if not changed else None,
        receipt.error_code if changed else message.detail,
        segments=segments if segments and not message.segments else None,
        cost_centifen=segments * price if segments and not message.segments else None,
    )


def _answered(
    message: Held, claim: Claim, outcome: SendOutcome, *, price: Centifen, now: datetime
) -> Move | None:
    mine = message.attempts == claim.token
    if not mine and outcome.kind is not OutcomeKind.ACCEPTED:
        return None
    after = apply_answer(message.state, outcome)
    if after is message.state and outcome.kind is not OutcomeKind.ACCEPTED:
        return None
    if after in (_S.DEFERRED, _S.UNCERTAIN):
        return _not_known(message, after, outcome.error_code, now)
    changed = after is not message.state
    refused = outcome.kind is OutcomeKind.REFUSED
    return Move(
        message.message_id,
        message.state,
        after,
        message.next_attempt_at if after in OPEN_STATES else None,
        None if changed else message.reason,
        outcome.error_code if changed else message.detail,
        provider_message_id=outcome.provider_message_id,
        segments=None if refused else outcome.segments or None,
        cost_centifen=None if refused else outcome.segments * price or None,
        never_sent=refused,
    )


def _not_known(message: Held, after: MessageState, detail: str | None, now: datetime) -> Move:
    """To be tried or asked again after a while; given up once the message has expired."""
    again_at = now if detail == NOT_AT_VENDOR else now + retry_after(message.attempts)
    if again_at >= message.expires_at:
        return Move(message.message_id, message.state, _S.FAILED, None, None, detail)
    return Move(message.message_id, message.state, after, again_at, None, detail)
