"""When a reader is told that her next mail comes."""

import datetime as dt
from typing import Any

import factories as make
import pytest

from subscribers.models import Subscriber
from subscribers.standing import next_mail, standing

pytestmark = pytest.mark.django_db
NOON = make.NOW.replace(hour=12, minute=0)
TODAY = NOON.date()


def told(now: dt.datetime = NOON, *, had: int = 0, **fields: Any) -> str:
    """Return what a reader is told who has had the mails of so many days, from today on."""
    reader = make.subscriber(**fields)
    for days in range(had):
        make.delivery(subscriber=reader, date=now.date() + days * make.ONE_DAY)
    return standing(Subscriber.objects.get(pk=reader.pk), now)


def test_the_next_morning_is_told() -> None:
    evening = NOON.replace(hour=20)
    assert told(hour=20, next_due_at=evening).startswith(f"Your next mail: {TODAY:%A} {TODAY.day}")


@pytest.mark.parametrize("had", [1, 2])
def test_a_date_that_brought_its_mail_brings_no_other(had: int) -> None:
    next_one = TODAY + had * make.ONE_DAY
    said = told(had=had, hour=20, next_due_at=NOON.replace(hour=20))
    assert said.startswith(f"Your next mail: {next_one:%A} {next_one.day}")


@pytest.mark.parametrize("late", [dt.timedelta(0), make.ONE_DAY])
def test_a_mail_whose_hour_has_come_is_on_its_way(late: dt.timedelta) -> None:
    said = told(next_due_at=NOON - late)
    assert said == "Your next mail is on its way, if there is something new for you."


def test_the_mail_of_who_hears_of_silence_is_on_its_way_in_any_case() -> None:
    said = told(next_due_at=NOON, days=1 << NOON.weekday(), hears_of_silence=True)
    assert said == "Your next mail is on its way."


def test_who_pauses_is_told_when_her_mail_goes_on() -> None:
    until = NOON + 3 * make.ONE_DAY
    reader = make.subscriber(Subscriber.State.PAUSED, paused_until=until, hour=12)
    assert standing(reader, NOON).startswith("Your mail is paused until ")
    assert f"{until:%A} {until.day}" in next_mail(reader, NOON)


@pytest.mark.parametrize("state", [Subscriber.State.PENDING, Subscriber.State.UNSUBSCRIBED])
def test_who_gets_no_mail_is_told_of_none(state: str) -> None:
    assert not next_mail(make.subscriber(state), NOON)
