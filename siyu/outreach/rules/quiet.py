"""Quiet hours: when a message may go out, by the clock on the recipient's wall."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from siyu.kernel.errors import BadInput
from siyu.outreach.contracts import Decision, SuppressionReason, Verdict

_STEP = timedelta(hours=6)  # no zone changes its clock twice in so short a time
_HORIZON_STEPS = 4 * 4
_EXACT = timedelta(seconds=1)
RULE_ID = "quiet_hours"


@dataclass(frozen=True, slots=True)
class SendWindow:
    """The part of each day in which marketing may be sent: from `opens`, up to but without `closes`."""

    opens: time = time(8)
    closes: time = time(21)

    def __post_init__(self) -> None:
        if not self.opens < self.closes:
            raise BadInput(
                what="send window",
                why=f"{self.opens:%H:%M} is not before {self.closes:%H:%M}",
                remedy="Give an opening hour before the closing hour, on the same day.",
            )


DEFAULT_WINDOW = SendWindow()
"""The strictest window any vendor prescribes (08:00 to 21:00)."""


def is_open(now: datetime, zone: str, window: SendWindow = DEFAULT_WINDOW) -> bool:
    """Whether the wall clock in the zone stands inside the window.

    >>> is_open(datetime(2026, 1, 1, 13, tzinfo=UTC), "Asia/Shanghai")
    False
    """
    return _open_at(now.astimezone(ZoneInfo(zone)), window)


def next_allowed_moment(now: datetime, zone: str, window: SendWindow = DEFAULT_WINDOW) -> datetime:
    """The first moment, not before now, at which the wall clock in the zone stands inside the window.

    Exact across changes of the clock: an opening hour that the clock skips opens at the skip, and an hour
    that happens twice is open twice.

    units    aware UTC

    >>> next_allowed_moment(datetime(2026, 1, 1, 13, tzinfo=UTC), "Asia/Shanghai").isoformat()
    '2026-01-02T00:00:00+00:00'
    """
    local_zone = ZoneInfo(zone)
    now = now.astimezone(UTC)
    if _open_at(now.astimezone(local_zone), window):
        return now
    candidates = sorted({*_openings(now, local_zone, window), *_clock_changes(now, local_zone)})
    return next(
        moment for moment in candidates if moment >= now and _open_at(moment.astimezone(local_zone), window)
    )


def decide_hour(
    now: datetime, zone: str, *, expires_at: datetime | None = None, window: SendWindow = DEFAULT_WINDOW
) -> Decision:
    """Send now, wait for the window, or drop what would be useless by then.

    >>> decide_hour(datetime(2026, 1, 1, 13, tzinfo=UTC), "Asia/Shanghai").verdict.value
    'deferred'
    """
    until = next_allowed_moment(now, zone, window)
    if expires_at is not None and until >= expires_at:
        return Decision(Verdict.DROPPED, RULE_ID, SuppressionReason.QUIET_HOURS)
    if until > now:
        return Decision(Verdict.DEFERRED, RULE_ID, SuppressionReason.QUIET_HOURS, until)
    return Decision(Verdict.ALLOWED)


def _open_at(local: datetime, window: SendWindow) -> bool:
    return window.opens <= local.time() < window.closes


def _openings(now: datetime, zone: ZoneInfo, window: SendWindow) -> Iterator[datetime]:
    today = now.astimezone(zone).date()
    for days in range(-1, 4):
        opening = datetime.combine(today + timedelta(days=days), window.opens, zone)
        yield opening.replace(fold=0).astimezone(UTC)
        yield opening.replace(fold=1).astimezone(UTC)


def _clock_changes(now: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """The moments in the next days at which the offset of the zone changes, to the second."""
    for step in range(_HORIZON_STEPS):
        before, after = now + step * _STEP, now + (step + 1) * _STEP
        if _offset(before, zone) == _offset(after, zone):
            continue
        before, after = before.replace(microsecond=0), after.replace(microsecond=0) + _EXACT
        while after - before > _EXACT:
            middle = before + (after - before) // 2
            middle = middle.replace(microsecond=0)
            if _offset(middle, zone) == _offset(before, zone):
                before = middle
            else:
                after = middle
        yield after


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta | None:
    return moment.astimezone(zone).utcoffset()
