"""From when to when facts count: windows as two moments, which both evaluators use."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from siyu.insight.rules.declared.tree import Calendar, CalendarPeriod, Rolling

_DAY = timedelta(days=1)
_MONTHS = {CalendarPeriod.MONTH: 1, CalendarPeriod.QUARTER: 3, CalendarPeriod.YEAR: 12}


def bounds_of(
    window: Rolling | Calendar | None, *, as_of: datetime, zone: str
) -> tuple[datetime | None, datetime | None]:
    """The last moment before the window and the first after it; None: no bound but as_of.

    A fact counts from just after the first to just before the second, and at as_of at the latest.

    >>> noon = datetime(2026, 3, 31, 4, tzinfo=UTC)
    >>> month = Calendar(CalendarPeriod.MONTH, -1)
    >>> [str(one) for one in bounds_of(month, as_of=noon, zone="Asia/Shanghai")]
    ['2026-01-31 15:59:59.999999+00:00', '2026-02-28 16:00:00+00:00']
    """
    match window:
        case None:
            return None, None
        case Rolling():
            return as_of - timedelta(days=window.days), None
        case Calendar():
            first, following = days_of(window, today=as_of.astimezone(ZoneInfo(zone)).date())
            return start_of_day(first, zone) - timedelta(microseconds=1), start_of_day(following, zone)


def days_of(window: Calendar, *, today: date) -> tuple[date, date]:
    """The first day of the period and the first day after it.

    >>> days_of(Calendar(CalendarPeriod.QUARTER, -1), today=date(2026, 2, 28))
    (datetime.date(2025, 10, 1), datetime.date(2026, 1, 1))
    >>> days_of(Calendar(CalendarPeriod.WEEK, 0), today=date(2026, 11, 1))[0]
    datetime.date(2026, 10, 26)
    """
    if window.period is CalendarPeriod.DAY:
        first = today + window.offset * _DAY
        return first, first + _DAY
    if window.period is CalendarPeriod.WEEK:
        first = today - today.weekday() * _DAY + window.offset * 7 * _DAY
        return first, first + 7 * _DAY
    months = _MONTHS[window.period]
    number = (today.year * 12 + today.month - 1) // months + window.offset
    return _month(number * months), _month((number + 1) * months)


def start_of_day(day: date, zone: str) -> datetime:
    """The moment at which the zone's clock first shows the day, or would: midnight, or where clocks jump over it.

    >>> start_of_day(date(2018, 11, 4), "America/Sao_Paulo").isoformat()  # clocks went from 0 to 1 o'clock
    '2018-11-04T03:00:00+00:00'
    """
    place = ZoneInfo(zone)
    midnight = datetime.combine(day, time.min, place).astimezone(UTC)
    if midnight.astimezone(place).replace(tzinfo=None) == datetime.combine(day, time.min):
        return midnight
    return _first_moment(day, place, midnight - _DAY, midnight)


def _first_moment(day: date, place: ZoneInfo, early: datetime, late: datetime) -> datetime:
    """The first whole second after `early` at which the clock shows the day or a later one; at `late` it does."""
    before, after = 0, int((late - early).total_seconds())
    while after - before > 1:
        middle = (before + after) // 2
        shows = (early + timedelta(seconds=middle)).astimezone(place).date() >= day
        before, after = (before, middle) if shows else (middle, after)
    return early + timedelta(seconds=after)


def _month(number: int) -> date:
    """The first day of a month, counted from the year 0; the calendar begins with the year 2."""
    number = max(number, 24)
    return date(number // 12, number % 12 + 1, 1)
