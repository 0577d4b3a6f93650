"""Who gets what: the set-based composition, beside the plain one a reader would write first."""

import datetime as dt
import math
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import factories as make
import hypothesis.strategies as st
import pytest
from beside import as_another_worker, at_once
from django.conf import settings
from django.db import IntegrityError, connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings

from digests.identity.merge import merge
from digests.matching.own.words import read_words
from digests.matching.rematch import match_anew
from digests.models import Paper, Topic
from newsletter.compose import Composed, chunk, compose
from newsletter.compose.lists import EDITIONS
from newsletter.models import Bundle, Delivery, Edition, Morning
from newsletter.sending.claims import take
from subscribers import choosing, lifecycle
from subscribers.choosing import Choice, Wishes
from subscribers.models import Letter, NextMorning, Subscriber
from subscribers.schedule import EVERY_DAY, Schedule
from subscribers.tokens import fingerprint
from subscribers.zones import time_zones

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 3, 16, 8, tzinfo=dt.UTC)  # a Monday; readers' mornings began at seven
TODAY = NOW.date()
ONE_DAY, ONE_HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
LOOK_BACK = settings.LOOKBACK_DAYS
State = Delivery.State


def reader(*topics: Topic, since: dt.date | None = None, **fields: Any) -> Subscriber:
    """Make a reader who is due and follows topics, since long ago unless told otherwise."""
    due = NOW - dt.timedelta(hours=1) if fields.get("state", "active") == "active" else None
    subscriber = make.subscriber(**{"next_due_at": due} | fields)
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


def test_a_paper_that_is_withdrawn_does_not_come() -> None:
    topic = make.topic()
    Paper.objects.filter(pk=paper(topic).pk).update(withdrawn_at=NOW)
    ada = reader(topic)
    compose(NOW)
    assert got(ada) == []


def test_a_digest_that_comes_late_reaches_who_is_due_after_it_and_the_rest_tomorrow() -> None:
    topic = make.topic()
    early, later = reader(topic), reader(topic, hour=9, next_due_at=NOW + ONE_HOUR)
    compose(NOW)
    late = paper(topic)
    compose(NOW + ONE_HOUR)
    compose(NOW + ONE_DAY)
    assert (got(early), got(later)) == ([], [late.pk])
    assert got(early, TODAY + ONE_DAY) == [late.pk]


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
    choosing.follow(ada, Choice([*ada.topics.all()], (), read_words("survey")), NOW)
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


def test_a_suppressed_reader_is_not_due_and_nobody_looks_at_her_all_day() -> None:
    make.suppression("ada@example.org")
    ada = reader(make.topic(), email="Ada@example.org")
    assert compose(NOW) == Composed()
    assert NextMorning.objects.get(subscriber=ada).begins_at > NOW


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
    choosing.choose(ada, Wishes(Choice([topic]), Schedule("UTC", 9), 5), NOW)
    assert compose(NOW + dt.timedelta(hours=2)) == Composed()
    assert Morning.objects.get().due == Delivery.objects.count() == 1


def test_after_an_outage_only_the_newest_morning_is_composed_with_what_fits_of_the_others() -> None:
    topic = make.topic()
    papers = [paper(topic, age=age) for age in range(4)]
    ada = reader(topic, next_due_at=NOW - 3 * ONE_DAY, max_papers=3)
    compose(NOW)
    assert Delivery.objects.get(subscriber=ada).date == TODAY
    assert got(ada) == [paper.pk for paper in papers[:3]]


def test_the_next_morning_and_the_closing_time_are_set_by_her_own_clock() -> None:
    began = dt.datetime(2026, 3, 15, 22, tzinfo=dt.UTC)
    tokyo = reader(make.topic(), time_zone="Asia/Tokyo", hour=7, next_due_at=began)
    compose(NOW)
    tokyo.refresh_from_db()
    delivery = Delivery.objects.get(subscriber=tokyo)
    assert tokyo.next_due_at == began + ONE_DAY
    assert delivery.bundle.closes_at == began + settings.SENDING_WINDOW
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

    assert queries(1) == queries(40) == 47


# --- The first edition ----------------------------------------------------------------------------


def welcomed(topic: Topic, now: dt.datetime, **fields: Any) -> Subscriber:
    """Have a reader confirm, and compose a moment later."""
    ada = make.subscriber("pending", **fields)
    make.subscription(subscriber=ada, topic=topic, since=TODAY)
    letter = make.letter(
        subscriber=ada,
        kind=Letter.Kind.CONFIRM,
        token_fingerprint=fingerprint(""),
        requested_at=now,
    )
    assert lifecycle.confirm("", now) == letter.subscriber
    compose(now + dt.timedelta(seconds=30))
    return ada


def test_who_confirms_is_welcomed_with_the_papers_of_the_last_days() -> None:
    topic = make.topic()
    last_day, _too_old = paper(topic, age=LOOK_BACK), paper(topic, age=LOOK_BACK + 1)
    assert got(welcomed(topic, NOW)) == [last_day.pk]


def test_a_welcome_closes_as_late_after_it_as_any_morning() -> None:
    welcomed(make.topic(), NOW)
    assert Bundle.objects.get().closes_at == NOW + settings.SENDING_WINDOW


def test_the_edition_that_welcomes_her_is_known_as_her_first_and_no_later_one() -> None:
    topic = make.topic()
    paper(topic)
    welcomed(topic, NOW, hour=7)
    assert [copy.is_first for copy in take(uuid4(), NOW + ONE_HOUR) or []] == [True]
    paper(topic)
    compose(NOW + ONE_DAY)
    assert [copy.is_first for copy in take(uuid4(), NOW + ONE_DAY) or []] == [False]


def test_a_welcome_before_her_hour_is_all_she_gets_that_day() -> None:
    topic = make.topic()
    paper(topic)
    early = NOW.replace(hour=3)
    ada = welcomed(topic, early, hour=7)
    compose(NOW)
    assert Delivery.objects.get(subscriber=ada).date == TODAY
    ada.refresh_from_db()
    assert ada.next_due_at == early.replace(hour=7) + ONE_DAY


@pytest.mark.parametrize(("zone", "day"), [("Pacific/Kiritimati", 17), ("Pacific/Honolulu", 15)])
def test_a_welcome_bears_the_date_where_she_lives(zone: str, day: int) -> None:
    now = NOW.replace(hour=8 if day == 15 else 12)
    ada = welcomed(make.topic(), now, time_zone=zone)
    assert Delivery.objects.get(subscriber=ada).date.day == day


# --- Silence --------------------------------------------------------------------------------------


ONE_WEEK = 7 * ONE_DAY
WEEKLY: dict[str, Any] = {"days": 1 << TODAY.weekday()}
TOLD: dict[str, Any] = {**WEEKLY, "hears_of_silence": True}


def said(subscriber: Subscriber, date: dt.date = TODAY) -> tuple[str, list[int] | None]:
    """Return the state of her delivery and the papers of its edition, if it has one."""
    delivery = Delivery.objects.get(subscriber=subscriber, date=date)
    return delivery.state, delivery.edition.paper_ids if delivery.edition else None


def test_a_weekly_reader_who_wants_to_hear_of_silence_gets_the_empty_edition() -> None:
    ada = reader(make.topic(), **TOLD)
    assert compose(NOW) == Composed(due=1, planned=1, skipped=0)
    assert said(ada) == (State.PLANNED, [])
    assert Bundle.objects.ready(NOW).count() == 1


@pytest.mark.parametrize("fields", [WEEKLY, {}])
def test_nobody_else_is_told_that_there_was_nothing(fields: dict[str, Any]) -> None:
    ada = reader(make.topic(), **fields)
    assert compose(NOW) == Composed(due=1, planned=0, skipped=1)
    assert said(ada) == (State.SKIPPED, None)
    assert not Edition.objects.exists()


def test_where_there_is_something_new_nobody_is_told_of_silence() -> None:
    topic = make.topic()
    new = paper(topic)
    ada = reader(topic, **TOLD)
    compose(NOW)
    assert said(ada) == (State.PLANNED, [new.pk])


def test_all_who_are_told_of_silence_share_one_edition_whatever_they_follow() -> None:
    for topic in (make.topic(), make.topic()):
        reader(topic, **TOLD)
    assert compose(NOW).planned == 2
    assert Edition.objects.get().deliveries.count() == 2


def test_a_second_silent_week_has_the_same_edition_and_is_told_again() -> None:
    ada = reader(make.topic(), **TOLD)
    compose(NOW)
    compose(NOW + ONE_WEEK)
    assert said(ada, TODAY + ONE_WEEK) == (State.PLANNED, [])
    assert Edition.objects.get().deliveries.count() == 2


def test_what_comes_after_a_silent_week_comes_as_ever() -> None:
    topic = make.topic()
    ada = reader(topic, **TOLD)
    compose(NOW)
    new = paper(topic, age=-1)
    compose(NOW + ONE_WEEK)
    assert said(ada, TODAY + ONE_WEEK) == (State.PLANNED, [new.pk])


def test_of_readers_who_choose_the_same_each_gets_what_she_wants_to_hear() -> None:
    topic = make.topic()
    seen = paper(topic, age=1)
    told, not_told, newcomer = reader(topic, **TOLD), reader(topic, **WEEKLY), reader(topic, **TOLD)
    last = make.edition(seen, topic_ids=[topic.pk])
    for ada in (told, not_told):
        make.delivery(State.SENT, subscriber=ada, date=TODAY - ONE_DAY, edition=last)
    assert compose(NOW) == Composed(due=3, planned=2, skipped=1)
    assert said(told) == (State.PLANNED, [])
    assert said(not_told) == (State.SKIPPED, None)
    assert said(newcomer) == (State.PLANNED, [seen.pk])
    assert Bundle.objects.filter(is_settled=False).latest("pk").deliveries.count() == 2


@pytest.mark.parametrize(("papers", "topics"), [([1], []), ([], [1])])
def test_an_edition_is_empty_altogether_or_says_what_chose_its_papers(
    papers: list[int], topics: list[int]
) -> None:
    with pytest.raises(IntegrityError, match="edition_says_what_chose_its_papers"):
        Edition.objects.create(key=b"k", paper_ids=papers, topic_ids=topics, composed_at=NOW)


# --- Bundles --------------------------------------------------------------------------------------


def bundles() -> list[list[int | None]]:
    """Return the editions of each bundle's deliveries."""
    deliveries = Delivery.objects.order_by("edition")
    return [
        [*deliveries.filter(bundle=bundle).values_list("edition", flat=True)]
        for bundle in Bundle.objects.order_by("pk")
    ]


def test_copies_of_an_edition_are_bundled_side_by_side(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunk, "BUNDLE_SIZE", 3)
    topics = [make.topic(), make.topic()]
    for topic in topics:
        paper(topic)
    for number in range(7):
        reader(topics[number % 2])
    compose(NOW)
    first, second = Edition.objects.order_by("pk").values_list("pk", flat=True)
    copies = sorted(Delivery.objects.values_list("edition", flat=True))
    assert bundles() == [copies[:3], copies[3:6], copies[6:]]
    assert {*copies} == {first, second}


def test_who_is_skipped_is_in_a_bundle_that_is_settled() -> None:
    reader(make.topic())
    compose(NOW)
    bundle = Bundle.objects.get()
    assert (bundle.is_settled, bundle.date, bundle.composed_at) == (True, TODAY, NOW)
    assert not Bundle.objects.ready(NOW).exists()


def test_a_bundle_is_of_one_date_and_closes_at_one_time() -> None:
    topic = make.topic()
    paper(topic, age=1)
    for zone, hour in (("UTC", 6), ("UTC", 7), ("Europe/Paris", 8), ("Pacific/Honolulu", 7)):
        schedule = Schedule(zone, hour)
        began = schedule.last_due(NOW)[1]
        make.subscription(
            subscriber=make.subscriber(time_zone=zone, hour=hour, next_due_at=began),
            topic=topic,
            since=TODAY - ONE_DAY,
        )
    compose(NOW)
    ready = {(bundle.date, bundle.closes_at) for bundle in Bundle.objects.ready(NOW)}
    closing = {NOW.replace(hour=hour) + settings.SENDING_WINDOW for hour in (6, 7)}
    honolulu = NOW.replace(day=15, hour=17) + settings.SENDING_WINDOW
    assert ready == {*((TODAY, time) for time in closing), (TODAY - ONE_DAY, honolulu)}
    assert Bundle.objects.count() == 3  # seven in London is eight in Paris


# --- Others at work -------------------------------------------------------------------------------


def meanwhile(act: Callable[[], object]) -> AbstractContextManager[None]:
    """Have somebody act once, after a chunk is read and before it is written."""
    acts = [act]

    def wrapper(execute: Any, sql: str, *rest: Any) -> Any:
        if sql == EDITIONS and acts:
            as_another_worker(acts.pop())
        return execute(sql, *rest)

    return connection.execute_wrapper(wrapper)


@pytest.mark.django_db(transaction=True)
def test_who_changes_her_topics_meanwhile_gets_what_she_wants_now() -> None:
    old, new = make.topic(), make.topic()
    paper(old)
    wanted = paper(new)
    ada, bob = reader(old), reader(old)
    with meanwhile(lambda: choosing.follow(ada, Choice([new]), NOW)):
        assert compose(NOW) == Composed(due=2, planned=2)
    assert got(ada) == [wanted.pk]
    assert got(bob) != got(ada)
    assert Morning.objects.get().due == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("leave", [lifecycle.unsubscribe, lifecycle.pause])
def test_who_leaves_meanwhile_gets_nothing(leave: Callable[..., object]) -> None:
    topic = make.topic()
    paper(topic)
    ada, _bob = reader(topic), reader(topic)
    with meanwhile(lambda: leave(ada, NOW)):
        assert compose(NOW) == Composed(due=1, planned=1)
    assert not Delivery.objects.filter(subscriber=ada).exists()


@pytest.mark.django_db(transaction=True)
def test_who_is_composed_for_by_two_at_once_gets_one_edition() -> None:
    topic = make.topic()
    paper(topic)
    for _ in range(5):
        reader(topic)
    everybody = chunk.Chunk.cut(1)[0]
    with meanwhile(lambda: chunk.compose_chunk(everybody, NOW)):
        assert compose(NOW) == Composed()
    assert Morning.objects.get().due == Delivery.objects.count() == 5


@pytest.mark.django_db(transaction=True)
def test_many_readers_are_composed_for_over_several_connections(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("newsletter.compose.FEW", 0)
    monkeypatch.setattr("newsletter.compose.CHUNK", 3)
    topics = [make.topic() for _ in range(4)]
    for number in range(20):
        paper(topics[number % 4])
        reader(*{*topics[: number % 4], topics[number % 3]})
    told: list[Composed] = []
    assert compose(NOW, told.append) == told[-1] == Composed(due=20, planned=20)
    assert len(told) == 8
    assert Morning.objects.get().due == Delivery.objects.count() == 20


@pytest.mark.django_db(transaction=True)
def test_processes_take_turns_and_compose_once() -> None:
    topic = make.topic()
    paper(topic)
    for _ in range(5):
        reader(topic)
    assert at_once(*[lambda: compose(NOW)] * 3) == []
    assert Morning.objects.get().due == Delivery.objects.count() == 5


# --- The same answer as one query set per reader --------------------------------------------------


def plainly(
    subscriber: Subscriber,
    date: dt.date,
    topics: dict[int, dt.date],
    excluded: set[int],
    seen: set[int],
) -> list[int]:
    """Compose for one reader as one would first think of it."""
    window = (date - dt.timedelta(days=LOOK_BACK), date)
    candidates = [
        paper
        for paper in Paper.objects.filter(first_listed_on__range=window)
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
SENT_OR_NOT = st.sampled_from([State.SENT, State.UNCERTAIN, State.FAILED, State.EXPIRED])
worlds = st.fixed_dictionaries(
    {
        "papers": st.lists(
            st.tuples(st.sets(TOPICS), st.integers(-1, 8), st.integers(0, 2)),
            max_size=12,
        ),
        "readers": st.lists(
            st.fixed_dictionaries(
                {
                    "follows": st.dictionaries(TOPICS, st.integers(0, 9)),
                    "excludes": st.sets(TOPICS, max_size=2),
                    "most": st.integers(1, 5),
                    "zone": st.sampled_from(["UTC", "Asia/Tokyo", "Pacific/Honolulu"]),
                    "is_weekly": st.booleans(),
                    "hears_of_silence": st.booleans(),
                    "sent": st.dictionaries(
                        st.integers(1, 3), st.tuples(st.sets(st.integers(0, 11)), SENT_OR_NOT)
                    ),
                }
            ),
            max_size=6,
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
        expected, told = {}, set()
        for wish in world["readers"]:
            date, began = Schedule(wish["zone"], 7).last_due(NOW)
            hears = wish["is_weekly"] and wish["hears_of_silence"]
            ada = reader(
                max_papers=wish["most"],
                time_zone=wish["zone"],
                next_due_at=began,
                days=1 << date.weekday() if wish["is_weekly"] else EVERY_DAY,
                hears_of_silence=hears,
            )
            told |= {ada} if hears else set()
            since = {topics[n].pk: TODAY - age * ONE_DAY for n, age in wish["follows"].items()}
            for topic, first in since.items():
                make.subscription(subscriber=ada, topic_id=topic, since=first)
            excluded = {topics[n].pk for n in wish["excludes"]} - since.keys()
            for topic in excluded:
                make.subscription(subscriber=ada, topic_id=topic, excludes=True)
            seen = set[int]()
            for age, (numbers, state) in wish["sent"].items():
                if old := [papers[n] for n in numbers if n < len(papers)]:
                    earlier = {"edition": make.edition(*old), "date": date - age * ONE_DAY}
                    make.delivery(state, subscriber=ada, **earlier)
                    seen |= {it.pk for it in old} if state in Delivery.SEEN else set()
            expected[ada, date] = plainly(ada, date, since, excluded, seen)
        compose(NOW)
        assert {(ada, date): got(ada, date) for ada, date in expected} == expected
        skipped = {it.subscriber for it in Delivery.objects.filter(state=State.SKIPPED)}
        assert skipped == {ada for (ada, _), papers in expected.items() if not papers} - told


# --- Changes of clocks ----------------------------------------------------------------------------


HOURS = (0, 1, 2, 3, 23)  # those at which clocks are moved


def zones_that_change(saturday: dt.datetime) -> list[str]:
    """Return the zones whose clocks are moved within the two days from `saturday`."""
    return [
        zone
        for zone in time_zones()
        if saturday.astimezone(ZoneInfo(zone)).utcoffset()
        != (saturday + 2 * ONE_DAY).astimezone(ZoneInfo(zone)).utcoffset()
    ]


@pytest.mark.parametrize("month_and_day", [(3, 7), (3, 28), (4, 4), (9, 26), (10, 24), (10, 31)])
def test_who_lives_where_clocks_change_gets_one_edition_a_date(
    month_and_day: tuple[int, int],
) -> None:
    saturday = dt.datetime(2026, *month_and_day, tzinfo=dt.UTC)
    begin, end = saturday - ONE_DAY, saturday + 3 * ONE_DAY
    zones = zones_that_change(saturday)
    for number, zone in enumerate(zones):
        hour = HOURS[number % len(HOURS)]
        make.subscriber(time_zone=zone, hour=hour, next_due_at=Schedule(zone, hour).next_due(begin))
    for ticks in range(0, 4 * 24, 5):
        compose(begin + ticks * ONE_HOUR)
    dates = Delivery.objects.values_list("subscriber__time_zone", "date").order_by("date")
    for zone in zones:
        mine = [date for name, date in dates if name == zone]
        assert mine == [mine[0] + number * ONE_DAY for number in range(len(mine))], zone
        assert len(mine) >= (end - begin).days - 1, zone
