"""A paper's votes as they grew."""

import datetime as dt

import pytest

from digests.shown.votes import Votes, by_day, curve

MONDAY = dt.datetime(2026, 3, 16, 23, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def seen(*counts: tuple[int, int, int]) -> list[Votes]:
    """Return the votes by day, of (hours after Monday 23:00, list, votes)."""
    return by_day((MONDAY + hours * HOUR, listing, votes) for hours, listing, votes in counts)


def test_of_a_day_the_last_count_is_shown() -> None:
    assert seen((0, 1, 9), (-5, 1, 3), (2, 1, 12)) == [
        (dt.date(2026, 3, 16), 9),
        (dt.date(2026, 3, 17), 12),
    ]


def test_of_several_lists_the_one_with_most_votes_counts() -> None:
    assert [it.votes for it in seen((0, 1, 9), (1, 2, 4), (25, 2, 20))] == [9, 9, 20]


def test_nothing_seen_is_nothing_shown() -> None:
    assert seen() == []


@pytest.mark.parametrize(
    ("counts", "points"),
    [
        ([], ""),
        ([(0, 1, 9)], ""),
        ([(0, 1, 5), (24, 1, 10), (96, 1, 10)], "0,50 150,0 600,0"),
        ([(0, 1, 0), (24, 1, 0)], "0,100 600,100"),
    ],
)
def test_the_curve_runs_from_the_first_day_to_the_last(
    counts: list[tuple[int, int, int]], points: str
) -> None:
    assert curve(seen(*counts)) == points
