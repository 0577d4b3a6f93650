"""What a monitor is told."""

import datetime as dt

import factories as make
import pytest
from django.test import Client
from django.utils import timezone

from newsletter.views import STALE

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


def test_the_answer_names_the_last_tick(client: Client) -> None:
    make.heartbeat(name="tick", beaten_at=make.NOW)
    assert client.get("/healthz").json() == {"ok": False, "last_tick": "2026-03-16T07:30:00Z"}


def test_a_monitor_is_given_no_cookie(client: Client) -> None:
    make.heartbeat(name="tick", beaten_at=timezone.now())
    assert not client.get("/healthz").cookies
