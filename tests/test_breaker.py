"""When a transport is left alone, by whom it is tried, and when all is well again."""

import datetime as dt

import pytest
from beside import at_once
from django.conf import settings
from factories import NOW
from pytest_django import DjangoAssertNumQueries

from newsletter.models import Breaker
from newsletter.sending import breaker, watch
from newsletter.sending.outcome import Outcome, Verdict
from newsletter.sending.watch import LAST, MOST_FAILURES, MOST_TROUBLE, Turn, Watch

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)
SMTP = "smtp"
ACCEPTED, REFUSED = Outcome(Verdict.ACCEPTED), Outcome(Verdict.REFUSED, "SMTP 550")
DEFERRED, UNKNOWN = Outcome(Verdict.DEFERRED, "SMTP 450"), Outcome(Verdict.UNKNOWN, "no answer")
CLOSED = Outcome(Verdict.CLOSED, "SMTP 535")


@pytest.fixture(autouse=True)
def _look_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "BETWEEN_LOOKS", 0)


class Time:
    """A worker's clock."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> dt.datetime:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


def opened(time: Time, outcome: Outcome = CLOSED) -> Watch:
    """Return the watch of a worker that found the transport closed."""
    ours = Watch(SMTP, time)
    ours.note([outcome])
    return ours


# Opening


def test_a_transport_is_in_order_until_something_speaks_against_it(time: Time) -> None:
    assert Watch(SMTP, time).ask() is Turn.SEND


@pytest.mark.parametrize("outcome", [CLOSED, Outcome(Verdict.DEFERRED, "429", "", MINUTE)])
def test_one_answer_that_is_meant_for_all_opens_it(outcome: Outcome, time: Time) -> None:
    ours = opened(time, outcome)
    assert ours.ask() is Watch(SMTP, time).ask() is Turn.STOP
    row = Breaker.objects.get()
    assert (row.opened_at, row.retry_at, row.reason) == (NOW, NOW + MINUTE, outcome.reason)


@pytest.mark.parametrize("outcome", [DEFERRED, UNKNOWN])
def test_more_than_a_tenth_of_the_last_hundred_opens_it(outcome: Outcome, time: Time) -> None:
    ours = Watch(SMTP, time)
    ours.note([outcome] * MOST_TROUBLE)
    ours.note([ACCEPTED] * (LAST - MOST_TROUBLE - 1))
    assert ours.ask() is Turn.SEND
    ours.note([outcome])
    assert ours.ask() is Turn.STOP


def test_what_lies_further_back_is_forgotten(time: Time) -> None:
    ours = Watch(SMTP, time)
    for _ in range(20):
        ours.note([*[DEFERRED] * MOST_TROUBLE, *[ACCEPTED] * (LAST - MOST_TROUBLE)])
    assert ours.ask() is Turn.SEND


def test_readers_who_are_refused_for_good_do_not_open_it(time: Time) -> None:
    ours = Watch(SMTP, time)
    ours.note([REFUSED, Outcome(Verdict.BAD_ADDRESS)] * LAST)
    assert ours.ask() is Turn.SEND


def test_failures_in_a_row_open_it_whoever_had_them(time: Time) -> None:
    for _ in range(MOST_FAILURES - 1):
        Watch(SMTP, time).note_failure("connection refused")
    assert Watch(SMTP, time).ask() is Turn.SEND
    Watch(SMTP, time).note_failure("connection refused")
    assert Watch(SMTP, time).ask() is Turn.STOP


def test_a_mail_that_is_taken_ends_the_row_of_failures(time: Time) -> None:
    Watch(SMTP, time).note_failure("connection refused")
    ours = Watch(SMTP, time)
    ours.ask()
    ours.note([ACCEPTED])
    assert Breaker.objects.get().failures == 0


def test_what_is_open_is_not_opened_again(time: Time) -> None:
    ours = opened(time)
    time.now += MINUTE / 2
    ours.note([CLOSED])
    ours.note_failure("connection refused")
    assert Breaker.objects.get().retry_at == NOW + MINUTE


def test_one_transport_does_not_stop_another(time: Time) -> None:
    opened(time)
    assert Watch("provider", time).ask() is Turn.SEND


def test_mail_that_is_taken_costs_no_query(
    time: Time, django_assert_num_queries: DjangoAssertNumQueries, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "BETWEEN_LOOKS", 60)
    ours = Watch(SMTP, time)
    with django_assert_num_queries(1):
        for _ in range(100):
            assert ours.ask() is Turn.SEND
            ours.note([ACCEPTED] * 10)


# Trying


def test_one_worker_tries_with_one_mail_while_the_others_wait(time: Time) -> None:
    opened(time)
    time.now += 10 * MINUTE
    ours, other = Watch(SMTP, time), Watch(SMTP, time)
    assert [ours.ask(), ours.ask(), ours.ask()] == [Turn.SEND, Turn.WAIT, Turn.WAIT]
    assert other.ask() is Turn.WAIT


@pytest.mark.django_db(transaction=True)
def test_of_workers_at_once_one_may_try(time: Time) -> None:
    opened(time)
    time.now += MINUTE
    turns = list[Turn]()
    assert at_once(*[lambda: turns.append(Watch(SMTP, time).ask())] * 6) == []
    assert turns.count(Turn.SEND) == 1


def test_a_try_that_is_taken_closes_it_for_all(time: Time) -> None:
    opened(time)
    time.now += MINUTE
    ours = Watch(SMTP, time)
    ours.ask()
    ours.note([ACCEPTED])
    assert ours.ask() is Watch(SMTP, time).ask() is Turn.SEND
    row = Breaker.objects.get()
    assert (row.opened_at, row.retry_at, row.probing_until, row.reason) == (None, None, None, "")


def test_tries_in_vain_come_after_longer_and_longer_waits(time: Time) -> None:
    opened(time)
    waits = []
    for _ in range(5):
        retry_at = Breaker.objects.get().retry_at
        assert retry_at
        waits.append((retry_at - time.now) // MINUTE)
        time.now = retry_at
        ours = Watch(SMTP, time)
        assert ours.ask() is Turn.SEND
        ours.note([DEFERRED])
    assert waits == [1, 5, 15, 60, 60]


def test_a_try_that_reaches_nobody_was_in_vain(time: Time) -> None:
    opened(time)
    time.now += MINUTE
    ours = Watch(SMTP, time)
    ours.ask()
    ours.note_failure("connection refused")
    assert Breaker.objects.get().retry_at == time.now + 5 * MINUTE


def test_a_pause_that_is_asked_for_is_kept(time: Time) -> None:
    opened(time)
    time.now += MINUTE
    ours = Watch(SMTP, time)
    ours.ask()
    ours.note([Outcome(Verdict.DEFERRED, "429", retry_after=30 * MINUTE)])
    assert Breaker.objects.get().retry_at == time.now + 30 * MINUTE


def test_a_reader_who_is_refused_for_good_says_nothing_and_another_is_tried(time: Time) -> None:
    opened(time)
    time.now += MINUTE
    ours = Watch(SMTP, time)
    ours.ask()
    ours.note([REFUSED])
    assert [ours.ask(), ours.ask()] == [Turn.SEND, Turn.WAIT]


def test_a_try_without_mail_is_left_to_another(time: Time) -> None:
    opened(time)
    time.now += MINUTE
    ours = Watch(SMTP, time)
    ours.ask()
    ours.close()
    assert Watch(SMTP, time).ask() is Turn.SEND


def test_a_worker_that_dies_while_it_tries_is_followed_by_another(time: Time) -> None:
    opened(time)
    time.now += MINUTE
    Watch(SMTP, time).ask()
    time.now += settings.LEASE
    assert Watch(SMTP, time).ask() is Turn.SEND


def test_a_short_pause_is_waited_for(time: Time) -> None:
    ours = opened(time, Outcome(Verdict.DEFERRED, "429", retry_after=MINUTE / 60))
    assert ours.ask() is Turn.WAIT
    time.now += MINUTE / 60
    assert ours.ask() is Turn.SEND


def test_waiting_ends_even_where_the_clock_stands_still(
    time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "PATIENCE", dt.timedelta())
    ours = opened(time, Outcome(Verdict.DEFERRED, "429", retry_after=dt.timedelta()))
    assert ours.ask() is Turn.STOP


def test_an_operator_may_have_it_tried_at_once(time: Time) -> None:
    opened(time)
    breaker.try_at_once(NOW)
    assert Watch(SMTP, time).ask() is Turn.SEND


def test_what_was_in_order_is_not_tried(time: Time) -> None:
    breaker.count_failure(SMTP)
    breaker.try_at_once(NOW)
    assert Watch(SMTP, time).ask() is Turn.SEND
    assert Breaker.objects.get().retry_at is None
