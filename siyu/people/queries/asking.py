"""Whom a brand may still ask for consent, and what became of those it asked."""

from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.kernel.db import brand_of
from siyu.people.contracts import MARKETING, Channel
from siyu.people.queries.customers import REACH
from siyu.people.queries.ledger import LIVE_ENTRY
from siyu.people.rules.asking import RequestCounts

NUMBERS = """ARRAY(SELECT who.customer_id UNION ALL
                       SELECT m.customer_id FROM customer m WHERE m.merged_into = who.customer_id)"""

# The same person under any of their numbers, or the same address under anybody's.
ASKABLE = f"""
    SELECT r.customer_id, r.suppressed, r.address_id,
           EXISTS (SELECT FROM consent_entry e
                   WHERE e.brand_id = c.brand_id AND e.channel = :channel AND e.purpose = :purpose
                     AND e.customer_id = ANY({NUMBERS}) AND {LIVE_ENTRY}) AS said,
           ARRAY(SELECT q.message_id FROM consent_request q
                 WHERE q.brand_id = c.brand_id AND q.channel = :channel AND q.purpose = :purpose
                   AND q.address_index = i.value_index
                 UNION
                 SELECT q.message_id FROM consent_request q
                 WHERE q.customer_id = ANY({NUMBERS}) AND q.brand_id = c.brand_id AND q.channel = :channel
                   AND q.purpose = :purpose) AS asked_by
    FROM ({REACH}) r
    JOIN customer c ON c.customer_id = r.customer_id
    CROSS JOIN LATERAL (
        SELECT CASE WHEN c.merged_into IS NULL THEN c.customer_id ELSE c.merged_into END AS customer_id
    ) who
    LEFT JOIN customer_identity i ON i.identity_id = r.address_id
"""

COUNTS = """
    SELECT count(*) AS asked,
           count(*) FILTER (WHERE granted IS NULL AND answer_until > :now) AS waiting,
           count(*) FILTER (WHERE granted) AS agreed,
           count(*) FILTER (WHERE NOT granted) AS refused,
           count(*) FILTER (WHERE granted IS NULL AND answer_until <= :now) AS unanswered,
           max(answer_until) AS answer_until
    FROM consent_request WHERE brand_id = :brand AND campaign_id = :campaign
"""


def askable_by(channel: Channel) -> tuple[str, dict[str, Any]]:
    """A SQL query of whom a channel may ask for consent to marketing, to be joined in statements; give it `now`.

    Rows are those of `reach_by`. Who said anything, yes or no, is not asked; nor is whom, or where, a message asked.

    shape    customer_id, suppressed text or NULL, address_id or NULL, said boolean, asked_by bigint[] (the messages)
    returns  the query's text and its parameters but `now`
    """
    return ASKABLE, {"channel": channel.value, "purpose": MARKETING}


def request_counts(session: Session, *, campaign_id: int, now: datetime) -> RequestCounts:
    """What became of a campaign's requests as of now; rules.asking.request_state says the same of each."""
    given = {"brand": brand_of(session), "campaign": campaign_id, "now": now}
    return RequestCounts(**session.execute(text(COUNTS), given).mappings().one())
