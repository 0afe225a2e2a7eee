"""Messages move to new states: many in one statement, and each result becomes one fact."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.kernel.facts import Fact, publish
from siyu.outreach.contracts import FACT_SOURCE, MESSAGE_EVENT, MessageState
from siyu.outreach.rules.cost import fen_of_centifen

FACTS_A_CHUNK = 10_000
NEWS = frozenset({"accepted", "delivered", "failed", "suppressed", "stopped"})

LOCK = """
    SELECT message_id, state, attempts, reason, detail, next_attempt_at, expires_at, segments
    FROM message WHERE message_id = ANY(:ids) ORDER BY message_id FOR UPDATE
"""

MOVE = """
    UPDATE message m SET
        state = v.state,
        reason = v.reason,
        detail = v.detail,
        next_attempt_at = v.next_attempt_at,
        address_id = coalesce(v.address_id, m.address_id),
        provider_message_id = coalesce(v.provider_message_id, m.provider_message_id),
        segments = coalesce(v.segments, m.segments),
        cost_centifen = coalesce(v.cost_centifen, m.cost_centifen),
        attempts = m.attempts + v.claims,
        sent_at = CASE WHEN v.never_sent THEN NULL WHEN v.sends THEN CAST(:now AS timestamptz) ELSE m.sent_at END,
        final_at = CASE WHEN v.next_attempt_at IS NOT NULL THEN NULL
                        WHEN m.state = v.state THEN m.final_at ELSE CAST(:now AS timestamptz) END
    FROM unnest(CAST(:ids AS bigint[]), CAST(:states AS text[]), CAST(:reasons AS text[]), CAST(:details AS text[]),
                CAST(:nexts AS timestamptz[]), CAST(:addresses AS bigint[]), CAST(:provider_ids AS text[]),
                CAST(:segments AS bigint[]), CAST(:costs AS bigint[]), CAST(:claims AS bigint[]),
                CAST(:sends AS boolean[]), CAST(:never_sent AS boolean[]))
        AS v(message_id, state, reason, detail, next_attempt_at, address_id, provider_message_id, segments,
             cost_centifen, claims, sends, never_sent)
    WHERE m.message_id = v.message_id
    RETURNING m.message_id, m.campaign_id, m.customer_id, m.address_id, m.channel, m.state, m.reason, m.detail,
              m.segments, m.cost_centifen
"""


@dataclass(frozen=True, slots=True)
class Held:
    """A message whose row this transaction has locked."""

    message_id: int
    state: MessageState
    attempts: int
    reason: str | None
    detail: str | None
    next_attempt_at: datetime | None
    expires_at: datetime
    segments: int


@dataclass(frozen=True, slots=True)
class Move:
    """What becomes of one message; None leaves address, vendor's number, segments and cost as they were.

    `claims` is 1 when a worker takes it up; `sends` when it is about to go to the vendor, `never_sent` when
    the vendor did not take it after all.
    """

    message_id: int
    before: MessageState
    after: MessageState
    next_attempt_at: datetime | None = None
    reason: str | None = None
    detail: str | None = None
    address_id: int | None = None
    provider_message_id: str | None = None
    segments: int | None = None
    cost_centifen: int | None = None
    claims: int = 0
    sends: bool = False
    never_sent: bool = False


@dataclass(frozen=True, slots=True)
class Changed:
    """A message after its move, as its fact tells it."""

    message_id: int
    campaign_id: int
    customer_id: int
    address_id: int | None
    channel: str
    state: str
    reason: str | None
    detail: str | None
    segments: int
    cost_centifen: int


def hold_messages(session: Session, *, message_ids: Iterable[int]) -> dict[int, Held]:
    """The messages' rows are locked, in one order for everybody, until the transaction ends."""
    rows = session.execute(text(LOCK), {"ids": list(message_ids)})
    return {row.message_id: Held(row.message_id, MessageState(row.state), *row[2:]) for row in rows}


def move_messages(session: Session, *, moves: Sequence[Move], now: datetime) -> None:
    """The messages stand where their moves say. The caller holds their rows.

    effects  one update; a message_event fact for each that came to a new result
    """
    if not moves:
        return
    rows = session.execute(text(MOVE), {**_columns(moves), "now": now})
    news = {move.message_id for move in moves if move.after is not move.before and move.after in NEWS}
    changed = [Changed(*row) for row in rows if row.message_id in news]
    publish_changes(session, changed, now=now)


def publish_changes(session: Session, changed: Sequence[Changed], *, now: datetime) -> None:
    """Each of these results is a fact, once for ever: its id is the message's number and the state."""
    for start in range(0, len(changed), FACTS_A_CHUNK):
        chunk = changed[start : start + FACTS_A_CHUNK]
        publish(session, *(_fact(one, now) for one in chunk), now=now)


def _columns(moves: Sequence[Move]) -> dict[str, list[Any]]:
    return {
        "ids": [move.message_id for move in moves],
        "states": [move.after.value for move in moves],
        "reasons": [move.reason for move in moves],
        "details": [move.detail for move in moves],
        "nexts": [move.next_attempt_at for move in moves],
        "addresses": [move.address_id for move in moves],
        "provider_ids": [move.provider_message_id for move in moves],
        "segments": [move.segments for move in moves],
        "costs": [move.cost_centifen for move in moves],
        "claims": [move.claims for move in moves],
        "sends": [move.sends for move in moves],
        "never_sent": [move.never_sent for move in moves],
    }


def _fact(changed: Changed, now: datetime) -> Fact:
    return Fact(
        type=MESSAGE_EVENT,
        source=FACT_SOURCE,
        event_id=f"{changed.message_id}:{changed.state}",
        occurred_at=now,
        customer_id=changed.customer_id,
        identity_id=changed.address_id,
        properties={
            "message_id": changed.message_id,
            "campaign_id": changed.campaign_id,
            "channel": changed.channel,
            "state": changed.state,
            "reason": changed.reason or changed.detail,
            "segments": changed.segments,
            "cost_fen": fen_of_centifen(changed.cost_centifen),
        },
    )
