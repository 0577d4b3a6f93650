"""What a reader wants is kept as she says, from the day she says it."""

import datetime as dt

import factories as make
import pytest

from digests.models import Topic
from subscribers import choosing, lifecycle
from subscribers.choosing import Choice, Wishes
from subscribers.models import Subscriber
from subscribers.schedule import MONDAY_TO_FRIDAY, Schedule

pytestmark = pytest.mark.django_db
NOW, DAY, HOUR = make.NOW, make.ONE_DAY, dt.timedelta(hours=1)
State = Subscriber.State


@pytest.fixture
def topics() -> list[Topic]:
    return [make.topic(), make.topic()]


def sinces(subscriber: Subscriber) -> dict[Topic, dt.date]:
    return {row.topic: row.since for row in subscriber.subscriptions.select_related("topic")}


def test_kept_topics_keep_their_date_and_new_ones_start_today(topics: list[Topic]) -> None:
    reader = make.subscriber()
    kept, dropped = topics
    choosing.follow(reader, Choice([kept, dropped]), NOW)
    choosing.follow(reader, Choice([kept, new := make.topic()]), NOW + 5 * DAY)
    assert sinces(reader) == {kept: make.DATE, new: make.DATE + 5 * DAY}


def test_a_topic_that_was_dropped_starts_anew(topics: list[Topic]) -> None:
    reader = make.subscriber()
    for day, followed in enumerate((topics, topics[:1], topics)):
        choosing.follow(reader, Choice(followed), NOW + day * DAY)
    assert sinces(reader) == {topics[0]: make.DATE, topics[1]: make.DATE + 2 * DAY}


def test_to_follow_the_same_again_changes_nothing(topics: list[Topic]) -> None:
    reader = make.subscriber()
    choosing.follow(reader, Choice(topics), NOW)
    choosing.follow(reader, Choice(topics), NOW + DAY)
    assert sinces(reader) == dict.fromkeys(topics, make.DATE)


def test_one_readers_topics_are_not_anothers(topics: list[Topic]) -> None:
    reader, other = make.subscriber(), make.subscriber()
    choosing.follow(other, Choice(topics), NOW)
    choosing.follow(reader, Choice(topics[:1]), NOW)
    choosing.follow(reader, Choice([]), NOW)
    assert set(sinces(other)) == set(topics)
    assert sinces(reader) == {}


def test_who_chooses_is_due_on_the_first_morning_she_chose(topics: list[Topic]) -> None:
    reader = make.subscriber()
    schedule = Schedule("America/New_York", 18, MONDAY_TO_FRIDAY)
    choosing.choose(reader, Wishes(Choice(topics), schedule, 5), NOW)
    reader.refresh_from_db()
    assert (reader.schedule, reader.max_papers) == (schedule, 5)
    assert reader.next_due_at == dt.datetime(2026, 3, 16, 22, tzinfo=dt.UTC)
    assert sinces(reader) == dict.fromkeys(topics, make.DATE)


@pytest.mark.parametrize("state", [State.PENDING, State.PAUSED, State.UNSUBSCRIBED])
def test_who_is_not_active_may_choose_and_is_not_due(state: str, topics: list[Topic]) -> None:
    reader = make.subscriber(state)
    choosing.choose(reader, Wishes(Choice(topics), Schedule("Asia/Tokyo", 5), 5), NOW)
    reader.refresh_from_db()
    assert (reader.state, reader.next_due_at, reader.hour) == (state, None, 5)


def test_what_changed_since_the_form_was_opened_stays_changed(topics: list[Topic]) -> None:
    opened = make.subscriber()
    lifecycle.unsubscribe(opened, NOW)
    choosing.choose(opened, Wishes(Choice(topics), Schedule("UTC", 5), 5), NOW)
    opened.refresh_from_db()
    assert (opened.state, opened.next_due_at) == ("unsubscribed", None)


def test_who_chooses_while_her_mail_is_late_still_gets_it(topics: list[Topic]) -> None:
    morning = NOW - HOUR
    reader = make.subscriber(hour=morning.hour, next_due_at=morning.replace(minute=0))
    choosing.choose(reader, Wishes(Choice(topics), reader.schedule, 5), NOW)
    assert [*Subscriber.objects.due(NOW)] == [reader]


@pytest.mark.parametrize("age", [dt.timedelta(0), HOUR])
def test_a_morning_that_has_begun_is_not_put_off(topics: list[Topic], age: dt.timedelta) -> None:
    reader = make.subscriber(hour=6, next_due_at=NOW - age)  # or her first mail is to be composed
    choosing.choose(reader, Wishes(Choice(topics), Schedule("UTC", 10), 5), NOW)
    reader.refresh_from_db()
    assert reader.next_due_at == NOW - age


@pytest.mark.parametrize(("days", "hears"), [(0b0001000, True), (0b0001001, False)])
def test_of_silence_hears_who_reads_weekly(topics: list[Topic], days: int, *, hears: bool) -> None:
    reader = make.subscriber()
    schedule = Schedule("UTC", 5, days)
    wishes = Wishes(Choice(topics), schedule, 5, "full", "de", hears_of_silence=True)
    choosing.choose(reader, wishes, NOW)
    reader.refresh_from_db()
    assert (reader.abstracts, reader.language) == ("full", "de")
    assert reader.hears_of_silence is hears
