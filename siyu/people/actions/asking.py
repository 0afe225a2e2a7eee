"""An address is asked for consent once, whatever happens in between; its first answer in time counts."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.kernel.db import brand_of
from siyu.people.contracts import MARKETING, Channel
from siyu.people.rules.asking import AnsweredRequest, ConsentAnswer, ConsentAsk, answer_until

NOTE = """
    INSERT INTO consent_request (brand_id, channel, purpose, address_index, customer_id, campaign_id, message_id,
                                 consent_text_id, asked_at, answer_until)
    SELECT :brand, :channel, :purpose, i.value_index, a.customer_id, a.campaign_id, a.message_id, a.consent_text_id,
           :now, :answer_until
    FROM unnest(CAST(:messages AS bigint[]), CAST(:campaigns AS bigint[]), CAST(:customers AS bigint[]),
                CAST(:addresses AS bigint[]), CAST(:texts AS bigint[]))
         AS a (message_id, campaign_id, customer_id, address_id, consent_text_id)
    JOIN customer_identity i ON i.identity_id = a.address_id AND i.brand_id = :brand
    ORDER BY a.message_id
    ON CONFLICT DO NOTHING
"""
HELD = """
    SELECT message_id FROM consent_request
    WHERE brand_id = :brand AND message_id = ANY(CAST(:messages AS bigint[]))
"""

# The first answer in time; of the same address both at once, the refusal.
ANSWER = """
    UPDATE consent_request q SET granted = a.granted, answered_at = a.said_at
    FROM (SELECT DISTINCT ON (address_index) * FROM
              unnest(CAST(:addresses AS bytea[]), CAST(:granted AS boolean[]), CAST(:moments AS timestamptz[]))
              AS w (address_index, granted, said_at)
          ORDER BY address_index, granted, said_at) a
    WHERE q.brand_id = :brand AND q.channel = :channel AND q.purpose = :purpose AND q.address_index = a.address_index
      AND q.granted IS NULL AND q.answer_until > a.said_at
    RETURNING q.address_index, q.granted, q.customer_id, q.campaign_id, q.message_id, q.consent_text_id
"""
REFUSED_BY_LINK = """
    UPDATE consent_request SET granted = false, answered_at = :now
    WHERE brand_id = :brand AND message_id = :message AND granted IS NULL
"""

FORGET = """
    DELETE FROM consent_request WHERE brand_id = :brand AND message_id = ANY(CAST(:messages AS bigint[]))
      AND granted IS NULL
"""


def note_requests(
    session: Session, *, asks: Sequence[ConsentAsk], channel: Channel, now: datetime
) -> set[int]:
    """Each address is on record as asked, by the first message that came to it. Again changes nothing.

    To be committed before anything is sent, so that no crash asks twice.

    returns  the messages that may ask: those on record themselves
    effects  consent_request
    """
    if not asks:
        return set()
    given = {
        "brand": brand_of(session), "channel": channel.value, "purpose": MARKETING, "now": now,
        "answer_until": answer_until(now), "messages": [one.message_id for one in asks],
        "campaigns": [one.campaign_id for one in asks], "customers": [one.customer_id for one in asks],
        "addresses": [one.address_id for one in asks], "texts": [one.consent_text_id for one in asks],
    }  # fmt: skip
    session.execute(text(NOTE), given)
    return set(session.scalars(text(HELD), {"brand": given["brand"], "messages": given["messages"]}))


def answer_requests(
    session: Session, *, answers: Sequence[ConsentAnswer], channel: Channel
) -> list[AnsweredRequest]:
    """Requests that waited have their answer; one that was answered, or is too old, keeps what it has.

    returns  the requests that these answers closed
    effects  consent_request
    """
    if not answers:
        return []
    given = {
        "brand": brand_of(session), "channel": channel.value, "purpose": MARKETING,
        "addresses": [one.address_index for one in answers], "granted": [one.granted for one in answers],
        "moments": [one.said_at for one in answers],
    }  # fmt: skip
    return [
        AnsweredRequest(bytes(row.address_index), *row[1:]) for row in session.execute(text(ANSWER), given)
    ]


def refuse_request(session: Session, *, message_id: int, now: datetime) -> None:
    """The request of this message, if it was one, is refused; an answer it has stays."""
    given = {"brand": brand_of(session), "message": message_id, "now": now}
    session.execute(text(REFUSED_BY_LINK), given)


def forget_requests(session: Session, *, message_ids: Sequence[int]) -> None:
    """These messages asked nobody, for they were never written: their addresses may be asked.

    effects  consent_request rows removed
    """
    if message_ids:
        given = {"brand": brand_of(session), "messages": list(message_ids)}
        session.execute(text(FORGET), given)
