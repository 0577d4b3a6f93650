"""What a stranger's choice would bring this morning, and that composing would bring the same."""

import datetime as dt
from zoneinfo import ZoneInfo

import factories as make
import pytest
from django.db.models import F
from pytest_django import DjangoAssertNumQueries

from digests.identity.merge import merge
from digests.matching import rematch
from digests.matching.own.words import read_authors, read_words
from digests.models import Paper, Topic
from digests.shown.first_mail import BroughtPaper, papers_for
from newsletter.compose import compose
from newsletter.models import Edition
from subscribers import choosing
from subscribers.choosing import Choice

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 3, 16, 8, tzinfo=dt.UTC)
TODAY = NOW.date()


def paper(*topics: Topic, age: int = 0, upvotes: int = 0, **fields: object) -> Paper:
    """Make a paper of some topics, with its words, listed some days ago."""
    made = make.paper(first_listed_on=TODAY - dt.timedelta(days=age), **fields)
    make.digest_paper(paper=made, place=1, upvotes=upvotes)
    rematch.match_anew([made])
    for topic in topics:
        make.paper_topic(paper=made, topic=topic, because=["owl", "wing"])
    return made


def brought(
    *topics: Topic, words: str = "", authors: str = "", excluded: str = "", most: int = 12
) -> list[BroughtPaper]:
    own = [*read_words(words), *read_authors(authors)]
    return papers_for(topics, own, read_words(excluded), NOW, most)


def papers(found: list[BroughtPaper]) -> list[Paper]:
    return [it.paper for it in found]


def why(found: list[BroughtPaper]) -> list[list[str]]:
    return [[reason.topic.name for reason in it.reasons] for it in found]


def test_papers_of_any_topic_come_the_best_first_and_no_more_than_wanted() -> None:
    owls, mice = make.topic(), make.topic()
    low, high = paper(owls, upvotes=1), paper(mice, upvotes=9)
    paper(make.topic(), upvotes=99)
    assert papers(brought(owls, mice)) == [high, low]
    assert papers(brought(owls, mice, most=1)) == [high]


def test_a_topic_gives_the_words_that_speak_for_it() -> None:
    owls = make.topic()
    paper(owls)
    [[_, [reason]]] = brought(owls)
    assert reason == (owls, ("owl", "wing"))


def test_own_words_find_papers_that_nobody_need_have_followed_before() -> None:
    found = paper(abstract="Barn-owls hunt.", authors=["Ada Byron"])
    paper(abstract="Mice hide.")
    assert papers(brought(words="barn owl")) == [found]
    assert why(brought(words="barn owl", authors="Byron")) == [["Byron", "barn owl"]]


def test_what_is_excluded_stays_away_whatever_speaks_for_it() -> None:
    owls = make.topic()
    paper(owls, abstract="A survey of owls.")
    stays = paper(owls)
    assert papers(brought(owls, words="owls", excluded="survey")) == [stays]


def test_everything_is_a_reason_only_where_there_is_no_better_one() -> None:
    owls, everything = make.topic(), Topic.objects.get(kind=Topic.Kind.EVERYTHING)
    paper(owls, upvotes=9)
    paper()
    assert why(brought(owls, everything)) == [[owls.name], [everything.name]]


@pytest.mark.parametrize("age", [8, -1])
def test_what_is_too_old_or_of_tomorrow_does_not_come(age: int) -> None:
    owls = make.topic()
    paper(owls, age=age)
    assert not brought(owls)


def test_a_paper_that_went_since_the_ranking_stays_away() -> None:
    owls = make.topic()
    stays, merged, withdrawn = paper(owls), paper(owls), paper(owls)
    assert len(brought(owls)) == 3
    merge(merged, into=stays)
    Paper.objects.filter(pk=withdrawn.pk).update(withdrawn_at=NOW)
    assert papers(brought(owls)) == [stays]


def test_nothing_chosen_brings_nothing() -> None:
    paper()
    assert brought() == []


def test_it_asks_little_once_the_morning_is_known(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    owls = make.topic()
    for _ in range(5):
        paper(owls)
    with django_assert_num_queries(4):  # the ranks, the topics', the papers, their reasons
        brought(owls)
    with django_assert_num_queries(2):
        brought(owls, most=3)
    with django_assert_num_queries(3):  # and the words of the week
        brought(owls, words="barn owl")


def test_it_is_what_composing_puts_into_the_first_mail() -> None:
    Topic.objects.update(matched_version=F("version"))
    owls, mice = make.topic(), make.topic()
    for number in range(12):
        text = f"{'Barn owls.' * (number % 2)} {'A survey.' * (number % 5 == 0)}"
        of = [topic for topic, each in ((owls, 3), (mice, 4)) if number % each == 0]
        paper(*of, age=number % 9, upvotes=number * 7 % 5, abstract=text)
    choice = Choice([owls, mice], read_words("barn owl"), read_words("survey"))
    reader = make.subscriber(max_papers=5, next_due_at=NOW)
    choosing.follow(reader, choice, NOW - dt.timedelta(days=30))
    expected = [
        it.pk for it in papers(papers_for(choice.topics, choice.own, choice.excluded, NOW, 5))
    ]
    rematch.rematch(NOW)
    compose(NOW)
    assert Edition.objects.get().paper_ids == expected
    assert len(expected) == 5


@pytest.mark.parametrize("time_zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_where_it_is_another_day_it_is_what_composing_brings_there(time_zone: str) -> None:
    Topic.objects.update(matched_version=F("version"))
    owls, now = make.topic(), NOW.astimezone(ZoneInfo(time_zone))
    for age in range(-1, 9):
        paper(owls, age=age)
    reader = make.subscriber(max_papers=30, next_due_at=NOW, time_zone=time_zone)
    choosing.follow(reader, Choice([owls]), NOW - dt.timedelta(days=30))
    expected = [it.pk for it in papers(papers_for([owls], [], [], now, 30))]
    compose(NOW)
    assert Edition.objects.get().paper_ids == expected
    assert len(expected) == 8
