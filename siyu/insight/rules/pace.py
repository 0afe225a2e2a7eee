"""How often traits are refreshed after single events: after each refresh they rest; the last event is always seen."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

RESTS = 4  # times what the last refresh took, so that refreshes take a fifth of the time at most
ASK_AGAIN = timedelta(seconds=30)  # while a refresh runs, nobody knows how long it will take
GIVEN_UP_AFTER = timedelta(minutes=10)  # a job that is so late is not counted on


class Turn(StrEnum):
    """What is to be done once single events came."""

    REFRESH = "refresh"
    WAIT = "wait"
    SEEN_LATER = "seen_later"


@dataclass(frozen=True, slots=True)
class Pace:
    """When the last refresh began and ended, and for when a job is deferred that will look again; None: never, none.

    One that has begun and not ended is at work, or was killed.
    """

    began_at: datetime | None = None
    ended_at: datetime | None = None
    wake_at: datetime | None = None


def rests_until(pace: Pace, *, now: datetime) -> datetime:
    """The moment from which the next refresh may begin; `now` or earlier if it may begin at once.

    A clock that was set back makes nobody wait.
    """
    if pace.began_at is None or pace.ended_at is None or not pace.began_at <= pace.ended_at <= now:
        return now
    return pace.ended_at + RESTS * (pace.ended_at - pace.began_at)


def turn_of(pace: Pace, *, running: bool, now: datetime, rested: bool = False) -> tuple[Turn, datetime]:
    """Refresh now, wait until a moment, or leave it to the job that will look again anyway.

    `running`: a refresh of the brand is at work, which may have begun before the events came. One that was let begin
    moments ago counts as well, although it may not have got to work. `rested`: by the job that waited for the end of
    the rest; that another refresh came in between does not make it wait again.
    returns  the turn, and the moment it is for

    >>> from datetime import UTC
    >>> noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    >>> minute = timedelta(minutes=1)
    >>> turn_of(Pace(noon, noon + minute), running=False, now=noon + 2 * minute)[1] - noon == 5 * minute
    True
    """
    if pace.wake_at is not None and now <= pace.wake_at + GIVEN_UP_AFTER:
        return Turn.SEEN_LATER, pace.wake_at
    until = now if rested else rests_until(pace, now=now)
    if until > now:
        return Turn.WAIT, until
    begun = (
        pace.ended_at is None
        and pace.began_at is not None
        and pace.began_at <= now < pace.began_at + ASK_AGAIN
    )
    if running or begun:
        return Turn.WAIT, now + ASK_AGAIN
    return Turn.REFRESH, now
