"""Stopping one's mail and taking it back: a morning that begins meanwhile comes, and comes once."""

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TypeAlias

import factories as make
import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from recorder import Recorder

from digests.models import Topic
from newsletter.compose import compose
from newsletter.models import Delivery
from newsletter.sending.send import send_ready
from subscribers import leaving, lifecycle
from subscribers.models import Subscriber
from subscribers.schedule import EVERY_DAY

pytestmark = pytest.mark.django_db
State = Delivery.State
DAY, HOUR, SECOND = make.ONE_DAY, dt.timedelta(hours=1), dt.timedelta(seconds=1)
MONDAY = dt.datetime(2026, 3, 16, 7, tzinfo=dt.UTC)
MONDAYS = 0b1
Undo: TypeAlias = Callable[[dt.datetime], object]
Way: TypeAlias = Callable[[Subscriber, dt.datetime], Undo]


def by_unsubscribing(reader: Subscriber, now: dt.datetime) -> Undo:
    lifecycle.unsubscribe(reader, now)
    return lambda later: lifecycle.come_back(reader, later)


def by_the_link(reader: Subscriber, now: dt.datetime) -> Undo:
    receipt = leaving.pause_for_a_month(reader, now)
    # Her page ends a pause as well, when the receipt is too old.
    return lambda later: (
        leaving.end_pause(reader, receipt, later) or lifecycle.resume(reader, later)
    )


def by_her_page(reader: Subscriber, now: dt.datetime) -> Undo:
    lifecycle.pause(reader, now + 9 * DAY)
    return lambda later: lifecycle.resume(reader, later)


WAYS = [by_unsubscribing, by_the_link, by_her_page]
every_way = pytest.mark.parametrize("stop", WAYS)
every_rhythm = pytest.mark.parametrize("days", [MONDAYS, EVERY_DAY])


@pytest.fixture(autouse=True)
def topic(db: None) -> Topic:
    """Have papers come, one a day, on a topic of their own."""
    topic = make.topic()
    for age in range(-7, 6):
        paper = make.paper(first_listed_on=(MONDAY - age * DAY).date())
        make.paper_topic(paper=paper, topic=topic)
        make.digest_paper(paper=paper)
    return topic


def reader_of(topic: Topic, days: int) -> Subscriber:
    """Make one who had her last mail on the morning before Monday's."""
    since = MONDAY - 90 * DAY
    ada = make.subscriber(
        days=days, hour=7, next_due_at=MONDAY, created_at=since, confirmed_at=since
    )
    make.subscription(subscriber=ada, topic=topic, since=since.date())
    before = MONDAY - (7 * DAY if days == MONDAYS else DAY)
    make.delivery(State.SENT, subscriber=ada, date=before.date())
    return ada


def mornings_of(reader: Subscriber) -> dict[dt.date, tuple[str, list[int] | None]]:
    """Return what she got from Monday on."""
    rows = reader.deliveries.filter(date__gte=MONDAY.date()).select_related("edition")
    return {it.date: (it.state, it.edition.paper_ids if it.edition else None) for it in rows}


def due(reader: Subscriber) -> dt.datetime | None:
    return Subscriber.objects.get(pk=reader.pk).next_due_at


@every_way
@every_rhythm
@pytest.mark.parametrize(
    ("left", "back"),
    [(20 * SECOND, 30 * SECOND), (-HOUR, HOUR), (-SECOND, 18 * HOUR - SECOND), (-5 * HOUR, -HOUR)],
)
def test_a_morning_that_begins_meanwhile_still_comes(
    stop: Way, days: int, left: dt.timedelta, back: dt.timedelta, topic: Topic
) -> None:
    ada, twin = reader_of(topic, days), reader_of(topic, days)
    stop(ada, MONDAY + left)(MONDAY + back)
    compose(max(MONDAY, MONDAY + back))
    assert [*mornings_of(ada)] == [MONDAY.date()]
    assert mornings_of(ada) == mornings_of(twin)
    assert due(ada) == due(twin)


@every_way
@every_rhythm
def test_a_morning_whose_mail_could_not_leave_any_more_does_not_come(
    stop: Way, days: int, topic: Topic
) -> None:
    ada = reader_of(topic, days)
    stop(ada, MONDAY - HOUR)(MONDAY + 18 * HOUR)
    assert due(ada) == ada.schedule.next_due(MONDAY)


@every_way
@every_rhythm
@pytest.mark.parametrize("state", State.values)
def test_a_morning_that_she_has_had_comes_no_second_time(
    stop: Way, days: int, state: str, topic: Topic
) -> None:
    ada = reader_of(topic, days)
    make.delivery(state, subscriber=ada, date=MONDAY.date())
    for minute in range(3):
        now = MONDAY + HOUR + 60 * minute * SECOND
        stop(ada, now)(now + SECOND)
        assert due(ada) == ada.schedule.next_due(MONDAY)
        compose(now + 2 * SECOND)
    assert [state for state, _ in mornings_of(ada).values()] == [state]


@every_way
def test_who_has_just_confirmed_is_still_due_at_once(stop: Way, topic: Topic) -> None:
    now = MONDAY + 3 * DAY
    ada = make.subscriber(days=MONDAYS, next_due_at=now, created_at=now, confirmed_at=now)
    make.subscription(subscriber=ada, topic=topic, since=MONDAY.date())
    stop(ada, now + SECOND)(now + 2 * SECOND)
    compose(now + 2 * SECOND)
    assert [*mornings_of(ada)] == [now.date()]


@every_way
@pytest.mark.parametrize(
    ("back", "begins"), [(HOUR, HOUR), (17 * HOUR + SECOND, dt.timedelta()), (18 * HOUR, DAY)]
)
def test_who_was_away_for_long_is_due_at_once_while_mail_can_leave(
    stop: Way, back: dt.timedelta, begins: dt.timedelta, topic: Topic
) -> None:
    ada, wednesday = reader_of(topic, EVERY_DAY), MONDAY + 9 * DAY
    stop(ada, MONDAY)(wednesday + back)
    assert due(ada) == wednesday + begins


def test_who_is_due_at_once_does_not_look_forgotten(client: Client, topic: Topic) -> None:
    ada = reader_of(topic, EVERY_DAY)
    by_her_page(ada, MONDAY)(MONDAY + 9 * HOUR)
    with time_machine.travel(MONDAY + 9 * HOUR, tick=False):
        wrong = client.get(reverse("health")).json()["wrong"]
    assert not [fault for fault in wrong if "due" in fault]


absences = st.tuples(
    st.sampled_from(WAYS),
    st.timedeltas(dt.timedelta(), 17 * HOUR),
    st.timedeltas(dt.timedelta(), 25 * HOUR),
    st.booleans(),
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(others=st.integers(0, EVERY_DAY), absences=st.lists(absences, min_size=1, max_size=6))
@example(others=0, absences=[(by_unsubscribing, 17 * HOUR, HOUR, True)] * 5)
def test_who_is_never_away_for_long_has_what_she_would_have_had(
    others: int,
    absences: list[tuple[Way, dt.timedelta, dt.timedelta, bool]],
    topic: Topic,
    clean_slate: Callable[[], AbstractContextManager[None]],
) -> None:
    with clean_slate():
        ada, twin = (reader_of(topic, MONDAYS | others) for _ in range(2))
        now = MONDAY - 9 * HOUR
        for stop, away, there, is_composed_for_others in absences:
            undo = stop(ada, now)
            now += away
            if is_composed_for_others:
                compose(now)
            undo(now)
            compose(now)
            now += there
            compose(now)
        assert mornings_of(ada) == mornings_of(twin)
        assert due(ada) == due(twin)


# --- What the page of the link says ---------------------------------------------------------------


def undone(client: Client, reader: Subscriber, stop: Way, now: dt.datetime) -> str:
    """Stop her mail, let a worker look for some, and take it back on the page of the link."""
    name, fields = "come-back", dict[str, str]()
    if stop is by_unsubscribing:
        lifecycle.unsubscribe(reader, now)
    else:
        name, fields = "end-pause", {"receipt": leaving.pause_for_a_month(reader, now)}
    send_ready(Recorder(), lambda: now)
    with time_machine.travel(now + SECOND, tick=False):
        url = reverse(name, args=[reader.unsubscribe_token])
        return client.post(url, fields).content.decode()


@pytest.mark.parametrize("stop", [by_unsubscribing, by_the_link])
def test_a_mail_that_was_cancelled_is_not_called_as_it_was(
    client: Client, stop: Way, topic: Topic
) -> None:
    ada = reader_of(topic, MONDAYS)
    compose(MONDAY)
    html = undone(client, ada, stop, MONDAY + HOUR)
    assert mornings_of(ada)[MONDAY.date()][0] == State.CANCELLED
    assert "All is as it was, but for one mail" in html
    assert "Your next mail: Monday 23 March, 07:00" in html


@pytest.mark.parametrize("stop", [by_unsubscribing, by_the_link])
def test_a_mail_that_still_comes_is_announced(client: Client, stop: Way, topic: Topic) -> None:
    ada = reader_of(topic, MONDAYS)
    html = undone(client, ada, stop, MONDAY + HOUR)
    assert "All is as it was." in html
    assert "Your next mail is on its way, if there is something new for you." in html
