"""The sender is woken: as long as a message is open, a job waits for the moment at which it is due."""

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.kernel.audit import Actor, record
from siyu.kernel.db import brand_of
from siyu.kernel.jobs import defer
from siyu.outreach.contracts import SEND_JOB
from siyu.outreach.queries.messages import stuck_messages

REMEMBER = """
    INSERT INTO send_wake AS w (brand_id, wake_at) VALUES (:brand, :at)
    ON CONFLICT (brand_id) DO UPDATE SET wake_at = excluded.wake_at
    WHERE w.wake_at <= :now OR w.wake_at > excluded.wake_at
    RETURNING w.brand_id
"""

# The moment that a job was remembered to wait for, though no job does.
FORGET = "UPDATE send_wake SET wake_at = 'infinity' WHERE brand_id = :brand"


def wake_sender(session: Session, *, at: datetime, now: datetime) -> bool:
    """A sending job of the session's brand will run at this moment, or a little before.

    A job that is already waiting for an earlier moment will do; so chains of jobs never multiply.

    returns  whether a job was deferred
    """
    brand_id = brand_of(session)
    at = max(at, now)
    if session.execute(text(REMEMBER), {"brand": brand_id, "at": at, "now": now}).first() is None:
        return False
    defer(session, SEND_JOB, at=at if at > now else None, brand_id=brand_id)
    return True


def wake_stuck(session: Session, *, actor: Actor, now: datetime) -> int:
    """A sending job of the brand runs at once if messages are open and nobody would ever take them up.

    returns  how many messages were stuck; where none was, nothing changed
    effects  a job, an audit entry
    """
    stuck = stuck_messages(session)
    if stuck:
        brand_id = brand_of(session)
        session.execute(text(FORGET), {"brand": brand_id})
        wake_sender(session, at=now, now=now)
        record(
            session, actor=actor, action="messages.woken", subject=("brand", brand_id), after={"messages": stuck},
            now=now,
        )  # fmt: skip
    return stuck


def next_due(session: Session) -> datetime | None:
    """The moment at which the first open message of the session's brand is due; None if none is open."""
    found: datetime | None = session.execute(
        text(
            "SELECT min(next_attempt_at) FROM message WHERE brand_id = :brand AND next_attempt_at IS NOT NULL"
        ),
        {"brand": brand_of(session)},
    ).scalar_one()
    return found
