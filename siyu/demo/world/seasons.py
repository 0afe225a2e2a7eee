"""How busy each day is: weekends, festivals and the two big sales of Chinese retail."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from siyu.demo.contracts import Floats

# First day of the Spring Festival and day of the Mid-Autumn Festival; a year beyond the table has neither.
SPRING_FESTIVAL = {
    2022: (2, 1), 2023: (1, 22), 2024: (2, 10), 2025: (1, 29), 2026: (2, 17), 2027: (2, 6), 2028: (1, 26),
    2029: (2, 13), 2030: (2, 3), 2031: (1, 23), 2032: (2, 11), 2033: (1, 31), 2034: (2, 19), 2035: (2, 8),
}  # fmt: skip
MID_AUTUMN = {
    2022: (9, 10), 2023: (9, 29), 2024: (9, 17), 2025: (10, 6), 2026: (9, 25), 2027: (9, 15), 2028: (10, 3),
    2029: (9, 22), 2030: (9, 12), 2031: (10, 1), 2032: (9, 19), 2033: (9, 8), 2034: (9, 27), 2035: (9, 16),
}  # fmt: skip

_WEEKDAY_STORE = (0.84, 0.82, 0.86, 0.90, 1.08, 1.36, 1.24)  # Monday first
_WEEKDAY_ONLINE = (1.02, 1.00, 0.98, 0.97, 0.96, 1.02, 1.05)
ONLINE_TRADE = 0.4  # of an ordinary day


@dataclass(frozen=True, slots=True)
class Season:
    """Consecutive days from `first`: 1.0 is an ordinary day.

    shape  store, online, total: how busy; gifts: share of baskets looking for a gift box; deals: share of extra coupons
    """

    first: date
    store: Floats
    online: Floats
    total: Floats
    gifts: Floats
    deals: Floats


def _days_to(day: date, festivals: dict[int, tuple[int, int]]) -> int:
    """Days until this year's festival, negative when it is over; a big number where the table ends."""
    found = festivals.get(day.year)
    return (date(day.year, *found) - day).days if found else 999


def busyness(day: date) -> tuple[float, float, float, float]:
    """How busy one day is in stores and online, and how many look for gifts and for deals.

    >>> busyness(date(2026, 11, 11))[1] > 3 * busyness(date(2026, 10, 21))[1]
    True
    """
    store, online = _WEEKDAY_STORE[day.weekday()], _WEEKDAY_ONLINE[day.weekday()]
    gifts, deals = 0.04, 0.0
    spring, autumn = _days_to(day, SPRING_FESTIVAL), _days_to(day, MID_AUTUMN)
    if 3 < spring <= 25:  # presents are bought before everybody travels  # noqa: PLR2004 -- days around the feast
        store, online, gifts = store * 1.5, online * 1.6, 0.35
    elif -7 < spring <= 3:  # parcels stop, and so do most people  # noqa: PLR2004 -- as above
        store, online = store * 0.75, online * 0.35
    if 0 <= autumn <= 20:  # noqa: PLR2004 -- as above
        store, online, gifts = store * 1.25, online * 1.3, 0.30
    month_day = (day.month, day.day)
    if (6, 1) <= month_day <= (6, 20):
        online, deals = online * (4.2 if day.day in {17, 18} else 1.7), 0.35
    elif (11, 1) <= month_day <= (11, 11):
        online, deals = online * (5.5 if day.day in {10, 11} else 1.8), 0.40
    elif (12, 10) <= month_day <= (12, 12):
        online, deals = online * 2.0, 0.25
    elif (3, 20) <= month_day <= (4, 20):  # the first spring tea
        store, online = store * 1.15, online * 1.25
    elif (10, 1) <= month_day <= (10, 7) or (5, 1) <= month_day <= (5, 5):
        store *= 1.4
    return store, online, gifts, deals


def season_of(first: date, days: int) -> Season:
    """The season of so many consecutive days. A day looks the same whichever range it is asked in."""
    rows = np.array([busyness(first + timedelta(days=offset)) for offset in range(days)], dtype=np.float64)
    store, online, gifts, deals = rows.T
    total = store * (1 - ONLINE_TRADE) + online * ONLINE_TRADE
    return Season(first, store, online, total, gifts, deals)
