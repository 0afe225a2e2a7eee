"""What customers said about being spoken to is added to what they said before."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.kernel.db import brand_of
from siyu.people.actions.stage import stage
from siyu.people.contracts import MARKETING, Channel, CustomerRecord

ADD_CONSENTS = """
    INSERT INTO consent_entry
        (brand_id, customer_id, channel, purpose, granted, source, said_at, recorded_at, added_by_batch)
    SELECT :brand, s.customer_id, :channel, :purpose, s.granted, s.source, coalesce(s.said_at, :now), :now,
           CAST(:batch AS bigint)
    FROM (SELECT DISTINCT ON (customer_id) * FROM staged_consent
          ORDER BY customer_id, coalesce(said_at, :now) DESC, ord DESC) s
    LEFT JOIN LATERAL (
        SELECT e.granted, e.said_at FROM consent_entry e
        WHERE e.customer_id = s.customer_id AND e.channel = :channel AND e.purpose = :purpose AND e.brand_id = :brand
        ORDER BY e.said_at DESC, e.consent_entry_id DESC LIMIT 1
    ) newest ON true
    WHERE newest.granted IS NULL
       OR (newest.granted <> s.granted AND newest.said_at <= coalesce(s.said_at, :now)
           AND NOT (s.granted AND s.said_at IS NULL))
"""


def write_consents(
    session: Session,
    records: Sequence[CustomerRecord],
    ids: Sequence[int],
    *,
    source: str,
    batch_id: int | None,
    now: datetime,
) -> None:
    """A consent entry stands wherever a record says something else than the newest entry does.

    A consent that carries no date proves nothing against an earlier refusal: it counts only where nothing was said
    before. A refusal without a date always counts, from `now` on.
    """
    stage(
        session,
        "staged_consent",
        "ord bigint, customer_id bigint, granted boolean, source text, said_at timestamptz",
        (
            (
                i,
                ids[i],
                record.sms_consent,
                record.consent_source or source,
                record.consent_at or record.joined_at,
            )
            for i, record in enumerate(records)
            if record.sms_consent is not None
        ),
    )
    parameters = {"brand": brand_of(session), "channel": Channel.SMS.value, "purpose": MARKETING, "now": now}
    session.execute(text(ADD_CONSENTS), {**parameters, "batch": batch_id})


def withdraw_consent(
    session: Session, *, said_at: Mapping[int, datetime], channel: Channel, source: str, now: datetime
) -> list[int]:
    """These customers do not want marketing on the channel any more, each since the moment they said so.

    Of somebody merged it is noted where they count now.

    `said_at`: customer → moment. Saying it again, or having said it before, changes nothing.

    returns  the customers for whom this is new
    effects  a consent_entry where the newest one says otherwise, or nothing was said
    """
    people = sorted(said_at)
    new = session.scalars(
        text("""
            INSERT INTO consent_entry (brand_id, customer_id, channel, purpose, granted, source, said_at, recorded_at)
            SELECT DISTINCT ON (now_is.customer_id)
                   :brand, now_is.customer_id, :channel, :purpose, false, :source, w.said_at, :now
            FROM unnest(CAST(:people AS bigint[]), CAST(:moments AS timestamptz[])) AS w (customer_id, said_at)
            JOIN customer c ON c.customer_id = w.customer_id AND c.brand_id = :brand
            CROSS JOIN LATERAL (SELECT coalesce(c.merged_into, c.customer_id) AS customer_id) now_is
            LEFT JOIN LATERAL (
                SELECT e.granted FROM consent_entry e
                WHERE e.channel = :channel AND e.purpose = :purpose AND e.brand_id = :brand
                  AND e.customer_id = ANY(ARRAY(
                      SELECT now_is.customer_id UNION ALL
                      SELECT m.customer_id FROM customer m WHERE m.merged_into = now_is.customer_id))
                ORDER BY e.said_at DESC, e.consent_entry_id DESC LIMIT 1
            ) newest ON true
            WHERE newest.granted IS DISTINCT FROM false
            ORDER BY now_is.customer_id, w.said_at DESC
            RETURNING customer_id
        """),
        {"brand": brand_of(session), "channel": channel.value, "purpose": MARKETING, "source": source, "now": now,
         "people": people, "moments": [said_at[one] for one in people]},
    )  # fmt: skip
    return list(new)
