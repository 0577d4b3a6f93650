import datetime as dt

import pytest

from newsletter.sending.retry import next_attempt

NOW = dt.datetime(2026, 3, 16, 7, tzinfo=dt.UTC)


def minutes_until(attempts: int, asked: dt.timedelta | None = None) -> float:
    return (next_attempt(attempts, NOW, asked) - NOW) / dt.timedelta(minutes=1)


def test_waits_grow_to_an_hour_and_stay_there() -> None:
    waits = [minutes_until(attempts) for attempts in range(1, 8)]
    assert waits == [1, 5, 15, 60, 60, 60, 60]


@pytest.mark.parametrize(
    ("asked", "minutes"),
    [(dt.timedelta(), 5), (dt.timedelta(minutes=2), 5), (dt.timedelta(minutes=40), 40)],
)
def test_a_wait_that_was_asked_for_may_lengthen_ours_but_not_shorten_it(
    asked: dt.timedelta, minutes: int
) -> None:
    assert minutes_until(2, asked) == minutes
