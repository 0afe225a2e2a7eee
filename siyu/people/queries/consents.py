"""Reads of what people agreed to: the history of one, how it stands, and how each channel finds them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.kernel.db import brand_of
from siyu.people.contracts import Channel, ConsentStanding, Purpose
from siyu.people.queries.customers import reach_by
from siyu.people.queries.ledger import LIVE_ENTRY
from siyu.people.queries.persons import ALIASES
from siyu.people.rules.consents import asked_of, is_allowed

# A number that was merged, and everybody who counts as the same person.
ONE_PERSON = """
    SELECT m.customer_id
    FROM (SELECT coalesce(merged_into, customer_id) AS current FROM customer
          WHERE customer_id = :customer OFFSET 0) who
    JOIN customer m ON m.customer_id = who.current OR m.merged_into = who.current
"""

HISTORY = f"""
    SELECT e.consent_entry_id, e.channel, e.purpose, e.granted, e.source, e.said_at, e.recorded_at, e.recorded_by,
           t.code AS text_code, t.version AS text_version, t.title AS text_title,
           e.evidence_digest IS NOT NULL AS has_evidence, x.recorded_at AS taken_back_at,
           (SELECT s.seal_no FROM consent_seal s
            WHERE s.brand_id = e.brand_id AND s.after_entry_id < e.consent_entry_id
              AND s.last_entry_id >= e.consent_entry_id LIMIT 1) AS seal_no
    FROM consent_entry e
    LEFT JOIN consent_text t ON t.consent_text_id = e.consent_text_id
    LEFT JOIN consent_entry x ON x.retracts = e.consent_entry_id
    WHERE e.brand_id = :brand AND e.retracts IS NULL AND e.customer_id IN ({ONE_PERSON})
      AND (e.granted OR NOT EXISTS (  -- a no stands under each of a person's numbers, and is told once
          SELECT FROM consent_entry o
          WHERE o.brand_id = :brand AND o.customer_id IN ({ONE_PERSON}) AND o.consent_entry_id < e.consent_entry_id
            AND o.retracts IS NULL AND NOT o.granted AND o.purpose = e.purpose AND o.channel = e.channel
            AND o.source = e.source AND o.said_at = e.said_at AND o.customer_id <> e.customer_id))
    ORDER BY e.said_at DESC, e.consent_entry_id DESC
"""

NEWEST = f"""
    SELECT DISTINCT ON (e.purpose, e.channel) e.purpose, e.channel, e.granted, e.said_at, e.source
    FROM consent_entry e
    WHERE e.brand_id = :brand AND e.said_at <= :now AND {LIVE_ENTRY} AND e.customer_id IN ({ONE_PERSON})
    ORDER BY e.purpose, e.channel, e.said_at DESC, e.consent_entry_id DESC
"""


PROFILING_REFUSED = f"""
    SELECT customer_id FROM (
        SELECT DISTINCT ON (who) who AS customer_id, granted
        FROM (SELECT CASE WHEN p.person_id IS NULL THEN e.customer_id ELSE p.person_id END AS who, e.granted, e.said_at,
                     e.consent_entry_id
              FROM consent_entry e LEFT JOIN ({ALIASES}) p ON p.customer_id = e.customer_id
              WHERE e.brand_id = :brand AND e.purpose = 'profiling' AND e.channel = 'all' AND e.said_at <= :now
                AND {LIVE_ENTRY}) said
        ORDER BY who, said_at DESC, consent_entry_id DESC
    ) newest WHERE NOT granted
"""


# The newest word of each person, for any number of them; silence is none.
SHARING_GRANTED = f"""
    SELECT c.customer_id FROM unnest(CAST(:customers AS bigint[])) AS a (customer_id)
    JOIN customer c ON c.customer_id = a.customer_id AND c.brand_id = :brand
    CROSS JOIN LATERAL (
        SELECT CASE WHEN c.merged_into IS NULL THEN c.customer_id ELSE c.merged_into END AS customer_id
    ) who
    CROSS JOIN LATERAL (
        SELECT e.granted FROM consent_entry e
        WHERE e.brand_id = :brand AND e.channel = 'all' AND e.purpose = 'sharing' AND e.said_at <= :now AND {LIVE_ENTRY}
          AND e.customer_id = ANY(ARRAY(
              SELECT who.customer_id UNION ALL
              SELECT m.customer_id FROM customer m WHERE m.merged_into = who.customer_id))
        ORDER BY e.said_at DESC, e.consent_entry_id DESC LIMIT 1
    ) newest
    WHERE newest.granted
"""


def may_be_shared(session: Session, *, customer_ids: Sequence[int], now: datetime) -> set[int]:
    """Those of the customers who agreed that another company learns who they are; silence and a no are a no.

    Merged customers are one: the newest word of any of them counts.

    source  rules.consents.is_allowed, of many at once; PIPL art. 23; docs/decisions/0036-shared-with-consent.md
    limits  some ten thousand a call
    """
    given = {"customers": sorted(set(customer_ids)), "brand": brand_of(session), "now": now}
    return set(session.scalars(text(SHARING_GRANTED), given))


def profiling_refused_by() -> str:
    """A SQL query of whose newest word on profiling is a no; give it `now` and `brand`.

    shape  customer_id: whom the word counts for, merged customers as one
    """
    return PROFILING_REFUSED


def consents_of(session: Session, *, customer_id: int) -> list[dict[str, Any]]:
    """Everything a customer said about being spoken to, newest first; merged ones as one.

    shape  consent_entry_id, channel, purpose, granted, source, said_at, recorded_at, recorded_by, text_code,
           text_version, text_title, has_evidence, taken_back_at (its file was undone), seal_no (None: waits for one)
    """
    rows = session.execute(text(HISTORY), {"customer": customer_id, "brand": brand_of(session)})
    return [dict(row) for row in rows.mappings()]


def standings_of(session: Session, *, customer_id: int, now: datetime) -> list[ConsentStanding]:
    """How it stands with each purpose on each channel it is asked on, said or not."""
    rows = session.execute(text(NEWEST), {"customer": customer_id, "brand": brand_of(session), "now": now})
    newest = {(row.purpose, row.channel): row for row in rows}
    found = []
    for purpose in Purpose:
        for channel in asked_of(purpose):
            row = newest.get((purpose.value, channel.value))
            granted = row.granted if row else None
            allowed = is_allowed(purpose, newest=granted)
            said = (row.said_at, row.source) if row else (None, None)
            found.append(ConsentStanding(purpose, channel, allowed, row is not None, granted, *said))
    return found


def reach_of(session: Session, *, customer_id: int, now: datetime) -> list[dict[str, Any]]:
    """How each channel finds one customer; a visitor is found by none.

    shape  channel, reachable, consented, suppressed, has_address
    """
    found = []
    for channel in Channel:
        query, parameters = reach_by(channel)
        row = session.execute(
            text(f"SELECT * FROM ({query}) r WHERE customer_id = :customer"),
            {**parameters, "customer": customer_id, "now": now},
        ).one_or_none()
        consented, suppressed, has_address = False, None, False
        if row is not None:
            consented, suppressed, has_address = row.consented, row.suppressed, row.address_id is not None
        found.append(
            {
                "channel": channel.value,
                "reachable": bool(consented and has_address and suppressed is None),
                "consented": consented,
                "suppressed": suppressed,
                "has_address": has_address,
            }
        )
    return found
