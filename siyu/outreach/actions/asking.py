"""What people answer to a request for consent goes into the ledger."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from siyu.kernel.audit import SYSTEM
from siyu.kernel.crypto import Cipher
from siyu.outreach.contracts import Channel, SmsReply
from siyu.outreach.rules.asking import consent_answer
from siyu.people.api import AnsweredRequest, ConsentAnswer, agree, answer_requests
from siyu.people.contracts import Channel as ReachChannel
from siyu.people.contracts import ConsentChannel, ConsentWord, Purpose

REPLY_SOURCE = "sms_reply"


def answers_of(replies: Mapping[bytes, SmsReply], *, now: datetime) -> list[ConsentAnswer]:
    """Those replies that agree or refuse, if they answer a request for consent. A vendor's clock may run ahead."""
    heard = [(index, consent_answer(reply.text), reply) for index, reply in replies.items()]
    return [
        ConsentAnswer(index, granted, min(reply.at, now))
        for index, granted, reply in heard
        if granted is not None
    ]


def take_answers(session: Session, answers: Sequence[ConsentAnswer]) -> dict[bytes, AnsweredRequest]:
    """The requests that these answers closed, by address."""
    closed = answer_requests(session, answers=answers, channel=ReachChannel.SMS)
    return {one.address_index: one for one in closed}


def take_agreement(
    session: Session,
    *,
    cipher: Cipher,
    request: AnsweredRequest,
    reply: SmsReply,
    customer_id: int,
    now: datetime,
) -> None:
    """The yes of whoever holds the phone now is in the ledger, with the text that asked and the reply that said so.

    effects  consent_entry, consent_evidence, audit consent.granted, the fact consent_changed
    """
    word = ConsentWord(
        customer_id, Purpose.MARKETING, ConsentChannel(Channel.SMS.value), granted=True, source=REPLY_SOURCE,
        said_at=min(reply.at, now), consent_text_id=request.consent_text_id,
        evidence={
            "reply": reply.text, "replied_at": reply.at.isoformat(), "phone": reply.phone,
            "message_id": str(request.message_id), "campaign_id": str(request.campaign_id),
        },
    )  # fmt: skip
    agree(session, cipher=cipher, word=word, actor=SYSTEM, now=now)
