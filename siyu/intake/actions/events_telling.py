"""What people see of events on their way: the last ones that came, and how many each source sent."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.intake.actions.events_ids import fact_key
from siyu.intake.actions.events_reading import Arrived, Bad, Good
from siyu.intake.queries.events import Catalogue
from siyu.intake.queries.events_live import recent_context
from siyu.intake.rules.events_showing import chosen_to_show, shown_detail
from siyu.kernel.crypto import Cipher
from siyu.kernel.db import brand_of
from siyu.organisation.api import brand_day
from siyu.people.api import mask
from siyu.people.contracts import Resolved

RECENT_MAX = 500
INSERT_RECENT = """
    INSERT INTO event_recent (brand_id, batch_id, source, event, outcome, reason, field, occurred_at, received_at,
                              customer_id, detail_sealed)
    VALUES (:brand, :batch, :source, :event, :outcome, :reason, :field, :occurred_at, :received_at, :customer,
            :detail)
"""
FORGET_OLD = """
    DELETE FROM event_recent WHERE brand_id = :brand AND recent_id <= (
        SELECT recent_id FROM event_recent WHERE brand_id = :brand ORDER BY recent_id DESC OFFSET :kept LIMIT 1)
"""
ADD_EVENTS = """
    INSERT INTO event_source_day AS d (brand_id, source, day, events, rejected, refused, last_received_at,
        last_rejected_at, last_rejected_event, last_rejected_reason, last_refused_at, last_refused_code)
    VALUES (:brand, :source, :day, :events, :rejected, 0, :now, CASE WHEN :rejected > 0 THEN :now END, :event, :reason,
            NULL, '')
    ON CONFLICT (brand_id, source, day) DO UPDATE SET events = d.events + excluded.events,
        rejected = d.rejected + excluded.rejected, last_received_at = excluded.last_received_at,
        last_rejected_at = CASE WHEN excluded.rejected > 0 THEN excluded.last_rejected_at ELSE d.last_rejected_at END,
        last_rejected_event = CASE WHEN excluded.rejected > 0 THEN excluded.last_rejected_event
                                   ELSE d.last_rejected_event END,
        last_rejected_reason = CASE WHEN excluded.rejected > 0 THEN excluded.last_rejected_reason
                                    ELSE d.last_rejected_reason END
"""
REJECTED = """
    SELECT source, count(*)::bigint AS rejected, (array_agg(event ORDER BY event_reject_id DESC))[1] AS event,
           (array_agg(reason ORDER BY event_reject_id DESC))[1] AS reason
    FROM event_reject WHERE batch_id = :batch AND state = 'waiting' GROUP BY source
"""


def keep_recent(
    session: Session, *, cipher: Cipher, batch_id: int, arrived: Sequence[Arrived], catalogue: Catalogue,
    good: Mapping[str, Good], bad: Mapping[str, Bad], people: Sequence[Resolved | None],
) -> None:  # fmt: skip
    """The last events of the batch can be seen, each with what became of it; asking again changes nothing.

    limits  100 of a batch, 500 of a brand
    """
    brand_id = brand_of(session)
    session.execute(text("DELETE FROM event_recent WHERE batch_id = :batch"), {"batch": batch_id})
    places = {key: place for place, key in enumerate(good)}
    rows = []
    for position in chosen_to_show([(one.source, one.event.event) for one in arrived]):
        one = arrived[position]
        key = fact_key(one.source, one.event.event_id)
        person, outcome, reason, field = None, "repeated", "", ""
        if key in places:
            person, outcome = people[places[key]], "taken"
        elif key in bad:
            outcome, reason, field = "rejected", bad[key].why.reason, bad[key].why.field
        detail = shown_detail(one.event, catalogue.personal_of(one.event.event, one.event.version), mask)
        rows.append({
            "brand": brand_id, "batch": batch_id, "source": one.source, "event": one.event.event, "outcome": outcome,
            "reason": reason, "field": field, "occurred_at": one.event.occurred_at, "received_at": one.received_at,
            "customer": None if person is None else person.customer_id,
            "detail": cipher.encrypt_bytes(msgspec.json.encode(detail), context=recent_context(brand_id)),
        })  # fmt: skip
    if rows:
        session.execute(text(INSERT_RECENT), rows)
        session.execute(text(FORGET_OLD), {"brand": brand_id, "kept": RECENT_MAX})


def count_sources(
    session: Session, *, batch_id: int, counts: Mapping[tuple[str, str], int], now: datetime
) -> None:
    """Each source has what the batch brought of it on record; for the transaction that finishes the batch.

    `counts`: events in the lake by name and source.
    """
    brought: Counter[str] = Counter()
    for (_name, source), count in counts.items():
        brought[source] += count
    day = brand_day(session, now=now)
    rejected = {row.source: row for row in session.execute(text(REJECTED), {"batch": batch_id})}
    rows = []
    for source in sorted(brought.keys() | rejected.keys()):
        bad = rejected.get(source)
        rows.append({
            "brand": brand_of(session), "source": source, "day": day, "now": now, "events": brought[source],
            "rejected": bad.rejected if bad else 0, "event": bad.event if bad else "",
            "reason": bad.reason if bad else "",
        })  # fmt: skip
    if rows:
        session.execute(text(ADD_EVENTS), rows)
