"""What a monitor is told."""

import datetime as dt

import factories as make
import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from newsletter.models import Halt
from newsletter.views import OVERDUE, STALE

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)


def status(client: Client) -> int:
    return client.get("/healthz").status_code


def test_where_no_tick_ever_arrived_something_is_wrong(client: Client) -> None:
    assert status(client) == 503


@pytest.mark.parametrize(
    ("age", "expected"), [(MINUTE, 200), (-MINUTE, 200), (STALE + MINUTE, 503), (-4 * STALE, 503)]
)
def test_all_is_well_while_ticks_arrive(age: dt.timedelta, expected: int, client: Client) -> None:
    make.heartbeat(name="tick", beaten_at=timezone.now() - age)
    assert status(client) == expected


def test_the_answer_names_the_last_tick_and_what_is_wrong(client: Client) -> None:
    make.heartbeat(name="tick", beaten_at=make.NOW)
    assert client.get("/healthz").json() == {
        "ok": False,
        "last_tick": "2026-03-16T07:30:00Z",
        "wrong": ["No tick arrived since 2026-03-16 07:30 UTC: are worker and beat running?"],
    }


@pytest.mark.parametrize(("late", "expected"), [(-MINUTE, 200), (MINUTE, 503)])
def test_a_reader_for_whom_nobody_composes_is_a_fault(
    late: dt.timedelta, expected: int, client: Client
) -> None:
    make.heartbeat(name="tick", beaten_at=timezone.now())
    make.subscriber(next_due_at=timezone.now() - OVERDUE - late)
    assert status(client) == expected


def test_an_overdue_reader_is_told_in_words(client: Client) -> None:
    make.heartbeat(name="tick", beaten_at=timezone.now())
    make.subscriber(next_due_at=timezone.now() - 2 * OVERDUE)
    assert client.get("/healthz").json()["wrong"] == [
        "Readers are due for more than 15 minutes: see why composing fails."
    ]


def test_while_mail_is_halted_readers_may_wait(client: Client) -> None:
    make.heartbeat(name="tick", beaten_at=timezone.now())
    make.subscriber(next_due_at=timezone.now() - 2 * OVERDUE)
    Halt.objects.create(cause=Halt.Cause.OPERATOR, since=timezone.now())
    assert status(client) == 200


def test_who_may_not_be_written_to_is_not_waited_for(client: Client) -> None:
    make.heartbeat(name="tick", beaten_at=timezone.now())
    make.suppression(make.subscriber(next_due_at=timezone.now() - 2 * OVERDUE).email)
    assert status(client) == 200


def test_a_look_costs_two_queries(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make.heartbeat(name="tick", beaten_at=timezone.now())
    make.subscriber(next_due_at=timezone.now() - 2 * OVERDUE)
    with django_assert_num_queries(2):
        status(client)


def test_a_monitor_is_given_no_cookie(client: Client) -> None:
    make.heartbeat(name="tick", beaten_at=timezone.now())
    assert not client.get("/healthz").cookies
