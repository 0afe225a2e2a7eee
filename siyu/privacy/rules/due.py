"""By when a request must be answered."""

from datetime import date, timedelta

WORKING_DAYS = 15
SATURDAY = 5


def due_on(asked_on: date, *, working_days: int = WORKING_DAYS) -> date:
    """The last day on which the answer is in time: so many Mondays to Fridays later.

    limits  public holidays count as working days, so that the date is never too late
    source  practice under PIPL art. 50 ("promptly"): 15 working days

    >>> due_on(date(2026, 11, 23)), due_on(date(2026, 11, 21), working_days=1)
    (datetime.date(2026, 12, 14), datetime.date(2026, 11, 23))
    """
    day, left = asked_on, working_days
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < SATURDAY
    return day
