import datetime as dt

import pytest
import time_machine
from django.db import connection

from config.clock import clock

NOW = dt.datetime(2026, 3, 16, 7, 30, tzinfo=dt.UTC)


def _time_of_the_database() -> dt.datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        time: dt.datetime = cursor.fetchone()[0]
        return time


@pytest.mark.django_db
def test_a_clock_that_nobody_set_shows_the_time_of_the_database_and_goes_on() -> None:
    with time_machine.travel(NOW, tick=False) as world:  # this machine's clock is wrong
        before, now, after = _time_of_the_database(), clock(), _time_of_the_database()
        shown = now()
        world.shift(90)
        assert before <= shown <= after
        assert now() - shown == dt.timedelta(seconds=90)


@pytest.mark.parametrize(
    ("at", "moment"),
    [
        ("2026-12-24T18:00", dt.datetime(2026, 12, 24, 18, tzinfo=dt.UTC)),
        ("2026-12-24T18:00Z", dt.datetime(2026, 12, 24, 18, tzinfo=dt.UTC)),
        ("2026-12-24T18:00+01:00", dt.datetime(2026, 12, 24, 17, tzinfo=dt.UTC)),
        ("2020-01-01", dt.datetime(2020, 1, 1, tzinfo=dt.UTC)),
    ],
)
def test_a_clock_may_be_set(at: str, moment: dt.datetime) -> None:
    assert clock(at)() == moment


def test_a_clock_that_was_set_stands_still() -> None:
    with time_machine.travel(NOW, tick=False) as world:
        now = clock("2026-12-24T18:00")
        before = now()
        world.shift(90)
        assert now() == before


@pytest.mark.django_db
def test_it_shows_utc() -> None:
    assert clock()().tzinfo == clock("2026-12-24T18:00+05:45")().tzinfo == dt.UTC


def test_what_is_no_time_is_refused() -> None:
    with pytest.raises(ValueError, match="tomorrow"):
        clock("tomorrow")
