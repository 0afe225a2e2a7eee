"""A vendor's post is taken: receipts move messages, replies refuse or agree, all in one transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from prometheus_client import Counter
from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.kernel.crypto import Cipher
from siyu.kernel.db import brand_of
from siyu.kernel.facts import Fact, publish
from siyu.outreach.actions.answer import receipt_move
from siyu.outreach.actions.asking import answers_of, take_agreement, take_answers
from siyu.outreach.actions.moves import Move, hold_messages, move_messages
from siyu.outreach.contracts import (
    FACT_SOURCE,
    CallbackCounts,
    Centifen,
    Channel,
    Receipt,
    SmsReply,
)
from siyu.outreach.errors import ReceiptNotAuthentic
from siyu.outreach.gateways.providers import PROVIDERS, READERS
from siyu.outreach.models import SmsChannel
from siyu.outreach.queries.channel import key_context
from siyu.outreach.rules.asking import consent_answer
from siyu.outreach.rules.numbering import message_id_of
from siyu.outreach.rules.replies import opt_out_keyword
from siyu.outreach.rules.states import ReceiptEffect, apply_receipt
from siyu.people.api import bring_up, find_customers, profiles_of, suppress, value_index, withdraw_consent
from siyu.people.contracts import CONSENT_CHANGED, MARKETING, Namespace, SuppressionKind
from siyu.people.contracts import Channel as ReachChannel
from siyu.people.errors import BadPhone

RECEIPTS = Counter("siyu_sms_receipts_total", "Receipts of SMS vendors by what they did", ["effect"])

MARK_OPTED_OUT = """
    UPDATE message SET opted_out_at = :now
    WHERE brand_id = :brand AND message_id = ANY(:ids) AND opted_out_at IS NULL
"""


def take_callback(
    session: Session, *, cipher: Cipher, provider: str, body: bytes, signature: str | None, now: datetime
) -> CallbackCounts:
    """What one authentic post says is known. The same post again, late or early, changes nothing more.

    Receipts of messages that are not ours are counted and passed over, so that the vendor stops repeating them.

    raises   ReceiptNotAuthentic, CallbackMalformed
    effects  message rows, suppression, consent; message_event and consent_changed facts
    """
    row = session.get(SmsChannel, brand_of(session))
    if provider not in PROVIDERS or row is None or row.key_sealed is None or row.provider != provider:
        raise ReceiptNotAuthentic
    key = cipher.decrypt(row.key_sealed, context=key_context(row.brand_id))
    callback = READERS[provider](body, signature, key=key)
    effects = _take_receipts(
        session, callback.receipts, prefix=row.out_prefix, price=Centifen(row.price_centifen), now=now
    )
    opt_outs = _take_replies(session, callback.replies, cipher=cipher, prefix=row.out_prefix, now=now)
    for effect in effects:
        RECEIPTS.labels(effect).inc()
    applied = effects.count(ReceiptEffect.APPLIED.value)
    unknown = effects.count("unknown")
    return CallbackCounts(applied, len(effects) - applied - unknown, unknown, opt_outs)


def _take_receipts(
    session: Session, receipts: Sequence[Receipt], *, prefix: str, price: Centifen, now: datetime
) -> list[str]:
    """Each receipt has moved its message; several of one message count as the strongest.

    returns  the effect of each
    """
    named = [(message_id_of(prefix, receipt.out_id), receipt) for receipt in receipts]
    held = hold_messages(session, message_ids={number for number, _ in named if number is not None})
    states = {message_id: message.state for message_id, message in held.items()}
    moves: dict[int, Move] = {}
    effects: list[str] = []
    for message_id, receipt in named:
        if message_id is None or message_id not in held:
            effects.append("unknown")
            continue
        verdict = apply_receipt(states[message_id], receipt)
        states[message_id] = verdict.state
        effects.append(verdict.effect.value)
        if verdict.effect is ReceiptEffect.APPLIED:
            moves[message_id] = receipt_move(held[message_id], receipt, price=price)
    move_messages(session, moves=list(moves.values()), now=now)
    return effects


def _take_replies(
    session: Session, replies: Sequence[SmsReply], *, cipher: Cipher, prefix: str, now: datetime
) -> int:
    """Who refused is not written to any more, and who agrees to a request for consent has agreed, from here on.

    A no to a request counts in words that refuse nothing elsewhere. Of several replies from one phone a no counts.

    returns  how many addresses were not silent before
    """
    heard = [one for one in replies if consent_answer(one.text) is not None]
    by_index: dict[bytes, SmsReply] = {}
    for reply in sorted(heard, key=_refuses_most):
        try:
            by_index.setdefault(value_index(cipher, brand_of(session), Namespace.PHONE, reply.phone), reply)
        except BadPhone:
            continue  # a short code that is nobody's phone
    if not by_index:
        return 0
    bring_up(session, cipher, [(Namespace.PHONE, reply.phone) for reply in by_index.values()])
    closed = take_answers(session, answers_of(by_index, now=now))
    refused = {
        index: reply
        for index, reply in by_index.items()
        if opt_out_keyword(reply.text) is not None or (index in closed and not closed[index].granted)
    }
    for index, request in closed.items():
        holder = _holder(session, cipher, index, by_index[index]) if request.granted else None
        if holder is not None:
            take_agreement(
                session, cipher=cipher, request=request, reply=by_index[index], customer_id=holder, now=now
            )
    if not refused:
        return 0
    named = [reply for reply in heard if opt_out_keyword(reply.text) is not None]
    _mark_opted_out(session, [*named, *refused.values()], prefix=prefix, now=now)
    return _take_refusals(session, refused, cipher=cipher, now=now)


def _refuses_most(reply: SmsReply) -> tuple[bool, bool]:
    return bool(consent_answer(reply.text)), opt_out_keyword(reply.text) is None


def _mark_opted_out(session: Session, replies: Sequence[SmsReply], *, prefix: str, now: datetime) -> None:
    answered = [message_id_of(prefix, reply.out_id) for reply in replies if reply.out_id]
    numbers = [number for number in answered if number is not None]
    session.execute(text(MARK_OPTED_OUT), {"brand": brand_of(session), "ids": numbers, "now": now})


def _take_refusals(
    session: Session, by_index: Mapping[bytes, SmsReply], *, cipher: Cipher, now: datetime
) -> int:
    """Nobody who refused is written to any more, from this transaction on.

    returns  how many addresses were not silent before
    """
    fresh = suppress(
        session, channel=ReachChannel.SMS, address_indexes=by_index, kind=SuppressionKind.OPT_OUT,
        source="sms_reply", now=now,
    )  # fmt: skip
    holders = {index: _holder(session, cipher, index, reply) for index, reply in by_index.items()}
    known = {index: who for index, who in holders.items() if who is not None}
    withdraw_consent(
        session, said_at={who: by_index[index].at for index, who in known.items()}, channel=ReachChannel.SMS,
        source="sms_reply", now=now,
    )  # fmt: skip
    publish(session, *(_withdrawn(index, by_index[index], who) for index, who in known.items()), now=now)
    return fresh


def _holder(session: Session, cipher: Cipher, index: bytes, reply: SmsReply) -> int | None:
    """The customer whose phone it is; None for a number that we know only from a test, say."""
    found = find_customers(session, cipher=cipher, wanted=reply.phone)
    for profile in profiles_of(session, cipher=cipher, customer_ids=found, reveal=True).values():
        for identity in profile.identities:
            same = identity.namespace == Namespace.PHONE
            if same and value_index(cipher, brand_of(session), Namespace.PHONE, identity.value) == index:
                return profile.customer_id
    return None


def _withdrawn(index: bytes, reply: SmsReply, customer_id: int) -> Fact:
    return Fact(
        type=CONSENT_CHANGED,
        source=FACT_SOURCE,
        event_id=f"opt_out:{index.hex()}:{reply.at.isoformat()}",
        occurred_at=reply.at,
        customer_id=customer_id,
        properties={
            "channel": Channel.SMS.value, "purpose": MARKETING, "granted": False, "reason": "sms_reply",
        },
    )  # fmt: skip
