"""Who gets what: the set-based composition, beside the plain one a reader would write first."""

import datetime as dt
import math
from collections.abc import Callable
from typing import Any

import factories as make
import hypothesis.strategies as st
import pytest
from django.conf import settings
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings

from digests.identity.merge import merge
from digests.matching.own.words import read_words
from digests.matching.rematch import match_anew
from digests.models import Paper, Topic
from newsletter.compose import Composed, compose
from newsletter.models import Delivery, Edition, Morning
from subscribers import lifecycle
from subscribers.lifecycle import Choice
from subscribers.models import Subscriber

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 3, 16, 8, tzinfo=dt.UTC)  # a Monday; readers' mornings began at seven
TODAY = NOW.date()
ONE_DAY = dt.timedelta(days=1)
State = Delivery.State


def reader(*topics: Topic, since: dt.date | None = None, **fields: Any) -> Subscriber:
    """Make a reader who is due and follows topics, since long ago unless told otherwise."""
    subscriber = make.subscriber(next_due_at=NOW - dt.timedelta(hours=1), **fields)
    for topic in topics:
        make.subscription(
            subscriber=subscriber, topic=topic, since=since or TODAY - dt.timedelta(days=365)
        )
    return subscriber


def paper(*topics: Topic, age: int = 0, place: int = 1, upvotes: int | None = None) -> Paper:
    """Make a paper about topics, listed some days ago."""
    listed = make.paper(first_listed_on=TODAY - dt.timedelta(days=age))
    make.digest_paper(paper=listed, place=place, upvotes=upvotes)
    for topic in topics:
        make.paper_topic(paper=listed, topic=topic)
    return listed


def got(subscriber: Subscriber, date: dt.date = TODAY) -> list[int]:
    """Return the papers of her edition."""
    edition = Delivery.objects.get(subscriber=subscriber, date=date).edition
    return edition.paper_ids if edition else []


def test_a_reader_gets_the_papers_of_her_topics_and_no_others() -> None:
    wanted, other = make.topic(), make.topic()
    hers, _not_hers = paper(wanted), paper(other)
    ada = reader(wanted)
    assert compose(NOW) == Composed(due=1, planned=1, skipped=0)
    assert got(ada) == [hers.pk]


def test_readers_with_the_same_list_share_one_edition() -> None:
    topic = make.topic()
    paper(topic)
    readers = [reader(topic) for _ in range(3)]
    compose(NOW)
    assert Edition.objects.count() == 1
    assert Edition.objects.get().deliveries.count() == len(readers)


def test_an_edition_names_only_the_topics_that_chose_its_papers() -> None:
    chooser, bystander = make.topic(), make.topic()
    paper(chooser)
    reader(chooser, bystander)
    compose(NOW)
    assert Edition.objects.get().topic_ids == [chooser.pk]


def test_nothing_new_is_a_delivery_too_with_its_reason() -> None:
    ada = reader(make.topic())
    assert compose(NOW) == Composed(due=1, planned=0, skipped=1)
    delivery = Delivery.objects.get(subscriber=ada)
    assert (delivery.state, delivery.reason) == (State.SKIPPED, "nothing new")
    assert delivery.edition is None


def test_a_reader_who_follows_nothing_is_accounted_for() -> None:
    reader()
    assert compose(NOW) == Composed(due=1, planned=0, skipped=1)


def test_a_paper_comes_until_the_window_closes_and_not_after() -> None:
    topic = make.topic()
    last_day, _too_old = (
        paper(topic, age=settings.LOOKBACK_DAYS),
        paper(topic, age=settings.LOOKBACK_DAYS + 1),
    )
    ada = reader(topic)
    compose(NOW)
    assert got(ada) == [last_day.pk]


def test_who_reads_once_a_week_gets_what_came_after_her_last_mail_left() -> None:
    topic = make.topic()
    ada = reader(topic, days=1 << TODAY.weekday())
    compose(NOW)
    late = paper(topic)
    compose(NOW + 7 * ONE_DAY)
    assert got(ada, TODAY + 7 * ONE_DAY) == [late.pk]


def test_a_paper_of_tomorrow_waits() -> None:
    topic = make.topic()
    paper(topic, age=-1)
    ada = reader(topic)
    compose(NOW)
    assert got(ada) == []


def test_a_topic_brings_nothing_from_before_it_was_followed() -> None:
    old, new = make.topic(), make.topic()
    paper(new, age=2)
    since_long, both = paper(old, age=2), paper(old, new, age=2)
    ada = reader(old)
    make.subscription(subscriber=ada, topic=new, since=TODAY)
    compose(NOW)
    assert set(got(ada)) == {since_long.pk, both.pk}


@pytest.mark.parametrize("wanted", ["catalogue", "words", "everything"])
def test_no_paper_of_a_topic_she_excludes_comes_whichever_topic_brings_it(wanted: str) -> None:
    rows = {
        "catalogue": make.topic(),
        "words": make.own_topic("owls"),
        "everything": Topic.objects.get(kind="everything"),
    }
    surveys = make.own_topic("survey")
    fine, refused = paper(rows[wanted]), paper(*rows.values(), surveys)
    ada, bob = reader(rows[wanted]), reader(rows[wanted])
    make.subscription(subscriber=ada, topic=surveys, excludes=True)
    compose(NOW)
    assert got(ada) == [fine.pk]
    assert {*got(bob)} == {fine.pk, refused.pk}


def test_a_topic_that_is_only_excluded_brings_nothing() -> None:
    surveys = make.own_topic("survey")
    paper(surveys)
    ada = reader()
    make.subscription(subscriber=ada, topic=surveys, excludes=True)
    assert compose(NOW) == Composed(due=1, planned=0, skipped=1)


def test_what_she_excluded_a_moment_ago_stays_away() -> None:
    topic = make.topic()
    Topic.objects.update(matched_version=F("version"))
    fine, surveys = paper(topic), make.paper(title="A Survey of Owls", first_listed_on=TODAY)
    match_anew([surveys])
    make.digest_paper(paper=surveys)
    ada = reader(topic, Topic.objects.get(kind="everything"))
    lifecycle.follow(ada, Choice([*ada.topics.all()], (), read_words("survey")), NOW)
    compose(NOW)
    assert got(ada) == [fine.pk]


def test_what_is_excluded_does_not_take_the_place_of_what_fits() -> None:
    topic, surveys = make.topic(), make.own_topic("survey")
    _refused, second, third = paper(topic, surveys), paper(topic, place=2), paper(topic, place=3)
    ada = reader(topic, max_papers=2)
    make.subscription(subscriber=ada, topic=surveys, excludes=True, since=TODAY + ONE_DAY)
    compose(NOW)
    assert got(ada) == [second.pk, third.pk]


def test_who_excludes_something_shares_the_edition_of_who_gets_the_same_list() -> None:
    owls, surveys = make.own_topic("owls"), make.own_topic("survey")
    paper(owls)
    for _ in range(3):
        make.subscription(subscriber=reader(owls), topic=surveys, excludes=True)
    reader(owls)
    compose(NOW)
    assert Edition.objects.get().topic_ids == [owls.pk]
    assert Edition.objects.get().deliveries.count() == 4


def test_papers_come_in_the_order_of_their_score() -> None:
    topic = make.topic()
    old = paper(topic, age=1, upvotes=60)
    second, first = paper(topic, place=2), paper(topic, place=1)
    voted = paper(topic, place=9, upvotes=40)
    ada = reader(topic)
    compose(NOW)
    assert got(ada) == [voted.pk, old.pk, first.pk, second.pk]


def test_a_paper_sent_before_it_was_found_to_be_another_one_does_not_come_again() -> None:
    topic = make.topic()
    stays, goes = paper(topic, place=1), paper(topic, place=2)
    ada, bob = reader(topic), reader(topic)
    make.delivery(State.SENT, subscriber=ada, edition=make.edition(goes), date=TODAY - ONE_DAY)
    merge(goes, into=stays)
    compose(NOW)
    assert got(ada) == []
    assert got(bob) == [stays.pk]


def test_what_does_not_fit_today_comes_tomorrow() -> None:
    topic = make.topic()
    papers = [paper(topic, place=place) for place in range(1, 6)]
    ada = reader(topic, max_papers=3)
    compose(NOW)
    compose(NOW + ONE_DAY)
    assert got(ada) == [paper.pk for paper in papers[:3]]
    assert got(ada, TODAY + ONE_DAY) == [paper.pk for paper in papers[3:]]


@pytest.mark.parametrize("state", Delivery.SEEN)
def test_what_she_has_or_may_have_does_not_come_again(state: str) -> None:
    topic = make.topic()
    seen = paper(topic, age=1)
    ada = reader(topic)
    make.delivery(state, subscriber=ada, edition=make.edition(seen), date=TODAY - ONE_DAY)
    compose(NOW)
    assert got(ada) == []


@pytest.mark.parametrize("state", [State.FAILED, State.CANCELLED, State.EXPIRED])
def test_what_surely_never_reached_her_comes_again(state: str) -> None:
    topic = make.topic()
    unseen = paper(topic, age=1)
    ada = reader(topic)
    make.delivery(state, subscriber=ada, edition=make.edition(unseen), date=TODAY - ONE_DAY)
    compose(NOW)
    assert got(ada) == [unseen.pk]


def test_a_paper_that_was_listed_earlier_than_we_knew_is_still_seen() -> None:
    topic = make.topic()
    seen = paper(topic, age=1)
    ada = reader(topic)
    make.delivery(State.SENT, subscriber=ada, edition=make.edition(seen), date=TODAY - ONE_DAY)
    Paper.objects.update(first_listed_on=TODAY - dt.timedelta(days=6))
    compose(NOW)
    assert got(ada) == []


@pytest.mark.parametrize("state", ["pending", "paused", "unsubscribed"])
def test_who_may_not_be_written_to_is_not_due(state: str) -> None:
    reader(make.topic(), state=state)
    assert compose(NOW) == Composed()


def test_a_suppressed_reader_is_not_due() -> None:
    make.suppression("ada@example.org")
    reader(make.topic(), email="Ada@example.org")
    assert compose(NOW) == Composed()


def test_composing_twice_is_composing_once() -> None:
    topic = make.topic()
    paper(topic)
    reader(topic)
    compose(NOW)
    assert compose(NOW) == Composed()
    assert Delivery.objects.count() == 1


def test_moving_her_hour_later_does_not_bring_a_second_morning() -> None:
    topic = make.topic()
    paper(topic)
    ada = reader(topic)
    compose(NOW)
    paper(topic)
    Subscriber.objects.filter(pk=ada.pk).update(hour=9, next_due_at=NOW + dt.timedelta(hours=1))
    assert compose(NOW + dt.timedelta(hours=2)) == Composed()
    assert Morning.objects.get().due == Delivery.objects.count() == 1


def test_after_an_outage_only_the_newest_morning_is_composed() -> None:
    topic = make.topic()
    papers = {paper(topic, age=age).pk for age in range(3)}
    ada = reader(topic)
    Subscriber.objects.update(next_due_at=NOW - dt.timedelta(days=3))
    compose(NOW)
    assert Delivery.objects.get(subscriber=ada).date == TODAY
    assert set(got(ada)) == papers


def test_the_next_morning_and_the_closing_time_are_set_by_her_own_clock() -> None:
    tokyo = reader(make.topic(), time_zone="Asia/Tokyo", hour=7)
    compose(NOW)
    tokyo.refresh_from_db()
    delivery = Delivery.objects.get(subscriber=tokyo)
    began = dt.datetime(2026, 3, 15, 22, tzinfo=dt.UTC)
    assert tokyo.next_due_at == began + ONE_DAY
    assert delivery.closes_at == began + settings.SENDING_WINDOW
    assert delivery.date == TODAY


def test_the_number_of_queries_does_not_grow_with_readers() -> None:
    topic = make.topic()
    paper(topic)

    def queries(readers: int) -> int:
        for _ in range(readers):
            reader(topic)
        with CaptureQueriesContext(connection) as context:
            compose(NOW)
        return len(context)

    assert queries(1) == queries(40) == 17


# --- The same answer as one query set per reader --------------------------------------------------


def plainly(
    subscriber: Subscriber, topics: dict[int, dt.date], excluded: set[int], seen: set[int]
) -> list[int]:
    """Compose for one reader as one would first think of it."""
    window = TODAY - dt.timedelta(days=settings.LOOKBACK_DAYS)
    candidates = [
        paper
        for paper in Paper.objects.filter(first_listed_on__gte=window, first_listed_on__lte=TODAY)
        if paper.pk not in seen
        and any(
            row.topic_id in topics and paper.first_listed_on >= topics[row.topic_id]
            for row in paper.topics.all()
        )
        and not any(row.topic_id in excluded for row in paper.topics.all())
    ]
    candidates.sort(key=rank)
    return [paper.pk for paper in candidates[: subscriber.max_papers]]


def rank(paper: Paper) -> tuple[Any, ...]:
    places = [*paper.digestpaper_set.all()]
    scores = [
        math.log2(1 + 15 / row.place) if row.upvotes is None else math.log2(1 + row.upvotes)
        for row in places
    ]
    score = round(max(scores), 6) + paper.first_listed_on.toordinal()
    return (-score, min(row.place for row in places), paper.pk)


TOPICS = st.integers(0, 3)  # of which the last two are readers' own words
worlds = st.fixed_dictionaries(
    {
        "papers": st.lists(
            st.tuples(st.sets(TOPICS), st.integers(-1, 8), st.integers(0, 2)),
            max_size=12,
        ),
        "readers": st.lists(
            st.tuples(
                st.dictionaries(TOPICS, st.integers(0, 9)),
                st.sets(TOPICS, max_size=2),
                st.integers(1, 5),
                st.sets(st.integers(0, 11)),
                st.sampled_from([State.SENT, State.UNCERTAIN, State.FAILED, State.EXPIRED]),
            ),
            max_size=5,
        ),
    }
)


@given(world=worlds)
@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_sets_find_exactly_what_a_query_set_per_reader_finds(
    world: dict[str, Any], clean_slate: Callable[[], Any]
) -> None:
    with clean_slate():
        topics = [make.topic(), make.topic(), make.own_topic(), make.own_topic()]
        papers = [
            paper(*(topics[number] for number in about), age=age, upvotes=votes or None)
            for about, age, votes in world["papers"]
        ]
        expected = {}
        for follows, excludes, most, seen_numbers, state in world["readers"]:
            ada = reader(max_papers=most)
            since = {topics[n].pk: TODAY - dt.timedelta(days=age) for n, age in follows.items()}
            for topic, date in since.items():
                make.subscription(subscriber=ada, topic_id=topic, since=date)
            excluded = {topics[n].pk for n in excludes} - since.keys()
            for topic in excluded:
                make.subscription(subscriber=ada, topic_id=topic, excludes=True)
            old = [papers[n] for n in seen_numbers if n < len(papers)]
            if old:
                earlier = TODAY - ONE_DAY
                make.delivery(state, subscriber=ada, edition=make.edition(*old), date=earlier)
            seen = {p.pk for p in old} if state in Delivery.SEEN else set()
            expected[ada] = plainly(ada, since, excluded, seen)
        compose(NOW)
        assert {ada: got(ada) for ada in expected} == expected
