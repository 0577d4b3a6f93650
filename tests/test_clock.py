import datetime as dt

import pytest
import time_machine

from config.clock import clock

NOW = dt.datetime(2026, 3, 16, 7, 30, tzinfo=dt.UTC)


def test_a_clock_that_nobody_set_shows_the_time() -> None:
    with time_machine.travel(NOW, tick=False):
        assert clock()() == NOW


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


def test_it_shows_utc() -> None:
    assert clock()().tzinfo == clock("2026-12-24T18:00+05:45")().tzinfo == dt.UTC


def test_what_is_no_time_is_refused() -> None:
    with pytest.raises(ValueError, match="tomorrow"):
        clock("tomorrow")
