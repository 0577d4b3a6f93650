"""The score: what makes a paper come earlier in a mail."""

import datetime as dt

import factories as make
import pytest
from django.db import connection

from digests.identity.merge import merge
from digests.models import DigestPaper, Paper
from digests.trend import STANDING

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 3, 16)
NOW = dt.datetime(2026, 3, 16, 8, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def listed(*, age: int = 0, place: int = 1, upvotes: int | None = None) -> Paper:
    paper = make.paper(first_listed_on=TODAY - dt.timedelta(days=age))
    make.digest_paper(paper=paper, place=place, upvotes=upvotes)
    return paper


def seen(paper: Paper, *votes: tuple[int, int]) -> None:
    """Count votes at some hours ago, and keep the last count as the present one."""
    row = DigestPaper.objects.get(paper=paper)
    for hours, upvotes in votes:
        row.sightings.create(seen_at=NOW - hours * HOUR, upvotes=upvotes)
        DigestPaper.objects.filter(pk=row.pk).update(upvotes=upvotes)


def scores() -> dict[int, float]:
    with connection.cursor() as cursor:
        cursor.execute(STANDING, {"since": TODAY - dt.timedelta(days=7), "now": NOW})
        cursor.execute("SELECT id, score FROM standing")
        found = {number: float(score) for number, score in cursor.fetchall()}
        cursor.execute("DROP TABLE standing")
    return found


def points(paper: Paper) -> float:
    """Return a score without its days."""
    days = (paper.first_listed_on - dt.date(2000, 1, 1)).days
    return round(scores()[paper.pk] - days, 3)


@pytest.mark.parametrize(("upvotes", "expected"), [(0, 0), (1, 1), (3, 2), (127, 7)])
def test_a_doubling_of_votes_is_one_point(upvotes: int, expected: float) -> None:
    assert points(listed(upvotes=upvotes)) == expected


def test_a_day_of_age_weighs_as_much_as_half_the_votes() -> None:
    old, new = listed(age=1, upvotes=31), listed(upvotes=15)
    assert scores()[old.pk] == scores()[new.pk]


@pytest.mark.parametrize(("place", "expected"), [(1, 4), (5, 2), (15, 1)])
def test_without_votes_the_place_stands_in(place: int, expected: float) -> None:
    assert points(listed(place=place)) == expected


def test_what_was_gained_since_yesterday_counts_half_again() -> None:
    paper = listed()
    seen(paper, (50, 1), (30, 24), (3, 27), (1, 31))
    assert points(paper) == 5 + 1.5  # 31 votes, 7 of them since the count of 30 hours ago


def test_before_a_day_has_passed_the_first_count_is_the_measure() -> None:
    paper = listed()
    seen(paper, (5, 12), (1, 15))
    assert points(paper) == 4 + 1  # 15 votes, 3 gained


def test_votes_that_were_taken_back_are_no_growth() -> None:
    paper = listed()
    seen(paper, (30, 9), (1, 3))
    assert points(paper) == 2


def test_of_several_lists_the_best_one_counts() -> None:
    paper = listed(place=15)
    make.digest_paper(paper=paper, place=9, upvotes=7)
    assert points(paper) == 3


def test_papers_that_are_old_or_merged_or_in_no_list_do_not_stand() -> None:
    stays, goes = listed(), listed()
    listed(age=8)
    make.paper(first_listed_on=TODAY)
    merge(goes, into=stays)
    assert [*scores()] == [stays.pk]
