"""Business days in every zone of the world, with its changes of summer time."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siyu.kernel.clock import business_day, parse_moment, utcnow

ZONES = st.sampled_from(sorted(available_timezones() - {"localtime", "Factory"}))
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 -- bounds
DAYS = st.dates(date(1990, 1, 1), date(2035, 1, 1))


def test_now_is_aware_and_utc() -> None:
    assert utcnow().utcoffset() == timedelta(0)


@given(MOMENTS, ZONES)
def test_a_business_day_is_the_calendar_day_of_its_zone(moment: datetime, zone: str) -> None:
    assert business_day(moment, zone) == moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d")


@given(DAYS, ZONES)
def test_a_bare_date_ends_with_its_day_in_every_zone(day: date, zone: str) -> None:
    end = parse_moment(day.isoformat(), zone)
    assert business_day(end + timedelta(microseconds=1), zone) > business_day(end, zone)
    assert business_day(end, zone) == day.isoformat() or skipped(day, zone)


def skipped(day: date, zone: str) -> bool:
    """A day that a zone left out when it crossed the date line (Samoa, 30 December 2011)."""
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(zone))
    return noon.astimezone(UTC).astimezone(ZoneInfo(zone)).date() != day


@given(MOMENTS, ZONES)
def test_a_moment_with_an_offset_means_the_same_in_every_zone(moment: datetime, zone: str) -> None:
    assert parse_moment(moment.isoformat(), zone) == moment


SUMMER_TIME = [
    # London, the day of 25 hours ends with winter time
    ("2026-10-25", "Europe/London", "2026-10-25T23:59:59.999999+00:00"),
    # and the day of 23 hours with summer time
    ("2026-03-29", "Europe/London", "2026-03-29T22:59:59.999999+00:00"),
    ("2026-11-11", "Asia/Shanghai", "2026-11-11T15:59:59.999999+00:00"),
    ("2026-11-11T20:00", "Asia/Shanghai", "2026-11-11T12:00:00+00:00"),
]


@pytest.mark.parametrize(("text", "zone", "moment"), SUMMER_TIME)
def test_a_day_ends_when_its_zone_says(text: str, zone: str, moment: str) -> None:
    assert parse_moment(text, zone).isoformat() == moment


@pytest.mark.parametrize("text", ["", "yesterday", "2026-02-30", "11/11/2026", "2026-11-11T25:00"])
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_moment(text, "UTC")
