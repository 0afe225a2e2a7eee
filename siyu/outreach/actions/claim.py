"""Due messages are taken up: the last gate and the claim are one transaction, before anybody calls the vendor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.kernel.db import brand_of
from siyu.outreach.actions.moves import Move, move_messages
from siyu.outreach.contracts import (
    Channel,
    Decision,
    MessageClass,
    MessageState,
    SendGuard,
    SuppressionReason,
    Verdict,
)
from siyu.outreach.queries.channel import Line
from siyu.outreach.queries.texts import templates_of
from siyu.outreach.rules.frequency import Sent
from siyu.outreach.rules.gate import Recipient, Sibling, decide_message, decide_person
from siyu.people.api import ConsentAsk, askable_by, note_requests, persons_of, reach_by
from siyu.people.contracts import Channel as ReachChannel

_S = MessageState
_NEW = frozenset({_S.PLANNED, _S.DEFERRED})
ASKED = Decision(Verdict.DROPPED, SuppressionReason.ALREADY_ASKED.value, SuppressionReason.ALREADY_ASKED)
Decided = Mapping[int, tuple[Decision, int | None]]

ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended('outreach.claim/' || :brand, 11))"

TAKE = """
    SELECT message_id, customer_id, campaign_id, address_id, template_id, channel, message_class, state, attempts,
           planned_at, expires_at, reason, detail
    FROM message WHERE brand_id = :brand AND next_attempt_at <= :now
    ORDER BY next_attempt_at, message_id LIMIT :limit FOR UPDATE SKIP LOCKED
"""

# What the caps count, and every message of a campaign that is due: messages of one campaign are planned together.
HISTORY = """
    SELECT message_id, customer_id, campaign_id, channel, message_class, state, sent_at FROM message
    WHERE brand_id = :brand AND customer_id = ANY(:customers) AND sent_at >= :since
"""


@dataclass(frozen=True, slots=True)
class Due:
    """A due message, locked by this transaction."""

    message_id: int
    customer_id: int
    campaign_id: int
    address_id: int | None
    template_id: int
    channel: Channel
    message_class: MessageClass
    state: MessageState
    attempts: int
    planned_at: datetime
    expires_at: datetime
    reason: str | None
    detail: str | None


@dataclass(frozen=True, slots=True)
class Past:
    """A message that was, or may have been, handed to a vendor."""

    message_id: int
    campaign_id: int
    channel: Channel
    message_class: MessageClass
    waiting: bool
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Claim:
    """A message this worker holds until the claim grows old; `token` must be named by whoever answers for it."""

    message_id: int
    customer_id: int
    address_id: int
    template_id: int
    token: int


@dataclass(frozen=True, slots=True)
class Claims:
    """What one transaction took up: messages to send, messages to ask the vendor about, and how many it saw."""

    to_send: tuple[Claim, ...]
    to_ask: tuple[Claim, ...]
    seen: int


def claim_due(
    session: Session,
    *,
    line: Line,
    limit: int,
    patience: timedelta,
    now: datetime,
    guards: Sequence[SendGuard] = (),
) -> Claims:
    """Due messages are claimed, put off or suppressed; commit before calling the vendor.

    A message taken up before and never answered for is not sent again but asked about, whatever the hour. Customers
    who are one person have the caps of one, and one message a campaign. `guards`: who else may withhold one.

    Claims of a brand are decided one after the other, so that two workers never promise the same room under a cap; the
    calls themselves go on side by side.

    A request for consent goes only to an address that no other message asked, and is on record before it goes.

    effects  message rows, consent_request; a message_event fact for each suppressed one
    limits   `limit` messages; a claim counts for `patience`
    """
    brand_id = brand_of(session)
    session.execute(text(ONE_AT_A_TIME), {"brand": str(brand_id)})
    due = [_due(row) for row in session.execute(text(TAKE), {"brand": brand_id, "now": now, "limit": limit})]
    fresh = [one for one in due if one.state in _NEW]
    lost = [one for one in due if one.state not in _NEW]
    decisions = _asked_once(
        session, fresh, _decisions(session, fresh, line=line, guards=guards, now=now), now=now
    )
    again_at = now + patience
    moves = [_gate_move(one, *decisions[one.message_id], again_at=again_at) for one in fresh]
    moves += [_asking(one, again_at) for one in lost]
    move_messages(session, moves=moves, now=now)
    addresses = {move.message_id: move.address_id for move in moves if move.sends}
    return Claims(
        to_send=tuple(_claim(one, addresses[one.message_id]) for one in fresh if one.message_id in addresses),
        to_ask=tuple(_claim(one, one.address_id) for one in lost),
        seen=len(due),
    )


def _due(row: Any) -> Due:
    return Due(
        row.message_id,
        row.customer_id,
        row.campaign_id,
        row.address_id,
        row.template_id,
        Channel(row.channel),
        MessageClass(row.message_class),
        MessageState(row.state),
        *row[8:],
    )


def _claim(one: Due, address_id: int | None) -> Claim:
    return Claim(one.message_id, one.customer_id, address_id or 0, one.template_id, one.attempts + 1)


def _decisions(
    session: Session, due: Sequence[Due], *, line: Line, guards: Sequence[SendGuard], now: datetime
) -> dict[int, tuple[Decision, int | None]]:
    """For each message the verdict and the address that holds now. What is allowed counts for those after it."""
    customers = sorted({one.customer_id for one in due})
    persons = persons_of(session, customer_ids=customers)
    reach = _reach(session, customers, now)
    askable = _askable(
        session, [one.customer_id for one in due if one.message_class is MessageClass.CONSENT_REQUEST], now
    )
    since = min([line.counted_since(now), *(one.planned_at for one in due)])
    history = _history(session, persons, since=since)
    withheld = _withheld(session, due, guards)
    decided: dict[int, tuple[Decision, int | None]] = {}
    for one in due:
        recipient, address_id = reach.get(one.customer_id, (None, None))
        if one.message_class is MessageClass.CONSENT_REQUEST:
            recipient = _asked_of(askable.get(one.customer_id), one.message_id)
        past = history.setdefault(persons[one.customer_id][0], {})
        others = [sent for sent in past.values() if sent.message_id != one.message_id]
        held = decide_person(
            one.message_id,
            [
                Sibling(other.message_id, other.waiting)
                for other in others
                if other.campaign_id == one.campaign_id
            ],
            withheld=(one.campaign_id, one.customer_id) in withheld,
            now=now,
            expires_at=one.expires_at,
        )
        decision = decide_message(
            recipient,
            [
                Sent(other.channel, other.sent_at)
                for other in others
                if other.message_class is not MessageClass.TRANSACTIONAL
            ],
            message_class=one.message_class,
            channel=one.channel,
            policy=line.policy,
            now=now,
            expires_at=one.expires_at,
            held=held,
        )
        if decision.verdict is Verdict.ALLOWED:
            past[one.message_id] = Past(
                one.message_id, one.campaign_id, one.channel, one.message_class, waiting=False, sent_at=now
            )
        decided[one.message_id] = decision, address_id
    return decided


def _askable(session: Session, customers: Sequence[int], now: datetime) -> dict[int, Any]:
    """The customers with what is known of asking them; see people's askable_by."""
    if not customers:
        return {}
    query, parameters = askable_by(ReachChannel.SMS)
    rows = session.execute(
        text(f"SELECT * FROM ({query}) r WHERE r.customer_id = ANY(:outreach_customers)"),
        {**parameters, "now": now, "outreach_customers": sorted(customers)},
    )
    return {row.customer_id: row for row in rows}


def _asked_of(row: Any, message_id: int) -> Recipient | None:
    if row is None:
        return None
    asked = any(other != message_id for other in row.asked_by)
    return Recipient(False, row.suppressed, row.address_id is not None, said=row.said, asked=asked)


def _asked_once(session: Session, due: Sequence[Due], decided: Decided, *, now: datetime) -> Decided:
    """Requests for consent that may go are on record; one whose address another message took is dropped."""
    asking = [
        one
        for one in due
        if one.message_class is MessageClass.CONSENT_REQUEST
        and decided[one.message_id][0].verdict is Verdict.ALLOWED
    ]
    if not asking:
        return decided
    templates = templates_of(session, template_ids=sorted({one.template_id for one in asking}))
    asks = [
        ConsentAsk(
            one.message_id, one.campaign_id, one.customer_id, decided[one.message_id][1] or 0,
            templates[one.template_id].consent_text_id or 0,
        )
        for one in asking
    ]  # fmt: skip
    held = note_requests(session, asks=asks, channel=ReachChannel.SMS, now=now)
    return {**decided, **{one.message_id: (ASKED, None) for one in asking if one.message_id not in held}}


def _withheld(session: Session, due: Sequence[Due], guards: Sequence[SendGuard]) -> set[tuple[int, int]]:
    if not due:
        return set()
    campaigns = sorted({one.campaign_id for one in due})
    customers = sorted({one.customer_id for one in due})
    found: set[tuple[int, int]] = set()
    for guard in guards:
        found |= guard.withheld(session, campaign_ids=campaigns, customer_ids=customers)
    return found


def _reach(
    session: Session, customers: Sequence[int], now: datetime
) -> Mapping[int, tuple[Recipient, int | None]]:
    query, parameters = reach_by(ReachChannel.SMS)
    rows = session.execute(
        text(f"SELECT * FROM ({query}) r WHERE r.customer_id = ANY(:outreach_customers)"),
        {**parameters, "now": now, "outreach_customers": list(customers)},
    )
    return {
        row.customer_id: (
            Recipient(row.consented, row.suppressed, row.address_id is not None),
            row.address_id,
        )
        for row in rows
    }


def _history(
    session: Session, persons: Mapping[int, Sequence[int]], *, since: datetime
) -> dict[int, dict[int, Past]]:
    """What was sent to each person under any of their numbers, by the number they count as."""
    head = {number: numbers[0] for numbers in persons.values() for number in numbers}
    rows = session.execute(
        text(HISTORY), {"brand": brand_of(session), "customers": sorted(head), "since": since}
    )
    found: dict[int, dict[int, Past]] = {}
    for row in rows:
        past = Past(
            row.message_id, row.campaign_id, Channel(row.channel), MessageClass(row.message_class),
            waiting=MessageState(row.state) in _NEW, sent_at=row.sent_at,
        )  # fmt: skip
        found.setdefault(head[row.customer_id], {})[row.message_id] = past
    return found


def _gate_move(one: Due, decision: Decision, address_id: int | None, *, again_at: datetime) -> Move:
    reason = decision.reason.value if decision.reason else None
    if decision.verdict is Verdict.ALLOWED:
        return Move(
            one.message_id, one.state, _S.CLAIMED, again_at, address_id=address_id, claims=1, sends=True
        )
    if decision.verdict is Verdict.DEFERRED:
        return Move(one.message_id, one.state, _S.DEFERRED, decision.until, reason, decision.rule_id)
    return Move(one.message_id, one.state, _S.SUPPRESSED, None, reason, decision.rule_id)


def _asking(one: Due, again_at: datetime) -> Move:
    return Move(one.message_id, one.state, _S.CLAIMED, again_at, one.reason, one.detail, claims=1)
