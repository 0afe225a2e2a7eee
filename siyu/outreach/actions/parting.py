"""Outreach takes part in merges: who turned out to be two people gets the messages that waited because they were one.

Nothing is moved when customers merge: messages keep the customer they were planned for, and the gate counts the whole
person. So only a parting has work to do.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.kernel.db import brand_of
from siyu.outreach.actions.wake import wake_sender
from siyu.outreach.contracts import SuppressionReason
from siyu.people.api import persons_of
from siyu.people.contracts import MergePart, Move

LOOK_AGAIN = """
    UPDATE message SET next_attempt_at = :now
    WHERE brand_id = :brand AND customer_id = ANY(CAST(:customers AS bigint[])) AND state = 'deferred'
      AND reason = :reason AND next_attempt_at > :now
"""


OPEN_AND_SENT = """
    SELECT customer_id, campaign_id, state IN ('planned', 'deferred') AS waits, count(*) AS messages FROM message
    WHERE brand_id = :brand AND customer_id = ANY(CAST(:customers AS bigint[]))
      AND (state IN ('planned', 'deferred') OR sent_at IS NOT NULL)
    GROUP BY customer_id, campaign_id, waits
"""


class MessagesOfPersons:
    """Outreach's part in merges."""

    def customers_moved(self, session: Session, *, moves: Sequence[Move], now: datetime) -> None:
        """Messages that waited for the sake of another of the same person are looked at by the gate again.

        effects  next_attempt_at of those messages; one sending job
        """
        touched = {number for move in moves for number in (move.customer_id, move.before, move.after)}
        numbers = {one for all_of in persons_of(session, customer_ids=touched).values() for one in all_of}
        again = session.execute(
            text(LOOK_AGAIN),
            {"brand": brand_of(session), "customers": sorted(numbers), "now": now,
             "reason": SuppressionReason.SAME_PERSON.value},
        )  # fmt: skip
        if again.rowcount:  # type: ignore[attr-defined]  # a CursorResult, which an UPDATE returns
            wake_sender(session, at=now, now=now)

    def weigh(self, session: Session, *, persons: Sequence[Sequence[int]]) -> Mapping[str, int]:
        """How many open messages wait because another of the campaign goes, or went, to the same person."""
        head = {number: numbers[0] for numbers in persons for number in numbers}
        rows = session.execute(text(OPEN_AND_SENT), {"brand": brand_of(session), "customers": sorted(head)})
        counted: dict[tuple[int, int], list[int]] = {}
        for row in rows:
            place = counted.setdefault((head[row.customer_id], row.campaign_id), [0, 0])
            place[0 if row.waits else 1] += row.messages
        return {"messages_waiting": sum(max(0, waits - (not sent)) for waits, sent in counted.values())}


MERGE_PARTS: tuple[MergePart, ...] = (MessagesOfPersons(),)
