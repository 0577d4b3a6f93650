"""Every reader who was due is accounted for."""

import datetime as dt

import factories as make
import pytest
from pytest_django import DjangoAssertNumQueries

from newsletter.accounts import accounts
from newsletter.models import Delivery

pytestmark = pytest.mark.django_db
State = Delivery.State


def test_due_is_what_was_counted_and_the_states_are_counted_again() -> None:
    make.morning(due=3)
    for state in (State.SENT, State.SENT, State.PLANNED):
        make.delivery(state)
    (account,) = accounts()
    assert str(account).startswith("3 due = 2 sent + 0 skipped")
    assert (account.balances, account.is_open) == (True, True)


def test_a_reader_who_is_missing_shows() -> None:
    make.morning(due=2)
    make.delivery(State.SENT)
    (account,) = accounts()
    assert str(account).startswith("2 due ≠ 1 sent")
    assert not account.balances


def test_a_delivery_that_nobody_counted_shows() -> None:
    make.delivery(State.SENT)
    assert [str(account)[:5] for account in accounts()] == ["0 due"]


def test_of_some_mornings_only_theirs_are_returned() -> None:
    dates = [make.DATE + day * make.ONE_DAY for day in range(3)]
    for date in dates:
        make.morning(date=date, due=0)
    assert [account.date for account in accounts(dates[1:])] == dates[1:]


def test_both_sides_are_of_one_moment(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for day in range(3):
        make.morning(date=make.DATE + dt.timedelta(days=day))
    with django_assert_num_queries(1):
        accounts()
