"""In which order copies leave, and when none may."""

import datetime as dt
import itertools
import time
import uuid
from collections import Counter
from collections.abc import Iterator

import factories as make
import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from newsletter.models import BUNDLE_SIZE, WarmUpDay
from newsletter.sending.copies import Copy
from newsletter.sending.outcome import Outcome, Verdict
from newsletter.sending.rates import Rates, buckets, heed, in_turn, park, parked
from newsletter.sending.rates.warm_up import TAKEN_AT_ONCE, WarmUp

NOW, TODAY = make.NOW, make.DATE
ACCEPTED = Outcome(Verdict.ACCEPTED)


@pytest.fixture(autouse=True)
def _rates_of_its_own(settings: Settings) -> Iterator[None]:
    settings.CELERY_TASK_DEFAULT_QUEUE = f"test-{uuid.uuid4().hex}"
    yield
    buckets.of_this_process.cache_clear()
    parked._until.clear()


def copies(*domains: str) -> list[Copy]:
    return [
        Copy(number, 1, TODAY, 1, 0, number, f"reader{number}@{domain}", "", "", "en", "short", 127)
        for number, domain in enumerate(domains, start=1)
    ]


def rates(now: dt.datetime = NOW) -> Rates:
    return Rates(lambda: now)


def first(count: int, turns: Iterator[Copy | None]) -> list[int]:
    """Return the deliveries of the first copies that come."""
    deadline = time.monotonic() + 10
    came = list[int]()
    for copy in turns:
        came += [copy.delivery] if copy else []
        if len(came) == count:
            break
        assert time.monotonic() < deadline, "no copy comes"
    return came


def test_without_limits_copies_come_as_they_are() -> None:
    given = copies("a.example", "b.example")
    assert [*in_turn(given, rates())] == [*given]


def test_those_that_need_not_wait_come_in_their_order(settings: Settings) -> None:
    settings.DOMAIN_RATES = {"slow.example": 0.001}
    given = copies(*["a.example", "b.example"] * 100)
    assert first(200, in_turn(given, rates())) == [copy.delivery for copy in given]


def test_each_copy_comes_once_however_tight_the_rates(settings: Settings) -> None:
    settings.SENDING_RATE, settings.DOMAIN_RATES = 5_000, {"*": 2_000, "a.example": 1_000}
    given = copies(*["a.example", "b.example", "c.example"] * 100)
    came = [copy.delivery for copy in in_turn(given, rates()) if copy]
    assert sorted(came) == [copy.delivery for copy in given]


def test_copies_of_a_domain_that_must_wait_do_not_hold_up_others(settings: Settings) -> None:
    settings.DOMAIN_RATES = {"slow.example": 0.001}
    turns = in_turn(copies("slow.example", "a.example", "slow.example", "b.example"), rates())
    assert [copy and copy.delivery for copy in itertools.islice(turns, 5)] == [
        2,
        4,
        None,
        None,
        None,
    ]


def test_domains_are_the_same_however_they_are_written(settings: Settings) -> None:
    settings.DOMAIN_RATES = {"slow.example": 0.001}
    assert next(in_turn(copies("SLOW.example"), rates())) is None


def test_no_more_than_a_bundle_is_held_up(settings: Settings) -> None:
    settings.DOMAIN_RATES = {"slow.example": 0.001}
    source = iter(copies(*["slow.example"] * (BUNDLE_SIZE + 1), "a.example"))
    turns = in_turn(source, rates())
    assert next(turns) is None
    assert next(turns) is None
    assert len([*source]) == 2


def test_how_long_the_last_must_wait_is_known(settings: Settings) -> None:
    settings.DOMAIN_RATES = {"slow.example": 0.5}
    ours = rates()
    assert next(in_turn(copies(*["slow.example"] * 10), ours)) is None
    assert ours.wait == 20


def test_what_leaves_in_no_time_is_asked_for_in_fewer_and_larger_questions(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SENDING_RATE = 100_000
    ours, questions = rates(), list[int]()
    take = ours._buckets.take

    def count(wanted: Counter[str]) -> dict[str, int]:
        questions.append(wanted.total())
        return take(wanted)

    monkeypatch.setattr(ours._buckets, "take", count)
    assert len(first(500, in_turn(copies(*["a.example"] * 500), ours))) == 500
    assert max(questions) > 10


# A server that asks for a pause


@pytest.mark.parametrize(
    ("reason", "is_parked"),
    [
        ("SMTP 421 4.7.28", True),
        ("SMTP 451 4.7.500", True),
        ("SMTP 450 4.2.1", False),
        ("SMTP 421", False),
        ("HTTP 429", False),
    ],
)
def test_a_domain_that_finds_us_too_fast_is_left_alone(reason: str, *, is_parked: bool) -> None:
    heed("Ada@Slow.example", Outcome(Verdict.DEFERRED, reason))
    assert [*parked.parked()] == (["slow.example"] if is_parked else [])


def test_other_domains_go_on_while_one_is_parked() -> None:
    park("slow.example", 3600)
    ours = rates()
    turns = in_turn(copies("slow.example", "a.example"), ours)
    assert [copy and copy.delivery for copy in itertools.islice(turns, 2)] == [2, None]
    assert 3590 < ours.wait <= 3600


def test_a_pause_ends() -> None:
    park("slow.example", 0)
    assert not rates().are_any


# A warm-up


def test_each_day_of_a_warm_up_may_have_twice_as_many() -> None:
    warm_up = WarmUp(TODAY, 500)
    days = [TODAY + day * make.ONE_DAY for day in (-1, 0, 1, 2, 10, 23, 24)]
    assert [warm_up.most(day) for day in days] == [
        None,
        500,
        1000,
        2000,
        512_000,
        500 << 23,
        None,
    ]


@pytest.mark.django_db
def test_the_day_ends_once_it_has_had_all_it_may(settings: Settings) -> None:
    settings.WARM_UP = (TODAY, 3)
    ours = rates()
    assert first(9, in_turn(copies(*["a.example"] * 5), ours)) == [1, 2, 3]
    assert ours.is_shut
    assert next(in_turn(copies("a.example"), rates()), None) is None
    tomorrow = rates(NOW + make.ONE_DAY)
    assert first(9, in_turn(copies(*["a.example"] * 9), tomorrow)) == [1, 2, 3, 4, 5, 6]


@pytest.mark.django_db
def test_what_is_not_sent_is_given_back_to_the_day(settings: Settings) -> None:
    settings.WARM_UP, settings.DOMAIN_RATES = (TODAY, 500), {"slow.example": 0.001}
    turns = in_turn(copies("a.example", *["slow.example"] * 99), rates())
    assert first(1, turns) == [1]
    assert WarmUpDay.objects.get().taken == TAKEN_AT_ONCE
    del turns
    assert WarmUpDay.objects.get().taken == 1


@pytest.mark.django_db
def test_a_warm_up_asks_the_database_once_in_so_many_mails(
    settings: Settings, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    settings.WARM_UP = (TODAY, 500)
    WarmUpDay.objects.create(date=TODAY)
    given = copies(*["a.example"] * TAKEN_AT_ONCE)
    with django_assert_num_queries(5):  # a savepoint and its end among them
        first(TAKEN_AT_ONCE, in_turn(given, rates()))


@pytest.mark.django_db
def test_a_warm_up_that_is_over_costs_nothing(
    settings: Settings, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    settings.WARM_UP = (TODAY - 30 * make.ONE_DAY, 500)
    with django_assert_num_queries(0):
        assert first(2, in_turn(copies("a.example", "a.example"), rates())) == [1, 2]
