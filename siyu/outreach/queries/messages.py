"""What became of messages: a campaign's funnel, a customer's list, and whether anything is stuck."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from siyu.kernel.db import brand_of
from siyu.outreach.contracts import OPEN_STATES, SEND_JOB, MessageRecord, MessageState, SentMessage
from siyu.outreach.models import Message, MessageTemplate, SmsChannel
from siyu.outreach.rules.cost import fen_of_centifen
from siyu.outreach.rules.numbering import out_id_of

MESSAGES_MAX = 200

FUNNEL = """
    SELECT state, reason, sum(messages) AS messages, sum(segments) AS segments, sum(cost_centifen) AS cost_centifen,
           sum(opted_out) AS opted_out
    FROM message_tally WHERE brand_id = :brand AND campaign_id = :campaign GROUP BY state, reason
"""

STILL_OPEN = """
    SELECT campaign_id FROM unnest(CAST(:campaigns AS bigint[])) AS asked(campaign_id)
    WHERE EXISTS (SELECT FROM message m WHERE m.brand_id = :brand AND m.campaign_id = asked.campaign_id
                  AND m.state = ANY(:open))
"""


def message_funnel(session: Session, *, campaign_id: int) -> dict[str, int]:
    """How a campaign's messages stand now.

    shape  each MessageState; `total`, `open` (not final); `segments`, `cost_fen` (of messages a vendor took, rounded
           half to even once); `opted_out` (customers who answered with a refusal); `reason:<reason>` for each
           SuppressionReason of the suppressed
    limits  sums what was counted as messages moved; reads no message
    """
    counts = dict.fromkeys((state.value for state in MessageState), 0)
    totals = dict.fromkeys(("total", "open", "segments", "opted_out"), 0)
    reasons: dict[str, int] = {}
    centifen = 0
    for row in session.execute(text(FUNNEL), {"brand": brand_of(session), "campaign": campaign_id}):
        counts[row.state] += int(row.messages)
        totals["total"] += int(row.messages)
        totals["open"] += int(row.messages) if MessageState(row.state) in OPEN_STATES else 0
        totals["segments"] += int(row.segments)
        totals["opted_out"] += int(row.opted_out)
        centifen += int(row.cost_centifen)
        if row.state == MessageState.SUPPRESSED and row.messages:
            reasons[f"reason:{row.reason}"] = int(row.messages)
    return {**counts, **totals, "cost_fen": fen_of_centifen(centifen), **reasons}


def still_open(session: Session, *, campaign_ids: Sequence[int]) -> frozenset[int]:
    """Those of the campaigns that have a message which still needs us; one look into an index each."""
    rows = session.execute(
        text(STILL_OPEN),
        {
            "brand": brand_of(session),
            "campaigns": list(campaign_ids),
            "open": [state.value for state in OPEN_STATES],
        },
    )
    return frozenset(rows.scalars())


def accepted_out_ids(session: Session, *, campaign_id: int) -> list[str]:
    """The numbers by which the vendor knows a campaign's messages that it took and has not reported on."""
    query = (
        select(SmsChannel.out_prefix, Message.message_id)
        .join(SmsChannel, SmsChannel.brand_id == Message.brand_id)
        .where(Message.campaign_id == campaign_id, Message.state == MessageState.ACCEPTED.value)
        .order_by(Message.message_id)
    )
    return [out_id_of(prefix, message_id) for prefix, message_id in session.execute(query)]


def messages_of_customer(session: Session, *, customer_id: int, limit: int = 50) -> list[MessageRecord]:
    """A customer's messages, the latest planned first.

    limits  200
    """
    query = (
        select(Message, MessageTemplate.text)
        .join(MessageTemplate, MessageTemplate.template_id == Message.template_id)
        .where(Message.customer_id == customer_id, Message.brand_id == brand_of(session))
        .order_by(Message.message_id.desc())
        .limit(min(limit, MESSAGES_MAX))
    )
    return [_record(message, words) for message, words in session.execute(query)]


def stuck_messages(session: Session) -> int:
    """How many open messages nobody will ever take up again: none, or something is broken.

    Every open message has a moment at which it is due (a CHECK sees to it), and as long as a brand has open messages,
    a sending job of it waits or runs: where none does, all of them are stuck.
    """
    job = session.execute(
        text("""
            SELECT EXISTS (SELECT FROM procrastinate_jobs WHERE task_name = :job AND status IN ('todo', 'doing')
                           AND CAST(args ->> 'brand_id' AS bigint) = :brand)
        """),
        {"brand": brand_of(session), "job": SEND_JOB},
    ).scalar_one()
    if job:
        return 0
    found: Any = session.execute(
        text("SELECT count(*) FROM message WHERE brand_id = :brand AND next_attempt_at IS NOT NULL"),
        {"brand": brand_of(session)},
    ).scalar_one()
    return int(found)


def _record(message: Message, words: str) -> MessageRecord:
    return MessageRecord(
        message_id=message.message_id,
        campaign_id=message.campaign_id,
        customer_id=message.customer_id,
        channel=message.channel,
        state=MessageState(message.state),
        reason=message.reason,
        detail=message.detail,
        attempts=message.attempts,
        segments=message.segments,
        cost_centifen=message.cost_centifen,
        planned_at=message.planned_at,
        next_attempt_at=message.next_attempt_at,
        sent_at=message.sent_at,
        final_at=message.final_at,
        template_text=words,
    )


def sent_messages(session: Session, *, campaign_id: int, after: int, limit: int) -> list[SentMessage]:
    """Messages of a campaign that were handed to the vendor, or may have been, by number; `after` continues."""
    rows = session.scalars(
        select(Message)
        .where(
            Message.brand_id == brand_of(session),
            Message.campaign_id == campaign_id,
            Message.sent_at.is_not(None),
            Message.message_id > after,
        )
        .order_by(Message.message_id)
        .limit(limit)
    )
    return [
        SentMessage(row.message_id, row.customer_id, row.address_id, row.state, row.sent_at)
        for row in rows
        if row.sent_at is not None
    ]
