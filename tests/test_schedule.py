"""Mornings: each chosen local date once, in order, wherever she lives and the clocks move."""

import datetime as dt
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from subscribers.schedule import (
    EVERY_DAY,
    MONDAY_TO_FRIDAY,
    Schedule,
    bits_to_days,
    days_to_bits,
)

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
BEGIN, END = (dt.datetime(year, 1, 1, tzinfo=dt.UTC) for year in (2025, 2028))
MONDAY, TUESDAY, SUNDAY = 0b1, 0b10, 0b100_0000

zones = st.sampled_from(sorted(available_timezones()))
schedules = st.builds(Schedule, zones, hour=st.integers(0, 23), days=st.integers(1, EVERY_DAY))
moments = st.datetimes(
    dt.datetime(1990, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    dt.datetime(2100, 1, 1),  # noqa: DTZ001 - the same
    timezones=st.just(dt.UTC),
)


def utc(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> dt.datetime:
    return dt.datetime(year, month, day, hour, minute, tzinfo=dt.UTC)


def dates(first: dt.date, last: dt.date) -> list[dt.date]:
    return [first + DAY * number for number in range((last - first).days + 1)]


def mornings(schedule: Schedule, begin: dt.datetime, end: dt.datetime) -> list[dt.date]:
    """Step from morning to morning, as composing does, and return their dates."""
    found, now = [], begin
    while (now := schedule.next_due(now)) <= end:
        date, moment = schedule.morning(now, now)
        assert moment == now
        found.append(date)
    return found


@cache
def clock_changes(zone: str) -> list[dt.datetime]:
    """Return the days, in UTC, in which a zone's clocks are moved."""
    offsets = [
        (day, day.astimezone(ZoneInfo(zone)).utcoffset())
        for day in (BEGIN + DAY * number for number in range((END - BEGIN).days))
    ]
    return [day for (day, before), (_, after) in pairwise(offsets) if before != after]


@pytest.mark.parametrize(
    "region", sorted({zone.partition("/")[0] for zone in available_timezones()})
)
def test_every_zone_has_one_morning_on_each_of_three_years_of_dates(region: str) -> None:
    expected = dates(BEGIN.date() + DAY, END.date() - DAY)
    for zone in (zone for zone in available_timezones() if zone.partition("/")[0] == region):
        schedule, moment = Schedule(zone, 12), BEGIN  # no clock is moved at noon
        stepped = [moment := schedule.next_due(moment) for _ in range(len(expected) + 2)]
        found = [moment.astimezone(ZoneInfo(zone)).date() for moment in stepped]
        assert [date for date in found if expected[0] <= date <= expected[-1]] == expected, zone


@pytest.mark.parametrize("hour", range(24))
def test_no_hour_loses_or_doubles_a_morning_where_clocks_change(hour: int) -> None:
    for zone in available_timezones():
        for day in clock_changes(zone):
            found = mornings(Schedule(zone, hour), day - 2 * DAY, day + 3 * DAY)
            assert found == dates(found[0], found[-1]), (zone, day)
            assert len(found) in (4, 5, 6), (zone, day)


@given(schedules, moments)
@example(Schedule("Pacific/Apia", 7, days=1 << 4), utc(2011, 12, 30))
@example(Schedule("Africa/Casablanca", 2), utc(2026, 3, 22))
def test_now_lies_between_the_last_and_the_next_morning(
    schedule: Schedule, now: dt.datetime
) -> None:
    date, began = schedule.last_due(now)
    following = schedule.next_due(now)
    next_date, next_began = schedule.last_due(following)
    assert began <= now < following == next_began
    assert date < next_date
    assert all(schedule.days >> day.weekday() & 1 for day in (date, next_date))


@given(schedules, moments)
def test_no_morning_lies_between_the_last_and_the_next(
    schedule: Schedule, now: dt.datetime
) -> None:
    date, began = schedule.last_due(now)
    assert schedule.next_due(began) == schedule.next_due(now)
    assert schedule.last_due(schedule.next_due(began) - dt.timedelta(microseconds=1)) == (
        date,
        began,
    )


@given(schedules, moments)
def test_a_morning_begins_at_her_hour_unless_the_clocks_skip_it(
    schedule: Schedule, now: dt.datetime
) -> None:
    local = schedule.next_due(now).astimezone(ZoneInfo(schedule.time_zone))
    before = (local.astimezone(dt.UTC) - DAY).astimezone(local.tzinfo)
    assert local.hour == schedule.hour or before.utcoffset() != local.utcoffset()


@pytest.mark.parametrize(
    ("zone", "hour", "date", "moment"),
    [
        # Ordinary days.
        ("UTC", 7, dt.date(2026, 3, 16), utc(2026, 3, 16, 7)),
        ("Asia/Kathmandu", 7, dt.date(2026, 3, 16), utc(2026, 3, 16, 1, 15)),
        ("Pacific/Kiritimati", 7, dt.date(2026, 3, 16), utc(2026, 3, 15, 17)),
        # An hour that is skipped: its mail comes when the clocks have jumped.
        ("Europe/Berlin", 2, dt.date(2026, 3, 29), utc(2026, 3, 29, 1)),
        ("Europe/Berlin", 3, dt.date(2026, 3, 29), utc(2026, 3, 29, 1)),
        ("America/New_York", 2, dt.date(2026, 3, 8), utc(2026, 3, 8, 7)),
        ("America/New_York", 3, dt.date(2026, 3, 8), utc(2026, 3, 8, 7)),
        # An hour of which half is skipped.
        ("Australia/Lord_Howe", 2, dt.date(2026, 10, 4), utc(2026, 10, 3, 15, 30)),
        ("Australia/Lord_Howe", 3, dt.date(2026, 10, 4), utc(2026, 10, 3, 16)),
        # Midnight is skipped: the date begins at one o'clock.
        ("Africa/Cairo", 0, dt.date(2026, 4, 24), utc(2026, 4, 23, 22)),
        # The last hour of a date is skipped: its mail comes at midnight.
        ("America/Nuuk", 23, dt.date(2025, 3, 29), utc(2025, 3, 30, 1)),
        # An hour that comes twice: its first coming.
        ("Europe/Berlin", 2, dt.date(2026, 10, 25), utc(2026, 10, 25, 0)),
        ("America/New_York", 1, dt.date(2026, 11, 1), utc(2026, 11, 1, 5)),
        ("Australia/Lord_Howe", 1, dt.date(2026, 4, 5), utc(2026, 4, 4, 14)),
        # Midnight comes twice.
        ("America/Havana", 0, dt.date(2026, 11, 1), utc(2026, 11, 1, 4)),
    ],
)
def test_a_morning_begins_at_this_moment(
    zone: str, hour: int, date: dt.date, moment: dt.datetime
) -> None:
    schedule = Schedule(zone, hour)
    assert schedule.last_due(moment) == (date, moment)
    assert schedule.last_due(moment - dt.timedelta(seconds=1))[0] == date - DAY
    assert schedule.next_due(moment - dt.timedelta(seconds=1)) == moment


@pytest.mark.parametrize("hour", [0, 7, 10, 23])
def test_samoa_had_no_30_december_2011_and_no_morning_on_it(hour: int) -> None:
    found = mornings(Schedule("Pacific/Apia", hour), utc(2011, 12, 28, 11), utc(2012, 1, 2))
    assert dt.date(2011, 12, 30) not in found
    assert {dt.date(2011, 12, 29), dt.date(2011, 12, 31), dt.date(2012, 1, 1)} <= set(found)
    assert found == sorted(set(found))


def test_who_reads_on_fridays_only_misses_the_friday_that_samoa_had_not() -> None:
    fridays = Schedule("Pacific/Apia", 7, days=1 << 4)
    found = mornings(fridays, utc(2011, 12, 20), utc(2012, 1, 10))
    assert found == [dt.date(2011, 12, 23), dt.date(2012, 1, 6)]


def test_a_morning_lasts_until_the_next_one_begins() -> None:
    schedule = Schedule("UTC", 7, days=MONDAY)
    monday = (dt.date(2026, 3, 16), utc(2026, 3, 16, 7))
    assert schedule.last_due(utc(2026, 3, 16, 7)) == monday
    assert schedule.last_due(utc(2026, 3, 23, 6, 59)) == monday
    assert schedule.next_due(utc(2026, 3, 16, 6, 59)) == utc(2026, 3, 16, 7)
    assert schedule.next_due(utc(2026, 3, 16, 7)) == utc(2026, 3, 23, 7)


@pytest.mark.parametrize(
    ("days", "found"),
    [
        (EVERY_DAY, [16, 17, 18, 19, 20, 21, 22]),
        (MONDAY_TO_FRIDAY, [16, 17, 18, 19, 20]),
        (MONDAY, [16]),
        (TUESDAY | SUNDAY, [17, 22]),
    ],
)
def test_only_the_chosen_weekdays_have_mornings(days: int, found: list[int]) -> None:
    week = mornings(Schedule("UTC", 7, days), utc(2026, 3, 16), utc(2026, 3, 22, 23))
    assert [date.day for date in week] == found


def test_the_weekday_is_that_of_her_place() -> None:
    monday_at_one = Schedule("Asia/Tokyo", 1, days=MONDAY)
    assert monday_at_one.next_due(utc(2026, 3, 15)) == utc(2026, 3, 15, 16)  # a Sunday in UTC


@given(st.sets(st.integers(0, 6)))
def test_weekdays_survive_being_packed(weekdays: set[int]) -> None:
    assert bits_to_days(days_to_bits(weekdays)) == sorted(weekdays)


def test_weekdays_are_bits_with_monday_the_lowest() -> None:
    assert days_to_bits([0]) == 1
    assert days_to_bits(range(7)) == EVERY_DAY
    assert days_to_bits([4, 0, 1, 2, 3, 3]) == MONDAY_TO_FRIDAY


@pytest.mark.parametrize(
    ("due", "now", "date", "moment"),
    [
        (utc(2026, 3, 13, 7), utc(2026, 3, 16, 8), 16, utc(2026, 3, 16, 7)),  # after an outage
        (utc(2026, 3, 16, 15), utc(2026, 3, 16, 16), 16, utc(2026, 3, 16, 15)),  # just confirmed
        (utc(2026, 3, 16, 3), utc(2026, 3, 16, 4), 16, utc(2026, 3, 16, 3)),  # before her hour
        (utc(2026, 3, 16, 3), utc(2026, 3, 16, 7), 16, utc(2026, 3, 16, 7)),  # and composed late
    ],
)
def test_who_is_due_has_the_newest_morning_or_one_of_her_own(
    due: dt.datetime, now: dt.datetime, date: int, moment: dt.datetime
) -> None:
    assert Schedule("UTC", 7).morning(due, now) == (dt.date(2026, 3, date), moment)
