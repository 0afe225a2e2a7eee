"""Who follows the link in a message is not written to any more, from the moment of the click."""

import hmac
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.kernel.audit import SYSTEM
from siyu.kernel.crypto import Cipher
from siyu.kernel.db import brand_of
from siyu.outreach.models import Message
from siyu.outreach.rules.opt_out import (
    LINK_CONTEXT,
    Choice,
    LinkToken,
    link_of,
    proof_of,
    refused_by,
    signed_words,
)
from siyu.people.api import refuse, refuse_request
from siyu.people.contracts import ConsentWord, Purpose

LINK_SOURCE = "link"

MARK_OPTED_OUT = """
    UPDATE message SET opted_out_at = :now
    WHERE brand_id = :brand AND message_id = :message AND opted_out_at IS NULL
"""


def opt_out_link(cipher: Cipher, *, address: str, brand_id: int, message_id: int) -> str:
    """The link of one message."""
    signature = cipher.signature(signed_words(brand_id, message_id), context=LINK_CONTEXT)
    return link_of(address, LinkToken(brand_id, message_id, proof_of(signature)))


def is_ours(cipher: Cipher, token: LinkToken) -> bool:
    """Whether we made this link, with the key in use or one before it that is still at hand."""
    known = cipher.signatures(signed_words(token.brand_id, token.message_id), context=LINK_CONTEXT)
    return any(hmac.compare_digest(proof_of(signature), token.proof) for signature in known)


def opt_out_by_link(
    session: Session,
    *,
    cipher: Cipher,
    token: LinkToken,
    choice: Choice,
    evidence: Mapping[str, str],
    now: datetime,
) -> bool:
    """The reader of the message refused what they chose; it holds at once. Clicking again changes nothing.

    `evidence`: where the click came from; kept sealed beside the entry.

    returns  whether there is such a message
    effects  consent, suppression, the fact consent_changed; message.opted_out_at; audit consent.withdrawn
    """
    message = session.get(Message, token.message_id)
    if message is None:
        return False
    purpose, channel = refused_by(choice)
    word = ConsentWord(
        message.customer_id, purpose, channel, granted=False, source=LINK_SOURCE, said_at=now,
        evidence={**evidence, "message_id": str(message.message_id), "campaign_id": str(message.campaign_id)},
    )  # fmt: skip
    refuse(session, cipher=cipher, word=word, actor=SYSTEM, now=now)
    if purpose is Purpose.MARKETING:
        given = {"brand": brand_of(session), "message": message.message_id, "now": now}
        session.execute(text(MARK_OPTED_OUT), given)
        refuse_request(session, message_id=message.message_id, now=now)
    return True
