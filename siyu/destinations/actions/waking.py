"""The sender of a destination is woken: as long as something waits, a job waits for the moment it is due."""

from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.kernel.db import brand_of
from siyu.kernel.jobs import defer

DELIVER_JOB = "destinations.deliver"
DELIVERIES_QUEUE = "deliveries"
STUCK_AFTER = timedelta(minutes=2)
REMEMBER = """
    UPDATE destination SET wake_at = CASE WHEN not_before > :at THEN not_before ELSE :at END
    WHERE destination_id = :destination AND brand_id = :brand
      AND CASE WHEN wake_at IS NULL THEN true
               ELSE wake_at > CASE WHEN not_before > :at THEN not_before ELSE :at END END
    RETURNING wake_at
"""
TAKE = """
    UPDATE destination SET wake_at = NULL WHERE destination_id = :destination AND brand_id = :brand
        AND CASE WHEN wake_at IS NULL THEN true ELSE wake_at <= :now END
    RETURNING destination_id
"""
NEXT_DUE = """
    SELECT min(next_attempt_at) FROM delivery
    WHERE brand_id = :brand AND destination_id = :destination AND next_attempt_at IS NOT NULL
"""
# Of all brands, as the pump: what has been due for longer than any job waits, and no job is there for it. A slow
# destination may have a job for hours.
STUCK = """
    SELECT d.brand_id, d.destination_id FROM destination d
    WHERE d.state = 'active' AND (d.not_before IS NULL OR d.not_before < :before)
      AND EXISTS (SELECT FROM delivery v WHERE v.brand_id = d.brand_id AND v.destination_id = d.destination_id
                  AND v.next_attempt_at < :before)
      AND NOT EXISTS (SELECT FROM procrastinate_jobs j WHERE j.lock = 'destination/' || d.destination_id
                      AND j.status IN ('todo', 'doing') AND (j.scheduled_at IS NULL OR j.scheduled_at <= :now))
    ORDER BY 1, 2 LIMIT 1000
"""


def wake_sender(session: Session, *, destination_id: int, at: datetime, now: datetime) -> bool:
    """A sending job of the destination will run at this moment, or as soon as the destination may have anything.

    A job that waits for that moment or an earlier one will do: `wake_at` is the moment of the one job that waits, so
    chains of jobs never multiply.

    returns  whether a job was deferred
    """
    brand_id = brand_of(session)
    given = {"brand": brand_id, "destination": destination_id, "at": max(at, now)}
    wakes_at = session.scalar(text(REMEMBER), given)
    if wakes_at is None:
        return False
    defer(
        session, DELIVER_JOB, queue=DELIVERIES_QUEUE, lock=f"destination/{destination_id}",
        at=wakes_at if wakes_at > now else None, brand_id=brand_id, destination_id=destination_id,
    )  # fmt: skip
    return True


def take_turn(session: Session, *, destination_id: int, now: datetime) -> bool:
    """The job that asks is the one that waited, and none waits any more; False where another one waits for later."""
    given = {"brand": brand_of(session), "destination": destination_id, "now": now}
    return session.execute(text(TAKE), given).first() is not None


def wake_stuck(session: Session, *, destination_id: int, now: datetime) -> None:
    """A sending job runs at once, whoever was thought to wait: its job was lost."""
    session.execute(
        text("UPDATE destination SET wake_at = NULL WHERE destination_id = :destination"),
        {"destination": destination_id},
    )
    wake_sender(session, destination_id=destination_id, at=now, now=now)


def next_due(session: Session, *, destination_id: int) -> datetime | None:
    """The moment at which the first waiting delivery of the destination is due; None if none waits."""
    given = {"brand": brand_of(session), "destination": destination_id}
    found: datetime | None = session.scalar(text(NEXT_DUE), given)
    return found


def stuck_destinations(session: Session, *, now: datetime) -> list[tuple[int, int]]:
    """Destinations of all brands to which something has been due for minutes, and no job sends it or waits to.

    shape   brand_id, destination_id
    limits  for a session of the pump's role, which sees every brand's rows
    """
    rows = session.execute(text(STUCK), {"before": now - STUCK_AFTER, "now": now})
    return [(row.brand_id, row.destination_id) for row in rows]
