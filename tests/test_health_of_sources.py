"""What operators are told of sources. The week: Monday 9 to Friday 13, Monday 16 March 2026."""

import datetime as dt
from typing import Any

import factories as make
import pytest
from pytest_django import DjangoAssertNumQueries

from digests.models import Paper, Poll, Source
from digests.polling.faults import ENOUGH_DAYS, LONGEST_QUOTE
from digests.polling.health import DAYS, OFF, WAITING, WELL, Health, health

pytestmark = pytest.mark.django_db
LONG_AGO = dt.date(2026, 1, 1)


def at(day: int, hour: int = 0, minute: int = 0) -> dt.datetime:
    return dt.datetime(2026, 3, day, hour, minute, tzinfo=dt.UTC)


def date(day: int) -> dt.date:
    return dt.date(2026, 3, day)


def active(**fields: Any) -> Source:
    """Make a source that was polled in the morning of Monday 16."""
    usual = {"url": "https://example.org/{date}", "is_active": True, "active_since": LONG_AGO}
    return make.source(**usual | {"last_success_at": at(16, 6)} | fields)


def answers(source: Source, *days: int, papers: int = 3) -> None:
    """Have a source answer for days, each with as many papers that it never listed before."""
    for day in days:
        polled = {"polled_at": at(day, 6), "papers": papers}
        Poll.objects.create(source=source, day=date(day), **polled)
        lists(source, date(day), *[make.paper() for _ in range(papers)])


def lists(source: Source, day: dt.date, *papers: Paper) -> None:
    if papers:
        digest = make.digest(source=source, date=day)
        listed_at = dt.datetime.combine(day, dt.time(6), dt.UTC)
        for paper in papers:
            make.digest_paper(digest=digest, paper=paper, listed_at=listed_at)


def of(source: Source, now: dt.datetime) -> Health:
    source.refresh_from_db()
    (found,) = health(now, [source])
    return found


def words(source: Source, now: dt.datetime) -> list[str]:
    return [fault.name for fault in of(source, now).warnings]


# How it is


def test_all_sources_are_told_of_in_their_order() -> None:
    Source.objects.all().delete()
    for slug in "bca":
        make.source(slug=slug)
    assert [one.source.slug for one in health(at(16))] == ["a", "b", "c"]


def test_a_source_that_answers_and_brings_papers_is_well() -> None:
    source = active()
    answers(source, 12, 13, 16)
    found = of(source, at(16, 12))
    assert (found.word, found.warnings) == (WELL, ())
    assert (found.last_paper_at, found.day, found.papers) == (at(16, 6), date(16), 3)


def test_a_source_that_is_off_has_no_warnings() -> None:
    source = make.source(failures=9, last_error="gone", last_success_at=at(1), built_at=at(1))
    assert (of(source, at(16)).word, words(source, at(16))) == (OFF, [])


def test_a_source_that_has_not_answered_yet_is_waited_for() -> None:
    source = active(active_since=date(16), last_success_at=None)
    assert (of(source, at(16, 12)).word, words(source, at(16, 12))) == (WAITING, [])


@pytest.mark.parametrize("count", [1, 9])
def test_health_costs_four_queries_for_any_number_of_sources(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        answers(active(failures=count), 11, 12, 13, 16)
    with django_assert_num_queries(4):
        assert len(health(at(16, 12))) >= count


def test_no_source_is_told_of_without_any() -> None:
    assert health(at(16), []) == []


def test_papers_of_today_may_still_grow() -> None:
    source = active()
    answers(source, 16)
    assert of(source, at(16, 23, 59)).is_open
    assert not of(source, at(17)).is_open
    assert of(source, at(16, 12)).last_day == "3 so far"


# What is usual


def test_the_usual_number_is_the_median_of_the_weekdays_that_are_over() -> None:
    source = active()
    for day, papers in ((9, 10), (10, 30), (11, 11), (12, 12), (13, 50), (14, 1), (16, 1)):
        answers(source, day, papers=papers)
    assert of(source, at(16, 12)).usual == 12
    assert of(source, at(17)).usual == 11.5


def test_a_few_days_tell_nothing_of_what_is_usual() -> None:
    source = active()
    answers(source, *range(9, 9 + ENOUGH_DAYS - 1))
    assert of(source, at(16)).usual is None
    answers(source, 8 + ENOUGH_DAYS)
    assert of(source, at(16)).usual == 3


def test_what_was_usual_long_ago_is_not() -> None:
    source = active(weekdays=[*range(7)])
    for age in range(1, 2 * DAYS + 1):
        papers = [make.paper() for _ in range(1 if age <= DAYS else 9)]
        lists(source, date(16) - age * make.ONE_DAY, *papers)
    assert of(source, at(16)).usual == 1


@pytest.mark.parametrize(("papers", "found"), [(4, ["few papers"]), (5, [])])
def test_fewer_than_a_third_of_the_usual_papers_are_few(papers: int, found: list[str]) -> None:
    source = active()
    answers(source, 5, 6, 9, 10, 11, 12, papers=15)
    answers(source, 13, papers=papers)
    assert words(source, at(16, 12)) == found


def test_few_papers_are_told_with_the_usual_number_and_the_day() -> None:
    source = active()
    answers(source, 6, 9, 10, 11, 12, papers=15)
    answers(source, 13, papers=3)
    (fault,) = of(source, at(16, 12)).warnings
    assert "3 on Friday 2026-03-13 against 15 as usual" in str(fault)


def test_few_papers_are_no_fault_while_the_day_lasts_or_on_a_week_end() -> None:
    source = active()
    answers(source, 6, 9, 10, 11, 12, 13, papers=15)
    answers(source, 14, 16, papers=1)
    assert words(source, at(16, 23, 59)) == []
    assert words(source, at(17)) == ["few papers"]


# Failing


@pytest.mark.parametrize(
    ("failures", "last_success_at", "found"),
    [
        (2, at(16, 6), []),
        (3, at(16, 6), ["failing"]),
        (1, at(13, 22), []),
        (1, at(12, 22), ["failing"]),
        (1, None, ["failing"]),
    ],
)
def test_one_failure_is_told_where_a_working_day_is_lost_else_three_are(
    failures: int, last_success_at: dt.datetime | None, found: list[str]
) -> None:
    source = active(failures=failures, last_success_at=last_success_at, last_error="gone")
    assert words(source, at(16, 12)) == found


def test_a_failure_is_told_in_one_line_of_bounded_length_without_control_characters() -> None:
    error = f"HTTP 503\x1b[2J\n{'busy ' * 200}"
    (fault,) = of(active(failures=4, last_error=error), at(16, 12)).warnings
    assert fault.text.startswith("4 times in a row, last: HTTP 503[2J busy busy")
    assert len(fault.text) < LONGEST_QUOTE + 30
    assert fault.is_grave


# Not fetched


@pytest.mark.parametrize(
    ("last_success_at", "now", "found"),
    [
        (at(10, 6), at(11, 8), []),
        (at(10, 6), at(11, 8, 1), ["not fetched"]),
        (at(13, 22), at(16, 0, 1), []),  # a week-end lies in between
        (at(13, 22), at(17, 0), []),
        (at(13, 22), at(17, 0, 1), ["not fetched"]),
        (at(14, 12), at(16, 23), []),
        (at(1), at(31), ["not fetched"]),
    ],
)
def test_a_working_day_without_any_answer_tells_that_nobody_asks(
    last_success_at: dt.datetime, now: dt.datetime, found: list[str]
) -> None:
    assert words(active(last_success_at=last_success_at), now) == found


@pytest.mark.parametrize(("hour", "found"), [(2, []), (3, ["not fetched"])])
def test_the_day_on_which_a_source_became_active_does_not_count(
    hour: int, found: list[str]
) -> None:
    for last_success_at in (None, at(2)):
        source = active(active_since=date(10), last_success_at=last_success_at)
        assert words(source, at(12, hour)) == found


def test_a_weekly_source_has_its_whole_week() -> None:
    source = active(weekdays=[0], last_success_at=at(9, 6))
    assert words(source, at(16, 8)) == []
    assert words(source, at(16, 9)) == ["not fetched"]


def test_a_source_that_fails_is_not_said_to_be_forgotten_as_well() -> None:
    source = active(failures=3, last_success_at=at(2))
    assert words(source, at(16)) == ["failing"]


# No papers


def test_a_weekday_without_papers_is_told_when_it_is_over() -> None:
    source = active()
    answers(source, 12)
    answers(source, 13, papers=0)
    assert words(source, at(13, 23, 59)) == []
    for now in (at(14), at(16, 12)):
        (fault,) = of(source, now).warnings
        assert str(fault).startswith("no papers: none on Friday 2026-03-13")
        assert not fault.is_grave


def test_a_week_end_without_papers_is_no_fault() -> None:
    source = active()
    answers(source, 13)
    answers(source, 14, 15, papers=0)
    assert words(source, at(16, 12)) == []


def test_a_day_that_nobody_asked_for_is_not_said_to_be_empty() -> None:
    source = active()
    answers(source, 12)
    assert words(source, at(16, 12)) == []


def test_a_day_before_the_source_became_active_is_not_looked_at() -> None:
    source = active(active_since=date(16))
    answers(source, 13, papers=0)
    assert words(source, at(16, 12)) == []


# Stale


def stale(**fields: Any) -> Source:
    """Make a source that wrote its list anew today, and brought papers on Wednesday last."""
    source = active(**{"built_at": at(16, 5)} | fields)
    answers(source, 11)
    return source


def test_a_fresh_build_date_over_old_papers_is_told() -> None:
    source = stale()
    answers(source, 12, 13, papers=0)
    (fault,) = of(source, at(16, 12)).warnings
    assert fault.name == "stale"
    assert "built at 2026-03-16 05:00 UTC, but its newest papers are of 2026-03-11" in fault.text


def test_a_stale_feeds_old_papers_under_a_new_date_are_not_new() -> None:
    source = stale()
    answers(source, 12, 13, papers=0)
    lists(source, date(13), *Paper.objects.all())
    found = of(source, at(16, 12))
    assert [fault.name for fault in found.warnings] == ["stale"]
    assert (found.last_paper_at, found.day) == (at(11, 6), date(13))


def test_papers_known_from_another_source_are_new_to_this_one() -> None:
    source = stale()
    answers(source, 12, 13, papers=0)
    papers = make.paper(), make.paper()
    lists(active(), date(12), *papers)
    lists(source, date(13), *papers)
    assert words(source, at(16, 12)) == []


def test_a_feed_that_never_brought_a_paper_is_stale_too() -> None:
    source = active(built_at=at(16, 5))
    answers(source, 12, 13, papers=0)
    (fault,) = of(source, at(16, 12)).warnings
    assert "it never brought a paper" in fault.text


def test_one_silent_day_may_be_a_holiday() -> None:
    source = stale()
    answers(source, 12)
    answers(source, 13, papers=0)
    assert words(source, at(16, 12)) == ["no papers"]


@pytest.mark.parametrize("built_at", [None, at(15, 5, 59)])
def test_an_old_build_date_hides_nothing(built_at: dt.datetime | None) -> None:
    source = stale(built_at=built_at)
    answers(source, 12, 13, papers=0)
    assert words(source, at(16, 12)) == ["no papers"]


def test_days_that_were_missed_do_not_make_a_feed_stale() -> None:
    source = stale()
    answers(source, 16, papers=0)
    assert words(source, at(16, 12)) == []


def test_an_archive_that_is_imported_does_not_make_a_source_look_alive() -> None:
    source = stale()
    answers(source, 12, 13, papers=0)
    make.digest_paper(digest=make.digest(source=source, date=date(2)), listed_at=at(16, 11))
    found = of(source, at(16, 12))
    assert [fault.name for fault in found.warnings] == ["stale"]
    assert found.last_paper_at == at(11, 6)


# What nobody can ask for any more


def test_a_feed_that_was_not_asked_for_a_day_has_lost_it() -> None:
    source = active(url="https://example.org/feed")
    answers(source, 11, 12, 16)  # not on Friday 13
    (fault,) = of(source, at(16, 12)).warnings
    assert str(fault).startswith("missed: one day without an answer, last Friday 2026-03-13")


def test_a_feed_that_was_not_asked_for_days_says_how_many() -> None:
    source = active(url="https://example.org/feed")
    answers(source, 9, 10, 16)
    assert "3 days without an answer" in str(of(source, at(16, 12)).warnings[0])


def test_a_source_with_a_list_for_each_day_loses_none() -> None:
    source = active()
    answers(source, 11, 12, 16)
    assert "missed" not in words(source, at(16, 12))


def test_a_day_is_not_lost_while_the_source_may_still_answer() -> None:
    source = active(url="https://example.org/feed", last_success_at=at(12, 6))
    answers(source, 11, 12)
    assert "missed" not in words(source, at(13, 20))
