import datetime as dt
from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.polling.days import CATCH_UP_DAYS, LONGEST_WAIT, ONE_DAY, due_days, next_try

FRIDAY, SATURDAY = dt.date(2026, 3, 20), dt.date(2026, 3, 21)
WEEK = frozenset(range(7))
HOUR = dt.timedelta(hours=1)


@dataclass(frozen=True)
class Times:
    """A timetable without a row."""

    weekdays: frozenset[int] = frozenset(range(5))
    poll_times: tuple[dt.time, ...] = (dt.time(6), dt.time(22))
    repoll_days: int = 1
    active_since: dt.date | None = FRIDAY
    is_dated: bool = True


DATED = Times()
FEED = Times(is_dated=False, poll_times=(dt.time(6),), active_since=FRIDAY - 2 * ONE_DAY)


def at(day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour, minute), dt.UTC)


# Days with lists of their own


def test_a_day_is_due_from_its_first_moment_on() -> None:
    assert due_days(DATED, {}, at(FRIDAY, 5, 59)) == []
    assert due_days(DATED, {}, at(FRIDAY, 6)) == [FRIDAY]


def test_an_answer_serves_until_the_next_moment() -> None:
    answers = {FRIDAY: at(FRIDAY, 6)}
    assert due_days(DATED, answers, at(FRIDAY, 21, 59)) == []
    assert due_days(DATED, answers, at(FRIDAY, 22)) == [FRIDAY]


def test_a_late_answer_counts_for_its_moment_up_to_the_next() -> None:
    answers = {FRIDAY: at(FRIDAY, 23, 59)}
    assert due_days(DATED, answers, at(SATURDAY, 5)) == []
    assert due_days(DATED, answers, at(SATURDAY, 6)) == [FRIDAY]


def test_a_fridays_list_is_read_again_on_saturday_which_has_none() -> None:
    assert due_days(DATED, {FRIDAY: at(FRIDAY, 22)}, at(SATURDAY, 7)) == [FRIDAY]


def test_a_day_read_after_its_last_moment_is_closed() -> None:
    answers = {FRIDAY: at(SATURDAY, 22)}
    assert due_days(DATED, answers, at(SATURDAY, 23)) == []
    assert FRIDAY not in due_days(DATED, answers, at(FRIDAY + 20 * ONE_DAY, 5))


def test_days_missed_in_an_outage_are_asked_for_once_the_earliest_first() -> None:
    wednesday = FRIDAY + 5 * ONE_DAY
    missed = [FRIDAY, *(FRIDAY + n * ONE_DAY for n in (3, 4, 5))]
    assert due_days(DATED, {}, at(wednesday, 23)) == missed
    assert due_days(DATED, dict.fromkeys(missed, at(wednesday, 23)), at(wednesday, 23)) == []


def test_days_too_long_ago_are_given_up() -> None:
    days = due_days(replace(DATED, weekdays=WEEK), {}, at(FRIDAY + 100 * ONE_DAY, 23))
    assert len(days) == CATCH_UP_DAYS + 1
    assert days[0] == FRIDAY + 70 * ONE_DAY


def test_days_before_it_was_active_are_none_of_ours() -> None:
    assert due_days(replace(DATED, active_since=SATURDAY), {}, at(SATURDAY, 23)) == []
    assert due_days(replace(DATED, active_since=None), {}, at(SATURDAY, 23)) == []


def test_look_back_days_beyond_any_calendar_do_no_harm() -> None:
    endless = replace(DATED, repoll_days=32_767)
    assert due_days(endless, {FRIDAY: at(SATURDAY, 6)}, at(SATURDAY, 22)) == [FRIDAY]


# Feeds, which have one list


def test_a_feed_is_due_once_a_moment_under_the_day_of_the_moment() -> None:
    assert due_days(FEED, {}, at(FRIDAY, 6)) == [FRIDAY]
    assert due_days(FEED, {FRIDAY: at(FRIDAY, 6)}, at(FRIDAY, 23)) == []


def test_a_feed_missed_on_friday_is_fridays_until_the_moment_is_a_day_old() -> None:
    assert due_days(FEED, {}, at(SATURDAY, 5, 59)) == [FRIDAY]
    assert due_days(FEED, {}, at(SATURDAY, 6)) == []


def test_an_answer_of_a_feed_counts_whatever_day_it_was_noted_under() -> None:
    assert due_days(FEED, {FRIDAY - 9 * ONE_DAY: at(FRIDAY, 7)}, at(FRIDAY, 8)) == []


def test_a_feed_has_no_moment_before_it_was_active() -> None:
    assert due_days(replace(FEED, active_since=SATURDAY), {}, at(FRIDAY, 23)) == []


@pytest.mark.parametrize("times", [DATED, FEED])
def test_a_source_without_weekdays_or_times_is_never_due(times: Times) -> None:
    now = at(FRIDAY, 23)
    assert due_days(replace(times, weekdays=frozenset()), {}, now) == []
    assert due_days(replace(times, poll_times=()), {}, now) == []


# A month with outages

timetables = st.builds(
    Times,
    weekdays=st.frozensets(st.integers(0, 6), min_size=1),
    poll_times=st.lists(
        st.times().map(lambda time: time.replace(second=0, microsecond=0)),
        min_size=1,
        max_size=3,
        unique=True,
    ).map(tuple),
    repoll_days=st.integers(0, 3),
    active_since=st.just(FRIDAY),
    is_dated=st.booleans(),
)
# Hours of a month within which nothing can be fetched.
outages = st.lists(st.tuples(st.integers(0, 31 * 24), st.integers(1, 150)), max_size=6)


def live_a_month(times: Times, outages: list[tuple[int, int]]) -> list[tuple[dt.date, dt.datetime]]:
    """Return what is asked for, and when, by one who looks every hour that he can."""
    asked, answers = list[tuple[dt.date, dt.datetime]](), dict[dt.date, dt.datetime]()
    for hour in range(31 * 24):
        if any(start <= hour < start + length for start, length in outages):
            continue
        now = at(FRIDAY, 0, 59) + hour * HOUR
        for day in due_days(times, answers, now):
            asked.append((day, now))
            answers[day] = now
    return asked


def moments(times: Times, day: dt.date) -> list[dt.datetime]:
    days = [day + n * ONE_DAY for n in range(times.repoll_days + 1 if times.is_dated else 1)]
    return [dt.datetime.combine(on, time, dt.UTC) for on in days for time in times.poll_times]


@given(timetables, outages)
def test_no_day_is_asked_for_more_often_than_it_has_moments(
    times: Times, outages: list[tuple[int, int]]
) -> None:
    asked = live_a_month(times, outages)
    for day, when in asked:
        assert FRIDAY <= day <= when.date()
        assert day.weekday() in times.weekdays
        passed = [moment for moment in moments(times, day) if moment <= when]
        assert len([1 for other, at in asked if other == day and at <= when]) <= len(passed)


@given(timetables, outages)
def test_every_day_is_asked_for_after_its_last_moment(
    times: Times, outages: list[tuple[int, int]]
) -> None:
    times = replace(times, is_dated=True)
    asked = live_a_month(times, [*outages, (20 * 24, 1)])
    seen = dict(asked)  # the last time of each day
    last_look = max((when for _, when in asked), default=at(FRIDAY, 0))
    for day in (FRIDAY + n * ONE_DAY for n in range(31)):
        last = max(moments(times, day))
        if day.weekday() in times.weekdays and last <= last_look:
            assert seen[day] >= last


@given(timetables)
def test_without_outages_every_moment_is_used(times: Times) -> None:
    times = replace(times, is_dated=True)
    asked = live_a_month(times, [])
    for day in (FRIDAY + n * ONE_DAY for n in range(20)):
        if day.weekday() in times.weekdays:
            looks = {when for other, when in asked if other == day}
            assert looks == {moment.replace(minute=59) for moment in moments(times, day)}


# After a failure


def wait(failures: int, *, chance: float = 0, asked: dt.timedelta | None = None) -> dt.timedelta:
    now = at(FRIDAY, 6, 1)
    times = replace(DATED, poll_times=(dt.time(6),))
    return next_try(times, failures, now, chance=chance, asked_to_wait=asked) - now


@pytest.mark.parametrize(
    ("failures", "minutes"), [(1, 5), (2, 10), (3, 20), (7, 320), (8, 360), (100_000, 360)]
)
def test_the_wait_doubles_up_to_six_hours(failures: int, minutes: int) -> None:
    assert wait(failures) == dt.timedelta(minutes=minutes)
    assert wait(failures, chance=1) == dt.timedelta(minutes=minutes) / 2


def test_a_longer_wait_that_the_source_asked_for_is_kept() -> None:
    assert wait(1, asked=HOUR) == HOUR
    assert wait(1, asked=dt.timedelta(seconds=1)) == dt.timedelta(minutes=5)
    assert wait(9, asked=30 * HOUR) == 30 * HOUR


def test_a_failure_holds_up_no_poll_moment() -> None:
    evening = at(FRIDAY, 20)
    assert next_try(DATED, 9, evening, chance=0) == at(FRIDAY, 22)
    assert next_try(DATED, 1, at(FRIDAY, 22), chance=0) == at(FRIDAY, 22, 5)
    midnight = replace(DATED, poll_times=(dt.time(0),))
    assert next_try(midnight, 9, evening, chance=0) == at(SATURDAY, 0)
    assert next_try(DATED, 9, at(FRIDAY, 23), chance=0) == at(FRIDAY, 23) + LONGEST_WAIT
    assert next_try(DATED, 9, at(SATURDAY, 1), chance=0) == at(SATURDAY, 6)
    assert next_try(DATED, 9, evening, chance=0, asked_to_wait=5 * HOUR) == at(SATURDAY, 1)


def test_a_source_without_times_waits_as_any_other() -> None:
    times, now = replace(DATED, poll_times=()), at(FRIDAY, 20)
    assert next_try(times, 1, now, chance=0) == now + dt.timedelta(minutes=5)
